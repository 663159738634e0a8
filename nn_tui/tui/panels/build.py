"""The experiment as a list: data, layers, compile, fit; whatever is chosen there can be edited."""

from __future__ import annotations

import textwrap
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.getters import query_one
from textual.reactive import reactive, var
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

from nn_tui.experiment.checkup import Checkup
from nn_tui.experiment.spec import Spec
from nn_tui.tui.actions import Situation, action_named
from nn_tui.tui.content import assembled, stacked, words
from nn_tui.tui.messages import PlaceChosen
from nn_tui.tui.painters.canvas import padded_text
from nn_tui.tui.panels.build_rows import Row, place_of, rows
from nn_tui.tui.panels.focus import Focusable
from nn_tui.tui.panels.line import Line
from nn_tui.tui.panels.links import QuietLinks, linked
from nn_tui.tui.wording import shortened

WIDEST = 64
"""Cells that a row takes at most, so that what belongs together stays together."""


class BuildList(Focusable, QuietLinks, can_focus=True):
    """The rows of the experiment, one of them selected.

    Posts: PlaceChosen.
    Keys: up and down select, home and end go to the ends.
    """

    DEFAULT_CSS = """
    BuildList {
        height: auto; width: 1fr; text-wrap: nowrap;
        link-background-hover: $chosen-blurred;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "select(-1)", "Up", show=False),
        Binding("down,j", "select(1)", "Down", show=False),
        Binding("home", "select(-99999)", "First", show=False),
        Binding("end", "select(99999)", "Last", show=False),
    ]

    rows: var[list[Row]] = var(list)
    selected: var[str] = var("layers.0")
    spaced: reactive[bool] = reactive(False, layout=True)
    awaited = ""
    """A place that was to be selected and is not there yet: it is when the rows that have it come."""

    _placed: tuple[object, list[tuple[Row, int]]] | None = None

    @property
    def places(self) -> list[str]:
        """The paths that can be selected, in order."""
        return [row.path for row in self.rows if row.path]

    def validate_selected(self, path: str) -> str:
        """Select the nearest place where there is no such place: it is gone, or still to come."""
        places = self.places
        self.awaited = "" if not places or path in places else path
        return place_of(path, places) if self.awaited else path

    def action_select(self, by: int) -> None:
        """Select the row some way up or down."""
        places = self.places
        if places:
            at = places.index(self.selected) if self.selected in places else 0
            self.selected = places[min(max(0, at + by), len(places) - 1)]

    def action_point_at(self, path: str) -> None:
        """Select a row; the selected one is edited."""
        chosen = path == self.selected
        self.selected = path
        self.focus()
        if chosen:
            self.post_message(PlaceChosen(path))

    def watch_rows(self) -> None:
        """Write the lines that differ; find room where there are more or fewer."""
        width, placed = self.size.width, self._placed
        places = self._places(width)
        before = [] if placed is None else placed[1]
        if not width or len(before) != len(places):
            self.refresh(layout=True)
            return
        differing = {y for y, (old, new) in enumerate(zip(before, places, strict=True)) if old != new}
        lines = sorted(differing.union(self._lines_of(self.selected)))
        self.refresh(*(Region(0, y, width, 1) for y in lines))

    def on_resize(self) -> None:
        """Find room anew where the lines are others at the new width: it was found at the one before."""
        if len(self._places(self.size.width)) != self.size.height:
            self.refresh(layout=True)

    def watch_selected(self, before: str, now: str) -> None:
        """Keep the selected row in sight."""
        self._refresh_rows(before, now)
        if isinstance(self.parent, VerticalScroll) and (lines := self._lines_of(now)):
            region = Region(0, lines.start, 1, len(lines))
            self.parent.scroll_to_region(region, animate=False, force=True)

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show by the selected row whether keys go here."""
        self._refresh_rows(self.selected)

    def render(self) -> Content:
        """Write all rows."""
        width = self.size.width
        return stacked(self._line(place, width) for place in self._places(width))

    def render_line(self, y: int) -> Strip:
        """Write one line; whole, when a part of the text is selected with the mouse."""
        width = self.size.width
        places = self._places(width)
        if self.text_selection is not None or y >= len(places):
            return super().render_line(y)
        content = self._line(places[y], width)
        strip = Visual.to_strips(self, content, width, 1, self.visual_style)[0]
        return strip.apply_offsets(0, y)

    def _refresh_rows(self, *paths: str) -> None:
        regions = [
            Region(0, lines.start, self.size.width, len(lines)) for lines in map(self._lines_of, paths)
        ]
        if any(regions):
            self.refresh(*filter(None, regions))

    def _lines_of(self, path: str) -> range:
        """Give the lines that a row takes."""
        own = [number for number, (row, _) in enumerate(self._places(self.size.width)) if row.path == path]
        return range(own[0], own[-1] + 1) if path and own else range(0)

    def _places(self, width: int) -> list[tuple[Row, int]]:
        """Say for each line which row it belongs to, and which line of that row it is; -1: one of space."""
        key = (self.rows, self.spaced, width)
        if self._placed is None or self._placed[0] != key:
            places: list[tuple[Row, int]] = []
            for row in self.rows:
                if row.heading and self.spaced and places:
                    places.append((row, -1))
                count = 1 if row.heading else len(self._row_lines(row, width))
                places += [(row, number) for number in range(count)]
            self._placed = key, places
        return self._placed[1]

    def _line(self, place: tuple[Row, int], width: int) -> Content:
        row, number = place
        if number < 0:
            return words(" ")
        if row.heading:
            return words(f" {row.left}", "$muted bold")
        return self._row_lines(row, width)[number]

    def _row_lines(self, row: Row, width: int) -> list[Content]:
        chosen = bool(row.path) and row.path == self.selected
        ascii_only = getattr(self.app, "ascii_only", False)
        inner = min(width, WIDEST) - 4
        left = shortened(row.left, inner, ascii_only)
        right = shortened(row.right, max(0, inner - cell_len(left) - 1), ascii_only)
        if row.value:
            left, right = padded_text(left, 11), ""
            value = shortened(row.value, inner - 11, ascii_only)
            text = assembled((left, "$muted"), value)
        else:
            gap = " " * (inner - cell_len(left) - cell_len(right))
            text = assembled(left, gap, *([(right, "$muted")] if right else []))
        first = assembled(" > " if chosen else "   ", text)
        lines = [first.pad_right(width - first.cell_length)]
        if row.below:
            below = shortened(row.below, inner - 2, ascii_only)
            lines.append(words(padded_text(f"     {below}", width), "$muted"))
        for message in row.messages:
            for number, piece in enumerate(textwrap.wrap(message, max(10, width - 8))):
                sign = "! " if number == 0 else "  "
                lines.append(words(padded_text(f"     {sign}{piece}", width), "$warn"))
        if chosen:
            ground = "on $chosen" if self.has_focus else "on $chosen-blurred"
            lines = [line.stylize(ground) for line in lines]
        if row.path:
            lines = [linked(line, f"point_at('{row.path}')") for line in lines]
        return lines


