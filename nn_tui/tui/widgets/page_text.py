"""A page of the guide, drawn from its Markdown."""

from __future__ import annotations

from textual.widgets import Markdown

from nn_tui.tui.content import explain


class PageText(Markdown):
    """Textual's, for pages of our own; it is never given words from files.

    Posts: Markdown.LinkClicked.
    """

    def __init__(self) -> None:
        super().__init__(open_links=False)

    async def show(self, text: str) -> None:
        """Show another page."""
        await self.update(text)
        for cell in self.query(".cell, .header"):
            explain(cell, None)  # Textual would read `nn-tui [SOURCE]` there as markup
