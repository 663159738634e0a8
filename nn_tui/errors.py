"""The error family: every fault a person can mend is one of these, with a message and a remedy.

A message says what was given and what was expected; the remedy says what to do. `cli.main` and
the app catch `NnTuiError` once each; anything else is a bug and keeps its traceback.
"""

from __future__ import annotations

from nn_tui.text import LONGEST_MESSAGE, clean_line


class NnTuiError(Exception):
    """A fault with one clear line for the person who met it.

    Args:
        message: what was given and what was expected.
        remedy: what to do about it; may be empty.
    """

    exit_status = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        # Names and other programs' words come into messages as they are, and messages go everywhere.
        message, remedy = (clean_line(text, LONGEST_MESSAGE) for text in (message, remedy))
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class SpecError(NnTuiError, ValueError):
    """The experiment as described cannot be: unknown key, value out of bounds, no valid net.

    Args:
        message: what was given and what was expected.
        remedy: what to do about it; may be empty.
        path: where it stands in the spec, dotted as in `--set`: `layers.2.units`; may be empty.
    """

    exit_status = 2

    def __init__(self, message: str, remedy: str = "", path: str = "") -> None:
        super().__init__(message, remedy)
        self.path = path


class ShapeError(SpecError):
    """Two shapes do not fit each other; the message says both."""


class DataError(NnTuiError, ValueError):
    """The data cannot be used as they are; the message names the file, line or column."""

    exit_status = 2


class DivergedError(NnTuiError):
    """Training left the finite numbers; the last good weights are kept."""

    exit_status = 3


class RunError(NnTuiError):
    """A run could not be saved, opened or continued."""


class UsageError(NnTuiError):
    """The program was called in a way that cannot work here."""

    exit_status = 2


def install_words(extra: str) -> str:
    """Say how an extra of this package is installed."""
    return f'pip install "nn-tui[{extra}]"'


def not_installed(what: str, packages: str, extra: str) -> RunError:
    """Make the error for a package that is not there.

    Args:
        what: what needs it, in the plural: `ONNX files`.
        packages: what is needed.
        extra: the extra of this package that brings it.
    """
    return RunError(f"{what} need the package {packages}.", install_words(extra))


def fault_words(fault: BaseException) -> str:
    """Say in one line what went wrong and where."""
    if isinstance(fault, NnTuiError):
        return str(fault)
    cause = fault
    while (inner := getattr(cause, "error", None) or cause.__cause__) is not None and inner is not cause:
        cause = inner  # what Textual wraps a worker's fault in says nothing
    trace, place = cause.__traceback__, ""
    while trace is not None:
        place = f" ({trace.tb_frame.f_code.co_name}, line {trace.tb_lineno})"
        trace = trace.tb_next
    words = clean_line(" ".join(f"{type(cause).__name__}: {cause}".split()), 300)
    return f"stopped by a fault in the program: {words}{place}. Please report it; --debug shows more."
