"""Signs of classes that are not equally frequent."""

from __future__ import annotations

from dataclasses import replace

from nn_tui.declare import register
from nn_tui.experiment.diagnosis.finding import Finding, Remedy
from nn_tui.experiment.diagnosis.signs import Signs

__all__ = ["imbalance"]

UNEQUAL = 1.2
"""How many times its fair share the most frequent class has, for classes to count as unequal."""
ACCURACIES = ("accuracy", "acc", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy")
ONE_ANSWER = 0.99
"""The share of rows that get the same answer, for a network to count as giving only that."""


@register("sign", "imbalance")
def imbalance(signs: Signs) -> Finding | None:
    """The network is no better than always answering with the most frequent class.

    Source: the training accuracy against the share of that class, and the answers for a sample.
    """
    data = signs.data
    if not data.classification or signs.measured < 3 or data.majority * data.classes < UNEQUAL:
        return None
    accuracy = next((v for n in ACCURACIES if len(v := signs.curve(n))), None)
    one_answer = signs.answers is not None and signs.answers >= ONE_ANSWER
    if accuracy is None:
        if not one_answer:
            return None
        told = "The network is"
    elif float(accuracy[-1]) <= data.majority + 0.005 and (one_answer or signs.answers is None):
        told = f"Accuracy {accuracy[-1]:.3f} is"
    else:
        return None
    weighed = None
    words = "Find more rows of the rare classes, and judge by f1_score or auc instead of accuracy."
    if signs.spec.fit.class_weight == "none":
        weighed = replace(signs.spec, fit=replace(signs.spec.fit, class_weight="balanced"))
        words = "Let rare classes count more (class_weight balanced), and judge by f1_score, not accuracy."
    return Finding(
        "imbalance",
        f"{told} no better than always answering {data.majority_name!r} ({data.majority:.3f}).",
        f"The classes are unequal: {data.majority:.1%} of the training rows are "
        f"{data.majority_name!r}; the same answer is given to {(signs.answers or 0):.1%} of the sample.",
        Remedy(words, weighed),
    )
