"""What is varied, as people write it."""

import math
import random

import pytest

from nn_tui.errors import SpecError
from nn_tui.sweep.axes import Axis, parse_axis, short_names, split_values


def test_values_are_read_as_set_reads_them() -> None:
    axis = parse_axis("layers.0.units=8, 16,32")
    assert axis == Axis("layers.0.units", (8, 16, 32))
    assert parse_axis("layers.0.activation=relu,tanh").values == ("relu", "tanh")
    assert parse_axis("fit.shuffle=true,false").values == (True, False)


def test_commas_in_brackets_and_quotes_part_nothing() -> None:
    assert split_values('[3,3],"a,b",{type="L2", l2=0.1},4') == [
        "[3,3]",
        '"a,b"',
        '{type="L2", l2=0.1}',
        "4",
    ]


def test_a_value_given_twice_is_tried_once() -> None:
    assert parse_axis("fit.epochs=2,3,2").values == (2, 3)


@pytest.mark.parametrize("text", ["layers.0.units", "=1,2", "layers.0.units=", "fit.epochs=1,,2"])
def test_what_is_no_list_of_values_is_refused(text: str) -> None:
    with pytest.raises(SpecError, match=r"--vary|empty value"):
        parse_axis(text)


@pytest.mark.parametrize("text", ["a=3..3", "a=5..1", "a=1e400..2e400"])
def test_a_range_goes_from_a_smaller_number_to_a_larger_one(text: str) -> None:
    with pytest.raises(SpecError, match="smaller number"):
        parse_axis(text)


def test_whole_ends_make_a_range_of_whole_numbers_with_both_ends() -> None:
    axis = parse_axis("layers.0.units=8..11")
    drawn = {axis.draw(random.Random(seed)) for seed in range(200)}
    assert drawn == {8, 9, 10, 11}
    assert all(type(value) is int for value in drawn)


def test_equal_factors_of_a_range_are_equally_likely() -> None:
    axis = parse_axis("compile.optimizer.learning_rate=1e-4..1e-1")
    drawn = sorted(axis.draw(random.Random(seed)) for seed in range(3000))
    assert drawn[0] >= 1e-4 and drawn[-1] <= 1e-1
    # The decades hold a third each: within five standard deviations of a binomial count.
    for low in (1e-4, 1e-3, 1e-2):
        count = sum(low <= value < 10 * low for value in drawn)
        assert abs(count - 1000) < 5 * math.sqrt(3000 / 3 * 2 / 3)


def test_a_range_from_zero_is_drawn_evenly() -> None:
    axis = parse_axis("layers.1.rate=0..0.5")
    drawn = [axis.draw(random.Random(seed)) for seed in range(1000)]
    assert not axis.is_logarithmic
    assert abs(sum(value < 0.25 for value in drawn) - 500) < 80


def test_short_names_tell_axes_apart() -> None:
    axes = [Axis("layers.0.units", (1,)), Axis("layers.1.units", (1,)), Axis("fit.batch_size", (1,))]
    assert short_names(axes) == ["0.units", "1.units", "batch_size"]


def test_steps_go_from_the_first_to_the_last_by_a_step_or_by_a_factor() -> None:
    assert parse_axis("layers.0.units=8..64..8").values == (8, 16, 24, 32, 40, 48, 56, 64)
    assert parse_axis("layers.0.units=8..60..x2").values == (8, 16, 32)
    assert parse_axis("layers.1.rate=0.1..0.5..0.1").values == (0.1, 0.2, 0.3, 0.4, 0.5)
    assert parse_axis("a=1e-4..1e-1..x10").values == (1e-4, 1e-3, 1e-2, 1e-1)
    assert all(isinstance(value, int) for value in parse_axis("a=1..3..1").values)


@pytest.mark.parametrize("text", ["a=1..9..0", "a=9..1..1", "a=1..9..x1", "a=0..9..x2", "a=1..1e9..1"])
def test_steps_that_never_arrive_or_are_too_many_are_refused(text: str) -> None:
    with pytest.raises(SpecError, match="steps"):
        parse_axis(text)
