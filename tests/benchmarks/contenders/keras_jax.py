"""Keras 3 on JAX: `fit` as the course calls it."""

from __future__ import annotations

import os
from collections.abc import Callable

from tests.benchmarks.workloads import Workload


def prepare(workload: Workload) -> Callable[[], None] | None:
    """Build the network and train one epoch, which compiles it."""
    os.environ["KERAS_BACKEND"] = "jax"
    import keras
    from keras import layers

    if workload.kind == "mlp":
        *hidden, last = workload.sizes[1:]
        stack = [layers.Dense(units, activation="relu") for units in hidden]
        shape: tuple[int, ...] = (workload.sizes[0],)
    elif workload.kind == "cnn":
        stack = [
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
        ]
        shape, last = (28, 28, 1), workload.sizes[-1]
    else:
        stack, shape, last = [layers.LSTM(workload.sizes[0])], (50, 8), workload.sizes[-1]
    model = keras.Sequential([layers.Input(shape), *stack, layers.Dense(last, activation="softmax")])
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=workload.learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    x, y = workload.data()

    def run(epochs: int = workload.epochs) -> None:
        model.fit(x, y, batch_size=workload.batch_size, epochs=epochs, verbose=0)

    run(1)
    return run
