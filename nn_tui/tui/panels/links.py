"""Words that can be clicked and look like words: their colour is their own, a hover shows them."""

from __future__ import annotations

from rich.style import Style as RichStyle
from textual.content import Content
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static


class QuietLinks(Widget):
    """A widget whose links keep the colour they were written in."""

    DEFAULT_CSS = """
    QuietLinks { link-style-hover: none; link-color-hover: $foreground; link-background-hover: $chosen; }
    """

    @property
    def link_style(self) -> RichStyle:
        """Change nothing: Textual would underline links and give all of them one colour."""
        return RichStyle.null()


class Hint(QuietLinks, Static):
    """A quiet line at the bottom of a dialog, with links in it."""

    DEFAULT_CSS = """
    Hint { color: $muted; height: auto; margin: 1 0 0 0; }
    """


def link(text: str, action: str) -> tuple[str, Style]:
    """Give a text that runs an action when it is clicked."""
    return text, Style.from_meta({"@click": action})


def linked(content: Content, action: str) -> Content:
    """Make a whole text run an action when it is clicked."""
    return content.stylize(Style.from_meta({"@click": action}))
