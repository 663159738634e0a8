"""The rule for digits finds what it must find, and lets pass what it must."""

from __future__ import annotations

import pytest

from nn_tui.lessons.reading import read_text
from tests.lessons.digits import strays

LESSON = "03-networks"


def found(words: str) -> list[str]:
    title, pages = read_text(f"# T\n\n## P\n\n{words}\n")
    return list(strays(LESSON, title, pages))


@pytest.mark.parametrize(
    "words",
    [
        "It has {preset.parameters} parameters, `2-3-2`, by `{tab[network]}`.",
        "Press `1` or `+`; `Conv2D` and `L2`.",
        "`{preset.features} * 2 = {count.half}`".replace("{count.half}", "{count.hidden_weights}").replace(
            "2 =", "{preset[layers.0.units]} ="
        ),
        "`1 / 2 = 0.5` and `w = w - learning_rate * gradient`",
        "`Dense(16, activation='relu')` and `max(0, x)`",
        "```\nmodel = Sequential([\n    Dense(3, input_shape=(2,)),\n    Dense(2),\n])\n```",
    ],
)
def test_computed_and_checked_digits_pass(words: str) -> None:
    assert found(words) == []


@pytest.mark.parametrize(
    "words",
    [
        "It has 17 parameters.",
        "**17** parameters",
        "`17` parameters",
        "`2-4-2`",
        "`{preset.features} * {preset.features} = {count.hidden_weights}`",
        "`0.3 * 2 = 0.6`",
        "`3 nodes and 4`",
        "```\nmodel = Sequential([\n    Dense(5, input_shape=(2,)),\n    Dense(2),\n])\n```",
        "```\nEpoch 1/20 0s - loss: 0.5\n```",
        "```\nnot Python 3\n```",
    ],
)
def test_digits_written_by_hand_are_found(words: str) -> None:
    assert found(words)
