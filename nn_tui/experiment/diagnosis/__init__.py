"""What is wrong with a run, and the remedy: measured signs in, sentences out.

Each sign is a function from `Signs` to a `Finding` or None, registered by name; adding one is adding one
function. The order here and in each file is the order of urgency.
"""
# ruff: noqa: I001

from nn_tui.experiment.diagnosis.finding import Diagnosis, Finding, Remedy
from nn_tui.experiment.diagnosis.signs import DataFacts, LayerSigns, Signs

from nn_tui.experiment.diagnosis.outputs import *
from nn_tui.experiment.diagnosis.gradients import *
from nn_tui.experiment.diagnosis.rates import *
from nn_tui.experiment.diagnosis.units import *
from nn_tui.experiment.diagnosis.classes import *
from nn_tui.experiment.diagnosis.fitting import *
from nn_tui.experiment.diagnosis.progress import *
