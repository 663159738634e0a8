"""Ask before something is lost."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from nn_tui.tui.content import Static, entitle, stacked, words
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.leaving import Dialog


class ConfirmScreen(Dialog[bool]):
    """A question with what would be lost; gives whether to go on.

    Args:
        question: the question.
        lost: what would be lost.
        go_on: the word for yes.
    """

    CSS_PATH = "confirm.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer(True)", "Yes", show=False),
        Binding("n,escape", "answer(False)", "No", show=False),
    ]

    def __init__(self, question: str, lost: str, go_on: str) -> None:
        super().__init__()
        self.question, self.lost, self.go_on = question, lost, go_on

    def compose(self) -> ComposeResult:
        """Lay the question over the answers."""
        with Vertical(classes="dialog") as dialog:
            entitle(dialog, self.question)
            yield Static(stacked(map(words, self.lost.split("\n"))))
            yield KeyHint([(f"y {self.go_on}", "answer(True)"), ("n stay", "answer(False)")])

    def action_answer(self, go_on: bool) -> None:
        """Give the answer."""
        self.dismiss(go_on)
