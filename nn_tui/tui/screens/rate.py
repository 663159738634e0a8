"""The learning-rate finder: the loss over a growing rate, drawn while it is tried, and a suggestion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.getters import query_one

from nn_tui.errors import NnTuiError
from nn_tui.experiment.gate import Gate
from nn_tui.experiment.rate_chart import rate_picture
from nn_tui.experiment.rate_finder import INTERRUPTED, RateTest, find_rate
from nn_tui.experiment.spec import Spec
from nn_tui.tui.content import Static, assembled, entitle
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.leaving import Page
from nn_tui.tui.widgets.picture import PictureView

FRAMES_PER_SECOND = 8

State = Mapping[str, Any]
Present = Callable[[Callable[[State | None, str], None]], None]
"""Fetches the state of the present weights; it is given on, or None and why there is none."""


class RateScreen(Page[float | None]):
    """Runs the range test in a thread, on a network of its own; gives the rate to take, or None.

    Args:
        spec: the experiment.
        present: fetches the weights as they are now; None where nothing is trained.
        gate: passed between two batches, so that keys are answered at once.
    """

    CSS_PATH = "rate.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Back", show=False),
        Binding("enter", "take", "Take it", show=False),
        Binding("w", "change_weights", "From the present weights", show=False),
        Binding("r", "again", "Again", show=False),
    ]

    title_line = query_one("#title", Static)
    chart = query_one(PictureView)
    told = query_one("#told", Static)

    def __init__(self, spec: Spec, present: Present | None, gate: Gate) -> None:
        super().__init__()
        self.spec = spec
        self.test: RateTest | None = None
        """What was found; None while it is being tried."""
        self.from_present = False
        self._present = present
        self._gate = gate
        self._newest: RateTest | None = None
        self._number = 0
        """Of the test that is shown: one that was left ends and is not looked at any more."""

    def compose(self) -> ComposeResult:
        """Lay the chart over the words."""
        yield Static("", id="title")
        chart = PictureView()
        chart.add_class("panel")
        entitle(chart, "Loss by learning rate")
        yield chart
        yield Static("", id="told")
        keys = [("enter take it", "take"), ("r again", "again"), ("esc back", "leave")]
        if self._present is not None:
            keys.insert(1, ("w from the start or the present weights", "change_weights"))
        yield KeyHint(keys)

    def on_mount(self) -> None:
        """Begin."""
        self.set_interval(1 / FRAMES_PER_SECOND, self.renew)
        self.action_again()

    def on_unmount(self) -> None:
        """End the test; the thread leaves after its batch."""
        self._number += 1

    def action_again(self) -> None:
        """Try again, with the network and the rows as they are."""
        self._number += 1
        self.test = self._newest = None
        where = "the weights as they are now" if self.from_present else "the first weights"
        self.title_line.update(f"{self.spec.name}   tried on a copy, from {where}")
        self.told.update("Trying ...   esc cancels.")
        self.chart.show(None)
        number = self._number
        if not self.from_present or self._present is None:
            self._start(number, None)
            return

        def take(state: State | None, why: str) -> None:
            if number != self._number:
                return
            if state is None:
                self.told.update(f"! {why}")
            else:
                self._start(number, state)

        self._present(take)

    def _start(self, number: int, state: State | None) -> None:
        self.run_worker(lambda: self._try(number, state), thread=True, group="rate", exit_on_error=False)

    def _try(self, number: int, state: State | None) -> None:
        """Run the test; in a thread."""

        def take(test: RateTest) -> None:
            if number == self._number:
                self._newest = test
            if self._gate.closed:
                self._gate.wait()

        try:
            test = find_rate(self.spec, state, lambda: number != self._number, take)
        except NnTuiError as error:
            self.app.call_from_thread(self._fail, number, str(error))
            return
        if test.ending != INTERRUPTED:
            self.app.call_from_thread(self._end, number, test)

    def _fail(self, number: int, why: str) -> None:
        if number == self._number:
            self.told.update(f"! {why}")

    def _end(self, number: int, test: RateTest) -> None:
        if number != self._number:
            return
        self.test = self._newest = test
        self.renew()
        if test.suggestion is None:
            self.told.update(f"! {test.reason}")
            return
        self.told.update(
            assembled(("Suggestion: ", "$muted"), (f"{test.suggestion:g}", "bold"), f"   {test.reason}")
        )

    def renew(self) -> None:
        """Draw what has been tried so far; what is drawn already costs nothing."""
        if (newest := self._newest) is not None:
            self._newest = None
            self.chart.show(rate_picture(newest))

    def action_take(self) -> None:
        """Make the suggestion the learning rate of the experiment; undo takes it back."""
        if self.test is None:
            self.told.update("It is still being tried.   esc cancels.")
        elif self.test.suggestion is not None:
            self.dismiss(self.test.suggestion)

    def action_change_weights(self) -> None:
        """Try from the weights as they are now, or from the first ones."""
        if self._present is None:
            self.told.update("Nothing is trained yet: the first weights are the present ones.")
            return
        self.from_present = not self.from_present
        self.action_again()

    def action_leave(self) -> None:
        """Cancel, and leave the learning rate as it is."""
        self.dismiss(None)
