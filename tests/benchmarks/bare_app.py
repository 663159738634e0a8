"""The smallest app that answers a key: what Textual and the machine cost by themselves.

python -m tests.benchmarks.bare_app
"""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.reactive import reactive
from textual.widgets import Static

ROWS = 12


class Listing(Static, can_focus=True):
    """Rows, one of them with a mark before it."""

    BINDINGS = [Binding("up", "select(-1)"), Binding("down", "select(1)")]

    selected: reactive[int] = reactive(0)

    def action_select(self, by: int) -> None:
        """Move the mark."""
        self.selected = (self.selected + by) % ROWS

    def render(self) -> str:
        """Write the rows."""
        return "\n".join(f" {'>' if row == self.selected else ' '} row {row}" for row in range(ROWS))


class BareApp(App[None]):
    """A list and nothing else."""

    BINDINGS = [Binding("q", "quit")]
    CSS = "Listing { width: 40; height: 14; border: round $primary; }"

    def compose(self) -> ComposeResult:
        """Make the list."""
        yield Listing()


if __name__ == "__main__":
    BareApp().run()
