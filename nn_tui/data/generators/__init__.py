"""Data sets that are made from a seed: a function each, registered by its name."""

from .clinical import *
from .playground import *
