"""What weights start from is distributed as Keras's, and what they cost is Keras's, number by number."""

import inspect
import math
import os
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nn_tui.declare import find, in_keras, params, registered
from nn_tui.engine import layers
from nn_tui.engine.layers.layer import Layer
from nn_tui.engine.models import Sequential
from nn_tui.engine.resolving import resolve

pytestmark = pytest.mark.oracle
os.environ.setdefault("KERAS_BACKEND", "jax")
keras = pytest.importorskip("keras", reason="needs the extra `oracle` (keras, jax)")

Array = NDArray[Any]
Shape = tuple[int, ...]

KERNEL, WIDE, WINDOWS = (400, 500), (50, 3000), (3, 3, 16, 32)
SHAPES = [KERNEL, WIDE, WINDOWS]

DRAWN: list[tuple[str, dict[str, Any]]] = [
    ("random_normal", {}),
    ("random_normal", {"mean": 0.3, "stddev": 2.0}),
    ("truncated_normal", {}),
    ("truncated_normal", {"mean": -1.0, "stddev": 0.4}),
    ("random_uniform", {}),
    ("random_uniform", {"minval": 0.1, "maxval": 3.0}),
    ("variance_scaling", {}),
    *(
        ("variance_scaling", {"scale": 2.5, "mode": mode, "distribution": distribution})
        for mode in ("fan_in", "fan_out", "fan_avg")
        for distribution in ("truncated_normal", "untruncated_normal", "uniform")
    ),
    ("glorot_uniform", {}),
    ("glorot_normal", {}),
    ("he_uniform", {}),
    ("he_normal", {}),
    ("lecun_uniform", {}),
    ("lecun_normal", {}),
    ("orthogonal", {}),
    ("orthogonal", {"gain": 1.7}),
]
FIXED: list[tuple[str, dict[str, Any]]] = [
    ("zeros", {}),
    ("ones", {}),
    ("constant", {}),
    ("constant", {"value": -0.7}),
]


KNOWN = [name for name, kind in registered("initializer").items() if in_keras(kind)]


def class_of(name: str) -> Any:
    """Give Keras's class of a name: the engine's classes are named as its."""
    return getattr(keras.initializers, find("initializer", name).__name__)


def theirs(name: str, settings: dict[str, Any]) -> Any:
    """Give Keras's initializer of a name; drawn ones get a seed."""
    home = class_of(name)
    return home(**settings, seed=5) if (name, settings) in DRAWN else home(**settings)


def both(name: str, settings: dict[str, Any], shape: Shape) -> tuple[Array, Array]:
    mine = find("initializer", name)(**settings)(shape, np.random.default_rng(6))
    return mine, np.asarray(theirs(name, settings)(shape), np.float64)


def furthest(one: Array, other: Array) -> float:
    """Give how far the shares of numbers below any bound are apart, at most (Kolmogorov and Smirnov)."""
    one, other = np.sort(one, axis=None), np.sort(other, axis=None)
    bounds = np.concatenate([one, other])
    below = [np.searchsorted(drawn, bounds, side="right") / drawn.size for drawn in (one, other)]
    return float(np.abs(below[0] - below[1]).max())


def test_every_initializer_is_compared() -> None:
    assert set(KNOWN) == {name for name, _ in [*DRAWN, *FIXED]} | {"identity"}


@pytest.mark.parametrize("name", KNOWN)
def test_an_initializer_has_keras_defaults(name: str) -> None:
    expected = inspect.signature(class_of(name)).parameters.values()
    assert {param.name: param.default for param in params(find("initializer", name))} == {
        param.name: param.default
        for param in expected
        if param.name not in ("seed", "input_axes", "output_axes")
    }


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize(("name", "settings"), DRAWN, ids=str)
def test_numbers_are_drawn_as_in_keras(name: str, settings: dict[str, Any], shape: Shape) -> None:
    mine, expected = both(name, settings, shape)
    assert mine.shape == expected.shape == shape
    # Both are draws, of n numbers each: five standard errors of the difference of two of them. That of a
    # standard deviation is at most that of a normal distribution.
    spread, n = expected.std(), mine.size
    assert abs(mine.mean() - expected.mean()) < 5 * spread * math.sqrt(2 / n)
    assert abs(mine.std() - spread) < 5 * spread * math.sqrt(1 / n)
    # One pair of draws in 10,000 of the same distribution is further apart.
    assert furthest(mine, expected) < 2.23 * math.sqrt(2 / n)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize(
    ("name", "settings"),
    [
        (name, settings)
        for name, settings in DRAWN
        if name not in ("random_normal", "orthogonal") and "untruncated_normal" not in settings.values()
    ],
    ids=str,
)
def test_the_bounds_are_those_of_keras(name: str, settings: dict[str, Any], shape: Shape) -> None:
    mine, expected = both(name, settings, shape)
    # The outermost of n numbers lies within some ten n-ths of the bound; a cut normal distribution is
    # sparse at its ends: 1 number in 20 of an even one's.
    room = (expected.max() - expected.min()) * 200 / mine.size
    assert mine.min() == pytest.approx(expected.min(), abs=room)
    assert mine.max() == pytest.approx(expected.max(), abs=room)


