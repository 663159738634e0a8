"""`Place`: where pictures are drawn one after another."""

from __future__ import annotations

from dataclasses import dataclass, field

from nn_tui.tui.painters.canvas import Spot
from nn_tui.tui.painters.plotting import Drawn


@dataclass
class Place:
    """Where pictures are drawn one after another: what is remembered from one to the next."""

    drawn: Drawn = field(default_factory=Drawn)
    """What curves were drawn before."""
    top: int = 0
    """How far it is scrolled; asked for before painting, kept within bounds after it."""
    over: int = 0
    """How far it can be scrolled."""
    spots: list[Spot] = field(default_factory=list)
    """What can be clicked in the picture that was drawn last."""
