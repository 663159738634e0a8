"""The rows that the network gets most wrong, as they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn_tui.data.described import row_described, row_place
from nn_tui.declare import register
from nn_tui.insight import class_quality, number_quality
from nn_tui.insight.controls import Place
from nn_tui.insight.data_views import image_shades
from nn_tui.insight.judging import Judged, judge
from nn_tui.insight.number_words import short_number
from nn_tui.insight.pictures import (
    Array,
    Board,
    Control,
    InsightRequest,
    Page,
    Picture,
    Sentence,
    Span,
    Table,
    Tiles,
)

__all__ = ["mistakes"]

MOST = 24
"""Mistakes that are shown."""
COLUMNS = 8
"""Of a row's columns, those that the list has; the chosen row has all."""

LONGEST = 44
"""Letters of a value in the list."""


@register("insight", "mistakes")
def mistakes(request: InsightRequest, /, rows: Place = 0, mistake: Place = 0) -> Picture:
    """The worst mistakes, as the rows or images that they are.

    Args:
        rows: which rows are judged: validation, test, training, those that there are. Default the first.
        mistake: which of them is told whole. Default 0, the worst.
    """
    data = request.data
    judged = judge(request, rows)
    if data.classes:
        worst = class_quality.worst_answers(judged.truth, judged.answer, judged.sure)
    else:
        errors = judged.truth - judged.answer
        if errors.ndim > 1:
            errors = (errors**2).mean(axis=1)
        worst = number_quality.worst_numbers(errors)
    if not len(worst):
        return Sentence(
            f"No mistake: all {judged.told} are right. Choose other rows, or train a network that is less "
            "sure.",
            controls=(judged.control,),
        )
    caption = _caption(request, judged, worst)
    if len(data.input_shape) == 3:
        return _images(data, judged, worst[:MOST], caption)
    return _listed(data, judged, worst[:MOST], mistake, caption)


def _caption(request: InsightRequest, judged: Judged, worst: Array) -> str:
    data = request.data
    if data.classes:
        largest, share = class_quality.majority(judged.truth, data.classes)
        wrong = len(worst) / len(judged)
        return (
            f"{len(worst):,} of {judged.told} wrong, {wrong:.1%}, the surest first; "
            f"always {data.class_names[largest]}: {1 - share:.1%} wrong."
        )
    if judged.truth.ndim > 1:
        return f"The rows farthest from what they should be, by mean squared error, of {judged.told}."
    mean = float(np.abs(judged.truth - judged.answer).mean())
    base = float(np.abs(judged.truth - judged.truth.mean()).mean())
    return (
        f"The largest errors of {judged.told}; mean absolute error {short_number(mean)}, "
        f"always the mean: {short_number(base)}."
    )


def _images(data: Any, judged: Judged, worst: Array, caption: str) -> Tiles:
    images = image_shades(judged.split.x[judged.rows[worst]])
    names = []
    for at in worst:
        _, true, said, number = _judgement(data, judged, int(at))
        names.append(f"{true} as {said} {number}" if data.classes else f"{true} {said}".strip() or number)
    told = f"{caption} Named: the true class as the answer." if data.classes else caption
    return Tiles(tuple(images), tuple(names), told, controls=(judged.control,))


def _listed(data: Any, judged: Judged, worst: Array, mistake: int, caption: str) -> Picture:
    described = [row_described(data, judged.split, int(judged.rows[at])) for at in worst]
    chosen = mistake % len(worst)
    controls = (
        judged.control,
        Control("mistake", "mistake", f"{chosen + 1} of {len(worst)}", chosen, len(worst)),
    )
    names = [name for name in described[0] if name != data.target_name][:COLUMNS]
    numbers = "true", "predicted", "error"
    if data.classes:
        numbers = "true", "said", "sure"
    elif judged.truth.ndim > 1:
        numbers = "", "", "error"
    lines = tuple(
        (*_judgement(data, judged, int(at)), *(_cut(row.get(name, "") or "-") for name in names))
        for at, row in zip(worst, described, strict=True)
    )
    word = lines[0][0].split(" ")[0]
    if all(line[0].startswith(f"{word} ") for line in lines):
        lines = tuple((line[0].removeprefix(f"{word} "), *line[1:]) for line in lines)
    else:
        word = ""
    head = (word, *numbers, *names)
    listed = Table(head, lines, caption, left=3 if data.classes else 1, chosen=chosen, controls=controls)
    whole = described[chosen]
    if len(whole) <= 1 and not any(len(value) > 20 for value in whole.values()):
        return listed
    place, true, said, number = _judgement(data, judged, int(worst[chosen]))
    parts: list[Span] = []
    for name, value in whole.items():
        parts += [(f"{name} ", "faint"), (f"{value or 'missing'}", "text"), ("   ", "text")]
    told = f"{numbers[0]} {true}, {numbers[1]} {said}, {numbers[2]} {number}"
    page = Page((((told, "strong"),), tuple(parts)), "")
    rows_only = Table(head, lines, "", left=listed.left, chosen=chosen)
    return Board(
        ("Worst first", f"{place}, whole"),
        (rows_only, page),
        caption,
        width=44,
        height=7,
        controls=controls,
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def _judgement(data: Any, judged: Judged, at: int) -> tuple[str, str, str, str]:
    """Say which row it is, what is true, what was said, and how wrong that is."""
    place = row_place(judged.split, int(judged.rows[at]), judged.name)
    truth, answer = judged.truth[at], judged.answer[at]
    if data.classes:
        return place, data.class_names[truth], data.class_names[answer], f"{judged.sure[at]:.1%}"
    if judged.truth.ndim > 1:
        return place, "", "", short_number(float(((truth - answer) ** 2).mean()))
    return (
        place,
        short_number(float(truth)),
        short_number(float(answer)),
        short_number(float(truth - answer)),
    )
