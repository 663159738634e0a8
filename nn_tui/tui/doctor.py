"""What this terminal and machine can do, as `nn-tui doctor` prints it."""

from __future__ import annotations

import locale
import os
import platform
import shutil
import sys
from importlib import metadata

from nn_tui import __version__


def findings() -> list[tuple[str, str, str]]:
    """Give (name, value, advice) for each thing looked at; no advice where all is well."""
    columns, rows = shutil.get_terminal_size()
    small = columns < 80 or rows < 24
    encoding = locale.getpreferredencoding(False)
    plain = "utf" not in encoding.lower()
    colours, colour_advice = _colours()
    return [
        ("nn-tui", __version__, ""),
        ("Python", platform.python_version(), ""),
        ("libraries", _versions("textual", "numpy", "plotext"), ""),
        ("BLAS", _blas(), ""),
        ("cores", str(os.cpu_count()), ""),
        ("terminal", os.environ.get("TERM", "none"), "" if sys.stdout.isatty() else "no terminal"),
        ("size", f"{columns} x {rows}", "80 x 24 or more is better" if small else ""),
        ("colours", colours, colour_advice),
        ("characters", encoding, "set LANG=C.UTF-8 for finer pictures" if plain else ""),
        ("connection", "SSH" if "SSH_CONNECTION" in os.environ else "local", ""),
    ]


def _colours() -> tuple[str, str]:
    if os.environ.get("NO_COLOR") is not None:
        return "none (NO_COLOR is set)", ""
    if os.environ.get("COLORTERM", "") in ("truecolor", "24bit"):
        return "16 million", ""
    term = os.environ.get("TERM", "")
    over_ssh = "SSH_CONNECTION" in os.environ
    advice = "try: ssh -o SendEnv=COLORTERM" if over_ssh else "COLORTERM=truecolor if it can more"
    if "256" in term:
        return "256", advice
    return ("none", "") if term in ("", "dumb") else ("16", advice)


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
