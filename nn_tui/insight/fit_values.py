"""What a regression answers against what was true, row by row, and by how much it is off."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn_tui.insight.answers import own_units
from nn_tui.insight.fit_rows import Shown, drawn
from nn_tui.insight.number_quality import number_scores
from nn_tui.insight.number_words import short_number
from nn_tui.insight.pictures import Array, Control, Lines, Series


def predicted_against_true(
    model: Any, data: Any, splits: Shown, output: int, controls: tuple[Control, ...]
) -> Lines:
    """Draw each row's answer over its true value; a perfect network's points lie on the diagonal."""
    pairs = [_pair(model, data, split, output) for split, _, _ in splits]
    everything = np.concatenate([part for pair in pairs for part in pair])
    low, high = float(everything.min()), float(everything.max())
    series = [Series("perfect", np.array([low, high]), np.array([low, high]), "former")]
    told = []
    for (truth, answer), (_, role, name) in zip(pairs, splits, strict=True):
        series.append(Series(f"{name} rows", truth, answer, role, "points"))
        scores = number_scores(truth, answer)
        told.append(f"{name} R2 {scores.r2.value:.3f}, mean error {short_number(scores.mae.value)}")
    caption = f"On the line every answer is right. {'; '.join(told)}."
    return Lines(
        tuple(series),
        f"true {data.target_name}",
        "predicted",
        caption,
        (low, high),
        controls=controls,
        name_points=True,
    )


def residuals(model: Any, data: Any, splits: Shown, output: int, controls: tuple[Control, ...]) -> Lines:
    """Draw by how much each row is off, true - predicted, over the answer."""
    pairs = [_pair(model, data, split, output) for split, _, _ in splits]
    answers = np.concatenate([answer for _, answer in pairs])
    low, high = float(answers.min()), float(answers.max())
    low, high = (low, high) if high > low else (low - 0.5, high + 0.5)
    series = [Series("no error", np.array([low, high]), np.zeros(2), "former")]
    told = []
    for (truth, answer), (_, role, name) in zip(pairs, splits, strict=True):
        off = truth - answer
        series.append(Series(f"{name} rows", answer, off, role, "points"))
        told.append(
            f"{name} mean {short_number(float(off.mean()))}, "
            f"standard deviation {short_number(float(off.std()))}"
        )
    caption = f"True - predicted; a pattern is something not learned yet. {'; '.join(told)}."
    return Lines(
        tuple(series), "predicted", "residual", caption, (low, high), controls=controls, name_points=True
    )


def _pair(model: Any, data: Any, split: Any, output: int) -> tuple[Array, Array]:
    rows = drawn(split)
    truth = split.y[rows].reshape(len(split.y[rows]), -1)[:, output].astype(np.float64)
    answers = model.predict(split.x[rows])
    answer = answers.reshape(len(answers), -1)[:, output].astype(np.float64)
    return own_units(data.preparation, truth), own_units(data.preparation, answer)
