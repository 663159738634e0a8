"""ONNX Runtime runs our files, and the tables of our data become what it takes."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnxruntime as ort

from nn_tui.data.dataset import Split
from nn_tui.data.features import BagFeature, SequenceFeature, split_words
from nn_tui.data.labels import words_of
from nn_tui.data.table import Column, Table
from nn_tui.experiment.prediction import TrainedRun
from nn_tui.experiment.spec import CompileSpec, DataSpec, FitSpec, Spec, Thing
from nn_tui.export.onnx_file import onnx_bytes

Array = np.ndarray[Any, Any]
TYPES = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(int64)": np.int64}


def opened(content: bytes) -> Any:
    """Open a file as people do: all of ONNX Runtime's rewriting on."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def answers(content: bytes, feeds: Mapping[str, Array]) -> dict[str, Array]:
    """Give the outputs by their names; numbers are given in the types that the file asks for."""
    session = opened(content)
    asked = {one.name: TYPES.get(one.type, object) for one in session.get_inputs()}
    feeds = {name: rows.astype(asked[name]) for name, rows in feeds.items()}
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, feeds), strict=True))


def run_of(
    model: Any, task: str = "regression", classes: tuple[str, ...] = (), **changed: Any
) -> TrainedRun:
    """Make a run of a model whose rows are arrays as they are."""
    spec = Spec("test", DataSpec("circle"), (), CompileSpec(Thing("mse"), Thing("SGD")), FitSpec())
    fields = {"preparation": None, "target": "y", "shift": np.zeros(1), "scale": np.ones(1)} | changed
    return TrainedRun(spec=spec, model=model, task=task, classes=classes, **fields)


def values(model: Any, x: Array) -> Array:
    """Give what ONNX Runtime makes of rows, flat as `TrainedRun.predictions` has them."""
    content, notes = onnx_bytes(run_of(model))
    assert not notes
    return answers(content, {"rows": x})["value"]


def close(given: Array, expected: Array, tolerance: float = 1e-5) -> None:
    """Compare relative to the largest number, as float32 does."""
    expected = np.asarray(expected, np.float64).reshape(given.shape)
    scale = max(1.0, float(np.abs(expected).max(initial=0)))
    assert float(np.abs(given - expected).max(initial=0)) / scale < tolerance


def feeds_of(table: Table, run: TrainedRun) -> dict[str, Array]:
    """Give a table's own values as the inputs of a run's file: what a person does by hand."""
    assert run.preparation is not None
    texts = {
        feature.column
        for feature in run.preparation.features
        if isinstance(feature, (BagFeature, SequenceFeature))
    }
    return {
        feature.column: given(table.column(feature.column), feature.kind, feature.column in texts)
        for feature in run.preparation.features
    }


def given(column: Column, kind: str, is_text: bool = False) -> Array:
    """Give a column's values, (rows, 1), as the inputs take them."""
    if is_text:
        rows = [split_words(text or "") for text in words_of(column)]
        width = max(map(len, rows))
        return np.array([[*words, *[""] * (width - len(words))] for words in rows], object)
    if kind == "category":
        return np.array([[word or ""] for word in words_of(column)], object)
    if kind == "date":
        return column.values.astype("datetime64[s]").astype(np.int64)[:, None]
    return column.values[:, None]


def predictions(run: TrainedRun, split: Split) -> tuple[list[str], Array]:
    """Give what the run itself predicts: the names of classes (none for a regression) and the numbers."""
    _, *rows = run.predictions(split)
    named = run.task == "classification"
    numbers = np.array([[float(field) for field in row[int(named) :]] for row in rows])
    return ([row[0] for row in rows] if named else []), numbers
