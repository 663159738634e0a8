"""The loss as a landscape over two directions of the weights, with the way that the training took."""

from .view import *
