"""A widget that shows strips and sends only the parts of lines that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color
from textual.geometry import Offset, Region
from textual.strip import Strip
from textual.widget import Widget

from nn_tui.tui.messages import ControlsTurned
from nn_tui.tui.painters.canvas import Canvas
from nn_tui.tui.painters.look import CLASSES, DARKER_CLASSES, FEW_CLASSES, RGB, Look
from nn_tui.tui.painters.place import Place

if TYPE_CHECKING:
    from nn_tui.insight.pictures import Picture


class StripsView(Widget):
    """The base of everything drawn: it asks for strips when something changed, and compares lines.

    When nothing changed, nothing goes to the terminal.
    """

    COMPONENT_CLASSES = {
        "view--train",
        "view--validation",
        "view--mark",
        "view--text",
        "view--faint",
        "view--negative",
        "view--positive",
        "view--middle",
    }
    DEFAULT_CSS = """
    StripsView { width: 1fr; height: 1fr; }
    StripsView .view--train { color: $train; }
    StripsView .view--validation { color: $validation; }
    StripsView .view--mark { color: $mark; }
    StripsView .view--text { color: $foreground; }
    StripsView .view--faint { color: $faint; }
    StripsView .view--negative { color: $negative; }
    StripsView .view--positive { color: $positive; }
    StripsView .view--middle { color: $middle; }
    """

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None
    ) -> None:  # Textual's name
        super().__init__(name=name, id=id, classes=classes)
        self._lines: list[Strip] = []
        self._ground = Style()

    def make_strips(self, width: int, height: int, look: Look) -> list[Strip]:
        """Draw what is to be shown now."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw anew and refresh the parts of lines that differ."""
        width, height = self.size
        if not width or not height or not self.is_attached:
            return
        lines = self.make_strips(width, height, self.look())
        before, self._lines = self._lines, lines
        if len(before) != len(lines) or (before and before[0].cell_length != width):
            self.refresh()
            return
        changed = [
            Region(span.start, row, len(span), 1)
            for row, line in enumerate(lines)
            if (span := changed_span(before[row], line))
        ]
        if changed:
            self.refresh(*changed)

    def look(self) -> Look:
        """Give the colours of the theme and what the terminal cannot do."""

        def rgb(part: str) -> RGB:
            return _rgb(self.get_component_styles(f"view--{part}").color)

        few = self.app.console.color_system in ("standard", "windows")
        ground = _rgb(self.background_colors[1])
        classes = DARKER_CLASSES if sum(ground) > 3 * 128 else CLASSES
        return Look(
            text=rgb("text"),
            faint=rgb("faint"),
            ground=ground,
            train=rgb("train"),
            validation=rgb("validation"),
            mark=rgb("mark"),
            negative=rgb("negative"),
            middle=rgb("middle"),
            positive=rgb("positive"),
            ascii=getattr(self.app, "ascii_only", False),
            colour=not self.app.no_color and self.app.console.color_system is not None,
            few=few,
            classes=FEW_CLASSES if few else classes,
        )

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.redraw()

    def notify_style_update(self) -> None:
        """Draw in the new theme's colours."""
        super().notify_style_update()
        if self.is_mounted:
            self.call_later(self.redraw)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Give lines with the widget's own style under them, which is worked out once for all."""
        self._ground = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Give a line that was drawn."""
        if y >= len(self._lines):
            return Strip.blank(self.size.width, self._ground)
        return self._lines[y].apply_style(self._ground)


class PictureView(StripsView):
    """An insight's picture; what is longer than its room scrolls.

    Posts: ControlsTurned, when a part of the picture that stands for something is clicked.
    """

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None
    ) -> None:  # Textual's name
        super().__init__(name=name, id=id, classes=classes)
        self.picture: Picture | None = None
        self.place = Place()
        self._undrawn = False

    def show(self, picture: Picture | None) -> None:
        """Show a picture; the one that is shown already costs nothing."""
        self.prepare(picture)
        self.draw_prepared()

    def prepare(self, picture: Picture | None) -> None:
        """Take a picture that is drawn later: by `draw_prepared`, or before for another size."""
        self._undrawn |= picture is not self.picture
        self.picture = picture

    def draw_prepared(self) -> None:
        """Draw the picture that was taken, unless it is drawn already."""
        if self._undrawn:
            self.redraw()

    def scroll_picture(self, by: int) -> None:
        """Scroll up or down by lines, or by rows of pictures, as far as there is more."""
        self.place.top = max(0, min(self.place.top + by, self.place.over))
        self.redraw()

    def make_strips(self, width: int, height: int, look: Look) -> list[Strip]:
        """Draw the picture, or say that there is none yet."""
        self._undrawn = False
        if self.picture is None:
            return Canvas(width, height, look).strips()
        # The first paint of the app, which has no picture yet, does not wait for all that paints them.
        from nn_tui.tui.painters.paint import paint

        return paint(self.picture, width, height, look, self.place)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down."""
        event.stop()
        self.scroll_picture(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up."""
        event.stop()
        self.scroll_picture(-1)

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        at = Offset(event.x, event.y)
        for spot in self.place.spots:
            if spot.region.contains_point(at):
                self.post_message(ControlsTurned(dict(spot.options)))
                return


def changed_span(before: Strip, now: Strip) -> range:
    """Give the columns from the first to the last in which two strips of the same width differ."""
    if before == now:
        return range(0)
    head = _shared(before._segments, now._segments)
    tail = _shared(before._segments[::-1], now._segments[::-1], step=-1)
    return range(head, max(head, now.cell_length - tail))


def _shared(before: list[Segment], now: list[Segment], step: int = 1) -> int:
    """Count the cells at the beginning that are the same."""
    cells = 0
    for one, other in zip(before, now, strict=False):
        if one.style != other.style:
            break
        same = 0
        for letter, another in zip(one.text[::step], other.text[::step], strict=False):
            if letter != another:
                break
            cells += cell_len(letter)
            same += 1
        if same < max(len(one.text), len(other.text)):
            break
    return cells


def _rgb(color: Color) -> RGB:
    return color.rgb
