"""The layers, a family a file."""

from .core import *
from .layer import Layer
from .regularization import *
