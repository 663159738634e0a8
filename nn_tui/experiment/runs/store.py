"""`RunStore`: all runs of a person, found by name; several processes may use it at once.

    HOME/runs/ID/     a run's folder, see `checkpoint`
    HOME/trash/ID/    a deleted run, until a week has passed
    HOME/runs.sqlite  the index: a copy of every run's card, made anew from the folders when it is lost

HOME is where the platform keeps a program's data; `NN_TUI_HOME` names another place. Runs that were saved
in a folder of a person's own (`--save DIR`) are in the index too; their files are never deleted.
"""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from nn_tui.errors import RunError
from nn_tui.experiment.checkpoint import SPEC, STATE, SavedRun
from nn_tui.experiment.runs.card import RunCard, card_of, new_card, read_card, write_card
from nn_tui.experiment.runs.keeper import NAMING, hold, taken_by
from nn_tui.experiment.spec import Spec
from nn_tui.text import is_storable

KEPT_DELETED = 7 * 24 * 3600.0
"""Seconds that a deleted run can be taken back."""
LAST = "last"
"""The name that stands for the run that was saved last."""


def home() -> Path:
    """Give the folder that the program keeps its data in."""
    chosen = os.environ.get("NN_TUI_HOME", "")
    if chosen:
        return Path(chosen).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("nn-tui", appauthor=False))


