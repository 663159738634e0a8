"""The guide: its pages in a list, a search over all of them, and the page that is read."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.getters import query_one
from textual.widgets import Input, Markdown
from textual.widgets.option_list import Option

from nn_tui.errors import UsageError
from nn_tui.guide import Passage, anchor_of, find, page_named, pages
from nn_tui.tui.content import OptionList, entitle, option, stacked, words
from nn_tui.tui.forms.editors import TextEditor
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.leaving import Page
from nn_tui.tui.widgets.page_text import PageText

MOST_PLACES = 200
"""Places that are listed at most; who wants others writes another word."""


class GuideScreen(Page[None]):
    """The pages of the guide; what is selected in the list is shown beside it."""

    CSS_PATH = "guide.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
        Binding("q", "close", "Close", show=False),
        Binding("slash", "find", "Find", show=False),
        Binding("right", "read", "Read", show=False),
        Binding("left,down", "list", "List", show=False),
    ]

    line = query_one(TextEditor)
    list = query_one(OptionList)
    scroll = query_one(VerticalScroll)
    page = query_one(PageText)

    def __init__(self) -> None:
        super().__init__()
        self.shown = ""
        """The name of the page that is shown."""
        self.places: list[Passage] = []
        """What was found, in the order of the list; empty where the list is that of the pages."""

    def compose(self) -> ComposeResult:
        """Lay the list beside the page."""
        with Horizontal():
            with Vertical(id="left"):
                yield TextEditor("", empty="/ words to find", asks=True)
                yield OptionList()
            with VerticalScroll(classes="panel holder"):
                yield PageText()
        keys = [
            ("enter read", "read"), ("/ find", "find"), ("left list", "list"), ("esc back", "back"),
            ("q close", "close"),
        ]  # fmt: skip
        yield KeyHint(keys)

    def on_mount(self) -> None:
        """List the pages and show the first."""
        self._list_pages()
        self.list.focus()

    def _list_pages(self) -> None:
        self.places = []
        self.list.clear_options()
        self.list.add_options([option(page.title, page.name) for page in pages()])
        self.list.highlighted = self.list.get_option_index(self.shown or pages()[0].name)

    @on(Input.Changed)
    def search(self, event: Input.Changed) -> None:
        """List the places that have the words, or the pages where there are no words."""
        if not event.value.strip():
            self._list_pages()
            return
        self.places = find(event.value)[:MOST_PLACES]
        self.list.clear_options()
        self.list.add_options(map(_option, self.places))
        if self.places:
            self.list.highlighted = 0
        else:
            told = words("Nothing has these words.", "$muted")
            self.list.add_option(option(told, disabled=True))

    @on(Input.Submitted)
    def leave_line(self) -> None:
        """Go from the words to what they found."""
        self.list.focus()

    @on(OptionList.OptionHighlighted)
    async def show_selected(self, event: OptionList.OptionHighlighted) -> None:
        """Show the page of what is selected, from its heading on."""
        if event.option_index != self.list.highlighted:
            return  # another one is selected by now
        if self.places:
            place = self.places[event.option_index]
            await self.show(place.page.name, place.anchor)
        elif event.option_id:
            await self.show(event.option_id)

    async def show(self, name: str, anchor: str = "") -> None:
        """Show a page from one of its headings on.

        Args:
            name: the page's.
            anchor: the heading's. Default: the top.
        """
        page = page_named(name)
        if name != self.shown:
            self.shown = name
            entitle(self.scroll, page.title, "")
            self.scroll.scroll_home(animate=False)
            await self.page.show(page.text.split("\n", 1)[1])
        elif self.places and not anchor:
            self.scroll.scroll_home(animate=False)
        if anchor:
            self.call_after_refresh(self._go_to_heading, anchor)

    def _go_to_heading(self, anchor: str) -> None:
        for _, title, block in self.page.table_of_contents:
            if block and anchor_of(title) == anchor:
                self.scroll.scroll_to_widget(self.page.query_one(f"#{block}"), top=True, animate=False)
                return

    @on(OptionList.OptionSelected)
    def action_read(self) -> None:
        """Go to the page, whose lines the arrows scroll then."""
        self.add_class("-reading")
        self.scroll.focus()

    def action_list(self) -> None:
        """Go to the list."""
        self.remove_class("-reading")
        self.list.focus()

    def action_find(self) -> None:
        """Write words that are looked for in all pages."""
        self.remove_class("-reading")
        self.line.focus()

    @on(Markdown.LinkClicked)
    async def follow(self, event: Markdown.LinkClicked) -> None:
        """Go to another page; the address of a place on the web is copied."""
        target, _, anchor = event.href.partition("#")
        try:
            name = page_named(target.removesuffix(".md")).name if target else self.shown
        except UsageError:
            self.app.copy_to_clipboard(event.href)
            entitle(self.scroll, page_named(self.shown).title, f"copied: {event.href}")
            return
        await self.show(name, anchor)
        if self.line.value:
            self.line.value = ""
        else:
            self.list.highlighted = self.list.get_option_index(name)

    def action_back(self) -> None:
        """Go from the page to the list, from what was found to all pages, and from there back."""
        if self.focused is self.scroll:
            self.action_list()
        elif self.line.value:
            self.line.value = ""
            self.list.focus()
        else:
            self.dismiss()

    def action_close(self) -> None:
        """Close the guide."""
        self.dismiss()


def _option(place: Passage) -> Option:
    lines = [words(place.place, "bold")]
    if place.text != place.heading:
        lines.append(words(place.text, "$muted"))
    return option(stacked(lines))
