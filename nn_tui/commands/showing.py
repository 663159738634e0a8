"""`nn-tui summary`, `code`, `line`, `examples` and `doctor`: something is told."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from nn_tui.commands.asking import (
    spec_or_run,
    take_settings,
    take_source,
    take_words,
    tell,
    tell_notes,
)

if TYPE_CHECKING:
    pass


def tell_summary(options: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    from nn_tui.data.settings import NO_ROWS
    from nn_tui.experiment.build import build_model
    from nn_tui.experiment.shapes import input_shape_of
    from nn_tui.experiment.validation import require_valid

    spec = spec_or_run(options)
    shape = input_shape_of(spec)
    require_valid(spec, rows=spec.data.source != NO_ROWS, memory=False)
    build_model(spec, shape).summary()
    return 0


def line_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    take_words(parser)
    take_settings(parser)


def tell_line(options: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    from nn_tui.errors import SpecError
    from nn_tui.experiment.playground import write_address
    from nn_tui.experiment.sources import DEFAULT, line_of

    options.source = options.source or DEFAULT
    spec = spec_or_run(options)
    line = line_of(spec)
    tell(line.text)
    tell_notes([line.told] if line.told else [])
    try:
        tell(write_address(spec))
    except SpecError as error:
        tell_notes([error.message])
    return 0


def code_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    take_source(parser)
    parser.add_argument(
        "--data", metavar="FILE", help="also write the rows, as the NPZ file the code reads"
    )


def tell_code(options: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    from nn_tui.export.keras_code import keras_code, write_rows

    spec = spec_or_run(options)
    print(keras_code(spec))
    if options.data:
        from nn_tui.experiment.files import named_path

        write_rows(spec, named_path(options.data))
    return 0


def tell_examples(options: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    del options
    from nn_tui.experiment.examples import about, examples

    shelf = examples()
    width = max(map(len, shelf))
    for name, spec in shelf.items():
        tell(f"{name:<{width}}  {about(spec)}")
    return 0


def tell_doctor(options: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    del options
    from nn_tui.tui.doctor import findings

    for name, value, advice in findings():
        tell(f"{name:<12} {value}" + (f"  ({advice})" if advice else ""))
    return 0
