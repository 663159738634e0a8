"""A network for data that nobody has built one for yet, and the reason in a sentence."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nn_tui.experiment.build import load_data
from nn_tui.experiment.document import from_document, to_document
from nn_tui.experiment.spec import CompileSpec, DataSpec, FitSpec, Spec, Thing

if TYPE_CHECKING:
    from nn_tui.data.dataset import Dataset
    from nn_tui.data.files.looking import Watch

STEPS = 4000
"""Steps of training that small data need until the loss hardly falls any more."""
FEW = 2000
"""Rows below which a network soon learns them by heart; measured in `tests.benchmarks.own_data`."""
LARGEST_IMAGE = 96
"""Pixels of the longer side that larger images get: of 300, an epoch of 36 images took 7 s and 1.8 GB."""
KEPT = 0.2
"""The share kept for testing, and of the rest for validation."""


@dataclass(frozen=True)
class Proposal:
    """An experiment that suits some data, and why it looks as it does."""

    spec: Spec
    why: str


def propose(source: str, data: DataSpec | None = None, watch: Watch | None = None) -> Proposal:
    """Give an experiment for a file, a folder, a query or a bundled set.

    Args:
        source: as a spec's `data.source`.
        data: what is already decided about the data. Default: proposed too.
        watch: is told how far reading is, and may cancel. Default none.

    Raises:
        DataError: the data cannot be read or used.
    """
    chosen = data or _data(source, watch)
    dataset = load_data(chosen, watch)
    layers, shape_why = _layers(dataset)
    output, loss, metrics, output_why = output_for(dataset)
    rows = len(dataset.train)
    batch = 32 if rows < 50_000 else 128
    steps = math.ceil(rows / batch)
    epochs = max(5, min(200, math.ceil(STEPS / steps)))
    callbacks: tuple[Thing, ...] = ()
    if dataset.validation is not None:
        patience = max(3, epochs // 5)
        callbacks = (Thing("EarlyStopping", {"patience": patience, "restore_best_weights": True}),)
    spec = Spec(
        name=_name(source),
        data=chosen,
        layers=(*layers, *output),
        compile=CompileSpec(
            loss=Thing(loss),
            optimizer=Thing("Adam", {"learning_rate": _rate(dataset)}),
            metrics=tuple(map(Thing, metrics)),
        ),
        fit=FitSpec(batch_size=batch, epochs=epochs, callbacks=callbacks),
    )
    if size := chosen.settings.get("size"):
        shape_why = f"images are brought to {'x'.join(map(str, size))} (data.size); {shape_why}"
    why = f"{shape_why}; {output_why}."
    # Through the document, so that what is proposed passes the same checks as what is written.
    return Proposal(from_document(to_document(spec)), why[0].upper() + why[1:])


def _data(source: str, watch: Watch | None) -> DataSpec:
    """Decide how the rows are scaled and split, by a look at the target."""
    from nn_tui.data.columns import recognize_task
    from nn_tui.data.features import fit_scaling
    from nn_tui.data.sources import kind_of, read

    kind = kind_of(source)
    if kind == "dataset":
        rows = len(load_data(DataSpec(source)).train)
        return DataSpec(source, test_split=KEPT, validation_split=0.1) if rows > 60 else DataSpec(source)
    if kind != "table":
        settings = _image_size(source)
        data = DataSpec(source, settings, scaling="minmax", test_split=KEPT, validation_split=0.1)
        dataset = load_data(replace(data, test_split=0.0, validation_split=0.0), watch)
        own = dataset.test is not None
        settings |= {"stratify": True} if dataset.classes else {}
        return replace(data, settings=settings, test_split=0.0 if own else KEPT)
    table = read(source, watch)
    column = table.columns[-1]
    settings = {}
    if len(table) < 2:
        return DataSpec(source)
    task, _ = recognize_task(column)
    if task == "classification":
        settings["stratify"] = True
    else:
        mean, deviation = fit_scaling(column.values, "standard")
        # A network begins near 0 and 1: far from there it would only learn the mean for a long time.
        if abs(mean) > 3 or not 0.1 < deviation < 5:
            settings["target_scaling"] = "standard"
    return DataSpec(
        source, settings=settings, scaling="standard", validation_split=0.1 if len(table) > 60 else 0.0,
        test_split=KEPT,
    )  # fmt: skip


def _image_size(source: str) -> dict[str, Any]:
    """Return the setting that brings a folder's images to one size that is quickly learned.

    None where they have one that is: then as they are.
    """
    from nn_tui.data.files import idx, images

    folder = Path(source)
    if not os.path.isdir(folder) or idx.any_parts(folder):
        return {}
    found = images.sizes(folder)
    if not len(found):
        return {}
    height, width = np.median(found, axis=0)
    share = min(1.0, LARGEST_IMAGE / max(height, width))
    if share == 1 and (found == found[0]).all():
        return {}
    return {"size": (max(1, round(height * share)), max(1, round(width * share)))}


def _name(source: str) -> str:
    from nn_tui.data.files.tables import is_query

    if is_query(source):
        return "query"
    return Path(source).name.split(".")[0] or "data"


def _rate(dataset: Dataset) -> float:
    return 0.002 if len(dataset.input_shape) == 1 and len(dataset.train) < FEW else 0.001


def _layers(dataset: Dataset) -> tuple[list[Thing], str]:
    """Give the hidden layers, by the shape of a row."""
    shape, rows = dataset.input_shape, len(dataset.train)
    if dataset.vocabulary:
        embedding = embedded(dataset)
        if rows < FEW:
            layers = [embedding, Thing("GlobalAveragePooling1D")]
            return layers, "few texts suit the mean of their words' embeddings"
        layers = [embedding, Thing("LSTM", {"units": 32})]
        return layers, "texts are read word by word by an embedding and an LSTM"
    if len(shape) == 3:
        layers = seen_through_convolutions(shape)
        words = "x".join(map(str, shape))
        return layers, f"images of {words} are seen through two convolutions with pooling"
    if len(shape) == 2:
        return [Thing("LSTM", {"units": 32})], f"sequences of {shape[0]} steps are read by an LSTM"
    features = math.prod(shape)
    many = f"{features} feature{'s' if features > 1 else ''} and {rows:,} training rows"
    if rows < FEW:
        layers = [Thing("Dense", {"units": 64, "activation": "relu"}), Thing("Dropout", {"rate": 0.3})]
        return layers, f"{many} suit one hidden layer of 64 units with dropout against overfitting"
    layers = [Thing("Dense", {"units": count, "activation": "relu"}) for count in (64, 32)]
    return layers, f"{many} suit two hidden layers of 64 and 32 units"


def embedded(dataset: Dataset) -> Thing:
    """Give the layer that takes the numbers of words."""
    return Thing("Embedding", {"input_dim": dataset.vocabulary, "output_dim": 16})


def seen_through_convolutions(shape: tuple[int, ...]) -> list[Thing]:
    """Give two convolutions with pooling, and a layer that puts together what they found."""
    first = {"filters": 16, "kernel_size": (3, 3), "activation": "relu", "padding": "same"}
    layers = [Thing("Conv2D", first), Thing("Conv2D", {**first, "filters": 32})]
    for place in (2, 1) if min(shape[:2]) >= 16 else (2,):
        layers.insert(place, Thing("MaxPooling2D", {"pool_size": (2, 2)}))
    return [*layers, Thing("Flatten"), Thing("Dense", {"units": 64, "activation": "relu"})]


def output_for(dataset: Dataset) -> tuple[list[Thing], str, tuple[str, ...], str]:
    """Give the last layers that suit the targets, the loss, the metrics, and why."""
    if dataset.task == "classification":
        last = Thing("Dense", {"units": max(2, dataset.classes), "activation": "softmax"})
        why = f"{dataset.classes} classes ask for softmax and cross-entropy"
        return [last], "sparse_categorical_crossentropy", ("accuracy",), why
    shape = dataset.train.y.shape[1:]
    if len(shape) > 1:
        layers = [Thing("Dense", {"units": math.prod(shape)}), Thing("Reshape", {"target_shape": shape})]
        return layers, "mean_squared_error", ("mean_absolute_error",), "the input is to come out again"
    layers = [Thing("Dense", {"units": dataset.outputs})]
    if len(shape) == 1 and shape == dataset.input_shape:
        return layers, "mean_squared_error", ("mean_absolute_error",), "the input is to come out again"
    why = "a number asks for a linear output and mean squared error"
    return layers, "mean_squared_error", ("r2_score", "mean_absolute_error"), why
