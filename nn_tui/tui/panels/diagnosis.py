"""One line that says how the run is doing; it changes seldom."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import var

from nn_tui.experiment.checkup import Checkup
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.tui.content import assembled, words
from nn_tui.tui.panels.line import Line, both_ends
from nn_tui.tui.panels.links import linked
from nn_tui.tui.wording import shortened


class DiagnosisLine(Line):
    """The most urgent finding of the run, a link to its remedy.

    Reads: the snapshot's diagnosis; the problems of the experiment, which come first.
    """

    checkup: var[Checkup | None] = var(None, init=False)
    snapshot: var[Snapshot | None] = var(None, init=False)

    def watch_checkup(self) -> None:
        """Show what keeps it from being trained."""
        self.renew()

    def watch_snapshot(self, before: Snapshot | None, now: Snapshot | None) -> None:
        """Show another diagnosis."""
        if before is None or now is None or before.diagnosis is not now.diagnosis:
            self.renew()

    def compose_line(self, width: int) -> Content:
        """Write the sentence; what is wrong has a sign before it, and the key of its remedy behind."""
        text, ill = self._sentence()
        if not text:
            return words("")
        sign, style = ("! ", "$warn") if ill else ("", "$muted")
        word = ("remedy " if ill else "why ") if width >= 40 else ""
        room = width - len(f" {sign} h {word}")
        name = "diagnosis: " if len(f"diagnosis: {text}") <= room else ""
        # The key shows the whole sentence where there is no room for it.
        text = shortened(text, room - len(name), getattr(self.app, "ascii_only", False))
        key = assembled(("h ", "bold"), (word, "$muted"))
        left = assembled(" ", (sign + name, style), (text, "" if ill else "$muted"))
        return linked(both_ends(left, key, width), "app.diagnose")

    def _sentence(self) -> tuple[str, bool]:
        if self.checkup is not None and self.checkup.problems:
            return self.checkup.problems[0].message, True
        diagnosis = self.snapshot.diagnosis if self.snapshot is not None else None
        if diagnosis is None:
            return "", False
        return diagnosis.headline.text, diagnosis.headline.ill
