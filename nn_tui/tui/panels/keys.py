"""The last line: the keys that matter now; throughput and the time left."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import var

from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec import Spec
from nn_tui.tui.actions import Action, Situation, action_named, footer_actions
from nn_tui.tui.content import assembled, words
from nn_tui.tui.frames import LINES, TURNS
from nn_tui.tui.panels.line import Line, both_ends
from nn_tui.tui.panels.links import linked
from nn_tui.tui.wording import speed_words, time_words


class KeyLine(Line):
    """The keys that matter now, each of them a link; on the right the throughput and the time left.

    Reads: the snapshot's status.
    """

    spec: var[Spec | None] = var(None, init=False)
    snapshot: var[Snapshot | None] = var(None, init=False)
    frame: var[int] = var(0, init=False)
    situation: var[Situation] = var(Situation(), init=False)

    def watch_snapshot(self, before: Snapshot | None, now: Snapshot | None) -> None:
        """Show the throughput, at rest and when it begins to train."""
        same = before is not None and now is not None and before.status.phase == now.status.phase
        if not same or (now is not None and now.status.phase != "training"):
            self.renew()

    def watch_frame(self, frame: int) -> None:
        """Show the throughput, while it trains."""
        if frame % TURNS == LINES:
            self.renew()

    def watch_situation(self) -> None:
        """Show other keys."""
        self.renew()

    def compose_line(self, width: int) -> Content:
        """Write as many keys as there is room for; help comes always."""
        right = self._measures(width)
        room = width - right.cell_length - 2
        helping = action_named("help")
        last = None if helping is None else _key(helping, self.situation)
        room -= 0 if last is None else last.cell_length + 2
        parts: list[Content] = []
        pending = words("")
        for action in footer_actions(self.situation):
            if action.name == "help":
                continue
            pending += _key(action, self.situation)
            if not action.hint_in(self.situation):
                pending += " "
                continue
            room -= pending.cell_length + 2
            if room < 0:
                break
            parts.append(pending)
            pending = words("")
        if last is not None:
            parts.append(last)
        return both_ends(words(" ") + words("  ").join(parts), right, width)

    def _measures(self, width: int) -> Content:
        status = self.snapshot.status if self.snapshot is not None else None
        if status is None or status.phase != "training" or not status.samples_per_second:
            return words("")
        text = speed_words(status.samples_per_second)
        if status.pace is not None:
            text = f"at most {status.pace:g} epochs/s"
        left = ""
        if self.spec is not None:
            batches = (status.epochs - status.epoch) * status.batches - status.batch
            seconds = batches * self.spec.fit.batch_size / status.samples_per_second
            left = f"  {time_words(seconds)} left"
        return words(f"{text}{left} " if width >= 60 else f"{left.strip()} ", "$muted")


def _key(action: Action, situation: Situation) -> Content:
    hint = action.hint_in(situation)
    parts = [(action.shown, "bold"), *([(f" {hint}", "$muted")] if hint else [])]
    return linked(assembled(*parts), action.call)
