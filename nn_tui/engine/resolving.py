"""From what a person writes (a name, a mapping with a `type`, an object) to the object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nn_tui.declare import Kind, find, name_of, params, registered
from nn_tui.errors import SpecError


def resolve(kind: Kind, value: Any) -> Any:
    """Give the object that a value stands for.

    Args:
        kind: what sort of thing it is.
        value: None, a registered name or alias, a mapping with a `type` and settings, or an object
            that is given back as it is.

    Raises:
        SpecError: no such name, or its settings are refused; a number or a list stands for nothing.
    """
    if isinstance(value, str):
        return find(kind, value)()
    if isinstance(value, Mapping):
        settings = {key: item for key, item in value.items() if key != "type"}
        return find(kind, value["type"])(**settings)
    if isinstance(value, (int, float, list, tuple)):
        example = next(iter(registered(kind)), "")
        raise SpecError(f"The {kind} must be a name, got {value!r}.", f"Write {example!r}, say.")
    return value


def config_of(thing: Any) -> Any:
    """Write an object as its name, or as a mapping with its `type` and the settings it has."""
    if thing is None or isinstance(thing, (str, int, float, bool, tuple, list, Mapping)):
        return thing
    settings = {param.name: config_of(getattr(thing, param.name)) for param in params(type(thing))}
    name = name_of(type(thing))
    return {"type": name, **settings} if settings else name
