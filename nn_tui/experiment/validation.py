"""Whether an experiment can be trained, asked before it is: each problem, its place, its remedy."""

from __future__ import annotations

import contextlib
import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nn_tui.data.settings import NO_ROWS
from nn_tui.declare import find
from nn_tui.errors import NnTuiError, SpecError
from nn_tui.experiment.build import load_data
from nn_tui.experiment.edits import reads_words
from nn_tui.experiment.shapes import LayerRow, rows_of_stack, stack
from nn_tui.experiment.spec import Spec

if TYPE_CHECKING:
    from nn_tui.data.dataset import Dataset

_VECTORS = 8
"""Numbers for each parameter while training: itself, its gradient, Adam's two moments, and the copies that
saving makes of them."""
_AROUND = 2
"""Numbers for each output of a layer while training: itself and its gradient."""


@dataclass(frozen=True)
class Problem:
    """Why a spec cannot be trained, where (dotted path), and what to do."""

    path: str
    message: str
    remedy: str = ""
    of_memory: bool = False
    """Whether it is only too large: its shapes and parameters can still be told."""

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


def problems(spec: Spec) -> tuple[Problem, ...]:
    """Find what keeps a spec from being trained; empty when nothing does."""
    try:
        data = load_data(spec.data)
    except NnTuiError as error:
        return (_problem(error, "data.source"), *_problems_of_shape(spec))
    if not spec.layers:
        return (_no_layers(data),)
    rows = stack(spec, data.input_shape)
    broken = [row.problem for row in rows if row.problem is not None]
    if broken:
        return tuple(_problem(error, "layers") for error in broken)
    if problem := memory_problem(spec, rows):
        return (problem,)
    if data.vocabulary and (problem := _word_problem(spec, data)):
        return (problem,)
    if not data.vocabulary and reads_words(spec) and (problem := _number_problem(spec, data)):
        return (problem,)
    return tuple(_settings_problems(spec)) or tuple(_output_problems(spec, data, rows[-1].output_shape))


def memory_problem(spec: Spec, rows: Sequence[LayerRow]) -> Problem | None:
    """Return why a network does not fit into this machine's memory while it trains; None where it does.

    Args:
        spec: the experiment.
        rows: its layers as `stack` gives them.
    """
    item = 8 if spec.compile.dtype == "float64" else 4
    needs = [
        item * (_VECTORS * row.parameters + _AROUND * spec.fit.batch_size * math.prod(row.output_shape))
        for row in rows
    ]
    there = free_memory()
    if sum(needs) <= there:
        return None
    largest = max(range(len(rows)), key=needs.__getitem__)
    return Problem(
        f"layers.{max(0, largest - 1)}",
        f"Training needs {shown_bytes(sum(needs))} of memory for {sum(row.parameters for row in rows):,} "
        f"parameters and batches of {spec.fit.batch_size:,}; {shown_bytes(there)} are free.",
        f"Make layer {largest} smaller, or the batches.",
        of_memory=True,
    )


