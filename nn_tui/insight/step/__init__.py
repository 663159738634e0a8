"""One training step worked out on paper: what the engine did, the same by hand, and the page of it."""

from .view import *
