"""Activations, losses and optimizers train as in PyTorch."""

from typing import Any

import numpy as np
import pytest

from nn_tui.declare import registered
from nn_tui.engine import optimizers
from nn_tui.engine.resolving import resolve

# isort: split
from tests.oracles.with_torch import (
    BATCH,
    ROWS,
    F,
    agree,
    dense,
    near,
    network,
    targets,
    tensors,
    torch,
    trained,
)

pytestmark = pytest.mark.oracle


ACTIVATIONS: dict[str, tuple[str | dict[str, Any], Any]] = {
    "linear": ("linear", lambda z: z),
    "relu": ("relu", torch.relu),
    "relu6": ("relu6", F.relu6),
    "sigmoid": ("sigmoid", torch.sigmoid),
    "tanh": ("tanh", torch.tanh),
    "softmax": ("softmax", lambda z: F.softmax(z, -1)),
    "leaky_relu": ("leaky_relu", lambda z: F.leaky_relu(z, 0.2)),
    "leaky_relu of another slope": (
        {"type": "leaky_relu", "negative_slope": 0.05},
        lambda z: F.leaky_relu(z, 0.05),
    ),
    "log_softmax": ("log_softmax", lambda z: F.log_softmax(z, -1)),
    "elu": ("elu", F.elu),
    "elu of another depth": ({"type": "elu", "alpha": 0.4}, lambda z: F.elu(z, 0.4)),
    "selu": ("selu", F.selu),
    "softplus": ("softplus", F.softplus),
    "softsign": ("softsign", F.softsign),
    "exponential": ("exponential", torch.exp),
    "silu": ("silu", F.silu),
    "mish": ("mish", F.mish),
    # F.hardsigmoid's slope is a sixth in single precision, whatever the type.
    "hard_sigmoid": ("hard_sigmoid", lambda z: F.relu6(z + 3) / 6),
    "gelu": ("gelu", F.gelu),
    "gelu by tanh": ({"type": "gelu", "approximate": True}, lambda z: F.gelu(z, approximate="tanh")),
}


def test_every_activation_is_compared() -> None:
    assert set(registered("activation")) <= set(ACTIVATIONS)


@pytest.mark.parametrize("units", [2, 5])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_dense_layer_with_an_activation(name: str, units: int, dtype: str) -> None:
    activation, theirs = ACTIVATIONS[name]
    stack = [("Dense", {"units": units, "activation": activation}), ("Dense", {"units": 3})]
    random = np.random.default_rng(1)
    # Wide enough to reach every piece of relu6 and hard_sigmoid; exponential would diverge.
    spread = 0.3 if name == "exponential" else 3
    x, y = random.normal(size=(ROWS, 4)) * spread, random.normal(size=(ROWS, 3))

    def forward(x: Any, w: list[Any]) -> Any:
        return dense(theirs(dense(x, *w[:2])), *w[2:])

    agree(network(stack, (4,), dtype), forward, x, y, "mean_squared_error", F.mse_loss)


def of_classes(p: Any, y: Any) -> Any:
    return F.nll_loss(torch.log(p), y)


def softmax(z: Any) -> Any:
    return F.softmax(z, -1)


