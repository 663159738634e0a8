"""From a call of Keras's as the program writes it to a thing of ours with its settings checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nn_tui.declare import Kind, Param, aliases, canonical, check, find, nearest, params, registered, shown
from nn_tui.engine.naming import snake_case
from nn_tui.errors import RunError, SpecError
from nn_tui.experiment.spec import Thing
from nn_tui.export.keras_code.orders import OLD_ARGUMENTS, OLD_NAMES, order_of
from nn_tui.export.keras_code.values import Code, Made, Name, Unknown, known, refused, told
from nn_tui.export.keras_file.objects import activation_of, unused

AS_ACTIVATIONS = ("ReLU", "Softmax", "ELU")
"""Layers of Keras's that are the layer Activation here."""
_DEFAULTS = {"LeakyReLU": {"negative_slope": 0.3}, "ELU": {"alpha": 1.0}}
"""Keras's layers; its functions of the same names may have others (leaky_relu 0.2)."""
_MOST_NUMBERS = 1000
_COMMON = ("input_shape", "batch_input_shape", "batch_shape", "batch_size", "input_length", "input_dim")


def thing_of(kind: Kind, given: Any, line: int) -> Thing:
    """Read what names or makes a layer, an optimizer, a loss, ...

    Args:
        kind: what it must be.
        given: a string, a name, or a call.
        line: where it stands.

    Raises:
        SpecError: unknown, code of its own, or set to what the engine has not; says the line.
    """
    match given:
        case str():
            return Thing(registered_name(kind, given, line))
        case Made():
            return _made(kind, given)
        case Name() if given.inside is not None:
            return _made(kind, Made(given.inside, line, given.last))
        case Unknown() | Name():
            why = f": {given.why}" if isinstance(given, Unknown) and given.why else ""
            hint = _nearest(kind, given.called) if isinstance(given, Unknown) and given.called else ""
            remedy = hint if hint.startswith("Did") else _WRITE_IT
            line = given.line or line if isinstance(given, Unknown) else line
            raise refused(line, f"the {kind} {told(given)} cannot be read{why}.", remedy)
        case Code():
            raise refused(line, f"the {kind} {told(given)} is code of its own, which is never run.", _OURS)
    raise refused(line, f"{told(given)} is no {kind}.", _WRITE_IT)


_WRITE_IT = "Write it out by Keras's name."
_OURS = "Put one of Keras's in its place."


def registered_name(kind: Kind, name: str, line: int) -> str:
    """Give the name that something of Keras's has here.

    Raises:
        SpecError: the engine has no such thing; says the nearest.
    """
    if name == "Lambda":
        raise refused(
            line, "Lambda carries code of its own, which is never run.", "Put a layer in its place."
        )
    name = OLD_NAMES.get(name, name)
    for spelled in (name, snake_case(name)):
        try:
            return canonical(kind, spelled)
        except SpecError:
            continue
    raise refused(line, f"the engine has no {kind} named {shown(name)}.", _nearest(kind, name))


def _nearest(kind: Kind, name: str) -> str:
    """Say which name was probably meant, else which there are."""
    others = [other for known in registered(kind) for other in (known, *aliases(kind, known))]
    hint = nearest(name, others)
    return hint if hint.startswith("Did") else nearest(name, registered(kind))


def _made(kind: Kind, made: Made) -> Thing:
    if kind == "layer" and made.name in AS_ACTIVATIONS:
        return Thing("Activation", {"activation": _as_activation(made)})
    if kind == "layer" and made.path.partition(".")[0] == "applications":
        raise refused(made.line, f"{made.name} is a ready-made network.", "Write its layers out.")
    name = registered_name(kind, made.name, made.line)
    thing = find(kind, name)
    by_name = {param.name: param for param in params(thing)}
    settings: dict[str, Any] = {}
    given = arguments(kind, name, made)
    decay = given.pop("decay", None) if kind == "optimizer" else None
    for key, value in given.items():
        if kind == "layer" and key in _COMMON and key not in by_name:
            continue
        if key in by_name:
            value = _value(by_name[key], value, made)
            if value is not None or by_name[key].optional:
                settings[key] = value
        elif not (kind == "callback" and key == "verbose") and not _without_effect(key, value):
            message = f"{made.name} with {key} = {told(value)} is not in the engine."
            raise refused(made.line, message, f"Take {key} out.")
    if decay is not None:
        settings |= _decayed(
            made.line, settings.get("learning_rate", by_name["learning_rate"].default), decay
        )
    return Thing(name, _checked(thing, settings, name, made.line))


def _checked(thing: Any, settings: dict[str, Any], name: str, line: int) -> dict[str, Any]:
    try:
        return check(thing, settings, label=name)
    except SpecError as error:
        raise refused(line, error.message, error.remedy) from None


def _without_effect(key: str, value: Any) -> bool:
    if isinstance(value, Name):
        value = value.last
    try:
        return unused(key, value)
    except RunError:
        return False


