"""Runs the app in the terminal and says in a line how it ended."""

from __future__ import annotations

import contextlib
import select
import sys
import traceback
from pathlib import Path

from nn_tui.errors import RunError, fault_words
from nn_tui.experiment.runs.card import RunCard
from nn_tui.text import clean_line
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.garbage import look_past_present

PATIENCE_SECONDS = 1.0
"""How long a last word waits for a terminal that does not read."""


def run_program(app: NnTuiApp, *, mouse: bool = True, debug: bool = False) -> int:
    """Run the app until it is left and give the exit status.

    0 left; 1 ended by a fault of the program; 130 ended by a signal, or because the terminal went away.

    Args:
        app: what to run.
        mouse: let the app have the mouse. Default yes.
        debug: show the traceback of a fault. Default no.
    """
    app.settled = look_past_present
    app.run(mouse=mouse)
    snapshot = app.snapshot
    run = snapshot.run if snapshot is not None and not snapshot.trouble else None
    if run is None and snapshot is not None and snapshot.branch is not None:
        run = snapshot.branch.run
    if app.fault is not None:
        if debug:
            traceback.print_exception(app.fault)
        tell(f"{fault_words(app.fault)}{_goes_on(run)}")
        return 1
    failed = False
    if app.hands_over and run is not None:
        # Whose connection has dropped does not wait to hear of it.
        failed = not _hand_over(run, wait=not app.ended_by)
        run = run if failed else None
    if app.ended_by:
        tell(f"interrupted.{_goes_on(run)}")
        return 130
    return int(failed)


def _goes_on(run: RunCard | None) -> str:
    return f" Go on with: nn-tui {run.id}" if run is not None else ""


def _hand_over(run: RunCard, *, wait: bool) -> bool:
    """Have a run trained to its end in the background, and say so."""
    from nn_tui.experiment.runs.background import start

    try:
        process = start(Path(run.folder), wait=wait)
    except RunError as error:
        tell(str(error))
        return False
    if process:
        tell(f"{run.name} goes on in the background (process {process}): nn-tui follows it,")
        tell(f"nn-tui runs --stop {run.id} ends it.")
    else:
        tell(f"{run.name} has been trained to its end.")
    return True


def tell(text: str) -> None:
    """Tell the person something after the app; nobody may be there to read it, or the terminal may hang."""
    with contextlib.suppress(OSError, ValueError):
        if select.select([], [sys.stderr], [], PATIENCE_SECONDS)[1]:
            print(f"nn-tui: {clean_line(text)}", file=sys.stderr, flush=True)
