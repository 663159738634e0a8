"""Frames come as often as the terminal takes them and as their cost allows."""

from __future__ import annotations

from nn_tui.tui.frames import LONGEST, SHARE, FrameRate


class Machine:
    """A clock, processor time and a terminal, all by hand."""

    def __init__(self) -> None:
        self.now = self.own = self.whole = 100.0
        self.waiting = False
        self.rate = FrameRate(lambda: self.waiting, lambda: self.now, lambda: self.own, lambda: self.whole)

    def pass_by(self, seconds: float) -> None:
        self.now += seconds
        self.whole += seconds

    def draw(self, cost: float) -> None:
        self.rate.begin()
        self.own += cost
        self.pass_by(cost)
        self.rate.end()


def test_nothing_is_drawn_while_the_terminal_has_not_taken_what_was_written() -> None:
    machine = Machine()
    machine.draw(0.001)
    machine.pass_by(10)
    machine.waiting = True
    assert not machine.rate.due(hurried=False) and not machine.rate.due(hurried=True)
    machine.waiting = False
    assert machine.rate.due(hurried=False) and machine.rate.due(hurried=True)


def test_frames_take_their_share_of_the_processor_at_full_speed_and_no_more() -> None:
    machine = Machine()
    drawn, began = 0.0, machine.whole
    for _ in range(10_000):
        machine.pass_by(1 / 60)
        if machine.rate.due(hurried=True):
            machine.draw(0.004)
            drawn += 0.004
    assert 0.8 * SHARE < drawn / (machine.whole - began) <= SHARE * 1.01


def test_a_dear_frame_is_drawn_all_the_same_after_a_while() -> None:
    machine = Machine()
    machine.draw(5.0)
    assert not machine.rate.due(hurried=True)
    machine.pass_by(LONGEST)
    assert machine.rate.due(hurried=True)


def test_at_a_slow_pace_every_frame_may_be_drawn() -> None:
    machine = Machine()
    machine.draw(1.0)
    assert machine.rate.due(hurried=False) and not machine.rate.due(hurried=True)
