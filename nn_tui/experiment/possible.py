"""What any model can reach at best on the rows of an experiment, by the names its curves have."""

from __future__ import annotations

from nn_tui.data.dataset import Dataset
from nn_tui.engine.models import Sequential
from nn_tui.experiment.spec import Spec
from nn_tui.insight.reachable import reachable_loss, reachable_metric


def best_possible(spec: Spec, model: Sequential, data: Dataset) -> tuple[dict[str, float], str]:
    """Give the best value of the loss and of each metric, and why no better; empty where nobody knows.

    Args:
        spec: what is trained.
        model: built and compiled.
        data: its rows.
    """
    if data.recipe is None:
        return {}, ""
    outputs = int(model.output_shape[-1] or 0)
    found: dict[str, float | None] = {}
    if spec.fit.class_weight == "none":  # else rows do not count alike
        found["loss"] = reachable_loss(data.recipe, model.loss, outputs, data.classes)
    for name, metric in model.metrics.items():
        found[name] = reachable_metric(data.recipe, metric, outputs, data.classes)
    return {name: value for name, value in found.items() if value is not None}, data.recipe.why
