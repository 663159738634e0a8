"""Every registered layer, activation and loss has the slope that finite differences say."""

from typing import Any

import numpy as np
import pytest

from nn_tui.declare import find, registered
from nn_tui.engine import layers, losses
from nn_tui.engine.activation import run
from nn_tui.engine.layers.layer import Signal
from nn_tui.engine.layers.recurrent import Recurrent
from nn_tui.engine.models import Sequential
from tests.engine.gradients import numeric_slope

EXAMPLES = [
    pytest.param(name, settings, shape, id=f"{name}-{index}")
    for name, layer in registered("layer").items()
    for index, (settings, shape) in enumerate(layer.EXAMPLES)
]


def test_every_layer_has_examples() -> None:
    assert all(layer.EXAMPLES for layer in registered("layer").values())
    assert layers.Dense in registered("layer").values()


@pytest.mark.parametrize(("name", "settings", "shape"), EXAMPLES)
@pytest.mark.parametrize("below", [False, True], ids=["first", "above another"])
def test_the_slopes_of_a_layer_are_right(
    name: str, settings: dict[str, Any], shape: tuple[int, ...], below: bool
) -> None:
    random = np.random.default_rng(1)
    settings = {**settings, "rate": 0.0} if "rate" in settings else settings
    settings = {**settings, "stddev": 0.0} if "stddev" in settings else settings
    layer = find("layer", name)(**settings)
    stack = [layers.Input(shape), *([layers.Dense(shape[-1], activation="tanh")] if below else []), layer]
    model = Sequential([*stack, layers.Flatten(), layers.Dense(2)], dtype="float64", seed=3)
    model.compile("SGD", "mean_squared_error")
    x = random.normal(size=(3, *shape))
    if layer.takes_integers:
        if below:
            pytest.skip("takes word numbers, so it can only be the first")
        x = random.integers(0, 4, (3, *shape))
    y = random.normal(size=(3, 2))
    for one in model.layers:
        if one.get_weights():
            one.set_weights([random.normal(scale=0.6, size=w.shape) for w in one.get_weights()])

    def loss() -> float:
        return float(model.evaluate(x, y))

    slopes = model.gradients(x, y)
    weights = [variable.weight for variable in model._memory.variables]  # type: ignore[union-attr]
    assert len(slopes) == len(weights) and len(weights) >= 2
    for slope, weight in zip(slopes, weights, strict=True):
        np.testing.assert_allclose(slope, numeric_slope(loss, weight), rtol=2e-5, atol=2e-7)


