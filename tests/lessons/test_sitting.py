"""A person at a lesson, without a screen: pages, hints after a while, what is recognized."""

from __future__ import annotations

from nn_tui.experiment.snapshot import without_run
from nn_tui.experiment.spec_file import set_value
from nn_tui.lessons.moment import Moment
from nn_tui.lessons.shelf import lesson, preset
from nn_tui.lessons.sitting import PATIENCE, Sitting

SPEC = preset("03-networks")


class Clock:
    """A clock that is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def begun(at: int = 1) -> tuple[Sitting, Clock]:
    """A sitting at the page that asks for a wider layer."""
    clock = Clock()
    sitting = Sitting(lesson("03-networks", "en"), clock)
    for _ in range(at):
        sitting.go(1)
    sitting.see(Moment(SPEC, without_run(SPEC)))
    return sitting, clock


def wide() -> Moment:
    spec = set_value(SPEC, "layers.0.units", 4)
    return Moment(spec, without_run(spec))


def test_a_task_is_known_to_be_done_once() -> None:
    sitting, _ = begun()
    assert not sitting.see(Moment(SPEC, without_run(SPEC)))
    assert sitting.see(wide())
    assert not sitting.see(wide())
    assert sitting.view.task_done and sitting.view.done == {"widen"}


def test_a_hint_comes_after_a_while_and_goes_when_it_is_done() -> None:
    sitting, clock = begun()
    sitting.see(Moment(SPEC, without_run(SPEC)))
    assert not sitting.view.hinted
    clock.now = PATIENCE + 1
    sitting.see(Moment(SPEC, without_run(SPEC)))
    assert sitting.view.hinted
    sitting.see(wide())
    assert not sitting.view.hinted


def test_a_hint_can_be_asked_for_and_taken_away() -> None:
    sitting, _ = begun()
    sitting.hint()
    assert sitting.view.hinted
    sitting.hint()
    assert not sitting.view.hinted


def test_the_answer_comes_before_the_end() -> None:
    sitting, _ = begun(5)
    assert sitting.view.page.answer and not sitting.view.last
    assert sitting.go(1) and sitting.view.answered and sitting.view.last
    assert not sitting.go(1)
    assert sitting.go(-1) and not sitting.view.answered


def test_what_was_passed_over_is_what_show_me_does_first() -> None:
    sitting, _ = begun(3)
    assert sitting.undone() == [0, 1, 2, 3]
    sitting.turn(1)
    sitting.see(Moment(SPEC, without_run(SPEC)))
    sitting.see(wide())
    sitting.turn(3)
    assert sitting.undone() == [0, 2, 3]
