"""Layers of any size make the shape they promise, the numbers of plain loops and the right slopes."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from nn_tui.engine import layers
from nn_tui.engine.layers.layer import Layer
from nn_tui.engine.models import Sequential
from tests.engine.gradients import numeric_slope

Array = NDArray[np.float64]
Pair = tuple[int, int]
Shape = tuple[int, ...]
Cells = list[tuple[int, int, Array]]
"""The cells of a window that lie in the image: their place in the window and their channels."""

quickly = settings(derandomize=True, deadline=None, max_examples=25)

channels, filters, few = st.integers(1, 3), st.integers(1, 3), st.integers(1, 4)
batches, seeds = st.integers(1, 3), st.integers(0, 1000)
paddings = st.sampled_from(["valid", "same"])
summed = st.sampled_from([None, "tanh", "softmax"])


def random_network(
    layer: Layer, shape: Shape, seed: int, below: bool = True
) -> tuple[Sequential, np.random.Generator]:
    """Make a network of the layer, on top of one that needs the slope by its input."""
    under = [layers.Dense(shape[-1], activation="tanh")] if below else []
    model = Sequential([layers.Input(shape), *under, layer], dtype="float64", seed=0)
    model.compile("sgd", "mean_squared_error")
    random = np.random.default_rng(seed)
    model.set_weights([random.normal(scale=0.7, size=w.shape) for w in model.get_weights()])
    return model, random


def check(layer: Layer, shape: Shape, batch: int, seed: int) -> tuple[Array, Array]:
    """Compare shapes and slopes; give the layer's input and its output."""
    model, random = random_network(layer, shape, seed)
    x = random.normal(size=(batch, *shape))
    promised = layer.output_shape_for(shape)
    under, made = model.activations(x)
    assert made.shape == (batch, *promised) == model.predict(x).shape
    assert layer.count_params() == layer.parameter_count_for(shape)
    check_slopes(model, x, random)
    return under, made


def check_slopes(model: Sequential, x: Any, random: np.random.Generator, places: int = 3) -> None:
    """Compare the slopes by a few weights of each array with finite differences, while training."""
    y = random.normal(size=(len(x), *model.layers[-1].output_shape))
    slopes = model.gradients(x, y)
    plan = model.training_plan(len(x))

    def loss() -> float:
        for function, arguments in plan.forward:
            function(*arguments)
        return float(np.square(plan.output - y).mean())

    assert model._memory is not None
    for slope, variable in zip(slopes, model._memory.variables, strict=True):
        for number in random.choice(slope.size, min(places, slope.size), replace=False):
            place = np.unravel_index(int(number), slope.shape)
            cell = variable.weight[tuple(slice(i, i + 1) for i in place)]
            expected = numeric_slope(loss, cell, 1e-5)
            np.testing.assert_allclose(slope[place], expected.item(), rtol=1e-5, atol=1e-8)


