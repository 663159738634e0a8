"""From a table's columns to the numbers of a row: a run's `Preparation` as nodes, an input a column."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from nn_tui.data.features import (
    WORD,
    BagFeature,
    BooleanFeature,
    CategoryFeature,
    DateFeature,
    Feature,
    NumberFeature,
    SequenceFeature,
)
from nn_tui.data.files.scans import NULLS
from nn_tui.data.labels import label_key
from nn_tui.errors import RunError
from nn_tui.export.onnx_file.dates import GAP, Calendar
from nn_tui.export.onnx_file.graph import ROWS, Flow, Graph, Size

_SHOWN = 20
"""How many words of a column are told."""
_COARSE = 100.0
"""How many times its spread a column's numbers may be before float32 is too coarse to tell them apart."""


class Given(NamedTuple):
    """An input of the graph: how a column is to be given."""

    name: str
    kind: str
    """The NumPy type of its values."""
    shape: tuple[Size, ...]
    told: str
    """How, in a sentence."""
    note: str = ""
    """What a person should know; empty where it is as anybody would expect."""


class Columns:
    """Writes the inputs of a table's columns and what becomes of them.

    Args:
        graph: where to.
        steps: how many rows of the table make a row of the network, for windows and series. Default none:
            each is one of its own.
    """

    def __init__(self, graph: Graph, steps: int | None = None) -> None:
        self._graph = graph
        self._steps = steps
        self.given: list[Given] = []
        """The inputs written so far."""
        self._parts: list[tuple[str, list[int]]] = []

    def emit(self, features: Sequence[Feature]) -> Flow:
        """Write all features; give the numbers of the rows.

        Raises:
            RunError: a kind of feature is unknown here.
        """
        places: list[tuple[Feature, list[int]]] = []
        start = 0
        for feature in features:
            stop = start + len(feature.outputs)
            if stop > start:
                places.append((feature, list(range(start, stop))))
            start = stop
        names = [self._input(feature) for feature, _ in places]
        numbers: dict[str, list[tuple[Any, list[int], str]]] = {}
        for (feature, at), name in zip(places, names, strict=True):
            with self._graph.scope(feature.column):
                match feature:
                    case NumberFeature():
                        kind = "double" if _is_coarse(feature) else "number"
                        numbers.setdefault(kind, []).append((feature, at, name))
                    case BooleanFeature():
                        numbers.setdefault("boolean", []).append((feature, at, name))
                    case CategoryFeature():
                        self._parts.append((self._category(feature, name), at))
                    case DateFeature():
                        self._parts.append((self._date(feature, name), at))
                    case BagFeature():
                        self._parts.append((self._bag(feature, name), at))
                    case SequenceFeature():
                        self._parts.append((self._sequence(feature, name), at))
                    case _:
                        raise RunError(f"An ONNX file cannot hold columns of kind {feature.kind} yet.", "")
        for kind, group in numbers.items():
            with self._graph.scope(f"{kind}s"):
                self._booleans(group) if kind == "boolean" else self._numbers(group, kind == "double")
        with self._graph.scope("row"):
            return self._in_order()

    def emit_lengths(self, x: Flow) -> Flow:
        """Write an input that says how many steps of a series there are, and make those before them 0."""
        graph, steps = self._graph, self._steps
        assert steps is not None
        told = f"how many of the {steps} steps there are; they end the row, what is before them is left out"
        name = self._add("steps", np.int64, (ROWS, 1), told, told)
        with graph.scope("series"):
            first = graph.add("Sub", graph.whole(steps), name)
            real = graph.add("GreaterOrEqual", graph.constant(np.arange(steps), "place"), first)
            real = graph.add("Unsqueeze", real, graph.whole(-1))
            return x.again(graph.add("Where", real, x.name, graph.constant(np.float32(0), "nothing")))

    def _input(self, feature: Feature) -> str:
        """Write a column's input."""
        shape: tuple[Size, ...] = (ROWS, 1 if self._steps is None else self._steps)
        match feature:
            case BooleanFeature():
                return self._add(feature.column, np.float32, shape, "1 for yes, 0 for no, NaN for a gap")
            case CategoryFeature():
                words = ", ".join(
                    json.dumps(word, ensure_ascii=False) for word in feature.categories[:_SHOWN]
                )
                more = ", ..." if len(feature.categories) > _SHOWN else ""
                return self._add(feature.column, str, shape, f'one of {words}{more}; "" for a gap')
            case DateFeature():
                told = "seconds since 1970-01-01 00:00, the smallest int64 for a gap"
                note = f"{told}: numpy's dates.astype('datetime64[s]').astype('int64')"
                return self._add(feature.column, np.int64, shape, told, note)
            case BagFeature() | SequenceFeature():
                told = 'its words in small letters, "" where there are no more'
                note = f'{told}: re.findall(r"{WORD.pattern}", text.lower())'
                open_shape = (*shape[: 1 if self._steps is None else 2], "words")
                return self._add(feature.column, str, open_shape, told, note)
            case NumberFeature() if _is_coarse(feature):
                note = "float64, as its numbers are large beside their differences"
                return self._add(feature.column, np.float64, shape, "a number, NaN for a gap", note)
            case _:
                return self._add(feature.column, np.float32, shape, "a number, NaN for a gap")

    def _add(self, column: str, kind: Any, shape: tuple[Size, ...], told: str, note: str = "") -> str:
        name = self._graph.input(column, kind, shape, told)
        kind_name = "str" if kind is str else np.dtype(kind).name
        self.given.append(Given(name, kind_name, shape, told, note and f"{name}: {note}"))
        return name

    def _cell(self, name: str) -> str:
        """Give a column an axis for its numbers; without steps the axis of length 1 is that."""
        return name if self._steps is None else self._graph.add("Unsqueeze", name, self._graph.whole(-1))

    def _joined(self, names: list[str]) -> str:
        cells = [self._cell(name) for name in names]
        return cells[0] if len(cells) == 1 else self._graph.add("Concat", *cells, axis=-1)

    def _numbers(self, group: list[tuple[NumberFeature, list[int], str]], coarse: bool) -> None:
        """Write all numbers at once, in float64 as the training did."""
        graph = self._graph
        features = [feature for feature, _, _ in group]
        given = self._joined([name for _, _, name in group])
        gaps = graph.add("IsNaN", given)
        exact = given if coarse else graph.cast(given, np.float64)

        def each(name: str) -> str:
            return graph.constant([getattr(feature, name) for feature in features], name, np.float64)

        filled = graph.add("Where", gaps, each("fill"), exact)
        if any(reaches_beyond(feature.shift, feature.scale) for feature in features):
            # onnxruntime leaves out a difference to a tiny number, which it takes for 0.
            shifts = [feature.shift / feature.scale for feature in features]
            stretched = graph.add("Div", filled, each("scale"))
            scaled = graph.add("Sub", stretched, graph.constant(shifts, "shift", np.float64))
        else:
            scaled = graph.add("Div", graph.add("Sub", filled, each("shift")), each("scale"))
        self._parts.append((graph.cast(scaled, np.float32), [at[0] for _, at, _ in group]))
        told = [(index, at[1]) for index, (feature, at, _) in enumerate(group) if feature.indicator]
        if told:
            missing = graph.cast(gaps, np.float32)
            if len(told) < len(group):
                missing = graph.add("Gather", missing, graph.whole(*(index for index, _ in told)), axis=-1)
            self._parts.append((missing, [place for _, place in told]))

    def _booleans(self, group: list[tuple[BooleanFeature, list[int], str]]) -> None:
        graph = self._graph
        given = self._joined([name for _, _, name in group])
        middle = graph.constant(np.float32(0.5), "middle")
        made = graph.add("Where", graph.add("IsNaN", given), middle, given)
        self._parts.append((made, [at[0] for _, at, _ in group]))

    def _category(self, feature: CategoryFeature, name: str) -> str:
        graph, count = self._graph, len(feature.outputs)
        index = {word: at for at, word in enumerate(feature.categories)}
        rest = len(feature.categories)
        keys = Counter(map(label_key, feature.categories))
        for word in feature.categories:
            if word.removeprefix("-").isdecimal():
                index.setdefault(f"{word}.0", index[word])  # whole numbers, as other programs write them
            if keys[label_key(word)] == 1:
                for spelling in (word.lower(), word.upper(), word.capitalize()):
                    index.setdefault(spelling, index[word])
        for word in NULLS:
            # Past the last place: no place at all.
            index.setdefault(word, rest + feature.other if feature.gaps else count)
        numbers = self._encoded(name, index, rest if feature.other else count)
        ends = graph.constant(np.array([0, 1], np.float32), "off_on")
        made = graph.add("OneHot", numbers, graph.constant(np.int64(count), "depth"), ends, axis=-1)
        return graph.add("Squeeze", made, graph.whole(1)) if self._steps is None else made

    def _encoded(self, name: str, index: dict[str, int], other: int) -> str:
        return self._graph.add(
            "LabelEncoder",
            name,
            keys_strings=list(index),
            values_int64s=list(index.values()),
            default_int64=other,
        )

    def _date(self, feature: DateFeature, name: str) -> str:
        graph = self._graph
        gaps = graph.add("Equal", name, graph.constant(np.int64(GAP), "gap"))
        seconds = graph.add("Where", gaps, graph.constant(np.int64(0), "number"), name)
        calendar = Calendar(graph, seconds)
        parts = self._joined([calendar.part(part) for part in feature.parts])
        exact = graph.cast(parts, np.float64)
        moved = graph.add("Sub", exact, graph.constant(feature.part_shifts, "shift", np.float64))
        scaled = graph.add("Div", moved, graph.constant(feature.part_scales, "scale", np.float64))
        made = graph.cast(scaled, np.float32)
        return graph.add("Where", self._cell(gaps), graph.constant(np.float32(0), "nothing"), made)

    def _bag(self, feature: BagFeature, name: str) -> str:
        """Write a 1 at the place of each word; unknown ones go to a place behind, which is cut off."""
        graph, count = self._graph, len(feature.vocabulary)
        words = self._encoded(name, {word: at for at, word in enumerate(feature.vocabulary)}, count)
        shape = graph.add("Concat", graph.add("Shape", name, end=-1), graph.whole(count + 1), axis=0)
        empty = graph.add("ConstantOfShape", shape)
        ones = graph.cast(graph.add("GreaterOrEqual", words, graph.whole(0)), np.float32)
        made = graph.add("ScatterElements", empty, words, ones, axis=-1)
        return graph.add("Slice", made, graph.whole(0), graph.whole(count), graph.whole(-1))

    def _sequence(self, feature: SequenceFeature, name: str) -> str:
        """Write the numbers of a text's first words, which end the row."""
        graph, length = self._graph, feature.length
        index = {"": 0} | {word: at + 2 for at, word in enumerate(feature.vocabulary)}
        words = graph.add("Pad", self._encoded(name, index, 1), graph.whole(0, 0, 0, length))
        words = graph.add("Slice", words, graph.whole(0), graph.whole(length), graph.whole(1))
        known = graph.cast(graph.add("Greater", words, graph.whole(0)), np.int64)
        empty = graph.add("Sub", graph.whole(length), graph.add("ReduceSum", known, graph.whole(1)))
        place = graph.add("Sub", graph.constant(np.arange(length)[None], "place"), empty)
        zero = graph.constant(np.int64(0), "number")
        moved = graph.add("GatherElements", words, graph.add("Max", place, zero), axis=1)
        return graph.add("Where", graph.add("Less", place, zero), zero, moved)

    def _in_order(self) -> Flow:
        """Put all numbers side by side in the order of the features."""
        graph = self._graph
        rank = 2 if self._steps is None else 3
        names = [name for name, _ in self._parts]
        row = names[0] if len(names) == 1 else graph.add("Concat", *names, axis=-1)
        places = [place for _, at in self._parts for place in at]
        if places != sorted(places):
            row = graph.add("Gather", row, graph.whole(*np.argsort(places).tolist()), axis=-1)
        return Flow(row, rank)


def reaches_beyond(shift: float, scale: float) -> bool:
    """Whether float32 does not hold numbers of such a size."""
    return max(abs(shift), scale) > 1e30 or scale < 1e-30


def _is_coarse(feature: NumberFeature) -> bool:
    """Whether float32 would round a column's numbers.

    A median that float32 holds exactly, such as a year, speaks for the others.
    """
    if reaches_beyond(feature.shift, feature.scale):
        return True
    far = abs(feature.shift) > _COARSE * feature.scale
    return far and float(np.float32(feature.fill)) != feature.fill
