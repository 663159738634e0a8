"""What each type of layer is, and what it would do to the shapes at a place of the stack."""

from __future__ import annotations

from nn_tui.declare import registered, sentence
from nn_tui.errors import NnTuiError
from nn_tui.experiment import edits
from nn_tui.experiment.shapes import stack
from nn_tui.experiment.spec import Spec
from nn_tui.tui.screens.choose import Choice
from nn_tui.tui.wording import count_words

USUAL = ("Dense", "Conv2D", "MaxPooling2D", "Flatten", "LSTM", "Dropout", "BatchNormalization")
"""What people take most, as the course meets them."""
UNFIT = "does not fit"


def layer_choices(spec: Spec, index: int) -> list[Choice]:
    """Give every type of layer as a choice for a place of the stack: what fits first, then the rest."""
    choices = [
        Choice(name, name, sentence(kind), effect(spec, name, index))
        for name, kind in registered("layer").items()
    ]
    return sorted(choices, key=lambda one: (one.effect.startswith(UNFIT), _rank(one.key)))


def _rank(name: str) -> int:
    return USUAL.index(name) if name in USUAL else len(USUAL)


def effect(spec: Spec, name: str, index: int) -> str:
    """Say what a layer would make there: `(32,) -> (16,)  528 parameters`."""
    layer = edits.new_layer(spec, name, index)
    try:
        rows = stack(edits.insert_layer(spec, index, layer))
    except NnTuiError:
        return ""
    before, row = rows[index], rows[index + 1]
    if row.problem is not None:
        return f"{UNFIT}: {row.problem.message}"
    if not row.output_shape:
        return ""
    parameters = f"  {count_words(row.parameters)} parameters" if row.parameters else ""
    return f"{before.output_shape} -> {row.output_shape}{parameters}"
