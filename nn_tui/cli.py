"""The command line: parses, imports what the command needs, turns every fault into one line.

`--help` must stay quick, so nothing that knows NumPy or Textual is imported at the top.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from nn_tui import __version__
from nn_tui.errors import NnTuiError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from nn_tui.experiment.headless import Report
    from nn_tui.experiment.runs.card import RunCard
    from nn_tui.experiment.runs.store import RunStore
    from nn_tui.experiment.spec import Spec
    from nn_tui.sweep.plan import Plan

SOURCE_HELP = (
    "an example's name, a spec (.toml), Keras code (.py), a data file, a saved run, a line as "
    "circle 4t-2t lr=.03 or a TensorFlow Playground address; see `nn-tui examples`"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and give its exit status.

    0 done; 1 failed; 2 bad usage or bad input; 3 training diverged; 130 interrupted.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not any(word in COMMANDS or word in ("-h", "--help", "--version") for word in words[:1]):
        words.insert(0, "open")
    parser = _parser(words[0])
    options = parser.parse_args(words)
    if hasattr(options, "words"):
        options.source = _source_of(options.words)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except NnTuiError as error:
        if options.debug:
            raise
        print(f"nn-tui: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("nn-tui: interrupted.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output has gone (`nn-tui examples | head`); that is no fault.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if options.debug:
            raise
        print(f"nn-tui: {error}.", file=sys.stderr)
        return 1
    except Exception as error:
        if options.debug:
            raise
        from nn_tui.errors import fault_words

        print(f"nn-tui: {fault_words(error)}", file=sys.stderr)
        return 1


def _parser(chosen: str) -> argparse.ArgumentParser:
    """Make the parser; of the commands only the chosen one has its options, which may read a registry."""
    parser = argparse.ArgumentParser(
        prog="nn-tui",
        description="A neural-network workbench for the terminal.",
        epilog="`nn-tui [SOURCE]` opens the app; SOURCE is " + SOURCE_HELP + ".",
    )
    parser.add_argument("--version", action="version", version=f"nn-tui {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, (run, summary, add_options) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        if name == chosen:
            add_options(command)
        command.add_argument("--debug", action="store_true", help="show the traceback of a fault")
        command.set_defaults(run=run)
    return parser


def _source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help=SOURCE_HELP)
    _settings(parser)


def _settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set",
        dest="assignments",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="change a setting of the spec: layers.0.units=32; may be given several times",
    )
    parser.add_argument("--seed", type=int, metavar="N", help="the seed of weights and order")


def _words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", metavar="SOURCE", nargs="*", help=SOURCE_HELP)


def _source_of(words: Sequence[str]) -> str | None:
    """Put the words of a line together again; None where there are none."""
    if len(words) < 2:
        return words[0] if words else None
    return " ".join(json.dumps(word) if " " in word and '"' not in word else word for word in words)


def _open_options(parser: argparse.ArgumentParser) -> None:
    _words(parser)
    _settings(parser)
    parser.add_argument(
        "--keep", action="store_true", help="train on in the background when left or disconnected"
    )
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    parser.add_argument(
        "--plain", action="store_true", help="type commands, read sentences: for screen readers and pipes"
    )
    _start_options(parser)


def _start_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--start",
        metavar="RUN",
        help="train the network of this run or .keras file, from its weights, on the data of SOURCE",
    )
    parser.add_argument("--freeze", action="store_true", help="with --start: all layers but the head stay")


def _train_options(parser: argparse.ArgumentParser) -> None:
    _words(parser)
    _settings(parser)
    _start_options(parser)
    parser.add_argument("--epochs", type=int, metavar="N", help="how many epochs")
    parser.add_argument("--verbose", type=int, choices=(0, 1, 2), default=2, help="0 quiet, 1 bar, 2 lines")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, nothing else")
    parser.add_argument("--save", metavar="DIR", help="keep the run in this folder")
    parser.add_argument(
        "--until",
        metavar="CONDITION",
        action="append",
        default=[],
        help="stop when it holds, after saving: 'accuracy >= 0.95', 'val_loss rising 3', 'dead > 30%%'",
    )
    parser.add_argument("--resume", metavar="RUN", help="continue a saved run, see `nn-tui runs`")
    parser.add_argument(
        "--find-lr", action="store_true", help="train nothing: try learning rates and suggest one"
    )
    parser.add_argument("--background", action="store_true", help=argparse.SUPPRESS)


def _no_options(parser: argparse.ArgumentParser) -> None:
    del parser


def _spec(
    options: argparse.Namespace, source: str, tell: Callable[[list[str]], None] | None = None
) -> Spec:
    from nn_tui.export.opening import open_anything

    opened = open_anything(source)
    spec = opened.spec
    if getattr(options, "start", None) is not None:
        spec = _started(options, spec)
    elif getattr(options, "freeze", False):
        raise UsageError("--freeze goes with --start.", "Say whose weights are frozen: --start RUN.")
    spec = _changed(options, spec)
    same_rows = spec.data.source == opened.spec.data.source
    notes = [*opened.notes, *([opened.about_rows] if same_rows and opened.about_rows else [])]
    (tell or _tell_notes)(notes)
    return spec


def _started(options: argparse.Namespace, spec: Spec) -> Spec:
    """Take the network and the weights of a run for the data of a spec."""
    from nn_tui.experiment.finetuning import tuned_network
    from nn_tui.export.opening import trained_network

    return tuned_network(spec, trained_network(options.start), freeze=options.freeze)


def _changed(options: argparse.Namespace, spec: Spec) -> Spec:
    """Make the changes that the options ask for."""
    from nn_tui.experiment.spec_file import parse_assignment, set_value

    for assignment in options.assignments:
        spec = set_value(spec, *parse_assignment(assignment))
    if options.seed is not None:
        spec = set_value(spec, "seed", options.seed)
    return spec


def _open(options: argparse.Namespace) -> int:
    if options.plain or (sys.stdout.isatty() and _only_lines()):
        return _converse(options)
    # Textual draws on the error stream, so that one must be a terminal as well.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError(
            "The app needs a terminal on input, output and errors.",
            "Use `nn-tui train` to train without a screen, or --plain to type commands.",
        )
    from nn_tui.experiment.runs.store import RunStore

    notes: list[str] = []
    store = RunStore()
    run, greeting = None if options.source is None else store.named(options.source), ""
    if run is None:
        run, greeting = _background(options, store)
    spec, path = _opened(options, run, notes.extend)
    # Read when Textual is imported. It paints what has changed at once, but for so long after the last
    # painting it waits; at its own 60 a second a key would wait for a frame.
    os.environ.setdefault("TEXTUAL_FPS", "250")
    from nn_tui.tui.app import NnTuiApp
    from nn_tui.tui.program import run_program

    app = NnTuiApp(spec, path=path, run=run)
    # Of what is written to a terminal now, nobody sees anything before the app is left.
    app.greeting, app.keep = " ".join(part for part in (*notes, greeting) if part), options.keep
    return run_program(app, mouse=not options.no_mouse, debug=options.debug)


def _opened(
    options: argparse.Namespace, run: RunCard | None, tell: Callable[[list[str]], None]
) -> tuple[Spec, Path | None]:
    """Give the experiment that is opened, that of a run where there is one, and the file it is saved to."""
    from pathlib import Path

    from nn_tui.experiment.sources import DEFAULT

    source = options.source or DEFAULT
    path = Path(source) if source.endswith(".toml") else None
    if run is None:
        return _spec(options, source, tell), path
    from nn_tui.experiment.checkpoint import SavedRun

    saved = SavedRun.open(Path(run.folder))
    saved.read()
    spec = _changed(options, saved.spec)
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
    from nn_tui.experiment.runs.background import newest_in_background, news
    from nn_tui.experiment.runs.store import RunStore
    from nn_tui.plain.shell import Shell
    from nn_tui.plain.workbench import Workbench
    from nn_tui.tui.terminal import needs_ascii

    if options.keep:
        raise UsageError("--keep goes with the app.", "Without it the run is saved when it is left.")
    notes: list[str] = []
    store = RunStore()
    run = None if options.source is None else store.named(options.source)
    spec, path = _opened(options, run, notes.extend)
    if (card := newest_in_background(store.runs())) is not None:
        notes.append(f"{news(card)} Type runs to find it.")
    shell = Shell(Workbench(spec, store, run, path), sys.stdin, sys.stdout, ascii_only=needs_ascii())
    shell.say(*notes)
    return shell.run()


def _find_rate(options: argparse.Namespace) -> int:
    from nn_tui.experiment.rate_finder import chart_lines, find_rate
    from nn_tui.experiment.sources import DEFAULT

    if options.resume is not None or options.save is not None:
        raise UsageError("--find-lr trains nothing that could be saved or resumed.", "Leave those out.")
    spec = _spec(options, options.source or DEFAULT)
    with _stop_on_signals() as stop:
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


def _train(options: argparse.Namespace) -> int:
    if options.find_lr:
        return _find_rate(options)
    with _stop_on_signals() as stop:
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
    from nn_tui.experiment.spec_file import set_value

    if options.resume is not None:
        run = resume(
            options.resume,
            epochs=options.epochs,
            stop=stop,
            warn=_warn,
            until=options.until,
            leave=leave or never,
            followed=leave is not None,
        )
    else:
        from nn_tui.experiment.sources import DEFAULT

        spec = _spec(options, options.source or DEFAULT)
        if options.epochs is not None:
            spec = set_value(spec, "fit.epochs", options.epochs)
        run = train(spec, save=options.save, stop=stop, warn=_warn, until=options.until)
    tell = _json_teller() if options.json else _line_teller(options.verbose)
    status = 0
    for report in run:
        tell(report)
        status = report.exit_status
    return status


def _warn(text: str) -> None:
    print(f"nn-tui: {text}", file=sys.stderr)


@contextmanager
def _stop_on_signals() -> Iterator[Callable[[], bool]]:
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
            print(report.line, flush=True)
        elif report.line and verbose == 1:
            end = "\n" if report.epoch == report.epochs else ""
            print(f"\r\x1b[K{report.bar()} {report.line}", end=end, flush=True)
        _tell_end(report, quiet=verbose == 0)

    return tell


def _tell_end(report: Report, *, quiet: bool = False) -> None:
    """Say how it ended and, unless quiet, what was found, on standard error."""
    for text in (report.message, "" if quiet else report.diagnosis):
        if text:
            print(f"nn-tui: {text}", file=sys.stderr)


def _sweep_options(parser: argparse.ArgumentParser) -> None:
    _words(parser)
    _settings(parser)
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


def _sweep(options: argparse.Namespace) -> int:
    from pathlib import Path

    from nn_tui.sweep.cluster import runner_for
    from nn_tui.sweep.headless import JsonTeller, TextTeller, open_sweep, run_sweep

    teller = JsonTeller() if options.json else TextTeller()
    with _stop_on_signals() as stop:
        if options.resume and not options.vary:
            sweep = open_sweep(None, Path(options.resume), resume=True)
        else:
            chosen = options.resume or options.save
            folder = Path(chosen) if chosen else None
            sweep = open_sweep(_plan(options), folder, resume=options.resume is not None)
        left = len(sweep.standings) - sweep.ended
        try:
            runner = runner_for(left, options.workers, options.scheduler, _warn)
        except NnTuiError:
            sweep.folder.close()
            raise
        return run_sweep(sweep, stop, teller, _warn, runner)


def _plan(options: argparse.Namespace) -> Plan:
    """Make the plan of a sweep."""
    from nn_tui.experiment.sources import DEFAULT
    from nn_tui.experiment.spec_file import set_value
    from nn_tui.sweep.axes import parse_axis
    from nn_tui.sweep.plan import make_plan

    axes = [parse_axis(text) for text in options.vary]
    spec = _spec(options, options.source or DEFAULT)
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


def _run_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "run_folder",
        metavar="RUN",
        help="a saved run: its folder, id, name or `last`",
    )


def _evaluate_options(parser: argparse.ArgumentParser) -> None:
    _run_options(parser)
    parser.add_argument(
        "data", metavar="DATA", nargs="?", help="other rows, - for standard input; default: its test rows"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--report", metavar="FILE", help="also write a report, as Markdown")
    parser.add_argument("--force", action="store_true", help="write over a report that is there")


def _predict_options(parser: argparse.ArgumentParser) -> None:
    _run_options(parser)
    parser.add_argument(
        "data", metavar="DATA", help="rows like those it was trained on; - reads CSV from standard input"
    )
    parser.add_argument("--output", metavar="FILE", help="write the CSV there; default: standard output")
    parser.add_argument(
        "--id",
        dest="carry",
        metavar="COLUMN",
        action="append",
        default=[],
        help="begin each line with this column of DATA (arrays: row or file); may be given again",
    )


def _evaluate(options: argparse.Namespace) -> int:
    from pathlib import Path

    from nn_tui.experiment.evaluation import measure, rows_to_measure
    from nn_tui.experiment.prediction import open_run
    from nn_tui.experiment.prediction_file import named_source

    report = None if options.report is None else Path(options.report)
    if report is not None:
        from nn_tui.export.report import refuse_overwriting, write_report

        refuse_overwriting(report, force=options.force)
    run = open_run(options.run_folder)
    with named_source(options.data) as source, rows_to_measure(run, source) as rows:
        measured = measure(run, rows)
        _tell_notes(rows.notes())
        name = rows.name if options.data is None else options.data
        if report is not None:
            write_report(report, run, rows, measured, f"{name} rows" if options.data is None else rows.name)
    if options.json:
        print(json.dumps({"rows": len(measured), "of": name, **measured.values}))
    else:
        told = " - ".join(f"{name}: {value:.4f}" for name, value in measured.values.items())
        print(f"{len(measured):,} {name} rows - {told}")
    return 0


def _predict(options: argparse.Namespace) -> int:
    from pathlib import Path

    from nn_tui.experiment.prediction import open_run
    from nn_tui.experiment.prediction_file import named_source, write_predictions

    run = open_run(options.run_folder)
    output = Path(options.output) if options.output else None
    with named_source(options.data) as source:
        _tell_notes(write_predictions(run, source, output, carry=options.carry))
    return 0


def _tell_notes(notes: Sequence[str]) -> None:
    for note in notes:
        print(f"nn-tui: {note.removesuffix('.')}.", file=sys.stderr)


def _summary(options: argparse.Namespace) -> int:
    from nn_tui.data.settings import NO_ROWS
    from nn_tui.experiment.build import build_model
    from nn_tui.experiment.shapes import input_shape_of
    from nn_tui.experiment.validation import require_valid

    spec = _spec(options, options.source)
    shape = input_shape_of(spec)
    require_valid(spec, rows=spec.data.source != NO_ROWS)
    build_model(spec, shape).summary()
    return 0


def _export_options(parser: argparse.ArgumentParser) -> None:
    from nn_tui.export.targets import list_lines, names

    _run_options(parser)
    parser.add_argument("--to", metavar="FORM", help=f"{', '.join(names())}; default: by FILE's ending")
    parser.add_argument(
        "--output", metavar="FILE", help="the file, or its folder; default: the run's name, in this folder"
    )
    parser.add_argument("--force", action="store_true", help="overwrite a file that is there")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "\n".join(["forms:", *(f"  {line}" for line in list_lines())])


def _export(options: argparse.Namespace) -> int:
    from nn_tui.experiment.runs.store import RunStore
    from nn_tui.export.targets import place, write_file

    run = RunStore().find(options.run_folder)
    to, path = place(options.output, options.to, run.name)
    if path.exists() and not options.force:
        raise UsageError(f"{path} is there already.", "Give --force to overwrite it, or another --output.")
    for line in write_file(run.folder, to, path):
        _warn(line)
    return 0


def _line_options(parser: argparse.ArgumentParser) -> None:
    _words(parser)
    _settings(parser)


def _line(options: argparse.Namespace) -> int:
    from nn_tui.errors import SpecError
    from nn_tui.experiment.playground import write_address
    from nn_tui.experiment.sources import DEFAULT, line_of

    spec = _spec(options, options.source or DEFAULT)
    line = line_of(spec)
    print(line.text)
    _tell_notes([line.told] if line.told else [])
    try:
        print(write_address(spec))
    except SpecError as error:
        _tell_notes([error.message])
    return 0


def _code_options(parser: argparse.ArgumentParser) -> None:
    _source(parser)
    parser.add_argument(
        "--data", metavar="FILE", help="also write the rows, as the NPZ file the code reads"
    )


def _spec_or_run(options: argparse.Namespace) -> Spec:
    """Give the experiment of a source, which may be a saved run: then as it was saved last."""
    from nn_tui.experiment.runs.store import RunStore

    run = RunStore().named(options.source)
    if run is None:
        return _spec(options, options.source)
    from pathlib import Path

    from nn_tui.experiment.checkpoint import SavedRun

    saved = SavedRun.open(Path(run.folder))
    saved.read()
    return _changed(options, saved.spec)


def _code(options: argparse.Namespace) -> int:
    from nn_tui.export.keras_code import keras_code, write_rows

    spec = _spec_or_run(options)
    print(keras_code(spec))
    if options.data:
        from pathlib import Path

        write_rows(spec, Path(options.data))
    return 0


def _runs_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", metavar="WORD", nargs="*", help="only runs with these words")
    parser.add_argument("--sort", choices=("date", "name", "data", "best"), default="date")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    changes = parser.add_mutually_exclusive_group()
    changes.add_argument("--rename", nargs=2, metavar=("RUN", "NAME"), help="give a run another name")
    changes.add_argument("--note", nargs=2, metavar=("RUN", "TEXT"), help="write a note to a run")
    changes.add_argument("--delete", metavar="RUN", help="delete a run; it can be taken back for a week")
    changes.add_argument("--stop", metavar="RUN", help="end the training of a run in the background")
    changes.add_argument("--undelete", metavar="ID", help="take a deleted run back")


def _runs(options: argparse.Namespace) -> int:
    from nn_tui.experiment.runs.listing import found_runs, run_line, run_record, sorted_runs
    from nn_tui.experiment.runs.store import RunStore

    store = RunStore()
    store.purge()
    if options.rename or options.note:
        run, text = options.rename or options.note
        card = store.change(store.find(run), **{"name" if options.rename else "note": text})
        _warn(f"{card.id} is changed.")
        return 0
    if options.delete:
        card = store.delete(store.find(options.delete))
        _warn(f"{card.id} is deleted. Take it back within a week: nn-tui runs --undelete {card.id}")
        return 0
    if options.stop:
        from nn_tui.experiment.runs.background import stop

        card = stop(store.find(options.stop))
        _warn(
            f"{card.name} is stopped in epoch {card.epoch + 1} of {card.epochs}. Open it: nn-tui {card.id}"
        )
        return 0
    if options.undelete:
        _warn(f"{store.undelete(store.find(options.undelete, deleted=True)).id} is back.")
        return 0
    cards = sorted_runs(found_runs(store.runs(), " ".join(options.words)), options.sort)
    for card in cards:
        print(json.dumps(run_record(card)) if options.json else run_line(card))
    if not cards:
        _warn("no run is kept" + (" with these words." if options.words else " yet."))
    return 0


def _examples(options: argparse.Namespace) -> int:
    del options
    from nn_tui.experiment.examples import about, examples

    shelf = examples()
    width = max(map(len, shelf))
    for name, spec in shelf.items():
        print(f"{name:<{width}}  {about(spec)}")
    return 0


def _doctor(options: argparse.Namespace) -> int:
    del options
    from nn_tui.tui.doctor import findings

    for name, value, advice in findings():
        print(f"{name:<12} {value}" + (f"  ({advice})" if advice else ""))
    return 0


COMMANDS: dict[
    str,
    tuple[
        Callable[[argparse.Namespace], int],
        str,
        Callable[[argparse.ArgumentParser], None],
    ],
] = {
    "open": (_open, "open the app (the default)", _open_options),
    "train": (_train, "train without the screen", _train_options),
    "sweep": (_sweep, "train many variations and compare them", _sweep_options),
    "evaluate": (_evaluate, "loss and metrics of a saved run", _evaluate_options),
    "predict": (_predict, "one prediction a row, as CSV", _predict_options),
    "export": (_export, "a saved run as a file for other programs", _export_options),
    "summary": (_summary, "the model's layers, shapes and parameters", _source),
    "code": (_code, "the experiment as runnable Keras code", _code_options),
    "line": (_line, "the experiment as one line, and as an address", _line_options),
    "runs": (_runs, "what is saved", _runs_options),
    "examples": (_examples, "what is bundled", _no_options),
    "doctor": (_doctor, "what this terminal and machine can do", _no_options),
}
