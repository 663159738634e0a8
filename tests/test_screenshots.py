"""Every screen is in the pictures, at both sizes and in both themes."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from pathlib import Path
from types import ModuleType

import pytest
from textual.screen import Screen

import nn_tui.tui.screens

FOLDER = Path(__file__).parents[1] / "screenshots"


@pytest.fixture
def shots(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The list of pictures."""
    place = importlib.util.spec_from_file_location("shots", FOLDER / "shots.py")
    assert place is not None and place.loader is not None
    module = importlib.util.module_from_spec(place)
    monkeypatch.setitem(sys.modules, "shots", module)
    place.loader.exec_module(module)
    return module


def test_every_screen_is_photographed(shots: ModuleType) -> None:
    classes = set()
    for found in pkgutil.iter_modules(nn_tui.tui.screens.__path__, "nn_tui.tui.screens."):
        module = importlib.import_module(found.name)
        classes |= {
            name
            for name, value in vars(module).items()
            if isinstance(value, type) and issubclass(value, Screen) and value.__module__ == found.name
        }
    assert classes - {"Page", "Dialog"} == {shot.screen for shot in shots.SHOTS}


def test_every_picture_is_there_and_no_other(shots: ModuleType) -> None:
    wanted = {
        f"{shot.name}-{size}-{theme}.png"
        for shot in shots.SHOTS
        for size in ("120x36", "80x24")
        for theme in ("dark", "light")
    }
    assert {path.name for path in FOLDER.glob("*.png")} == wanted
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) < 6 << 20
