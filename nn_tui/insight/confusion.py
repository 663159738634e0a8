"""Which classes are taken for which, how good that is, and how good doing nothing would be."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn_tui.declare import register
from nn_tui.insight import class_quality
from nn_tui.insight.controls import Place, turn
from nn_tui.insight.judging import Judged, judge
from nn_tui.insight.pictures import (
    Array,
    Board,
    Control,
    InsightRequest,
    Lines,
    Picture,
    Sentence,
    Series,
    Table,
)
from nn_tui.insight.residuals import residuals

__all__ = ["confusion"]

MOST = 15
"""Classes of a matrix that is still read at a glance."""
PAIRS = 30
"""Confusions that are listed where there are more classes."""
HEADS = 40
"""Cells for the names over the columns together, about."""
SHOWN = ("matrix", "scores", "ROC", "calibration")


@register("insight", "confusion")
def confusion(
    request: InsightRequest, /, show: Place = 0, rows: Place = 0, cells: Place = 0, of: Place = 0
) -> Picture:
    """Which classes are taken for which, precision and recall of each, beside always saying the same.

    Args:
        show: 0: the matrix; 1: scores and the baseline's; 2: the ROC curve; 3: calibration. Default 0.
        rows: which rows are judged: validation, test, training, those that there are. Default the first.
        cells: 0: the matrix counts rows; 1: it gives shares of each true class. Default 0.
        of: of which class the ROC and the calibration are, the last first. Default 0, the last.
    """
    data = request.data
    if not data.classes:
        return residuals(request, show, rows)
    judged = judge(request, rows)
    matrix = class_quality.confusion(judged.truth, judged.answer, data.classes)
    names = data.class_names
    show %= len(SHOWN)
    controls = [turn("show", "show", show, SHOWN), judged.control]
    if show == 0:
        controls.append(turn("cells", "cells", cells, ("rows", "shares")))
        return _matrix(judged, matrix, names, controls, shares=bool(cells % 2))
    if show == 1:
        return _scores(judged, matrix, names, controls)
    number = (len(names) - 1 - of) % len(names)
    if len(names) > 1:
        controls.append(turn("of", "of", of, names[::-1]))
    return (_roc if show == 2 else _calibration)(judged, number, names, controls)


def _matrix(
    judged: Judged, matrix: Array, names: tuple[str, ...], controls: list[Control], *, shares: bool
) -> Table:
    caption = _caption(judged, matrix, names)
    there = np.maximum(matrix.sum(axis=1), 1)
    if len(names) > MOST:
        return _pairs(matrix, there, names, controls, caption)
    share = matrix / there[:, None]
    lines = []
    for at, name in enumerate(names):
        numbers = [_percent(part) for part in share[at]] if shares else [f"{cell:,}" for cell in matrix[at]]
        lines.append((name, *(number if matrix[at, to] else "." for to, number in enumerate(numbers))))
    widest = max(len(cell) for line in lines for cell in line[1:])
    heads = _short(names, max(widest, HEADS // len(names)))
    shades = np.zeros((len(names), len(names) + 1))
    shades[:, 1:] = -share
    shades[np.arange(len(names)), np.arange(len(names)) + 1] *= -1
    return Table(("true \\ said", *heads), tuple(lines), caption, shades=shades, controls=tuple(controls))


def _pairs(
    matrix: Array, there: Array, names: tuple[str, ...], controls: list[Control], caption: str
) -> Table:
    """List the most frequent confusions: a matrix of so many classes is not read."""
    wrong = matrix.copy()
    np.fill_diagonal(wrong, 0)
    largest = np.argsort(-wrong, axis=None, kind="stable")[:PAIRS]
    places = [divmod(int(one), len(names)) for one in largest if wrong.reshape(-1)[one]]
    lines = tuple(
        (names[true], names[said], f"{wrong[true, said]:,}", _percent(wrong[true, said] / there[true]))
        for true, said in places
    )
    head = ("true", "taken for", "rows", "of its rows")
    told = f"{caption} These are the most frequent confusions."
    return Table(head, lines, told, left=2, controls=tuple(controls))


def _caption(judged: Judged, matrix: Array, names: tuple[str, ...]) -> str:
    largest, share = class_quality.majority(judged.truth, len(names))
    right = int(np.trace(matrix))
    return (
        f"{class_quality.accuracy(matrix):.1%} right: {right:,} of {judged.told}; "
        f"always {names[largest]}: {share:.1%}."
    )


def _scores(judged: Judged, matrix: Array, names: tuple[str, ...], controls: list[Control]) -> Board:
    scores = class_quality.class_scores(matrix)
    by_class = Table(
        ("class", "precision", "recall", "F1", "rows"),
        tuple(
            (name, f"{precision:.3f}", f"{recall:.3f}", f"{f1:.3f}", f"{support:,}")
            for name, precision, recall, f1, support in zip(
                names, scores.precision, scores.recall, scores.f1, scores.support.tolist(), strict=True
            )
        ),
        "precision: right of those said. recall: found of those there.",
    )
    largest, _ = class_quality.majority(judged.truth, len(names))
    always = class_quality.always(matrix, largest)
    low, high = class_quality.accuracy_interval(matrix)
    measures: list[tuple[str, float, float]] = [
        ("accuracy", class_quality.accuracy(matrix), class_quality.accuracy(always)),
        (
            "balanced accuracy",
            class_quality.balanced_accuracy(matrix),
            class_quality.balanced_accuracy(always),
        ),
        ("macro F1", class_quality.macro_f1(matrix), class_quality.macro_f1(always)),
        (
            "cross-entropy",
            class_quality.cross_entropy(judged.truth, judged.shares),
            class_quality.entropy(matrix),
        ),
    ]
    if len(names) == 2 and (found := class_quality.roc(judged.truth == 1, judged.shares[:, 1])) is not None:
        measures.append(("ROC area", found.area, 0.5))
    beside = Table(
        ("", "network", "baseline"),
        tuple((name, f"{mine:.3f}", f"{base:.3f}") for name, mine, base in measures),
        f"The baseline always says {names[largest]}, with each class's share as its probability.",
    )
    caption = f"{judged.told}. Accuracy {measures[0][1]:.1%}, 95 % interval {low:.1%} to {high:.1%}."
    return Board(
        ("By class", "All rows"), (by_class, beside), caption, width=42, height=8, controls=tuple(controls)
    )


def _roc(judged: Judged, number: int, names: tuple[str, ...], controls: list[Control]) -> Picture:
    own, score = judged.truth == number, judged.shares[:, number]
    found = class_quality.roc(own, score)
    if found is None:
        return Sentence(
            f"The {judged.told} are all of one class, or have none of {names[number]}: "
            "a ROC curve needs rows of both sides. Choose other rows.",
            controls=tuple(controls),
        )
    half = score >= 0.5
    taken, hit = float(half[~own].mean()), float(half[own].mean())
    series = (
        Series("chance", np.array([0.0, 1.0]), np.array([0.0, 1.0]), "former"),
        Series("network", found.others, found.found, "validation"),
        Series("at 0.5", np.array([taken]), np.array([hit]), "mark", "points"),
    )
    caption = (
        f"Area {found.area:.4f}, chance 0.5. From probability 0.5 on {hit:.1%} are found and {taken:.1%} "
        f"of the others taken for it; {judged.told}."
    )
    label = f"{names[number]} found"
    bounds = (0.0, 1.0)
    return Lines(series, "others taken for it", label, caption, bounds, bounds, controls=tuple(controls))


def _calibration(judged: Judged, number: int, names: tuple[str, ...], controls: list[Control]) -> Picture:
    own, score = judged.truth == number, judged.shares[:, number]
    found = class_quality.calibration(score, own)
    some = found.rows > 0
    series = (
        Series("exact", np.array([0.0, 1.0]), np.array([0.0, 1.0]), "former"),
        Series("network", found.sure[some], found.right[some], "validation"),
        Series("bins", found.sure[some], found.right[some], "validation", "points"),
    )
    sureness = class_quality.calibration(judged.sure, judged.truth == judged.answer)
    caption = (
        f"On the line, of rows given probability p a share of p is {names[number]}. Off by "
        f"{found.error:.3f} on average, answers by {sureness.error:.3f}; {judged.told}."
    )
    bounds = (0.0, 1.0)
    return Lines(
        series, f"P({names[number]})", "share that is", caption, bounds, bounds, controls=tuple(controls)
    )


def _percent(share: Any) -> str:
    return f"{share:.0%}"


def _short(names: tuple[str, ...], width: int) -> list[str]:
    """Cut names to a width, but so that they stay different where that can be."""
    cut = [name[:width] for name in names]
    if len(set(cut)) == len(cut):
        return cut
    return [
        name if cut.count(name) == 1 else f"{name[: max(1, width - 2)]}{at}" for at, name in enumerate(cut)
    ]
