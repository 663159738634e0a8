"""Conditions at which training pauses: how they are read, when they hold, what the worker does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import example as also
from hypothesis import given
from hypothesis import strategies as st

from nn_tui.errors import SpecError
from nn_tui.experiment import commands as command
from nn_tui.experiment.breakpoints import Breakpoint, Breakpoints, parse, quantities, suggestions
from nn_tui.experiment.diagnosis.signs import LayerSigns
from nn_tui.experiment.examples import example, names
from nn_tui.experiment.headless import Report, train
from nn_tui.experiment.history import GrowingCurves
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.session import Session
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.trainer import Trainer
from tests.experiment.diagnosis.runs import dense, spec
from tests.experiment.specs import small

KNOWN = quantities(small())


@pytest.mark.parametrize(
    ("written", "point", "shown"),
    [
        ("accuracy >= 0.95", Breakpoint("accuracy", ">=", 0.95), "accuracy >= 0.95"),
        ("loss<.1", Breakpoint("loss", "<", 0.1), "loss < 0.1"),
        ("  val_loss   rising  3 ", Breakpoint("val_loss", "rising", 3), "val_loss rising 3"),
        ("val_loss rising for 3 epochs", Breakpoint("val_loss", "rising", 3), "val_loss rising 3"),
        ("accuracy falling 2", Breakpoint("accuracy", "falling", 2), "accuracy falling 2"),
        ("nan", Breakpoint("nan"), "nan"),
        ("NaN", Breakpoint("nan"), "nan"),
        ("dead > 30%", Breakpoint("dead", ">", 0.3, True), "dead > 30%"),
        ("saturated >= 0.5", Breakpoint("saturated", ">=", 0.5), "saturated >= 0.5"),
        ("epoch 50", Breakpoint("epoch", "==", 50), "epoch 50"),
        ("epoch = 50", Breakpoint("epoch", "==", 50), "epoch 50"),
        ("learning_rate < 1e-5", Breakpoint("learning_rate", "<", 1e-5), "learning_rate < 1e-05"),
    ],
)
def test_conditions_are_read_as_people_write_them(written: str, point: Breakpoint, shown: str) -> None:
    assert parse(written, KNOWN) == point
    assert point.text == shown and parse(point.text, KNOWN) == point


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("acuracy >= 0.9", "'acuracy' is not measured here. Did you mean 'accuracy'?"),
        ("loss raising 3", "'raising' is no trend. Did you mean 'rising'?"),
        ("dead rising 3", "'dead rising 3' cannot be watched."),
        ("loss rising 0", "'loss rising 0' cannot be watched."),
        ("loss < 1e999", "1e999 is too large a number."),
        ("loss < accuracy", "'loss < accuracy' is no condition."),
        ("", "'' is no condition."),
        ("__import__('os').system('true')", "is no condition."),
        ("loss < 1; loss > 0", "is no condition."),
    ],
)
def test_what_is_not_understood_is_said_in_one_line(written: str, told: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse(written, KNOWN)
    assert told in str(caught.value) and "\n" not in str(caught.value)


def test_validation_that_is_not_measured_is_said() -> None:
    with pytest.raises(SpecError, match="there are no validation rows"):
        parse("val_loss rising 3", quantities(set_value(small(), "data.validation_split", 0.0)))


@given(st.text(max_size=300))
@also("\U0002ebe1" * 39)
def test_any_text_is_read_or_refused(written: str) -> None:
    try:
        point = parse(written, KNOWN)
    except SpecError as error:
        assert len(str(error)) < 200
    else:
        assert parse(point.text, KNOWN).quantity == point.quantity


@pytest.mark.parametrize("name", names())
def test_what_is_suggested_can_be_written_and_read(name: str) -> None:
    what = example(name)
    found = suggestions(what)
    assert len(found) >= 4 and all(why for _, why in found)
    assert [parse(point.text, quantities(what)) for point, _ in found] == [point for point, _ in found]


def no_layers() -> tuple[LayerSigns, ...]:
    raise AssertionError("nobody asked for the layers")


def hits(written: str, losses: list[float], rate: float = 0.1) -> list[int]:
    """The epochs at which a condition is said to hold."""
    watched = Breakpoints([parse(written, KNOWN)])
    curves = GrowingCurves()
    found = []
    for epoch, loss in enumerate(losses, start=1):
        curves.append(epoch, {"loss": loss})
        if watched.hit(curves.view(), rate, no_layers):
            found.append(epoch)
    return found


def test_a_condition_stops_when_it_begins_to_hold_not_as_long_as_it_does() -> None:
    assert hits("loss < 0.5", [0.9, 0.4, 0.3, 0.6, 0.4]) == [2, 5]


def test_a_trend_needs_its_number_of_steps_in_a_row() -> None:
    assert hits("loss rising 3", [1, 2, 3, 2, 3, 4, 5, 6]) == [7]
    assert hits("loss falling 2", [3, 2, 2, 1, 0.5]) == [5]


def test_an_epoch_and_a_rate_are_conditions() -> None:
    assert hits("epoch 3", [1, 1, 1, 1]) == [3]
    assert hits("learning_rate < 1e-5", [1, 1]) == []
    assert hits("learning_rate < 1e-5", [1, 1], rate=1e-6) == [1]


def test_shares_count_all_units_and_are_measured_only_when_asked_for() -> None:
    def layers() -> tuple[LayerSigns, ...]:
        return (
            LayerSigns(0, "Dense", "relu", 10, dead=0.6),
            LayerSigns(1, "Dense", "relu", 30, dead=0.2),
            LayerSigns(2, "Dense", "softmax", 2, last=True),
        )

    curves = GrowingCurves()
    curves.append(1, {"loss": 1.0})
    watched = Breakpoints([parse("dead > 25%", KNOWN), parse("saturated > 1%", KNOWN)])
    assert watched.hit(curves.view(), 0.1, layers) == "dead > 25% (30%) after epoch 1"


@pytest.mark.parametrize(
    ("written", "losses", "told"),
    [
        ("loss < 0.1", [0.9, 0.2, 0.4], "loss < 0.1 never held: the nearest was 0.2, after epoch 2."),
        ("loss > 1", [0.9, 0.95, 0.4], "loss > 1 never held: the nearest was 0.95, after epoch 2."),
        ("loss >= 1", [0.9999999], "loss >= 1 never held: the nearest was 0.9999999, after epoch 1."),
        ("loss == 1", [3, 1.5, 0.9, 4], "loss == 1 never held: the nearest was 0.9, after epoch 3."),
        (
            "loss rising 3",
            [1, 2, 3, 2, 4],
            "loss rising 3 never held: it was rising at most 2 epochs in a row, after epoch 3.",
        ),
        (
            "loss rising 2",
            [2, 1, 3],
            "loss rising 2 never held: it was rising at most 1 epoch, after epoch 3.",
        ),
        ("loss rising 2", [3, 2, 1], "loss rising 2 never held: it was never rising."),
        ("epoch 5", [1, 1], "epoch 5 never held: the last epoch was 2."),
        ("nan", [1, 1], "nan never held: every number stayed finite."),
        ("accuracy > 0.5", [1], "accuracy > 0.5 never held: it was not measured."),
        ("loss < 0.5", [0.4, 0.9, 0.9], ""),
        ("loss < 0.5", [float("nan")], "loss < 0.5 never held: it was not measured."),
    ],
)
def test_of_a_condition_that_never_held_it_is_said_how_near_it_came(
    written: str, losses: list[float], told: str
) -> None:
    watched = Breakpoints([parse(written, KNOWN)])
    curves = GrowingCurves()
    for epoch, loss in enumerate(losses, start=1):
        curves.append(epoch, {"loss": loss})
        watched.hit(curves.view(), 0.1, no_layers)
    assert watched.missed() == told


@pytest.fixture
def trainer() -> Iterator[Trainer]:
    running = Trainer(set_value(small(), "fit.epochs", 40), RunStore())
    yield running
    running.close()


def break_at(trainer: Trainer, *written: str) -> Snapshot:
    trainer.send(command.BreakAt(tuple(parse(text, KNOWN) for text in written)))
    trainer.send(command.Play())
    return trainer.wait_for(lambda now: now.status.phase == "paused" and bool(now.status.stopped), 20)


def test_the_worker_pauses_says_which_and_where_and_marks_the_curve(trainer: Trainer) -> None:
    now = break_at(trainer, "epoch 7", "accuracy >= 2")
    assert (now.status.epoch, now.status.batch) == (7, 0)
    assert now.status.stopped == "epoch 7 after epoch 7"
    assert [(mark.epoch, mark.text) for mark in now.curves.marks] == [(7.0, "epoch 7 after epoch 7")]
    assert "Paused by epoch 7 after epoch 7." in [entry.text for entry in now.log]


def test_training_goes_on_after_a_breakpoint_with_the_same_numbers(trainer: Trainer) -> None:
    break_at(trainer, "epoch 3", "loss < 5", "dead >= 0%")
    trainer.send(command.Play())
    trainer.wait_for(lambda now: now.status.epoch == 3 and now.status.phase == "paused", 20)
    trainer.send(command.Play())
    now = trainer.wait_for(lambda now: now.status.phase == "finished", 20)
    assert now.status.stopped == ""
    alone = Session(set_value(small(), "fit.epochs", 40))
    for _ in alone.steps():
        pass
    assert list(now.curves.values["loss"]) == alone.training.history["loss"]


def test_breakpoints_are_no_part_of_the_experiment_and_stay_after_a_reset(trainer: Trainer) -> None:
    before = break_at(trainer, "epoch 2")
    trainer.send(command.Rebuild(before.spec, keep_weights=False))
    trainer.wait_for(lambda now: now.status.phase == "ready" and not now.status.stopped, 20)
    trainer.send(command.Play())
    now = trainer.wait_for(lambda now: now.status.phase == "paused", 20)
    assert now.status.epoch == 2 and now.spec == before.spec


def test_nan_is_caught_at_its_batch() -> None:
    diverging = spec(
        [dense(1)], data='source = "plane"\nrows = 200', learns='loss = "mean_squared_error"',
        optimizer="SGD", rate=10.0,
    )  # fmt: skip
    trainer = Trainer(diverging)
    trainer.send(command.BreakAt((Breakpoint("nan"),)))
    trainer.send(command.Play())
    now = trainer.wait_for(lambda now: now.status.phase == "failed", 20)
    trainer.close()
    assert now.status.stopped.startswith("nan in epoch 1, batch ")
    assert now.curves.marks[0].text == now.status.stopped
    assert now.diagnosis is not None and now.diagnosis.headline.name == "not_finite"


def notes(now: Snapshot) -> list[str]:
    return [entry.text for entry in now.log if "never held" in entry.text]


def test_at_the_end_of_what_was_asked_for_the_worker_says_what_never_held(trainer: Trainer) -> None:
    trainer.send(command.BreakAt((parse("loss < 0", KNOWN), parse("epoch 3", KNOWN))))
    for order, epoch in ((command.Play(), 3), (command.RunEpoch(), 4), (command.RunBatches(18), 6)):
        trainer.send(order)
        now = trainer.wait_for(
            lambda now, epoch=epoch: (now.status.phase, now.status.epoch) == ("paused", epoch), 20
        )  # type: ignore[misc]  # bound now
        assert len(notes(now)) == (epoch == 6)
    trainer.send(command.Play())
    now = trainer.wait_for(lambda now: now.status.phase == "finished", 20)
    assert len(notes(now)) == 2 and notes(now)[-1].startswith("loss < 0 never held: the nearest was 0.")


def test_training_without_a_screen_says_what_never_held() -> None:
    end = last("loss < 0", "epoch 50")
    assert (end.ending, end.exit_status) == ("done", 0)
    assert end.message.startswith("loss < 0 never held: the nearest was 0.")
    assert end.message.endswith("epoch 50 never held: the last epoch was 40.")


def last(*until: str, save: str | None = None) -> Report:
    *_, end = train(set_value(small(), "fit.epochs", 40), until=until, save=save)
    return end


def test_training_without_a_screen_stops_there_and_can_be_resumed(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from nn_tui.experiment.headless import resume

    folder = str(tmp_path / "run")
    end = last("epoch 5", "loss < 0", save=folder)
    assert (end.epoch, end.ending, end.exit_status) == (5, "stopped", 0)
    assert end.message == "stopped by epoch 5 after epoch 5."
    *_, resumed = resume(folder, until=["epoch 8"])
    assert (resumed.epoch, resumed.ending) == (8, "stopped")


def test_a_condition_that_is_not_understood_ends_before_any_training() -> None:
    with pytest.raises(SpecError, match="is no condition"):
        last("when it is good")
