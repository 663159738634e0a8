"""What the views choose among: places of a list, the splits of the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from nn_tui.declare import Knob
from nn_tui.insight.pictures import Control

if TYPE_CHECKING:
    from nn_tui.data.dataset import Split

Place = Annotated[int, Knob(at_least=0)]
"""Where a control stands."""


def turn(option: str, label: str, at: int, words: Sequence[str]) -> Control:
    """Make a control of a list of places; a place beyond the end begins again."""
    at %= max(1, len(words))
    return Control(option, label, words[at] if words else "", at, len(words))


def pick_split(data: Any, rows: int, names: Sequence[str]) -> tuple[str, Split, Control]:
    """Give one of the splits that have rows, its name before it, and the control that chooses another.

    Args:
        data: a `Dataset`.
        rows: the place of the control; one beyond the end begins again.
        names: `training`, `validation`, `test`, in the order of the control.
    """
    splits = {"training": data.train, "validation": data.validation, "test": data.test}
    there = [name for name in names if splits[name] is not None and len(splits[name])]
    control = turn("rows", "rows", rows, there)
    return control.words, splits[control.words], control