def free_memory() -> int:
    """Return the bytes of memory that are free, or there at all; 16 GB where the system says neither."""
    found = [16 << 30]
    with contextlib.suppress(ValueError, OSError, AttributeError):
        found = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    with contextlib.suppress(ValueError, OSError):
        told = Path("/proc/meminfo").read_text(encoding="ascii")
        found += [int(kilobytes) << 10 for kilobytes in re.findall(r"MemAvailable: +(\d+) kB", told)]
    with contextlib.suppress(ValueError, OSError):  # a container may have less
        found.append(int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    return min(found)


def shown_bytes(count: int) -> str:
    """Write a number of bytes in the unit that suits it: `3.1 GB`."""
    unit = min((max(count, 1).bit_length() - 1) // 10, 8)
    if count.bit_length() > 120:
        return "more than 10^36 bytes"
    names = ("bytes", "KB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB")
    return f"{count / (1 << 10 * unit):,.1f} {names[unit]}"


def _problems_of_shape(spec: Spec) -> tuple[Problem, ...]:
    """Find what is wrong with the stack where rows are not chosen yet but their shape is known."""
    shape = spec.data.settings.get("shape") if spec.data.source == NO_ROWS else None
    rows = () if shape is None else rows_of_stack(spec.layers, tuple(shape))
    broken = tuple(_problem(row.problem, "layers") for row in rows if row.problem is not None)
    large = None if broken or not rows else memory_problem(spec, rows)
    return broken if large is None else (large,)


def require_valid(spec: Spec, *, rows: bool = True, memory: bool = True) -> None:
    """Refuse a spec that cannot be trained.

    Args:
        spec: the experiment.
        rows: whether it must have rows. Default yes.
        memory: whether it must fit into memory. Default yes.

    Raises:
        SpecError: the first problem.
    """
    found = [
        problem
        for problem in problems(spec)
        if (rows or problem.path != "data.source") and (memory or not problem.of_memory)
    ]
    if found:
        raise SpecError(found[0].message, found[0].remedy, found[0].path)


def _word_problem(spec: Spec, data: Dataset) -> Problem | None:
    """Find a network that would take the numbers of words for amounts."""
    first = spec.layers[0]
    words = first.get("input_dim", 0) if first.type == "Embedding" else 0
    if words >= data.vocabulary:
        return None
    told = f"Embedding knows {words} words" if words else f"the first layer is {first.type}"
    return Problem(
        "layers.0",
        f"The rows are numbers of {data.vocabulary} words, but {told}.",
        f"Begin with an Embedding with input_dim {data.vocabulary}.",
    )


def _number_problem(spec: Spec, data: Dataset) -> Problem | None:
    """Find rows that an Embedding cannot read as the numbers of words."""
    from nn_tui.experiment.build import build_layer

    try:
        build_layer(spec.layers[0], "layers.0").check_input(data.train.x)
    except NnTuiError as error:
        if spec.data.scaling == "none":
            return _problem(error, "layers.0")
        return Problem(
            "data.scaling",
            f"{spec.layers[0].type} reads the numbers of words, of which scaling {spec.data.scaling} "
            "makes fractions.",
            'Set data.scaling to "none".',
        )
    return None


def _settings_problems(spec: Spec) -> list[Problem]:
    found = []
    for kind, thing, path in (
        ("loss", spec.compile.loss, "compile.loss"),
        ("optimizer", spec.compile.optimizer, "compile.optimizer"),
    ):
        try:
            find(kind, thing.type)(**thing.settings)  # type: ignore[arg-type]  # one of Kind's words
        except NnTuiError as error:
            found.append(_problem(error, path))
    for index, callback in enumerate(spec.fit.callbacks):
        path = f"fit.callbacks.{index}"
        try:
            find("callback", callback.type)(**callback.settings)
        except NnTuiError as error:
            found.append(_problem(error, path))
        if callback.type == "PseudoLabels" and not any(
            other.type == "HideLabels" for other in spec.fit.callbacks
        ):
            message = "PseudoLabels finds no hidden labels: all rows have theirs."
            found.append(Problem(path, message, "Add the callback HideLabels."))
        # A spec that came from somebody else must not write outside the folder it is trained in.
        for setting in ("filename", "log_dir"):
            file = Path(os.path.expanduser(callback.get(setting, "")))
            if file.is_absolute() or ".." in file.parts:
                message = f"{callback.type} may only write below the working folder, not to {file}."
                found.append(Problem(f"{path}.{setting}", message, "Give a relative path without '..'."))
    return found


def _output_problems(spec: Spec, data: Dataset, output_shape: tuple[int, ...]) -> list[Problem]:
    from nn_tui.engine.checks import check_fit, check_metrics
    from nn_tui.experiment.build import build_layer, build_metrics

    layers = [build_layer(thing, f"layers.{index}") for index, thing in enumerate(spec.layers)]
    loss = find("loss", spec.compile.loss.type)(**spec.compile.loss.settings)
    scaled = str(spec.data.settings.get("target_scaling", "none"))
    if spec.compile.loss.type == "poisson" and scaled != "none" and data.train.y.min() < 0:
        message = (
            f"poisson takes counts, at least 0, but target_scaling {scaled} makes some targets negative."
        )
        return [Problem("data.target_scaling", message, 'Set data.target_scaling to "none".')]
    try:
        check_fit(layers, output_shape, loss, data.train.y, classes=data.classes)
        check_metrics(build_metrics(spec), output_shape, data.train.y)
    except NnTuiError as error:
        return [_problem(error, f"layers.{len(layers) - 1}")]
    return []


def _no_layers(data: Dataset) -> Problem:
    if data.task == "classification":
        advice = f"Add a Dense layer with {data.classes} units and softmax."
    else:
        advice = f"Add a Dense layer with {data.outputs} units and a linear activation."
    return Problem("layers", "The network has no layers.", advice)


def _problem(error: NnTuiError, path: str) -> Problem:
    where = error.path if isinstance(error, SpecError) and error.path else path
    return Problem(where, error.message, error.remedy)
