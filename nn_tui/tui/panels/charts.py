"""Two charts over the epochs: the loss, and the metric that suits."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.reactive import reactive

from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec import Spec
from nn_tui.tui.widgets.chart import ChartView


class ChartsPanel(Vertical):
    """Loss and metric of training and validation, epoch by epoch.

    Reads: the snapshot's curves.
    """

    JUMP = "c"

    spec: reactive[Spec | None] = reactive(None, init=False)
    snapshot: reactive[Snapshot | None] = reactive(None, init=False)

    loss = query_one("#loss", ChartView)
    metric = query_one("#metric", ChartView)

    def compose(self) -> ComposeResult:
        """Lay the charts under each other."""
        for name in ("loss", "metric"):
            chart = ChartView(id=name)
            chart.add_class("panel")
            yield chart

    def watch_spec(self) -> None:
        """Show the metric of the new spec."""
        self.renew()

    def watch_snapshot(self, before: Snapshot | None, now: Snapshot | None) -> None:
        """Draw what was added to the curves."""
        if (
            before is None
            or now is None
            or before.curves is not now.curves
            or _epochs(before) != _epochs(now)
        ):
            self.renew()

    def renew(self) -> None:
        """Show the curves there are."""
        if self.snapshot is None or not self.is_mounted:
            return
        curves, epochs = self.snapshot.curves, _epochs(self.snapshot)
        self.loss.show(curves, "loss", epochs)
        metric = self.metric_name
        self.metric.display = bool(metric)
        if metric:
            self.metric.show(curves, metric, epochs)

    @property
    def metric_name(self) -> str:
        """The first metric that is measured; empty when none is."""
        metrics = self.spec.compile.metrics if self.spec is not None else ()
        return metrics[0] if metrics else ""


def _epochs(snapshot: Snapshot) -> int:
    return snapshot.status.epochs
