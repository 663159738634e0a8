"""Small real runs, ill ones and well ones, and what was found of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from nn_tui.errors import DivergedError
from nn_tui.experiment.diagnosis.examining import findings, signs_of_session
from nn_tui.experiment.diagnosis.finding import Finding
from nn_tui.experiment.diagnosis.signs import Signs
from nn_tui.experiment.history import GrowingCurves
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import loads

CIRCLE = 'source = "circle"\nrows = 200\nvalidation_split = 0.2'
CROSSENTROPY = 'loss = "sparse_categorical_crossentropy"\nmetrics = ["accuracy"]'


def dense(units: int, activation: str = "linear", **settings: str) -> str:
    """A Dense layer as TOML."""
    more = "\n".join(f"{name} = {value}" for name, value in settings.items())
    return f'type = "Dense"\nunits = {units}\nactivation = "{activation}"\n{more}'


def spec(
    layers: Sequence[str],
    *,
    data: str = CIRCLE,
    learns: str = CROSSENTROPY,
    optimizer: str = "Adam",
    rate: float = 0.01,
    epochs: int = 20,
    batch_size: int = 10,
    seed: int = 0,
) -> Spec:
    """A spec of few words."""
    stack = "\n".join(f"[[layers]]\n{layer}" for layer in layers)
    return loads(
        f'name = "test"\nseed = {seed}\n[data]\n{data}\n{stack}\n[compile]\n{learns}\n'
        f'[compile.optimizer]\ntype = "{optimizer}"\nlearning_rate = {rate!r}\n'
        f"[fit]\nbatch_size = {batch_size}\nepochs = {epochs}\n"
    )


def trained(what: Spec) -> Signs:
    """Train to the end, or until it diverges, and measure."""
    session = Session(what, keep_history=False)
    curves = GrowingCurves()
    diverged = ""
    try:
        for epoch_ended in session.steps():
            if epoch_ended:
                curves.append(session.epoch, session.last_epoch())
    except DivergedError as error:
        diverged = error.message
    return signs_of_session(session, curves.view(), diverged)


def found(signs: Signs) -> dict[str, Finding]:
    """What was found, by name, in its order."""
    return {finding.name: finding for finding in findings(signs)}


@cache
def well() -> Signs:
    """A run that learns: every sign must be silent about it."""
    return trained(spec([dense(16, "relu"), dense(2, "softmax")]))
