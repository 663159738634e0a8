"""JAX with the whole epoch in one compiled `lax.scan`, compiling not timed; dense networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.benchmarks.workloads import Workload


def prepare(workload: Workload) -> Callable[[], None] | None:
    """Compile an epoch and train one to warm up."""
    import jax
    import jax.numpy as jnp

    if workload.kind != "mlp":
        return None
    x, y = workload.data()
    count = len(x) // workload.batch_size
    random = np.random.default_rng(0)
    weights: list[Any] = []
    for one, other in zip(workload.sizes[:-1], workload.sizes[1:], strict=True):
        limit = np.sqrt(6 / (one + other))
        weights.append(jnp.asarray(random.uniform(-limit, limit, (one, other)), jnp.float32))
        weights.append(jnp.zeros(other, jnp.float32))

    def loss_of(parameters: list[Any], rows: Any, labels: Any) -> Any:
        for index in range(0, len(parameters) - 2, 2):
            rows = jax.nn.relu(rows @ parameters[index] + parameters[index + 1])
        output = jax.nn.log_softmax(rows @ parameters[-2] + parameters[-1])
        picked = jnp.take_along_axis(output, labels[:, None], 1)
        return -picked.mean(), (output.argmax(1) == labels).mean()

    def step(state: Any, batch: Any) -> Any:
        parameters, first, second, time = state
        (loss, right), slopes = jax.value_and_grad(loss_of, has_aux=True)(parameters, *batch)
        time = time + 1
        rate = workload.learning_rate * jnp.sqrt(1 - 0.999**time) / (1 - 0.9**time)
        first = [m + (g - m) * 0.1 for m, g in zip(first, slopes, strict=True)]
        second = [v + (g * g - v) * 0.001 for v, g in zip(second, slopes, strict=True)]
        parameters = [
            p - rate * m / (jnp.sqrt(v) + 1e-7) for p, m, v in zip(parameters, first, second, strict=True)
        ]
        return (parameters, first, second, time), (loss, right)

    @jax.jit
    def epoch(state: Any, rows: Any, labels: Any) -> Any:
        state, told = jax.lax.scan(step, state, (rows, labels))
        return state, [part.mean() for part in told]

    state = (weights, [w * 0 for w in weights], [w * 0 for w in weights], jnp.float32(0))

    def run(epochs: int = workload.epochs) -> None:
        nonlocal state
        for _ in range(epochs):
            order = random.permutation(len(x))[: count * workload.batch_size]
            rows = x[order].reshape(count, workload.batch_size, -1)
            labels = y[order].reshape(count, workload.batch_size)
            state, told = epoch(state, rows, labels)
            float(told[0])

    run(1)
    return run
