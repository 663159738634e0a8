"""`Page`: what a page of TensorFlow Playground is set to, as an experiment and from one.

The experiment says all that the page does by itself: the data set `playground` draws its points, the
initializer `playground` its weights from the numbers that follow, `PlaygroundSGD` is its rule; the rows
keep their order, what fills no batch waits for the next epoch, and losses are measured after the epoch.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from nn_tui.declare import Kind, find, params
from nn_tui.errors import SpecError
from nn_tui.experiment.document import from_document, register_everything, to_document
from nn_tui.experiment.runs.differences import ABSENT, differences
from nn_tui.experiment.spec import CompileSpec, DataSpec, FitSpec, Spec, Thing

Activation = Literal["relu", "tanh", "sigmoid", "linear"]
Regularization = Literal["none", "L1", "L2"]
ACTIVATIONS: Final = get_args(Activation)
REGULARIZATIONS: Final = get_args(Regularization)
CLASS_SETS: Final = ("circle", "xor", "gauss", "spiral")
VALUE_SETS: Final = MappingProxyType({"reg-plane": "plane", "reg-gauss": "multi-gaussian"})
"""The page's names of its regressions, and ours."""
FEATURES: Final = MappingProxyType({
    "x": "x", "y": "y", "xTimesY": "x_times_y", "xSquared": "x_squared", "ySquared": "y_squared",
    "sinX": "sin_x", "sinY": "sin_y",
})  # fmt: skip
"""The page's names of its features, and ours."""

SEED = "0.12345"
EPOCHS = 200
"""A page trains until it is stopped; an experiment says when it has done enough."""
_BIAS = 0.1


@dataclass(frozen=True)
class Page:
    """What a page is set to, in its own words and units."""

    activation: str = "tanh"
    regularization: str = "none"
    batch_size: int = 10
    dataset: str = "circle"
    reg_dataset: str = "reg-plane"
    learning_rate: float = 0.03
    regularization_rate: float = 0.0
    noise: float = 0.0
    """In percent."""
    network_shape: tuple[int, ...] = (4, 2)
    seed: str = SEED
    perc_train_data: float = 50.0
    features: tuple[str, ...] = ("x", "y")
    """The page's names, in the order of `FEATURES`."""
    regression: bool = False
    init_zero: bool = False


def spec_of(page: Page) -> Spec:
    """Give the experiment that does what the page does."""
    register_everything()
    points = VALUE_SETS[page.reg_dataset] if page.regression else page.dataset
    given = {
        "points": points,
        "noise": page.noise / 100,
        "train_percent": page.perc_train_data,
        "seed": page.seed,
        **{ours: theirs in page.features for theirs, ours in FEATURES.items()},
    }
    output = "linear" if page.regression else "tanh"
    stack = [*((units, page.activation) for units in page.network_shape), (1, output)]
    optimizer = {
        "learning_rate": page.learning_rate,
        "regularization": page.regularization,
        "regularization_rate": page.regularization_rate,
    }
    accuracy = Thing("binary_accuracy", {"threshold": 0.0})
    return Spec(
        name="playground",
        data=DataSpec("playground", settings=_made("dataset", "playground", given)),
        layers=tuple(_layer(units, activation, page.init_zero) for units, activation in stack),
        compile=CompileSpec(
            loss=Thing("half_squared_error", {} if page.regression else {"signed": True}),
            optimizer=Thing("PlaygroundSGD", _made("optimizer", "PlaygroundSGD", optimizer)),
            metrics=() if page.regression else (accuracy,),
            dtype="float64",
        ),
        fit=FitSpec(page.batch_size, EPOCHS, shuffle=False, leftovers="carry", measure="after"),
    )


