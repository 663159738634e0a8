"""How Keras writes an object as JSON: `{"module", "class_name", "config"}`; both ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nn_tui.declare import Kind, Param, aliases, canonical, check, find, in_keras, params, registered, shown
from nn_tui.engine.naming import camel_case, snake_case
from nn_tui.errors import RunError, SpecError
from nn_tui.experiment.spec import Thing

Config = dict[str, Any]

MODULES: dict[Kind, str] = {
    "layer": "keras.layers",
    "optimizer": "keras.optimizers",
    "loss": "keras.losses",
    "metric": "keras.metrics",
    "initializer": "keras.initializers",
    "regularizer": "keras.regularizers",
    "schedule": "keras.optimizers.schedules",
}

_ANY = object()
_UNUSED: Mapping[str, tuple[Any, ...]] = {
    # What Keras can do besides, and the values at which it does nothing; _ANY: no difference here.
    "name": (_ANY,),
    "seed": (_ANY,),
    "batch_shape": (_ANY,),
    "batch_input_shape": (_ANY,),
    "input_length": (_ANY,),
    "build_config": (_ANY,),
    "unroll": (_ANY,),
    "zero_output_for_mask": (_ANY,),
    "implementation": (_ANY,),
    "use_cudnn": (_ANY,),
    "input_axes": (None,),
    "output_axes": (None,),
    "beta_initializer": (_ANY,),
    "gamma_initializer": (_ANY,),
    "moving_mean_initializer": (_ANY,),
    "moving_variance_initializer": (_ANY,),
    "jit_compile": (_ANY,),
    "is_legacy_optimizer": (_ANY,),
    "ema_momentum": (_ANY,),
    "ema_overwrite_frequency": (_ANY,),
    "trainable": (_ANY,),  # of layers without weights
    "thresholds": (_ANY,),
    "curve": ("ROC",),
    "summation_method": ("interpolation",),
    "multi_label": (False,),
    "from_logits": (False,),
    "use_ema": (False,),
    "data_format": ("channels_last", None),
    "groups": (1,),
    "merge_mode": ("concat",),
    "reset_after": (True,),
    "return_state": (False,),
    "stateful": (False,),
    "keepdims": (False,),
    "synchronized": (False,),
    "renorm": (False,),
    "renorm_momentum": (_ANY,),
    "rms_scaling": (False,),
    "mask_zero": (False,),
    "reduction": ("sum_over_batch_size",),
    "axis": (-1, [-1]),
    "ignore_class": (None,),
    "max_value": (None,),
    "threshold": (0, 0.0),
}


def written(kind: Kind, value: Any) -> Any:
    """Write a thing (a name, or a mapping with its `type` and settings) as Keras's JSON."""
    if value is None or kind == "activation":
        return value
    thing = {"type": value} if isinstance(value, str) else dict(value)
    name = canonical(kind, thing.pop("type"))
    if not in_keras(find(kind, name)):
        raise RunError(f"Keras has no {kind} {name}.", "Change it.")
    if kind == "schedule":
        # Keras's schedules have no defaults for what is needed.
        thing = {param.name: thing.get(param.name, param.default) for param in params(find(kind, name))}
    settings = {key: _plain(item) for key, item in thing.items()}
    return packed(kind, class_name(kind, name), settings)


def packed(kind: Kind, name: str, config: Config) -> Config:
    """Write a class's name and its arguments as Keras's JSON."""
    return {"module": MODULES[kind], "class_name": name, "config": config, "registered_name": None}


def class_name(kind: Kind, name: str) -> str:
    """Give the name of Keras's class: GlorotUniform, SparseCategoricalCrossentropy, Dense."""
    if name[0].isupper():
        return name
    own = [alias for alias in aliases(kind, name) if alias[0].isupper()]
    # MSE is short for MeanSquaredError, which comes with it; AUC is all there is.
    return max(own, key=len) if own else camel_case(name)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (tuple, list)) else value