class Way:
    """How a window goes along one axis, worked out step by step."""

    def __init__(self, length: int, size: int, stride: int, dilation: int, padding: str) -> None:
        self.length, self.size, self.dilation = length, size, dilation
        reach = (size - 1) * dilation + 1
        if padding == "valid":
            self.starts = [start for start in range(0, length, stride) if start + reach <= length]
            return
        # As many places as strides begin in the input, the padding shared out, the larger half behind.
        count = math.ceil(length / stride)
        missing = max((count - 1) * stride + reach - length, 0)
        self.starts = [place * stride - missing // 2 for place in range(count)]

    def cells(self, start: int) -> Iterator[tuple[int, int]]:
        """Give the window's cells that lie in the input, and where."""
        for cell in range(self.size):
            if 0 <= (place := start + cell * self.dilation) < self.length:
                yield cell, place


def by_loops(image: Array, down: Way, across: Way, value: Callable[[Cells], Array]) -> Array:
    """Give the value of every place of a window, by four loops."""
    rows = []
    for top in down.starts:
        row = []
        for left in across.starts:
            cells = [(i, j, image[:, r, c]) for i, r in down.cells(top) for j, c in across.cells(left)]
            row.append(value(cells))
        rows.append(np.stack(row, axis=1))
    return np.stack(rows, axis=1)


def convolved(image: Array, down: Way, across: Way, kernel: Array, bias: Array | float) -> Array:
    nothing = np.zeros((len(image), kernel.shape[-1]))
    return by_loops(
        image, down, across, lambda cells: sum((x @ kernel[i, j] for i, j, x in cells), nothing) + bias
    )


def largest(cells: Cells) -> Array:
    return np.max([x for _, _, x in cells], axis=0)


def mean(cells: Cells) -> Array:
    return np.mean([x for _, _, x in cells], axis=0)


def activated(activation: str | None, z: Array) -> Array:
    if activation == "softmax":
        powers = np.exp(z - z.max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)
    return np.tanh(z) if activation == "tanh" else z


@st.composite
def ways(draw: st.DrawFn, padding: str, dilated: bool = True) -> tuple[int, int, int, int]:
    """Draw length, window, stride and dilation along an axis; without padding the window fits."""
    size, stride = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    dilation = draw(st.integers(1, 3)) if dilated else 1
    reach = (size - 1) * dilation + 1
    least = reach if padding == "valid" else 1
    return draw(st.integers(least, max(least, 4) + 3)), size, stride, dilation


@quickly
@given(st.data(), paddings, channels, filters, st.booleans(), summed, batches, seeds)
def test_conv2d(
    data: st.DataObject,
    padding: str,
    inputs: int,
    outputs: int,
    use_bias: bool,
    activation: str | None,
    batch: int,
    seed: int,
) -> None:
    down, across = data.draw(ways(padding)), data.draw(ways(padding))
    layer = layers.Conv2D(
        outputs,
        (down[1], across[1]),
        strides=(down[2], across[2]),
        dilation_rate=(down[3], across[3]),
        padding=padding,
        use_bias=use_bias,
        activation=activation,
    )
    x, y = check(layer, (down[0], across[0], inputs), batch, seed)
    kernel, bias = layer.weight("kernel"), layer.weight("bias") if use_bias else 0.0
    sums = convolved(x, Way(*down, padding), Way(*across, padding), kernel, bias)
    np.testing.assert_allclose(y, activated(activation, sums), rtol=1e-10, atol=1e-12)


@quickly
@given(st.data(), paddings, channels, filters, st.booleans(), summed, batches, seeds)
def test_conv1d(
    data: st.DataObject,
    padding: str,
    inputs: int,
    outputs: int,
    use_bias: bool,
    activation: str | None,
    batch: int,
    seed: int,
) -> None:
    steps, size, stride, dilation = along = data.draw(ways(padding))
    layer = layers.Conv1D(
        outputs,
        size,
        strides=stride,
        dilation_rate=dilation,
        padding=padding,
        use_bias=use_bias,
        activation=activation,
    )
    x, y = check(layer, (steps, inputs), batch, seed)
    kernel, bias = layer.weight("kernel")[None], layer.weight("bias") if use_bias else 0.0
    sums = convolved(x[:, None], Way(1, 1, 1, 1, "valid"), Way(*along, padding), kernel, bias)[:, 0]
    np.testing.assert_allclose(y, activated(activation, sums), rtol=1e-10, atol=1e-12)


@st.composite
def pools(draw: st.DrawFn, axes: int) -> tuple[str, list[tuple[int, int, int]], bool]:
    """Draw a padding, the length, window and stride of each axis, and whether strides are left out."""
    padding = draw(paddings)
    drawn = [draw(ways(padding, dilated=False))[:3] for _ in range(axes)]
    plain = draw(st.booleans())
    return padding, [(length, size, size if plain else stride) for length, size, stride in drawn], plain


@quickly
@given(pools(2), st.sampled_from(["Max", "Average"]), channels, batches, seeds)
def test_pooling_of_images(
    pool: tuple[str, list[tuple[int, int, int]], bool], kind: str, inputs: int, batch: int, seed: int
) -> None:
    padding, ((height, tall, down), (width, wide, across)), plain = pool
    layer = getattr(layers, f"{kind}Pooling2D")(
        (tall, wide), strides=None if plain else (down, across), padding=padding
    )
    x, y = check(layer, (height, width, inputs), batch, seed)
    ways = Way(height, tall, down, 1, padding), Way(width, wide, across, 1, padding)
    expected = by_loops(x, *ways, largest if kind == "Max" else mean)
    np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-14)


