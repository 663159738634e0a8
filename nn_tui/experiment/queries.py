"""Queries that come inside a file: which files they may read, and whether a person knows them.

What a person has typed may read any file. A query in a spec, a saved run, a bundle or a model's file was
perhaps written by somebody else: it reads what lies beside that file or was named on the command line,
unless this very query was trained on here before. Those are kept by their digests, with the folder that
they name their files from.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from nn_tui.errors import DataError, NnTuiError

if TYPE_CHECKING:
    from nn_tui.experiment.spec import Spec

_FOLDER = "queries"
_typed: set[str] = set()


def of_spec(spec: Spec) -> tuple[str, ...]:
    """Return the queries that a spec's rows come from."""
    from nn_tui.data.files.tables import is_query

    settings = spec.data.settings
    sources = (spec.data.source, settings.get("validation"), settings.get("test"))
    return tuple(source for source in sources if isinstance(source, str) and is_query(source))


def agree(*queries: str) -> None:
    """Take it that a person has typed these queries, or has read and allowed them."""
    _typed.update(queries)


def remember(spec: Spec) -> None:
    """Keep the queries of a spec that is saved here, for when it is opened again."""
    from nn_tui.data.files.tables import refused
    from nn_tui.experiment.files import write_whole

    for query in of_spec(spec):
        if query not in refused and _base(query) is None:
            with contextlib.suppress(NnTuiError):  # then it is asked for again
                write_whole(_record(query), os.getcwd().encode("utf-8", "surrogateescape"))


def unknown(spec: Spec) -> tuple[str, ...]:
    """Return the queries of a spec that nobody has typed, allowed or trained on here."""
    return tuple(query for query in of_spec(spec) if query not in _typed and _base(query) is None)


def sentence(spec: Spec) -> str:
    """Return what a person is told of the unknown queries of a spec; empty where there are none."""
    shown = "; ".join(" ".join(query.split()) for query in unknown(spec))
    return f"Its rows come from a query in the file: {shown}" if shown else ""


def settled(query: str, folder: Path) -> str:
    """Return a query that came inside a file of a folder as it is to be run from the working folder.

    One that reads other files than it may is refused when its rows are read, so that what needs no rows
    can still be done.
    """
    if query in _typed:
        return query
    return _settled(query, str(folder), os.getcwd(), _base(query))


@lru_cache(maxsize=64)
def _settled(query: str, folder: str, here: str, base: str | None) -> str:
    from nn_tui.data.files.query_process import look
    from nn_tui.data.files.tables import refused

    if base == here:
        return query
    try:
        # A query known here names its files from where it was typed, and may read what it reads there.
        found = (
            look(query, Path(folder), _named()) if base is None else look(query, Path(base), [Path("/")])
        )
    except DataError as error:
        refused[query] = error
        return query
    if base is not None:
        agree(found)
    return found


def _named() -> list[Path]:
    """Return the real paths of the files that the command line names, also as `KEY=FILE`."""
    words = [part for word in sys.argv[1:] for part in (word, word.partition("=")[2]) if part]
    return [Path(os.path.realpath(word)) for word in words if "\0" not in word and os.path.isfile(word)]


def _record(query: str) -> Path:
    from nn_tui.experiment.runs.store import home

    return home() / _FOLDER / hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()


def _base(query: str) -> str | None:
    """Return the folder that a query kept here names its files from; None for one that is not kept."""
    try:
        return _record(query).read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return None
