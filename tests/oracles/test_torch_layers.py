"""Layers train as in PyTorch."""

import math
from typing import Any

import numpy as np
import pytest

from nn_tui.engine import optimizers

# isort: split
from tests.oracles.with_torch import (
    BATCH,
    RATE,
    ROWS,
    TOLERANCES,
    F,
    Forward,
    agree,
    dense,
    near,
    network,
    tensors,
    torch,
    trained,
)

pytestmark = pytest.mark.oracle


def around(x: Any, size: Any, strides: Any, dilation: Any, padding: str, fill: float = 0.0) -> Any:
    """Pad a (batch, channels, height, width) image as Keras's "same" does."""
    if padding == "valid":
        return x
    sides: list[int] = []
    for length, s, stride, d in zip(x.shape[2:], size, strides, dilation, strict=True):
        total = max((math.ceil(length / stride) - 1) * stride + (s - 1) * d + 1 - length, 0)
        sides = [total // 2, total - total // 2, *sides]  # PyTorch names the last axis first
    return F.pad(x, sides, value=fill)


def conv(size: Any, strides: Any = (1, 1), padding: str = "valid", dilation: Any = (1, 1)) -> Any:
    settings = {
        "filters": 3,
        "kernel_size": size,
        "strides": strides,
        "padding": padding,
        "dilation_rate": dilation,
    }

    def forward(x: Any, w: list[Any]) -> Any:
        image = around(x.permute(0, 3, 1, 2), size, strides, dilation, padding)
        made = F.conv2d(image, w[0].permute(3, 2, 0, 1), w[1], strides, 0, dilation)
        return made.permute(0, 2, 3, 1)

    return ("Conv2D", settings), forward


def pool(kind: str, size: Any, strides: Any = None, padding: str = "valid") -> Any:
    steps = strides or size

    def forward(x: Any, w: list[Any]) -> Any:
        image = x.permute(0, 3, 1, 2)
        if kind == "MaxPooling2D":
            made = F.max_pool2d(around(image, size, steps, (1, 1), padding, -math.inf), size, steps)
        else:
            # Padding does not count in the mean: the sums are divided by how many cells are real.
            real = around(torch.ones_like(image), size, steps, (1, 1), padding)
            made = F.avg_pool2d(around(image, size, steps, (1, 1), padding), size, steps)
            made = made / F.avg_pool2d(real, size, steps)
        return made.permute(0, 2, 3, 1)

    return (kind, {"pool_size": size, "strides": strides, "padding": padding}), forward


def by_layer_norm(x: Any, w: list[Any]) -> Any:
    return F.layer_norm(x, x.shape[-1:], w[0], w[1], eps=1e-3)


def swapped(weight: Any) -> Any:
    """Give a GRU's columns, which Keras has in the order z, r, h, in PyTorch's: r, z, n."""
    z, r, h = weight.chunk(3, -1)
    return torch.cat([r, z, h], -1)


def as_it_is(weight: Any) -> Any:
    return weight  # an LSTM's i, f, c, o are PyTorch's i, f, g, o


def recurrent(kind: str, units: int, sequences: bool, both_ways: bool = False) -> Any:
    """Give a recurrent layer and PyTorch's, which has two biases: one of Keras's is 0, but for the GRU."""
    inner = {"type": kind, "units": units, "return_sequences": sequences}
    home = {"SimpleRNN": torch.nn.RNN, "LSTM": torch.nn.LSTM, "GRU": torch.nn.GRU}[kind]
    turn = swapped if kind == "GRU" else as_it_is

    def forward(x: Any, w: list[Any]) -> Any:
        module = home(x.shape[-1], units, batch_first=True, bidirectional=both_ways, dtype=x.dtype)
        given = {}
        ends = [("", w[:3]), ("_reverse", w[3:])] if both_ways else [("", w)]
        for suffix, (kernel, memory, bias) in ends:
            one, other = bias if kind == "GRU" else (bias, torch.zeros_like(bias))
            given |= {
                f"weight_ih_l0{suffix}": turn(kernel).T,
                f"weight_hh_l0{suffix}": turn(memory).T,
                f"bias_ih_l0{suffix}": turn(one),
                f"bias_hh_l0{suffix}": turn(other),
            }
        made, _ = torch.func.functional_call(module, given, (x,))
        # Read from its end, a series' last memory is the one at the first step.
        return made if sequences else torch.cat([made[:, -1, :units], made[:, 0, units:]], -1)

    if both_ways:
        return ("Bidirectional", {"layer": inner}), forward
    return (kind, {key: value for key, value in inner.items() if key != "type"}), forward


LAYERS: dict[str, tuple[tuple[int, ...], tuple[tuple[str, dict[str, Any]], Forward]]] = {
    "conv": ((6, 7, 2), conv((3, 2))),
    "conv of one cell": ((4, 3, 3), conv((1, 1))),
    "conv, the same size": ((6, 5, 2), conv((3, 4), padding="same")),
    "conv with strides": ((8, 7, 2), conv((3, 2), (2, 3))),
    "conv with strides, the same size": ((7, 8, 2), conv((3, 2), (2, 3), "same")),
    "conv with strides larger than the window": ((7, 8, 1), conv((2, 1), (3, 2), "same")),
    "conv with dilation": ((7, 8, 2), conv((3, 2), dilation=(2, 3))),
    "conv with dilation, the same size": ((6, 5, 2), conv((2, 3), padding="same", dilation=(3, 2))),
    "largest": ((6, 7, 2), pool("MaxPooling2D", (2, 3))),
    "largest of windows that overlap": ((6, 7, 2), pool("MaxPooling2D", (3, 2), (1, 1))),
    "largest, with gaps": ((7, 8, 2), pool("MaxPooling2D", (2, 2), (3, 3))),
    "largest, the same size": ((6, 7, 2), pool("MaxPooling2D", (3, 4), (2, 3), "same")),
    "mean": ((6, 7, 2), pool("AveragePooling2D", (2, 3))),
    "mean of windows that overlap": ((6, 7, 2), pool("AveragePooling2D", (3, 2), (1, 2))),
    "mean, the same size": ((6, 7, 2), pool("AveragePooling2D", (3, 4), (2, 3), "same")),
    "layer norm": ((6,), (("LayerNormalization", {}), by_layer_norm)),
    "layer norm of a series": ((4, 5), (("LayerNormalization", {}), by_layer_norm)),
    "simple rnn": ((5, 3), recurrent("SimpleRNN", 4, False)),
    "simple rnn, every step": ((5, 3), recurrent("SimpleRNN", 4, True)),
    "lstm": ((5, 3), recurrent("LSTM", 4, False)),
    "lstm, every step": ((5, 3), recurrent("LSTM", 4, True)),
    "gru": ((5, 3), recurrent("GRU", 4, False)),
    "gru, every step": ((5, 3), recurrent("GRU", 4, True)),
    "simple rnn from both ends": ((4, 3), recurrent("SimpleRNN", 2, False, True)),
    "lstm from both ends": ((4, 3), recurrent("LSTM", 3, False, True)),
    "gru from both ends, every step": ((4, 3), recurrent("GRU", 3, True, True)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_between_dense_ones(name: str, dtype: str) -> None:
    # The Dense below sees whether the slope by the layer's input is right.
    shape, (layer, theirs) = LAYERS[name]
    below = ("Dense", {"units": shape[-1], "activation": "tanh"})
    model = network([below, layer, ("Flatten", {}), ("Dense", {"units": 2})], shape, dtype)
    random = np.random.default_rng(3)
    x, y = random.normal(size=(ROWS, *shape)), random.normal(size=(ROWS, 2))

    def forward(x: Any, w: list[Any]) -> Any:
        made = theirs(torch.tanh(dense(x, *w[:2])), w[2:-2])
        return dense(made.reshape(len(x), -1), *w[-2:])

    agree(model, forward, x, y, "mean_squared_error", F.mse_loss)


def test_word_numbers(dtype: str) -> None:
    stack = [("Embedding", {"input_dim": 7, "output_dim": 3}), ("Flatten", {}), ("Dense", {"units": 2})]
    random = np.random.default_rng(3)
    x, y = random.integers(0, 7, (ROWS, 4)), random.normal(size=(ROWS, 2))

    def forward(x: Any, w: list[Any]) -> Any:
        return dense(F.embedding(x, w[0]).reshape(len(x), -1), *w[1:])

    agree(network(stack, (4,), dtype), forward, x, y, "mean_squared_error", F.mse_loss)


def test_the_first_of_equal_largest_cells_takes_the_slope(dtype: str) -> None:
    # Whole numbers and a kernel of ones: sums are equal, exactly, of inputs that are not.
    layer, theirs = pool("MaxPooling2D", (2, 3), (1, 2), "same")
    model = network([("Dense", {"units": 2}), layer], (5, 6, 3), dtype)
    model.set_weights([np.ones((3, 2)), np.zeros(2)])
    model.compile("sgd", "mean_squared_error")
    random = np.random.default_rng(3)
    x = random.integers(0, 3, (8, 5, 6, 3)).astype(dtype)
    y = random.normal(size=(8, 5, 3, 2)).astype(dtype)
    weights = tensors(model)
    measured = F.mse_loss(theirs(dense(torch.tensor(x), *weights), []), torch.tensor(y))
    for one, other in zip(model.gradients(x, y), torch.autograd.grad(measured, weights), strict=True):
        near(one, other, TOLERANCES[dtype])


def test_batch_norm_while_training(dtype: str) -> None:
    stack = [
        ("Dense", {"units": 5, "use_bias": False}),
        ("BatchNormalization", {"momentum": 0.8}),
        ("Activation", {"activation": "tanh"}),
        ("Dense", {"units": 2}),
    ]
    model = network(stack, (4,), dtype)
    kernel, gamma, beta, mean, variance, *head = [weight.copy() for weight in model.get_weights()]
    model.set_weights([kernel, gamma, beta, mean, np.abs(variance), *head])
    model.compile(optimizers.SGD(RATE), "mean_squared_error")
    *weights, kernel_above, bias_above = tensors(model)
    kernel, gamma, beta, moving_mean, moving_variance = weights
    moving_mean, moving_variance = moving_mean.detach(), moving_variance.detach()
    trained_ones = [kernel, gamma, beta, kernel_above, bias_above]
    random = np.random.default_rng(3)
    x, y = random.normal(size=(ROWS, 4)).astype(dtype), random.normal(size=(ROWS, 2)).astype(dtype)
    given, wanted = torch.tensor(x), torch.tensor(y)

    def forward(x: Any, w: list[Any]) -> Any:
        mean, variance = moving_mean.clone(), moving_variance.clone()
        # PyTorch's momentum is what is taken, Keras's what is kept.
        z = F.batch_norm(x @ w[0], mean, variance, w[1], w[2], True, 0.2, 1e-3)
        moving_mean.copy_(mean)
        # PyTorch's moving variance takes n / (n - 1) of the batch's, Keras's the batch's own.
        moving_variance.copy_(moving_variance * 0.8 + (x @ w[0]).detach().var(0, correction=0) * 0.2)
        return dense(torch.tanh(z), *w[3:])

    model.fit(x, y, batch_size=BATCH, shuffle=False, verbose=0)
    trained(torch.optim.SGD(trained_ones, RATE), forward, trained_ones, given, wanted, F.mse_loss)
    expected = [kernel, gamma, beta, moving_mean, moving_variance, kernel_above, bias_above]
    for one, other in zip(model.get_weights(), expected, strict=True):
        near(one, other, TOLERANCES[dtype])
