"""What NumPy and plain Python hand over is taken as Keras takes it, or refused with a sentence."""

from typing import Any

import numpy as np
import pytest

from nn_tui.declare import params, registered
from nn_tui.engine import layers, losses, optimizers
from nn_tui.engine.callbacks import EarlyStopping
from nn_tui.engine.models import Sequential
from nn_tui.engine.schedules import PiecewiseConstantDecay
from nn_tui.errors import DataError, SpecError

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=40).astype(np.float32)
Y = (2 * X + 1).astype(np.float32)


def line(seed: int = 0, shape: Any = (1,)) -> Sequential:
    model = Sequential([layers.Input(shape), layers.Dense(1)] if shape else [layers.Dense(1)], seed=seed)
    model.compile("sgd", "mse")
    return model


EXPECTED = line().fit(X[:, None], Y[:, None], epochs=2, batch_size=8, shuffle=False, verbose=0).history


@pytest.mark.parametrize("shape", [(1,), None], ids=["built", "not yet built"])
@pytest.mark.parametrize(
    ("x", "y"),
    [
        (X, Y),
        (X.tolist(), Y.tolist()),
        (X[:, None].tolist(), Y),
        (X[:, None], Y[:, None]),
        (X.astype(np.float64), tuple(Y.tolist())),
    ],
    ids=["one axis", "lists", "lists of lists", "two axes", "float64 and a tuple"],
)
def test_rows_of_one_number_may_come_without_an_axis(x: Any, y: Any, shape: Any) -> None:
    model = line(shape=shape)
    told = model.fit(
        x, y, epochs=np.int64(2), batch_size=np.int32(8), shuffle=np.bool_(False), verbose=0
    ).history
    np.testing.assert_allclose(told["loss"], EXPECTED["loss"], rtol=1e-6)
    assert model.predict(x).shape == (40, 1)
    assert model.evaluate(x, y) == pytest.approx(model.evaluate(X[:, None], Y[:, None]))
    assert model.train_on_batch(x, y) == pytest.approx(model.test_on_batch(x, y), rel=0.5)
    assert len(model.activations(x)) == 1 and len(model.gradients(x, y)) == 2


def test_an_axis_of_one_number_too_many_is_dropped() -> None:
    model = Sequential([layers.Input((3,)), layers.Dense(2)], seed=0)
    x = RANDOM.normal(size=(5, 3))
    np.testing.assert_array_equal(model.predict(x[..., None]), model.predict(x))


def test_validation_rows_may_have_weights() -> None:
    weights = np.linspace(0, 2, 40)
    model = line()
    for given in ((X, Y, weights), [X.tolist(), Y.tolist(), weights.tolist()], (X, Y, weights[:, None])):
        told = model.fit(X, Y, validation_data=given, verbose=0).history["val_loss"][-1]
        assert told == pytest.approx(float(np.mean(weights * (model.predict(X)[:, 0] - Y) ** 2)), rel=1e-5)
    plain = model.fit(X, Y, epochs=0, validation_data=(X, Y, None), verbose=0).history
    assert plain == {}


def test_weights_of_rows_and_classes_may_be_numpy_s() -> None:
    y = (X > 0).astype(np.int64)
    every: list[dict[str, Any]] = [
        {"class_weight": {0: 1.0, 1: 3.0}},
        {"class_weight": {np.int64(0): np.float32(1), np.int8(1): np.float64(3)}},
        {"sample_weight": np.where(y, 3, 1)},
        {"sample_weight": np.where(y, 3.0, 1.0).tolist()},
        {"sample_weight": np.where(y, 3.0, 1.0)[:, None]},
    ]
    told = [line().fit(X, y, shuffle=False, verbose=0, **given).history["loss"] for given in every]
    assert all(one == pytest.approx(told[0]) for one in told)


@pytest.mark.parametrize(
    ("given", "error", "told"),
    [
        ({"sample_weight": np.ones(39)}, DataError, r"40 finite numbers.*; got .* of shape \(39,\)"),
        ({"sample_weight": np.full(40, np.nan)}, DataError, "finite numbers"),
        ({"sample_weight": ["a"] * 40}, DataError, "finite numbers"),
        ({"validation_data": (X, Y, np.ones(3))}, DataError, "40 finite numbers"),
        ({"validation_data": (X,)}, DataError, r"\(x, y\) or \(x, y, sample_weight\), got 1 parts"),
        ({"validation_data": X}, DataError, "got ndarray"),
        ({"epochs": np.float32(1.5)}, SpecError, "epochs must be a whole number"),
        ({"batch_size": 0}, SpecError, "batch_size must be a whole number, at least 1, got 0"),
        ({"class_weight": {"yes": 2.0}}, SpecError, "whole number"),
        ({"x": [[1.0], [1.0, 2.0]]}, DataError, "not all of one shape"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_sentence(given: Any, error: type, told: str) -> None:
    with pytest.raises(error, match=told):
        line().fit(**{"x": X, "y": Y, "verbose": 0, **given})


def test_shapes_and_settings_may_be_numpy_s() -> None:
    model = Sequential(
        [
            layers.Conv2D(np.int64(3), np.array([3, 3]), input_shape=(np.int32(8), np.uint8(8), 1)),
            layers.Flatten(),
            layers.Dense(np.int16(4), use_bias=np.bool_(False)),
            layers.Reshape(np.array([2, 2])),
            layers.Dropout(np.float32(0.5)),
        ]
    )
    assert model.output_shape == (None, 2, 2) and model.count_params() == 30 + 108 * 4
    assert layers.Input(np.int64(4)).shape == layers.Input(np.array([4])).shape == (4,)
    late = Sequential([layers.Dense(2)])
    late.build((None, np.int64(3)))
    assert late.count_params() == 8
    assert optimizers.Adam(np.float64(0.01), beta_1=np.float32(0.5)).beta_1 == 0.5
    assert losses.Huber(np.int64(2)).delta == 2.0
    assert EarlyStopping(patience=np.int64(3)).patience == 3
    assert PiecewiseConstantDecay(np.array([3]), np.array([0.1, 0.01]))(9) == pytest.approx(0.01)


NUMPY = {"int": np.int64, "float": np.float64, "bool": np.bool_, "shape": np.array, "numbers": np.array}


@pytest.mark.parametrize(
    "kind", ["layer", "optimizer", "loss", "metric", "regularizer", "callback", "schedule"]
)
def test_every_argument_may_be_of_numpy(kind: Any) -> None:
    for name, thing in registered(kind).items():
        if name == "TensorBoard":
            pytest.importorskip("tensorboardX")
        example = thing.EXAMPLES[0][0] if kind == "layer" else {}
        required = {param.name: example[param.name] for param in params(thing) if param.required}
        for param in params(thing):
            value = required.get(param.name, None if param.required else param.default)
            if value is None or param.form not in NUMPY or not isinstance(value, (bool, int, float, tuple)):
                continue
            given = NUMPY[param.form](value)
            made = thing(**{**required, param.name: given})
            kept = getattr(made, param.name, value)
            assert "numpy" not in type(kept).__module__ or kind == "metric", (name, param.name)


def test_true_is_no_number_of_units() -> None:
    for given in (True, np.bool_(True)):
        with pytest.raises(SpecError, match="whole number"):
            layers.Dense(given)
