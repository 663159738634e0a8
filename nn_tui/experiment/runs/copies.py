"""Runs that only repeat a kept one: from the same epoch the same experiment gives the same numbers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from nn_tui.errors import NnTuiError
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.history_file import HistoryFile

if TYPE_CHECKING:
    from nn_tui.experiment.runs.shelf import Fork


def original_of(copy: RunCard, fork: Fork, cards: Iterable[RunCard]) -> RunCard | None:
    """Return the kept run that holds all that a run has trained; None where there is none.

    Args:
        copy: the run, as it was saved last.
        fork: where it branched off.
        cards: the kept runs. The run that was branched off from and its other branches are compared.
    """
    own = _measured(copy, fork.epoch)
    for card in cards:
        if card.id == copy.id or (card.id != fork.run.id and not _is_twin(card, copy)):
            continue
        known = _measured(card, fork.epoch)
        if card.epoch >= copy.epoch and all(known.get(epoch) == values for epoch, values in own.items()):
            return card
    return None


def _is_twin(card: RunCard, copy: RunCard) -> bool:
    """Whether two runs branched off at the same place with the same experiment."""
    if not card.parent or (card.parent, card.parent_epoch) != (copy.parent, copy.parent_epoch):
        return False
    try:
        return SavedRun.open(Path(card.folder)).spec == SavedRun.open(Path(copy.folder)).spec
    except NnTuiError:
        return False


def _measured(card: RunCard, after: int) -> dict[int, dict[str, float]]:
    """Return what the epochs of a run measured after one of them, but for the time they took."""
    return {
        epoch: {name: value for name, value in values.items() if name != "seconds"}
        for epoch, values in HistoryFile(Path(card.folder)).rows()
        if epoch > after
    }
