"""Two charts over the epochs: the loss, and the metric that suits."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.getters import query_one
from textual.reactive import var

from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec import Spec
from nn_tui.tui.frames import LOSS, METRIC, TURNS
from nn_tui.tui.panels.focus import Focusable
from nn_tui.tui.widgets.chart import ChartView
from nn_tui.tui.widgets.reading import SMOOTHINGS, WINDOWS, Reading, nearest


class ChartsPanel(Focusable, Vertical, can_focus=True):
    """Loss and metric of training and validation, epoch by epoch.

    Reads: the snapshot's curves.
    Keys: left and right read the values of an epoch, with shift ten epochs on, home and end go to the ends.
    """

    JUMP = "c"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "read(-1)", "Read the epoch before", show=False),
        Binding("right", "read(1)", "Read the next epoch", show=False),
        Binding("shift+left", "read(-10)", "Ten epochs back", show=False),
        Binding("shift+right", "read(10)", "Ten epochs on", show=False),
        Binding("home", "read(-1000000000)", "The first epoch", show=False),
        Binding("end", "read(1000000000)", "The last epoch", show=False),
        Binding("escape", "release", "No cursor", show=False),
    ]

    spec: var[Spec | None] = var(None, init=False)
    snapshot: var[Snapshot | None] = var(None, init=False)
    frame: var[int] = var(0, init=False)
    reading: var[Reading] = var(Reading(), init=False)
    """How the curves are shown."""

    loss = query_one("#loss", ChartView)
    metric = query_one("#metric", ChartView)

    def compose(self) -> ComposeResult:
        """Lay the charts under each other."""
        for name in ("loss", "metric"):
            chart = ChartView(id=name)
            chart.add_class("panel")
            yield chart

    def watch_reading(self) -> None:
        """Show the curves in another way."""
        self.renew()

    @on(ChartView.Pointed)
    def point(self, event: ChartView.Pointed) -> None:
        """Read the epoch that was clicked."""
        event.stop()
        self.focus()
        self._read(event.epoch)

    def action_read(self, by: int) -> None:
        """Read the values some epochs back or on; the first time, those of the last epoch."""
        epochs = None if self.snapshot is None else self.snapshot.curves.epochs
        if epochs is None or not len(epochs):
            return
        cursor = self.reading.cursor
        if cursor is None:
            self._read(int(epochs[-1]) if abs(by) < 1000 else int(epochs[-1 if by > 0 else 0]))
            return
        at = nearest(epochs, cursor + by)
        if at is not None and int(epochs[at]) == cursor and abs(by) == 1:
            at += by  # the history is thinned there: the next epoch that is held
        self._read(int(epochs[min(max(at or 0, 0), len(epochs) - 1)]))

    def _read(self, epoch: int) -> None:
        self.reading = replace(self.reading, cursor=epoch)

    def action_release(self) -> None:
        """Take the cursor away, or the message at the bottom where there is none."""
        if self.reading.cursor is None:
            self.screen.set_focus(None)
        else:
            self.reading = replace(self.reading, cursor=None)

    def change_scale(self) -> None:
        """Show the loss on a logarithmic axis, or as it is."""
        self.reading = replace(self.reading, log=not self.reading.log)

    def change_smoothing(self) -> None:
        """Smooth the curves more, or not."""
        at = SMOOTHINGS.index(self.reading.smoothing)
        self.reading = replace(self.reading, smoothing=SMOOTHINGS[(at + 1) % len(SMOOTHINGS)])

    def change_window(self) -> bool:
        """Show fewer of the newest epochs, or all; gives whether there are enough of them for that."""
        epochs = None if self.snapshot is None else self.snapshot.curves.epochs
        newest = int(epochs[-1]) if epochs is not None and len(epochs) else 0
        # A window wider than the history would show all.
        windows = [window for window in WINDOWS if window is None or window < newest]
        at = windows.index(self.reading.window) if self.reading.window in windows else 0
        self.reading = replace(self.reading, window=windows[(at + 1) % len(windows)])
        return len(windows) > 1

    def watch_spec(self) -> None:
        """Show the metric of the new spec."""
        self.renew()

    def watch_snapshot(self, before: Snapshot | None, now: Snapshot | None) -> None:
        """Draw what is new, at rest."""
        if now is not None and now.status.phase != "training":
            self.renew()

    def watch_frame(self, frame: int) -> None:
        """Draw what is new, while it trains."""
        turn = frame % TURNS
        if turn in (LOSS, METRIC):
            self.renew(loss=turn == LOSS, metric=turn == METRIC)

    def renew(self, *, loss: bool = True, metric: bool = True) -> None:
        """Show the curves there are, in one chart or in both."""
        if self.snapshot is None or not self.is_mounted:
            return
        curves, epochs = self.snapshot.curves, self.snapshot.status.epochs
        if loss:
            self.loss.show(curves, "loss", epochs, self.reading)
        if metric:
            self.metric.display = bool(self.metric_name)
            if self.metric_name:
                self.metric.show(curves, self.metric_name, epochs, self.reading)

    @property
    def metric_name(self) -> str:
        """The first metric that is measured; empty when none is."""
        metrics = self.spec.compile.metrics if self.spec is not None else ()
        return metrics[0].type if metrics else ""
