"""What holds for everything that is registered, before its author writes a test."""

import inspect
from typing import Any

import pytest

from nn_tui.data import generators  # noqa: F401
from nn_tui.declare import REQUIRED, Kind, params, registered, sentence
from nn_tui.errors import SpecError
from nn_tui.insight.tabs import insights

insights()  # registers them
KINDS: list[Kind] = [
    "layer", "activation", "loss", "metric", "optimizer", "initializer", "regularizer", "dataset",
    "insight", "page", "callback", "schedule",
]  # fmt: skip
THINGS = [
    pytest.param(kind, thing, id=f"{kind}-{name}")
    for kind in KINDS
    for name, thing in registered(kind).items()
]


@pytest.mark.parametrize(("kind", "thing"), THINGS)
def test_it_says_what_it_is_in_a_sentence(kind: Kind, thing: Any) -> None:
    assert sentence(thing).endswith(".") and len(sentence(thing)) < 120


@pytest.mark.parametrize(("kind", "thing"), THINGS)
def test_every_parameter_has_its_help(kind: Kind, thing: Any) -> None:
    for param in params(thing):
        assert param.help.endswith("."), param.name


@pytest.mark.parametrize(("kind", "thing"), THINGS)
def test_it_names_its_source(kind: Kind, thing: Any) -> None:
    if kind not in ("insight", "page"):
        assert "Source:" in (inspect.getdoc(thing) or "")


@pytest.mark.parametrize(("kind", "thing"), THINGS)
def test_values_out_of_bounds_are_refused(kind: Kind, thing: Any) -> None:
    required = {param.name: _good(param) for param in params(thing) if param.required}
    for param in params(thing):
        knob = param.knob
        bad = [
            *([knob.above] if knob.above is not None else []),
            *([knob.at_least - 1] if knob.at_least is not None else []),
            *([knob.below] if knob.below is not None else []),
            *([knob.at_most * 2 + 1] if knob.at_most is not None else []),
        ]
        for value in bad:
            given = int(value) if param.form in ("int", "shape") else value
            listed = (given,) if param.form in ("shape", "numbers") else given
            with pytest.raises(SpecError, match=param.name):
                _make(kind, thing, {**required, param.name: listed})


def _good(param: Any) -> Any:
    if param.knob.kind is not None:
        return next(iter(registered(param.knob.kind)))
    low = param.knob.at_least if param.knob.at_least is not None else 0
    return {"int": int(low) or 1, "float": low or 0.5, "shape": (2, 2), "bool": True, "str": "a"}[
        param.form
    ]


def _make(kind: Kind, thing: Any, values: dict[str, Any]) -> Any:
    if kind in ("dataset", "insight", "page"):
        from nn_tui.declare import check

        return check(thing, values)
    return thing(**values)


@pytest.mark.parametrize("name", registered("optimizer"))
def test_an_optimizer_has_keras_defaults_for_all(name: str) -> None:
    optimizer = registered("optimizer")[name]
    assert all(param.default is not REQUIRED for param in params(optimizer))
    assert optimizer().get_config()["learning_rate"] > 0