# Not compared: hinge, squared_hinge, log_cosh and mean_absolute_percentage_error, which PyTorch has not
# (its hinge_embedding_loss and percentage-free losses mean something else).
# Each: the engine's loss, units, activation, PyTorch's activation, PyTorch's loss, kind of targets.
LOSSES: dict[str, tuple[Any, int, str, Any, Any, str]] = {
    "mse": ("mean_squared_error", 3, "linear", None, F.mse_loss, "values"),
    "mae": ("mean_absolute_error", 3, "linear", None, F.l1_loss, "values"),
    "huber": ("huber", 3, "linear", None, F.huber_loss, "values"),
    "huber of another delta": (
        {"type": "huber", "delta": 0.4},
        2,
        "linear",
        None,
        lambda p, y: F.huber_loss(p, y, delta=0.4),
        "values",
    ),
    "bce of one": ("binary_crossentropy", 1, "sigmoid", torch.sigmoid, F.binary_cross_entropy, "yes or no"),
    "bce of three": (
        "binary_crossentropy",
        3,
        "sigmoid",
        torch.sigmoid,
        F.binary_cross_entropy,
        "yes or no",
    ),
    "bce of shares": ("binary_crossentropy", 2, "sigmoid", torch.sigmoid, F.binary_cross_entropy, "shares"),
    "bce of logits": (
        {"type": "binary_crossentropy", "from_logits": True},
        3,
        "linear",
        None,
        F.binary_cross_entropy_with_logits,
        "yes or no",
    ),
    "ce": ("categorical_crossentropy", 4, "softmax", None, F.cross_entropy, "one hot"),
    "ce of two": ("categorical_crossentropy", 2, "softmax", None, F.cross_entropy, "one hot"),
    "ce of shares": ("categorical_crossentropy", 4, "softmax", None, F.cross_entropy, "shares"),
    "ce of logits": (
        {"type": "categorical_crossentropy", "from_logits": True},
        4,
        "linear",
        None,
        F.cross_entropy,
        "one hot",
    ),
    "ce with smoothing": (
        {"type": "categorical_crossentropy", "label_smoothing": 0.2},
        4,
        "softmax",
        None,
        lambda z, y: F.cross_entropy(z, y, label_smoothing=0.2),
        "one hot",
    ),
    "ce of numbers": ("sparse_categorical_crossentropy", 4, "softmax", softmax, of_classes, "classes"),
    "ce of two numbers": ("sparse_categorical_crossentropy", 2, "softmax", softmax, of_classes, "classes"),
    "ce of numbers and logits": (
        {"type": "sparse_categorical_crossentropy", "from_logits": True},
        4,
        "linear",
        None,
        F.cross_entropy,
        "classes",
    ),
    "kl": (
        "kl_divergence",
        4,
        "softmax",
        softmax,
        lambda p, y: F.kl_div(torch.log(p), y, reduction="batchmean"),
        "shares",
    ),
    "poisson": (
        "poisson",
        2,
        "softplus",
        F.softplus,
        lambda p, y: F.poisson_nll_loss(p, y, log_input=False, eps=1e-7),
        "counts",
    ),
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss(name: str, dtype: str) -> None:
    loss, units, activation, theirs, measure, kind = LOSSES[name]
    stack = [
        ("Dense", {"units": 6, "activation": "tanh"}),
        ("Dense", {"units": units, "activation": activation}),
    ]
    model = network(stack, (4,), dtype)
    x, y = np.random.default_rng(1).normal(size=(ROWS, 4)), targets(kind, units)
    logits = activation == "softmax" and theirs is None

    def forward(x: Any, w: list[Any]) -> Any:
        z = dense(torch.tanh(dense(x, *w[:2])), *w[2:])
        return softmax(z) if logits else z if theirs is None else theirs(z)

    def by_output(p: Any, y: Any) -> Any:
        # PyTorch takes weighted sums where Keras takes probabilities: their logarithms are such sums.
        return measure(torch.log(p) if logits else p, y)

    agree(model, forward, x, y, resolve("loss", loss), by_output)


def test_targets_that_do_not_add_up_to_one() -> None:
    stack = [("Dense", {"units": 3, "activation": "softmax"})]
    random = np.random.default_rng(1)
    x, y = random.normal(size=(ROWS, 4)), random.uniform(0.2, 1.5, (ROWS, 3))

    def forward(x: Any, w: list[Any]) -> Any:
        return softmax(dense(x, *w))

    def measure(p: Any, y: Any) -> Any:
        return -(y * torch.log(p)).sum(-1).mean()

    agree(network(stack, (4,), "float64"), forward, x, y, "categorical_crossentropy", measure)


# PyTorch puts epsilon elsewhere: beside the root of the corrected mean square (Adam, AdamW, Nadam), beside
# the root rather than under it (Adagrad, RMSprop), beside the slope (Adamax). With one of 1e-30 in float64
# its place is of no account and the rest of the formula is compared. Adadelta's place is the same, so it
# is compared with an epsilon that matters. Not compared: Lion, which PyTorch has not, and `weight_decay`
# of all but AdamW, which is a slope in PyTorch and a shrinking in Keras.
TINY = 1e-30
OPTIMIZERS: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    ("SGD", {"learning_rate": 0.1}, "SGD", {"lr": 0.1}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9}, "SGD", {"lr": 0.1, "momentum": 0.9}),
    (
        "SGD",
        {"learning_rate": 0.1, "momentum": 0.8, "nesterov": True},
        "SGD",
        {"lr": 0.1, "momentum": 0.8, "nesterov": True},
    ),
    ("Adam", {"learning_rate": 0.01, "epsilon": TINY}, "Adam", {"lr": 0.01, "eps": TINY}),
    (
        "Adam",
        {"learning_rate": 0.02, "beta_1": 0.7, "beta_2": 0.95, "epsilon": TINY},
        "Adam",
        {"lr": 0.02, "betas": (0.7, 0.95), "eps": TINY},
    ),
    (
        "Adam",
        {"learning_rate": 0.02, "beta_2": 0.6, "amsgrad": True, "epsilon": TINY},
        "Adam",
        {"lr": 0.02, "betas": (0.9, 0.6), "amsgrad": True, "eps": TINY},
    ),
    (
        "AdamW",
        {"learning_rate": 0.02, "weight_decay": 0.3, "epsilon": TINY},
        "AdamW",
        {"lr": 0.02, "weight_decay": 0.3, "eps": TINY},
    ),
    (
        "Adagrad",
        {"learning_rate": 0.1, "initial_accumulator_value": 0.1, "epsilon": TINY},
        "Adagrad",
        {"lr": 0.1, "initial_accumulator_value": 0.1, "eps": TINY},
    ),
    (
        "Adagrad",
        {"learning_rate": 0.1, "initial_accumulator_value": 0.0, "epsilon": TINY},
        "Adagrad",
        {"lr": 0.1, "eps": TINY},
    ),
    (
        "Adadelta",
        {"learning_rate": 1.0, "rho": 0.9, "epsilon": 1e-3},
        "Adadelta",
        {"lr": 1.0, "rho": 0.9, "eps": 1e-3},
    ),
    (
        "RMSprop",
        {"learning_rate": 0.01, "rho": 0.8, "epsilon": TINY},
        "RMSprop",
        {"lr": 0.01, "alpha": 0.8, "eps": TINY},
    ),
    (
        "RMSprop",
        {"learning_rate": 0.01, "momentum": 0.7, "centered": True, "epsilon": TINY},
        "RMSprop",
        {"lr": 0.01, "alpha": 0.9, "momentum": 0.7, "centered": True, "eps": TINY},
    ),
    ("Adamax", {"learning_rate": 0.01, "epsilon": TINY}, "Adamax", {"lr": 0.01, "eps": TINY}),
    # Keras's 0.96^t is PyTorch's 0.96^(t * momentum_decay).
    (
        "Nadam",
        {"learning_rate": 0.01, "epsilon": TINY},
        "NAdam",
        {"lr": 0.01, "eps": TINY, "momentum_decay": 1},
    ),
]


