"""Pictures that explain the network: one at a time, chosen by a tab, turned by its controls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.reactive import var

from nn_tui.declare import registered, sentence
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec import Spec
from nn_tui.tui.content import explain
from nn_tui.tui.frames import INSIGHT, TURNS
from nn_tui.tui.messages import ControlsTurned, InsightShown
from nn_tui.tui.panels.focus import Focusable
from nn_tui.tui.panels.insight_lines import ControlsLine, InsightTabs
from nn_tui.tui.widgets.picture import PictureView

if TYPE_CHECKING:
    from nn_tui.insight.pictures import Control, Picture

FAR = 10
"""Places that a control goes at once with shift."""


class InsightsPanel(Focusable, Vertical, can_focus=True):
    """The tabs of the insights, the controls of the shown one, and its picture.

    Reads: the snapshot's insights; the spec, for the pages that are made of it alone.
    Posts: InsightShown.
    Keys: up and down choose the tabs or a control, left and right turn it, with shift ten places; page up
    and page down scroll.
    """

    JUMP = "i"
    BORDER_TITLE = "Insight"
    BINDINGS = [
        ("left", "turn(-1)", "Previous"),
        ("right", "turn(1)", "Next"),
        ("shift+left", f"turn(-{FAR})", "Ten back"),
        ("shift+right", f"turn({FAR})", "Ten on"),
        ("up", "choose(-1)", "The control above"),
        ("down", "choose(1)", "The control below"),
        ("pageup", "scroll(-1)", "Scroll up"),
        ("pagedown", "scroll(1)", "Scroll down"),
    ]

    snapshot: var[Snapshot | None] = var(None, init=False)
    frame: var[int] = var(0, init=False)
    spec: var[Spec | None] = var(None, init=False)
    shown: var[str] = var("", init=False)
    chosen: var[int] = var(0, init=False)
    """What left and right turn: 0 is the tabs, then the controls."""
    in_words: var[bool] = var(False, init=False)
    """Whether the picture is told instead of drawn."""

    tabs = query_one(InsightTabs)
    controls_line = query_one(ControlsLine)
    picture = query_one(PictureView)

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # Textual's name
        super().__init__(id=id, classes=classes)
        self._turned: dict[str, dict[str, int]] = {}
        self._told: tuple[Picture | None, Picture | None] = (None, None)
        self._last: dict[str, Picture] = {}
        self._of: Snapshot | None = None
        self._page: tuple[tuple[object, ...], Picture | None] = ((), None)
        """What a page was asked for last, and the last that was made."""

    def compose(self) -> ComposeResult:
        """Lay the tabs and the controls over the picture."""
        yield InsightTabs()
        yield ControlsLine()
        yield PictureView()

    @property
    def names(self) -> tuple[str, ...]:
        """What there is to look at, in the order of the numbers."""
        from nn_tui.export.pages import views

        return tuple(views())

    @property
    def is_page(self) -> bool:
        """Whether what is shown is made of the experiment alone."""
        return self.shown in registered("page")

    @property
    def controls(self) -> tuple[Control, ...]:
        """What can be turned of the shown picture."""
        now = self._newest()
        return () if now is None else now.controls

    @property
    def options(self) -> Mapping[str, int]:
        """Where the controls of the shown picture stand that were turned."""
        return self._turned.get(self.shown, {})

    def show_number(self, number: int) -> None:
        """Show the insight with a number, if there is one."""
        if 1 <= number <= len(self.names):
            self.shown = self.names[number - 1]

    def show(self, name: str, options: Mapping[str, int] | None = None) -> None:
        """Show an insight, with its controls at these places."""
        if options:
            self._turned[name] = {**self._turned.get(name, {}), **options}
        if self.shown == name:
            self.report()
        self.shown = name

    def action_turn(self, by: int) -> None:
        """Show the insight beside the shown one, or turn the chosen control."""
        controls = self.controls
        if 0 < self.chosen <= len(controls):
            self.turn(self.chosen, by)
        elif self.names:
            at = self.names.index(self.shown) if self.shown in self.names else 0
            self.shown = self.names[(at + (1 if by > 0 else -1)) % len(self.names)]

    def turn(self, number: int, by: int) -> None:
        """Turn a control, counted from 1, by some places; after the last comes the first."""
        control = self.controls[number - 1]
        if control.count > 1:
            by = by if abs(by) < control.count else (1 if by > 0 else -1)
            # From where it was turned to, as the picture of that may not be there yet.
            at = self.options.get(control.option, control.at)
            self.turn_to({control.option: (at + by) % control.count})

    @on(ControlsTurned)
    def take_turn(self, event: ControlsTurned) -> None:
        """Go to what was clicked in the picture."""
        event.stop()
        self.turn_to(event.options)

    def turn_to(self, options: Mapping[str, int]) -> None:
        """Ask for the picture with controls at other places."""
        self._turned[self.shown] = {**self.options, **options}
        self.report()

    def action_choose(self, by: int) -> None:
        """Go to the control above or below; where there is none, scroll."""
        count = len(self.controls) + 1
        if count > 1:
            self.chosen = (self.chosen + by) % count
        else:
            self.picture.scroll_picture(by)

    def action_scroll(self, by: int) -> None:
        """Scroll by most of a page."""
        self.picture.scroll_picture(by * max(1, self.picture.size.height - 4))

    def watch_shown(self) -> None:
        """Show another one and ask for its picture."""
        from nn_tui.export.pages import views

        self.tabs.names, self.tabs.shown = self.names, self.shown
        explain(self.tabs, sentence(views()[self.shown]) if self.shown else None)
        self.chosen = 0
        self.picture.place.top = 0
        self._prepare()
        # The key is answered by its tab; the picture follows in the next repaint, for the room left then.
        self.call_after_refresh(self.picture.draw_prepared)
        self.report()

    def watch_chosen(self) -> None:
        """Show which line left and right turn."""
        self._show_lines()

    def watch_in_words(self) -> None:
        """Tell the picture, or draw it."""
        self.picture.place.top = 0
        self.renew()

    def watch_spec(self) -> None:
        """Make the shown page of the new experiment."""
        if self.is_page:
            self.report()

    def watch_snapshot(self, before: Snapshot | None, now: Snapshot | None) -> None:
        """Draw the new picture, at rest."""
        if now is not None and now.status.phase != "training":
            self.renew()

    def watch_frame(self, frame: int) -> None:
        """Draw the new picture, while it trains."""
        if frame % TURNS == INSIGHT:
            self.renew()

    def renew(self) -> None:
        """Draw the picture of the shown insight, once there is one."""
        self._prepare()
        self.picture.draw_prepared()

    def _prepare(self) -> None:
        """Take the picture that is to be shown, and its controls."""
        if self.snapshot is None and not self.is_page:
            return
        now = self._newest()
        self._show_lines()
        self.picture.prepare(self._in_words(now) if self.in_words else now)

    def _newest(self) -> Picture | None:
        """Give the picture of the shown insight; until there is a newer one the last of the same spec."""
        if self.is_page:
            return self._page[1]
        now = self.snapshot
        if now is None:
            return None
        if now is not self._of:
            if self._of is not None and self._of.spec is not now.spec:
                self._last = {}
            self._of = now
            self._last.update(now.insights)
        return self._last.get(self.shown)

    def _show_lines(self) -> None:
        line = self.controls_line
        line.controls = self.controls
        if self.chosen > len(line.controls):
            self.chosen = 0
        line.chosen = self.chosen if self.has_focus else 0

    def _in_words(self, picture: Picture | None) -> Picture | None:
        """Tell a picture; the same picture gives the same page, so that it costs nothing again."""
        if picture is None:
            return None
        if self._told[0] is not picture:
            from nn_tui.insight.pictures import Page
            from nn_tui.insight.telling import picture_sentences

            lines = tuple(((line, "text"),) for line in picture_sentences(picture))
            self._told = (picture, Page(lines, "In words. X draws it again."))  # type: ignore[arg-type]  # "text" is a role
        return self._told[1]

    def report(self) -> None:
        """Say which picture can be seen, so that no other is computed."""
        visible = self.shown and self.picture.size.width and self.picture.size.height
        if self.is_page:
            self.post_message(InsightShown(()))
            if visible and self.spec is not None:
                self._ask_page(self.shown, self.spec, dict(self.options))
            return
        options = {self.shown: dict(self.options)} if self.options else {}
        self.post_message(InsightShown((self.shown,) if visible else (), options))

    def _ask_page(self, name: str, spec: Spec, options: dict[str, int]) -> None:
        """Have a page made in a thread, as data may have to be read; the last one stays till then."""
        asked = (name, spec, options)
        before, made = self._page
        if asked == before:
            return
        self._page = (asked, made if before[:1] == (name,) else None)

        def make() -> None:
            from nn_tui.export.pages import make_page

            picture = make_page(name, spec, options)
            self.app.call_from_thread(take, picture)

        def take(picture: Picture) -> None:
            if self._page[0] is asked:
                self._page = (asked, picture)
                self.renew()

        self.run_worker(make, thread=True, exclusive=True, exit_on_error=False, group="page")

    def advance(self, *options: str) -> bool:
        """Turn to the next place of the first of some controls; after its last the next one goes on, too.

        Gives whether the shown picture has them.
        """
        known = {control.option: control for control in self.controls}
        if not all(option in known for option in options):
            return False
        turned: dict[str, int] = {}
        for option in options:
            control = known[option]
            turned[option] = (control.at + 1) % control.count
            if turned[option]:
                break
        self.turn_to(turned)
        return True

    def on_focus(self, event: events.Focus) -> None:
        """Show which control is turned."""
        self._show_lines()

    def on_blur(self, event: events.Blur) -> None:
        """Show none: the arrows turn nothing here."""
        self._show_lines()

    def on_show(self, event: events.Show) -> None:
        """Ask for the picture again."""
        self.report()

    def on_hide(self, event: events.Hide) -> None:
        """Ask for no picture: nobody sees it."""
        self.post_message(InsightShown(()))
