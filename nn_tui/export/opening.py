"""Whatever a person may name to open an experiment: what this floor reads, else what is below it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nn_tui.experiment.examples import names
from nn_tui.experiment.files import expanded
from nn_tui.experiment.queries import agree, sentence
from nn_tui.experiment.sources import open_source
from nn_tui.experiment.spec import Spec

if TYPE_CHECKING:
    from nn_tui.data.files.looking import Watch
    from nn_tui.experiment.finetuning import TrainedNetwork

__all__ = ["FORMATS", "Opened", "open_anything", "trained_network"]


@dataclass(frozen=True)
class Opened:
    """An experiment that was opened, and what a person should know about it.

    `notes` are sentences about what was assumed or passed over; `about_rows` is what was assumed about
    the data, which is void once other data are chosen.
    """

    spec: Spec
    notes: tuple[str, ...] = ()
    about_rows: str = ""

    @property
    def told(self) -> str:
        """All of it in one line."""
        return " ".join(filter(None, (*self.notes, self.about_rows)))


Reader = Callable[[Path, "Watch | None"], Opened]


def _keras_code(path: Path, watch: Watch | None) -> Opened:
    from nn_tui.export.keras_code import read_file

    return read_file(path)


def _keras_file(path: Path, watch: Watch | None) -> Opened:
    from nn_tui.export.keras_file.opening import read_file

    return read_file(path)


FORMATS: Mapping[str, Reader] = {".py": _keras_code, ".keras": _keras_file}
"""What reads a file, by its suffix; a reader imports what it needs when it is called."""


def open_anything(source: str, watch: Watch | None = None) -> Opened:
    """Give the experiment that a name or a path stands for.

    Args:
        source: an example's name, the path of a spec (`.toml`) or of one of FORMATS, a data file, a folder
            of images, or a query; for data a network is proposed. Or a line or an address, see
            `experiment.sources`.
        watch: is told how far reading is, and may cancel. Default none.

    Raises:
        SpecError: none of these; says the nearest name.
        DataError: the data cannot be read.
    """
    path, notes = Path(source), list[str]()
    if source in names() or path.suffix == ".toml":
        return _with_queries(Opened(open_source(source, tell=notes.append), tuple(notes)))
    reader = FORMATS.get(path.suffix.lower())
    if reader is not None and os.path.isfile(path):
        return _with_queries(reader(path, watch))
    from nn_tui.data.files.tables import looks_like_query
    from nn_tui.data.sources import kind_of

    if kind_of(source) is not None:
        agree(source)
        from nn_tui.experiment.proposal import propose

        proposal = propose(source, watch=watch)
        if looks_like_query(source) and os.path.exists(source):
            notes.append(f"{source!r} is read as the file of that name, not as a query.")
        return Opened(proposal.spec, (proposal.why, *notes))
    return Opened(open_source(source, watch, notes.append), tuple(notes))


def _with_queries(opened: Opened) -> Opened:
    """Add which query runs, where one came inside the file."""
    told = sentence(opened.spec)
    return replace(opened, notes=(*opened.notes, told)) if told else opened


def trained_network(source: str) -> TrainedNetwork:
    """Give the network, with its weights, of a kept run or a `.keras` file.

    Raises:
        RunError: there is none, or it cannot be read.
    """
    path = expanded(source)
    if path.suffix == ".keras" and os.path.isfile(path):
        from nn_tui.export.keras_file.opening import network_of_file

        return network_of_file(path)
    from nn_tui.experiment.finetuning import network_of
    from nn_tui.experiment.runs.store import RunStore

    return network_of(RunStore().find(source))
