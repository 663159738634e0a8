"""What the list of runs says of each, sorted and found by words. Pure, but for the colours."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.words import number
from nn_tui.tui.wording import shortened

SORTS = ("date", "name", "data", "best")
_LEVELS = "▁▂▃▄▅▆▇█"
_PLAIN = "_.-=^"


def sparkline(values: Sequence[float], width: int, *, ascii_only: bool = False) -> str:
    """Draw a small curve in one line; values that are not finite leave a gap."""
    levels = _PLAIN if ascii_only else _LEVELS
    finite = [value for value in values if value == value and abs(value) != float("inf")]
    if not finite or width < 1:
        return ""
    if len(values) > width:
        values = [values[at * (len(values) - 1) // max(1, width - 1)] for at in range(width)]
    low, high = min(finite), max(finite)
    scale = (len(levels) - 1) / (high - low) if high > low else 0.0
    return "".join(levels[round((value - low) * scale)] if value in finite else " " for value in values)


def sorted_runs(cards: Sequence[RunCard], order: str) -> list[RunCard]:
    """Sort runs: the newest, the first name, the first data, or the best value first."""
    if order == "name":
        return sorted(cards, key=lambda card: (card.name.lower(), -card.created))
    if order == "data":
        return sorted(cards, key=lambda card: (card.source.lower(), -card.created))
    if order == "best":
        return sorted(cards, key=_rank)
    return sorted(cards, key=lambda card: -card.created)


def _rank(card: RunCard) -> tuple[int, float]:
    headline = card.headline
    if headline is None:
        return 2, 0.0
    name, value, _ = headline
    return (1, value) if name.endswith("loss") else (0, -value)


def found_runs(cards: Sequence[RunCard], words: str) -> list[RunCard]:
    """Give the runs that have every word somewhere in what a list says of them."""
    wanted = words.lower().split()

    def fits(card: RunCard) -> bool:
        text = f"{card.id} {card.name} {card.source} {card.network} {card.note} {card.status}".lower()
        return all(word in text for word in wanted)

    return [card for card in cards if fits(card)]


def headline_words(card: RunCard) -> str:
    """Write the best value: `val_accuracy 0.9524 @12`."""
    if card.headline is None:
        return ""
    name, value, epoch = card.headline
    return f"{name} {number(value)} @{epoch}"


def row_words(card: RunCard, width: int, *, marked: bool, ascii_only: bool = False) -> Content:
    """Write a run's line of the list: as many columns as fit the width."""
    mark = ("* " if ascii_only else "● ") if marked else "  "
    parts: list[tuple[str, str]] = [(mark, "$accent"), (f"{shortened(card.name, 20, ascii_only):<20} ", "")]
    columns = [
        (f"{shortened(headline_words(card), 27, ascii_only):<27} ", ""),
        (f"{card.status:<11} ", "$warn" if card.status in ("diverged", "failed") else "$muted"),
        (f"{card.epoch:>6} ", "$muted"),
        (f"{sparkline(card.sparks, 12, ascii_only=ascii_only):<12} ", "$train"),
        (f"{card.began}  ", "$muted"),
        (f"{shortened(card.source, 16, ascii_only):<16} ", "$muted"),
        (f"{shortened(card.network, 40, ascii_only)} ", "$muted"),
    ]
    used = 23
    for text, style in columns:
        if used + len(text) > width:
            break
        parts.append((text, style))
        used += len(text)
    return Content.assemble(*parts)


def detail_lines(card: RunCard) -> list[str]:
    """Say more of the selected run, in a few lines."""
    best = "   ".join(f"{name} {number(value)} @{epoch}" for name, (value, epoch) in card.best.items())
    lines = [f"{card.id}   {card.status}, epoch {card.epoch} of {card.epochs}, {card.seconds:.1f} s"]
    lines.append(f"{card.source}   {card.network}")
    lines.append(f"best: {best}" if best else "no epoch yet")
    if card.parent:
        lines.append(f"forked from {card.parent} after epoch {card.parent_epoch}")
    if card.note:
        lines.append(f"note: {card.note}")
    return lines
