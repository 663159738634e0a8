"""Letters over the places one can go to; pressing one goes there."""

from __future__ import annotations

from collections.abc import Mapping

from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset, Region

from nn_tui.tui.content import Label, Static
from nn_tui.tui.screens.leaving import Dialog


class JumpScreen(Dialog[str | None]):
    """A letter on each panel that is seen, and a line with those that are not.

    Args:
        places: for each letter the name of the place and where it is on the screen, if it is seen.
    """

    CSS_PATH = "jump.tcss"

    def __init__(self, places: Mapping[str, tuple[str, Region | None]]) -> None:
        super().__init__()
        self.places = places

    def compose(self) -> ComposeResult:
        """Put the letters where the places are."""
        for letter, (_, region) in self.places.items():
            if region is not None:
                label = Label(f" {letter} ", classes="letter")
                label.styles.offset = Offset(region.x + 1, region.y)
                yield label
        words = "   ".join(f"{letter} {name}" for letter, (name, _) in self.places.items())
        yield Static(f" {words}   esc stay", classes="line")

    def on_key(self, event: events.Key) -> None:
        """Go to the place of the letter; any other key stays."""
        event.stop()
        place = self.places.get(event.key)
        self.dismiss(place[0] if place is not None else None)

    def on_click(self) -> None:
        """Stay."""
        self.dismiss(None)
