"""The same weights and batches give PyTorch's outputs, slopes and weights after 20 steps.

PyTorch is told what to compute in Keras's layout: the weights are tensors shaped as the engine's and each
network is a function that turns them as PyTorch wants them, so slopes come back in Keras's layout too.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nn_tui.engine import layers, optimizers
from nn_tui.engine.models import Sequential
from nn_tui.engine.resolving import resolve
from tests.oracles.differences import noted

torch = pytest.importorskip("torch", reason="needs the extra `bench` (torch)")
F = torch.nn.functional
torch.set_num_threads(1)

Forward = Callable[[Any, list[Any]], Any]

STEPS, BATCH, RATE = 20, 12, 0.02
ROWS = STEPS * BATCH
TOLERANCES = {"float32": 1e-5, "float64": 1e-10}
"""Largest difference allowed, relative to the array's largest number."""


def near(one: Any, other: Any, tolerance: float) -> None:
    expected = other.detach().numpy() if isinstance(other, torch.Tensor) else other
    assert one.shape == expected.shape and one.dtype == expected.dtype
    assert noted(np.abs(one - expected).max() / (np.abs(expected).max() + 1e-12)) <= tolerance


def network(stack: list[tuple[str, dict[str, Any]]], shape: tuple[int, ...], dtype: str) -> Sequential:
    """Make a network whose weights are all drawn, the biases too."""
    made = [resolve("layer", {"type": kind, **settings}) for kind, settings in stack]
    model = Sequential([layers.Input(shape), *made], dtype=dtype, seed=4)
    random = np.random.default_rng(8)
    # The more inputs a unit sums, the smaller their weights, so that training does not diverge.
    spreads = [(w, min(0.5, math.prod(w.shape[:-1]) ** -0.5)) for w in model.get_weights()]
    model.set_weights([random.normal(scale=spread, size=w.shape) for w, spread in spreads])
    return model


def tensors(model: Sequential) -> list[Any]:
    return [torch.tensor(weight, requires_grad=True) for weight in model.get_weights()]


def agree(model: Sequential, forward: Forward, x: Any, y: Any, loss: Any, measure: Any) -> None:
    """Compare the outputs, the loss, the slopes by every weight and the weights after 20 steps of SGD."""
    tolerance = TOLERANCES[str(model.dtype)]
    x = x.astype(model.dtype) if x.dtype.kind == "f" else x
    y = y.astype(model.dtype) if y.dtype.kind == "f" else y
    weights, given, wanted = tensors(model), torch.tensor(x), torch.tensor(y)
    model.compile(optimizers.SGD(RATE), loss)
    output = forward(given, weights)
    near(model.predict(x), output, tolerance)
    measured = measure(output, wanted)
    assert model.evaluate(x, y) == pytest.approx(measured.item(), rel=tolerance)
    slopes = torch.autograd.grad(measured, weights)
    for one, other in zip(model.gradients(x, y), slopes, strict=True):
        near(one, other, tolerance)
    model.fit(x, y, batch_size=BATCH, shuffle=False, verbose=0)
    trained(torch.optim.SGD(weights, RATE), forward, weights, given, wanted, measure)
    for one, other in zip(model.get_weights(), weights, strict=True):
        near(one, other, tolerance)


def trained(
    optimizer: Any,
    forward: Forward,
    weights: list[Any],
    x: Any,
    y: Any,
    measure: Any,
    clip: Any = None,
) -> None:
    """Train PyTorch's weights on each batch once."""
    for start in range(0, len(x), BATCH):
        optimizer.zero_grad()
        measure(forward(x[start : start + BATCH], weights), y[start : start + BATCH]).backward()
        if clip is not None:
            clip(weights)
        optimizer.step()


def dense(x: Any, kernel: Any, bias: Any) -> Any:
    return x @ kernel + bias


def targets(kind: str, units: int) -> np.ndarray:
    random = np.random.default_rng(2)
    classes = random.integers(0, units, ROWS)
    if kind == "shares":
        return random.dirichlet(np.full(units, 2.0), ROWS)
    return {
        "classes": classes,
        "one hot": np.eye(units)[classes],
        "yes or no": random.integers(0, 2, (ROWS, units)).astype(float),
        "counts": random.poisson(2.0, (ROWS, units)).astype(float),
        "values": random.normal(size=(ROWS, units)),
    }[kind]
