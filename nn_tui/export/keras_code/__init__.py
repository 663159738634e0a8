"""An experiment as a program for Keras, and such a program as an experiment.

`writing` makes the text. `reading` takes it apart by its syntax tree: `program` and `expressions` follow
statements and values as far as they matter, `assembling` and `things` turn what was built into a spec,
`rows` finds data for it. Nothing is imported or run.
"""

from nn_tui.export.keras_code.reading import looks_like_keras_code, read_file, read_keras_code
from nn_tui.export.keras_code.writing import generated, keras_code, write_rows

__all__ = [
    "generated",
    "keras_code",
    "looks_like_keras_code",
    "read_file",
    "read_keras_code",
    "write_rows",
]
