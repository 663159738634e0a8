"""How Keras spells a class's name as a layer's: conv2d, max_pooling2d, leaky_re_lu."""

from __future__ import annotations

import re

__all__ = ["camel_case", "snake_case"]


def snake_case(name: str) -> str:
    """Write a class's name in small letters with underscores, as Keras 3 does it."""
    snake = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", snake).lower()


def camel_case(name: str) -> str:
    """Write a function's name as its class's: HeNormal for he_normal."""
    return "".join(part.capitalize() for part in name.split("_"))
