"""A share of the time is kept to."""

from nn_tui.experiment.allowance import AHEAD, Allowance


def test_work_takes_its_share_of_the_time_and_no_more() -> None:
    now = taken = 0.0

    def clock() -> float:
        return now

    allowance = Allowance(0.01, clock)
    times = 0
    for _ in range(10_000):
        now += 0.01
        if allowance.free:
            with allowance:
                now, taken, times = now + 0.05, taken + 0.05, times + 1
    assert times > 5 and 0.009 * now < taken < 0.0101 * now + 0.05


def test_what_is_not_taken_is_not_saved_up() -> None:
    now = 0.0

    def clock() -> float:
        return now

    allowance = Allowance(0.1, clock)
    now = 1e6
    assert allowance.free
    with allowance:
        now += 2 * AHEAD
    assert not allowance.free
