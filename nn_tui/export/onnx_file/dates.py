"""The parts of a date from its seconds since 1970, in whole numbers, as ONNX nodes."""

from __future__ import annotations

import numpy as np

from nn_tui.export.onnx_file.graph import Graph

GAP = int(np.iinfo(np.int64).min)
"""What a missing date is as a number, as in NumPy."""
_DAY = 86_400


class Calendar:
    """Writes the parts of dates; what several parts need is written once.

    Args:
        graph: where to.
        seconds: the name of the seconds since 1970-01-01 00:00, int64, none of them missing.
    """

    def __init__(self, graph: Graph, seconds: str) -> None:
        self._graph = graph
        self._seconds = seconds
        self._days = self._floor(seconds, _DAY)
        self._date: dict[str, str] = {}

    def part(self, name: str) -> str:
        """Write a part: year, month, day, weekday (0 is Monday) or hour."""
        if name == "weekday":
            return self._rest(self._plus(self._days, 3), 7)  # 1970 began on a Thursday
        if name == "hour":
            return self._floor(self._rest(self._seconds, _DAY), 3600)
        if not self._date:
            self._date = self._civil()
        return self._date[name]

    def _civil(self) -> dict[str, str]:
        """Write year, month and day.

        Years are counted from March, so that the day that comes every four years is the last one, and in
        eras of 400 years, which have 146097 days each.
        """
        g = self._graph
        days = self._plus(self._days, 719_468)  # since 1 March of the year 0
        era, of_era = self._floor(days, 146_097), self._rest(days, 146_097)
        leaps = [self._floor(of_era, 1_460), self._floor(of_era, 36_524), self._floor(of_era, 146_096)]
        even = g.add("Sub", g.add("Add", g.add("Sub", of_era, leaps[0]), leaps[1]), leaps[2])
        year = self._floor(even, 365)
        before = g.add("Sub", self._floor(year, 4), self._floor(year, 100))
        of_year = g.add("Sub", of_era, g.add("Add", self._times(year, 365), before))
        since_march = self._floor(self._plus(self._times(of_year, 5), 2), 153)
        month_began = self._floor(self._plus(self._times(since_march, 153), 2), 5)
        month = self._plus(self._rest(self._plus(since_march, 2), 12), 1)
        early = g.cast(g.add("Less", month, self._number(3)), np.int64)
        return {
            "year": g.add("Add", g.add("Add", year, self._times(era, 400)), early),
            "month": month,
            "day": self._plus(g.add("Sub", of_year, month_began), 1),
        }

    def _number(self, value: int) -> str:
        return self._graph.constant(np.int64(value), "number")

    def _plus(self, value: str, number: int) -> str:
        return self._graph.add("Add", value, self._number(number))

    def _times(self, value: str, number: int) -> str:
        return self._graph.add("Mul", value, self._number(number))

    def _rest(self, value: str, number: int) -> str:
        return self._graph.add("Mod", value, self._number(number))

    def _floor(self, value: str, number: int) -> str:
        """Divide and round down, below 0 too, where ONNX's division rounds up."""
        whole = self._graph.add("Sub", value, self._rest(value, number))
        return self._graph.add("Div", whole, self._number(number))
