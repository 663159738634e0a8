"""What is written in a field, and steps up and down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nn_tui.declare import Knob, Param
from nn_tui.errors import SpecError
from nn_tui.experiment.spec import Thing
from nn_tui.tui.forms.sections import Entry
from nn_tui.tui.forms.values import at_share, read, share_of, span, stepped, written


def number(form: str = "float", value: object = None, *, optional: bool = False, **bounds: object) -> Entry:
    param = Param("x", form, optional, 1, Knob(**bounds), "", ())  # type: ignore[arg-type]
    return Entry("x", param, value)


@pytest.mark.parametrize(("text", "value"), [("1e-3", 0.001), ("2", 2.0), (" .5 ", 0.5)])
def test_numbers_are_read_as_people_write_them(text: str, value: float) -> None:
    assert read(number(), text) == value


def test_an_empty_field_is_none_only_where_none_is_allowed() -> None:
    assert read(number(optional=True), "") is None
    with pytest.raises(SpecError, match="must be a number"):
        read(number(), "")


def test_a_shape_is_read_with_commas_and_brackets() -> None:
    entry = number("shape")
    assert read(entry, "3, 3") == (3, 3)
    assert read(entry, "(28, 28, 1)") == (28, 28, 1)


def test_a_wrong_metric_says_the_nearest_one() -> None:
    entry = Entry("compile.metrics", Param("metrics", "str", False, (), Knob(), "", ()), (), listed=True)
    with pytest.raises(SpecError) as caught:
        read(entry, "acuracy")
    assert "accuracy" in str(caught.value)


def test_metrics_may_have_settings() -> None:
    entry = Entry("compile.metrics", Param("metrics", "str", False, (), Knob(), "", ()), (), listed=True)
    expected = ("accuracy", {"type": "auc", "num_thresholds": 50})
    assert read(entry, "accuracy, AUC(num_thresholds=50)") == expected
    things = (Thing("accuracy"), Thing("auc", {"num_thresholds": 50}))
    assert written(replace(entry, value=things)) == "accuracy, auc(num_thresholds=50)"
    for text in ("auc(print())", "auc(50)(", "a b"):
        with pytest.raises(SpecError):
            read(entry, text)


def test_a_rate_that_a_schedule_may_say_is_still_a_number_here() -> None:
    with pytest.raises(SpecError, match="must be a number, got 'Cos'"):
        read(number(kind="schedule"), "Cos")
    assert read(number("numbers", above=0), "0.1, 0.01") == (0.1, 0.01)


def test_what_is_written_is_read_back() -> None:
    for value in (0.1, 1e-7, 0.30000000000000004, 12345678.0):
        assert read(number(), written(number(value=value))) == value


def test_a_logarithmic_number_goes_1_2_5_10() -> None:
    param = number(scale="log", above=0).param
    value: float = 0.001
    values = []
    for _ in range(4):
        value = stepped(param, value, 1)
        values.append(value)
    assert values == [0.002, 0.005, 0.01, 0.02]
    assert stepped(param, 0.001, -1) == 0.0005


def test_steps_stay_within_the_bounds() -> None:
    units = number("int", at_least=1).param
    assert stepped(units, 1, -1) == 1
    assert stepped(units, 1, 1) == 2
    rate = number(at_least=0, below=1).param
    assert stepped(rate, 0.95, 1) == 0.95
    assert stepped(rate, 0.5, 1) == 0.55


@pytest.mark.parametrize(
    ("form", "bounds", "values"),
    [
        ("float", {"at_least": 0, "at_most": 0.5}, [0.0, 0.25, 0.5]),
        ("int", {"at_least": 10, "at_most": 100_000, "scale": "log"}, [10, 1000, 100_000]),
        ("int", {"at_least": 20, "at_most": 5_000_000, "scale": "log"}, [20, 10_000, 5_000_000]),
    ],
)
def test_a_slider_goes_from_bound_to_bound(
    form: str, bounds: dict[str, object], values: list[float]
) -> None:
    param = number(form, **bounds).param
    assert [at_share(param, share) for share in (0, 0.5, 1)] == values
    assert [share_of(param, value) for value in values] == pytest.approx([0, 0.5, 1])


def test_a_slider_never_gives_a_bound_that_is_no_value() -> None:
    param = number(at_least=0, below=1).param
    assert at_share(param, 1) < 1
    assert span(number(at_least=0).param) is None
