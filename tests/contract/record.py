"""Record what Keras 3 has and does: `python -m tests.contract.record`, with the extra `oracle`.

Writes `keras.json` beside this file: the arguments and defaults of everything that the engine has too, the
layout of weights and optimizer states, and the numbers of the cases. The default suite compares the engine
with the recorded ones, so that Keras's contract is guarded where Keras is not installed.
"""

from __future__ import annotations

import inspect
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from nn_tui.declare import Kind, aliases, in_keras, registered
from nn_tui.engine import callbacks  # noqa: F401  # imported for its registrations
from nn_tui.engine.models import Sequential  # noqa: F401  # imported for its registrations
from nn_tui.export.keras_code.orders import ORDERS
from nn_tui.export.keras_file.objects import class_name
from tests.contract.cases import (
    BATCH,
    TRAININGS,
    Training,
    rows_of,
    targets_of,
    wave,
)

os.environ.setdefault("KERAS_BACKEND", "jax")
PATH = Path(__file__).with_name("keras.json")
KINDS: tuple[Kind, ...] = (
    "layer", "loss", "metric", "optimizer", "initializer", "regularizer", "schedule", "callback",
)  # fmt: skip


def names_of(kind: Kind) -> list[str]:
    """Return what is recorded of a kind: what the engine has, and what Keras code is read for besides."""
    known = {name for name, thing in registered(kind).items() if in_keras(thing)}
    return sorted(known | set(ORDERS.get(kind, ())))


def homes() -> dict[str, Any]:
    """Return Keras's modules by kind."""
    import keras

    return {
        "layer": keras.layers,
        "loss": keras.losses,
        "metric": keras.metrics,
        "optimizer": keras.optimizers,
        "initializer": keras.initializers,
        "regularizer": keras.regularizers,
        "schedule": keras.optimizers.schedules,
        "callback": keras.callbacks,
    }


def keras_name(kind: Kind, name: str) -> str:
    """Return the name of Keras's class for what is registered under a name."""
    return next(
        spelled
        for spelled in (class_name(kind, name), *aliases(kind, name), name)
        if hasattr(homes()[kind], spelled)
    )


def theirs(kind: Kind, name: str, settings: dict[str, Any]) -> Any:
    """Make Keras's object for a registered name and settings as a spec has them."""
    made = {}
    for key, value in settings.items():
        if isinstance(value, dict):
            inner = {k: v for k, v in value.items() if k != "type"}
            made[key] = theirs("layer" if key == "layer" else "regularizer", value["type"], inner)
        else:
            made[key] = value
    return getattr(homes()[kind], keras_name(kind, name))(**made)


def signature(thing: Any) -> list[list[Any]]:
    """Return the arguments of a class in order, each with its default where it has one."""
    found = []
    for argument in inspect.signature(thing).parameters.values():
        if argument.kind in (argument.VAR_KEYWORD, argument.VAR_POSITIONAL):
            continue
        default = argument.default
        if default is argument.empty:
            found.append([argument.name])
        else:
            plain = isinstance(default, (str, int, float, bool, type(None), tuple, list))
            found.append([argument.name, default if plain else repr(default)])
    return found


def plain(array: Any) -> list[float]:
    """Return an array's numbers as they are recorded: flat, seven digits."""
    return [float(f"{number:.7g}") for number in np.asarray(array, np.float64).ravel()]


def trained(case: Training) -> dict[str, Any]:
    """Train Keras's network of a case; return its layout and its numbers."""
    import keras

    model = keras.Sequential(
        [
            keras.layers.Input(case.shape, dtype="int32" if case.words else "float32"),
            *(theirs("layer", name, settings) for name, settings in case.stack),
        ]
    )
    model.compile(theirs("optimizer", *case.optimizer), theirs("loss", case.loss, {}))
    start = [wave(weight.shape, phase) for phase, weight in enumerate(model.weights)]
    for weight, values in zip(model.weights, start, strict=True):
        if weight.path.endswith("moving_variance"):
            values[...] = np.abs(values) + 0.5
    model.set_weights(start)
    x, y = rows_of(case), targets_of(case, model.output_shape[-1])
    losses = [
        float(model.train_on_batch(x[at : at + BATCH], y[at : at + BATCH]))
        for at in range(0, len(x), BATCH)
    ]
    recorded = {
        "weights": [list(weight.shape) for weight in model.weights],
        "losses": plain(losses),
        "predictions": plain(model.predict(x[:2], verbose=0)),
        "trained": [plain(weight) for weight in model.get_weights()],
    }
    if case.optimizer[0] != "SGD" or case.optimizer[1].get("momentum"):
        recorded["state"] = [[list(v.shape), plain(v.numpy())] for v in model.optimizer.variables]
    return recorded


def main() -> None:
    """Record everything."""
    import keras

    recorded: dict[str, Any] = {
        "keras": keras.__version__,
        "signatures": {
            kind: {
                name: signature(getattr(homes()[kind], keras_name(kind, name))) for name in names_of(kind)
            }
            for kind in KINDS
        },
    }
    recorded |= {
        "classes": {
            kind: {
                name: keras_name(kind, name)
                for name, thing in sorted(registered(kind).items())
                if in_keras(thing)
            }
            for kind in KINDS
        },
        "trainings": {name: trained(case) for name, case in TRAININGS.items()},
    }
    lines = json.dumps(recorded, separators=(",", ":"))
    for key in ('"signatures"', '"classes"', '"trainings"'):
        lines = lines.replace(f",{key}:", f",\n{key}:\n")
    PATH.write_text(lines + "\n", encoding="utf-8")
    print(
        f"{PATH.name}: Keras {keras.__version__}, {len(TRAININGS)} trainings, {PATH.stat().st_size:,} bytes"
    )


if __name__ == "__main__":
    main()
