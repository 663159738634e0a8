"""What a person may name to open an experiment: an example, a file, data, a line, an address.

What reads lines and addresses is imported where one is read: the app mostly opens an example.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from nn_tui.declare import nearest
from nn_tui.errors import SpecError
from nn_tui.experiment.examples import example, names
from nn_tui.experiment.queries import agree
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import load

if TYPE_CHECKING:
    from nn_tui.data.files.looking import Watch
    from nn_tui.experiment.line import Line

DEFAULT = "clinical-trial"


def _ignore(note: str) -> None:
    """Tell nobody."""


def open_source(source: str, watch: Watch | None = None, tell: Callable[[str], None] = _ignore) -> Spec:
    """Give the experiment that a name, a path, a line or an address stands for.

    Args:
        source: an example's name, the path of a spec (`.toml`), a data file, a folder of images, or a
            query; for data a network is proposed. Or one of these and what is to be different from it,
            in one line (see `line`): `circle 4t-2t lr=.03`. Or the address of a TensorFlow Playground page.
        watch: is told how far reading data is, and may cancel. Default none.
        tell: is told what a person should know about how it was read. Default: nobody.

    Raises:
        SpecError: neither; says the nearest name, or marks the word of a line that is not understood.
    """
    if not source.strip():
        raise SpecError("No experiment is named.", "Give an example, a file, data or a line.")
    if source in names():
        if os.path.exists(source):
            tell(f"{source} is the bundled example; ./{source} is what has that name in this folder.")
        return example(source)
    from nn_tui.experiment.line import is_line, read_line
    from nn_tui.experiment.playground import is_address, read_address

    there = os.path.exists(source)
    if is_address(source) and not there:
        reading = read_address(source)
        for note in reading.notes:
            tell(note)
        return reading.spec
    found = _open_alone(source, watch)
    if found is not None:
        return found
    if is_line(source) and not there:
        return read_line(source, partial(open_source, watch=watch, tell=tell))
    if there:
        raise SpecError(
            f"{source} is neither an experiment nor data of a known form.",
            "Give a .toml spec, a table, arrays, a folder of images or an example.",
        )
    if os.sep in source or os.path.splitext(source)[1]:  # it is meant as a path
        raise SpecError(f"There is no file {source}.", "Check the path.")
    raise SpecError(f"There is no example and no file named {source!r}.", nearest(source, names()))


def line_of(spec: Spec) -> Line:
    """Write an experiment as a line; `open_source` reads it.

    Raises:
        SpecError, DataError: the data cannot be opened.
    """
    from nn_tui.experiment.line import write_line

    return write_line(spec, open_source)


def _open_alone(source: str, watch: Watch | None) -> Spec | None:
    """Open what is named by one word and is no example; None where it is none of these."""
    if source == "playground":
        from nn_tui.experiment.playground.page import Page, spec_of

        return spec_of(Page())
    path = Path(source)
    if path.suffix == ".toml" and os.path.exists(path):
        return load(path)
    from nn_tui.data.sources import kind_of

    if kind_of(source) is None:
        return None
    agree(source)
    from nn_tui.experiment.proposal import propose

    return propose(source, watch=watch).spec
