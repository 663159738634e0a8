"""Pictures that explain the network: one at a time, chosen by a tab or its number."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.reactive import reactive, var

from nn_tui.declare import registered, sentence
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.tui.frames import INSIGHT, TURNS
from nn_tui.tui.messages import InsightShown
from nn_tui.tui.panels.links import QuietLinks, linked
from nn_tui.tui.widgets.picture import PictureView


class InsightTabs(QuietLinks):
    """The names of the insights with their numbers, on as many lines as they need."""

    DEFAULT_CSS = """
    InsightTabs { height: auto; width: 1fr; padding: 0 1; }
    """

    names: reactive[tuple[str, ...]] = reactive((), layout=True)
    shown: reactive[str] = reactive("")

    def render(self) -> Content:
        """Write each name as a link; the shown one is bold and in brackets."""
        parts = []
        space = " " if getattr(self.app, "ascii_only", False) else "\N{NO-BREAK SPACE}"
        for number, name in enumerate(self.names, start=1):
            text = f"{number} {title(name)}"
            chosen = name == self.shown
            text = f"[{text}]" if chosen else f" {text} "
            content = Content.styled(text.replace(" ", space), "bold" if chosen else "$muted")
            parts.append(linked(content, f"screen.show_insight({number})"))
        return Content(" ").join(parts)


class InsightsPanel(Vertical, can_focus=True):
    """The tabs of the insights and the picture of the shown one.

    Reads: the snapshot's insights.
    Posts: InsightShown.
    Keys: left and right go to the neighbouring tab.
    """

    JUMP = "i"
    BORDER_TITLE = "Insight"
    BINDINGS = [("left", "neighbour(-1)", "Previous"), ("right", "neighbour(1)", "Next")]

    snapshot: var[Snapshot | None] = var(None, init=False)
    frame: var[int] = var(0, init=False)
    shown: var[str] = var("", init=False)

    tabs = query_one(InsightTabs)
    picture = query_one(PictureView)

    def compose(self) -> ComposeResult:
        """Lay the tabs over the picture."""
        yield InsightTabs()
        yield PictureView()

    @property
    def names(self) -> tuple[str, ...]:
        """The insights there are, in the order of their numbers."""
        return tuple(registered("insight"))

    def show_number(self, number: int) -> None:
        """Show the insight with a number, if there is one."""
        if 1 <= number <= len(self.names):
            self.shown = self.names[number - 1]

    def action_neighbour(self, by: int) -> None:
        """Show the insight beside the shown one."""
        if self.names:
            at = self.names.index(self.shown) if self.shown in self.names else 0
            self.shown = self.names[(at + by) % len(self.names)]

    def watch_shown(self) -> None:
        """Show another one and ask for its picture."""
        self.tabs.names, self.tabs.shown = self.names, self.shown
        self.tabs.tooltip = sentence(registered("insight")[self.shown]) if self.shown else None
        self.renew()
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
        if self.snapshot is not None:
            self.picture.show(self.snapshot.insights.get(self.shown))

    def report(self) -> None:
        """Say which picture can be seen, so that no other is computed."""
        visible = self.shown and self.picture.size.width and self.picture.size.height
        self.post_message(InsightShown((self.shown,) if visible else ()))

    def on_show(self, event: events.Show) -> None:
        """Ask for the picture again."""
        self.report()

    def on_hide(self, event: events.Hide) -> None:
        """Ask for no picture: nobody sees it."""
        self.post_message(InsightShown(()))


def title(name: str) -> str:
    """Write an insight's name as its tab says it."""
    return name.replace("_", " ").replace("-", " ").capitalize()
