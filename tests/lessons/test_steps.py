"""What "show me" is told to do."""

from __future__ import annotations

import pytest

from nn_tui.errors import SpecError
from nn_tui.lessons.steps import (
    Insight,
    Press,
    Type,
    Wait,
    character,
    insight_key,
    insight_keys,
    read_steps,
)


def test_keys_are_written_as_people_write_them() -> None:
    assert read_steps("]") == (Press("right_square_bracket", "]"),)
    assert read_steps("full_stop") == (Press("full_stop", "."),)
    assert read_steps("3 down") == (Press("down", "down"),) * 3
    assert read_steps("3") == (Press("3", "3"),)
    assert character("right_square_bracket") == "]" and character("space") == " "
    assert character("down") is None and character("a") == "a"


def test_texts_insights_and_waits_are_read() -> None:
    assert read_steps("type 0.3 x") == (Type("0.3 x"),)
    assert read_steps("insight fit") == (Insight("fit"),)
    (wait,) = read_steps("wait epoch >= 2")
    assert isinstance(wait, Wait) and wait.until.text == "epoch >= 2"


@pytest.mark.parametrize("written", ["", "press a", "wait nothing > 1"])
def test_what_is_no_step_is_refused(written: str) -> None:
    with pytest.raises(SpecError):
        read_steps(written)


def test_an_insight_is_shown_by_its_number() -> None:
    assert insight_keys("network") == (Press(insight_key("network"), insight_key("network")),)
    with pytest.raises(SpecError, match="no insight"):
        insight_key("netwrk")
