"""`RunIndex`: a copy of every run's card in one file, so that a list of many runs is there at once.

    HOME/runs.sqlite    the cards, each with the time at which its run's own file was written
    HOME/elsewhere/ID   where a run lies that is kept in a person's own folder

The cards in the runs' folders are the truth. The index is passed over while another process holds it, put
aside when it is damaged, and made anew when it is lost; `elsewhere` then tells where to look.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import NamedTuple

from nn_tui.errors import RunError
from nn_tui.experiment.files import write_whole
from nn_tui.experiment.runs.card import CARD, RunCard, card_of, read_card

INDEX = "runs.sqlite"
ELSEWHERE = "elsewhere"
PATIENCE_SECONDS = 0.4
"""How long others may hold the index, which they do for milliseconds."""
REST_SECONDS = 5.0
"""How long an index that was held for longer is left alone."""

_TABLE = (
    "CREATE TABLE IF NOT EXISTS runs "
    "(id TEXT PRIMARY KEY, folder TEXT NOT NULL, card TEXT NOT NULL, changed REAL, deleted REAL)"
)


class Row(NamedTuple):
    """What the index says of a run."""

    id: str
    folder: Path
    card: RunCard | None
    """None where what is there is no card."""
    written: float
    """When the run's own card had been written, as `when_written` gives it."""


class RunIndex:
    """The index of the runs that are kept below a folder, and in folders of people's own.

    Args:
        home: the folder.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self._resting_until = 0.0

    def rows(self) -> list[Row] | None:
        """Return what it says of every run; None where it cannot be read now."""
        try:
            with self._open() as index:
                found = index.execute("SELECT id, folder, card, changed, deleted FROM runs").fetchall()
        except (sqlite3.Error, OSError):
            return None
        return [
            Row(identity, Path(folder), _card(text, folder, deleted), written or 0.0)
            for identity, folder, text, written, deleted in found
        ]

    def put(self, *cards: RunCard) -> bool:
        """Take cards, new or changed; say whether they are in it now."""
        taken = True
        try:
            with self._open() as index:
                index.executemany("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?)", map(_cells, cards))
        except (sqlite3.Error, OSError):
            taken = False
        for card in cards:
            self._note_elsewhere(card, taken)
        return taken

    def forget(self, identity: str) -> None:
        """Say no more of a run."""
        with contextlib.suppress(sqlite3.Error, OSError), self._open() as index:
            index.execute("DELETE FROM runs WHERE id = ?", (identity,))

    def is_own(self, card: RunCard) -> bool:
        """Whether a run lies where the program keeps runs; else it is in a folder of a person's own."""
        return Path(card.folder).parent in (self.home / "runs", self.home / "trash")

    def elsewhere(self, but: Container[str] = ()) -> Iterator[Path]:
        """Find the folders of people's own that runs are kept in, but for those of some ids."""
        with contextlib.suppress(OSError):
            for path in (self.home / ELSEWHERE).iterdir():
                if path.name not in but:
                    with contextlib.suppress(OSError, ValueError):
                        yield Path(path.read_text(encoding="utf-8"))

    def _note_elsewhere(self, card: RunCard, taken: bool) -> None:
        note = self.home / ELSEWHERE / card.id
        with contextlib.suppress(OSError, ValueError, RunError):
            if card.deleted or self.is_own(card):
                if taken:
                    note.unlink(missing_ok=True)
            elif not note.is_file() or note.read_text(encoding="utf-8") != card.folder:
                write_whole(note, card.folder.encode())

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open it for one transaction; one that is damaged is put aside and begun anew."""
        if time.monotonic() < self._resting_until:
            raise sqlite3.OperationalError("database is locked")
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.home / INDEX
        connection = sqlite3.connect(path, timeout=PATIENCE_SECONDS)
        try:
            try:
                connection.execute(_TABLE)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                connection.close()
                path.replace(path.with_name(f"{INDEX}.damaged"))
                connection = sqlite3.connect(path, timeout=PATIENCE_SECONDS)
                connection.execute(_TABLE)
            with connection:
                yield connection
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                self._resting_until = time.monotonic() + REST_SECONDS
            raise
        finally:
            connection.close()


def when_written(folder: Path) -> float:
    """Return what tells one writing of a run's own card from another; 0 where it has none."""
    try:
        return float((folder / CARD).stat().st_mtime_ns)
    except OSError:
        return 0.0


def _cells(card: RunCard) -> tuple[str, str, str, float, float]:
    folder = Path(card.folder)
    written = when_written(folder)
    with contextlib.suppress(RunError):
        # Somebody else may have written it since: what is in the folder counts.
        own = read_card(folder)
        if own.id == card.id:
            card = replace(own, deleted=card.deleted)
    document = asdict(card)
    document.pop("folder")
    return card.id, card.folder, json.dumps(document), written, card.deleted


def _card(text: str, folder: str, deleted: float) -> RunCard | None:
    try:
        return replace(card_of(json.loads(text), folder), deleted=float(deleted))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
