"""A sentence for the person, above the diagnosis and the keys."""

from __future__ import annotations

from textual.reactive import var

from nn_tui.tui.content import Static


class Notice(Static):
    """What went wrong and what to do, or what has just been done; a click takes it away.

    Reads: the app's notice.
    """

    DEFAULT_CSS = """
    Notice {
        layer: above; dock: bottom; width: 1fr; height: auto; max-height: 4; margin: 0 0 2 0;
        background: $chosen; color: $foreground; padding: 0 1; display: none;
    }
    Notice.-told { display: block; }
    """

    notice: var[str] = var("", init=False)

    def __init__(self) -> None:
        super().__init__("")

    def watch_notice(self, notice: str) -> None:
        """Show the sentence, or nothing."""
        if notice:
            self.update(notice)
        self.set_class(bool(notice), "-told")

    async def on_click(self) -> None:
        """Take it away."""
        await self.run_action("app.dismiss")
