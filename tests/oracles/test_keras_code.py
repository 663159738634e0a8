"""Programs run by real Keras and read by us: the same layers, shapes, counts, settings, losses."""

import json
import os
from typing import Any

import numpy as np
import pytest

from nn_tui.declare import find, in_keras, params, registered
from nn_tui.engine.models import Sequential
from nn_tui.experiment.build import build_model
from nn_tui.experiment.document import register_everything
from nn_tui.experiment.examples import example
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import set_value
from nn_tui.export.keras_code import keras_code, read_keras_code
from nn_tui.export.keras_code.orders import COMPILE, FIT, order_of
from nn_tui.export.keras_file.objects import class_name, thing_of
from tests.export.keras_code.snippets import COMPILES, COURSE, LAYERS

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`:UserWarning"),  # the course does
]
os.environ.setdefault("KERAS_BACKEND", "jax")
keras = pytest.importorskip("keras", reason="needs the extra `oracle` (keras, jax)")

register_everything()
NOT_KERAS_3 = ("trial", "classic", "regularized", "convolution")
"""They import TensorFlow, modules of older versions, or train on rows that are not there."""
SNIPPETS = {
    **{name: text for name, text in COURSE.items() if name not in NOT_KERAS_3},
    **LAYERS,
    **COMPILES,
}


def run(text: str) -> Any:
    """Run one of our own snippets in Keras."""
    everything = {**vars(keras.layers), "keras": keras, "Sequential": keras.Sequential}
    exec(text, everything)
    return everything["model"]


def read(text: str) -> tuple[Spec, Sequential, tuple[int, ...]]:
    spec = read_keras_code(text).spec
    return spec, build_model(spec, spec_shape(spec)), spec_shape(spec)


def spec_shape(spec: Spec) -> tuple[int, ...]:
    from nn_tui.experiment.shapes import input_shape_of

    return input_shape_of(spec)


@pytest.mark.parametrize("name", SNIPPETS)
def test_layers_shapes_counts_and_settings_agree(name: str) -> None:
    theirs = run(SNIPPETS[name])
    spec, mine, shape = read(SNIPPETS[name])
    if not theirs.built:
        theirs.build((None, *shape))
    assert theirs.input_shape[1:] == shape
    assert [layer.count_params() for layer in theirs.layers] == [
        layer.count_params() for layer in mine.layers
    ]
    assert [tuple(layer.output.shape[1:]) for layer in theirs.layers] == [
        layer.output_shape for layer in mine.layers
    ]
    x = np.random.default_rng(0).normal(size=(5, *shape)).astype(np.float32)
    mine.set_weights([np.asarray(array) for array in theirs.get_weights()])
    np.testing.assert_allclose(mine.predict(x), theirs.predict(x, verbose=0), rtol=1e-4, atol=1e-5)
    for read_layer, layer in zip(spec.layers, theirs.layers, strict=True):
        # Keras cannot say what a lambda of a program is; `predict` has compared it.
        if type(layer).__name__ == read_layer.type and "lambda" not in SNIPPETS[name]:
            _same_settings("layer", read_layer, layer)


def _same_settings(kind: Any, mine: Any, theirs: Any) -> None:
    """Compare every setting that both have, by what Keras says of itself."""
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(theirs)))
    by_name = {param.name: param for param in params(find(kind, mine.type))}
    config["config"] = {key: item for key, item in config["config"].items() if key in by_name}
    expected = thing_of(kind, config, "Keras")
    for key in expected.settings.keys() | mine.settings.keys():
        inner, default = by_name[key].knob.kind, by_name[key].default
        if key == "strides" and default is None:
            default = mine.get("pool_size")  # as Keras takes it then
        one, other = mine.get(key, default), expected.get(key, default)
        assert _plain(one, inner) == _plain(other, inner), key


def _plain(value: Any, kind: Any = None) -> Any:
    """Give a setting such that two ways of saying the same are equal."""
    if isinstance(value, dict):
        by_name = {param.name: param.default for param in params(find(kind, value["type"]))}
        others = {key: _plain(item) for key, item in value.items() if item != by_name.get(key)}
        return {"type": value["type"], **others}
    if kind == "activation" and value is None:
        return "linear"
    if isinstance(value, float):
        return pytest.approx(value, rel=1e-6)
    return value * 2 if isinstance(value, tuple) and len(value) == 1 else value


@pytest.mark.parametrize("name", COMPILES)
def test_optimizers_and_losses_agree(name: str) -> None:
    theirs = run(COMPILES[name])
    spec, mine, shape = read(COMPILES[name])
    _same_settings("optimizer", spec.compile.optimizer, theirs.optimizer)
    assert float(mine.optimizer.learning_rate) == pytest.approx(
        float(np.asarray(theirs.optimizer.learning_rate))
    )
    random = np.random.default_rng(1)
    x = random.normal(size=(12, *shape)).astype(np.float32)
    classes = random.integers(0, 3, 12)
    one_hot = np.eye(3, dtype=np.float32)[classes]
    y = one_hot if mine.loss.labels != "classes" else classes
    mine.set_weights([np.asarray(array) for array in theirs.get_weights()])
    by_keras = classes if "sparse" in COMPILES[name] else one_hot
    theirs.fit(x, by_keras, batch_size=4, epochs=3, shuffle=False, verbose=0)
    mine.fit(x, y, batch_size=4, epochs=3, shuffle=False, verbose=0)
    for one, other in zip(mine.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(one, np.asarray(other), rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize(
    ("kind", "module"),
    [
        ("layer", keras.layers),
        ("optimizer", keras.optimizers),
        ("loss", keras.losses),
        ("metric", keras.metrics),
        ("initializer", keras.initializers),
        ("regularizer", keras.regularizers),
        ("callback", keras.callbacks),
        ("schedule", keras.optimizers.schedules),
    ],
)
def test_arguments_by_their_place_have_keras_order(kind: Any, module: Any) -> None:
    import inspect

    for name in filter(lambda name: in_keras(find(kind, name)), registered(kind)):
        own = "AUC" if name == "auc" else class_name(kind, name)
        given = inspect.signature(getattr(module, own).__init__).parameters.values()
        order = [one.name for one in given if one.kind == one.POSITIONAL_OR_KEYWORD][1:]
        mine = list(order_of(kind, name))
        assert mine == order[: len(mine)], name
        ours = {param.name for param in params(find(kind, name))} & set(order)
        assert ours <= set(mine), name


def test_compile_and_fit_have_keras_order() -> None:
    import inspect

    for order, function in ((COMPILE, keras.Model.compile), (FIT, keras.Model.fit)):
        names = [name for name in inspect.signature(function).parameters if name != "self"]
        assert list(order) == names[: len(order)]


@pytest.mark.parametrize("name", ["clinical-trial", "circle", "xor"])
def test_code_of_what_was_read_runs_in_keras(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    spec = set_value(example(name), "fit.epochs", 1)
    spec = set_value(spec, "layers.0.activation", {"type": "leaky_relu", "negative_slope": 0.1})
    again = read_keras_code(keras_code(spec)).spec
    assert again == spec
    model: dict[str, Any] = {}
    exec(keras_code(again), model)
    assert model["model"].count_params() > 0 and "Total params" in capsys.readouterr().out
