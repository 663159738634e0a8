"""What is measured is right, and measuring leaves the run as it was, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

from nn_tui.experiment import commands as command
from nn_tui.experiment.diagnosis import measuring
from nn_tui.experiment.diagnosis.measuring import Probe, data_facts
from nn_tui.experiment.examples import example, names
from nn_tui.experiment.playground import read_address
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.trainer import Trainer
from tests.experiment.diagnosis.runs import CIRCLE, dense, spec

NORMALIZED = [
    dense(8, "relu"),
    'type = "BatchNormalization"',
    'type = "Dropout"\nrate = 0.3',
    'type = "GaussianNoise"\nstddev = 0.1',
    dense(2, "softmax"),
]
"""All that draws random numbers or keeps moving averages while it trains."""


def state_of(session: Session) -> dict[str, object]:
    return {"model": session.model.state(), "training": session.training.state()}


def assert_same(one: object, other: object) -> None:
    if isinstance(one, np.ndarray):
        np.testing.assert_array_equal(one, other)
    elif isinstance(one, dict) and isinstance(other, dict):
        assert one.keys() == other.keys()
        for name in one:
            assert_same(one[name], other[name])
    elif isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        assert len(one) == len(other)
        for first, second in zip(one, other, strict=True):
            assert_same(first, second)
    else:
        assert one == other


@pytest.mark.parametrize("optimizer", ["Adam", "SGD", "RMSprop"])
def test_a_run_measured_at_every_batch_ends_as_one_that_is_not(optimizer: str) -> None:
    what = spec(NORMALIZED, optimizer=optimizer, epochs=3)
    watched, unwatched = Session(what), Session(what)
    probe = Probe(watched.spec, watched.data)
    for _ in watched.steps():
        probe.measure(watched.model)
    for _ in unwatched.steps():
        pass
    assert_same(state_of(watched), state_of(unwatched))


def test_a_trainer_whose_screen_asks_all_the_time_ends_as_a_session_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("nn_tui.experiment.diagnosis.desk.PAUSE", 0.0)
    monkeypatch.setattr("nn_tui.experiment.diagnosis.desk.SHARE", 0)
    what = spec(NORMALIZED, epochs=20)
    trainer = Trainer(what)
    trainer.send(command.Play())
    seen = []
    snapshot = trainer.wait_for(
        lambda now: bool(seen.append(now.diagnosis)) or now.status.phase == "finished"
    )
    trainer.close()
    alone = Session(what)
    for _ in alone.steps():
        pass
    assert snapshot.diagnosis is not None and len({id(one) for one in seen}) > 1
    assert list(snapshot.curves.values["val_loss"]) == alone.training.history["val_loss"]


@pytest.mark.parametrize("name", names())
def test_every_example_can_be_measured(name: str) -> None:
    session = Session(set_value(example(name), "fit.epochs", 1))
    before = session.model.state()
    layers, _, rows = Probe(session.spec, session.data).measure(session.model)
    assert_same(before, session.model.state())
    assert len(layers) == len(session.model.layers) and 0 < rows <= measuring.ROWS
    for layer, signs in zip(session.model.layers, layers, strict=True):
        assert (signs.gradient is not None) == bool(layer.count_params())
        assert signs.gradient is None or np.isfinite(signs.gradient)
    assert [signs.last for signs in layers] == [*[False] * (len(layers) - 1), True]


def test_the_norm_of_a_gradient_is_that_of_the_mean_loss() -> None:
    session = Session(spec([dense(4, "tanh"), dense(2, "softmax")]))
    layers, _, rows = Probe(session.spec, session.data).measure(session.model)
    train = session.data.train
    chosen = np.linspace(0, len(train) - 1, rows).astype(int)
    kernel, bias, *_ = session.model.gradients(train.x[chosen], train.y[chosen])
    expected = float(np.sqrt((kernel**2).sum() + (bias**2).sum()))
    assert layers[0].gradient == pytest.approx(expected, rel=1e-5)
    assert layers[0].slope == pytest.approx(expected / np.sqrt(kernel.size + bias.size), rel=1e-5)


def test_the_update_is_that_of_the_optimizer_its_moments_included() -> None:
    session = Session(spec([dense(4, "tanh"), dense(2, "softmax")], rate=0.05, epochs=5))
    steps = session.steps()
    for _ in range(7):
        next(steps)
    layers, _, _ = Probe(session.spec, session.data).measure(session.model)
    before = session.model.layers[0].kernel.copy()
    train = session.data.train
    plan = session.model.training_plan(10)
    plan.step(train.x[:10], session.model.loss.targets(train.y[:10], 2, np.float32))
    moved = session.model.layers[0].kernel - before
    assert layers[0].update == pytest.approx(np.linalg.norm(moved) / np.linalg.norm(before), rel=1e-4)


def test_dead_and_saturated_units_are_counted() -> None:
    layers = [dense(4, "relu"), dense(3, "tanh"), dense(5, "sigmoid"), dense(2, "softmax")]
    session = Session(spec(layers))
    first, second, third, _ = session.model.layers
    first.kernel[:] = 0
    first.bias[:] = [-1, 1, -1, 1]
    second.kernel[:] = 0
    second.bias[:] = [5, 0.1, -5]
    third.kernel[:] = 0
    third.bias[:] = [9, 9, -9, 0, 0]
    found, answers, _ = Probe(session.spec, session.data).measure(session.model)
    assert (found[0].dead, found[0].saturated) == (0.5, None)
    assert (found[1].dead, found[1].saturated) == (None, pytest.approx(2 / 3))
    assert found[2].saturated == pytest.approx(3 / 5)
    assert (found[3].dead, found[3].saturated, answers) == (None, None, 1.0)


def test_a_live_change_is_measured_with_the_new_setting() -> None:
    def update(rate: float) -> float:
        session = Session(spec([dense(4, "tanh"), dense(2, "softmax")], optimizer="SGD"))
        session.set_param("compile.optimizer.learning_rate", rate)
        layers, _, _ = Probe(session.spec, session.data).measure(session.model)
        assert layers[0].update is not None
        return layers[0].update

    assert update(0.1) == pytest.approx(10 * update(0.01), rel=1e-4)


def test_a_network_too_large_to_copy_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "MOST_PARAMETERS", 10)
    session = Session(spec([dense(4, "tanh"), dense(2, "softmax")]))
    assert Probe(session.spec, session.data).measure(session.model) == ((), None, 0)


def test_the_best_constant_answer_is_the_entropy_or_the_variance() -> None:
    def facts(what: Spec):  # type: ignore[no-untyped-def]
        return data_facts(Session(what).data, what)

    classes = facts(spec([dense(2, "softmax")], data=CIRCLE))
    share = classes.majority
    assert classes.baseline == pytest.approx(-share * np.log(share) - (1 - share) * np.log(1 - share))
    squares = spec([dense(1)], data='source = "plane"\nrows = 200', learns='loss = "mean_squared_error"')
    y = Session(squares).data.train.y
    numbers = facts(squares)
    assert numbers.baseline == pytest.approx(y.var(), rel=1e-5)
    assert (numbers.lowest, numbers.highest) == (pytest.approx(y.min()), pytest.approx(y.max()))


def test_of_an_output_from_minus_1_to_1_the_sign_is_the_answer() -> None:
    session = Session(read_address("#dataset=gauss&networkShape=&seed=0.5").spec)
    _, answers, rows = Probe(session.spec, session.data).measure(session.model)
    chosen = np.linspace(0, len(session.data.train) - 1, rows).astype(int)
    blue = (session.model.predict(session.data.train.x[chosen]) > 0).mean()
    assert answers == max(blue, 1 - blue) < 1


def test_what_is_measured_of_a_state_does_not_depend_on_what_was_measured_before() -> None:
    session = Session(spec([dense(6, "relu"), dense(2, "softmax")], epochs=2))
    first = session.model.state()
    for _ in session.steps():
        pass
    probe, fresh = Probe(session.spec, session.data), Probe(session.spec, session.data)
    found = fresh.measure_state(first)
    probe.measure(session.model)
    assert probe.measure_state(first) == found
    kernel = Session(session.spec).model.layers[0].kernel
    assert found[0][0].update == pytest.approx(0.01 * kernel.size**0.5 / np.linalg.norm(kernel), rel=1e-3)
