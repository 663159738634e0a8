"""What a task's condition may ask, and what counts as done since the task began."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nn_tui.errors import SpecError
from nn_tui.experiment.examples import example
from nn_tui.experiment.snapshot import Curves, LogEntry, Mark, Snapshot, without_run
from nn_tui.experiment.spec_file import set_value
from nn_tui.lessons.conditions import read_condition
from nn_tui.lessons.facts import FACTS
from nn_tui.lessons.moment import Attempt, Moment

SPEC = example("circle")


def at(epoch: int, loss: tuple[float, ...] = (), **changes: Any) -> Snapshot:
    """A snapshot after some epochs."""
    before = without_run(changes.pop("spec", SPEC))
    status = replace(before.status, epoch=epoch, batches=25, learning_rate=changes.pop("rate", 0.03))
    status = replace(status, phase=changes.pop("phase", "paused" if epoch else "ready"))
    values = np.array(loss or [1 / (1 + number) for number in range(epoch)])
    marks = tuple(Mark(0.5, text) for text in changes.pop("marks", ()))
    curves = Curves(np.arange(1, len(values) + 1), {"loss": values, "val_loss": values + 0.2}, marks)
    return replace(before, status=status, curves=curves, **changes)


def holds(text: str, *snapshots: Snapshot, began: Snapshot | None = None, **seen: Any) -> bool:
    first = Moment(SPEC, began or at(0), "network")
    attempt = Attempt(first)
    now = first
    for snapshot in snapshots:
        now = Moment(snapshot.spec, snapshot, **seen)
        attempt.see(now)
    return read_condition(text).holds(now, attempt)


@pytest.mark.parametrize(
    "text",
    [
        'layers("Dense") == 3',
        "hidden == 2 and layers == 3",
        'layer(0) == "Dense" and layer(9) == ""',
        "units(0) == 4 and units(-1) == 2",
        'activation(0) == "tanh" and activation(-1) == "softmax"',
        'uses("Adam") and not uses("L2")',
        'setting("fit.batch_size") * 2 == 20',
        'data == "circle" and optimizer == "Adam"',
        "0 < batch_size <= 10",
        "epochs == 40 or seed > 5",
    ],
)
def test_what_is_built_is_known(text: str) -> None:
    assert holds(text)


@pytest.mark.parametrize(
    "text", ["loss < 9", "loss != 0", "val_loss - loss > -9", "not loss < 9 and loss > 9"]
)
def test_nothing_measured_is_known_before_an_epoch_was_trained_in_the_task(text: str) -> None:
    assert not holds(text)
    assert not holds(text, at(5), began=at(5))


def test_measures_are_of_the_newest_epoch() -> None:
    ran = at(3, (1.0, 0.5, 0.6))
    assert holds('0.59 < loss < 0.61 and first("loss") == 1', ran)
    assert holds('lowest("loss") == 0.5 and highest("val_loss") > 1.1 and val_loss - loss > 0.19', ran)


def test_epochs_are_counted_from_when_the_task_began_over_all_runs() -> None:
    assert holds("trained == 4 and epoch == 14 and runs == 0", at(12), at(14), began=at(10))
    assert holds("trained == 5 and runs == 2 and batches == 125", at(3), at(0), at(2))
    assert not holds("finished", at(10, phase="finished"), began=at(10, phase="finished"))
    assert holds("finished", at(10, phase="finished"))


def test_what_is_told_in_the_log_is_heard_once_also_from_another_trainer() -> None:
    reset, diverged = LogEntry(1, 0, "reset", ""), LogEntry(2, 0, "diverged", "")
    assert holds("resets == 1 and not diverged", at(0, log=(reset,)), at(1, log=(reset,)))
    assert holds("diverged", at(0, log=(reset, diverged)))
    assert not holds("diverged", at(1, log=(reset, diverged)), began=at(0, log=(reset, diverged)))
    assert holds("resets == 2", at(0, log=(reset, diverged)), at(0, log=(reset,)))


def test_a_run_that_came_and_went_between_two_looks_is_counted() -> None:
    def log(*words: str) -> tuple[LogEntry, ...]:
        return tuple(
            LogEntry(number, number, "reset" if word == "reset" else "epoch", word)
            for number, word in enumerate(words, start=1)
        )

    done = at(2, phase="finished", log=log("one", "two"))
    again = at(2, phase="finished", log=log("one", "two", "reset", "one", "two"))
    assert holds("trained == 2 and runs == 1 and resets == 1 and finished", again, began=done)
    other = at(3, phase="finished", log=log("uno", "due", "tre"))  # another trainer, of other data
    assert holds("trained == 3 and runs == 1 and finished", other, began=done)
    assert holds("trained == 1 and runs == 0", at(3, log=log("one", "two", "three")), began=done)


def test_marks_and_rates_are_those_of_the_task() -> None:
    assert holds(
        'marks("learning_rate") == 1 and marks == 2', at(1, marks=("learning_rate 1", "network changed"))
    )
    assert not holds("marks > 0", at(2, marks=("a",)), began=at(1, marks=("a",)))
    assert holds("rates == 2", at(1), at(2, rate=0.1), at(3, rate=0.1))


def test_a_change_is_one_from_what_was_when_the_task_began() -> None:
    other = set_value(SPEC, "compile.optimizer.learning_rate", 0.1)
    assert holds('changed("compile") and not changed("data")', at(0, spec=other))
    assert not holds('changed("compile")')


def test_an_insight_is_looked_at_when_it_comes_in_sight() -> None:
    assert not holds('looked("network")', at(0), insight="network")
    assert holds('looked("fit") and insight == "fit"', at(0), insight="fit")


def test_a_control_is_turned_from_where_it_was_first_seen() -> None:
    attempt = Attempt(Moment(SPEC, at(0), "step"))
    first = Moment(SPEC, at(0), "step", {"sample": 3}, {"sample": "4 of 9"})
    attempt.see(first)
    turned = read_condition('turned("sample")')
    assert not turned.holds(first, attempt)
    assert read_condition('option("sample") == 3 and chosen("sample") == "4 of 9"').holds(first, attempt)
    after = Moment(SPEC, at(0), "step", {"sample": 4})
    attempt.see(after)
    assert turned.holds(after, attempt)


def test_a_screen_is_known_while_it_is_open_and_after() -> None:
    attempt = Attempt(Moment(SPEC, at(0)))
    attempt.see(Moment(SPEC, at(0), screen="data"))
    after = Moment(SPEC, at(0))
    attempt.see(after)
    assert read_condition('opened("data") and screen == ""').holds(after, attempt)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("lyers > 1", "Did you mean 'layers'?"),
        ("layers.__class__", "cannot stand"),
        ("__import__('os')", "no fact"),
        ("units()", "takes 1 to 1"),
        ("[x for x in loss]", "cannot stand"),
        ("layers >", "no condition"),
        ("layers is 3", "cannot stand"),
        ("f'{loss}'", "cannot stand"),
        ("1 ** 9 > loss", "cannot stand"),
        ("not " * 200 + "loss", "no condition"),
    ],
)
def test_what_is_no_condition_is_refused(text: str, told: str) -> None:
    with pytest.raises(SpecError, match=told.replace("(", r"\(").replace("?", r"\?")):
        read_condition(text)


def test_every_fact_is_described_and_answers_without_a_run() -> None:
    nothing = Moment(SPEC)
    for name, fact in FACTS.items():
        assert fact.sentence.endswith("."), name
        words = ("loss",) * fact.least if name not in ("layer", "units", "activation") else (0,)
        fact.find(nothing, Attempt(nothing), *words)


def test_words_are_neither_larger_nor_smaller_than_numbers_and_nothing_is_divided_by_zero() -> None:
    assert not holds("optimizer > 3")
    assert not holds("epochs / 0 > 1")
    assert not holds("optimizer + 1 > 1")
