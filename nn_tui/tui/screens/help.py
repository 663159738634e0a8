"""The keys of where one is, then all others, from the table of actions."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Vertical, VerticalScroll
from textual.dom import DOMNode
from textual.screen import Screen

from nn_tui.tui.actions import Action, groups
from nn_tui.tui.content import Static, entitle
from nn_tui.tui.forms.form import Form
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.leaving import Dialog

FORMS = (
    ("tab, up, down", "Go from field to field."),
    ("+ -", "Step a number."),
    ("left, right", "Take the next choice."),
    ("a letter", "Take the next choice that begins with it; y and n for yes and no."),
    ("space", "Show the list of choices; flip a yes or no."),
    ("enter, esc", "Done; cancel."),
)
"""The keys inside a form, which are the editors' own."""


class HelpScreen(Dialog[None]):
    """The keys that work where one is, each with a sentence: those of what has the focus first.

    Args:
        here: the screen that help was asked for.
        bench: whether that is the workbench, where all actions are.
    """

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "leave", "Close", show=False),
        Binding("U", "guide", "Read the guide", show=False),
    ]

    def __init__(self, here: Screen[object], *, bench: bool) -> None:
        super().__init__()
        self._here, self._bench = keys_of(here, bench=bench), bench
        self._modal, self._form = here.is_modal, bool(here.query(Form))

    def compose(self) -> ComposeResult:
        """List the groups."""
        with Vertical(classes="dialog") as dialog:
            entitle(dialog, "Keys")
            with VerticalScroll():
                yield from _group("Here", self._here)
                if self._form and not self._bench:
                    yield from _group("In a form", FORMS)
                for name, actions in groups():
                    if self._bench:
                        yield from _group(name, map(_words, actions))
                    elif not self._modal:
                        yield from _group("Everywhere", [_words(one) for one in actions if one.anywhere])
                if self._bench:
                    yield from _group("In a form", FORMS)
            keys = [("esc close", "leave"), ("U guide", "guide")]
            if self._bench:
                keys.append(("everything here is in the command palette too, ctrl+p", ""))
            yield KeyHint(keys)

    async def action_guide(self) -> None:
        """Read the guide, and search it."""
        await self.app.run_action("app.guide")

    def action_leave(self) -> None:
        """Close it."""
        self.dismiss(None)


def keys_of(screen: Screen[object], *, bench: bool = False) -> list[tuple[str, str]]:
    """Give the keys of what has the focus and of its screen, each with the first sentence of what it does.

    Args:
        screen: the screen.
        bench: whether it is the workbench, whose own keys are those of the table of actions. Default no.
    """
    found: dict[str, list[str]] = {}
    focused = [] if screen.focused is None else screen.focused.ancestors_with_self
    places = [node for node in focused if not isinstance(node, Screen | App)] + ([] if bench else [screen])
    for place in places:
        if type(place).__module__.startswith("nn_tui."):
            for keys, sentence in _own_keys(place):
                known = found.setdefault(sentence, [])
                known += [key for key in keys if key not in known]
    return [(" ".join(keys), sentence) for sentence, keys in found.items()]


def _own_keys(place: DOMNode) -> Iterable[tuple[list[str], str]]:
    for binding in type(place).__dict__.get("BINDINGS", ()):
        if isinstance(binding, Binding):
            name = binding.action.split("(")[0].rsplit(".", 1)[-1]
            doing = binding.description or inspect.getdoc(getattr(place, f"action_{name}", None)) or name
            if isinstance(place, Screen):
                doing = inspect.getdoc(getattr(place, f"action_{name}", None)) or doing
            yield [_NAMES.get(key, key) for key in binding.key.split(",")], doing.split("\n")[0]


_NAMES = {"escape": "esc", "slash": "/", "question_mark": "?", "full_stop": "."}


def _words(action: Action) -> tuple[str, str]:
    return action.keys_shown, action.sentence


def _group(name: str, lines: Iterable[tuple[str, str]]) -> ComposeResult:
    listed = list(lines)
    if not listed:
        return
    yield Static(name, classes="heading")
    with Grid():
        for keys, sentence in listed:
            yield Static(keys, classes="keys")
            yield Static(sentence)