def _decayed(line: int, rate: Any, decay: Any) -> dict[str, Any]:
    """Turn the old `decay`, which lowers the rate at every step, into its schedule."""
    if not isinstance(decay, (int, float)):
        raise refused(line, f"decay is {told(decay)}, which is no number.", "Write the number.")
    if not decay or not isinstance(rate, (int, float)):
        return {}
    schedule = {"initial_learning_rate": float(rate), "decay_steps": 1, "decay_rate": float(decay)}
    return {"learning_rate": {"type": "InverseTimeDecay", **schedule}}


def arguments(kind: Kind, name: str, made: Made) -> dict[str, Any]:
    """Give a call's arguments by Keras's names, those without a name by Keras's order.

    Raises:
        SpecError: too many, given twice, or `**more`.
    """
    placed = by_order(made, order_of(kind, name))
    renamed = OLD_ARGUMENTS.get(kind, {})
    own = {param.name for param in params(find(kind, name))} if name in registered(kind) else set()
    return {key if key in own else renamed.get(key, key): value for key, value in placed.items()}


def by_order(made: Made, order: Sequence[str]) -> dict[str, Any]:
    """Give a call's arguments by their names.

    Raises:
        SpecError: too many, given twice, or `**more`.
    """
    if "**" in made.named:
        text = told(made.named["**"])
        raise refused(
            made.line, f"{made.name}: the text does not say what {text} holds.", "Write them out."
        )
    if len(made.positional) > len(order):
        most = f"{len(order)} arguments" if order else "no arguments"
        given = len(made.positional)
        raise refused(made.line, f"{made.name} takes {most} without a name, got {given}.", "Name them.")
    placed = dict(zip(order, made.positional, strict=False))
    for key, value in made.named.items():
        if key in placed:
            raise refused(made.line, f"{made.name}: {key!r} is given twice.", "Take one out.")
        placed[key] = value
    return placed


def _value(param: Param, value: Any, made: Made) -> Any:
    kind = param.knob.kind
    if value is None:
        return None
    if kind == "activation":
        return activation(value, made.line)
    if kind is not None and not isinstance(value, (bool, int, float)):
        if isinstance(value, Unknown) and param.form == "float":
            return plain(value, f"{made.name}: {param.name}", made.line)
        inner = thing_of(kind, value, made.line)
        return {"type": inner.type, **inner.settings} if inner.settings else inner.type
    value = plain(value, f"{made.name}: {param.name}", made.line)
    if isinstance(value, tuple) and all(isinstance(pair, tuple) and pair for pair in value):
        # Keras's padding may say both sides; the engine's are alike.
        value = tuple(pair[0] for pair in value if len(set(pair)) == 1) or value
    return value[0] if isinstance(value, tuple) and len(value) == 1 and param.form == "int" else value


def plain(value: Any, label: str, line: int) -> Any:
    """Give a number, a text, a list as a tuple.

    Raises:
        SpecError: the text does not say it.
    """
    if isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)) and known(value, _MOST_NUMBERS):
        return tuple(plain(part, label, line) for part in value)
    why = f": {value.why}" if isinstance(value, Unknown) and value.why else ""
    message = f"{label} is {told(value)}, whose value the text does not say{why}."
    line = max(line, value.line) if isinstance(value, Unknown) else line
    raise refused(line, message, "Write the value itself.")


def activation(value: Any, line: int) -> Any:
    """Read an activation: its name, or a mapping with its `type` and settings.

    Raises:
        SpecError: the engine has none such.
    """
    match value:
        case str():
            return registered_name("activation", value, line)
        case Name() if value.last in (*AS_ACTIVATIONS, *_DEFAULTS):
            return _as_activation(Made(value.path, line, value.last))
        case Name() if value.inside is not None or value.path.startswith("tensorflow.nn."):
            return registered_name("activation", value.last, line)
        case Made(path="activations.get", positional=[inner]):
            return activation(inner, line)
        case Made() if value.name == "Activation" and len(value.positional) == 1:
            return activation(value.positional[0], line)
        case Made() if value.name in (*AS_ACTIVATIONS, *_DEFAULTS):
            return _as_activation(value)
        case Made() if value.path.startswith("activations."):
            name = registered_name("activation", value.name, line)
            given = {key: plain(item, f"{name}: {key}", line) for key, item in value.named.items()}
            settings = _checked(find("activation", name), given, name, line)
            return {"type": name, **settings} if settings else name
    return thing_of("activation", value, line).type


def _as_activation(made: Made) -> Any:
    config: dict[str, Any] = dict(_DEFAULTS.get(made.name, {}))
    for key, value in by_order(made, order_of("layer", made.name)).items():
        key = "negative_slope" if key == "alpha" and made.name == "LeakyReLU" else key
        if key not in _COMMON and key != "name":
            config[key] = value if value is None else plain(value, f"{made.name}: {key}", made.line)
    try:
        return activation_of(made.name, config, "")
    except RunError:
        given = ", ".join(f"{key}={value!r}" for key, value in config.items())
        message = f"the engine has no activation {made.name}({given})."
        raise refused(made.line, message, "Use one of Keras's named activations.") from None
