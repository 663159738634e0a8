"""What particular layers do with a sample: filters and their maps, memories, words, a reconstruction."""
# ruff: noqa: I001

from .filters import *
from .feature_maps import *
from .states import *
from .reconstruction import *
from .embedding import *
