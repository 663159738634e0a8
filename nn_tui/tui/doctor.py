"""What this terminal and machine can do, as `nn-tui doctor` prints it."""

from __future__ import annotations

import contextlib
import locale
import os
import platform
import shutil
import sys
from importlib import metadata

from nn_tui import __version__
from nn_tui.tui.terminal import cannot_draw, needs_ascii, wants_no_colours


def findings() -> list[tuple[str, str, str]]:
    """Give (name, value, advice) for each thing looked at; no advice where all is well."""
    columns, rows = _size()
    small = columns < 80 or rows < 24
    return [
        ("nn-tui", __version__, ""),
        ("Python", platform.python_version(), ""),
        ("libraries", _versions("textual", "numpy", "plotext"), ""),
        ("BLAS", _blas(), ""),
        ("cores", str(os.cpu_count()), ""),
        ("terminal", *_terminal()),
        ("size", f"{columns} x {rows}", "80 x 24 or more shows more" if small else ""),
        ("colours", *_colours()),
        ("characters", *_characters()),
        ("mouse", *_mouse()),
        ("connection", *_connection()),
    ]


def _size() -> tuple[int, int]:
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        with contextlib.suppress(OSError, ValueError):
            columns, rows = os.get_terminal_size(stream.fileno())
            return columns, rows
    columns, rows = shutil.get_terminal_size()
    return columns, rows


def _terminal() -> tuple[str, str]:
    term = os.environ.get("TERM", "") or "TERM is not set"
    inside = "tmux" if "TMUX" in os.environ else "GNU screen" if "STY" in os.environ else ""
    value = f"{term}, inside {inside}" if inside else term
    if cannot_draw():
        return value, "cannot move its cursor: nn-tui opens in sentences, as with --plain"
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return value, "input, output and errors must be a terminal for the app"
    return value, ""


def _colours() -> tuple[str, str]:
    if wants_no_colours():
        return "none (NO_COLOR is set)", ""
    term, told = os.environ.get("TERM", ""), os.environ.get("COLORTERM", "").strip().lower()
    chosen = os.environ.get("TEXTUAL_COLOR_SYSTEM", "auto")
    by_choice = {"truecolor": "16 million", "256": "256", "standard": "16"}.get(chosen)
    if by_choice:
        return f"{by_choice} (TEXTUAL_COLOR_SYSTEM is set)", ""
    if term in ("", "dumb", "unknown"):
        return "none", ""
    if told in ("truecolor", "24bit"):
        return "16 million", ""
    advice = "COLORTERM=truecolor if the terminal can show more"
    if "SSH_CONNECTION" in os.environ:
        advice = "for more: ssh -o SendEnv=COLORTERM, and AcceptEnv COLORTERM in the server's sshd_config"
    if "TMUX" in os.environ:
        advice = "for more, in tmux.conf: set -ga terminal-features ',*:RGB', and COLORTERM=truecolor"
    return ("256" if "256color" in term else "16"), advice


def _characters() -> tuple[str, str]:
    encoding = locale.getpreferredencoding(False)
    name = next((os.environ[key] for key in ("LC_ALL", "LC_CTYPE", "LANG") if os.environ.get(key)), "")
    value = f"{encoding}, locale {name or 'not set'}"
    if not needs_ascii():
        return value, ""
    if os.environ.get("NN_TUI_ASCII"):
        return f"{value}; ASCII only (NN_TUI_ASCII is set)", ""
    return f"{value}; ASCII only", "LC_ALL=C.UTF-8 for finer pictures"


def _mouse() -> tuple[str, str]:
    if cannot_draw() or os.environ.get("TERM") == "linux":
        return "none", "every key is in ?" if not cannot_draw() else ""
    advice = "M or --no-mouse leaves it to the terminal, to select text"
    if "TMUX" in os.environ:
        advice = f"in tmux.conf: set -g mouse on; {advice}"
    return "clicks and scrolling", advice


def _connection() -> tuple[str, str]:
    if "SSH_CONNECTION" not in os.environ:
        return "local", ""
    return "SSH", "nn-tui --keep trains on when it drops; without, the run is saved"


def _versions(*packages: str) -> str:
    return ", ".join(f"{package} {metadata.version(package)}" for package in packages)


def _blas() -> str:
    import numpy  # noqa: F401  # loads the library that is asked about
    from threadpoolctl import threadpool_info

    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    if not pools:
        return "unknown"
    return ", ".join(
        f"{pool['internal_api']} {pool['version']}, {pool['num_threads']} threads" for pool in pools
    )
