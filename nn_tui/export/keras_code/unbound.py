"""What a name means that a pasted piece of a program uses without importing it."""

from __future__ import annotations

from functools import cache

from nn_tui.declare import Kind, aliases, registered

MODULES: dict[Kind, str] = {
    "layer": "layers",
    "optimizer": "optimizers",
    "callback": "callbacks",
    "schedule": "optimizers.schedules",
    "regularizer": "regularizers",
    "initializer": "initializers",
    "loss": "losses",
    "metric": "metrics",
}
"""Where Keras keeps what; the first in which a name is found is meant."""
ALSO_LAYERS = ("Input", "InputLayer", "ReLU", "Softmax", "ELU", "Convolution2D", "Convolution1D")
"""Names of Keras's that the registry of layers has not, but that can be read."""


@cache
def _meanings() -> dict[str, str]:
    found = {"keras": "keras", "tf": "tensorflow", "K": "keras.backend", "np": "numpy"}
    parts = ("layers", "models", "optimizers", "losses", "metrics", "regularizers", "initializers")
    found |= {name: f"keras.{name}" for name in (*parts, "callbacks", "activations")}
    found |= {name: f"keras.layers.{name}" for name in ALSO_LAYERS}
    found["Sequential"] = "keras.Sequential"
    for kind, module in MODULES.items():
        for name in registered(kind):
            for word in (name, *aliases(kind, name)):
                if word[0].isupper() or kind in ("loss", "regularizer"):
                    found.setdefault(word, f"keras.{module}.{word}")
    return found


def meant_by(name: str) -> str:
    """Give the dotted path that a name has in every program that uses Keras; "" for any other."""
    return _meanings().get(name, "")
