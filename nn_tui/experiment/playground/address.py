"""A TensorFlow Playground address read and written: everything behind the `#`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import unquote

from nn_tui.declare import shown
from nn_tui.errors import SpecError
from nn_tui.experiment.playground.page import (
    ACTIVATIONS,
    CLASS_SETS,
    FEATURES,
    REGULARIZATIONS,
    SEED,
    VALUE_SETS,
    Page,
    page_of,
    spec_of,
)
from nn_tui.experiment.spec import Spec

HOME = "https://playground.tensorflow.org/"
LONGEST = 4000

_WITHOUT_MEANING = ("showTestData", "discretize", "collectStats", "tutorial", "hideText")
_WITHOUT_EFFECT = ("cosX", "cosY")
"""In the page's addresses, though it does nothing with them."""


@dataclass(frozen=True)
class Reading:
    """The experiment an address stands for, and what a person should know about how it was read."""

    spec: Spec
    notes: tuple[str, ...]


class _Refused(Exception):
    """A value that the page's default is taken for; says what was expected."""


def is_address(source: str) -> bool:
    """Whether a source is an address of the web, or the part of one from `#` on."""
    return bool(re.match(r"https?://|#[^#]*=|playground\.tensorflow\.org", source, re.IGNORECASE))


def read_address(address: str) -> Reading:
    """Read a Playground address; the part from `#` on is enough.

    What is unknown or out of range is noted, and the page's default taken, as the page does.

    Raises:
        SpecError: the address of something else.
    """
    page, given = Page(), _settings(address)
    features = {name: name in page.features for name in FEATURES}
    notes = _unused_notes(given)
    for name, value in given.items():
        if name in FEATURES:
            features[name] = value != "false" if value.strip() else features[name]
        elif name in _READERS and (value.strip() or name == "networkShape"):
            field, read = _READERS[name]
            try:
                page = replace(page, **{field: read(value if name == "seed" else unquote(value))})
            except _Refused as refusal:
                default = getattr(page, field)
                notes.append(f"{name} must be {refusal}, got {shown(value)}: {_written(default)} is taken.")
    if "seed" not in given:
        notes.append(f"The address has no seed, where a page takes one at random: {SEED} is taken.")
    chosen = tuple(name for name, taken in features.items() if taken)
    if not chosen:
        notes.append("All features are switched off: x and y are taken.")
    page = replace(page, features=chosen or ("x", "y"), noise=_bounded_noise(page.noise, notes))
    return Reading(spec_of(page), tuple(notes))


def _settings(address: str) -> dict[str, str]:
    """Return the values behind the `#` of an address by their names."""
    place, _, settings = address.strip().partition("#")
    if len(address) > LONGEST or (place and "playground" not in place.lower() and not settings):
        raise SpecError(
            f"{shown(address[:80])} is no address that stands for an experiment.",
            f"Addresses of TensorFlow Playground do: {HOME}#dataset=circle&seed=0.1",
        )
    return dict(part.partition("=")[::2] for part in settings.split("&") if part)


def _unused_notes(given: Mapping[str, str]) -> list[str]:
    """Say which settings of an address are unknown, or have no effect here."""
    notes, looks = [], []
    for name, value in given.items():
        set_to_something = value not in ("", "false")
        if name in _WITHOUT_MEANING or name.endswith("_hide"):
            looks += [name] if set_to_something else []
        elif name in _WITHOUT_EFFECT:
            notes += [f"{name} does nothing in a Playground page, nor here."] if set_to_something else []
        elif name not in FEATURES and name not in _READERS:
            notes.append(f"{name} is unknown to Playground.")
    if looks:
        notes.append(f"{', '.join(looks)}: about the page's looks, without a meaning here.")
    return notes


