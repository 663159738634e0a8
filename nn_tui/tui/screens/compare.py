"""Compare runs that are kept: their curves over each other, their values, how their experiments differ."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.getters import query_one

from nn_tui.errors import NnTuiError
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.differences import differences, setting_words
from nn_tui.experiment.runs.history_file import HistoryFile
from nn_tui.experiment.runs.keeper import NOT_MEASURED
from nn_tui.experiment.runs.listing import mark_words
from nn_tui.experiment.words import number
from nn_tui.tui.content import DataTable, Static, cell
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.leaving import Page
from nn_tui.tui.widgets.overlay import Lane, OverlayView


class CompareScreen(Page[None]):
    """Two to six runs beside each other.

    Args:
        cards: the runs.
    """

    CSS_PATH = "compare.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Back", show=False),
        Binding("right,m", "quantity(1)", "Next quantity", show=False),
        Binding("left,M", "quantity(-1)", "Previous quantity", show=False),
    ]

    first = query_one("#first", OverlayView)
    second = query_one("#second", OverlayView)
    table = query_one(DataTable)
    told = query_one("#told", Static)

    def __init__(self, cards: Sequence[RunCard]) -> None:
        super().__init__()
        self.cards = cards
        self.names = [_told_apart(card, cards) for card in cards]
        self.curves = [HistoryFile(Path(card.folder)).curves() for card in cards]
        known = dict.fromkeys(name for _, values in self.curves for name in values)
        self.quantities = sorted(
            (name for name in known if name not in NOT_MEASURED),
            key=lambda name: (not name.endswith("loss"), not name.startswith("val_"), name),
        ) or ["loss"]
        self.at = 0

    def compose(self) -> ComposeResult:
        """Lay two charts over the table."""
        with Horizontal(id="charts"):
            for name in ("first", "second"):
                chart = OverlayView(id=name)
                chart.add_class("panel")
                yield chart
        yield DataTable(cursor_type="none", show_cursor=False)
        yield Static("", id="told")
        yield KeyHint([("left right other quantity", "quantity(1)"), ("esc back", "dismiss")])

    def on_mount(self) -> None:
        """Fill the table, then draw."""
        self._fill()
        self.action_quantity(0)

    def action_quantity(self, by: int) -> None:
        """Draw the next two quantities."""
        self.at = (self.at + by) % len(self.quantities)
        others = [*self.quantities[self.at :], *self.quantities[: self.at]]
        for chart, quantity in zip((self.first, self.second), (*others, others[0])[:2], strict=True):
            chart.show(
                quantity,
                [
                    Lane(name, epochs, values[quantity])
                    for name, (epochs, values) in zip(self.names, self.curves, strict=True)
                    if quantity in values
                ],
            )

    def _fill(self) -> None:
        self.table.add_column("")
        for name in self.names:
            self.table.add_column(cell(name))
        measured = [name for name in self.quantities if any(name in card.best for card in self.cards)]
        for name in measured:
            cells = [
                f"{number(card.best[name][0])} @{card.best[name][1]}" if name in card.best else "-"
                for card in self.cards
            ]
            self.table.add_row(cell(f"best {name}"), *map(cell, cells))
        self.table.add_row(
            cell("epochs"), *(cell(f"{card.epoch}, {card.seconds:.1f} s") for card in self.cards)
        )
        branches = [_branch(card) for card in self.cards]
        changes = ["; ".join(mark_words(card, 2)) for card in self.cards]
        for name, cells in (("branched off", branches), ("changes", changes)):
            if any(cells):
                self.table.add_row(name, *(value or "-" for value in cells))
        try:
            specs = [SavedRun.open(Path(card.folder)).spec for card in self.cards]
        except NnTuiError as error:
            self.told.update(f"! {error}")
            return
        found = differences(specs)
        names = [setting_words(path) for path, _ in found]
        for (path, values), name in zip(found, names, strict=True):
            told = name if names.count(name) == 1 else path
            self.table.add_row(cell(told, "bold"), *(cell(value, "bold") for value in values))
        words = "1 setting differs." if len(found) == 1 else f"{len(found)} settings differ."
        words = words if found else "The experiments are the same."
        changed = any(card.marks for card in self.cards)
        self.told.update(f"{words} Of a run that was changed, settings are the last." if changed else words)


def _branch(card: RunCard) -> str:
    return f"{card.parent.rsplit('-', 1)[-1]} @{card.parent_epoch}" if card.parent else ""


def _told_apart(card: RunCard, cards: Sequence[RunCard]) -> str:
    """Give a name that no other of the runs has."""
    same = [other for other in cards if other.name == card.name]
    return card.name if len(same) == 1 else f"{card.name} {card.id.rsplit('-', 1)[-1]}"
