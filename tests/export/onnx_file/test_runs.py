"""Raw rows given to ONNX Runtime predict what the saved run predicts."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from nn_tui import __version__
from nn_tui.data.sources import read
from nn_tui.errors import RunError
from nn_tui.experiment.examples import example
from nn_tui.experiment.headless import train
from nn_tui.experiment.prediction import TrainedRun, open_run
from nn_tui.experiment.sources import open_source
from nn_tui.experiment.spec import FitSpec, Spec, Thing
from nn_tui.experiment.spec_file import set_value
from nn_tui.export.onnx_file import onnx_bytes, writing
from tests.export.onnx_file.sessions import answers, close, feeds_of, opened, predictions

Trained = Callable[..., TrainedRun]


@pytest.fixture
def trained(tmp_path: Path) -> Trained:
    """Trains a spec for an epoch or two, keeps the run and opens it."""

    def make(spec: Spec, **changed: Any) -> TrainedRun:
        for path, value in ({"fit.epochs": 2} | changed).items():
            spec = set_value(spec, path, value)
        folder = tmp_path / f"run{len(list(tmp_path.iterdir()))}"
        list(train(spec, save=str(folder)))
        return open_run(str(folder))

    return make


def metadata(content: bytes) -> dict[str, str]:
    return {prop.key: prop.value for prop in onnx.load_from_string(content).metadata_props}


def agree(run: TrainedRun, feeds: dict[str, Any], split: Any) -> list[str]:
    """Compare the run's own predictions with ONNX Runtime's on the same rows; give the notes."""
    content, notes = onnx_bytes(run)
    made = answers(content, feeds)
    labels, numbers = predictions(run, split)
    if run.task == "classification":
        assert list(made["label"]) == labels
        close(made["probabilities"], numbers)
        np.testing.assert_allclose(made["probabilities"].sum(axis=1), 1, rtol=1e-5)
    else:
        close(made["value"], numbers)
    return notes


@pytest.mark.parametrize("source", ["penguins", "iris", "wine", "breast-cancer", "diabetes", "reviews"])
def test_rows_of_a_bundled_table_go_in_as_they_are(trained: Trained, source: str) -> None:
    run = trained(open_source(source))
    split, _ = run.rows_of(source, with_targets=False)
    notes = agree(run, feeds_of(read(source), run), split)
    assert bool(notes) == (source == "reviews")


@pytest.mark.parametrize("activation", ["tanh", None])
def test_the_sign_tells_the_class_where_the_loss_has_a_margin(
    trained: Trained, activation: str | None
) -> None:
    spec = open_source("circle 8t-1l. loss=hinge lr=.1")
    last = spec.layers[-1].with_settings(activation=activation)
    run = trained(replace(spec, layers=(*spec.layers[:-1], last)), **{"compile.loss": "hinge"})
    split, _ = run.rows_of("circle", with_targets=False)
    labels, _ = predictions(run, split)
    signs = run.model.predict(split.x)[:, 0] > 0
    assert labels == [run.classes[int(sign)] for sign in signs] and 0 < signs.sum() < len(signs)
    content, _ = onnx_bytes(run)
    made = answers(content, {"rows": split.x})
    assert list(made["label"]) == labels


def test_a_bag_of_words_takes_the_words(trained: Trained) -> None:
    spec = replace(example("reviews"), layers=(Thing("Dense", {"units": 2, "activation": "softmax"}),))
    run = trained(spec, **{"data.text": "bag"})
    split, _ = run.rows_of("reviews", with_targets=False)
    (note,) = agree(run, feeds_of(read("reviews"), run), split)
    assert note.startswith("review: its words in small letters") and "re.findall(" in note


def test_words_may_be_more_or_fewer_than_the_network_reads(trained: Trained) -> None:
    run = trained(example("reviews"), **{"data.length": 5})
    split, _ = run.rows_of("reviews", with_targets=False)
    feeds = feeds_of(read("reviews"), run)
    assert feeds["review"].shape[1] > 5
    agree(run, feeds, split)
    content, _ = onnx_bytes(run)
    short = {"review": np.array([["good"], [""]], object)}
    index = run.preparation.features[0].vocabulary.index("good") + 2  # type: ignore[union-attr,attr-defined]
    x = np.array([[0, 0, 0, 0, index], [0] * 5], np.float32)
    close(answers(content, short)["probabilities"], run.model.predict(x))


def test_the_points_of_the_course_go_in_as_they_are(trained: Trained) -> None:
    run = trained(example("clinical-trial"))
    split, _ = run.rows_of("clinical-trial", with_targets=False)
    ages = split.x * run.scale + run.shift
    assert ages.max() > 50
    assert agree(run, {"rows": np.round(ages)}, split) == []
    told = metadata(onnx_bytes(run)[0])
    assert json.loads(told["features"]) == ["age"]
    assert json.loads(told["classes"]) == ["no side effects", "side effects"]


def test_images_go_in_as_they_are(trained: Trained) -> None:
    run = trained(example("digits"))
    split, _ = run.rows_of("digits", with_targets=False)
    images = np.round(split.x * run.scale + run.shift)
    assert images.max() == 16 and images.shape[1:] == (8, 8, 1)
    agree(run, {"rows": images}, split)


def test_windows_of_a_series_go_in_a_column_each(trained: Trained) -> None:
    run = trained(example("co2"))
    split, _ = run.rows_of("co2", with_targets=False)
    content, notes = onnx_bytes(run)
    names = [one.name for one in opened(content).get_inputs()]
    table = read("co2")
    feeds = feeds_of(table, run)
    assert names == list(feeds) == ["month", "co2"]
    in_windows = {
        name: np.lib.stride_tricks.sliding_window_view(column[:-1, 0], 24, axis=0)
        for name, column in feeds.items()
    }
    agree(run, in_windows, split)
    assert [note.split(":")[0] for note in notes] == ["month"]


def people(path: Path, rows: int = 120) -> Path:
    """Write a table with a column of each kind, gaps in most, and names that a graph has uses for."""
    random = np.random.default_rng(4)
    towns = ["Ulm", "Köln", "New York", "", "7"]
    lines = ["value,town,member,since,label,at,remark,rows,grade"]
    for row in range(rows):
        number = "" if row % 9 == 0 else f"{random.normal(3, 2):.3f}"
        town = "Rareville" if row in (5, 80) else towns[random.integers(5)]
        member = ["true", "false", ""][random.integers(3)]
        day = np.datetime64("1955-01-15") + np.timedelta64(int(random.integers(0, 30_000)), "D")
        remark = " ".join(random.choice(["It's", "good", "bad", "42", "Très", "ROOM", "no."], 4 + row % 3))
        since = "" if row % 7 == 1 else str(day)
        at = f"{day} {random.integers(24):02}:{random.integers(60):02}:00"
        exact = 1.7e9 + random.random() * 1e5
        lines.append(
            f"{number},{town},{member},{since},{row % 5},{at},{remark},{exact:.3f},{'ABC'[row % 3]}"
        )
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("scaling", ["none", "minmax", "standard"])
def test_columns_of_every_kind(trained: Trained, tmp_path: Path, scaling: str) -> None:
    path = str(people(tmp_path / "people.csv"))
    spec = open_source(path)
    changed = {"data.scaling": scaling, "data.columns": {"remark": "text", "label": "category"}}
    run = trained(spec, **changed)
    assert run.preparation is not None
    kinds = {feature.column: feature.kind for feature in run.preparation.features}
    assert kinds == {
        "value": "number", "town": "category", "member": "boolean", "since": "date", "label": "category",
        "at": "date", "remark": "bag", "rows": "number",
    }  # fmt: skip
    # Other rows, with a town and words that no training row had.
    other = people(tmp_path / "others.csv", 64)
    text = other.read_text(encoding="utf-8").replace("Ulm", "Atlantis").replace("bad", "unheard")
    other.write_text(text, encoding="utf-8")
    for source in (path, str(other)):
        table = read(source)
        split, _ = run.rows_of(source, with_targets=False)
        feeds = feeds_of(table, run)
        content, notes = onnx_bytes(run)
        made = answers(content, feeds)
        labels, numbers = predictions(run, split)
        outputs = dict(zip(made, made.values(), strict=True))
        assert list(outputs["label_2"]) == labels
        close(outputs["probabilities"], numbers)
        told = {note.split(":")[0] for note in notes}
        expected = {"since", "at", "remark", "the output label is named label_2"}
        assert told == expected | ({"rows"} if scaling != "none" else set())


def test_categories_may_be_written_as_other_programs_do(trained: Trained, tmp_path: Path) -> None:
    run = trained(
        open_source(str(people(tmp_path / "people.csv"))), **{"data.columns": {"label": "category"}}
    )
    content, _ = onnx_bytes(run)
    feeds = {name: rows[:3] for name, rows in feeds_of(read(str(tmp_path / "people.csv")), run).items()}
    feeds["label"] = np.array([["2"], ["2"], ["2"]], object)
    feeds["town"] = np.array([[""], [""], [""]], object)
    usual = answers(content, feeds)["probabilities"]
    feeds["label"] = np.array([["2"], ["2.0"], ["2.0"]], object)
    feeds["town"] = np.array([["NA"], ["?"], ["null"]], object)
    np.testing.assert_array_equal(answers(content, feeds)["probabilities"], usual)


def test_series_of_different_lengths(trained: Trained, tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    lines = ["who,speed,kind,outcome"]
    lengths = [3, 6, 4, 6, 2, 5, 6, 1, 4, 6, 3, 8]
    for who, length in enumerate(lengths):
        for _ in range(length):
            kind = "walk" if random.random() < 0.5 else "run"
            lines.append(f"s{who},{random.normal(5, 2):.4f},{kind},{'won' if who % 2 else 'lost'}")
    (tmp_path / "series.csv").write_text("\n".join(lines))
    source = str(tmp_path / "series.csv")
    spec = replace(
        example("penguins"),
        data=replace(
            example("penguins").data, source=source, validation_split=0.0, test_split=0.0, settings={}
        ),
        layers=(Thing("GRU", {"units": 4}), Thing("Dense", {"units": 2, "activation": "softmax"})),
        fit=FitSpec(),
    )
    run = trained(spec, **{"data.series": "who", "data.length": 6})
    split, _ = run.rows_of(source, with_targets=False)
    table, feeds = read(source), {}
    for name, column in feeds_of(table, run).items():
        made = np.full((len(lengths), 6), "walk" if column.dtype == object else 99, column.dtype)
        for at, end in enumerate(np.cumsum(lengths)):
            kept = min(6, lengths[at])
            made[at, 6 - kept :] = column[end - kept : end, 0]
        feeds[name] = made
    feeds["steps"] = np.minimum(lengths, 6)[:, None].astype(np.int64)
    (note,) = agree(run, feeds, split)
    assert note.startswith("steps: how many of the 6 steps")


def test_windows_over_columns_of_every_kind(trained: Trained, tmp_path: Path) -> None:
    source = str(people(tmp_path / "people.csv", 60))
    spec = open_source(source)
    layers = (Thing("SimpleRNN", {"units": 4}), Thing("Dense", {"units": 3, "activation": "softmax"}))
    spec = replace(spec, layers=layers, data=replace(spec.data, settings={}), fit=FitSpec())
    run = trained(spec, **{"data.window": 3, "data.columns": {"remark": "text", "label": "category"}})
    split, _ = run.rows_of(source, with_targets=False)
    feeds = {
        name: np.moveaxis(np.lib.stride_tricks.sliding_window_view(column[:-1], 3, axis=0), -1, 1)
        for name, column in feeds_of(read(source), run).items()
    }
    assert "grade" in feeds and feeds["remark"].shape[1:] == (3, 6)
    feeds = {name: rows if name == "remark" else rows[..., 0] for name, rows in feeds.items()}
    made = answers(onnx_bytes(run)[0], feeds)
    labels, numbers = predictions(run, split)
    assert list(made["label_2"]) == labels
    close(made["probabilities"], numbers)


def test_an_autoencoder_gives_the_input_back_as_the_network_has_it(trained: Trained) -> None:
    spec = replace(open_source("wine"), layers=(Thing("Dense", {"units": 16}),), fit=FitSpec())
    spec = replace(spec, data=replace(spec.data, settings={}), compile=replace(spec.compile, metrics=()))
    run = trained(spec, **{"data.autoencoder": True, "compile.loss": "mse"})
    split, _ = run.rows_of("wine", with_targets=False)
    feeds = feeds_of(read("wine"), run)
    assert agree(run, feeds, split) == ["value: the input as the network has it, scaled"]


def test_numbers_may_be_numbers_of_words(trained: Trained, tmp_path: Path) -> None:
    lines = [f"{row % 5},{row % 3},{'AB'[row % 2]}" for row in range(40)]
    (tmp_path / "numbers.csv").write_text("\n".join(["one,other,class", *lines]))
    source = str(tmp_path / "numbers.csv")
    ends = (Thing("Flatten"), Thing("Dense", {"units": 2, "activation": "softmax"}))
    spec = open_source(source)
    embedded = (Thing("Embedding", {"input_dim": 5, "output_dim": 3}), *ends)
    run = trained(replace(spec, layers=embedded), **{"data.scaling": "none"})
    split, _ = run.rows_of(source, with_targets=False)
    assert agree(run, feeds_of(read(source), run), split) == []


def test_a_network_too_large_for_the_form_is_refused(
    trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained(example("circle"))
    monkeypatch.setattr(writing, "_LARGEST", 40)
    with pytest.raises(RunError, match="2 GB of weights at most"):
        onnx_bytes(run)


def test_another_process_writes_the_same_bytes(trained: Trained) -> None:
    run = trained(open_source("penguins"))
    program = (
        "import sys; from nn_tui.experiment.prediction import open_run; "
        "from nn_tui.export.onnx_file import onnx_bytes; "
        "sys.stdout.buffer.write(onnx_bytes(open_run(sys.argv[1]))[0])"
    )
    seeded = os.environ | {"PYTHONHASHSEED": "7"}
    made = subprocess.run(
        [sys.executable, "-c", program, run.id], env=seeded, capture_output=True, check=True
    )
    assert made.stdout == onnx_bytes(run)[0]


def test_a_number_comes_out_in_its_own_units(trained: Trained) -> None:
    run = trained(open_source("diabetes"))
    assert run.preparation is not None and run.preparation.target_shift > 100
    made = answers(onnx_bytes(run)[0], feeds_of(read("diabetes"), run))["value"]
    assert made.shape == (442, 1) and 20 < made.mean() < 300


def heads() -> dict[str, tuple[list[Thing], Thing]]:
    dense = Thing("Dense", {"units": 4, "activation": "tanh"})
    one, two = ({"units": units} for units in (1, 2))
    sparse, logits = Thing("sparse_categorical_crossentropy"), {"from_logits": True}
    return {
        "the course's sigmoids": ([dense, Thing("Dense", {**two, "activation": "sigmoid"})], sparse),
        "one sigmoid": (
            [dense, Thing("Dense", {**one, "activation": "sigmoid"})],
            Thing("binary_crossentropy"),
        ),
        "weighted sums": ([dense, Thing("Dense", two)], sparse.with_settings(**logits)),
        "one weighted sum": ([dense, Thing("Dense", one)], Thing("binary_crossentropy", logits)),
        "a softmax layer": (
            [dense, Thing("Dense", two), Thing("Activation", {"activation": "softmax"})],
            sparse,
        ),
    }


@pytest.mark.parametrize("head", heads())
def test_every_way_to_end_a_classification(trained: Trained, head: str) -> None:
    layers, loss = heads()[head]
    spec = example("circle")
    spec = replace(spec, layers=tuple(layers), compile=replace(spec.compile, loss=loss))
    run = trained(spec)
    split, _ = run.rows_of("circle", with_targets=False)
    agree(run, {"rows": split.x * run.scale + run.shift}, split)


def test_the_file_says_where_it_comes_from(trained: Trained) -> None:
    run = trained(open_source("penguins"))
    content, notes = onnx_bytes(run)
    told = metadata(content)
    assert told["nn_tui_version"] == __version__ and told["run"] == run.id != ""
    assert json.loads(told["classes"]) == ["Adelie", "Chinstrap", "Gentoo"]
    assert run.preparation is not None
    assert json.loads(told["features"]) == list(run.preparation.outputs)
    inputs = {one["name"]: one for one in json.loads(told["inputs"])}
    assert inputs["sex"] == {
        "name": "sex",
        "type": "str",
        "shape": ["N", 1],
        "given": 'one of "female", "male"; "" for a gap',
    }
    assert told["target"] == "species" and told["task"] == "classification" and not notes
    assert onnx_bytes(open_run(run.id))[0] == content


def test_without_the_package_it_says_what_to_install(
    trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained(example("circle"))
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(RunError, match=r"ONNX files need the package onnx. pip install \"nn-tui\[onnx\]\""):
        onnx_bytes(run)
