"""Constructors whose arguments are checked against their declaration, with no line in each class."""

from __future__ import annotations

import inspect
from typing import Any

from nn_tui.declare import check
from nn_tui.errors import SpecError


class Checked(type):
    """The type of classes that refuse bad constructor arguments with a message for people.

    Classes may name `COMMON` keywords, which every constructor takes beside its own and which are
    handed to `take_common` afterwards.
    """

    COMMON: tuple[str, ...] = ()

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Check, coerce, then construct."""
        signature = _signature(cls)
        common = {
            name: kwargs.pop(name)
            for name in cls.COMMON
            if name in kwargs and name not in signature.parameters
        }
        try:
            given = signature.bind_partial(None, *args, **kwargs).arguments
        except TypeError:
            # The usual mistake is a misspelt keyword, for which `check` knows the nearest.
            check(cls, kwargs)
            raise SpecError(
                f"{cls.__name__} takes {_listed(signature)}, got {len(args)} values without a name.",
                "Write the arguments with their names.",
            ) from None
        given.pop("self", None)
        made = super().__call__(**check(cls, given))
        if common:
            made.take_common(common)
        return made


def _signature(cls: type) -> inspect.Signature:
    if cls.__init__ is object.__init__:  # type: ignore[misc]  # only asked which function it is
        return inspect.Signature([inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)])
    return inspect.signature(cls.__init__)  # type: ignore[misc]


def _listed(signature: inspect.Signature) -> str:
    return ", ".join(name for name in signature.parameters if name != "self") or "nothing"
