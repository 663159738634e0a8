"""The insight panel: one tab for each registered insight, and the picture of the chosen one."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from nn_tui.insight.pictures import Picture
from nn_tui.tui.panels.lines import TabLine
from nn_tui.tui.widgets.picture import PictureView


class InsightPanel(Vertical):
    """Pictures that explain what the network does, one at a time.

    Reads: the snapshot's insights.  Posts: Watched.
    """

    can_focus = True

    class Watched(Message):
        """Another insight is to be computed from now on."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(
        self, names: list[str], chosen: str, *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.names = names
        self.chosen = chosen

    def compose(self) -> ComposeResult:
        """Make the line of tabs and the picture."""
        yield TabLine(id="insight-tabs")
        yield PictureView(id="picture")

    def on_mount(self) -> None:
        """Say what the panel is and show the tabs."""
        self.border_title = "Insight"
        self._show_tabs()

    def choose(self, number: int) -> None:
        """Show the tab of this number, from 1."""
        if 1 <= number <= len(self.names) and self.names[number - 1] != self.chosen:
            self.chosen = self.names[number - 1]
            self._show_tabs()
            self.query_one(PictureView).show(None)
            self.post_message(self.Watched(self.chosen))

    def show(self, pictures: Mapping[str, Picture]) -> None:
        """Show the newest picture of the chosen tab."""
        if self.chosen in pictures:
            self.query_one(PictureView).show(pictures[self.chosen])

    def _show_tabs(self) -> None:
        tabs = [
            (f"{number} {name.replace('_', ' ').capitalize()}", f"app.insight({number})")
            for number, name in enumerate(self.names, start=1)
        ]
        self.query_one(TabLine).show(tabs, self.names.index(self.chosen))
