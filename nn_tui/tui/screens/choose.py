"""Choose one of a list by typing a few letters of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.getters import query_one
from textual.widgets import Input
from textual.widgets.option_list import Option

from nn_tui.tui.content import OptionList, assembled, entitle, option, stacked, words
from nn_tui.tui.forms.editors import TextEditor
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.leaving import Dialog


@dataclass(frozen=True)
class Choice:
    """One line of the list."""

    key: str
    title: str
    sentence: str
    effect: str = ""
    """What choosing it would do here; may be empty."""


class ChooseScreen(Dialog[str | None]):
    """A list that letters narrow down; gives the key of what was chosen, or None.

    Args:
        question: the title.
        choices: what there is.
        chosen: the key that is selected at first. Default: the first.
        free: give what was typed when nothing of the list fits it. Default no.
        text: what the line of text holds at first. Default: nothing.
        hint: what stands in the empty line of text.
        name: what lessons call the screen, where it is one of several in a row. Default none: "choose".
    """

    CSS_PATH = "choose.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel", show=False),
        Binding("down", "select(1)", "Down", show=False),
        Binding("up", "select(-1)", "Up", show=False),
        Binding("pagedown", "select(8)", "Down", show=False),
        Binding("pageup", "select(-8)", "Up", show=False),
    ]

    line = query_one(TextEditor)
    options = query_one(OptionList)

    def __init__(
        self,
        question: str,
        choices: Sequence[Choice],
        *,
        chosen: str = "",
        free: bool = False,
        text: str = "",
        hint: str = "type to find",
        name: str | None = None,
    ) -> None:
        super().__init__(name=name)
        self.question = question
        self.choices = choices
        self.chosen = chosen
        self.free = free
        self.text = text
        self.hint = hint

    def compose(self) -> ComposeResult:
        """Lay the line of text over the list."""
        with Vertical(classes="dialog") as dialog:
            entitle(dialog, self.question)
            yield TextEditor(self.text, empty=self.hint, asks=not self.free)
            options = OptionList(*map(_option, self.choices))
            options.can_focus = False
            yield options
            word = "enter choose" if self.choices else "enter done"
            yield KeyHint([(word, "choose"), ("esc cancel", "leave"), ("f1 keys", "help")])

    def on_mount(self) -> None:
        """Select what is chosen now."""
        keys = [choice.key for choice in self.choices]
        self.options.highlighted = keys.index(self.chosen) if self.chosen in keys else (0 if keys else None)
        self.line.focus()

    def on_resize(self) -> None:
        """Keep what is selected in sight, from the first size on."""
        self.call_after_refresh(self.options.scroll_to_highlight)

    @on(Input.Changed)
    def narrow_down(self, event: Input.Changed) -> None:
        """Leave only what fits the letters: names that begin with them first."""
        letters = event.value.strip().lower()
        begin = [choice for choice in self.choices if choice.title.lower().startswith(letters)]
        within = [
            choice
            for choice in self.choices
            if choice not in begin and letters in f"{choice.title} {choice.sentence}".lower()
        ]
        self.options.clear_options()
        self.options.add_options(map(_option, (*begin, *within)))
        if begin or within:
            self.options.highlighted = 0
        elif self.choices:
            told = "Nothing in the list fits."
            told += " Enter takes what is written." if self.free else ""
            self.options.add_option(option(words(told, "$muted"), disabled=True))

    @on(Input.Submitted)
    def action_choose(self) -> None:
        """Give what is selected, or what was written."""
        option = self.options.highlighted_option
        if option is not None:
            self.dismiss(option.id)
        elif self.free and self.line.value.strip():
            self.dismiss(self.line.value.strip())

    @on(OptionList.OptionSelected)
    def choose_clicked(self, event: OptionList.OptionSelected) -> None:
        """Give what was clicked."""
        self.dismiss(event.option_id)

    def action_select(self, by: int) -> None:
        """Go up or down the list."""
        at = self.options.highlighted
        if at is not None:
            self.options.highlighted = min(max(0, at + by), self.options.option_count - 1)

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)


def _option(choice: Choice) -> Option:
    lines = [words(choice.title, "bold")]
    if choice.effect:
        lines[0] = assembled(lines[0], "  ", (choice.effect, "$muted"))
    if choice.sentence:
        lines.append(words(choice.sentence, "$muted"))
    return option(stacked(lines), id=choice.key)
