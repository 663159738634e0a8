"""What several commands ask for: a source, changes of it, a run; and how they tell things."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from nn_tui.errors import UsageError
from nn_tui.text import LONGEST_MESSAGE, clean_line

if TYPE_CHECKING:
    from nn_tui.experiment.runs.card import RunCard
    from nn_tui.experiment.spec import Spec


SOURCE_HELP = (
    "an example's name, a spec (.toml), Keras code (.py), a data file, a saved run, a line as "
    "circle 4t-2t lr=.03 or a TensorFlow Playground address; see `nn-tui examples`"
)


def take_source(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("source", metavar="SOURCE", help=SOURCE_HELP)
    take_settings(parser)


def take_settings(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "--set",
        dest="assignments",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="change a setting of the spec: layers.0.units=32; may be given several times",
    )
    parser.add_argument("--seed", type=int, metavar="N", help="the seed of weights and order")


def take_words(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("words", metavar="SOURCE", nargs="*", help=SOURCE_HELP)


def source_of_words(words: Sequence[str]) -> str | None:
    """Put the words of a line together again; None where there are none."""
    if len(words) < 2:
        return words[0] if words else None
    return " ".join(json.dumps(word) if " " in word and '"' not in word else word for word in words)


def start_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "--start",
        metavar="RUN",
        help="train the network of this run or .keras file, from its weights, on the data of SOURCE",
    )
    parser.add_argument("--freeze", action="store_true", help="with --start: all layers but the head stay")


def no_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    del parser


def asked_spec(
    options: argparse.Namespace, source: str, tell: Callable[[list[str]], None] | None = None
) -> Spec:
    """Run the command and give its exit status."""
    from nn_tui.export.opening import open_anything

    opened = open_anything(source)
    spec = opened.spec
    if getattr(options, "start", None) is not None:
        spec = _started(options, spec)
    elif getattr(options, "freeze", False):
        raise UsageError("--freeze goes with --start.", "Say whose weights are frozen: --start RUN.")
    spec = changed_spec(options, spec)
    same_rows = spec.data.source == opened.spec.data.source
    notes = [*opened.notes, *([opened.about_rows] if same_rows and opened.about_rows else [])]
    (tell or tell_notes)(notes)
    return spec


def _started(options: argparse.Namespace, spec: Spec) -> Spec:
    """Take the network and the weights of a run for the data of a spec."""
    from nn_tui.experiment.finetuning import tuned_network
    from nn_tui.export.opening import trained_network

    return tuned_network(spec, trained_network(options.start), freeze=options.freeze)


def changed_spec(options: argparse.Namespace, spec: Spec) -> Spec:
    """Make the changes that the options ask for."""
    from nn_tui.experiment.edits import suited
    from nn_tui.experiment.spec_file import parse_assignment, set_value

    before, said = spec, set()
    for assignment in options.assignments:
        path, value = parse_assignment(assignment)
        said.add(path)
        spec = set_value(spec, path, value)
    if not said & {"data.scaling", "data.target_scaling"}:
        spec, notes = suited(before, spec)
        tell_notes(notes)
    if options.seed is not None:
        spec = set_value(spec, "seed", options.seed)
    return spec


def warn(text: str) -> None:
    """Tell a person something on the error stream."""
    print(f"nn-tui: {clean_line(text, 2 * LONGEST_MESSAGE)}", file=sys.stderr)


def tell(*lines: str) -> None:
    """Print lines: each of them is one, whatever is in it."""
    print(*map(clean_line, lines), sep="\n", flush=True)


def run_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "run_folder",
        metavar="RUN",
        help="a saved run: its folder, id, name or `last`",
    )


def asked_run(options: argparse.Namespace) -> RunCard:
    """Return the run that was asked for."""
    from nn_tui.experiment.runs.store import RunStore

    return RunStore().find(options.run_folder)


def tell_run(run: RunCard) -> None:
    """Tell on the error stream which run an answer is of; a refusal stays one line."""
    from nn_tui.experiment.runs.listing import run_words

    warn(f"{run_words(run)}.")


def tell_notes(notes: Sequence[str]) -> None:
    """Tell sentences on the error stream, each in a line."""
    for note in notes:
        warn(f"{note.removesuffix('.')}.")


def tell_queries(spec: Spec) -> None:
    """Tell on the error stream which query that came inside a file is run."""
    from nn_tui.experiment.queries import sentence

    if told := sentence(spec):
        warn(told)


def spec_or_run(options: argparse.Namespace) -> Spec:
    """Give the experiment of a source, which may be a saved run: then as it was saved last."""
    from nn_tui.experiment.runs.store import RunStore

    run = RunStore().named(options.source)
    if run is None:
        return asked_spec(options, options.source)
    from pathlib import Path

    from nn_tui.experiment.checkpoint import SavedRun

    saved = SavedRun.open(Path(run.folder))
    saved.read()
    tell_queries(saved.spec)
    spec = changed_spec(options, saved.spec)
    tell_run(run)
    return spec
