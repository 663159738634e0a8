"""The dark and the light theme: the only place where colours are written."""

from __future__ import annotations

from textual.theme import Theme

_DARK = {
    "train": "#56b4e9",
    "validation": "#e6a11f",
    "mark": "#9a86c8",
    "faint": "#878d9a",
    "frame": "#3f4450",
    "focus": "#5f87af",
    "warn": "#f0a35e",
    "good": "#62b58f",
    "negative": "#f59322",
    "middle": "#3a3d45",
    "positive": "#3d9be0",
}
_LIGHT = {
    "train": "#0067a3",
    "validation": "#b35900",
    "mark": "#6c4fb3",
    "faint": "#6b7079",
    "frame": "#c3c7cf",
    "focus": "#3f74a8",
    "warn": "#a84300",
    "good": "#1d7a55",
    "negative": "#e07b00",
    "middle": "#e3e5e9",
    "positive": "#0877bd",
}

DARK = Theme(
    name="nn-tui-dark",
    primary="#5f87af",
    foreground="#d5d9e0",
    background="#16181d",
    surface="#1d2027",
    panel="#242832",
    dark=True,
    variables=_DARK,
)
LIGHT = Theme(
    name="nn-tui-light",
    primary="#3f74a8",
    foreground="#22252b",
    background="#fafbfc",
    surface="#ffffff",
    panel="#eef0f3",
    dark=False,
    variables=_LIGHT,
)


def defaults() -> dict[str, str]:
    """Give our colour names for themes that do not have them."""
    return dict(_DARK)
