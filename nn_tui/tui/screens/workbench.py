"""`Workbench`: the screen one works on."""

from __future__ import annotations

from nn_tui.tui.building_actions import BuildingActions
from nn_tui.tui.looking_actions import LookingActions


class Workbench(BuildingActions, LookingActions):
    """The panels, what is built there and how it is looked at.

    Reads: the spec, what was found about it, the snapshot.
    Posts: SpecEdited.
    """
