"""Processes of this very program, started from wherever it runs."""

from __future__ import annotations

import os
from pathlib import Path

import nn_tui


def environment() -> dict[str, str]:
    """Return the environment in which another process finds this very program."""
    environment = dict(os.environ)
    place = Path(nn_tui.__file__).parent.parent
    if place.name not in ("site-packages", "dist-packages"):  # run from its sources
        paths = [str(place), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    return environment
