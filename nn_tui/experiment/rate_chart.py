"""The range test as a picture and as text: the loss over the rate, and the suggestion marked."""

from __future__ import annotations

import math

import numpy as np

from nn_tui.experiment.rate_finder import BATCHES, HIGHEST, LOWEST, RateTest
from nn_tui.insight.pictures import Lines, Series

SHOWN = 2.0
"""Times the first loss to which it is shown: what explodes would press all else flat."""


def rate_picture(test: RateTest) -> Lines:
    """Draw the loss of every batch, the smoothed loss and the suggestion over the rate.

    Args:
        test: what was found, or what is found so far.
    """
    rates = np.array(test.rates)
    smooth = Series("smoothed loss", rates, np.array(test.losses), "train")
    raw = Series("loss of the batch", rates, np.array(test.measured), "former", "points")
    series: tuple[Series, ...] = (raw, smooth)
    marks: tuple[float, ...] = ()
    if test.suggestion is not None:
        marks = (test.suggestion,)
        at = int(np.abs(np.log(rates / test.suggestion)).argmin())
        height = np.array([test.losses[at]])
        series = (raw, smooth, Series("suggestion", np.array(marks), height, "best", "points"))
    return Lines(
        series,
        "learning rate",
        "loss",
        caption_of(test),
        x_bounds=(LOWEST, HIGHEST),
        y_bounds=_bounds([loss for loss in test.losses if math.isfinite(loss)]),
        x_log=True,
        x_marks=marks,
    )


def caption_of(test: RateTest) -> str:
    """Say what the chart shows, with the numbers."""
    if not test.rates:
        return "No batch has been tried yet."
    if not test.ending:
        return f"batch {len(test.rates)}, learning rate {test.rates[-1]:.2g}, loss {test.losses[-1]:.4g}"
    told = f"{len(test.rates)} batches, each a dot, up to the rate {test.rates[-1]:.2g}"
    return told if len(test.rates) == BATCHES else f"{told}: {test.ending}"


def _bounds(losses: list[float]) -> tuple[float, float]:
    """Give the range up, with room around the curve, in steps, so that it seldom moves."""
    if not losses:
        return 0.0, 1.0
    low, high = min(losses), max(losses[0], min(max(losses), SHOWN * losses[0]))
    room = max(high - low, 0.02 * abs(high), 1e-9) / 2
    step = 10.0 ** math.floor(math.log10(room))
    bottom, top = math.floor((low - room) / step) * step, math.ceil((high + room) / step) * step
    return max(bottom, 0.0) if low >= 0 else bottom, top


def chart_lines(
    test: RateTest, width: int = 60, height: int = 10, *, ascii_only: bool = False
) -> list[str]:
    """Draw the smoothed loss over the rate, whose axis is logarithmic; the suggestion is marked below it.

    Args:
        test: what was found.
        width: columns of the drawing. Default 60.
        height: its lines. Default 10.
        ascii_only: whether it is drawn in plain letters. Default no.
    """
    columns: list[list[float]] = [[] for _ in range(width)]
    for rate, loss in zip(test.rates, test.losses, strict=True):
        if math.isfinite(loss):
            columns[_column(rate, width)].append(loss)
    shown = [loss for losses in columns for loss in losses]
    if not shown:
        return []
    # What explodes would press all else flat.
    low = min(shown)
    high = max(min(max(shown), 2 * shown[0]), low + 1e-12)
    grid = [[" "] * width for _ in range(height)]
    for column, losses in enumerate(columns):
        for loss in losses:
            line = round((high - min(loss, high)) / (high - low) * (height - 1))
            grid[line][column] = "*" if ascii_only else "●"
    side, corner, across = ("|", "+", "-") if ascii_only else ("│", "└", "─")
    labels = {0: f"{high:.4g}", height - 1: f"{low:.4g}"}
    lines = [f"{labels.get(at, ''):>9} {side}{''.join(cells)}".rstrip() for at, cells in enumerate(grid)]
    lines.append(f"{'':>9} {corner}{across * width}")
    marks = [" "] * (width + 6)
    for power in range(-7, 2):
        for offset, letter in enumerate(f"1e{power}"):
            marks[_column(10.0**power, width) + offset] = letter
    lines.append(f"{'':>11}{''.join(marks)}".rstrip())
    if test.suggestion is not None:
        pointer = f"{'^' if ascii_only else '▲'} {test.suggestion:g}"
        lines.append(f"{'':>11}{'':{_column(test.suggestion, width)}}{pointer}")
    return lines


def _column(rate: float, width: int) -> int:
    part = math.log(rate / LOWEST) / math.log(HIGHEST / LOWEST)
    return min(width - 1, max(0, round(part * (width - 1))))
