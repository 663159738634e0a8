"""A run as one Python file that predicts with NumPy alone, to be read by people.

`writing` lays the file out, `page` collects what it is made of. Each family of layers has a file here with
two sorts of functions: those that write a layer's line of the forward pass, and those whose own source goes
into the file. The latter use NumPy and each other only. Names that came from files are written as Python
literals, never as code.
"""

from nn_tui.export.numpy_code.writing import python_file

__all__ = ["python_file"]