@pytest.mark.parametrize("name", ["LSTM", "GRU", "SimpleRNN"])
@pytest.mark.parametrize("sequences", [False, True], ids=["last", "every"])
def test_the_slopes_are_those_of_what_is_heard_where_parts_of_a_series_are_silenced(
    name: str, sequences: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(self: Recurrent, mask: np.ndarray, rate: float) -> None:
        mask[...] = (np.random.default_rng(mask.shape[1]).random(mask.shape) >= rate) / (1 - rate)

    monkeypatch.setattr(Recurrent, "_draw", draw)
    recurrent = find("layer", name)(3, dropout=0.3, recurrent_dropout=0.4, return_sequences=sequences)
    stack = [layers.Input((4, 2)), layers.Dense(2, activation="tanh"), recurrent, layers.Flatten()]
    model = Sequential([*stack, layers.Dense(2)], dtype="float64", seed=3)
    model.compile("SGD", "mean_squared_error")
    random = np.random.default_rng(1)
    x, y = random.normal(size=(3, 4, 2)), random.normal(size=(3, 2))
    plan = model.training_plan(3)

    def loss() -> float:
        plan.run(x)
        return float(((plan.output - y) ** 2).mean(axis=-1).mean())

    plan.slopes_of(x, y)
    for variable in model._memory.variables:  # type: ignore[union-attr]
        assert variable.slope is not None
        slope = variable.slope * plan.scale
        np.testing.assert_allclose(slope, numeric_slope(loss, variable.weight), rtol=2e-5, atol=2e-7)


@pytest.mark.parametrize(("name", "settings", "shape"), EXAMPLES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_shape_and_the_type_promised_are_made(
    name: str, settings: dict[str, Any], shape: tuple[int, ...], dtype: str
) -> None:
    layer = find("layer", name)(**settings)
    model = Sequential([layers.Input(shape), layer], dtype=dtype, seed=0)
    output = model.predict(np.ones((5, *shape)))
    assert output.shape == (5, *layer.output_shape_for(shape))
    assert output.dtype == dtype
    assert layer.parameter_count_for(shape) == layer.count_params()


@pytest.mark.parametrize(("name", "settings", "shape"), EXAMPLES)
def test_a_layer_made_from_its_config_is_the_same(
    name: str, settings: dict[str, Any], shape: tuple[int, ...]
) -> None:
    layer = find("layer", name)(**settings)
    assert find("layer", name)(**layer.get_config()).get_config() == layer.get_config()


@pytest.mark.parametrize("name", registered("activation"))
def test_the_derivative_of_an_activation_is_right(name: str) -> None:
    activation = find("activation", name)()
    z = np.array([[-7.1, -3.3, -1.2, -0.4, -0.05, 0.03, 0.6, 1.7, 3.4, 6.6]])
    weights = np.linspace(0.5, 1.4, z.size).reshape(z.shape)

    def total() -> float:
        return float((activation(z) * weights).sum())

    a = np.array(z)
    before = np.array(z)
    if not activation.needs_input:
        before = a
    run(activation.value_calls(before, a))
    slope = weights.copy()
    run(activation.gradient_calls(before, a, slope))
    np.testing.assert_allclose(slope, numeric_slope(total, z), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", [n for n, a in registered("activation").items() if a.one is not None])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_an_activation_that_keeps_ones_makes_exactly_one(name: str, dtype: str) -> None:
    activation = find("activation", name)()
    assert activation(np.full((1, 1), activation.one, dtype))[0, 0] == 1


def targets_for(loss: losses.Loss, rows: int, units: int) -> np.ndarray:
    random = np.random.default_rng(5)
    if loss.labels == "classes":
        return random.integers(0, units, rows)
    if loss.labels == "one_hot":
        return np.eye(units)[random.integers(0, units, rows)]
    if loss.probabilities:
        return random.uniform(0.1, 0.9, (rows, units))
    return random.uniform(0.2, 1.4, (rows, units))


LOSSES = [
    *((name, {}) for name in registered("loss")),
    ("binary_crossentropy", {"from_logits": True}),
    ("categorical_crossentropy", {"from_logits": True}),
    ("sparse_categorical_crossentropy", {"from_logits": True}),
    ("categorical_crossentropy", {"label_smoothing": 0.2}),
    ("binary_crossentropy", {"label_smoothing": 0.2}),
    ("huber", {"delta": 0.3}),
]


@pytest.mark.parametrize(("name", "settings"), LOSSES)
def test_the_slope_of_a_loss_is_right(name: str, settings: dict[str, Any]) -> None:
    loss = find("loss", name)(**settings)
    p = np.random.default_rng(2).uniform(0.15, 0.85, (4, 3))
    t = loss.targets(targets_for(loss, 4, 3), 3, np.float64)
    slope = numeric_slope(lambda: float(loss.values(p, t).sum()), p)
    np.testing.assert_allclose(loss.slope(p, t), slope, rtol=1e-5, atol=1e-7)
    out = np.empty_like(p)
    loss.slope_writer(p, out)(t)
    np.testing.assert_allclose(out, slope, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("name", "activation", "settings"),
    [
        ("binary_crossentropy", "sigmoid", {}),
        ("binary_crossentropy", "sigmoid", {"label_smoothing": 0.2}),
        ("categorical_crossentropy", "softmax", {}),
        ("categorical_crossentropy", "softmax", {"label_smoothing": 0.2}),
        ("categorical_crossentropy", "sigmoid", {}),
        ("sparse_categorical_crossentropy", "softmax", {}),
        ("sparse_categorical_crossentropy", "sigmoid", {}),
    ],
)
@pytest.mark.parametrize("units", [1, 2, 3])
def test_loss_and_activation_together_have_the_slope_of_both(
    name: str, activation: str, settings: dict[str, Any], units: int
) -> None:
    loss, act = find("loss", name)(**settings), find("activation", activation)()
    z = np.random.default_rng(3).normal(size=(4, units))
    p = np.array(z)
    run(act.value_calls(p, p))
    out = np.empty_like(p)
    writer = loss.fused(act, p, out)
    assert writer is not None
    t = loss.targets(targets_for(loss, 4, units), units, np.float64)
    writer(t)
    slope = numeric_slope(lambda: float(loss.values(act(z), t).sum()), z)
    np.testing.assert_allclose(out, slope, rtol=1e-5, atol=1e-7)


def test_a_signal_without_ones_is_seen_whole() -> None:
    signal = Signal(np.ones((2, 3)), None)
    assert signal.value is signal.full and signal.slope is None
