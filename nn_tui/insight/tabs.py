"""All insights in the order of their tabs; adding one is adding a file and its line here.

They are imported when the first of them is asked for: they need the engine, and the first paint of the app
does not wait for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from nn_tui.declare import registered

MODULES = (
    "network",
    "fit",
    "step",
    "gradients",
    "weights",
    "confusion",
    "mistakes",
    "activations",
    "landscape",
    "layers.filters",
    "layers.feature_maps",
    "layers.states",
    "layers.reconstruction",
    "layers.embedding",
    "best",
    "word_list",
)


def insights() -> Mapping[str, Any]:
    """Give all insights by their names, in the order of the tabs."""
    places = _imported()
    return dict(sorted(registered("insight").items(), key=lambda item: _place(item[1], places)))


@cache
def _imported() -> tuple[str, ...]:
    return tuple(import_module(f"{__package__}.{module}").__name__ for module in MODULES)


def _place(insight: Any, places: tuple[str, ...]) -> int:
    """Give a place by the module; a module may be a room of several."""
    home = f"{insight.__module__}."
    return next((at for at, place in enumerate(places) if home.startswith(f"{place}.")), len(places))
