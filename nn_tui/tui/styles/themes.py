"""The two themes: the only place with literal colours.

Textual's variables do not pass from one style sheet to another, so the tokens that every sheet may use
(`$train`, `$validation`, `$mark`, `$good`, `$warn`, `$muted`, `$line`) are variables of the theme.
Blue and orange for training and validation stay apart for people with any colour vision.
"""

from __future__ import annotations

from dataclasses import replace

from textual.theme import Theme

_DARK = {
    "train": "#56b4e9",
    "validation": "#e69f00",
    "mark": "#a08ad0",
    "negative": "#f59322",
    "middle": "#3a3d45",
    "positive": "#348cd6",
    "good": "#6fbf8f",
    "warn": "#e0b050",
    "muted": "#8b919d",
    "faint": "#6e7480",
    "line": "#363a44",
    "line-focus": "#5b84a8",
    "chosen": "#2a323d",
    "chosen-blurred": "#23272f",
    "field": "#20242b",
}
_LIGHT = {
    "train": "#0068a8",
    "validation": "#b05c00",
    "mark": "#6b4fa8",
    "negative": "#d9822b",
    "middle": "#e3e5e9",
    "positive": "#3d8fd1",
    "good": "#1d7a48",
    "warn": "#8a5a00",
    "muted": "#5c626e",
    "faint": "#7d838f",
    "line": "#c9ccd3",
    "line-focus": "#4682b4",
    "chosen": "#dbe7f2",
    "chosen-blurred": "#ebedf0",
    "field": "#eceef1",
}

DARK = Theme(
    name="nn-tui-dark",
    dark=True,
    primary="#56b4e9",
    secondary="#8b919d",
    accent="#56b4e9",
    foreground="#c8ccd4",
    background="#181a1f",
    surface="#181a1f",
    panel="#20242b",
    boost="#20242b",
    warning="#e0b050",
    error="#e58a7b",
    success="#6fbf8f",
    variables={
        **_DARK,
        "block-cursor-background": "#2a323d",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#23272f",
        "block-hover-background": "#20242b",
        "input-cursor-background": "#c8ccd4",
        "input-cursor-foreground": "#181a1f",
        "input-selection-background": "#2f5a78",
        "scrollbar": "#363a44",
        "scrollbar-hover": "#4a4f5b",
        "scrollbar-active": "#5b84a8",
        "scrollbar-background": "#181a1f",
        "scrollbar-background-hover": "#181a1f",
        "scrollbar-background-active": "#181a1f",
        "scrollbar-corner-color": "#181a1f",
    },
)

LIGHT = Theme(
    name="nn-tui-light",
    dark=False,
    primary="#0068a8",
    secondary="#5c626e",
    accent="#0068a8",
    foreground="#2a2e36",
    background="#fbfbf9",
    surface="#fbfbf9",
    panel="#eceef1",
    boost="#eceef1",
    warning="#8a5a00",
    error="#a8362a",
    success="#1d7a48",
    variables={
        **_LIGHT,
        "block-cursor-background": "#dbe7f2",
        "block-cursor-foreground": "#000000",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#ebedf0",
        "block-hover-background": "#eceef1",
        "input-cursor-background": "#2a2e36",
        "input-cursor-foreground": "#fbfbf9",
        "input-selection-background": "#b5d3ea",
        "scrollbar": "#c9ccd3",
        "scrollbar-hover": "#a9adb7",
        "scrollbar-active": "#4682b4",
        "scrollbar-background": "#fbfbf9",
        "scrollbar-background-hover": "#fbfbf9",
        "scrollbar-background-active": "#fbfbf9",
        "scrollbar-corner-color": "#fbfbf9",
    },
)

_MARKED = ("chosen", "chosen-blurred", "block-cursor-background", "block-cursor-blurred-background")


def with_few_colours(theme: Theme) -> Theme:
    """Give a theme for 16 colours: blue and orange are two of them, and what is chosen has a ground."""
    signs = {"negative": "#aa5500", "positive": "#5555ff"}
    if theme.dark:
        return replace(theme, variables={**theme.variables, **signs})
    return replace(theme, variables={**theme.variables, **signs, **dict.fromkeys(_MARKED, "#c0c0c0")})


TOKENS = _DARK
"""What a theme that is not ours falls back to."""
