"""Which insights are being watched, and when the worker may spend time on them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nn_tui.declare import find
from nn_tui.errors import NnTuiError
from nn_tui.insight.pictures import InsightRequest, Picture, Sentence

SHARE = 0.015
"""The part of the training time that pictures may take."""


class InsightDesk:
    """Makes the watched pictures in turn, the oldest first, within a share of the time."""

    def __init__(self) -> None:
        self.pictures: Mapping[str, Picture] = {}
        self._watched: tuple[str, ...] = ()
        self._options: Mapping[str, Mapping[str, Any]] = {}
        self._free_again = 0.0
        self._turn = 0

    def watch(self, insights: tuple[str, ...], options: Mapping[str, Mapping[str, Any]]) -> None:
        """Make these pictures from now on, and no others; the next at once: somebody waits for it."""
        self.pictures = {
            name: self.pictures[name]
            for name in insights
            if name in self.pictures and options.get(name, {}) == self._options.get(name, {})
        }
        self._watched = insights
        self._options = options
        self._free_again = 0.0

    def refresh_all(self, asked: InsightRequest) -> None:
        """Make every watched picture now: nothing is being trained, so nobody waits."""
        for name in self._watched:
            self._make(name, replace(asked, resting=True))

    def refresh_one(self, asked: InsightRequest) -> None:
        """Make the next watched picture, unless the last ones have used up their share of time."""
        started = time.perf_counter()
        if not self._watched or started < self._free_again:
            return
        self._turn = (self._turn + 1) % len(self._watched)
        self._make(self._watched[self._turn], asked)
        ended = time.perf_counter()
        self._free_again = ended + (ended - started) * (1 - SHARE) / SHARE

    def _make(self, name: str, asked: InsightRequest) -> None:
        options = dict(self._options.get(name, {}))
        try:
            picture = find("insight", name)(replace(asked, options=options), **options)
        except NnTuiError as error:
            picture = Sentence(str(error))
        self.pictures = {**self.pictures, name: picture}
