"""`nn-tui evaluate`, `predict` and `export`: a saved run put to use."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from nn_tui.commands.asking import (
    asked_run,
    run_options,
    tell,
    tell_notes,
    tell_queries,
    tell_run,
    warn,
)
from nn_tui.errors import UsageError

if TYPE_CHECKING:
    pass


def evaluate_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    run_options(parser)
    parser.add_argument(
        "data", metavar="DATA", nargs="?", help="other rows, - for standard input; default: its test rows"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--report", metavar="FILE", help="also write a report, as Markdown")
    parser.add_argument("--force", action="store_true", help="write over a report that is there")


def predict_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    run_options(parser)
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


def evaluate(options: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    from nn_tui.experiment.evaluation import measure, rows_to_measure
    from nn_tui.experiment.files import named_path
    from nn_tui.experiment.prediction import open_run
    from nn_tui.experiment.prediction_file import named_source
    from nn_tui.experiment.runs.listing import run_identity

    report = None if options.report is None else named_path(options.report)
    if report is not None:
        from nn_tui.export.report import refuse_overwriting, write_report

        refuse_overwriting(report, force=options.force)
    card = asked_run(options)
    run = open_run(card.folder)
    if options.data is None:
        tell_queries(run.spec)
    with named_source(options.data) as source, rows_to_measure(run, source) as rows:
        measured = measure(run, rows)
        tell_notes(rows.notes())
        name = rows.name if options.data is None else options.data
        if report is not None:
            write_report(report, run, rows, measured, f"{name} rows" if options.data is None else rows.name)
    tell_run(card)
    if options.json:
        print(json.dumps({**run_identity(card), "rows": len(measured), "of": name, **measured.values}))
    else:
        told = " - ".join(f"{name}: {value:.4f}" for name, value in measured.values.items())
        tell(f"{len(measured):,} {name} rows - {told}")
    return 0


def predict(options: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    from nn_tui.experiment.files import STANDARD_OUTPUT, named_path
    from nn_tui.experiment.prediction import open_run
    from nn_tui.experiment.prediction_file import named_source, write_predictions

    output = STANDARD_OUTPUT if options.output is None else named_path(options.output)
    card = asked_run(options)
    run = open_run(card.folder)
    with named_source(options.data) as source:
        notes = write_predictions(run, source, output, carry=options.carry)
    tell_run(card)
    tell_notes(notes)
    return 0


def export_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    from nn_tui.export.targets import list_lines, names

    run_options(parser)
    parser.add_argument("--to", metavar="FORM", help=f"{', '.join(names())}; default: by FILE's ending")
    parser.add_argument(
        "--output", metavar="FILE", help="the file, or its folder; default: the run's name, in this folder"
    )
    parser.add_argument("--force", action="store_true", help="overwrite a file that is there")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "\n".join(["forms:", *(f"  {line}" for line in list_lines())])


def export(options: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    from nn_tui.experiment.files import would_be_lost
    from nn_tui.export.targets import place, write_file

    run = asked_run(options)
    to, path = place(options.output, options.to, run.name)
    if would_be_lost(path) and not options.force:
        raise UsageError(f"{path} is there already.", "Give --force to overwrite it, or another --output.")
    told = write_file(run.folder, to, path)
    tell_run(run)
    for line in told:
        warn(line)
    return 0
