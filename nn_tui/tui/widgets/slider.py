"""A slider: a track with a knob for a number between two bounds, moved with the mouse."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from nn_tui.tui.content import assembled


class Slider(Widget):
    """Where a number stands between its bounds; a click or a drag asks for another.

    Posts: Slider.Moved.

    Args:
        share: how far along the track the knob stands, from 0 to 1.
    """

    DEFAULT_CSS = """
    Slider { width: 12; height: 1; background: $field; color: $accent; padding: 0 1 0 0; }
    """
    share: reactive[float] = reactive(0.0)

    @dataclass
    class Moved(Message):
        """The knob was moved to this share of the track, from 0 to 1."""

        share: float

    def __init__(self, share: float) -> None:
        super().__init__()
        self.set_reactive(Slider.share, share)

    def render(self) -> Content:
        """Draw the track, heavy before the knob."""
        room = max(self.content_size.width, 1)
        at = round(self.share * (room - 1))
        before, knob, after = "=o-" if getattr(self.app, "ascii_only", False) else "━●─"
        return assembled(before * at, knob, (after * (room - 1 - at), "$faint"))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the knob where the track was pressed."""
        event.stop()
        self.capture_mouse()
        self._move(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the mouse while the knob is held."""
        if self.app.mouse_captured is self:
            event.stop()
            self._move(event.x)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let the knob go."""
        event.stop()
        self.release_mouse()

    def _move(self, x: int) -> None:
        last = max(self.content_size.width - 1, 1)
        share = min(max(x, 0), last) / last
        if share != self.share:
            self.share = share
            self.post_message(self.Moved(share))
