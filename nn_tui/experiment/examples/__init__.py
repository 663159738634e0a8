"""The bundled experiments: a spec file each, beside this file; adding one is adding a file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from nn_tui.declare import find, sentence
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import loads


def names() -> tuple[str, ...]:
    """Give the names of the examples, the course's first, then by name."""
    found = sorted(
        file.name.removesuffix(".toml")
        for file in resources.files(__name__).iterdir()
        if file.name.endswith(".toml")
    )
    return tuple(sorted(found, key=lambda name: name != "clinical-trial"))


@cache
def example(name: str) -> Spec:
    """Give the spec of an example by its name."""
    text = resources.files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return loads(text, origin=f"{name}.toml")


def about(spec: Spec) -> str:
    """Say in a sentence what the data of an example are."""
    from nn_tui.data.bundled import SETS

    source = spec.data.source
    return sentence(SETS[source] if source in SETS else find("dataset", source))


def examples() -> Mapping[str, Spec]:
    """Give every example by its name."""
    return MappingProxyType({name: example(name) for name in names()})
