"""How long was trained and how fast it goes."""

from __future__ import annotations

from nn_tui.experiment.stopwatch import Stopwatch


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_only_the_time_of_training_counts() -> None:
    clock = Clock()
    watch = Stopwatch(clock)
    watch.begin(0)
    clock.now += 2
    watch.end()
    clock.now += 50
    watch.begin(0)
    clock.now += 3
    watch.look()
    assert watch.seconds == 5


def test_an_epoch_that_is_interrupted_is_as_long_as_its_parts() -> None:
    clock = Clock()
    watch = Stopwatch(clock)
    watch.begin(0)
    clock.now += 2
    watch.end()
    clock.now += 50
    watch.begin(0)
    clock.now += 1
    assert watch.epoch_ended() == 3
    clock.now += 4
    assert watch.epoch_ended() == 4


def test_a_new_run_begins_at_nothing_also_while_it_trains() -> None:
    clock = Clock()
    watch = Stopwatch(clock)
    watch.begin(0)
    clock.now += 7
    watch.restart()
    watch.end()
    assert watch.seconds == 0
    watch.begin(0)
    clock.now += 1
    assert watch.epoch_ended() == 1
    watch.restart(30.0)
    assert watch.seconds == 30


def test_the_speed_is_of_the_last_half_second_and_0_at_rest() -> None:
    clock = Clock()
    watch = Stopwatch(clock)
    watch.begin(1000)
    clock.now += 0.25
    watch.look(1500)
    assert watch.samples_per_second == 2000
    clock.now += 0.25
    watch.look(9000)
    assert watch.samples_per_second == 2000
    clock.now += 0.25
    watch.look(3500)
    assert watch.samples_per_second == 4000
    watch.end()
    assert watch.samples_per_second == 0
