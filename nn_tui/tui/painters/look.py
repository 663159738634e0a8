"""How things are to look: colours by role, and what the terminal cannot do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rich.color import Color
from rich.style import Style

RGB = tuple[int, int, int]

CLASSES: tuple[RGB, ...] = (
    (230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (0, 114, 178),
    (213, 94, 0), (204, 121, 167), (150, 150, 150), (148, 103, 189), (140, 86, 75),
)  # fmt: skip
"""Okabe and Ito's colours of classes, which people with any colour vision can tell apart."""
DARKER_CLASSES: tuple[RGB, ...] = (
    (176, 110, 0), (26, 122, 184), (0, 122, 88), (134, 120, 0), (0, 84, 138),
    (188, 78, 0), (172, 84, 138), (106, 106, 106), (120, 74, 162), (118, 70, 60),
)  # fmt: skip
"""The same for a light ground, on which names in yellow and sky blue could not be read."""
FEW_CLASSES: tuple[RGB, ...] = (
    (170, 85, 0), (85, 85, 255), (0, 170, 0), (170, 0, 170), (0, 170, 170),
    (255, 85, 85), (255, 85, 255), (170, 0, 0), (170, 170, 170), (85, 85, 85),
)  # fmt: skip
"""Colours of classes that are ten different ones of the 16 that every terminal has."""


@dataclass(frozen=True)
class Look:
    """Colours by role, and whether only ASCII characters or no colours may be used."""

    text: RGB = (200, 204, 212)
    faint: RGB = (110, 116, 128)
    ground: RGB = (24, 26, 31)
    train: RGB = (86, 180, 233)
    validation: RGB = (230, 159, 0)
    mark: RGB = (150, 120, 200)
    negative: RGB = (245, 147, 34)
    middle: RGB = (58, 61, 69)
    positive: RGB = (52, 140, 214)
    classes: tuple[RGB, ...] = CLASSES
    ascii: bool = False
    colour: bool = True
    few: bool = False
    """Whether there are 16 colours, none of which lies between two others."""

    @property
    def shades(self) -> bool:
        """Whether a colour can say how much; letters do where it cannot."""
        return self.colour and not self.ascii and not self.few


@lru_cache(maxsize=4096)
def style(colour: RGB | None, ground: RGB | None = None, bold: bool = False) -> Style:
    """Give the style of a foreground and a background colour; the same object for the same colours."""
    return Style(
        color=None if colour is None else Color.from_rgb(*colour),
        bgcolor=None if ground is None else Color.from_rgb(*ground),
        bold=bold or None,
    )


def mix(one: RGB, other: RGB, share: float) -> RGB:
    """Give the colour that lies `share` of the way from one to the other."""
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))  # type: ignore[return-value]  # three parts