def train_alike(
    mine: str, settings: dict[str, Any], theirs: str, given: dict[str, Any], clip: Any, tolerance: float
) -> None:
    stack = [
        ("Dense", {"units": 8, "activation": "tanh"}),
        ("Dense", {"units": 3, "activation": "softmax"}),
    ]
    model = network(stack, (4,), "float64")
    model.compile(getattr(optimizers, mine)(**settings), "sparse_categorical_crossentropy")
    weights, start = tensors(model), model.get_weights()
    x, y = np.random.default_rng(1).normal(size=(ROWS, 4)), targets("classes", 3)

    def forward(x: Any, w: list[Any]) -> Any:
        return dense(torch.tanh(dense(x, *w[:2])), *w[2:])

    model.fit(x, y, batch_size=BATCH, shuffle=False, verbose=0)
    # PyTorch's own multi-tensor paths differ in the last digits only; one after the other is the plainest.
    optimizer = getattr(torch.optim, theirs)(weights, foreach=False, **given)
    trained(optimizer, forward, weights, torch.tensor(x), torch.tensor(y), F.cross_entropy, clip)
    for one, other, before in zip(model.get_weights(), weights, start, strict=True):
        # What was learned is compared, not the weights: where they began would hide a difference.
        near(one - before, other.detach().numpy() - before, tolerance)


@pytest.mark.parametrize(("mine", "settings", "theirs", "given"), OPTIMIZERS, ids=str)
def test_an_optimizer(mine: str, settings: dict[str, Any], theirs: str, given: dict[str, Any]) -> None:
    # PyTorch keeps the product of Nadam's momenta in single precision.
    train_alike(mine, settings, theirs, given, None, 1e-7 if mine == "Nadam" else 1e-9)


def clip_each(weights: list[Any]) -> None:
    for weight in weights:
        torch.nn.utils.clip_grad_norm_([weight], 0.05)


@pytest.mark.parametrize(
    ("limit", "clip"),
    [
        ({"clipvalue": 0.02}, lambda weights: torch.nn.utils.clip_grad_value_(weights, 0.02)),
        ({"clipnorm": 0.05}, clip_each),
        ({"global_clipnorm": 0.1}, lambda weights: torch.nn.utils.clip_grad_norm_(weights, 0.1)),
    ],
    ids=["value", "norm", "norm of all"],
)
def test_clipped_slopes(limit: dict[str, float], clip: Any) -> None:
    # PyTorch divides by the norm plus 1e-6, Keras by the norm: a difference of 1e-6 of the norm.
    train_alike("SGD", {"learning_rate": 0.5, **limit}, "SGD", {"lr": 0.5}, clip, 2e-5)