class Toolbar(Line):
    """Actions as quiet words, for the mouse.

    Posts: nothing; a word runs its action.
    """

    situation: var[Situation] = var(Situation(), init=False)

    def __init__(self, words: dict[str, str]) -> None:
        super().__init__()
        self._words = words

    def watch_situation(self) -> None:
        """Show which of them make sense."""
        self.renew()

    def compose_line(self, width: int) -> Content:
        """Write the words; those that make no sense now are faint and no links."""
        parts = []
        for name, word in self._words.items():
            action = action_named(name)
            if action is None or not action.when(self.situation):
                parts.append(words(word, "$faint"))
            else:
                parts.append(linked(words(word, "$muted"), action.call))
        return assembled(" ", words("  ").join(parts))


class BuildPanel(Vertical):
    """The experiment as a list, and the actions on it.

    Reads: the spec and what was found about it.
    Posts: PlaceChosen.
    """

    JUMP = "b"
    BORDER_TITLE = "Build"

    spec: var[Spec | None] = var(None, init=False)
    checkup: var[Checkup | None] = var(None, init=False)
    situation: var[Situation] = var(Situation(), init=False)

    listing = query_one(BuildList)

    def compose(self) -> ComposeResult:
        """Lay the list over its actions."""
        with VerticalScroll(can_focus=False):
            yield BuildList()
        yield Toolbar(
            {
                "add_layer": "add",
                "edit": "edit",
                "duplicate_layer": "copy",
                "move_up": "up",
                "move_down": "down",
                "remove": "remove",
            }
        ).data_bind(BuildPanel.situation)
        yield Toolbar(
            {
                "undo": "undo",
                "redo": "redo",
                "open_example": "examples",
                "open_file": "open",
                "save_file": "save",
            }
        ).data_bind(BuildPanel.situation)

    def watch_spec(self) -> None:
        """List the new experiment."""
        self.renew()

    def watch_checkup(self) -> None:
        """Show shapes and problems."""
        self.renew()

    def on_resize(self) -> None:
        """Space the parts where there is room."""
        self.renew()

    def renew(self) -> None:
        """List the experiment as it is."""
        if self.spec is None or not self.is_mounted:
            return
        listing = self.listing
        listed = rows(self.spec, self.checkup)
        places = [row.path for row in listed if row.path]
        before = listing.places
        if listing.awaited in places:
            listing.set_reactive(BuildList.selected, listing.awaited)
            listing.awaited = ""
        if (selected := listing.selected) not in places:
            # Where the last layer was removed, the one before it is selected now.
            at = min(before.index(selected), len(places)) - 1 if selected in before else None
            place = place_of(selected, places) if at is None else places[max(0, at)]
            listing.set_reactive(BuildList.selected, place)
        listing.rows = listed
        lines = sum(1 + bool(row.below) + len(row.messages) for row in listed)
        room = listing.parent.size.height if isinstance(listing.parent, Widget) else 0
        listing.spaced = lines + 3 <= room
