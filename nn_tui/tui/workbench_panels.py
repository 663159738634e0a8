"""The panels of the workbench: build on the left, watch in the middle, explain on the right, the log below.

Where a panel stands is said in `workbench.tcss`, by the size of the terminal.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.reactive import Reactive, var
from textual.screen import Screen
from textual.widget import Widget

from nn_tui.experiment.checkup import Checkup
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec import Spec
from nn_tui.tui.actions import Situation, action_named, bindings
from nn_tui.tui.compositor import paint_thriftily
from nn_tui.tui.content import Static
from nn_tui.tui.panels.build import BuildList, BuildPanel
from nn_tui.tui.panels.charts import ChartsPanel
from nn_tui.tui.panels.diagnosis import DiagnosisLine
from nn_tui.tui.panels.focus import show_focus
from nn_tui.tui.panels.insights import InsightsPanel
from nn_tui.tui.panels.keys import KeyLine
from nn_tui.tui.panels.lesson import KeysShown, LessonPanel, TaskLine
from nn_tui.tui.panels.log import LogPanel
from nn_tui.tui.panels.notice import Notice
from nn_tui.tui.panels.part_tabs import PARTS, PartTabs
from nn_tui.tui.panels.status import StatusLine

if TYPE_CHECKING:
    from nn_tui.lessons.sitting import View

CALLBACK = "fit.callbacks."
HURRIED = 2
"""Repaints that do not wait after a key: its answer, and what training was about to draw before it."""
WISH = (80, 24)
"""Columns and rows where everything has its place, as tabs."""


class Panels(Screen[None]):
    """The panels side by side or as tabs: which of them is seen, and what can be done there now.

    Reads: the spec, what was found about it, the snapshot.
    """

    BINDINGS = bindings("screen")
    AUTO_FOCUS = "BuildList"

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """As Textual has it, but that the panels whose borders change are repainted, not the whole screen."""
    spec: var[Spec | None] = var(None, init=False)
    checkup: var[Checkup | None] = var(None, init=False)
    snapshot: var[Snapshot | None] = var(None, init=False)
    frame: var[int] = var(0, init=False)
    notice: var[str] = var("", init=False)
    present: var[Situation] = var(Situation(), init=False)
    """The part of the situation that the app knows."""
    situation: var[Situation] = var(Situation(), init=False)
    shown: var[str] = var("build", init=False)
    """The panel that is shown where there is room for one."""
    lesson: var[View | None] = var(None, init=False)

    build = query_one(BuildPanel)
    listing = query_one(BuildList)
    charts = query_one(ChartsPanel)
    insights = query_one(InsightsPanel)
    log_panel = query_one(LogPanel)
    lesson_panel = query_one(LessonPanel)
    tabs = query_one(PartTabs)
    keys_shown = query_one(KeysShown)
    wish = query_one("#wish", Static)

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._hurried = 0
        paint_thriftily(self)

    def compose(self) -> ComposeResult:
        """Make the panels in reading order; the style sheet places them."""
        spec, checkup, snapshot = Panels.spec, Panels.checkup, Panels.snapshot
        frame = Panels.frame
        yield StatusLine().data_bind(spec, checkup, snapshot, frame)
        yield Static("", id="wish")
        yield PartTabs().data_bind(Panels.shown)
        yield TaskLine().data_bind(Panels.lesson)
        build = BuildPanel(id="build", classes="panel part")
        yield build.data_bind(spec, checkup, Panels.situation)
        yield ChartsPanel(id="charts", classes="part").data_bind(spec, snapshot, frame)
        yield LessonPanel(id="lesson", classes="panel part").data_bind(Panels.lesson)
        yield InsightsPanel(id="insight", classes="panel part").data_bind(spec, snapshot, frame)
        yield LogPanel(id="log", classes="panel part").data_bind(snapshot, frame)
        with Vertical(id="foot"):
            yield DiagnosisLine().data_bind(checkup, snapshot)
            yield KeyLine().data_bind(spec, snapshot, frame, Panels.situation)
        yield Notice().data_bind(Panels.notice)
        yield KeysShown()

    def on_mount(self) -> None:
        """Begin with the first panel."""
        self.query_one(f"#{self.shown}").add_class("-shown")
        self.watch(self.listing, "selected", self.renew_situation, init=False)

    def on_resize(self, event: events.Resize) -> None:
        """Say which size is wished for where the terminal is very small."""
        columns, rows = event.size
        self.wish.update(f" {columns}x{rows} is small: {WISH[0]}x{WISH[1]} shows more.")

    def hurry(self) -> None:
        """Paint what changes next at once: a person waits for it.

        Textual paints at the ticks of a clock, so that an answer would wait for the next of them whenever
        training has just drawn something.
        """
        self._hurried = HURRIED

    async def _on_idle(self, event: events.Idle) -> None:
        dirty = self._dirty_widgets or self._repaint_required or self._layout_required
        if self._hurried and dirty and self.is_current and not self.app._batch_count:
            self._hurried -= 1
            event.prevent_default()
            self._on_timer_update()

    def watch_focused(self, before: Widget | None, now: Widget | None) -> None:
        """Show which panel keys go to, and which keys make sense there, in the same repaint."""
        show_focus(before, now)
        self.renew_situation()

    def watch_present(self) -> None:
        """Know what can be done now."""
        self.renew_situation()

    def watch_spec(self) -> None:
        """Know which layers there are now, for a key that waits already, and again as they are listed."""
        self.renew_situation()
        self.call_after_refresh(self.renew_situation)

    def renew_situation(self) -> None:
        """Work out which actions make sense."""
        layers = len(self.spec.layers) if self.spec is not None else 0
        place = self.listing.selected
        layer = int(place.removeprefix("layers.")) if place.startswith("layers.") else None
        if layer is not None and layer >= layers:
            layer = None
        callbacks = len(self.spec.fit.callbacks) if self.spec is not None else 0
        callback = int(place.removeprefix(CALLBACK)) if place.startswith(CALLBACK) else None
        if callback is not None and callback >= callbacks:
            callback = None
        building = self.focused is self.listing
        self.situation = replace(
            self.present, layer=layer, layers=layers, callback=callback, building=building
        )

    def point_at(self, path: str) -> None:
        """Select the row that a path of the spec belongs to."""
        self.listing.selected = path
        self.action_go_build()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Allow an action where the table says that it makes sense."""
        known = action_named(action)
        return known is None or known.owner != "screen" or known.when(self.situation)

    def watch_shown(self, before: str, now: str) -> None:
        """Show another panel where there is room for one."""
        # A class of the screen itself would have every widget styled anew; where the panels are beside each
        # other the class changes nothing, and another size of the screen has them styled in any case.
        tabs = self.tabs.display or self.lesson is not None
        self.query_one(f"#{before}").set_class(False, "-shown", update=tabs)
        self.query_one(f"#{now}").set_class(True, "-shown", update=tabs)
        self.call_after_refresh(self.insights.report)

    def watch_checkup(self, before: Checkup | None, now: Checkup | None) -> None:
        """Begin with the insight that suits the data."""
        if now is None or not self.insights.names:
            return
        if not self.insights.shown or before is None or before.features != now.features:
            first = "fit" if now.features in (1, 2) else "network"
            self.insights.shown = first if first in self.insights.names else self.insights.names[0]

    def action_go_build(self) -> None:
        """Go to the build panel."""
        self.go("build", self.listing)

    def action_go_charts(self) -> None:
        """Go to the charts."""
        self.go("charts", self.charts)

    def action_go_insight(self) -> None:
        """Go to the insights."""
        self.go("insight", self.insights)

    def action_go_log(self) -> None:
        """Go to the log."""
        self.go("log", self.log_panel)

    def action_go_lesson(self) -> None:
        """Go to the page of the lesson."""
        if self.lesson is not None:
            self.go("lesson", self.lesson_panel)

    def lesson_begins(self) -> None:
        """Make room for the page of a lesson and go there."""
        self.add_class("-lesson")
        self.tabs.parts = ("lesson", *PARTS)
        self.go("lesson", self.lesson_panel)

    def lesson_ends(self) -> None:
        """Give the room back."""
        self.remove_class("-lesson")
        self.tabs.parts = PARTS
        self.action_go_build()

    def go(self, part: str, widget: Widget | None) -> None:
        """Show a panel and give the focus to it, or take the focus away."""
        if part != "insight":
            self.remove_class("-large")
        self.shown = part
        self.call_after_refresh(self.set_focus, widget)

    def action_jump(self) -> None:
        """Show the letters."""
        from nn_tui.tui.screens.jump import JumpScreen

        def go(part: str | None) -> None:
            if part is not None:
                getattr(self, f"action_go_{part}")()

        targets: dict[str, Widget] = {
            "b": self.build, "c": self.charts, "i": self.insights, "l": self.log_panel
        }  # fmt: skip
        if self.lesson is not None:
            targets["n"] = self.lesson_panel
        places = {
            letter: (str(widget.id), widget.region if widget.region.area else None)
            for letter, widget in targets.items()
        }
        self.app.push_screen(JumpScreen(places), go)
