"""What is asked before training starts, so that no wrong number is ever computed in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.declare import name_of
from nn_tui.engine.activation import Activation
from nn_tui.errors import DataError, ShapeError, SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nn_tui.engine.layers.layer import Layer, Shape
    from nn_tui.engine.losses import Loss
    from nn_tui.engine.metrics import Metric
    from nn_tui.engine.models import Sequential

Array = NDArray[Any]


def check_rows(model: Sequential, x: Array, y: Array | None = None) -> None:
    """Refuse features that the network cannot take, or that do not pair with the targets.

    Raises:
        ShapeError: a row's shape differs from the network's input.
        DataError: no rows, text, NaN or infinity, or another number of targets.
    """
    expected = tuple(model.input_shape[1:])
    if x.ndim == 0 or len(x) == 0:
        raise DataError("There are no rows.", "Give at least one row of features.")
    if x.dtype.kind not in "biuf":
        raise DataError(f"Features must be numbers, got {x.dtype}.", "Turn text into numbers.")
    if x.shape[1:] != expected:
        raise ShapeError(
            f"The network takes rows of shape {expected}, got {x.shape[1:]}.",
            f"Give x of shape (rows, {', '.join(map(str, expected))}), or change the input shape.",
        )
    _check_finite(x, "x")
    model.layers[0].check_input(x)
    if y is None:
        return
    if len(x) != len(y):
        raise DataError(f"{len(x)} rows but {len(y)} targets.", "Give one target a row.")
    if y.dtype.kind not in "biuf":
        raise DataError(f"Targets must be numbers, got {y.dtype}.", "Number the classes from 0.")
    _check_finite(y, "y")


def check_targets(model: Sequential, y: Array) -> None:
    """Refuse targets that the loss or a metric cannot take, and an output that does not fit them.

    Args:
        model: a network that is compiled and whose shapes are known.
        y: targets as given.

    Raises:
        SpecError: with what to change.
    """
    shape = model.layers[-1].output_shape
    check_fit(model.layers, shape, model.loss, y, classes=0)
    check_metrics(model.metrics, shape, y)


def output_layer(layers: Sequence[Any]) -> int:
    """Return the index of the layer that the outputs come from: behind it values are only laid out anew.

    Args:
        layers: layers, or their classes; at least one.
    """
    last = len(layers) - 1
    return next((index for index in range(last, -1, -1) if not layers[index].keeps_range), last)


def check_fit(layers: list[Layer], shape: Shape, loss: Loss, y: Array, *, classes: int = 0) -> None:
    """Refuse an output layer that does not fit the loss and the targets.

    Args:
        layers: the stack, for the last layer's activation.
        shape: the output's shape of one row.
        loss: what compares outputs and targets.
        y: targets as given.
        classes: how many classes there are; 0 where that is only told by `y`.

    Raises:
        SpecError: with what to change.
    """
    _check_activation(layers, shape, loss)
    name, units = name_of(type(loss)), shape[-1]
    where = f"layers.{output_layer(layers)}.units"
    if loss.labels == "classes":
        _check_classes(y, units, shape, name, where, classes)
    elif loss.labels == "one_hot":
        if y.ndim == 1 or y.shape[1:] != shape:
            if y.ndim == 1 or y.shape[-1] == 1:
                raise SpecError(
                    f"{name} takes one-hot targets, got class numbers.",
                    "Use sparse_categorical_crossentropy.",
                    "compile.loss",
                )
            raise _wrong_units(units, y.shape[-1], where)
    else:
        _check_values(y, shape, name, where, classes)


def check_metrics(metrics: Mapping[str, Metric], shape: Shape, y: Array) -> None:
    """Refuse metrics that would read the targets as something else, which gives a wrong number.

    Args:
        metrics: by their names.
        shape: the output's shape of one row.
        y: targets as given.

    Raises:
        SpecError: with what to use.
    """
    targets = y.shape[1:]
    if shape[-1] > 1 and (len(targets) < len(shape) or targets[-1] == 1):
        given, told = "classes", "class numbers"
    elif shape[-1] > 1:
        given, told = "one-hot", "a number an output"
    else:
        given, told = "one output", "one output"
    known = {"one-hot": "one-hot targets", "classes": "class numbers", "values": "a value an output"}
    for name, metric in metrics.items():
        takes = metric.takes
        if takes == "any" or takes == given or (takes == "values" and given != "classes"):
            continue
        raise SpecError(
            f"{name} takes {known[takes]}, got {told}.",
            "Use accuracy for classes, mean_absolute_error for numbers.",
            "compile.metrics",
        )


def _check_classes(y: Array, units: int, shape: Shape, name: str, where: str, classes: int) -> None:
    numbers = y[..., 0] if y.ndim == len(shape) + 1 and y.shape[-1] == 1 else y
    if numbers.ndim == len(shape) + 1 and y.shape[-1] > 1:
        raise SpecError(
            f"{name} takes class numbers, got targets of shape {y.shape[1:]} a row.",
            "Use categorical_crossentropy for one-hot targets.",
            "compile.loss",
        )
    if numbers.ndim != len(shape):
        raise SpecError(
            f"The output has shape {shape} a row, the targets {y.shape[1:]}.",
            "Add a Flatten or pooling layer before the last one.",
            where,
        )
    if numbers.dtype.kind == "f" and (numbers != np.floor(numbers)).any():
        raise SpecError(
            f"{name} takes class numbers, got targets with fractions.",
            "Use mean_squared_error to predict a number.",
            "compile.loss",
        )
    lowest, highest = int(numbers.min()), int(numbers.max())
    if lowest < 0:
        raise DataError(f"Class numbers start at 0, got {lowest}.", "Number the classes from 0.")
    needed = max(classes, highest + 1)
    if needed > units or (classes and classes != units):
        raise _wrong_units(units, needed, where)


def _check_values(y: Array, shape: Shape, name: str, where: str, classes: int) -> None:
    targets = y.shape[1:] or (1,)
    if name == "binary_crossentropy":
        if classes > 2:
            raise SpecError(
                f"binary_crossentropy is for two classes, the data have {classes}.",
                "Use sparse_categorical_crossentropy with softmax.",
                "compile.loss",
            )
        if y.size and (y.min() < 0 or y.max() > 1):
            raise SpecError(
                f"binary_crossentropy takes targets from 0 to 1, got {y.min():g} to {y.max():g}.",
                "Use sparse_categorical_crossentropy for more classes.",
                "compile.loss",
            )
    elif name == "poisson" and y.size and y.min() < 0:
        raise SpecError(
            f"poisson takes counts, at least 0, but the targets go from {y.min():g} to {y.max():g}.",
            "Take them unscaled, or use mean_squared_error.",
            "compile.loss",
        )
    elif classes > 2:
        raise SpecError(
            f"{name} would take the numbers of {classes} classes for measurements.",
            "Use sparse_categorical_crossentropy with softmax.",
            "compile.loss",
        )
    if targets != shape:
        raise _wrong_units(shape[-1], targets[-1], where)


def _check_activation(layers: list[Layer], shape: Shape, loss: Loss) -> None:
    at = output_layer(layers)
    last, activation = layers[at], layers[at].output_activation
    ends_in = "linear" if activation is None else name_of(type(activation))
    where = f"layers.{at}.activation"
    units = shape[-1] if at == len(layers) - 1 else getattr(last, "units", 0)
    if ends_in == "softmax" and units == 1:
        raise SpecError(
            "softmax over 1 unit always gives 1.",
            "Use 2 units, or sigmoid with binary_crossentropy.",
            where,
        )
    if not loss.probabilities:
        return
    from_logits = getattr(loss, "from_logits", False)
    gives_probabilities = ends_in in ("softmax", "sigmoid", "hard_sigmoid")
    if from_logits and gives_probabilities:
        raise SpecError(
            f"from_logits is set, but the network ends in {ends_in}.",
            "Take away the activation, or from_logits.",
            where,
        )
    if not from_logits and not gives_probabilities:
        wanted = "sigmoid" if name_of(type(loss)) == "binary_crossentropy" else "softmax"
        settable = isinstance(getattr(last, "activation", None), Activation)
        raise SpecError(
            f"{name_of(type(loss))} takes probabilities, but the network ends in "
            f"{ends_in if activation or settable else name_of(type(last))}.",
            f"Set its activation to {wanted}." if settable else f"Add an Activation layer with {wanted}.",
            where if settable else f"layers.{at}",
        )


def _wrong_units(units: int, needed: int, where: str) -> SpecError:
    told = f"{needed} unit" + ("s" if needed != 1 else "")
    return SpecError(
        f"The last layer has {units} units, the targets need {needed}.",
        f"Give the last layer {told}.",
        where,
    )


def _check_finite(array: Array, name: str) -> None:
    if array.dtype.kind != "f":
        return
    # In pieces, so that a large or memory-mapped array is never copied whole.
    step = max(1, (1 << 22) // max(1, int(np.prod(array.shape[1:]))))
    for start in range(0, len(array), step):
        piece = array[start : start + step]
        if not np.isfinite(piece).all():
            row = start + int(np.argwhere(~np.isfinite(piece))[0][0])
            raise DataError(
                f"{name} has NaN or infinity, first in row {row}.",
                "Fill in or drop missing values.",
            )
