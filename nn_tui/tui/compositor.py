"""`ThriftyCompositor`: a repaint of a few lines asks only the widgets that are seen there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import textual
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

KNOWN = "8.2."
"""The beginning of the versions of Textual whose inner workings these are; others keep their own."""


class ThriftyCompositor(Compositor):
    """Paints what Textual's paints, at less cost where little has changed.

    Textual's asks each widget of the screen for all its lines at each repaint, also for those that have not
    changed and those that are behind others.
    """

    def render_partial_update(self) -> ChopsUpdate | None:
        """Render what is dirty; None when nothing is."""
        if not _known():
            return super().render_partial_update()
        spans = list(self._regions_to_spans(self._dirty_regions))
        self._dirty_regions.clear()
        if not spans:
            return None
        cuts = self.cuts
        wanted = _wanted(spans, cuts)
        nothing: dict[int, Strip | None] = {}
        chops = [dict.fromkeys(line[:-1]) if row in wanted else nothing for row, line in enumerate(cuts)]
        for widget, (region, clip) in self.visible_widgets.items():  # from front to back
            seen = region.intersection(clip)
            rows = _rows_within(seen, wanted)
            if not rows:
                continue
            first = rows[0]
            band = Region(seen.x - region.x, first - region.y, seen.width, rows[-1] + 1 - first)
            lines = widget.render_lines(band)
            for row in rows:
                inside = [cut for cut in cuts[row] if seen.x <= cut <= seen.right]
                parts = lines[row - first].divide([cut - seen.x for cut in inside[1:]])
                for cut, part in zip(inside, parts, strict=False):
                    if cut in wanted[row]:
                        chops[row][cut] = part
                        wanted[row].discard(cut)
                if not wanted[row]:
                    del wanted[row]
            if not wanted:
                break
        return ChopsUpdate(chops, spans, [line[1:] for line in cuts])


def _wanted(spans: Iterable[tuple[int, int, int]], cuts: Sequence[Sequence[int]]) -> dict[int, set[int]]:
    """Return where the pieces of each row begin that are to be painted."""
    wanted: dict[int, set[int]] = {}
    for row, start, stop in spans:
        pieces = {left for left, right in pairwise(cuts[row]) if left < stop and right > start}
        wanted.setdefault(row, set()).update(pieces)
    return wanted


def _rows_within(region: Region, wanted: Mapping[int, set[int]]) -> list[int]:
    """Return the rows of which a piece within a region is still to be painted."""
    return [
        row
        for row, pieces in wanted.items()
        if region.y <= row < region.bottom and any(region.x <= piece < region.right for piece in pieces)
    ]


def paint_thriftily(screen: Screen[Any]) -> None:
    """Give a screen that is being made this compositor."""
    screen._compositor = ThriftyCompositor()


@cache
def _known() -> bool:
    """Whether Textual is one whose inner workings are known.

    Not asked before the second repaint: to find the version takes as long as a quarter of the first.
    """
    return textual.__version__.startswith(KNOWN)
