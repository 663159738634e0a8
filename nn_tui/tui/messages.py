"""What screens, panels and fields report upwards, in the past tense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from nn_tui.errors import SpecError
    from nn_tui.experiment.checkup import Checkup
    from nn_tui.experiment.runs.card import RunCard
    from nn_tui.experiment.spec import Spec
    from nn_tui.sweep.job import SweepJob
    from nn_tui.tui.forms.sections import Entry
    from nn_tui.tui.screens.runs import RunsScreen


@dataclass
class SpecEdited(Message):
    """A person changed the experiment."""

    spec: Spec
    label: str
    """What was done, as undo names it: `remove Dropout`."""
    fold: bool = False
    """Whether it is one step with the last one of the same label."""


@dataclass
class NoticeWanted(Message):
    """A panel or a screen has something to say at the bottom of the workbench."""

    text: str


@dataclass
class ExportAsked(Message):
    """A kept run was chosen to be exported."""

    run: RunCard
    where: RunsScreen
    """The screen that tells how it went, while it is there."""


@dataclass
class SweepWanted(Message):
    """A sweep that rests is to go on."""

    job: SweepJob


@dataclass
class CheckedUp(Message):
    """A spec was looked at in a thread."""

    checkup: Checkup


@dataclass
class InsightShown(Message):
    """These insights are now visible; perhaps none."""

    names: tuple[str, ...]
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Where the controls of each stand that were turned."""


@dataclass
class ControlsTurned(Message):
    """A person chose something in a picture: where the controls of these options go."""

    options: Mapping[str, int]


@dataclass
class PlaceChosen(Message):
    """A row of the build panel was chosen to be edited: `layers.1`, `data`, `fit`."""

    path: str


@dataclass
class FieldChanged(Message):
    """A field holds another valid value."""

    entry: Entry
    value: Any


@dataclass
class FieldRefused(Message):
    """What was written into a field is no value of it."""

    entry: Entry
    error: SpecError


@dataclass
class FieldFocused(Message):
    """A field got the focus, so its help is wanted."""

    entry: Entry
