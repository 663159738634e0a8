"""A grid to draw on with the mouse or with keys, in half blocks so that its cells are square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from nn_tui.data.drawing import ImageForm, stroke
from nn_tui.tui.painters.canvas import Canvas
from nn_tui.tui.painters.look import RGB, Look, mix
from nn_tui.tui.widgets.picture import StripsView

Pen = Literal["up", "draws", "erases"]
RADIUS = 0.056
"""Of the pen, as a share of the grid's longer side: what hand-written digits have, about."""
FAR = 4
"""Cells that the cursor goes at once with shift."""
SHADES = 15
"""Shades of ink: few, so that neighbouring cells share a style."""
_DENSITY = " .:-=+*#%@"
RIGHT_BUTTON = 3


class DrawingView(StripsView, can_focus=True):
    """A drawing, and the pen that keys move.

    Posts: DrawingView.Drawn.
    Keys: arrows move the pen, with shift four cells; space puts it down, so that it draws where it goes,
        and lifts it; x makes it erase. The left mouse button draws, the right one erases.

    Args:
        form: how the images of the data look: the size of the grid.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1, 0)", show=False),
        Binding("down", "move(1, 0)", show=False),
        Binding("left", "move(0, -1)", show=False),
        Binding("right", "move(0, 1)", show=False),
        Binding("shift+up", f"move(-{FAR}, 0)", show=False),
        Binding("shift+down", f"move({FAR}, 0)", show=False),
        Binding("shift+left", f"move(0, -{FAR})", show=False),
        Binding("shift+right", f"move(0, {FAR})", show=False),
        Binding("space", "use('draws')", show=False),
        Binding("x", "use('erases')", show=False),
    ]

    @dataclass
    class Drawn(Message):
        """The drawing was changed."""

        ink: NDArray[np.float64]

    def __init__(self, form: ImageForm) -> None:
        super().__init__()
        self.form = form
        self.ink = np.zeros(form.grid)
        self.cursor = (form.grid[0] / 2, form.grid[1] / 2)
        """Row and column of the pen, in cells of the grid."""
        self.pen: Pen = "up"
        self._held: Pen = "up"
        """What the mouse does while its button is held."""
        self._last = self.cursor

    @property
    def radius(self) -> float:
        """Of the pen, in cells of the grid."""
        return RADIUS * max(self.form.grid)

    def show(self, ink: NDArray[np.float64]) -> None:
        """Show another drawing, without saying so."""
        self.ink = ink
        self.redraw()

    def action_move(self, down: int, across: int) -> None:
        """Move the pen; where it is down it leaves its mark."""
        rows, columns = self.form.grid
        before = self.cursor
        self.cursor = (
            min(max(before[0] + down, 0.5), rows - 0.5), min(max(before[1] + across, 0.5), columns - 0.5),
        )  # fmt: skip
        if self.pen == "up":
            self.redraw()
        else:
            self._mark(before, self.cursor, self.pen)

    def action_use(self, pen: Pen) -> None:
        """Put the pen down, to draw or to erase, or lift it."""
        self.pen = "up" if self.pen == pen else pen
        if self.pen == "up":
            self.redraw()
        else:
            self._mark(self.cursor, self.cursor, self.pen)

    def on_focus(self) -> None:
        """Show the pen."""
        self.redraw()

    def on_blur(self) -> None:
        """Hide the pen."""
        self.redraw()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin a stroke."""
        event.stop()
        self.focus()
        self.capture_mouse()
        erases = event.button == RIGHT_BUTTON or self.pen == "erases"
        self._held = "erases" if erases else "draws"
        self._last = self._place(event)
        self._mark(self._last, self._last, self._held)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Go on with the stroke, in a straight line from the last place: a terminal tells some only."""
        if self._held == "up":
            return
        event.stop()
        before, self._last = self._last, self._place(event)
        self._mark(before, self._last, self._held)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """End the stroke."""
        event.stop()
        self._held = "up"
        self.release_mouse()

    def _mark(self, start: tuple[float, float], end: tuple[float, float], pen: Pen) -> None:
        self.ink = stroke(self.ink, start, end, self.radius, erase=pen == "erases")
        self.redraw()
        self.post_message(self.Drawn(self.ink))

    def _layout(self, width: int, height: int) -> tuple[float, int, int]:
        """Give the columns that a cell of the grid takes, and where the grid begins."""
        rows, columns = self.form.grid
        whole = min(width // columns, height * 2 // rows)
        scale = float(whole) if whole else 1 / max(-(-columns // width), -(-rows // (height * 2)))
        left = (width - int(columns * scale)) // 2
        top = (height - -(-int(rows * scale) // 2)) // 2
        return scale, max(0, left), max(0, top)

    def _place(self, event: events.MouseEvent) -> tuple[float, float]:
        """Give the row and column of the grid under the mouse: the middle of a terminal's cell."""
        scale, left, top = self._layout(*self.size)
        x, y = (_middle(place) for place in (event.pointer_x, event.pointer_y))
        return (y - top) * 2 / scale, (x - left) / scale

    def make_strips(self, width: int, height: int, look: Look) -> list[Strip]:
        """Draw the grid, two of its rows in a line, and the pen."""
        canvas = Canvas(width, height, look)
        scale, left, top = self._layout(width, height)
        pixels = _scaled(self.ink, scale)
        if len(pixels) % 2:
            pixels = np.vstack([pixels, pixels[-1:]])
        pen = int(self.cursor[0] * scale), int(self.cursor[1] * scale)
        if look.ascii or not look.colour:
            self._letters(canvas, pixels, left, top, pen)
            return canvas.strips()
        empty: RGB = mix(look.ground, look.text, 0.06)
        shades = [mix(empty, look.text, step / SHADES) for step in range(SHADES + 1)]
        colours: list[list[Any]] = [
            [shades[step] for step in line] for line in np.rint(pixels * SHADES).astype(int).tolist()
        ]
        if self.has_focus and 0 <= pen[0] < len(colours) and 0 <= pen[1] < len(colours[0]):
            colours[pen[0]][pen[1]] = look.mark if self.pen == "up" else look.validation
        for row in range(0, len(colours), 2):
            for column, (upper, lower) in enumerate(zip(colours[row], colours[row + 1], strict=True)):
                canvas.put(left + column, top + row // 2, "▀", upper, lower)
        return canvas.strips()

    def _letters(
        self, canvas: Canvas, pixels: NDArray[np.float64], left: int, top: int, pen: tuple[int, int]
    ) -> None:
        """Draw without colour: density says how much ink there is; the pen is a sign."""
        grey = (pixels[0::2] + pixels[1::2]) / 2
        for row, line in enumerate(np.rint(grey * (len(_DENSITY) - 1)).astype(int).tolist()):
            canvas.put(left, top + row, "".join(_DENSITY[step] for step in line))
        rows, columns = grey.shape
        for row in range(rows):
            canvas.put(left - 1, top + row, "|")
            canvas.put(left + columns, top + row, "|")
        if self.has_focus:
            canvas.put(left + pen[1], top + pen[0] // 2, {"up": "+", "draws": "o", "erases": "x"}[self.pen])


def _scaled(ink: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """Bring ink to the pixels of the screen: cells repeated, or means of several."""
    if scale >= 1:
        return ink.repeat(int(scale), axis=0).repeat(int(scale), axis=1)
    size = round(1 / scale)
    rows, columns = (-(-part // size) * size for part in ink.shape)
    padded = np.pad(ink, ((0, rows - ink.shape[0]), (0, columns - ink.shape[1])))
    made: NDArray[np.float64] = padded.reshape(rows // size, size, columns // size, size).mean(axis=(1, 3))
    return made


def _middle(place: float) -> float:
    """Give the middle of a cell; a terminal that tells parts of cells is taken at its word."""
    return place + 0.5 if place == int(place) else place
