"""The layout for a size: a class across and one down, as an app's breakpoints say."""

from __future__ import annotations

from typing import Any

from textual.app import App


def size_classes(app: App[Any]) -> tuple[str, ...]:
    """Give the classes that Textual gives a screen of the terminal's size, for before it knows its size."""
    size = app.size
    across, down = app.HORIZONTAL_BREAKPOINTS or [], app.VERTICAL_BREAKPOINTS or []
    return tuple(
        max(point for point in points if point[0] <= cells)[1]
        for points, cells in ((across, size.width), (down, size.height))
        if points
    )
