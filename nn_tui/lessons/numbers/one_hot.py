"""Classes and words as rows of zeros with a single one: `one_hot`."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn_tui.data.features import CategoryFeature
from nn_tui.lessons.numbers.registry import Preset, number

SAMPLE = 4
"""The training row whose answer is worked out."""


@number
def one_hot(of: Preset) -> dict[str, Any]:
    """The codes of the classes, those of a column of words, and the loss of a sample written out."""
    session = of.session()
    for _ in session.steps():
        pass
    data = session.data
    assert data.preparation is not None
    words = next(one for one in data.preparation.features if isinstance(one, CategoryFeature))
    chances = session.model.predict(data.train.x[SAMPLE : SAMPLE + 1])[0].astype(float).clip(1e-4).round(4)
    target = np.eye(data.classes, dtype=int)[int(data.train.y[SAMPLE])]
    loss = -float(np.log(chances[target == 1][0]))
    return {
        "classes": data.class_names,
        "codes": _codes(data.classes),
        "column": words.column,
        "words": list(words.categories),
        "word_codes": _codes(len(words.categories)),
        "target": target.tolist(),
        "chance": chances.tolist(),
        "name": data.class_names[int(data.train.y[SAMPLE])],
        "loss": loss,
    }


def _codes(count: int) -> list[str]:
    return [" ".join(map(str, row)) for row in np.eye(count, dtype=int).tolist()]
