"""What `NO_COLOR` asks for: no colour is sent at all; what a ground would say is said by reverse video.

Textual itself turns colours into greys, which are colours too (https://no-color.org).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color, ColorParseError
from textual.filter import LineFilter

REVERSED = (
    "accent",
    "chosen",
    "block-cursor-background",
    "input-cursor-background",
    "input-selection-background",
    "scrollbar",
    "scrollbar-hover",
    "scrollbar-active",
)
"""The variables of a theme whose colour, as a ground, says: this one."""
UNDERLINED = ("chosen-blurred", "block-cursor-blurred-background")
"""Those that say: this one, when the keys come here again."""
DIMMED = ("faint",)
"""Those whose colour, of a letter, says: not now."""

RGB = tuple[int, int, int]


class NoColours(LineFilter):
    """Takes every colour away and leaves bold, underlined, dim and reversed.

    Args:
        variables: gives the colours of the present theme by their names.
    """

    def __init__(self, variables: Callable[[], Mapping[str, str]]) -> None:
        super().__init__()
        self._variables = variables
        self._known: Mapping[str, str] | None = None
        self._grounds: dict[RGB, Style] = {}
        self._letters: dict[RGB, Style] = {}

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Change the segments of a line."""
        if (variables := self._variables()) is not self._known:
            self._learn(variables)
        return [
            Segment(text, None if style is None else self._plain(style), control)
            for text, style, control in segments
        ]

    def _learn(self, variables: Mapping[str, str]) -> None:
        self._known = variables
        self._grounds = _styles(variables, UNDERLINED, Style(underline=True))
        self._grounds |= _styles(variables, REVERSED, Style(reverse=True))
        self._letters = _styles(variables, DIMMED, Style(dim=True))

    def _plain(self, style: Style) -> Style:
        ground, letters = style.bgcolor, style.color
        if style.reverse:
            ground, letters = letters, ground
        kept = _without_colours(style)
        if ground is not None and (said := self._grounds.get(_rgb(ground))):
            return kept + said
        if letters is not None and (said := self._letters.get(_rgb(letters))):
            return kept + said
        return kept


def _rgb(colour: RichColor) -> RGB:
    red, green, blue = colour.get_truecolor()
    return red, green, blue


@lru_cache(2048)
def _without_colours(style: Style) -> Style:
    """Leave out the colours; what a click does stays, which Rich's own `without_color` forgets."""
    return style.without_color + Style.from_meta(style.meta)


def _styles(variables: Mapping[str, str], names: tuple[str, ...], style: Style) -> dict[RGB, Style]:
    found: dict[RGB, Style] = {}
    for name in names:
        try:
            found[Color.parse(variables[name]).rgb] = style
        except (KeyError, ColorParseError):
            continue
    return found
