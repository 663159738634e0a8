"""What a list of runs says of each, sorted and found by words; for the app and the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nn_tui.experiment.runs.background import ENDED, trained_in_background
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.keeper import taken_by
from nn_tui.experiment.words import number

SORTS = ("date", "name", "data", "best")
_SOURCE = 80
"""Letters of the data's name in a sentence."""
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
        text = f"{card.name} {card.source} {card.network} {card.note} {card.status}".lower()
        # Few letters or digits are in every id.
        return all(word in text or (len(word) > 3 and word in card.id) for word in wanted)

    return [card for card in cards if fits(card)]


def headline_words(card: RunCard) -> str:
    """Write the best value: `val_accuracy 0.9524 @12`."""
    if card.headline is None:
        return ""
    name, value, epoch = card.headline
    return f"{name} {number(value)} @{epoch}"


def status_words(card: RunCard) -> str:
    """Say how a run stands: its status, or `background` or `cut off` (it was killed) where these hold."""
    if card.status not in ENDED and trained_in_background(Path(card.folder)):
        return "background"
    if card.status != "training":
        return card.status
    return "training" if taken_by(Path(card.folder)) else "cut off"


def detail_lines(card: RunCard) -> list[str]:
    """Say more of the selected run, in a few lines."""
    best = "   ".join(f"{name} {number(value)} @{epoch}" for name, (value, epoch) in card.best.items())
    lines = [f"{card.id}   {status_words(card)}, epoch {card.epoch} of {card.epochs}, {card.seconds:.1f} s"]
    lines.append(f"{card.source}   {card.network}")
    lines.append(f"best: {best}" if best else "no epoch yet")
    if told := [*branch_words(card), *mark_words(card)]:
        lines.append("; ".join(told))
    if card.note:
        lines.append(f"note: {card.note}")
    return lines


def branch_words(card: RunCard) -> list[str]:
    """Say where a run branched off, if it did."""
    return [f"branched off {card.parent} at epoch {card.parent_epoch}"] if card.parent else []


def mark_words(card: RunCard, most: int = 3) -> list[str]:
    """Say what was changed of a run while it trained, the last changes if there are many.

    Args:
        card: the run.
        most: changes told one by one. Default 3.
    """
    told = [f"at epoch {epoch:.4g} {text}" for epoch, text in card.marks[-most:]]
    before = len(card.marks) - len(told)
    return [f"{before} changes before", *told] if before else told


def run_words(card: RunCard) -> str:
    """Say which run an answer is of: its id, its name, its data, when it began, how far it has come."""
    source = card.source if len(card.source) <= _SOURCE else f"{card.source[: _SOURCE - 3]}..."
    how_far = f"{card.epoch} of {card.epochs} epochs"
    return f"run {card.id}: {card.name}, data {source}, {card.began}, {card.status}, {how_far}"


def run_identity(card: RunCard) -> dict[str, Any]:
    """Return as JSON can say it which run an answer is of."""
    return {
        "run": card.id,
        "name": card.name,
        "data": card.source,
        "date": card.began,
        "folder": card.folder,
    }


def run_line(card: RunCard) -> str:
    """Write a run in one line for the command line."""
    parts = [
        card.id,
        card.began,
        f"{status_words(card)} {card.epoch}/{card.epochs}",
        card.source,
        card.network,
    ]
    line = "  ".join([*parts, headline_words(card)]).rstrip()
    return line if card.name in card.id else f"{line}  ({card.name})"


def run_record(card: RunCard) -> dict[str, Any]:
    """Give a run as JSON can say it."""
    best = {name: {"value": value, "epoch": epoch} for name, (value, epoch) in card.best.items()}
    return {
        "run": card.id,
        "name": card.name,
        "note": card.note,
        "began": card.began,
        "status": status_words(card),
        "process": trained_in_background(Path(card.folder)) or None,
        "epoch": card.epoch,
        "epochs": card.epochs,
        "seconds": round(card.seconds, 3),
        "data": card.source,
        "network": card.network,
        "last": dict(card.last),
        "best": best,
        "parent": card.parent or None,
        "parent_epoch": card.parent_epoch if card.parent else None,
        "changes": [{"epoch": epoch, "text": text} for epoch, text in card.marks],
        "folder": card.folder,
    }
