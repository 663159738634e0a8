"""Short words for the screen."""

from __future__ import annotations

import pytest

from nn_tui.experiment import edits
from nn_tui.experiment.spec import Spec, Thing
from nn_tui.tui import terminal, wording


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (Thing("Dense", {"units": 16, "activation": "relu"}), "Dense 16 relu"),
        (Thing("Dense", {"units": 2, "use_bias": False, "kernel_regularizer": "L2"}), "Dense 2"),
        (Thing("Dropout", {"rate": 0.2}), "Dropout 0.2"),
        (Thing("Conv2D", {"filters": 8, "kernel_size": (3, 3)}), "Conv2D 8 3x3"),
    ],
)
def test_a_layer_is_said_in_a_few_words(layer: Thing, words: str) -> None:
    assert wording.layer_words(layer) == words


def test_a_stack_is_said_in_a_line(spec: Spec) -> None:
    assert wording.stack_words(spec, "1") == "1 - 16 relu - 32 relu - 2 softmax"


def test_numbers_are_as_short_as_they_can_be_read_back() -> None:
    assert [wording.number_words(value) for value in (0.0001, 1e-7, 3.0)] == ["0.0001", "1e-07", "3"]
    assert float(wording.number_words(0.1 + 0.2)) == 0.1 + 0.2


def test_speeds_and_times_are_short() -> None:
    assert [wording.speed_words(speed) for speed in (850, 14000, 1.2e6)] == [
        "850 samples/s",
        "14k samples/s",
        "1.2M samples/s",
    ]
    assert [wording.time_words(seconds) for seconds in (0.7, 125, 3723)] == ["0:01", "2:05", "1:02:03"]


def test_a_cut_text_ends_in_dots() -> None:
    assert wording.shortened("a long name", 7) == "a long…"
    assert wording.shortened("a long name", 7, ascii_only=True) == "a lo..."


@pytest.mark.parametrize(
    ("rate", "up", "following"),
    [(0.001, True, 0.003), (0.003, True, 0.01), (0.001, False, 0.0003), (0.002, True, 0.003)],
)
def test_the_learning_rate_has_a_ladder(rate: float, up: bool, following: float) -> None:
    assert edits.next_rate(rate, up) == following


@pytest.mark.parametrize(
    ("environment", "needed"),
    [
        ({}, False),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, True),
        ({"LANG": "en_US.ISO-8859-1"}, True),
        ({"LANG": "en_US.ISO-8859-1", "NN_TUI_ASCII": "0"}, False),
        ({"NN_TUI_ASCII": "1"}, True),
    ],
)
def test_ascii_is_needed_where_the_locale_says_so(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], needed: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert terminal.needs_ascii() is needed
