"""Keras 3's own files, `.keras`: written for Keras, and read without it.

`writing` makes one of a run, `reading` makes an experiment and its weights of one; `objects` says how
Keras writes layers, optimizers and losses as JSON, `storage` how their numbers lie in the HDF5 part.
Nothing that a file names is imported or run.
"""

from nn_tui.export.keras_file.reading import KerasModel, read_keras
from nn_tui.export.keras_file.writing import keras_bytes

__all__ = ["KerasModel", "keras_bytes", "read_keras"]
