"""What is recorded is what the diagnosis measures, and recording leaves the run as it was, bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nn_tui.experiment import commands as command
from nn_tui.experiment import recorder as recording
from nn_tui.experiment.diagnosis.desk import DiagnosisDesk
from nn_tui.experiment.diagnosis.measuring import Probe
from nn_tui.experiment.recorder import Recorder
from nn_tui.experiment.runs.epochs import KeptEpochs
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.session import Session
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.trainer import Trainer
from nn_tui.insight.pictures import Lines
from nn_tui.insight.record import EMPTY, Record
from tests.experiment.diagnosis.runs import dense, spec
from tests.experiment.diagnosis.test_measuring import assert_same, state_of
from tests.experiment.specs import small


def recorded(session: Session, recorder: Recorder) -> Record:
    recorder.follow(session)
    for epoch_ended in session.steps():
        if epoch_ended:
            recorder.epoch_ended(session)
    while recorder.behind:
        recorder.catch_up(session)
    return recorder.record({})


def new() -> Recorder:
    """A recorder that always has time."""
    return Recorder(DiagnosisDesk().probe_for, work=lambda: 0.0)


def test_every_epoch_is_recorded_with_what_the_diagnosis_measures() -> None:
    what = spec([dense(6, "relu"), dense(2, "softmax")], epochs=4)
    session, other = Session(what), Session(what)
    record = recorded(session, new())
    np.testing.assert_array_equal(record.epochs, np.arange(5))
    probe = Probe(other.spec, other.data)
    expected = [probe.measure(other.model)[0]]
    weights = [other.model.trained_weights.copy()]
    for epoch_ended in other.steps():
        if epoch_ended:
            expected.append(probe.measure(other.model)[0])
            weights.append(other.model.trained_weights.copy())
    for name in ("gradient", "slope", "update", "dead"):
        numbers = [
            [np.nan if getattr(one, name) is None else getattr(one, name) for one in signs]
            for signs in expected
        ]
        np.testing.assert_allclose(getattr(record, name), numbers, rtol=1e-6)
    assert_same(list(record.path), weights)
    assert [layer.title for layer in record.layers] == ["1 Dense 6 relu", "2 Dense 2 softmax"]


def test_a_recorded_run_ends_with_the_same_weights_bit_for_bit() -> None:
    watched, unwatched = Session(small()), Session(small())
    recorded(watched, new())
    for _ in unwatched.steps():
        pass
    assert_same(state_of(watched), state_of(unwatched))


def test_a_live_change_of_the_learning_rate_is_in_what_is_measured_later() -> None:
    session, recorder = Session(set_value(small(), "compile.optimizer.type", "SGD")), new()
    recorder.follow(session)
    steps = session.steps()
    for rate in (0.01, 0.1):
        session.set_param("compile.optimizer.learning_rate", rate)
        while not next(steps):
            pass
        recorder.epoch_ended(session)
    for _ in range(9):
        recorder.catch_up(session)
    update = recorder.record({}).update[:, 0]
    assert 3 < update[2] / update[1] < 30


def test_memory_is_bounded_however_long_it_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MOST", 20)
    monkeypatch.setattr(recording, "MOST_STATES", 10)
    session, recorder = Session(set_value(small(), "fit.epochs", 90)), new()
    record = recorded(session, recorder)
    assert len(record.epochs) <= 21 and record.epochs[0] == 0 and record.epochs[-1] == 90
    assert len(record.path) <= 10


def test_another_network_begins_a_new_record_and_the_same_one_goes_on() -> None:
    session, recorder = Session(small()), new()
    recorded(session, recorder)
    same = Session(set_value(small(), "compile.optimizer.learning_rate", 0.2), session)
    recorder.follow(same)
    assert recorder.record({}).since == 0 and recorder.record({}).epochs[-1] == 4
    other = Session(set_value(small(), "layers.0.units", 7), session)
    recorder.follow(other)
    assert recorder.record({}) is EMPTY
    recorder.catch_up(other)
    assert recorder.record({}).since == 4 and "since epoch 4" in recorder.record({}).since_words


def test_a_layer_without_weights_makes_another_network_too() -> None:
    recorder = new()
    dropout = 'type = "Dropout"\nrate = 0.2'
    before = Session(spec([dense(6, "relu"), dropout, dense(2, "softmax")], epochs=3))
    recorded(before, recorder)
    record = recorded(Session(spec([dense(6, "relu"), dense(2, "softmax")], epochs=5), before), recorder)
    assert len(record.layers) == 2 and record.epochs[0] == 3 and record.gradient.shape[1] == 2


@pytest.mark.parametrize("before", ["stack", "optimizer"])
def test_what_another_network_left_behind_is_passed_over(before: str) -> None:
    plain = [dense(6, "relu"), dense(2, "softmax")]
    dropout = 'type = "Dropout"\nrate = 0.2'
    other = spec([plain[0], dropout, plain[1]] if before == "stack" else plain, epochs=2)
    if before == "optimizer":
        other = set_value(other, "compile.optimizer", {"type": "SGD"})
    past = Session(other)
    list(past.steps())
    recorder, now = new(), Session(spec(plain, epochs=4), past)
    recorder.follow(now, lambda: {1: past.model.state()})
    record = recorded(now, recorder)
    assert len(record.epochs) and record.epochs[0] >= 2


def test_a_run_that_is_taken_up_again_or_gone_back_in_has_its_past(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    trainer = Trainer(small(), store)
    trainer.send(command.Play())
    run = trainer.wait_for(lambda now: now.status.phase == "finished", 10.0).run
    trainer.close()

    def epochs(now: Snapshot) -> list[float]:
        picture = now.insights.get("gradients")
        return list(picture.series[0].x) if isinstance(picture, Lines) else []

    assert run is not None
    kept = KeptEpochs(Path(run.folder)).numbers()
    again = Trainer(small(), store, run)
    again.send(command.Watch(("gradients",), {}))
    again.wait_for(lambda now: epochs(now) == kept, 10.0)
    again.send(command.StepBack())
    then = again.wait_for(lambda now: now.moves == 1 and len(epochs(now)) > 1, 10.0)
    again.close()
    assert epochs(then) == [epoch for epoch in kept if epoch <= then.status.epoch] and then.status.epoch < 4


def test_a_network_too_large_to_copy_is_not_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nn_tui.experiment.diagnosis.measuring.MOST_PARAMETERS", 10)
    assert recorded(Session(small()), new()) is EMPTY


@pytest.mark.parametrize("insight", ["gradients", "weights", "landscape"])
def test_a_run_whose_record_is_watched_ends_as_one_that_is_not(insight: str) -> None:
    what = set_value(small(), "fit.epochs", 30)
    trainer = Trainer(what)
    trainer.send(command.Watch((insight,), {insight: {"directions": 1} if insight == "landscape" else {}}))
    trainer.send(command.Play())
    seen: set[int] = set()

    def done(now: Snapshot) -> bool:
        seen.add(id(now.insights.get(insight)))
        return now.status.phase == "finished" and not now.insights[insight].unfinished

    snapshot = trainer.wait_for(done, 20.0)
    trainer.close()
    alone = Session(what)
    for _ in alone.steps():
        pass
    assert list(snapshot.curves.values["val_loss"]) == alone.training.history["val_loss"]
    assert len(seen) > 1
