"""Data sets that are made from a seed or drawn by hand: a function each, registered by its name."""

from .clinical import *
from .clouds import *
from .drawn import *
from .playground import *
from .playground_page import *
