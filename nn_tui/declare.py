"""How a thing says its name and its knobs, so that nobody keeps a second list.

A layer, an optimizer or a data set is registered by a decorator. Its constructor's (or function's)
parameters, annotated with `Knob`, are read once, when somebody asks: the form in the app, the TOML
schema, `--set`, the help text and the generated Keras code all follow from them. What a parameter
means is written once, in the docstring's `Args:` section.

Only the standard library may be imported here, and nothing in this file knows what a layer is.
"""

from __future__ import annotations

import difflib
import inspect
import math
import re
import types
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NamedTuple,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from nn_tui.errors import SpecError
from nn_tui.text import shown as shown

Kind = Literal[
    "layer",
    "activation",
    "loss",
    "metric",
    "optimizer",
    "initializer",
    "regularizer",
    "schedule",
    "callback",
    "dataset",
    "source",
    "insight",
    "page",
    "sign",
    "export",
]
Form = Literal["int", "float", "bool", "str", "shape", "numbers", "choice", "thing"]

REQUIRED: Final = inspect.Parameter.empty

T = TypeVar("T")


class Knob:
    """The bounds and the nature of one parameter, put beside its type with `Annotated`.

    Args:
        above: the value must be greater than this.
        at_least: the value must be this or greater.
        below: the value must be less than this.
        at_most: the value must be this or less.
        scale: "log" where a step should multiply rather than add. Default "linear".
        live: may be changed while training goes on. Default False.
        kind: the value names (or describes, as a mapping with a `type`) a registered thing
            of this kind; beside a number's type it may be either.
    """

    __slots__ = ("above", "at_least", "at_most", "below", "kind", "live", "scale")

    def __init__(
        self,
        *,
        above: float | None = None,
        at_least: float | None = None,
        below: float | None = None,
        at_most: float | None = None,
        scale: Literal["linear", "log"] = "linear",
        live: bool = False,
        kind: Kind | None = None,
    ) -> None:
        self.above = above
        self.at_least = at_least
        self.below = below
        self.at_most = at_most
        self.scale = scale
        self.live = live
        self.kind = kind

    def problem(self, value: float) -> str:
        """Say which bound the value breaks, as `at least 1`; empty when it breaks none."""
        if self.above is not None and not value > self.above:
            return f"greater than {self.above:g}"
        if self.at_least is not None and not value >= self.at_least:
            return f"at least {self.at_least:g}"
        if self.below is not None and not value < self.below:
            return f"less than {self.below:g}"
        if self.at_most is not None and not value <= self.at_most:
            return f"at most {self.at_most:g}"
        return ""


_FREE = Knob()


class Param(NamedTuple):
    """One parameter of a registered thing, as forms and files need to know it."""

    name: str
    form: Form
    optional: bool
    """None is allowed."""
    default: Any
    """REQUIRED where there is none."""
    knob: Knob
    help: str
    """The text of the docstring's `Args:` line."""
    choices: tuple[str, ...]
    """For form "choice"."""

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.default is REQUIRED


_registry: dict[Kind, dict[str, Any]] = {}
_aliases: dict[Kind, dict[str, str]] = {}


def register(kind: Kind, name: str = "", aliases: Iterable[str] = ()) -> Callable[[T], T]:
    """Enter a class, function or object under its name; use it as a decorator.

    Args:
        kind: what sort of thing it is.
        name: the name in files and on screen. Default: the thing's `__name__`.
        aliases: other names that mean the same, accepted but never written.

    Raises:
        ValueError: the name or an alias is already taken.
    """

    def enter(thing: T) -> T:
        chosen = name or thing.__name__  # type: ignore[attr-defined]  # classes and functions have one
        things, others = _registry.setdefault(kind, {}), _aliases.setdefault(kind, {})
        for label in (chosen, *aliases):
            if label in things or label in others:
                raise ValueError(f"{kind} {label!r} is registered twice")
        things[chosen] = thing
        others.update(dict.fromkeys(aliases, chosen))
        return thing

    return enter


def registered(kind: Kind) -> Mapping[str, Any]:
    """Give every thing of a kind by its name, in the order in which they were registered."""
    return types.MappingProxyType(_registry.get(kind, {}))


def canonical(kind: Kind, name: str) -> str:
    """Turn a name or an alias into the registered name.

    Raises:
        SpecError: no such name; says the nearest one.
    """
    if name in _registry.get(kind, {}):
        return name
    if name in _aliases.get(kind, {}):
        return _aliases[kind][name]
    known = list(_registry.get(kind, {}))
    raise SpecError(f"There is no {kind} named {name!r}.", nearest(name, known))


def aliases(kind: Kind, name: str) -> tuple[str, ...]:
    """Give the other names of a registered thing."""
    return tuple(alias for alias, known in _aliases.get(kind, {}).items() if known == name)


def find(kind: Kind, name: str) -> Any:
    """Give the thing registered under a name or an alias.

    Raises:
        SpecError: no such name; says the nearest one.
    """
    known_name = canonical(kind, name)
    return _registry[kind][known_name]