@quickly
@given(pools(1), st.sampled_from(["Max", "Average"]), channels, batches, seeds)
def test_pooling_of_series(
    pool: tuple[str, list[tuple[int, int, int]], bool], kind: str, inputs: int, batch: int, seed: int
) -> None:
    padding, ((steps, size, stride),), plain = pool
    layer = getattr(layers, f"{kind}Pooling1D")(size, strides=None if plain else stride, padding=padding)
    x, y = check(layer, (steps, inputs), batch, seed)
    ways = Way(1, 1, 1, 1, "valid"), Way(steps, size, stride, 1, padding)
    expected = by_loops(x[:, None], *ways, largest if kind == "Max" else mean)[:, 0]
    np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-14)


@quickly
@given(few, few, channels, st.integers(0, 3), st.integers(0, 3), batches, seeds)
def test_zero_padding(
    height: int, width: int, inputs: int, down: int, across: int, batch: int, seed: int
) -> None:
    x, y = check(layers.ZeroPadding2D((down, across)), (height, width, inputs), batch, seed)
    assert y.shape == (batch, height + 2 * down, width + 2 * across, inputs)
    np.testing.assert_array_equal(y, np.pad(x, [(0, 0), (down, down), (across, across), (0, 0)]))


@quickly
@given(st.lists(few, min_size=0, max_size=3), few, few, st.booleans(), summed, batches, seeds)
def test_dense_of_any_rank(
    places: list[int],
    inputs: int,
    units: int,
    use_bias: bool,
    activation: str | None,
    batch: int,
    seed: int,
) -> None:
    layer = layers.Dense(units, activation=activation, use_bias=use_bias)
    x, y = check(layer, (*places, inputs), batch, seed)
    assert y.shape == (batch, *places, units)
    sums = np.einsum("...i,ij->...j", x, layer.weight("kernel"))
    expected = activated(activation, sums + layer.weight("bias") if use_bias else sums)
    np.testing.assert_allclose(y, expected, rtol=1e-10, atol=1e-12)


@quickly
@given(st.lists(few, min_size=0, max_size=3), few, st.booleans(), st.booleans(), batches, seeds)
def test_layer_normalization(
    places: list[int], inputs: int, center: bool, scale: bool, batch: int, seed: int
) -> None:
    layer = layers.LayerNormalization(center=center, scale=scale)
    x, y = check(layer, (*places, inputs), batch, seed)
    normal = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 0.001)
    expected = normal * (layer.weight("gamma") if scale else 1) + (layer.weight("beta") if center else 0)
    np.testing.assert_allclose(y, expected, rtol=1e-9, atol=1e-11)


