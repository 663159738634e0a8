"""The optimizers, a rule a file."""

from typing import Any

from nn_tui.engine import schedules as schedules
from nn_tui.engine.resolving import resolve

from .adadelta import *
from .adagrad import *
from .adam import *
from .adamax import *
from .lion import *
from .nadam import *
from .optimizer import Optimizer
from .playground import *
from .rmsprop import *
from .sgd import *


def get(identifier: Any) -> Optimizer:
    """Give the optimizer for a name, a mapping or an object."""
    made: Optimizer = resolve("optimizer", identifier)
    return made