def write_address(spec: Spec) -> str:
    """Write the address of the page that does what an experiment does.

    Raises:
        SpecError: no page does; says in a sentence why not.
    """
    page = page_of(spec)
    values: dict[str, Any] = {
        "activation": page.activation,
        "regularization": page.regularization,
        "batchSize": page.batch_size,
        "dataset": page.dataset,
        "regDataset": page.reg_dataset,
        "learningRate": page.learning_rate,
        "regularizationRate": page.regularization_rate,
        "noise": page.noise,
        "networkShape": page.network_shape,
        "seed": page.seed,
        "showTestData": False,
        "discretize": False,
        "percTrainData": page.perc_train_data,
        **{name: name in page.features for name in _PAGE_ORDER},
        "collectStats": False,
        "problem": "regression" if page.regression else "classification",
        "initZero": page.init_zero,
        "hideText": False,
    }
    if re.search(r"[&#\s]", page.seed):
        raise SpecError(f"An address cannot say the seed {shown(page.seed)}.", "", "data.seed")
    return f"{HOME}#" + "&".join(f"{name}={_written(value)}" for name, value in values.items())


_PAGE_ORDER = ("x", "y", "xTimesY", "xSquared", "ySquared", "cosX", "sinX", "cosY", "sinY")


def _written(value: Any) -> str:
    """Write a value as the page does."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            # As JavaScript writes numbers: 50, 0.03, 0.00001.
            whole = int(value) if value.is_integer() else value
            return format(Decimal(repr(whole)), "f")
        case tuple():
            return ",".join(map(str, value))
        case _:
            return str(value)


def _bounded_noise(noise: float, notes: list[str]) -> float:
    if 0 <= noise <= 80:
        return noise
    taken = 50.0 if noise > 80 else 0.0
    notes.append(f"noise must be 0 to 80 percent, got {noise:g}: {taken:g} is taken.")
    return taken


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise _Refused("a number") from None
    if not math.isfinite(value):
        raise _Refused("a finite number")
    return value


def _rate(text: str) -> float:
    value = _number(text)
    if not 0 < value <= 1e30:
        raise _Refused("above 0")
    return value


def _price(text: str) -> float:
    value = _number(text)
    if value < 0:
        raise _Refused("at least 0")
    return value


def _share(text: str) -> float:
    value = _number(text)
    if not 1 <= value <= 99:
        raise _Refused("1 to 99")
    return value


def _batch(text: str) -> int:
    value = _number(text)
    if value < 1 or not value.is_integer() or value > 1e6:
        raise _Refused("a whole number from 1 on")
    return int(value)


def _shape(text: str) -> tuple[int, ...]:
    parts = text.split(",") if text.strip() else []
    if len(parts) > 100 or not all(re.fullmatch(r"\s*[1-9]\d{0,5}\s*", part) for part in parts):
        raise _Refused("units of hidden layers such as 4,2")
    return tuple(map(int, parts))


def _one_of(names: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in names:
            raise _Refused(f"one of {', '.join(names)}")
        return text

    return read


def _problem(text: str) -> bool:
    return _one_of(("classification", "regression"))(text) == "regression"


def _switch(text: str) -> bool:
    return text != "false"


_READERS: Final[MappingProxyType[str, tuple[str, Callable[[str], Any]]]] = MappingProxyType({
    "activation": ("activation", _one_of(ACTIVATIONS)),
    "regularization": ("regularization", _one_of(REGULARIZATIONS)),
    "batchSize": ("batch_size", _batch),
    "dataset": ("dataset", _one_of(CLASS_SETS)),
    "regDataset": ("reg_dataset", _one_of(tuple(VALUE_SETS))),
    "learningRate": ("learning_rate", _rate),
    "regularizationRate": ("regularization_rate", _price),
    "noise": ("noise", _number),
    "networkShape": ("network_shape", _shape),
    "seed": ("seed", str),
    "percTrainData": ("perc_train_data", _share),
    "problem": ("regression", _problem),
    "initZero": ("init_zero", _switch),
})  # fmt: skip
"""How each setting of the page is read, and which field of `Page` it is."""
