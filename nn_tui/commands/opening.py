"""`nn-tui [SOURCE]`: the app, or the mode of lines."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from nn_tui.commands.asking import asked_spec, changed_spec, start_options, take_settings, take_words
from nn_tui.errors import UsageError
from nn_tui.text import bare

if TYPE_CHECKING:
    from pathlib import Path

    from nn_tui.experiment.runs.card import RunCard
    from nn_tui.experiment.runs.store import RunStore
    from nn_tui.experiment.spec import Spec


def open_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    take_words(parser)
    take_settings(parser)
    parser.add_argument(
        "--keep", action="store_true", help="train on in the background when left or disconnected"
    )
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    parser.add_argument(
        "--plain", action="store_true", help="type commands, read sentences: for screen readers and pipes"
    )
    start_options(parser)


def open_app(options: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    if options.plain or (sys.stdout.isatty() and _only_lines()):
        return _converse(options)
    only_on_a_terminal("Use `nn-tui train` to train without a screen, or --plain to type commands.")
    from nn_tui.tui.garbage import look_for_none

    look_for_none()
    from nn_tui.experiment.runs.store import RunStore

    notes: list[str] = []
    store = RunStore()
    run, greeting = None if options.source is None else store.named(options.source), ""
    if run is None:
        run, greeting = _background(options, store)
    spec, path = _opened(options, run, notes.extend)
    _allow_queries(spec)
    from nn_tui.tui.app import NnTuiApp
    from nn_tui.tui.program import run_program

    app = NnTuiApp(spec, path=path, run=run)
    # Of what is written to a terminal now, nobody sees anything before the app is left.
    app.greeting, app.keep = " ".join(part for part in (*notes, greeting) if part), options.keep
    return run_program(app, mouse=not options.no_mouse, debug=options.debug)


def _allow_queries(spec: Spec) -> None:
    """Ask whether a query that came inside the file may be run.

    Raises:
        UsageError: it may not.
    """
    from nn_tui.experiment.queries import agree, unknown

    queries = unknown(spec)
    if not queries:
        return
    print("The rows of this experiment come from a query in its file:", file=sys.stderr)
    print(*(" ".join(query.split()) for query in queries), sep="\n", file=sys.stderr)
    print("Run it? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise UsageError(
            "The query was not run.", "Open the experiment with other data: --set data.source=FILE."
        )
    agree(*queries)


def only_on_a_terminal(remedy: str) -> None:
    """Prepare to open the app.

    Raises:
        UsageError: there is no terminal to draw on.
    """
    # Textual draws on the error stream, so that one must be a terminal as well.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError("The app needs a terminal on input, output and errors.", remedy)
    # Read when Textual is imported. It paints what has changed at once, but for so long after the last
    # painting it waits; at its own 60 a second a key would wait for a frame.
    os.environ.setdefault("TEXTUAL_FPS", "250")


def _opened(
    options: argparse.Namespace, run: RunCard | None, tell: Callable[[list[str]], None]
) -> tuple[Spec, Path | None]:
    """Give the experiment that is opened, that of a run where there is one, and the file it is saved to."""
    from pathlib import Path

    from nn_tui.experiment.sources import DEFAULT

    source = options.source or DEFAULT
    path = Path(source) if source.endswith(".toml") else None
    if run is None:
        return asked_spec(options, source, tell), path
    from nn_tui.experiment.checkpoint import SavedRun

    saved = SavedRun.open(Path(run.folder))
    saved.read()
    spec = changed_spec(options, saved.spec)
    if spec != saved.spec:
        raise UsageError("A saved run is opened as it is.", "Change it when it is open, or fork it there.")
    return spec, path


def _background(options: argparse.Namespace, store: RunStore) -> tuple[RunCard | None, str]:
    """Give the run of the background that is opened when nothing else is asked for, and what to say."""
    from pathlib import Path

    from nn_tui.experiment.runs.background import looked_at, newest_in_background, news

    card = newest_in_background(store.runs())
    if card is None:
        return None, ""
    told = news(card)
    if options.source is not None or options.assignments or options.seed is not None:
        return None, f"{told} v shows it."
    looked_at(Path(card.folder))
    return card, told


def _only_lines() -> bool:
    """Whether the terminal cannot move its cursor, so that the app cannot draw on it."""
    from nn_tui.tui.terminal import cannot_draw

    return cannot_draw()


def _converse(options: argparse.Namespace) -> int:
    """Open the workbench of commands and sentences."""
    from nn_tui.experiment.runs.background import newest_in_background, news, require_free
    from nn_tui.experiment.runs.store import RunStore
    from nn_tui.plain.shell import Shell
    from nn_tui.plain.workbench import Workbench
    from nn_tui.tui.terminal import needs_ascii

    if options.keep:
        raise UsageError("--keep goes with the app.", "Without it the run is saved when it is left.")
    notes: list[str] = []
    store = RunStore()
    run = None if options.source is None else store.named(options.source)
    if run is not None:
        require_free(run)
    spec, path = _opened(options, run, notes.extend)
    if (card := newest_in_background(store.runs())) is not None:
        notes.append(f"{news(card)} Type follow to hear of it, runs to find it.")
    shell = Shell(Workbench(spec, store, run, path), sys.stdin, bare(sys.stdout), ascii_only=needs_ascii())
    shell.say(*notes)
    return shell.run()
