"""Where text becomes something that is drawn: on one line, driving nothing, and never read as markup.

Textual and Rich read `[red]` in a plain string as an order, in titles, tooltips, lists and cells. Names
from files hold such brackets (`speed [m/s]`), so no string goes to them as it is: the widgets here take
strings for what they are, and all else that is shown is made by `words`, `assembled` and `stacked`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text
from textual import widgets
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter
from textual.style import Style
from textual.widget import Widget
from textual.widgets.data_table import ColumnKey, RowKey
from textual.widgets.option_list import Option

from nn_tui.text import JOINER, clean_line, without_orders

LONGEST_CELL = 200
"""Characters of a cell or a title: what is longer would only be scrolled past."""
Part = str | Content | tuple[str, str | Style]
"""A piece of a line: words, words with a style, or what is made already."""


def words(text: str, style: str | Style = "") -> Content:
    """Return one line of words in a style."""
    text = clean_line(text)
    return Content.styled(text, style) if style else Content(text)


def assembled(*parts: Part) -> Content:
    """Return one line of several pieces."""
    return Content.assemble(*map(_clean, parts))


def stacked(lines: Iterable[Content]) -> Content:
    """Return lines below each other."""
    return Content("\n").join(lines)


def _clean(part: Part) -> Part:
    if isinstance(part, str):
        return clean_line(part)
    return part if isinstance(part, Content) else (clean_line(part[0]), part[1])


def written(text: str | Content) -> Content:
    """Return what a widget shows of a string, which is one line, or of what is made already."""
    return text if isinstance(text, Content) else words(text)


def option(prompt: str | Content, id: str | None = None, *, disabled: bool = False) -> Option:
    """Return an entry of an `OptionList`."""
    return Option(written(prompt), id=id, disabled=disabled)


def entitle(widget: Widget, title: str, subtitle: str | None = None) -> None:
    """Write a title into a widget's upper border, and a subtitle into its lower one where one is given."""
    for name, text in (("border_title", title), ("border_subtitle", subtitle)):
        if text is None:
            continue
        made = words(clean_line(text, LONGEST_CELL))
        if made.markup != (getattr(widget, name) or ""):  # setting it repaints everything
            setattr(widget, name, made)


def explain(widget: Widget, text: str | None) -> None:
    """Show a text where the mouse rests on a widget; None or an empty one shows nothing."""
    made = written(text) if text else None
    if str(made or "") != str(widget.tooltip or ""):
        widget.tooltip = made


class Static(widgets.Static):
    """Textual's, for words.

    Args:
        content: what it shows.
        name, id, classes: as Textual's.
    """

    def __init__(
        self,
        content: str | Content = "",
        *,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(written(content), name=name, id=id, classes=classes, markup=False)

    def update(self, content: Any = "", *, layout: bool = True) -> None:
        """Show other words.

        Args:
            content: a string or `Content`.
            layout: whether its size may change. Default yes.
        """
        super().update(written(content), layout=layout)


class Label(Static):
    """Words that are as wide as they need to be."""

    DEFAULT_CSS = """
    Label { width: auto; height: auto; min-height: 1; }
    """


class OptionList(widgets.OptionList):
    """Textual's, for entries that `option` made.

    Args: as Textual's.
    """

    def __init__(
        self,
        *content: Option,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(*content, name=name, id=id, classes=classes, markup=False)


class DataTable(widgets.DataTable[Any]):
    """Textual's, whose heads and cells are words.

    Args: as Textual's.
    """

    def add_column(
        self,
        label: Any,
        *,
        width: int | None = None,
        key: str | None = None,
        default: Any = None,
    ) -> ColumnKey:
        """Add a column; its head is what was given, with its brackets."""
        return super().add_column(_cell(label), width=width, key=key, default=default)

    def add_row(
        self, *cells: Any, height: int | None = 1, key: str | None = None, label: Any = None
    ) -> RowKey:
        """Add a row of cells."""
        return super().add_row(*map(_cell, cells), height=height, key=key, label=label and _cell(label))

    def update_cell(
        self, row_key: RowKey | str, column_key: ColumnKey | str, value: Any, *, update_width: bool = False
    ) -> None:
        """Show another value in a cell."""
        super().update_cell(row_key, column_key, _cell(value), update_width=update_width)


def cell(text: str, style: str = "") -> Text:
    """Return a cell of a table in a style."""
    return Text(clean_line(text, LONGEST_CELL), style)


def drawable(text: Text) -> Text:
    """Return a text that is edited, with a question mark for every character that is not seen."""
    plain = "".join(letter if clean_line(letter) == letter else "?" for letter in text.plain)
    return text if plain == text.plain else Text(plain, no_wrap=True, overflow="ignore", end="")


def _cell(value: str | Text) -> Text:
    return value if isinstance(value, Text) else cell(value)


class NoOrders(LineFilter):
    """The last look at every line of every widget: what a terminal would obey is not drawn.

    What is shown is cleaned where it becomes words; this is for what no one has thought of. And terminals
    do not agree how wide a sign is that is asked to be an emoji: it stays a sign, and a space follows.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of a line without what drives a terminal."""
        del background
        if all(text.isprintable() and _WIDENS not in text for text, _, _ in segments):
            return segments
        return [
            Segment(_WIDENED.sub(_sign, without_orders(text)), style, control)
            for text, style, control in segments
        ]


_WIDENS = "\ufe0f"
_WIDENED = re.compile(f"(.){_WIDENS}(\u20e3?)(?!{JOINER})")


def _sign(found: re.Match[str]) -> str:
    """Write a sign without what widens it, in as many cells as the layout has given it."""
    text = found[1] + found[2]
    return text + " " * (cell_len(found[0]) - cell_len(text))


__all__ = [
    "DataTable",
    "Label",
    "NoOrders",
    "OptionList",
    "Part",
    "Static",
    "assembled",
    "cell",
    "drawable",
    "entitle",
    "explain",
    "option",
    "stacked",
    "words",
    "written",
]