def thing_of(kind: Kind, document: Any, where: str) -> Thing:
    """Read one of Keras's objects as a thing of ours; a plain name is one without settings.

    Args:
        kind: what it must be.
        document: what the file says.
        where: names it in a fault: "layer 3 (dense_1)".

    Raises:
        RunError: it is custom code, unknown here, or set to what the engine has not.
    """
    if isinstance(document, str):
        return Thing(_known(kind, document, where))
    name, config = opened(document, where)
    settings = {}
    known = _known(kind, name, where)
    thing = find(kind, known)
    by_name = {param.name: param for param in params(thing)}
    for key, value in config.items():
        if key in by_name:
            value = _value(by_name[key], value, f"{where}, {key}")
            if value is not None or by_name[key].optional:
                settings[key] = value
        elif not unused(key, value):
            raise RunError(
                f"{where}: {name} with {key} = {shown(value)} is not in the engine.",
                "Change it in Keras and save again.",
            )
    try:
        checked = check(thing, settings, path=where, label=known)
    except SpecError as error:
        raise RunError(f"{where}: {error.message}", error.remedy) from None
    kept = {key: value for key, value in checked.items() if value != by_name[key].default}
    return Thing(known, kept)


def activation_of(name: str, config: Config, where: str) -> Any:
    """Read a layer of Keras's that is an activation: as its name, or as a mapping with its `type`.

    Raises:
        RunError: it is none, or set to what the engine has not.
    """
    settings = {key: value for key, value in config.items() if value is not None and not unused(key, value)}
    match name, settings:
        case ("ReLU", {"max_value": 6 | 6.0, **others}) if not any(others.values()):
            return "relu6"
        case ("ReLU" | "Softmax", _) if not any(settings.values()):
            return name.lower()
        case ("ReLU" | "LeakyReLU", {"negative_slope": slope, **others}) if not any(others.values()):
            return {"type": "leaky_relu", "negative_slope": slope}
        case ("ELU", {"alpha": alpha}):
            return {"type": "elu", "alpha": alpha}
    raise RunError(
        f"{where}: the engine has no such {shown(name)}.", "Use one of Keras's named activations."
    )


def opened(document: Any, where: str) -> tuple[str, Config]:
    """Give the class's name and the arguments of one of Keras's objects.

    Raises:
        RunError: custom code, or no such object.
    """
    if not isinstance(document, Mapping):
        raise RunError(f"{where}: a Keras object was expected, got {shown(document)}.", "Save it again.")
    name, config = document.get("class_name"), document.get("config", {})
    module = document.get("module")
    own_module = module is None or (isinstance(module, str) and module.split(".")[0] == "keras")
    if name == "Lambda" or document.get("registered_name") not in (None, name) or not own_module:
        raise RunError(
            f"{where}: {shown(name)} carries code of its own, which is never run here.",
            "Put a plain Keras layer in its place.",
        )
    if not isinstance(name, str) or not isinstance(config, Mapping):
        raise RunError(f"{where}: a Keras object was expected, got {shown(document)}.", "Save it again.")
    return name, dict(config)


def unused(key: str, value: Any) -> bool:
    """Whether an argument that the engine has not is set such that Keras does nothing either."""
    if key == "dtype":
        name = value if isinstance(value, str) or value is None else opened(value, "dtype")[1].get("name")
        return name in (None, "float32")
    allowed = _UNUSED.get(key, (None,))
    return allowed[0] is _ANY or any(value == one and type(value) is type(one) for one in allowed)


def _known(kind: Kind, name: str, where: str) -> str:
    for spelled in (name, snake_case(name)):
        try:
            return canonical(kind, spelled)
        except SpecError:
            continue
    raise RunError(
        f"{where}: the engine has no {kind} named {shown(name)}.",
        f"It has {', '.join(sorted(registered(kind)))}.",
    )


def _value(param: Param, value: Any, where: str) -> Any:
    kind = param.knob.kind
    if kind is not None and isinstance(value, (str, Mapping)):
        if kind == "activation" and isinstance(value, Mapping):
            return activation_of(*opened(value, where), where)
        inner = thing_of(kind, value, where)
        return {"type": inner.type, **inner.settings} if inner.settings else inner.type
    if isinstance(value, list) and all(isinstance(pair, list) for pair in value):
        # Keras's padding says both sides; the engine's are alike.
        value = [pair[0] for pair in value if len(set(pair)) == 1] or value
    if isinstance(value, list):
        return value[0] if param.form == "int" and len(value) == 1 else tuple(value)
    return value