class RunStore:
    """The runs below a folder.

    Args:
        folder: where. Default: `home()`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = home() if folder is None else folder

    def create(self, spec: Spec, *, parent: str = "", parent_epoch: int = 0) -> tuple[SavedRun, RunCard]:
        """Begin a run in a new folder.

        Raises:
            RunError: it cannot be written.
        """
        created = time.time()
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(created))
        plain = "".join(letter if letter.isalnum() else "-" for letter in spec.name)[:40].strip("-")
        identity = f"{stamp}-{plain or 'run'}-{os.urandom(2).hex()}"
        folder = self.folder / "runs" / identity
        saved = SavedRun.create(folder, spec)
        card = replace(
            new_card(identity, spec, created),
            parent=parent,
            parent_epoch=parent_epoch,
            folder=str(folder),
        )
        write_card(folder, card)
        self.put(card)
        return saved, card

    def adopt(self, saved: SavedRun) -> RunCard:
        """Take a run that begins in a person's own folder into the index; gives its card."""
        folder = saved.folder.absolute()
        try:
            identity = read_card(folder).id
        except RunError:
            identity = f"{time.strftime('%Y%m%d-%H%M%S')}-{folder.name[:40]}-{os.urandom(2).hex()}"
        card = replace(new_card(identity, saved.spec, time.time()), folder=str(folder))
        self.put(card)
        return card

    def put(self, *cards: RunCard) -> None:
        """Put cards into the index; it is passed over where it cannot be written: it can be made anew."""
        with contextlib.suppress(sqlite3.Error, OSError), self._index() as index:
            index.executemany("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?)", map(_row, cards))

    def runs(self, *, deleted: bool = False) -> list[RunCard]:
        """Give the runs that are there, or those that can be taken back; the newest first."""
        cards = [card for card in self._cards() if bool(card.deleted) == deleted]
        return sorted(cards, key=lambda card: card.created, reverse=True)

    def _cards(self) -> list[RunCard]:
        try:
            with self._index() as index:
                rows = index.execute("SELECT folder, card FROM runs").fetchall()
        except (sqlite3.Error, OSError):
            return self._scan()
        cards = []
        for folder, text in rows:
            if (Path(folder) / SPEC).is_file():
                with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
                    cards.append(card_of(json.loads(text), folder))
        # Who could not write into the index, as others were writing, left a folder only.
        known = {card.id for card in cards}
        missed = [card for card in self._scan(but={folder for folder, _ in rows}) if card.id not in known]
        if missed:
            self.put(*missed)
        return cards + missed

    def _scan(self, but: Container[str] = ()) -> list[RunCard]:
        """Read the cards in the folders, but for some of them."""
        cards = []
        for place in ("runs", "trash"):
            with contextlib.suppress(OSError):
                for folder in (self.folder / place).iterdir():
                    if str(folder) not in but:
                        with contextlib.suppress(RunError):
                            cards.append(read_card(folder))
        return cards

    def named(self, text: str) -> RunCard | None:
        """Give the run that a text names as `find` does, if it names one and no other thing.

        Examples, files and folders of other things come first.
        """
        from nn_tui.experiment.examples import names

        folder = Path(text).expanduser()
        if is_bundle(folder):
            return self.find(text)
        if text in names() or (os.path.exists(folder) and not os.path.isfile(folder / SPEC)):
            return None
        try:
            return self.find(text)
        except RunError:
            return None

    def find(self, text: str, *, deleted: bool = False) -> RunCard:
        """Give the run that a text names: a folder, a bundle, an id or how it begins, a name, or `last`.

        A bundle's run is put into the store.

        Args:
            text: what was written.
            deleted: look among the runs that can be taken back instead. Default no.

        Raises:
            RunError: there is none, or several; says which.
        """
        if not text.strip():
            raise RunError("No run is named.", "See `nn-tui runs`, or write last.")
        folder = Path(text).expanduser()
        if os.path.isfile(folder / SPEC):
            return self.card_at(folder)
        if is_bundle(folder):
            from nn_tui.experiment.runs.bundle import unpack

            return unpack(folder, self)
        cards = self.runs(deleted=deleted)
        if text == LAST and cards:
            return max(cards, key=lambda card: card.changed)
        for found in (
            [card for card in cards if card.id == text],
            [card for card in cards if card.name == text],
            [card for card in cards if card.id.startswith(text) or card.id.endswith(f"-{text}")],
        ):
            if len(found) == 1:
                return found[0]
            if found:
                told = ", ".join(card.id for card in found[:5])
                raise RunError(f"{text!r} names {len(found)} runs: {told}.", "Give more of the id.")
        near = difflib.get_close_matches(text, [card.id for card in cards] + [card.name for card in cards])
        hint = f"Did you mean {near[0]}?" if near else "See `nn-tui runs`."
        raise RunError(f"There is no run {text!r}.", hint)

    def card_at(self, folder: Path) -> RunCard:
        """Give the card of the run in a folder; a fresh one where it has none."""
        try:
            return read_card(folder.absolute())
        except RunError:
            saved = SavedRun.open(folder)
            made = new_card(folder.name, saved.spec, (folder / SPEC).stat().st_mtime)
            return replace(made, folder=str(folder.absolute()))

    def change(self, card: RunCard, *, name: str | None = None, note: str | None = None) -> RunCard:
        """Give a run another name or note; also the one that this process has open.

        Raises:
            RunError: another process trains it, it is gone, its folder cannot be written,
                or what was given is no text.
        """
        if not is_storable(f"{name}{note}"):
            raise RunError("A name or note must be text, got bytes that are no UTF-8.", "Write it anew.")
        with self._held(card, open_here=True), NAMING:
            with contextlib.suppress(RunError):
                card = read_card(Path(card.folder))
            name, note = card.name if name is None else name, card.note if note is None else note
            changed = replace(card, name=name, note=note)
            write_card(Path(card.folder), changed)
        self.put(changed)
        return changed

    @contextmanager
    def _held(self, card: RunCard, *, open_here: bool = False) -> Iterator[None]:
        """Hold a run, so that nobody begins to train it meanwhile.

        Args:
            card: which.
            open_here: let it pass when it is this process that has it. Default: refuse that too.

        Raises:
            RunError: it is being trained, or gone.
        """
        folder = Path(card.folder)
        owner = taken_by(folder)
        if owner == str(os.getpid()):
            if not open_here:
                raise RunError(f"{card.name} is open.", "Train or open another one first.")
            yield
            return
        if owner:
            raise RunError(f"{card.name} is being trained by process {owner}.", "Stop it first.")
        descriptor = hold(folder)
        try:
            yield
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def delete(self, card: RunCard) -> RunCard:
        """Delete a run so that it can be taken back; a person's own folder only leaves the list.

        Raises:
            RunError: it is being trained, gone, or cannot be moved.
        """
        gone = replace(card, deleted=time.time())
        with self._held(card):
            if self._is_own(card):
                gone = self._move(gone, "trash")
        self.put(gone)
        return gone

    def undelete(self, card: RunCard) -> RunCard:
        """Take a deleted run back.

        Raises:
            RunError: it cannot be moved.
        """
        back = replace(card, deleted=0.0)
        with self._held(card):
            if self._is_own(card):
                back = self._move(back, "runs")
        self.put(back)
        return back

    def purge(self, now: float | None = None) -> None:
        """Remove for good what was deleted more than a week ago."""
        now = time.time() if now is None else now
        for card in self.runs(deleted=True):
            if now - card.deleted >= KEPT_DELETED:
                self.discard(card)

    def discard(self, card: RunCard) -> None:
        """Remove a run for good, but leave a person's own folder and one that another process has."""
        with contextlib.suppress(RunError), self._held(card):
            if self._is_own(card):
                shutil.rmtree(card.folder, ignore_errors=True)
        with contextlib.suppress(sqlite3.Error, OSError), self._index() as index:
            index.execute("DELETE FROM runs WHERE id = ?", (card.id,))

    def _is_own(self, card: RunCard) -> bool:
        return Path(card.folder).parent in (self.folder / "runs", self.folder / "trash")

    def _move(self, card: RunCard, place: str) -> RunCard:
        target = self.folder / place / card.id
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.is_dir() and not ((target / SPEC).exists() or (target / STATE).exists()):
                shutil.rmtree(target)  # no run, only what was written to one that had been deleted
            Path(card.folder).rename(target)
        except OSError as error:
            raise RunError(f"{card.folder} cannot be moved: {error.strerror}.", "") from None
        moved = replace(card, folder=str(target))
        write_card(target, moved)
        return moved

    @contextmanager
    def _index(self) -> Iterator[sqlite3.Connection]:
        """Open the index for one transaction; one that is damaged is put aside and made anew."""
        path = self.folder / "runs.sqlite"
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = not path.exists()
        connection = sqlite3.connect(path, timeout=60)
        try:
            try:
                connection.execute(_TABLE)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                connection.close()
                path.replace(path.with_name("runs.sqlite.damaged"))
                connection, fresh = sqlite3.connect(path, timeout=60), True
                connection.execute(_TABLE)
            with connection:
                if fresh:
                    self._fill(connection)
                yield connection
        finally:
            connection.close()

    def _fill(self, connection: sqlite3.Connection) -> None:
        connection.executemany(
            "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?)", map(_row, self._scan())
        )


def _row(card: RunCard) -> tuple[str, str, str, float, float]:
    document = asdict(card)
    document.pop("folder")
    return card.id, card.folder, json.dumps(document), card.changed, card.deleted


_TABLE = (
    "CREATE TABLE IF NOT EXISTS runs "
    "(id TEXT PRIMARY KEY, folder TEXT NOT NULL, card TEXT NOT NULL, changed REAL, deleted REAL)"
)


BUNDLE = ".nntui"
"""How the name of a packed run ends."""


def is_bundle(path: Path) -> bool:
    """Whether a path leads to a packed run."""
    return path.suffix == BUNDLE and os.path.isfile(path)