@pytest.mark.parametrize("shape", [(), (3,), (3, 4), (2, 2, 3, 4)], ids=str)
@pytest.mark.parametrize(("name", "settings"), FIXED, ids=str)
def test_fixed_numbers_are_those_of_keras(name: str, settings: dict[str, Any], shape: Shape) -> None:
    mine, expected = both(name, settings, shape)
    np.testing.assert_array_equal(mine.astype(np.float32), expected.astype(np.float32), strict=True)


@pytest.mark.parametrize("shape", [(4, 4), (3, 5), (5, 2)], ids=str)
@pytest.mark.parametrize("settings", [{}, {"gain": 2.5}], ids=str)
def test_the_identity_is_that_of_keras(settings: dict[str, float], shape: Shape) -> None:
    np.testing.assert_array_equal(*both("identity", settings, shape), strict=True)


@pytest.mark.parametrize("shape", [(4,), (2, 3, 4), (3, 3, 3, 8)], ids=str)
def test_only_a_matrix_can_be_an_identity(shape: Shape) -> None:
    with pytest.raises(ValueError, match="2D"):
        theirs("identity", {})(shape)
    with pytest.raises(ValueError, match="a matrix"):
        find("initializer", "identity")()(shape, np.random.default_rng(0))


def test_a_bias_cannot_be_orthogonal() -> None:
    with pytest.raises(ValueError, match="at least"):
        theirs("orthogonal", {})((4,))
    with pytest.raises(ValueError, match="two axes"):
        find("initializer", "orthogonal")()((4,), np.random.default_rng(0))


@pytest.mark.parametrize("shape", [(20, 50), (50, 20), (30, 30), (3, 3, 16, 32), (2, 2, 3, 40)], ids=str)
@pytest.mark.parametrize("gain", [1.0, 0.3])
def test_an_orthogonal_matrix_is_one_as_in_keras(shape: Shape, gain: float) -> None:
    for drawn in both("orthogonal", {"gain": gain}, shape):
        matrix = drawn.reshape(-1, shape[-1])
        product = matrix @ matrix.T if len(matrix) < shape[-1] else matrix.T @ matrix
        np.testing.assert_allclose(product, gain * gain * np.eye(len(product)), atol=1e-6)


@pytest.mark.parametrize("shape", [(1,), (7,), (600,), (), (1, 1), (4, 5, 6)], ids=str)
@pytest.mark.parametrize("name", ["glorot_uniform", "he_normal", "lecun_uniform", "variance_scaling"])
def test_shapes_of_any_rank_have_the_spread_of_keras(name: str, shape: Shape) -> None:
    # A small array says little, so many are drawn from one generator.
    random, other = np.random.default_rng(6), theirs(name, {})
    mine = np.stack([find("initializer", name)()(shape, random) for _ in range(60)])
    other = type(other)(seed=keras.random.SeedGenerator(5))
    expected = np.stack([np.asarray(other(shape), np.float64) for _ in range(60)])
    assert mine.std() == pytest.approx(expected.std(), rel=6 * math.sqrt(1 / mine.size))


STACK: list[tuple[str, dict[str, Any]]] = [
    ("Conv1D", {"filters": 40, "kernel_size": 5, "padding": "same"}),
    ("SimpleRNN", {"units": 60, "return_sequences": True}),
    ("GRU", {"units": 60, "return_sequences": True}),
    ("LSTM", {"units": 60}),
    ("Reshape", {"target_shape": (6, 10, 1)}),
    ("Conv2D", {"filters": 64, "kernel_size": (3, 3)}),
    ("BatchNormalization", {}),
    ("LayerNormalization", {}),
    ("PReLU", {}),
    ("Flatten", {}),
    ("Dense", {"units": 100}),
]


