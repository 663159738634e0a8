"""The scaling of the data follows the network that reads them, by default, and that is said."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nn_tui.cli import main
from nn_tui.engine import layers
from nn_tui.engine.models import Sequential
from nn_tui.errors import DivergedError, SpecError
from nn_tui.experiment.diagnosis.examining import examine_spec
from nn_tui.experiment.edits import insert_layer, suited, suited_to
from nn_tui.experiment.headless import train
from nn_tui.experiment.proposal import propose
from nn_tui.experiment.sources import line_of, open_source
from nn_tui.experiment.spec import Spec, Thing
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.validation import problems
from nn_tui.export.keras_code import read_file

RANDOM = np.random.default_rng(0)
WORDS = Thing("Embedding", {"input_dim": 20, "output_dim": 4})


@pytest.fixture
def words(tmp_path: Path) -> str:
    path = tmp_path / "words.csv"
    rows = RANDOM.integers(0, 20, (80, 6))
    lines = [",".join(map(str, [*row, "good" if row.sum() > 57 else "bad"])) for row in rows]
    path.write_text("\n".join(["w1,w2,w3,w4,w5,w6,label", *lines]) + "\n")
    return str(path)


@pytest.fixture
def counts(tmp_path: Path) -> str:
    path = tmp_path / "counts.csv"
    x = RANDOM.normal(size=80)
    lines = [f"{value:.3f},{RANDOM.poisson(np.exp(2 + value))}" for value in x]
    path.write_text("\n".join(["x,visits", *lines]) + "\n")
    return str(path)


def ends_well(spec: Spec) -> bool:
    return (
        not problems(spec) and list(train(set_value(spec, "fit.epochs", 2), save=None))[-1].exit_status == 0
    )


def test_an_embedding_put_first_takes_the_scaling_away(words: str) -> None:
    spec = propose(words).spec
    assert spec.data.scaling == "standard"
    with_words = insert_layer(insert_layer(spec, 0, Thing("GlobalAveragePooling1D")), 0, WORDS)
    made, notes = suited(spec, with_words)
    assert made.data.scaling == "none" and "scaling standard is taken away" in notes[0]
    assert ends_well(made)
    assert suited(made, made) == (made, ())
    # Chosen later all the same, it is refused by its true cause.
    asked, notes = suited(made, set_value(made, "data.scaling", "minmax"))
    assert asked.data.scaling == "minmax" and not notes
    (problem,) = problems(asked)
    assert problem.path == "data.scaling" and "minmax makes fractions" in problem.message


def test_data_opened_for_a_network_that_is_there_follow_it(words: str, counts: str) -> None:
    network = replace(propose(words).spec, layers=(WORDS, Thing("Flatten")))
    data, notes = suited_to(network, propose(words).spec.data)
    assert data.scaling == "none" and len(notes) == 1
    poisson = replace(network, layers=(), compile=replace(network.compile, loss=Thing("poisson")))
    data, notes = suited_to(poisson, propose(counts).spec.data)
    assert data.scaling == "standard" and "target_scaling" not in data.settings and len(notes) == 1


def test_a_line_begins_with_words_as_they_are(words: str) -> None:
    line = f"{words} Embedding20x4-GlobalAveragePooling1D-8r"
    spec = open_source(line)
    assert spec.data.scaling == "none" and ends_well(spec)
    assert open_source(line_of(spec).text) == spec
    assert open_source(f"{line} data.scaling=minmax").data.scaling == "minmax"


def test_keras_code_with_an_embedding_reads_words_as_they_are(words: str, tmp_path: Path) -> None:
    code = tmp_path / "model.py"
    code.write_text(
        "from keras import Sequential, layers\n"
        "model = Sequential([layers.Input((6,)), layers.Embedding(20, 4), layers.Flatten(),\n"
        "    layers.Dense(2, activation='softmax')])\n"
        "model.compile('adam', 'sparse_categorical_crossentropy')\n"
        "model.fit(x, y, epochs=2)\n"
    )
    spec = read_file(code).spec
    assert spec.data.scaling == "none"
    assert ends_well(set_value(spec, "data.source", words))


def test_the_command_line_says_what_it_takes_away(
    words: str, counts: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*arguments: str) -> str:
        assert main(["train", *arguments, "--epochs", "2", "--verbose", "0"]) == 0
        return capsys.readouterr().err

    layer = '[{type="Embedding", input_dim=20, output_dim=4}, {type="Flatten"}, {type="Dense", units=2, '
    assert "scaling standard is taken away" in said(
        words, "--set", f'layers={layer}activation="softmax"}}]'
    )
    softplus = ["--set", "compile.loss=poisson", "--set", "layers.2.activation=softplus"]
    assert "target_scaling standard is taken away" in said(counts, *softplus)


def test_counts_are_not_scaled_for_poisson(counts: str) -> None:
    spec = propose(counts).spec
    assert spec.data.settings["target_scaling"] == "standard"
    line = open_source(f"{counts} 8r poisson")
    assert "target_scaling" not in line.data.settings and ends_well(line)
    assert line.layers[-1].get("activation") == "softplus"
    kept = replace(spec, compile=replace(spec.compile, loss=Thing("poisson")))
    (problem,) = problems(kept)
    assert (
        problem.path == "data.target_scaling" and "standard makes some targets negative" in problem.message
    )


def test_an_output_below_zero_is_told_before_poisson_is_trained(counts: str) -> None:
    proposed = propose(counts).spec
    spec, _ = suited(proposed, set_value(proposed, "compile.loss", "poisson"))
    finding = examine_spec(spec).headline
    assert finding.name == "output" and "poisson takes the logarithm" in finding.text
    assert finding.remedy is not None and finding.remedy.spec is not None
    assert ends_well(finding.remedy.spec)


def test_negative_targets_are_refused_and_negative_outputs_named() -> None:
    x = RANDOM.normal(size=(40, 2))
    model = Sequential([layers.Input((2,)), layers.Dense(1)], seed=0)
    model.compile("sgd", "poisson")
    with pytest.raises(
        SpecError, match="poisson takes counts, at least 0, but the targets go from -1 to 3"
    ):
        model.fit(x, np.tile([-1, 3], 20), verbose=0)
    with pytest.raises(DivergedError, match="some of them were negative") as told:
        model.fit(x, RANDOM.poisson(3, 40), epochs=3, verbose=0)
    assert "softplus" in told.value.remedy and "learning rate" not in str(told.value)
