"""How far predicted numbers are off: scores beside always saying the mean, and the errors themselves."""

from __future__ import annotations

import numpy as np

from nn_tui.insight import number_quality
from nn_tui.insight.controls import turn
from nn_tui.insight.judging import judge
from nn_tui.insight.number_words import short_number
from nn_tui.insight.pictures import Bars, Board, InsightRequest, Picture, Sentence, Table

BINS = 24
SHOWN = ("scores", "residuals")


def residuals(request: InsightRequest, show: int = 0, rows: int = 0) -> Picture:
    """Judge predicted numbers, as the confusion matrix judges classes.

    Args:
        request: the model and the data, of a regression.
        show: 0: scores; 1: a histogram of true minus predicted. Default 0.
        rows: which rows are judged. Default 0.
    """
    judged = judge(request, rows)
    if judged.truth.ndim > 1:
        return Sentence(
            f"A row here has {judged.truth.shape[1]} numbers to predict, none of which is a class: nothing "
            "can be confused. Mistakes shows the worst rows; try iris or digits for a confusion matrix."
        )
    show %= len(SHOWN)
    controls = (turn("show", "show", show, SHOWN), judged.control)
    target = request.data.target_name
    errors = judged.truth - judged.answer
    if show == 1:
        counts, edges = np.histogram(errors, bins=BINS)
        ends = (short_number(edges[0]), *[""] * (BINS - 2), short_number(edges[-1]))
        caption = (
            f"True minus predicted {target}, {judged.told}: mean {short_number(float(errors.mean()))}, "
            f"half between {short_number(float(np.quantile(errors, 0.25)))} and "
            f"{short_number(float(np.quantile(errors, 0.75)))}."
        )
        return Bars(ends, tuple(map(float, counts)), caption, upright=True, controls=controls)
    scores = number_quality.number_scores(judged.truth, judged.answer)
    mean = float(judged.truth.mean())
    base = number_quality.number_scores(judged.truth, np.full(len(judged), mean))
    beside = Table(
        ("", "network", "95 % interval", "baseline"),
        tuple(
            (name, short_number(mine.value), _span(mine.interval), short_number(other.value))
            for name, mine, other in (
                ("R2", scores.r2, base.r2),
                ("RMSE", scores.rmse, base.rmse),
                ("mean absolute error", scores.mae, base.mae),
            )
        ),
        f"The baseline always says {short_number(mean)}, the mean of these rows.",
    )
    named = {0.0: "smallest", 0.5: "median", 1.0: "largest"}
    quantiles = Table(
        ("rows up to", "true - predicted"),
        tuple(
            (named.get(share, f"{share:.0%}"), short_number(error))
            for share, error in number_quality.residual_quantiles(judged.truth, judged.answer)
        ),
        "Below 0 it said too much, above too little.",
    )
    caption = (
        f"A number is predicted, so no class is taken for another: how far {target} is off, {judged.told}."
    )
    return Board(
        ("All rows", "Residuals"), (beside, quantiles), caption, width=42, height=7, controls=controls
    )


def _span(ends: tuple[float, float]) -> str:
    return "" if ends[0] != ends[0] else f"{short_number(ends[0])} to {short_number(ends[1])}"
