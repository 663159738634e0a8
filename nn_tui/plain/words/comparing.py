"""Runs beside each other in sentences: their best values, how their experiments differ, who won a race."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nn_tui.engine.callbacks.watching import larger_is_better
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.differences import ABSENT, differences, setting_words
from nn_tui.experiment.runs.keeper import NOT_MEASURED
from nn_tui.experiment.runs.listing import branch_words, mark_words
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.words import number
from nn_tui.plain.words.curves import best, headline, quantity_words


def compared_sentences(cards: Sequence[RunCard], specs: Sequence[Spec]) -> list[str]:
    """Tell the runs, the best of each quantity in each of them, and the settings that differ.

    Args:
        cards: two or more runs.
        specs: their experiments.
    """
    letters = [chr(ord("A") + at) if at < 26 else str(at + 1) for at in range(len(cards))]
    told = [
        f"{letter} is {card.name}: {card.status}, epoch {card.epoch} of {card.epochs}, id {card.id}."
        for letter, card in zip(letters, cards, strict=True)
    ]
    for letter, card in zip(letters, cards, strict=True):
        told += [f"{letter}: {words}." for words in (*branch_words(card), *mark_words(card))]
    names = dict.fromkeys(name for card in cards for name in card.best if name not in NOT_MEASURED)
    order = sorted(names, key=lambda name: (name.endswith("loss"), not name.startswith("val_"), name))
    told += [_best_sentence(name, letters, cards) for name in order]
    found = differences(specs)
    for path, values in found:
        parts = [
            f"{letter} {'its default' if value == ABSENT else value}"
            for letter, value in zip(letters, values, strict=True)
        ]
        told.append(f"{_capital(setting_words(path))}: {', '.join(parts)}.")
    count = len(found)
    told.append(
        "The experiments are the same."
        if not found
        else f"{count} setting{'s differ' if count > 1 else ' differs'}."
    )
    return told


def _best_sentence(name: str, letters: Sequence[str], cards: Sequence[RunCard]) -> str:
    pairs = zip(letters, cards, strict=True)
    known = {letter: card.best[name] for letter, card in pairs if name in card.best}
    pick = max if larger_is_better(name) else min
    first = pick(value for value, _ in known.values())
    parts = []
    for letter, (value, epoch) in known.items():
        told = ", the best" if value == first and len(known) > 1 else ""
        parts.append(f"{letter} {number(value)} in epoch {epoch}{told}")
    return f"Best {quantity_words(name)}: {'; '.join(parts)}."


def racing_sentence(snapshots: Sequence[Snapshot], changed: str) -> str:
    """Tell how far both of a race are."""
    parts = []
    for name, now in zip(("As it was", changed), snapshots, strict=True):
        judged = headline(now.curves.values)
        value = (
            f", {quantity_words(judged)} {number(float(now.curves.values[judged][-1]))}" if judged else ""
        )
        parts.append(f"{name}: epoch {now.status.epoch}{value}")
    return f"{'; '.join(parts)}."


def raced_sentences(snapshots: Sequence[Snapshot], changed: str) -> list[str]:
    """Tell how a race ended, and which of the two was better.

    Args:
        snapshots: the last of the run as it was, and of the one with the change.
        changed: what was changed, in short.
    """
    told, results = [], []
    judged = headline(snapshots[0].curves.values)
    for name, now in zip(("As it was", changed), snapshots, strict=True):
        status = now.status
        found = (
            best(judged, now.curves.epochs, now.curves.values.get(judged, np.empty(0))) if judged else None
        )
        result = "no value" if found is None else f"best {number(found[0])} in epoch {found[1]}"
        last = "" if found is None else f", {number(float(now.curves.values[judged][-1]))} at its end"
        run = "" if now.run is None else f" Kept as run {now.run.id}."
        ended = f"stopped: {status.error} " if status.phase == "failed" else ""
        told.append(f"{_capital(name)}: {ended}{quantity_words(judged)} {result}{last}.{run}")
        results.append(None if found is None else found[0])
    before, after = results
    if before is None or after is None:
        return told
    if before == after:
        return [*told, "Both are as good."]
    better = (after > before) == larger_is_better(judged)
    return [*told, f"{'The change' if better else 'The run as it was'} is better."]


def _capital(text: str) -> str:
    return f"L{text[1:]}" if text.startswith("layer ") else text
