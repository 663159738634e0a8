"""The engine and the exports keep to what was recorded of Keras 3; see `record.py`.

Keras itself is not needed: a name, an order, a default, a layout or a number that drifts fails here.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn_tui.declare import REQUIRED, Kind, Param, canonical, find, in_keras, params, registered
from nn_tui.engine import callbacks, layers  # noqa: F401  # callbacks for their registrations
from nn_tui.engine.models import Sequential
from nn_tui.engine.naming import snake_case
from nn_tui.engine.resolving import resolve
from nn_tui.experiment.spec import CompileSpec, Thing
from nn_tui.export.keras_code.orders import order_of
from nn_tui.export.keras_file.objects import class_name
from nn_tui.export.keras_file.storage import WEIGHTS, unpack
from nn_tui.export.keras_file.writing import keras_bytes
from tests.contract.cases import (
    BATCH,
    TRAININGS,
    Training,
    rows_of,
    targets_of,
    wave,
)
from tests.contract.record import KINDS, PATH, names_of

RECORDED: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
KNOWN = [
    pytest.param(kind, name, id=f"{kind}-{name}")
    for kind in KINDS
    for name, thing in registered(kind).items()
    if in_keras(thing)
]


OWN_DEFAULTS: dict[tuple[Kind, str, str], str] = {
    ("metric", "f1_score", "average"): "one number, where Keras's gives one a class",
    ("metric", "precision", "thresholds"): "what Keras's None stands for",
    ("metric", "recall", "thresholds"): "what Keras's None stands for",
}
"""Where the engine's default is written otherwise than Keras's, and why."""


def _plain(param: Param, default: Any) -> Any:
    """Return a default as both sides write it: tuples as lists, things by their registered names."""
    if isinstance(default, (tuple, list)):
        return list(default)
    if param.knob.kind is not None and isinstance(default, str):
        return canonical(param.knob.kind, snake_case(default))
    return default


def _recorded(kind: Kind, name: str) -> dict[str, Any]:
    """Return Keras's arguments of a thing with their defaults."""
    return {
        argument[0]: argument[1] if argument[1:] else REQUIRED
        for argument in RECORDED["signatures"][kind][name]
    }


def test_everything_that_keras_has_too_was_recorded() -> None:
    for kind in KINDS:
        known = set(names_of(kind))
        assert known == set(RECORDED["signatures"][kind]), f"{kind}: run `python -m tests.contract.record`"
    trained = {case.stack[place][0] for case in TRAININGS.values() for place in range(len(case.stack))}
    assert set(registered("layer")) <= trained
    assert {case.optimizer[0] for case in TRAININGS.values()} == set(RECORDED["signatures"]["optimizer"])


@pytest.mark.parametrize(("kind", "name"), KNOWN)
def test_arguments_and_defaults_are_those_of_keras(kind: Kind, name: str) -> None:
    theirs = _recorded(kind, name)
    for param in params(find(kind, name)):
        if param.name in ("trainable", "input_shape"):
            continue  # taken by Keras's base class
        assert param.name in theirs, f"Keras's {name} takes no {param.name}"
        default = theirs[param.name]
        if default is REQUIRED or (kind, name, param.name) in OWN_DEFAULTS:
            continue
        ours = param.default
        assert _plain(param, ours) == _plain(param, default), f"{param.name} is {ours!r}, not {default!r}"


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in KINDS for name in names_of(kind)])
def test_arguments_are_read_in_the_order_of_keras(kind: Kind, name: str) -> None:
    theirs = list(_recorded(kind, name))
    order = list(order_of(kind, name))
    assert order == theirs[: len(order)]
    if name not in registered(kind):
        return
    missing = {param.name for param in params(find(kind, name))} - set(order) - {"trainable", "input_shape"}
    assert not missing, f"{missing} cannot be given by place"


@pytest.mark.parametrize(("kind", "name"), KNOWN)
def test_it_is_written_as_the_class_that_keras_has(kind: Kind, name: str) -> None:
    if (kind, name) != ("metric", "accuracy"):  # written by its name, which Keras resolves by the loss
        assert class_name(kind, name) == RECORDED["classes"][kind][name]


@pytest.mark.parametrize("name", TRAININGS)
def test_a_training_gives_the_numbers_of_keras(name: str) -> None:
    recorded = RECORDED["trainings"][name]
    model = _trained(TRAININGS[name], recorded)
    trained = model.get_weights()
    assert [list(weight.shape) for weight in trained] == recorded["weights"]
    for weight, expected in zip(trained, recorded["trained"], strict=True):
        np.testing.assert_allclose(weight.ravel(), expected, rtol=2e-5, atol=2e-6)
    predicted = model.predict(rows_of(TRAININGS[name])[:2])
    np.testing.assert_allclose(predicted.ravel(), recorded["predictions"], rtol=2e-5, atol=2e-6)


def _made(kind: Kind, name: str, settings: dict[str, Any]) -> Any:
    return resolve(kind, {"type": name, **settings})


def _trained(case: Training, recorded: dict[str, Any]) -> Sequential:
    """Train the engine's network of a case, comparing the loss of each step."""
    stack = [_made("layer", name, settings) for name, settings in case.stack]
    model = Sequential([layers.Input(case.shape), *stack])
    model.compile(_made("optimizer", *case.optimizer), case.loss)
    names = [name for layer in model.layers for name in layer.weight_names]
    start = [wave(weight.shape, phase) for phase, weight in enumerate(model.get_weights())]
    for name, values in zip(names, start, strict=True):
        if name == "moving_variance":
            values[...] = np.abs(values) + 0.5
    model.set_weights(start)
    x, y = rows_of(case), targets_of(case, model.output_shape[-1])
    losses = [
        model.train_on_batch(x[at : at + BATCH], y[at : at + BATCH]) for at in range(0, len(x), BATCH)
    ]
    np.testing.assert_allclose(np.ravel(losses), recorded["losses"], rtol=2e-5, atol=2e-6)
    return model


@pytest.mark.parametrize("name", [name for name, one in RECORDED["trainings"].items() if "state" in one])
def test_the_optimizer_is_written_in_the_order_of_keras(name: str, tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py", reason="needs the extra `keras`")
    recorded = RECORDED["trainings"][name]
    case = TRAININGS[name]
    model = _trained(case, recorded)
    compiled = CompileSpec(loss=Thing(case.loss), optimizer=Thing(*case.optimizer), metrics=())
    (tmp_path / "model.keras").write_bytes(keras_bytes(model, compiled))
    with h5py.File(io.BytesIO(unpack(tmp_path / "model.keras")[WEIGHTS])) as file:
        written = file["optimizer/vars"]
        assert len(written) == len(recorded["state"])
        state = [written[str(place)][()] for place in range(len(written))]
    for array, (shape, values) in zip(state, recorded["state"], strict=True):
        assert list(array.shape) == shape
        np.testing.assert_allclose(array.ravel(), values, rtol=5e-5, atol=1e-7)
