"""A plane on which points are placed by keys or the mouse."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from nn_tui.data.generators.drawn import START
from nn_tui.tui.painters.canvas import Canvas
from nn_tui.tui.painters.look import Look
from nn_tui.tui.widgets.picture import StripsView

SIZE = 6.0
"""The plane goes from minus this to this, in both directions."""


class PointsView(StripsView, can_focus=True):
    """Points with their class's digit, and a cursor.

    Posts: PointsView.Placed.
    Keys: arrows move the cursor, a digit chooses the class and places a point, backspace takes the nearest
        point away; a click places one of the class that was chosen last.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(0, -1)", show=False),
        Binding("down", "move(0, 1)", show=False),
        Binding("left", "move(-1, 0)", show=False),
        Binding("right", "move(1, 0)", show=False),
        Binding("backspace,delete", "take_away", show=False),
        *[Binding(str(number), f"place({number})", show=False) for number in range(10)],
    ]

    class Placed(Message):
        """Points were placed or taken away; `placed` is x, y and class of each."""

        def __init__(self, placed: tuple[float, ...]) -> None:
            super().__init__()
            self.placed = placed

    def __init__(self) -> None:
        super().__init__()
        self.placed: tuple[float, ...] = START
        self.cursor = (0, 0)
        self.class_number = 0

    def show(self, placed: tuple[float, ...] | None) -> None:
        """Show these points; the first ones when there are none."""
        self.placed = START if placed is None else tuple(placed)
        self.redraw()

    def on_resize(self) -> None:
        """Begin in the middle."""
        self.cursor = (self.size.width // 2, max(0, self.size.height - 2) // 2)
        super().on_resize()

    def make_strips(self, width: int, height: int, look: Look) -> list[Strip]:
        """Draw the axes, the points and the cursor."""
        canvas = Canvas(width, height, look)
        rows = max(1, height - 2)
        for column in range(width):
            canvas.put(column, rows // 2, "-" if look.ascii else "─", look.faint)
        for row in range(rows):
            canvas.put(width // 2, row, "|" if look.ascii else "│", look.faint)
        for x, y, number in self._triples():
            column, row = self._cell(x, y)
            canvas.put(column, row, str(int(number)), look.classes[int(number) % len(look.classes)])
        column, row = self.cursor
        under = canvas.cells[row][column][0] if 0 <= row < height and 0 <= column < width else " "
        canvas.put(column, row, under if under.isdigit() else "+", look.ground, look.text)
        told = f"0-9 or a click place, backspace removes, class {self.class_number}"
        if width < len(told):
            told = f"0-9 place  backspace  class {self.class_number}"
        canvas.put(0, height - 1, told[:width], look.faint)
        return canvas.strips()

    def _triples(self) -> list[tuple[float, float, float]]:
        return list(zip(self.placed[0::3], self.placed[1::3], self.placed[2::3], strict=True))

    def _cell(self, x: float, y: float) -> tuple[int, int]:
        width, rows = max(1, self.size.width), max(1, self.size.height - 2)
        return (
            min(width - 1, max(0, int((x + SIZE) / (2 * SIZE) * width))),
            min(rows - 1, max(0, int((SIZE - y) / (2 * SIZE) * rows))),
        )

    def _point(self, column: int, row: int) -> tuple[float, float]:
        width, rows = max(1, self.size.width), max(1, self.size.height - 2)
        x = (column + 0.5) / width * 2 * SIZE - SIZE
        y = SIZE - (row + 0.5) / rows * 2 * SIZE
        return round(x, 3), round(y, 3)

    def action_move(self, across: int, down: int) -> None:
        """Move the cursor."""
        column, row = self.cursor
        rows = max(1, self.size.height - 2)
        self.cursor = (
            min(max(0, column + across), max(0, self.size.width - 1)), min(max(0, row + down), rows - 1),
        )  # fmt: skip
        self.redraw()

    def action_place(self, number: int) -> None:
        """Place a point of a class under the cursor."""
        self.class_number = number
        self._change((*self.placed, *self._point(*self.cursor), float(number)))

    def action_take_away(self) -> None:
        """Take the point nearest to the cursor away."""
        points = self._triples()
        if not points:
            return
        x, y = self._point(*self.cursor)
        nearest = min(
            range(len(points)), key=lambda at: (points[at][0] - x) ** 2 + (points[at][1] - y) ** 2
        )
        del points[nearest]
        self._change(tuple(number for point in points for number in point))

    def on_click(self, event: events.Click) -> None:
        """Place a point where it was clicked."""
        event.stop()
        if event.y < max(1, self.size.height - 2):
            self.cursor = (event.x, event.y)
            self.action_place(self.class_number)

    def _change(self, placed: tuple[float, ...]) -> None:
        self.placed = placed
        self.redraw()
        self.post_message(self.Placed(placed))
