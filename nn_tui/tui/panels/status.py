"""The first line: what is being trained and how far it is."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import var

from nn_tui.experiment.checkup import Checkup
from nn_tui.experiment.snapshot import Snapshot, Status
from nn_tui.experiment.spec import Spec
from nn_tui.tui.content import assembled, words
from nn_tui.tui.frames import LINES, TURNS
from nn_tui.tui.panels.line import Line, both_ends
from nn_tui.tui.wording import count_words, shortened, stack_words

PHASES = {"following": "in the background"}
"""Where a phase is said in other words."""


class StatusLine(Line):
    """The name, the stack in short, the parameters; the phase and the epoch.

    Reads: the snapshot's status.
    """

    spec: var[Spec | None] = var(None, init=False, always_update=True)
    checkup: var[Checkup | None] = var(None, init=False)
    snapshot: var[Snapshot | None] = var(None, init=False)
    frame: var[int] = var(0, init=False)

    def watch_spec(self) -> None:
        """Show the new stack."""
        self.renew()

    def watch_checkup(self) -> None:
        """Show the new number of parameters."""
        self.renew()

    def watch_snapshot(self, before: Snapshot | None, now: Snapshot | None) -> None:
        """Show how far it is, at rest and when it begins to train."""
        same = before is not None and now is not None and before.status.phase == now.status.phase
        if not same or (now is not None and now.status.phase != "training"):
            self.renew()

    def watch_frame(self, frame: int) -> None:
        """Show how far it is, while it trains."""
        if frame % TURNS == LINES:
            self.renew()

    def compose_line(self, width: int) -> Content:
        """Write as much as there is room for: the phase first, then the name, the stack, the rest."""
        if self.spec is None:
            return words("")
        phase, place = self._progress()
        ascii_only = getattr(self.app, "ascii_only", False)
        bar = self._bar(10 if width >= 100 else 6, ascii_only) if width >= 70 else words("")
        right = assembled((phase, "bold"), "  ", bar, place, " ")
        room = width - right.cell_length - 2
        parts: list[tuple[str, str]] = [(" ", ""), (shortened(self.spec.name, max(8, room - 1)), "bold")]
        if width >= 100:
            parts = [(" nn-tui  ", "$muted"), *parts[1:]]
        room -= sum(cell_len(text) for text, _ in parts)
        inputs = str(self.checkup.features) if self.checkup and self.checkup.features else ""
        stack = stack_words(self.spec, inputs)
        parameters = ""
        if self.checkup is not None and self.checkup.parameters:
            parameters = f"{count_words(self.checkup.parameters)} parameters"
        if room >= cell_len(stack) + len(parameters) + 6 and parameters:
            parts += [("   ", ""), (stack, ""), ("   ", ""), (parameters, "$muted")]
        elif room >= 13:
            parts += [("   ", ""), (shortened(stack, room - 3, ascii_only), "")]
        return both_ends(assembled(*parts), right, width)

    def _progress(self) -> tuple[str, str]:
        if self.checkup is not None and self.checkup.problems and not self._training:
            count = len(self.checkup.problems)
            place = "" if self.snapshot is None else place_words(self.snapshot.status)
            return f"! {count} problem" + ("s" if count > 1 else ""), place
        if self.snapshot is None:
            return "reading the data" if self.checkup is None else "ready", ""
        phase = self.snapshot.status.phase
        return PHASES.get(phase, phase), place_words(self.snapshot.status)

    def _bar(self, width: int, ascii_only: bool) -> Content:
        """Draw how much of the training is done; nothing before it begins and after it has ended."""
        status = None if self.snapshot is None else self.snapshot.status
        if status is None or status.phase not in ("training", "paused"):
            return words("")
        epochs = status.epoch + status.batch / max(1, status.batches)
        done = min(width, int(width * epochs / max(1, status.epochs)))
        full, empty = "#." if ascii_only else "━─"
        return assembled((full * done, "$train"), (empty * (width - done), "$muted"), "  ")

    @property
    def _training(self) -> bool:
        return self.snapshot is not None and self.snapshot.status.phase == "training"


def place_words(status: Status) -> str:
    """Write how far the training is: `epoch 12/20`, with the batch where it stands within an epoch."""
    if status.phase == "training" or not status.batch:
        return f"epoch {status.epoch}/{status.epochs}"
    return f"epoch {status.epoch + 1}/{status.epochs}  batch {status.batch}/{status.batches}"
