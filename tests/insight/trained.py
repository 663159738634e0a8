"""Examples trained for a few epochs, once for all tests of the pictures that judge them."""

from functools import cache
from typing import Any

from nn_tui.experiment.examples import example
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec_file import set_value
from nn_tui.insight.pictures import InsightRequest


@cache
def trained(name: str, epochs: int, **changed: Any) -> InsightRequest:
    """An example after some epochs, as the worker gives it to an insight at rest."""
    spec = set_value(example(name), "fit.epochs", epochs)
    for path, value in changed.items():
        spec = set_value(spec, path.replace("__", "."), value)
    session = Session(spec)
    for _ in session.steps():
        pass
    return InsightRequest(session.model, session.data, {}, True)
