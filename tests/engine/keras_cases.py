"""Settings away from their defaults whose numbers were computed by Keras, and the data they are tried on.

The numbers are in `keras_numbers.json`. `tests/oracles/test_keras_numbers.py` asks Keras for them again,
and writes the file anew when it is run as a program.
"""

import json
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Settings = dict[str, Any]
NUMBERS = Path(__file__).with_name("keras_numbers.json")

SCHEDULES: dict[str, list[Settings]] = {
    "ExponentialDecay": [
        {"initial_learning_rate": 0.05, "decay_steps": 7, "decay_rate": rate, "staircase": stairs}
        for rate, stairs in product((0.8, 1.3), (False, True))
    ],
    "InverseTimeDecay": [
        {"initial_learning_rate": 0.05, "decay_steps": 7, "decay_rate": 0.7, "staircase": stairs}
        for stairs in (False, True)
    ],
    "PolynomialDecay": [
        {
            "initial_learning_rate": 0.05, "decay_steps": 9, "end_learning_rate": end, "power": power,
            "cycle": cycle,
        }
        for end, power, cycle in product((0.0, 0.02, 0.08), (0.5, 2.0), (False, True))
    ],
    "PiecewiseConstantDecay": [
        {"boundaries": [3, 9, 30], "values": [0.05, 0.02, 0.03, 0.01]},
        {"boundaries": [0], "values": [0.05, 0.02]},
    ],
    "CosineDecay": [
        {
            "initial_learning_rate": 0.02, "decay_steps": 20, "alpha": alpha, "warmup_target": target,
            "warmup_steps": steps,
        }
        for alpha, target, steps in product((0.0, 0.3), (None, 0.01, 0.07), (0, 11))
    ],
    "CosineDecayRestarts": [
        {
            "initial_learning_rate": 0.02, "first_decay_steps": 15, "t_mul": t_mul, "m_mul": m_mul,
            "alpha": alpha,
        }
        for t_mul, m_mul, alpha in product((1.0, 1.5, 3.0), (0.8, 1.2), (0.0, 0.1, 1.0))
    ],
}  # fmt: skip
STEPS = [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 14, 15, 16, 18, 19, 20, 21, 29, 30, 31, 32, 37, 38, 44, 45, 46,
         59, 60, 61, 71, 72, 194, 195, 196, 600, 1500]  # fmt: skip
"""From the first step, over boundaries and restarts to the step, to far beyond the end."""

COMMON: list[Settings] = [
    {"weight_decay": 0.05, "clipnorm": 0.3},
    {"weight_decay": 0.05, "clipvalue": 0.1},
    {"weight_decay": 0.0, "global_clipnorm": 0.4},
]
OWN: dict[str, list[Settings]] = {
    "SGD": [{"learning_rate": 0.05, "momentum": 0.8, "nesterov": nesterov} for nesterov in (False, True)],
    "RMSprop": [
        {"learning_rate": 0.02, "rho": 0.7, "momentum": momentum, "epsilon": 0.01, "centered": centered}
        for momentum, centered in product((0.0, 0.6), (False, True))
    ],
    "Adagrad": [{"learning_rate": 0.05, "initial_accumulator_value": 0.3, "epsilon": 0.01}],
    "Adadelta": [{"learning_rate": 0.8, "rho": 0.8, "epsilon": 0.001}],
    "Adam": [
        {"learning_rate": 0.02, "beta_1": 0.7, "beta_2": 0.9, "epsilon": 0.01, "amsgrad": amsgrad}
        for amsgrad in (False, True)
    ],
    "AdamW": [
        {"learning_rate": 0.02, "beta_1": 0.7, "beta_2": 0.9, "epsilon": 0.01, "amsgrad": amsgrad}
        for amsgrad in (False, True)
    ],
    "Adamax": [{"learning_rate": 0.02, "beta_1": 0.7, "beta_2": 0.9, "epsilon": 0.01}],
    "Nadam": [{"learning_rate": 0.02, "beta_1": 0.7, "beta_2": 0.9, "epsilon": 0.01}],
    "Lion": [{"learning_rate": 0.003, "beta_1": 0.7, "beta_2": 0.9}],
}
OPTIMIZERS: dict[str, list[Settings]] = {
    name: [*every, *({**every[0], **common} for common in COMMON)] for name, every in OWN.items()
}

CROSS_ENTROPY: list[Settings] = [
    {"from_logits": logits, "label_smoothing": smoothing}
    for logits, smoothing in product((False, True), (0.0, 0.2))
]
LOSSES: dict[str, list[Settings]] = {
    "mean_squared_error": [{}],
    "mean_absolute_error": [{}],
    "mean_absolute_percentage_error": [{}],
    "huber": [{"delta": 0.3}, {"delta": 2.5}],
    "log_cosh": [{}],
    "binary_crossentropy": CROSS_ENTROPY,
    "categorical_crossentropy": CROSS_ENTROPY,
    "sparse_categorical_crossentropy": [{"from_logits": logits} for logits in (False, True)],
    "hinge": [{}],
    "squared_hinge": [{}],
    "poisson": [{}],
    "kl_divergence": [{}],
}

