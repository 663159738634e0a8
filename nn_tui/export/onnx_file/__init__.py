"""ONNX files: a saved run as one graph, from raw rows to predictions; extra `onnx`.

`writing` makes the file of a run. `columns` and `dates` write how a table's columns become numbers,
`stack` the layers, a family a file, and `activations` what is made of sums; `graph` is the paper they all
write on. A layer is in its family's table `EMITTERS`, by its class; one that is in none is refused.
"""

from nn_tui.export.onnx_file.writing import onnx_bytes

__all__ = ["onnx_bytes"]
