"""A step of the main number of a part, without opening its form; pure, without a widget."""

from __future__ import annotations

from nn_tui.experiment.spec import Spec
from nn_tui.tui.forms.sections import assign, section
from nn_tui.tui.forms.values import stepped


def step_number(spec: Spec, place: str, direction: int) -> Spec:
    """Step the main number of a part up (1) or down (-1): a layer's units, the learning rate, the epochs.

    Args:
        spec: the experiment.
        place: a place of the build list.
        direction: 1 or -1.

    Returns:
        The changed experiment; the same where there is no such number.
    """
    part = place if place.startswith(("layers.", "fit.callbacks.")) else place.split(".")[0]
    if place in ("layers", "fit.callbacks", "compile.loss", "compile.metrics"):
        return spec
    wanted = {"fit": ("fit.epochs",), "compile": ("compile.optimizer.learning_rate",)}.get(part)
    for entry in section(spec, part).entries:
        if entry.param.form not in ("int", "float") or (wanted and entry.path not in wanted):
            continue
        if part == "data" and entry.path != "data.rows":
            continue
        return assign(spec, entry, stepped(entry.param, entry.value, direction))
    return spec
