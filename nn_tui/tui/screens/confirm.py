"""Ask before something is lost."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from nn_tui.tui.panels.links import Hint, link
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
            dialog.border_title = self.question
            yield Static(self.lost, markup=False)
            answers = Content.assemble(
                link(f"y {self.go_on}", "screen.answer(True)"),
                "   ",
                link("n stay", "screen.answer(False)"),
            )
            yield Hint(answers)

    def action_answer(self, go_on: bool) -> None:
        """Give the answer."""
        self.dismiss(go_on)
