"""The doctor says what matters of a terminal and what to do about it."""

from __future__ import annotations

import pytest

from nn_tui.tui.doctor import findings

TOLD = (
    "TERM", "COLORTERM", "NO_COLOR", "TEXTUAL_COLOR_SYSTEM", "SSH_CONNECTION", "TMUX", "STY", "LC_ALL",
    "LC_CTYPE", "LANG", "NN_TUI_ASCII",
)  # fmt: skip


@pytest.mark.parametrize(
    ("environment", "name", "value", "advice"),
    [
        ({"TERM": "xterm-256color"}, "colours", "256", "COLORTERM=truecolor"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "colours", "16 million", ""),
        ({"TERM": "xterm", "SSH_CONNECTION": "a b c d"}, "colours", "16", "ssh -o SendEnv=COLORTERM"),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/s"}, "colours", "256", "terminal-features ',*:RGB'"),
        ({"TERM": "xterm", "TEXTUAL_COLOR_SYSTEM": "256"}, "colours", "256", ""),
        ({"TERM": "xterm", "NO_COLOR": "1"}, "colours", "none", ""),
        ({"TERM": "dumb"}, "terminal", "dumb", "in sentences"),
        ({}, "terminal", "TERM is not set", "in sentences"),
        ({"TERM": "screen", "STY": "1.x"}, "terminal", "screen, inside GNU screen", "must be a terminal"),
        ({"TERM": "xterm", "LC_ALL": "C"}, "characters", "ASCII only", "LC_ALL=C.UTF-8"),
        ({"TERM": "xterm", "LC_ALL": "C.UTF-8"}, "characters", "locale C.UTF-8", ""),
        ({"TERM": "xterm", "NN_TUI_ASCII": "1"}, "characters", "NN_TUI_ASCII is set", ""),
        ({"TERM": "linux"}, "mouse", "none", "?"),
        ({"TERM": "xterm"}, "mouse", "clicks", "--no-mouse"),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/s"}, "mouse", "clicks", "set -g mouse on"),
        ({"TERM": "xterm", "SSH_CONNECTION": "a b c d"}, "connection", "SSH", "--keep"),
        ({"TERM": "xterm"}, "connection", "local", ""),
    ],
)
def test_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], name: str, value: str, advice: str
) -> None:
    for one in TOLD:
        monkeypatch.delenv(one, raising=False)
    for one, text in environment.items():
        monkeypatch.setenv(one, text)
    told = {found: (said, hint) for found, said, hint in findings()}
    said, hint = told[name]
    assert value in said and (advice in hint if advice else hint == "")
