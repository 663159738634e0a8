"""Specs that several tests start from."""

from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import loads

TEXT = """
name = "test"
seed = 3

[data]
source = "circle"
rows = 120
test_split = 0.25
validation_split = 0.2

[[layers]]
type = "Dense"
units = 6
activation = "relu"

[[layers]]
type = "Dropout"
rate = 0.1

[[layers]]
type = "Dense"
units = 2
activation = "softmax"

[compile]
loss = "sparse_categorical_crossentropy"
metrics = ["accuracy"]

[compile.optimizer]
type = "Adam"
learning_rate = 0.01

[fit]
batch_size = 8
epochs = 4
"""


def small() -> Spec:
    """Give a network that trains in a few milliseconds: dropout, validation rows, partial batch."""
    return loads(TEXT)