METRICS: dict[str, list[Settings]] = {
    "binary_accuracy": [{"threshold": 0.3}, {"threshold": 0.7}],
    "categorical_accuracy": [{}],
    "sparse_categorical_accuracy": [{}],
    "mean_squared_error": [{}],
    "mean_absolute_error": [{}],
    "root_mean_squared_error": [{}],
    "r2_score": [{}],
    "precision": [{"thresholds": 0.3}, {"thresholds": 0.7}],
    "recall": [{"thresholds": 0.3}, {"thresholds": 0.7}],
    "auc": [{"num_thresholds": 3}, {"num_thresholds": 11}],
    "f1_score": [
        {"average": average, "threshold": threshold}
        for average, threshold in product(("macro", "micro", "weighted"), (None, 0.4))
    ],
    "top_k_categorical_accuracy": [{"k": 1}, {"k": 2}],
    "sparse_top_k_categorical_accuracy": [{"k": 1}, {"k": 2}],
}
REGULARIZERS: dict[str, list[Settings]] = {
    "L1": [{"l1": 0.3}],
    "L2": [{"l2": 0.2}],
    "L1L2": [{"l1": 0.3, "l2": 0.04}],
}
CALLBACKS: dict[str, list[Settings]] = {
    "EarlyStopping": [
        {
            "monitor": "val_accuracy" if mode == "max" else "loss", "min_delta": delta, "patience": 4,
            "mode": mode, "baseline": baseline, "start_from_epoch": start, "restore_best_weights": True,
        }
        for mode, delta, baseline, start in product(
            ("min", "max"), (0.0, 0.05), (None, 0.5), (0, 7)
        )
    ],
    "ReduceLROnPlateau": [
        {
            "monitor": "loss", "factor": 0.6, "patience": patience, "mode": mode, "min_delta": delta,
            "cooldown": cooldown, "min_lr": 0.02,
        }
        for mode, delta, patience, cooldown in product(("min", "max"), (0.0, 0.05), (0, 3), (0, 2))
    ],
}  # fmt: skip
"""Callbacks that watch a value; `WATCHED` are its values, epoch by epoch."""

CASES: dict[str, dict[str, list[Settings]]] = {
    "schedule": SCHEDULES,
    "optimizer": OPTIMIZERS,
    "loss": LOSSES,
    "metric": METRICS,
    "regularizer": REGULARIZERS,
    "callback": CALLBACKS,
}
EVERY = [
    (kind, name, settings)
    for kind, by_name in CASES.items()
    for name, every in by_name.items()
    for settings in every
]
RANDOM = np.random.default_rng(7)
X = RANDOM.normal(size=(24, 3)).astype(np.float32)
Y = (X @ np.array([[0.5], [-1.0], [0.8]]) + 0.3).astype(np.float32)
FIRST_WEIGHTS = [RANDOM.normal(size=shape).astype(np.float32) for shape in [(3, 3), (3,), (3, 1), (1,)]]
"""Of a network with a hidden layer of 3 units and tanh, and one linear output."""
SCORES = RANDOM.normal(size=(24, 3)).astype(np.float32)
WATCHED = (1 / (1 + 0.2 * np.arange(30)) + 0.1 * RANDOM.normal(size=30)).tolist()
CLASSES = RANDOM.integers(0, 3, 24)


def outputs_and_targets(kind: str, name: str, settings: Settings) -> tuple[Array, Array]:
    """Return outputs `(24, outputs)` and targets that suit a loss or a metric."""
    sure: Array = (1 / (1 + np.exp(-SCORES))).astype(np.float32)
    if name == "kl_divergence":
        return _shares(SCORES), _shares(SCORES[::-1])
    if name.startswith("sparse"):
        return SCORES if settings.get("from_logits") else _shares(SCORES), CLASSES
    if name in (
        "categorical_crossentropy",
        "categorical_accuracy",
        "f1_score",
        "top_k_categorical_accuracy",
    ):
        scores = SCORES if settings.get("from_logits") else _shares(SCORES)
        return scores, np.eye(3, dtype=np.float32)[CLASSES]
    if name in ("binary_crossentropy", "binary_accuracy", "precision", "recall", "auc"):
        yes = (CLASSES > 0).astype(np.float32)[:, None]
        return (SCORES if settings.get("from_logits") else sure)[:, :1], yes
    if name in ("hinge", "squared_hinge"):
        return SCORES[:, :1], (CLASSES > 0).astype(np.float32)[:, None]
    if name == "poisson":
        return sure, CLASSES.astype(np.float32)[:, None].repeat(3, axis=1)
    width = 1 if kind == "metric" else 3
    return SCORES[:, :width], SCORES[::-1, :width]


def _shares(scores: Array) -> Array:
    parts: Array = np.exp(scores)
    return (parts / parts.sum(axis=-1, keepdims=True)).astype(np.float32)


def case_id(kind: str, name: str, settings: Settings) -> str:
    """Return the key of a case in the file of numbers."""
    return f"{kind} {name} " + " ".join(f"{key}={value}" for key, value in settings.items())


@cache
def numbers() -> dict[str, list[float]]:
    """Return what Keras computed, by case."""
    found: dict[str, list[float]] = json.loads(NUMBERS.read_text())
    return found
