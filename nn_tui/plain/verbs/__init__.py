"""What can be typed: each command a function, registered with its short form; its docstring is its help.

`help` and the errors are read from what is registered here; nobody keeps a second list.
"""
# ruff: noqa: I001

from nn_tui.plain.verbs.training import *
from nn_tui.plain.verbs.building import *
from nn_tui.plain.verbs.looking import *
from nn_tui.plain.verbs.using import *
from nn_tui.plain.verbs.keeping import *
from nn_tui.plain.verbs.comparing import *
from nn_tui.plain.verbs.background import *
from nn_tui.plain.verbs.program import *
