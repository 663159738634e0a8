"""All keys, from the table of actions."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from nn_tui.tui.actions import groups
from nn_tui.tui.panels.links import Hint

FORMS = (
    ("tab, up, down", "Go from field to field."),
    ("+ -", "Step a number."),
    ("left, right", "Take the next choice."),
    ("space", "Show the list of choices; flip a yes or no."),
    ("enter, esc", "Done; cancel."),
)
"""The keys inside a form, which are the editors' own."""


class HelpScreen(ModalScreen[None]):
    """Every action with its keys and a sentence."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "app.pop_screen", "Close", show=False)
    ]

    def compose(self) -> ComposeResult:
        """List the groups."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Keys"
            with VerticalScroll():
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


def _line(keys: str, sentence: str) -> ComposeResult:
    yield Static(keys, classes="keys", markup=False)
    yield Static(sentence, markup=False)
