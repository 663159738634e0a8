"""A frozen Bidirectional is frozen in the Keras code too."""

from nn_tui.experiment.examples import example
from nn_tui.experiment.spec_file import set_value
from nn_tui.export.keras_code.writing import keras_code


def test_the_layer_inside_is_written_as_frozen() -> None:
    layer = {"type": "Bidirectional", "layer": {"type": "GRU", "units": 3}, "trainable": False}
    written = keras_code(set_value(example("circle"), "layers", [layer]))
    assert "layers.Bidirectional(layer=layers.GRU(units=3, trainable=False), trainable=False)" in written
