"""nn-tui: a neural-network workbench for the terminal.

Importing this package costs nothing: it holds the version only. The engine is `nn_tui.engine`.
"""

__version__ = "0.1.0"
