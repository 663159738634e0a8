"""Whatever a spec can say goes through Keras code and comes back the same."""

from __future__ import annotations

from typing import Any

import pytest

from nn_tui.data.settings import NO_ROWS
from nn_tui.declare import REQUIRED, Kind, find, in_keras, params, registered
from nn_tui.experiment.document import from_document, register_everything, to_document
from nn_tui.experiment.spec import CompileSpec, DataSpec, FitSpec, Spec, Thing
from nn_tui.export.keras_code import keras_code, read_keras_code

register_everything()


def of_keras(kind: Kind) -> list[str]:
    """Give the names of a kind, without what Keras has not."""
    return [name for name in registered(kind) if in_keras(find(kind, name))]


def spec_of(**changed: Any) -> Spec:
    parts: dict[str, Any] = {
        "name": "there and back",
        "data": DataSpec(NO_ROWS, {"shape": (4,)}),
        "layers": (Thing("Dense", {"units": 3}),),
        "compile": CompileSpec(Thing("mean_squared_error"), Thing("Adam"), ()),
        "fit": FitSpec(),
        "seed": 3,
    }
    return from_document(to_document(Spec(**{**parts, **changed})))


def there_and_back(spec: Spec) -> Spec:
    code = keras_code(spec)
    again = read_keras_code(code).spec
    assert keras_code(again) == code
    return again


def with_every_setting(kind: Kind, name: str) -> Thing:
    """Give a thing with all its settings said, each unlike its default where that is easy."""
    settings: dict[str, Any] = {}
    for param in params(registered(kind)[name]):
        if param.form == "bool" and param.default is not REQUIRED:
            settings[param.name] = not param.default
        elif param.default is not REQUIRED and param.default is not None:
            settings[param.name] = param.default
    return Thing(name, settings)


LAYERS = [
    (name, index) for name in of_keras("layer") for index in range(len(registered("layer")[name].EXAMPLES))
]


@pytest.mark.parametrize(("name", "index"), LAYERS)
def test_every_layer_comes_back(name: str, index: int) -> None:
    settings, shape = registered("layer")[name].EXAMPLES[index]
    spec = spec_of(data=DataSpec(NO_ROWS, {"shape": shape}), layers=(Thing(name, settings),))
    assert there_and_back(spec) == spec


@pytest.mark.parametrize("name", of_keras("activation"))
def test_every_activation_comes_back_with_its_settings(name: str) -> None:
    thing = with_every_setting("activation", name)
    for activation in (name, {"type": name, **thing.settings} if thing.settings else name):
        for layer in ("Dense", "LSTM"):
            shape = (4,) if layer == "Dense" else (4, 2)
            spec = spec_of(
                data=DataSpec(NO_ROWS, {"shape": shape}),
                layers=(
                    Thing(layer, {"units": 2, "activation": activation}),
                    Thing("Activation", {"activation": activation}),
                ),
            )
            assert there_and_back(spec) == spec


@pytest.mark.parametrize("name", of_keras("initializer"))
def test_every_initializer_comes_back(name: str) -> None:
    thing = with_every_setting("initializer", name)
    made = {"type": name, **thing.settings} if thing.settings else name
    spec = spec_of(layers=(Thing("Dense", {"units": 3, "kernel_initializer": made}),))
    assert there_and_back(spec) == spec


@pytest.mark.parametrize("name", of_keras("optimizer"))
def test_every_optimizer_comes_back(name: str) -> None:
    thing = with_every_setting("optimizer", name)
    for settings in (thing.settings, {"clipnorm": 0.5}, {"learning_rate": 0.25}, {}):
        spec = spec_of(compile=CompileSpec(Thing("mean_squared_error"), Thing(name, settings), ()))
        assert there_and_back(spec) == spec


@pytest.mark.parametrize("name", of_keras("schedule"))
def test_every_schedule_comes_back_in_optimizers_and_callbacks(name: str) -> None:
    made = {"type": name, **with_every_setting("schedule", name).settings}
    spec = spec_of(
        compile=CompileSpec(Thing("mean_squared_error"), Thing("SGD", {"learning_rate": made}), ()),
        fit=FitSpec(callbacks=(Thing("LearningRateScheduler", {"schedule": made}),)),
    )
    assert there_and_back(spec) == spec


@pytest.mark.parametrize("name", of_keras("loss"))
def test_every_loss_comes_back(name: str) -> None:
    for thing in (Thing(name), with_every_setting("loss", name)):
        assert there_and_back(spec_of(compile=CompileSpec(thing, Thing("Adam"), ()))).compile.loss == thing


@pytest.mark.parametrize("name", of_keras("metric"))
def test_every_metric_comes_back(name: str) -> None:
    thing = with_every_setting("metric", name)
    spec = spec_of(compile=CompileSpec(Thing("mean_squared_error"), Thing("Adam"), (thing, Thing("mae"))))
    assert there_and_back(spec) == spec


@pytest.mark.parametrize("name", of_keras("callback"))
def test_every_callback_comes_back(name: str) -> None:
    thing = with_every_setting("callback", name)
    if name == "LearningRateScheduler":
        thing = Thing(name, {"schedule": {"type": "CosineDecay", "initial_learning_rate": 0.1}})
        made = there_and_back(spec_of(fit=FitSpec(callbacks=(thing,)))).fit.callbacks[0]
        assert made.type == name and made.settings["schedule"]["initial_learning_rate"] == 0.1
        return
    spec = spec_of(fit=FitSpec(epochs=7, batch_size=3, shuffle=False, callbacks=(thing,)))
    assert there_and_back(spec) == spec
