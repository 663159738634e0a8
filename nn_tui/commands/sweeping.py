"""`nn-tui sweep`: many variations of an experiment."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from nn_tui.commands.asking import asked_spec, take_settings, take_words, warn
from nn_tui.commands.training import stop_on_signals
from nn_tui.errors import UsageError

if TYPE_CHECKING:
    from nn_tui.sweep.headless import Teller
    from nn_tui.sweep.plan import Plan


def sweep_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    take_words(parser)
    take_settings(parser)
    parser.add_argument("--epochs", type=int, metavar="N", help="how many epochs each trial trains")
    parser.add_argument(
        "--vary",
        metavar="PATH=VALUES",
        action="append",
        default=[],
        help="layers.0.units=8,16; or a range for --random: compile.optimizer.learning_rate=1e-4..1e-1 "
        "(equal factors equally likely), layers.0.units=8..64 (whole numbers); may be given several times",
    )
    parser.add_argument("--random", type=int, metavar="N", help="N random combinations instead of all")
    parser.add_argument(
        "--repeat", metavar="SEEDS", help="train each with several seeds: how many, or which: 0,1,2"
    )
    parser.add_argument(
        "--halving", action="store_true", help="stop the poorer two thirds early, in rounds"
    )
    parser.add_argument(
        "--metric",
        metavar="NAME",
        help="what trials are judged by; default: the first metric, val_ if it can",
    )
    parser.add_argument("--workers", type=int, metavar="N", help="trials at once; default: one a core")
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="train on the workers of this Dask scheduler: tcp://host:8786",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line, nothing else")
    parser.add_argument("--save", metavar="DIR", help="keep the sweep and its runs in this folder")
    parser.add_argument(
        "--resume",
        metavar="DIR",
        nargs="?",
        const="",
        help="go on with a sweep that was stopped: in DIR, in --save's, or the last one of the same plan",
    )
    # Run by another program, which holds its standard input: it leaves when that ends.
    parser.add_argument("--attached", action="store_true", help=argparse.SUPPRESS)


def sweep(options: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    from nn_tui.sweep.headless import JsonTeller, TextTeller

    with stop_on_signals() as stop:
        if not options.attached:
            return _sweep(options, JsonTeller() if options.json else TextTeller(), stop)
        from nn_tui.sweep.attached import AttachedTeller, attached

        with attached() as leave:
            return _sweep(options, AttachedTeller(), lambda: stop() or leave())


def _sweep(options: argparse.Namespace, teller: Teller, stop: Callable[[], bool]) -> int:
    from pathlib import Path

    from nn_tui.sweep.cluster import runner_for
    from nn_tui.sweep.headless import open_sweep, run_sweep

    if options.resume and not options.vary:
        sweep = open_sweep(None, Path(options.resume), resume=True)
    else:
        chosen = options.resume or options.save
        folder = Path(chosen) if chosen else None
        sweep = open_sweep(_plan(options), folder, resume=options.resume is not None)
    left = len(sweep.standings) - sweep.ended
    try:
        runner = runner_for(left, options.workers, options.scheduler, warn, stop)
    except BaseException:
        sweep.folder.abandon()
        raise
    return run_sweep(sweep, stop, teller, warn, runner)


def _plan(options: argparse.Namespace) -> Plan:
    """Make the plan of a sweep."""
    from nn_tui.experiment.sources import DEFAULT
    from nn_tui.experiment.spec_file import set_value
    from nn_tui.sweep.axes import parse_axis
    from nn_tui.sweep.plan import make_plan

    axes = [parse_axis(text) for text in options.vary]
    spec = asked_spec(options, options.source or DEFAULT)
    if options.epochs is not None:
        spec = set_value(spec, "fit.epochs", options.epochs)
    try:
        repeat = [int(word) for word in options.repeat.split(",")] if options.repeat else []
    except ValueError:
        raise UsageError(
            f"--repeat needs how many seeds, or the seeds, got {options.repeat!r}.",
            "For example --repeat 3 or --repeat 0,1,2.",
        ) from None
    return make_plan(
        spec, axes, count=options.random, repeat=repeat, metric=options.metric, halving=options.halving
    )