def _made(kind: Kind, name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Keep the settings that are not the defaults; a seed and a learning rate are always said."""
    defaults = {param.name: param.default for param in params(find(kind, name))}
    said = ("seed", "learning_rate")
    return {key: value for key, value in given.items() if key in said or value != defaults[key]}


def _layer(units: int, activation: str, zero: bool) -> Thing:
    settings: dict[str, Any] = {
        "units": units,
        "activation": activation,
        "kernel_initializer": "zeros" if zero else "playground",
    }
    if not zero:
        settings["bias_initializer"] = {"type": "constant", "value": _BIAS}
    return Thing("Dense", settings)


def page_of(spec: Spec) -> Page:
    """Give the page that does what an experiment does; its name, epochs and metrics do not count.

    Raises:
        SpecError: no page does; says in a sentence what none can be set to.
    """
    if spec.data.source != "playground":
        raise SpecError(
            f"No address says this: a page of Playground draws its own points, not {spec.data.source}.",
            'The data set "playground" draws them as a page does.',
            "data.source",
        )
    for index, layer in enumerate(spec.layers):
        if layer.type != "Dense":
            raise SpecError(
                f"A Playground page has Dense layers only, layer {index + 1} is {layer.type}.",
                "",
                f"layers.{index}",
            )
    page = _nearest(spec)
    for path, (asked, said) in differences((_comparable(spec), _comparable(spec_of(page)))):
        expected = "nothing there" if said == ABSENT else said
        raise SpecError(
            f"A Playground page cannot be set to this: {path} is {asked}, it has {expected}.", "", path
        )
    return page


def _nearest(spec: Spec) -> Page:
    """Read what can be read; what does not fit shows when the page's experiment is compared."""
    data, rule = spec.data.settings, spec.compile.optimizer
    points = data.get("points", "circle")
    theirs = {ours: name for name, ours in VALUE_SETS.items()}
    hidden = spec.layers[:-1]
    rate = rule.get("learning_rate", 0.03)
    standard = Page()
    return Page(
        activation=_known(hidden[0].get("activation", "linear") if hidden else "tanh", ACTIVATIONS),
        regularization=rule.get("regularization", "none"),
        batch_size=spec.fit.batch_size,
        dataset=points if points in CLASS_SETS else standard.dataset,
        reg_dataset=theirs.get(points, standard.reg_dataset),
        learning_rate=rate if isinstance(rate, float) else standard.learning_rate,
        regularization_rate=rule.get("regularization_rate", 0.0),
        noise=_percent(data.get("noise", 0.0)),
        network_shape=tuple(layer.get("units", 1) for layer in hidden),
        seed=data.get("seed", SEED),
        perc_train_data=data.get("train_percent", 50.0),
        features=tuple(name for name, ours in FEATURES.items() if data.get(ours, ours in ("x", "y"))),
        regression=points in theirs,
        init_zero=bool(spec.layers) and spec.layers[0].get("kernel_initializer") == "zeros",
    )


def _known(name: Any, names: tuple[str, ...]) -> str:
    return name if name in names else names[0]


def _percent(share: float) -> float:
    """Give the percent that is this share again when divided by 100."""
    percent = round(share * 100, 9)
    return percent if percent / 100 == share else share * 100


def _comparable(spec: Spec) -> Spec:
    """Leave out what a page has no say in, and what is only said again."""
    document = to_document(spec)
    document["fit"]["epochs"] = EPOCHS
    document["compile"]["metrics"] = []
    document["name"] = "playground"
    things: list[tuple[Kind, str, Any]] = [("layer", "Dense", layer) for layer in document["layers"]]
    things.append(("optimizer", document["compile"]["optimizer"]["type"], document["compile"]["optimizer"]))
    things.append(("dataset", "playground", document["data"]))
    for kind, name, table in things:
        for param in params(find(kind, name)):
            default = None if param.required else param.default
            if param.name in table and table[param.name] == default:
                del table[param.name]
        if table.get("activation") == "linear":
            del table["activation"]
    return from_document(document)


def changed(page: Page) -> tuple[str, ...]:
    """Name the fields that are not as a page without an address has them."""
    return tuple(
        field.name for field in fields(page) if getattr(page, field.name) != getattr(Page(), field.name)
    )
