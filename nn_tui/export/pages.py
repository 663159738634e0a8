"""Pages made from the experiment alone, shown beside the insights: no network and no rows are needed.

A page is a function of the spec and of whole numbers that its controls turn, as an insight is of a model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from nn_tui.declare import Knob, register, registered
from nn_tui.errors import NnTuiError
from nn_tui.experiment.spec import Spec
from nn_tui.insight.pictures import Page, Picture, Sentence
from nn_tui.insight.tabs import insights

__all__ = ["code", "code_text", "make_page", "views"]

_NETWORK = "model = "
"""How the line begins where the network does."""


def views() -> Mapping[str, Any]:
    """Give all that can be looked at by its name, in the order of the tabs: insights, then pages."""
    return {**insights(), **registered("page")}


def make_page(name: str, spec: Spec, options: Mapping[str, int]) -> Picture:
    """Make a page by its name."""
    picture: Picture = registered("page")[name](spec, **options)
    return picture


def code_text(spec: Spec) -> str:
    """Give the whole program for Keras.

    Raises:
        NnTuiError: Keras has not what the experiment is made of, or the data cannot be read.
    """
    from nn_tui.export.keras_code import keras_code

    return keras_code(spec) + "\n"


@register("page", "code")
def code(spec: Spec, /, part: Annotated[int, Knob(at_least=0)] = 0) -> Page | Sentence:
    """The experiment as Keras code that runs as it is; Y copies it.

    Args:
        part: the code from the network on, or all of it with the rows. Default 0, from the network on.
    """
    from nn_tui.export.keras_code.colouring import coloured
    from nn_tui.insight.controls import turn

    try:
        text = code_text(spec)
    except NnTuiError as error:
        return Sentence(f"There is no Keras code: {error}")
    lines = coloured(text)
    first = next((at for at, line in enumerate(text.splitlines()) if line.startswith(_NETWORK)), 0)
    shown = lines if part % 2 else lines[first:]
    caption = f"{len(shown)} of {len(lines)} lines of Keras code. Y copies all, ready to run."
    controls = (turn("part", "show", part, ["the network", "all"]),)
    return Page(shown, caption, controls=controls)
