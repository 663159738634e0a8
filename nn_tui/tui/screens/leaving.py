"""Screens that are left once, whatever is pressed or clicked while they go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.command import CommandPalette, SearchIcon
from textual.geometry import Offset
from textual.screen import ModalScreen, Screen, ScreenResultType
from textual.widget import Widget

from nn_tui.tui.styles.sizes import size_classes


class Page(Screen[ScreenResultType]):
    """A screen that fills the terminal and can be left."""

    def on_mount(self) -> None:
        """Take the layout for this size at once: with the first paint everything is where it stays."""
        self.add_class(*size_classes(self.app))

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave with a result; a screen that is not on top has been left already.

        A second key may wait when the first one leaves, and a thread may end after the screen was left:
        without this look, the screen below would be taken away instead, or the result be given twice.
        """
        if self.app.screen is not self:
            return AwaitComplete.nothing()  # type: ignore[no-untyped-call]  # Textual's own
        return super().dismiss(result)

    def soon(self, call: Callable[..., Any], *args: Any) -> None:
        """Call something of the screen from a thread; nothing where the screen has been left."""

        def if_there() -> None:
            if self in self.app.screen_stack:
                call(*args)

        self.call_later(if_there)

    def get_widget_and_offset_at(self, x: int, y: int) -> tuple[Widget | None, Offset | None]:
        """Give what is at a place; nothing where a field is just being taken away."""
        widget, offset = super().get_widget_and_offset_at(x, y)
        if widget is not None and widget is not self and widget.parent is None:
            return None, None
        return widget, offset


# Textual takes styles from the first base only, so the page comes second.
class Dialog(ModalScreen[ScreenResultType], Page[ScreenResultType]):
    """A page over the screen that asked for it, which stays in sight."""

    # A dialog hides the app's own keys.
    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark,f1", "help", "Keys", show=False)]

    async def action_help(self) -> None:
        """Show the keys of this place."""
        await self.app.run_action("app.help")


class Palette(CommandPalette, Page[None]):
    """The list of commands."""

    def __init__(self, *, id: str | None = None) -> None:  # Textual's name
        super().__init__(placeholder="type to find", id=id)

    def on_mount(self) -> None:
        """Take the magnifying glass away: many fonts have none, and it is no ASCII."""
        self.query_one(SearchIcon).icon = ">"