def test_layers_start_as_in_keras() -> None:
    mine = Sequential([layers.Input((4, 30)), *(made(kind, values) for kind, values in STACK)], seed=1)
    keras.utils.set_random_seed(1)
    other = keras.Sequential(
        [keras.layers.Input((4, 30)), *(getattr(keras.layers, kind)(**values) for kind, values in STACK)]
    )
    for one, expected in zip(mine.get_weights(), other.get_weights(), strict=True):
        assert one.shape == expected.shape and one.dtype == expected.dtype
        if len(np.unique(expected)) <= 2:  # zeros, ones, and an LSTM's bias of both
            np.testing.assert_array_equal(one, expected)
        else:
            assert one.std() == pytest.approx(expected.std(), rel=6 * math.sqrt(1 / one.size))
            assert furthest(one, expected) < 2.23 * math.sqrt(2 / one.size)


def test_word_numbers_start_as_in_keras() -> None:
    mine = Sequential([layers.Input((3,)), layers.Embedding(200, 30)], seed=1)
    other = keras.Sequential([keras.layers.Input((3,), dtype="int32"), keras.layers.Embedding(200, 30)])
    (one,), (expected,) = mine.get_weights(), other.get_weights()
    assert furthest(one, expected) < 2.23 * math.sqrt(2 / one.size)


def made(kind: str, values: dict[str, Any]) -> Layer:
    layer: Layer = resolve("layer", {"type": kind, **values})
    return layer


# Penalties of Dense layers, within the loss, are compared in test_keras.py. Here: each regularizer on its
# own, its defaults, and the places that other layers have for one.
@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("L1", {}),
        ("L1", {"l1": 0.3}),
        ("L1", {"l1": 0.0}),
        ("L2", {}),
        ("L2", {"l2": 0.2}),
        ("L1L2", {}),
        ("L1L2", {"l1": 0.3, "l2": 0.04}),
    ],
    ids=str,
)
@pytest.mark.parametrize("shape", [(7,), (20, 30), (3, 3, 4, 5)], ids=str)
def test_a_penalty_is_that_of_keras(name: str, settings: dict[str, float], shape: Shape) -> None:
    weight = np.random.default_rng(3).normal(size=shape).astype(np.float32)
    expected = float(getattr(keras.regularizers, name)(**settings)(weight))
    assert find("regularizer", name)(**settings)(weight) == pytest.approx(expected, rel=1e-6)


def test_the_shorthands_cost_as_in_keras() -> None:
    from nn_tui.engine import regularizers

    weight = np.random.default_rng(3).normal(size=(20, 30)).astype(np.float32)
    for name in ("l1", "l2", "l1_l2"):
        expected = float(getattr(keras.regularizers, name)()(weight))
        assert getattr(regularizers, name)()(weight) == pytest.approx(expected, rel=1e-6), name


PRICED: list[tuple[str, dict[str, Any], Shape]] = [
    ("Conv1D", {"filters": 3, "kernel_size": 2}, (5, 4)),
    ("Conv2D", {"filters": 3, "kernel_size": (2, 3)}, (5, 6, 2)),
    ("SimpleRNN", {"units": 5}, (4, 3)),
    ("LSTM", {"units": 5}, (4, 3)),
    ("GRU", {"units": 5}, (4, 3)),
    ("Embedding", {"input_dim": 9, "output_dim": 4}, (3,)),
]


@pytest.mark.parametrize(("kind", "settings", "shape"), PRICED, ids=str)
def test_the_penalty_of_a_layer_is_that_of_keras(kind: str, settings: dict[str, Any], shape: Shape) -> None:
    places = [param.name for param in params(find("layer", kind)) if param.name.endswith("_regularizer")]
    prices = [{"l1": 0.1 + 0.2 * place, "l2": 0.05 + 0.3 * place} for place in range(len(places))]
    assert prices
    mine = made(
        kind, settings | {key: {"type": "L1L2", **price} for key, price in zip(places, prices, strict=True)}
    )
    other = getattr(keras.layers, kind)(
        **settings,
        **{key: keras.regularizers.L1L2(**price) for key, price in zip(places, prices, strict=True)},
    )
    one = Sequential([layers.Input(shape), mine], seed=1)
    theirs = keras.Sequential([keras.layers.Input(shape), other])
    random = np.random.default_rng(3)
    weights = [random.normal(size=w.shape) for w in one.get_weights()]
    one.set_weights(weights)
    theirs.set_weights(weights)
    assert one.penalty() == pytest.approx(float(sum(theirs.losses)), rel=1e-6)
