"""From a model and data to a picture: pure functions, registered by name; adding one is adding a file.

The order here is the order of the tabs.
"""
# ruff: noqa: I001

from .network import *
from .fit import *
from .step import *
from .gradients import *
from .weights import *
from .confusion import *
from .mistakes import *
from .activations import *
from .landscape import *
from .layers import *
from .best import *
from .word_list import *