def name_of(thing: Any) -> str:
    """Give the name that a class, function or object is registered under, else its `__name__`."""
    for things in _registry.values():
        for name, other in things.items():
            if other is thing:
                return name
    return getattr(thing, "__name__", str(thing))


def nearest(word: str, known: Iterable[str]) -> str:
    """Say which known word was probably meant, or which there are, as a sentence."""
    words = list(known)
    by_lower = {other.lower(): other for other in words}
    close = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {by_lower[close[0]]!r}?"
    return f"Known: {', '.join(sorted(words))}." if words else ""


def params(thing: Any) -> tuple[Param, ...]:
    """Read a registered thing's parameters from its signature, its hints and its docstring.

    Parameters without a type hint, `*args`, `**kwargs`, positional-only ones and
    names that begin with `_` are left out.
    """
    return _params(thing)


@cache
def _params(thing: Any) -> tuple[Param, ...]:
    function = thing.__init__ if inspect.isclass(thing) else thing
    if not callable(function):
        return ()
    hints = get_type_hints(function, include_extras=True)
    helps = argument_helps(inspect.getdoc(thing) or "")
    return tuple(
        _param(parameter, hints[parameter.name], helps.get(parameter.name, ""))
        for parameter in inspect.signature(function).parameters.values()
        if parameter.name in hints
        and not parameter.name.startswith("_")
        and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    )


def _param(parameter: inspect.Parameter, hint: Any, text: str) -> Param:
    knob = _FREE
    hint, knob = _without_knob(hint, knob)
    optional = False
    if get_origin(hint) in (Union, types.UnionType):
        members = [member for member in get_args(hint) if member is not type(None)]
        optional = len(members) < len(get_args(hint))
        hint, knob = _without_knob(members[0], knob)
    choices: tuple[str, ...] = ()
    form: Form
    if hint is float and knob.kind is not None:
        form = "float"
    elif knob.kind is not None or hint is Any:
        form = "thing"
    elif get_origin(hint) is Literal:
        form, choices = "choice", tuple(get_args(hint))
    elif get_origin(hint) is tuple or hint is tuple:
        form = "numbers" if float in get_args(hint) else "shape"
    elif hint in (bool, int, float):
        form = hint.__name__
    else:
        form = "str"
    return Param(parameter.name, form, optional, parameter.default, knob, text, choices)


def _without_knob(hint: Any, knob: Knob) -> tuple[Any, Knob]:
    if get_origin(hint) is Annotated:
        hint, *notes = get_args(hint)
        knob = next((note for note in notes if isinstance(note, Knob)), knob)
    return hint, knob


_SECTION = re.compile(r"^(Args|Input|Output|Returns|Raises|Source|Reads|Posts|Keys|Yields)\b.*?:")
_ARGUMENT = re.compile(r"^    (\w+): *(.*)$")


