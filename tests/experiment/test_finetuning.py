"""Starting from trained weights: of a network like it, or of a network whose head is replaced."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nn_tui.cli import main
from nn_tui.errors import SpecError
from nn_tui.experiment.finetuning import (
    TrainedNetwork,
    fitting,
    network_of,
    tuned_network,
    with_frozen,
    with_weights,
)
from nn_tui.experiment.headless import train
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import DataSpec, Spec, Thing
from nn_tui.experiment.spec_file import dumps, loads, set_value
from nn_tui.experiment.start import open_weights, origin_words
from tests.experiment.specs import small


@pytest.fixture
def network(tmp_path: Path) -> TrainedNetwork:
    list(train(small(), save=str(tmp_path / "run")))
    return network_of(RunStore().find(str(tmp_path / "run")))


def other_data(spec: Spec) -> Spec:
    """Rows of the same shape with a number to predict."""
    return replace(spec, data=DataSpec("plane", {"rows": 100}, validation_split=0.2))


def test_layers_that_are_alike_start_with_the_weights(network: TrainedNetwork) -> None:
    spec = set_value(small(), "seed", 9)
    spec = replace(spec, layers=(*spec.layers[:2], Thing("Dense", {"units": 5}), spec.layers[2]))
    assert fitting(spec, network) == (1, 3)
    started = with_weights(spec, network)
    session, afresh = Session(started), Session(spec)
    np.testing.assert_array_equal(session.model.layers[0].kernel, network.weights.weights[0][0])
    np.testing.assert_array_equal(session.model.layers[3].kernel, afresh.model.layers[3].kernel)
    assert session.kept == "1 of 3 layers start with weights of test."
    assert origin_words(started, (2,)) == ("weights of test", "", "", "")


def test_a_frozen_layer_keeps_its_weights_in_training(network: TrainedNetwork) -> None:
    started = with_weights(small(), network, freeze=True)
    session = Session(started)
    for _ in session.steps():
        pass
    np.testing.assert_array_equal(session.model.layers[0].kernel, network.weights.weights[0][0])
    assert origin_words(started, (2,))[0] == "weights of test, frozen"
    thawed = with_frozen(started, 0)
    assert thawed.layers[0] == small().layers[0]
    for _ in (session := Session(thawed)).steps():
        pass
    assert (session.model.layers[0].kernel != network.weights.weights[0][0]).any()
    with pytest.raises(SpecError, match="no weights to freeze"):
        with_frozen(started, 1)


def test_the_head_is_replaced_where_the_data_ask_for_it(network: TrainedNetwork) -> None:
    tuned = tuned_network(other_data(small()), network, freeze=True)
    assert tuned.compile.loss == Thing("mean_squared_error")
    assert tuned.compile.optimizer == small().compile.optimizer
    assert [layer.type for layer in tuned.layers] == ["Dense", "Dropout", "Dense"]
    assert tuned.layers[-1] == Thing("Dense", {"units": 1})
    assert tuned.layers[0].get("trainable") is False
    session = Session(tuned)
    assert session.kept == "1 of 2 layers start with weights of test."
    # ... and stays where it fits.
    same = tuned_network(set_value(small(), "data.seed", 5), network)
    assert same.layers == small().layers and Session(same).kept.startswith("2 of 2")
    with pytest.raises(SpecError, match=r"takes rows of shape \(2,\)"):
        tuned_network(replace(small(), data=DataSpec("iris")), network)


def test_only_the_first_layers_where_that_is_asked(network: TrainedNetwork) -> None:
    started = with_weights(small(), network)
    assert started.start is not None
    first = replace(started, start=replace(started.start, layers=1))
    assert origin_words(first, (2,)) == ("weights of test", "", "")


def test_the_spec_says_it_and_reads_it_back(network: TrainedNetwork) -> None:
    started = with_weights(small(), network)
    assert started.start is not None
    assert loads(dumps(started)) == started
    first = replace(started, start=replace(started.start, layers=1, optimizer=True))
    assert loads(dumps(first)) == first
    text = dumps(started).replace(started.start.weights, "../../etc/passwd")
    with pytest.raises(SpecError, match="32 digits"):
        loads(text)


def test_weights_that_are_gone_or_damaged_are_told(network: TrainedNetwork, home: Path) -> None:
    started = with_weights(small(), network)
    assert started.start is not None
    (path,) = (home / "weights").iterdir()
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(SpecError, match="of test, which this network starts from, are damaged"):
        Session(started)
    path.unlink()
    with pytest.raises(SpecError, match="are not on this machine"):
        open_weights(started.start)


def test_a_run_that_started_so_goes_on_without_the_weights_it_started_from(
    network: TrainedNetwork, home: Path, tmp_path: Path
) -> None:
    started = with_weights(small(), network)
    list(train(started, save=str(tmp_path / "tuned")))
    for path in (home / "weights").iterdir():
        path.unlink()
    assert main(["train", "--resume", str(tmp_path / "tuned"), "--epochs", "6"]) == 0


def test_the_optimizer_goes_on_where_it_was(network: TrainedNetwork) -> None:
    started = with_weights(small(), network)
    assert started.start is not None
    session = Session(replace(started, start=replace(started.start, optimizer=True)))
    assert session.model.optimizer.iterations == 4 * 9
    assert session.kept.endswith("The optimizer goes on where it was.")
    other = set_value(started, "compile.optimizer", {"type": "SGD"})
    assert other.start is not None
    told = Session(replace(other, start=replace(other.start, optimizer=True))).kept
    assert told.endswith("it is another one.")


def test_the_command_line_takes_a_run_to_start_from(
    network: TrainedNetwork, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = str(tmp_path / "run")
    assert main(["train", "plane", "--start", run, "--freeze", "--epochs", "2", "--json"]) == 0
    assert "1 of 2 layers start with weights of test." in capsys.readouterr().err
    assert main(["train", "iris", "--start", run]) == 2
    assert main(["train", "plane", "--freeze"]) == 2
    assert "--freeze goes with --start" in capsys.readouterr().err
