"""What the build panel lists, as rows of words; pure, without a widget."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from nn_tui.experiment.checkup import Checkup
from nn_tui.experiment.shapes import LayerRow
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_words import callback_words, optimizer_words
from nn_tui.experiment.validation import Problem
from nn_tui.tui.wording import call_words, count_words, layer_words, shape_words


@dataclass(frozen=True)
class Row:
    """A line of the list; a path makes it one that can be chosen."""

    left: str
    right: str = ""
    path: str = ""
    value: str = ""
    """What the left words name; then nothing stands on the right."""
    heading: bool = False
    below: str = ""
    """A second, quieter line."""
    messages: tuple[str, ...] = field(default=())


def rows(spec: Spec, checkup: Checkup | None) -> list[Row]:
    """List the experiment: data, layers, compile, fit, each with what is wrong there."""
    listed = list(_rows(spec, checkup))
    if checkup is None or not checkup.problems:
        return listed
    messages: dict[str, list[str]] = {}
    for problem in checkup.problems:
        place = place_of(problem.path, [row.path for row in listed])
        messages.setdefault(place, []).append(problem_words(problem))
    return [
        row if row.path not in messages else replace(row, messages=tuple(messages[row.path]))
        for row in listed
    ]


def place_of(path: str, places: list[str]) -> str:
    """Give the place of the list that a path of the spec belongs to."""
    fitting = [place for place in places if place and (path == place or path.startswith(f"{place}."))]
    if fitting:
        return max(fitting, key=len)
    return "fit" if path.startswith(("fit", "seed", "name")) else "data"


def problem_words(problem: Problem) -> str:
    """Write a problem where its place is known: without the path of the setting, but in `--set`."""
    return re.sub(r"(?<!--set )\b(?:layers\.\d+|compile(?:\.\w+)?|fit|data)\.(?=\w)", "", str(problem))


def _rows(spec: Spec, checkup: Checkup | None) -> Iterator[Row]:
    shapes: tuple[LayerRow, ...] = ()
    origins: tuple[str, ...] = ()
    if checkup is not None and checkup.spec.layers == spec.layers:
        shapes, origins = checkup.rows, checkup.origins
    yield Row("Data", heading=True)
    size, kind = (checkup.rows_words, checkup.data_words) if checkup is not None else ("", "")
    yield Row(_source_words(spec.data.source), kind, "data", below=size)
    yield Row("Layers", heading=True)
    yield Row("0 Input", _right(shapes, 0))
    for index, layer in enumerate(spec.layers):
        words = f"{index + 1} {layer_words(layer)}"
        below = origins[index] if index < len(origins) else ""
        yield Row(words, _right(shapes, index + 1), f"layers.{index}", below=below)
    yield Row("+ add a layer", "", "layers")
    yield Row("Compile", heading=True)
    loss = spec.compile.loss.type
    if len(loss) <= 22:
        yield Row("loss", "", "compile.loss", loss)
    else:
        yield Row("loss", "", "compile.loss", " ", below=loss)
    yield Row("optimizer", "", "compile.optimizer", optimizer_words(spec.compile.optimizer))
    yield Row("metrics", "", "compile.metrics", ", ".join(map(call_words, spec.compile.metrics)) or "none")
    yield Row("Fit", heading=True)
    yield Row(f"batch {spec.fit.batch_size}   epochs {spec.fit.epochs}   seed {spec.seed}", "", "fit")
    for index, callback in enumerate(spec.fit.callbacks):
        yield Row(callback_words(callback), "", f"fit.callbacks.{index}")
    yield Row("+ add a callback", "", "fit.callbacks")


def _source_words(source: str) -> str:
    """Write where the data are from: of a path its end, which leaves room for what they are."""
    first = source.partition("\n")[0]
    return first.rstrip("/").rpartition("/")[2] or first if not {" ", ":"} & set(first) else first


def _right(shapes: tuple[LayerRow, ...], index: int) -> str:
    if index >= len(shapes):
        return ""
    row = shapes[index]
    parameters = count_words(row.parameters) if row.parameters else ""
    return f"{shape_words(row.output_shape)} {parameters:>7}"