def sentence(thing: Any) -> str:
    """Give the first sentence of a thing's docstring: its entry in a list."""
    return (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ").strip()


def in_keras(thing: Any) -> bool:
    """Whether Keras has a thing like this one, as its docstring's `Source:` says."""
    return "keras" in (inspect.getdoc(thing) or "").partition("Source:")[2].lower()


def formula(thing: Any) -> str:
    """Give the first indented block of a thing's docstring, unindented: how it is applied."""
    block: list[str] = []
    for line in (inspect.getdoc(thing) or "").splitlines()[1:]:
        if _SECTION.match(line):
            break
        if line.startswith("    "):
            block.append(line[4:])
        elif block and line.strip():
            break
    return "\n".join(block).strip("\n")


def argument_helps(docstring: str) -> dict[str, str]:
    """Read the `Args:` section of a cleaned docstring: the text of each argument, on one line."""
    helps: dict[str, str] = {}
    inside, name = False, ""
    for line in docstring.splitlines():
        if not line.startswith(" "):
            inside, name = line.startswith("Args:"), ""
        elif inside:
            entry = _ARGUMENT.match(line)
            if entry:
                name = entry[1]
                helps[name] = entry[2].strip()
            elif name:
                helps[name] = f"{helps[name]} {line.strip()}".strip()
    return helps


def check(thing: Any, values: Mapping[str, Any], *, path: str = "", label: str = "") -> dict[str, Any]:
    """Check values against a thing's parameters and coerce them: 1 to 1.0, lists to tuples.

    Args:
        thing: a registered class or function.
        values: what was given, by parameter name. Defaults are not filled in.
        path: where the values stand in the spec, for the message.
        label: what the thing is called, for the message. Default: its `__name__`.

    Raises:
        SpecError: an unknown name (says the nearest), a missing one, a wrong type, a bound broken.
    """
    called = label or getattr(thing, "__name__", str(thing))
    by_name = {param.name: param for param in params(thing)}
    for name in values:
        if name not in by_name:
            raise SpecError(f"{called} has no setting {name!r}.", nearest(name, by_name), _join(path, name))
    for param in by_name.values():
        if param.required and param.name not in values:
            where = _join(path, param.name)
            raise SpecError(f"{called}: {param.name!r} is missing.", f"Set {where}.", where)
    return {
        name: check_value(by_name[name], value, path=_join(path, name), label=called)
        for name, value in values.items()
    }


def plain(value: Any) -> Any:
    """Return NumPy's numbers, yes and no, and arrays as those of Python; other values as they are."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(plain, value)) if type(value) in (list, tuple) else value
    # Asked for by what they can do: this floor knows nothing but the standard library.
    as_python = getattr(value, "tolist", None) if hasattr(value, "dtype") else None
    return value if as_python is None else as_python()


def check_value(param: Param, value: Any, *, path: str = "", label: str = "") -> Any:
    """Check one value against its parameter; return it with its type coerced.

    Raises:
        SpecError: wrong type or a bound broken; says what was given and what was expected.
    """
    where = path or param.name
    value = plain(value)
    if value is None and param.optional:
        return None
    if param.knob.kind is not None and param.form in ("thing", "float"):
        if isinstance(value, (str, Mapping)):
            return _check_thing(param.knob.kind, value, where)
        if param.form == "thing" or type(value) in registered(param.knob.kind).values():
            return value
    if param.form not in _CHECKS:
        return value
    try:
        return _CHECKS[param.form](param, value, where)
    except _Unexpected as unexpected:
        prefix = f"{label}: " if label else ""
        given = shown(value if unexpected.given is None else unexpected.given)
        remedy = unexpected.remedy or f"Set {where} to {unexpected.expected}."
        message = f"{prefix}{param.name!r} must be {unexpected.expected}, got {given}."
        raise SpecError(message, remedy, where) from None


class _Unexpected(Exception):
    """A value that is not what was expected.

    Args:
        expected: what it must be.
        remedy: what to do. Default: to set it to what is expected.
        given: the value as it was understood. Default: as it was given.
    """

    def __init__(self, expected: str, *, remedy: str = "", given: Any = None) -> None:
        self.expected, self.remedy, self.given = expected, remedy, given


def _check_bool(param: Param, value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise _Unexpected("true or false")
    return value


def _check_int(param: Param, value: Any, where: str) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Unexpected("a whole number")
    return _within_bounds(param, value, where)


def _check_float(param: Param, value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _Unexpected("a number")
    value = float(value)
    if not math.isfinite(value):
        raise _Unexpected("a finite number")
    return _within_bounds(param, value, where)


def _within_bounds(param: Param, value: Any, where: str) -> Any:
    if broken := param.knob.problem(value):
        raise _Unexpected(broken, remedy=f"Set {where} to {_mend(param.knob)}.", given=value)
    return value


def _check_choice(param: Param, value: Any, where: str) -> Any:
    if value not in param.choices:
        one_of = ", ".join(param.choices)
        raise _Unexpected(f"one of {one_of}", remedy=nearest(str(value), param.choices))
    return value


def _check_shape(param: Param, value: Any, where: str) -> tuple[int, ...]:
    numbers = [value] if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(numbers, (list, tuple)) or not all(type(number) is int for number in numbers):
        raise _Unexpected("whole numbers, such as [3, 3]")
    for number in numbers:
        if broken := param.knob.problem(number):
            raise _Unexpected(f"whole numbers, each {broken}")
    return tuple(numbers)


def _check_numbers(param: Param, value: Any, where: str) -> tuple[float, ...]:
    given = [value] if isinstance(value, (int, float)) else value
    if not isinstance(given, (list, tuple)) or not all(map(_is_number, given)):
        raise _Unexpected("numbers, such as [0.1, 0.01]")
    for number in given:
        if broken := param.knob.problem(number):
            raise _Unexpected(f"numbers, each {broken}")
    return tuple(map(float, given))


def _check_text(param: Param, value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise _Unexpected("text in quotes")
    return value


_CHECKS: Mapping[str, Callable[[Param, Any, str], Any]] = {
    "bool": _check_bool,
    "int": _check_int,
    "float": _check_float,
    "choice": _check_choice,
    "shape": _check_shape,
    "numbers": _check_numbers,
    "str": _check_text,
}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _check_thing(kind: Kind, value: str | Mapping[str, Any], where: str) -> Any:
    name = value if isinstance(value, str) else value.get("type")
    if not isinstance(name, str):
        raise SpecError(
            f"{where} must name its type, got {shown(value)}.",
            f"Set {where}.type.",
            _join(where, "type"),
        )
    try:
        name = canonical(kind, name)
    except SpecError as error:
        raise SpecError(error.message, error.remedy, where) from None
    if isinstance(value, str):
        return name
    rest = {key: item for key, item in value.items() if key != "type"}
    return {"type": name, **check(find(kind, name), rest, path=where, label=name)}


def _mend(knob: Knob) -> str:
    low = "" if knob.above is None else f"more than {knob.above:g}"
    low = low if knob.at_least is None else f"{knob.at_least:g} or more"
    high = "" if knob.below is None else f"less than {knob.below:g}"
    high = high if knob.at_most is None else f"at most {knob.at_most:g}"
    return " and ".join(part for part in (low, high) if part)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
