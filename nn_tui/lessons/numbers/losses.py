"""Losses worked out by hand: `squared`, `surprise`, `measured_after`."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn_tui.lessons.numbers.registry import Preset, number

FEW = 3
"""Samples whose mean is taken by hand."""


@number
def squared(of: Preset) -> dict[str, Any]:
    """The squared errors of the first samples with the initial weights, and their mean."""
    session = of.session()
    rows = session.data.train
    answers = session.model.predict(rows.x[:FEW])[:, 0].astype(float)
    # What is shown is what is reckoned with, so that everybody gets the same digits.
    answers = answers.round(4)
    y = rows.y[:FEW].astype(int)
    squares = ((answers - y) ** 2).round(4)
    return {
        "y": y.tolist(),
        "answer": answers.tolist(),
        "square": squares.tolist(),
        "mean": squares.mean(),
        "count": FEW,
    }


@number
def surprise(of: Preset) -> dict[str, Any]:
    """The cross-entropy of a sure, a middling and a wrong answer of a trained network."""
    session = of.other("entropy").session()
    for _ in session.steps():
        pass
    rows = session.data.train
    answers = session.model.predict(rows.x)[:, 0].astype(float)
    chance = np.sort(np.where(rows.y > 0, answers, 1 - answers))
    picked = chance[[-1, len(chance) // 20, 0]].clip(1e-4).round(3)
    return {"chance": picked.tolist(), "loss": (-np.log(picked)).tolist()}


@number
def measured_after(of: Preset) -> float:
    """The loss of all training rows once the first epoch is over."""
    session = of.with_settings("fit.epochs=1").session()
    for _ in session.steps():
        pass
    rows = session.data.train
    return float(np.atleast_1d(session.model.evaluate(rows.x, rows.y, verbose=0))[0])
