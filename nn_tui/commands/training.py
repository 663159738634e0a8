"""`nn-tui train`: without a screen."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from nn_tui.commands.asking import asked_spec, start_options, take_settings, take_words, tell_notes, warn
from nn_tui.errors import UsageError
from nn_tui.text import bare, clean_line

if TYPE_CHECKING:
    from nn_tui.experiment.headless import Report


def train_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    take_words(parser)
    take_settings(parser)
    start_options(parser)
    parser.add_argument("--epochs", type=int, metavar="N", help="how many epochs")
    parser.add_argument("--verbose", type=int, choices=(0, 1, 2), default=2, help="0 quiet, 1 bar, 2 lines")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, nothing else")
    keep = parser.add_mutually_exclusive_group()
    keep.add_argument("--save", metavar="DIR", help="keep the run in this folder of your own")
    keep.add_argument("--no-save", action="store_true", help="do not keep the run")
    keep.add_argument("--resume", metavar="RUN", help="continue a saved run, see `nn-tui runs`")
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="with --save: delete a run that is in DIR, so that it can be taken back within a week",
    )
    parser.add_argument(
        "--until",
        metavar="CONDITION",
        action="append",
        default=[],
        help="stop when it holds, after saving: 'accuracy >= 0.95', 'val_loss rising 3', 'dead > 30%%'",
    )
    parser.add_argument(
        "--find-lr", action="store_true", help="train nothing: try learning rates and suggest one"
    )
    parser.add_argument("--background", action="store_true", help=argparse.SUPPRESS)


def _find_rate(options: argparse.Namespace) -> int:
    from nn_tui.experiment.rate_chart import chart_lines
    from nn_tui.experiment.rate_finder import find_rate
    from nn_tui.experiment.sources import DEFAULT

    if options.resume is not None or options.save is not None or options.overwrite:
        raise UsageError("--find-lr trains nothing that could be saved or resumed.", "Leave those out.")
    spec = asked_spec(options, options.source or DEFAULT)
    with stop_on_signals() as stop:
        test = find_rate(spec, stop=stop)
        if stop():
            return 130
    if options.json:
        for rate, loss in zip(test.rates, test.losses, strict=True):
            print(json.dumps({"learning_rate": rate, "loss": loss}))
        told = {"status": test.ending, "suggestion": test.suggestion, "reason": test.reason}
        print(json.dumps({"event": "end", **told}))
        return 0
    plain = "utf" not in (sys.stdout.encoding or "").lower()
    print("\n".join(["smoothed loss by learning rate", *chart_lines(test, ascii_only=plain)]))
    if test.suggestion is None:
        print(test.reason)
        return 0
    print(f"Suggested learning rate {test.suggestion:g}: {test.reason}")
    print(f"Take it: --set compile.optimizer.learning_rate={test.suggestion:g}")
    return 0


def train(options: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    if options.find_lr:
        return _find_rate(options)
    if options.overwrite and options.save is None:
        raise UsageError("--overwrite goes with --save.", "Say which folder: --save DIR.")
    with stop_on_signals() as stop:
        if not options.background:
            return _train_until(options, stop)
        from pathlib import Path

        from nn_tui.experiment.runs.background import in_background

        with in_background(Path(options.resume)) as leave:
            return _train_until(options, stop, leave)


def _train_until(
    options: argparse.Namespace, stop: Callable[[], bool], leave: Callable[[], bool] | None = None
) -> int:
    from nn_tui.experiment.headless import never, resume, train
    from nn_tui.experiment.runs.store import RunStore
    from nn_tui.experiment.spec_file import set_value

    if options.resume is not None:
        run = resume(
            options.resume,
            epochs=options.epochs,
            stop=stop,
            warn=warn,
            until=options.until,
            leave=leave or never,
            followed=leave is not None,
        )
    else:
        from nn_tui.experiment.build import load_data
        from nn_tui.experiment.sources import DEFAULT

        spec = asked_spec(options, options.source or DEFAULT)
        if options.epochs is not None:
            spec = set_value(spec, "fit.epochs", options.epochs)
        tell_notes(load_data(spec.data).notes)
        run = train(
            spec,
            save=options.save,
            stop=stop,
            warn=warn,
            until=options.until,
            store=None if options.no_save else RunStore(),
            overwrite=options.overwrite,
        )
    tell = _json_teller() if options.json else _line_teller(options.verbose)
    status = 0
    for report in run:
        try:
            tell(report)
        except OSError as error:  # nobody reads on, or there is no room: what is trained is kept
            run.throw(error)
        status = report.exit_status
    return status


@contextmanager
def stop_on_signals() -> Iterator[Callable[[], bool]]:
    """Turn the signals that end a program into a question that training asks between two batches.

    A second one ends the program at once.
    """
    came: list[int] = []

    def take(number: int, frame: FrameType | None) -> None:
        came.append(number)
        signal.signal(number, signal.SIG_DFL)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, take) for number in numbers]
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _json_teller() -> Callable[[Report], None]:
    def tell(report: Report) -> None:
        print(json.dumps(report.as_json()), flush=True)
        _tell_end(report, quiet=True)

    return tell


def _line_teller(verbose: int) -> Callable[[Report], None]:
    def tell(report: Report) -> None:
        if report.line and verbose == 2:
            print(clean_line(report.line), flush=True)
        elif report.line and verbose == 1:
            end = "\n" if report.epoch == report.epochs else ""
            bare(sys.stdout).write("\r\x1b[K")
            print(clean_line(f"{report.bar()} {report.line}"), end=end, flush=True)
        _tell_end(report, quiet=verbose == 0)

    return tell


def _tell_end(report: Report, *, quiet: bool = False) -> None:
    """Say how it ended, what was found unless quiet, and which run it is now, on standard error."""
    if report.ending is None:
        return
    from nn_tui.experiment.runs.listing import run_words

    kept = f"kept as {run_words(report.run)}." if report.run is not None and not report.trouble else ""
    for text in (report.message, "" if quiet else report.diagnosis, kept, report.trouble):
        if text:
            warn(text)