@quickly
@given(
    st.lists(few, min_size=0, max_size=2), few, st.booleans(), st.booleans(), st.booleans(), batches, seeds
)
def test_batch_normalization(
    places: list[int], inputs: int, center: bool, scale: bool, trainable: bool, batch: int, seed: int
) -> None:
    layer = layers.BatchNormalization(momentum=0.8, center=center, scale=scale, trainable=trainable)
    shape = (*places, inputs)
    model, random = random_network(layer, shape, seed)
    layer.set_weights([np.abs(w) + 0.1 for w in layer.get_weights()])
    x = random.normal(size=(batch, *shape))
    assert model.predict(x).shape == (batch, *layer.output_shape_for(shape)) == (batch, *shape)
    assert layer.count_params() == layer.parameter_count_for(shape)
    moving_mean, moving_variance = layer.moving_mean.copy(), layer.moving_variance.copy()

    under, made = model.activations(x)
    gamma, beta = layer.weight("gamma") if scale else 1, layer.weight("beta") if center else 0
    expected = gamma * (under - moving_mean) / np.sqrt(moving_variance + 0.001) + beta
    np.testing.assert_allclose(made, expected, rtol=1e-9, atol=1e-11)

    plan = model.training_plan(batch)
    plan.slopes_of(x, random.normal(size=(batch, *shape)))
    axes = tuple(range(under.ndim - 1))
    if trainable:
        of_batch = under.mean(axes), under.var(axes)
        expected = gamma * (under - of_batch[0]) / np.sqrt(of_batch[1] + 0.001) + beta
        moving_mean = 0.8 * moving_mean + 0.2 * of_batch[0]
        moving_variance = 0.8 * moving_variance + 0.2 * of_batch[1]
    np.testing.assert_allclose(plan.output, expected, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(layer.moving_mean, moving_mean, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(layer.moving_variance, moving_variance, rtol=1e-12, atol=1e-14)
    check_slopes(model, x, random)


@quickly
@given(st.lists(few, min_size=1, max_size=2), st.integers(1, 5), few, batches, seeds)
def test_embedding(places: list[int], words: int, numbers: int, batch: int, seed: int) -> None:
    layer, shape = layers.Embedding(words, numbers), tuple(places)
    model, random = random_network(layer, shape, seed, below=False)
    x = random.integers(0, words, (batch, *shape))
    assert layer.output_shape_for(shape) == (*shape, numbers)
    np.testing.assert_array_equal(model.predict(x), layer.weight("embeddings")[x])
    check_slopes(model, x, random, places=6)


def sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def remembered(kind: str, x: Array, kernel: Array, memory: Array, bias: Array) -> Array:
    """Give the memory after every step, by the formulas of the layer's docstring."""
    h = c = np.zeros((len(x), memory.shape[0]))
    made = []
    for t in range(x.shape[1]):
        if kind == "GRU":
            z, r, new = np.split(x[:, t] @ kernel + bias[0], 3, axis=-1)
            by_z, by_r, by_new = np.split(h @ memory + bias[1], 3, axis=-1)
            keep = sigmoid(z + by_z)
            h = keep * h + (1 - keep) * np.tanh(new + sigmoid(r + by_r) * by_new)
        elif kind == "LSTM":
            i, f, new, o = np.split(x[:, t] @ kernel + h @ memory + bias, 4, axis=-1)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(new)
            h = sigmoid(o) * np.tanh(c)
        else:
            h = np.tanh(x[:, t] @ kernel + h @ memory + bias)
        made.append(h)
    return np.stack(made, axis=1)


kinds = st.sampled_from(["SimpleRNN", "LSTM", "GRU"])


@quickly
@given(kinds, few, channels, few, st.booleans(), st.booleans(), st.booleans(), batches, seeds)
def test_recurrent_layers(
    kind: str,
    steps: int,
    inputs: int,
    units: int,
    use_bias: bool,
    sequences: bool,
    backwards: bool,
    batch: int,
    seed: int,
) -> None:
    layer = getattr(layers, kind)(
        units, use_bias=use_bias, return_sequences=sequences, go_backwards=backwards
    )
    x, y = check(layer, (steps, inputs), batch, seed)
    assert y.shape == ((batch, steps, units) if sequences else (batch, units))
    kernel, memory, *rest = layer.get_weights()
    bias = rest[0] if use_bias else np.zeros((2, 1) if kind == "GRU" else 1)
    made = remembered(kind, x[:, ::-1] if backwards else x, kernel, memory, bias)
    np.testing.assert_allclose(y, made if sequences else made[:, -1], rtol=1e-9, atol=1e-11)


@quickly
@given(kinds, few, channels, few, st.booleans(), st.booleans(), batches, seeds)
def test_recurrent_layers_of_other_activations(
    kind: str, steps: int, inputs: int, units: int, sequences: bool, tanh: bool, batch: int, seed: int
) -> None:
    gates = {} if kind == "SimpleRNN" else {"recurrent_activation": "softsign" if tanh else "sigmoid"}
    activation = "tanh" if tanh else "gelu"
    layer = getattr(layers, kind)(units, activation=activation, return_sequences=sequences, **gates)
    check(layer, (steps, inputs), batch, seed)


@quickly
@given(kinds, few, channels, few, st.booleans(), st.booleans(), batches, seeds)
def test_both_directions(
    kind: str, steps: int, inputs: int, units: int, sequences: bool, backwards: bool, batch: int, seed: int
) -> None:
    inner = {"type": kind, "units": units, "return_sequences": sequences, "go_backwards": backwards}
    layer = layers.Bidirectional(inner)
    x, y = check(layer, (steps, inputs), batch, seed)
    assert y.shape == ((batch, steps, 2 * units) if sequences else (batch, 2 * units))
    weights = layer.get_weights()
    turned, straight = (x[:, ::-1], x) if backwards else (x, x[:, ::-1])
    one, other = remembered(kind, turned, *weights[:3]), remembered(kind, straight, *weights[3:])
    expected = np.concatenate([one, other[:, ::-1]] if sequences else [one[:, -1], other[:, -1]], axis=-1)
    np.testing.assert_allclose(y, expected, rtol=1e-9, atol=1e-11)
