"""The workbench: build on the left, watch in the middle, explain on the right, the log below.

Where a panel stands is said in `workbench.tcss`, by the size of the terminal.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.reactive import Reactive, var
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from nn_tui.declare import registered, sentence
from nn_tui.errors import SpecError
from nn_tui.experiment import edits
from nn_tui.experiment.checkup import Checkup
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec import Spec
from nn_tui.tui.actions import Situation, action_named, bindings
from nn_tui.tui.compositor import paint_thriftily
from nn_tui.tui.messages import PlaceChosen, SpecEdited
from nn_tui.tui.panels.build import BuildList, BuildPanel
from nn_tui.tui.panels.build_rows import place_of
from nn_tui.tui.panels.charts import ChartsPanel
from nn_tui.tui.panels.diagnosis import DiagnosisLine
from nn_tui.tui.panels.focus import show_focus
from nn_tui.tui.panels.insights import InsightsPanel
from nn_tui.tui.panels.keys import KeyLine
from nn_tui.tui.panels.lesson import KeysShown, LessonPanel, TaskLine
from nn_tui.tui.panels.line import Line
from nn_tui.tui.panels.links import linked
from nn_tui.tui.panels.log import LogPanel
from nn_tui.tui.panels.notice import Notice
from nn_tui.tui.panels.status import StatusLine

if TYPE_CHECKING:
    from nn_tui.lessons.sitting import View

CALLBACK = "fit.callbacks."
PARTS = ("build", "charts", "insight", "log")
HURRIED = 2
"""Repaints that do not wait after a key: its answer, and what training was about to draw before it."""
WISH = (80, 24)
"""Columns and rows where everything has its place, as tabs."""


class PartTabs(Line):
    """The four panels as tabs, where they do not fit beside each other."""

    shown: var[str] = var("build", init=False)
    parts: var[tuple[str, ...]] = var(PARTS, init=False)

    def watch_shown(self) -> None:
        """Show another tab as chosen."""
        self.renew()

    def watch_parts(self) -> None:
        """Show other tabs."""
        self.renew()

    def compose_line(self, width: int) -> Content:
        """Write each tab; the chosen one is bold and in brackets."""
        parts = []
        for name in self.parts:
            chosen = name == self.shown
            text = f"[{name.capitalize()}]" if chosen else f" {name.capitalize()} "
            content = Content.styled(text, "bold" if chosen else "$muted")
            parts.append(linked(content, f"screen.go_{name}"))
        return Content(" ") + Content(" ").join(parts)


class Workbench(Screen[None]):
    """The screen one works on.

    Reads: the spec, what was found about it, the snapshot.
    Posts: SpecEdited.
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
        spec, checkup, snapshot = Workbench.spec, Workbench.checkup, Workbench.snapshot
        frame = Workbench.frame
        yield StatusLine().data_bind(spec, checkup, snapshot, frame)
        yield Static("", id="wish", markup=False)
        yield PartTabs().data_bind(Workbench.shown)
        yield TaskLine().data_bind(Workbench.lesson)
        build = BuildPanel(id="build", classes="panel part")
        yield build.data_bind(spec, checkup, Workbench.situation)
        yield ChartsPanel(id="charts", classes="part").data_bind(spec, snapshot, frame)
        yield LessonPanel(id="lesson", classes="panel part").data_bind(Workbench.lesson)
        yield InsightsPanel(id="insight", classes="panel part").data_bind(spec, snapshot, frame)
        yield LogPanel(id="log", classes="panel part").data_bind(snapshot, frame)
        with Vertical(id="foot"):
            yield DiagnosisLine().data_bind(checkup, snapshot)
            yield KeyLine().data_bind(spec, snapshot, frame, Workbench.situation)
        yield Notice().data_bind(Workbench.notice)
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
        callback = int(place.removeprefix(CALLBACK)) if place.startswith(CALLBACK) else None
        building = self.focused is self.listing
        self.situation = replace(
            self.present, layer=layer, layers=layers, callback=callback, building=building
        )

    def point_at(self, path: str) -> None:
        """Select the row that a path of the spec belongs to."""
        self.listing.selected = place_of(path, self.listing.places)
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

    @on(PlaceChosen)
    def edit_place(self, event: PlaceChosen) -> None:
        """Open the form of the row that was chosen."""
        self.open_form(event.path)

    def open_form(self, place: str, spec: Spec | None = None, label: str = "") -> None:
        """Open the form of a part; its result becomes a step of the history.

        Args:
            place: a place of the build list.
            spec: the experiment to begin with. Default: the present one.
            label: what the step is called. Default: from the place.
        """
        if self.spec is None or self.checkup is None:
            return
        if place == "layers":
            self.action_add_layer()
            return
        if place == "fit.callbacks":
            self.add_callback()
            return
        from nn_tui.tui.screens.edit import EditScreen

        focus = place
        part = place if place.startswith(("layers.", CALLBACK)) else place.split(".")[0]
        started = spec is None and self.snapshot is not None and self.snapshot.status.epoch > 0
        began = self.spec if spec is None else spec
        step = label or f"edit {_place_words(began, part)}"

        def take(edited: Spec | None) -> None:
            if edited is not None and edited != self.spec:
                self.post_message(SpecEdited(edited, step))
                if part.startswith(("layers.", CALLBACK)):
                    self.call_after_refresh(setattr, self.listing, "selected", part)

        self.app.push_screen(EditScreen(began, part, focus=focus, started=started), take)

    def action_edit(self) -> None:
        """Edit what is selected."""
        self.open_form(self.listing.selected)

    def action_add_layer(self) -> None:
        """Choose a layer's type, then edit it, then put it after the selected one."""
        if self.spec is None or self.checkup is None:
            return
        from nn_tui.tui.screens.add_layer import layer_choices
        from nn_tui.tui.screens.choose import ChooseScreen

        spec = self.spec
        layer = self.situation.layer
        index = len(spec.layers) if layer is None else layer + 1
        where = f"after {_place_words(spec, f'layers.{index - 1}')}" if index else "first"

        def take(name: str | None) -> None:
            if name is not None:
                added = edits.insert_layer(spec, index, edits.new_layer(spec, name, index))
                self.open_form(f"layers.{index}", added, f"add {name}")

        self.app.push_screen(ChooseScreen(f"Add a layer {where}", layer_choices(spec, index)), take)

    def add_callback(self) -> None:
        """Choose a callback, then edit it, then put it after the others."""
        if self.spec is None:
            return
        from nn_tui.tui.screens.choose import Choice, ChooseScreen

        spec = self.spec

        def take(name: str | None) -> None:
            if name is not None:
                added = edits.with_callback(spec, edits.new_callback(spec, name))
                self.open_form(f"{CALLBACK}{len(spec.fit.callbacks)}", added, f"add {name}")

        choices = [Choice(name, name, sentence(kind)) for name, kind in registered("callback").items()]
        self.app.push_screen(ChooseScreen("Add a callback", choices), take)

    def action_step_up(self) -> None:
        """Step the main number of the selected row up."""
        self._step_number(1)

    def action_step_down(self) -> None:
        """Step the main number of the selected row down."""
        self._step_number(-1)

    def _step_number(self, direction: int) -> None:
        from nn_tui.tui.forms.stepping import step_number

        if self.spec is not None:
            place = self.listing.selected
            spec = step_number(self.spec, place, direction)
            words = _place_words(self.spec, place if place.startswith("layers.") else place.split(".")[0])
            self.post_message(SpecEdited(spec, f"step {words}", fold=True))

    def action_duplicate_layer(self) -> None:
        """Put a copy of the selected layer after it."""
        if self.spec is not None and (layer := self.situation.layer) is not None:
            self._edit_stack(edits.duplicate_layer(self.spec, layer), "duplicate", layer, layer + 1)

    def action_remove(self) -> None:
        """Take the selected layer or callback out."""
        if self.spec is not None and (callback := self.situation.callback) is not None:
            words = _place_words(self.spec, f"{CALLBACK}{callback}")
            self.post_message(SpecEdited(edits.without_callback(self.spec, callback), f"remove {words}"))
        elif self.spec is not None and (layer := self.situation.layer) is not None:
            self._edit_stack(edits.remove_layer(self.spec, layer), "remove", layer, layer)

    def action_move_up(self) -> None:
        """Move the selected layer towards the input."""
        if self.spec is not None and (layer := self.situation.layer) is not None:
            self._edit_stack(edits.move_layer(self.spec, layer, -1), "move", layer, layer - 1)

    def action_move_down(self) -> None:
        """Move the selected layer towards the output."""
        if self.spec is not None and (layer := self.situation.layer) is not None:
            self._edit_stack(edits.move_layer(self.spec, layer, 1), "move", layer, layer + 1)

    def action_freeze(self) -> None:
        """Freeze the selected layer, or let it train again."""
        from nn_tui.experiment.finetuning import with_frozen

        if self.spec is not None and (layer := self.situation.layer) is not None:
            try:
                spec = with_frozen(self.spec, layer)
            except SpecError as error:
                self.notice = f"! {error}"
                return
            self._edit_stack(spec, "freeze" if spec.layers[layer].settings else "train", layer, layer)

    def _edit_stack(self, spec: Spec, verb: str, layer: int, select: int) -> None:
        assert self.spec is not None
        words = _place_words(self.spec, f"layers.{layer}")
        self.post_message(SpecEdited(spec, f"{verb} {words}"))
        place = f"layers.{min(select, len(spec.layers) - 1)}" if spec.layers else "layers"
        self.call_after_refresh(setattr, self.listing, "selected", place)

    def action_show_insight(self, number: int) -> None:
        """Show the insight with a number."""
        self.insights.show_number(number)
        self.shown = "insight"

    def action_turn_control(self, number: int, by: int) -> None:
        """Turn a control of the shown insight, counted from 1."""
        self.insights.turn(number, by)

    def action_next_sample(self) -> None:
        """Follow the next row in the shown insight."""
        self._advance("sample", "sample")

    def action_next_batch(self) -> None:
        """Go on by a batch of rows in the shown insight."""
        self._advance("batch", "batch")

    def action_next_weight(self) -> None:
        """Follow the next weight of the layer in the shown insight."""
        self._advance("weight", "start", "end")

    def _advance(self, what: str, *options: str) -> None:
        if not self.insights.advance(*options):
            self.notice = f"This insight has no {what} to turn: Step has one."

    def action_choose_insight(self) -> None:
        """Choose an insight from a list."""
        from nn_tui.export.pages import views
        from nn_tui.tui.panels.insight_lines import title
        from nn_tui.tui.screens.choose import Choice, ChooseScreen

        def take(name: str | None) -> None:
            if name is not None:
                self.insights.show(name)
                self.action_go_insight()

        known = views()
        choices = [Choice(name, title(name), sentence(known[name])) for name in self.insights.names]
        self.app.push_screen(ChooseScreen("Insights", choices, chosen=self.insights.shown), take)

    def action_enlarge_insight(self) -> None:
        """Give the insight the whole screen, or its place again."""
        large = not self.has_class("-large")
        self.set_class(large, "-large")
        self.go("insight", self.insights)

    def action_tell_insight(self) -> None:
        """Tell the insight in words, or draw it again."""
        self.insights.in_words = not self.insights.in_words
        self.shown = "insight"

    def action_go_build(self) -> None:
        """Go to the build panel."""
        self.go("build", self.listing)

    def action_go_charts(self) -> None:
        """Go to the charts."""
        self.go("charts", self.charts)

    def action_log_scale(self) -> None:
        """Show the loss on a logarithmic axis, or as it is."""
        self.charts.change_scale()

    def action_smooth(self) -> None:
        """Smooth the curves more, or not."""
        self.charts.change_smoothing()

    def action_zoom(self) -> None:
        """Show fewer of the newest epochs, or all."""
        if not self.charts.change_window():
            self.notice = "All epochs are shown; from 21 on there are fewer to zoom on."

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


def _place_words(spec: Spec, place: str) -> str:
    if place.startswith(CALLBACK):
        return spec.fit.callbacks[int(place.removeprefix(CALLBACK))].type
    if not place.startswith("layers."):
        return place
    index = int(place.removeprefix("layers."))
    return f"{index + 1} {spec.layers[index].type}"
