"""All keys, from the table of actions."""

from __future__ import annotations

import inspect
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from nn_tui.tui.actions import groups
from nn_tui.tui.panels.links import Hint
from nn_tui.tui.screens.leaving import Dialog

FORMS = (
    ("tab, up, down", "Go from field to field."),
    ("+ -", "Step a number."),
    ("left, right", "Take the next choice."),
    ("space", "Show the list of choices; flip a yes or no."),
    ("enter, esc", "Done; cancel."),
)
"""The keys inside a form, which are the editors' own."""


class HelpScreen(Dialog[None]):
    """Every action with its keys and a sentence, those of the place where one is first.

    Args:
        here: the screen that help was asked for. Default: the workbench, whose keys are the table's.
    """

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "leave", "Close", show=False)
    ]

    def __init__(self, here: Screen[object] | None = None) -> None:
        super().__init__()
        self._here = [] if here is None else keys_of(here)

    def compose(self) -> ComposeResult:
        """List the groups."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Keys"
            with VerticalScroll():
                if self._here:
                    yield Static("Here", classes="heading", markup=False)
                    with Grid():
                        for keys, sentence in self._here:
                            yield from _line(keys, sentence)
                for name, actions in groups():
                    yield Static(name, classes="heading", markup=False)
                    with Grid():
                        for action in actions:
                            yield from _line(action.keys_shown, action.sentence)
                yield Static("In a form", classes="heading", markup=False)
                with Grid():
                    for keys, sentence in FORMS:
                        yield from _line(keys, sentence)
            yield Hint("esc close   everything here is in the command palette too, ctrl+p")

    def action_leave(self) -> None:
        """Close it."""
        self.dismiss(None)


def keys_of(screen: Screen[object]) -> list[tuple[str, str]]:
    """Give a screen's own keys, each with the first sentence of what it does."""
    found = []
    for binding in type(screen).BINDINGS:
        if isinstance(binding, Binding):
            name = binding.action.split("(")[0].removeprefix("screen.")
            doing = inspect.getdoc(getattr(screen, f"action_{name}", None)) or binding.description
            keys = " ".join(_NAMES.get(key, key) for key in binding.key.split(","))
            found.append((keys, doing.split("\n")[0]))
    return found


_NAMES = {"escape": "esc", "slash": "/", "question_mark": "?", "full_stop": "."}


def _line(keys: str, sentence: str) -> ComposeResult:
    yield Static(keys, classes="keys", markup=False)
    yield Static(sentence, markup=False)
