"""`RunStore`: all runs of a person, found by name; several processes may use it at once.

    HOME/runs/ID/     a run's folder, see `checkpoint`
    HOME/trash/ID/    a deleted run, until a week has passed

HOME is where the platform keeps a program's data; `NN_TUI_HOME` names another place. An `index` has a copy
of every run's card. Runs that were saved in a folder of a person's own (`--save DIR`) are in the list too;
their files are never deleted.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import shlex
import shutil
import time
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from nn_tui.errors import RunError, UsageError
from nn_tui.experiment.checkpoint import DATA, PREVIOUS, SPEC, STATE, SavedRun, holds_run, is_only_begun
from nn_tui.experiment.files import expanded
from nn_tui.experiment.runs.background import LOG, MARK
from nn_tui.experiment.runs.card import CARD, RunCard, new_card, read_card, write_card
from nn_tui.experiment.runs.epochs import EPOCHS
from nn_tui.experiment.runs.history_file import HISTORY
from nn_tui.experiment.runs.index import RunIndex, when_written
from nn_tui.experiment.runs.keeper import LOCK, NAMING, hold, taken_by
from nn_tui.experiment.spec import Spec
from nn_tui.text import is_storable

KEPT_DELETED = 7 * 24 * 3600.0
"""Seconds that a deleted run can be taken back."""
PARTS = (CARD, HISTORY, DATA, EPOCHS, MARK, LOG, PREVIOUS, SPEC, STATE, LOCK)
"""What is a run's own in the folder that it is kept in."""
LAST = "last"
"""The name that stands for the run that was saved last."""


def home() -> Path:
    """Give the folder that the program keeps its data in."""
    chosen = os.environ.get("NN_TUI_HOME", "")
    if chosen:
        return expanded(chosen).absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("nn-tui", appauthor=False))


class RunStore:
    """The runs below a folder.

    Args:
        folder: where. Default: `home()`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = home() if folder is None else folder
        self.index = RunIndex(self.folder)

    def create(
        self,
        spec: Spec,
        *,
        folder: Path | None = None,
        among_others: bool = False,
        parent: str = "",
        parent_epoch: int = 0,
    ) -> tuple[SavedRun, RunCard]:
        """Begin a run in a new folder.

        Args:
            spec: what is trained.
            folder: a person's own, new or empty. Default: one among the program's data.
            among_others: let other files be in the folder. Default: refuse them.
            parent: the id of the run that it branches off from. Default none.
            parent_epoch: after which of its epochs.

        Raises:
            RunError: it cannot be written, or the folder holds something else.
            UsageError: the folder holds a run.
        """
        created = time.time()
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(created))
        name = spec.name if folder is None else folder.name
        plain = "".join(letter if letter.isalnum() else "-" for letter in name)[:40].strip("-")
        identity = f"{stamp}-{plain or 'run'}-{os.urandom(2).hex()}"
        if folder is None:
            with contextlib.suppress(OSError):  # it is told where the run is written
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                # Two processes may draw the same digits within a second: the folder is whose makes it.
                while not _made(self.folder / "runs" / identity):
                    identity = f"{identity[:-4]}{os.urandom(2).hex()}"
            folder = self.folder / "runs" / identity
        elif holds_run(folder) and not is_only_begun(folder, spec):
            card, place = self.card_at(folder), shlex.quote(str(folder))
            raise UsageError(
                f"{folder} holds the run {card.name} already, {card.status} after epoch {card.epoch}.",
                f"To go on with it: nn-tui train --resume {place}. To begin anew, so that it can be taken "
                f"back within a week: nn-tui train SOURCE --save {place} --overwrite.",
            )
        folder = folder.absolute()
        saved = SavedRun.create(folder, spec, among_others=among_others)
        card = replace(
            new_card(identity, spec, created),
            parent=parent,
            parent_epoch=parent_epoch,
            folder=str(folder),
        )
        write_card(folder, card)
        self.put(card)
        return saved, card

    def make_way(self, folder: Path) -> RunCard | None:
        """Delete the run in a person's own folder, so that it can be taken back; other files stay.

        Returns:
            Its card; None where there is no run.

        Raises:
            RunError: it is being trained, or cannot be moved.
        """
        if not holds_run(folder):
            return None
        card = self.card_at(folder)
        target = self.folder / "trash" / card.id
        moved = []
        with self._held(card):
            try:
                target.mkdir(parents=True)
                for part in filter(os.path.exists, (folder / name for name in PARTS)):
                    shutil.move(part, target / part.name)
                    moved.append(part)
            except OSError as error:
                for part in moved:
                    shutil.move(target / part.name, part)
                raise RunError(f"{folder} cannot be moved: {error.strerror or error}.", "") from None
        gone = replace(card, folder=str(target), deleted=time.time())
        write_card(target, gone)
        self.put(gone)
        return gone

    def put(self, *cards: RunCard) -> None:
        """Put cards into the index; it is passed over where it cannot be written: it can be made anew."""
        self.index.put(*cards)

    def runs(self, *, deleted: bool = False) -> list[RunCard]:
        """Give the runs that are there, or those that can be taken back; the newest first."""
        cards = [card for card in self._cards() if bool(card.deleted) == deleted]
        return sorted(cards, key=lambda card: card.created, reverse=True)

    def _cards(self) -> list[RunCard]:
        rows = self.index.rows()
        if rows is None:
            return self._scan()
        cards, changed = [], []
        for row in rows:
            written = when_written(row.folder)
            if row.card is not None and written in (row.written, 0) and (written or holds_run(row.folder)):
                cards.append(row.card)
            elif holds_run(row.folder):
                with contextlib.suppress(RunError):
                    if (card := self.card_at(row.folder)).id == row.id:
                        changed.append(card)
                    else:  # the folder holds another run now
                        self.index.forget(row.id)
        # Who could not write into the index, as others were writing, left a folder only.
        known = {card.id for card in (*cards, *changed)}
        places = {row.folder for row in rows} if known else ()
        changed += [card for card in self._scan(known, places) if card.id not in known]
        if changed:
            self.put(*changed)
        return cards + changed

    def _scan(self, known: Container[str] = (), places: Container[Path] = ()) -> list[RunCard]:
        """Read the cards in the folders, but for those of some ids or in some places."""
        folders: list[Path] = []
        for place in ("runs", "trash"):
            with contextlib.suppress(OSError):
                folders += [
                    path for path in (self.folder / place).iterdir() if not path.name.startswith(".")
                ]
        folders += self.index.elsewhere(known)
        cards = []
        for folder in dict.fromkeys(folders):
            if folder not in places and holds_run(folder):
                with contextlib.suppress(RunError):
                    cards.append(self.card_at(folder))
        return cards

    def named(self, text: str) -> RunCard | None:
        """Give the run that a text names as `find` does, if it names one and no other thing.

        Examples, files and folders of other things come first.
        """
        from nn_tui.experiment.examples import names

        folder = expanded(text)
        if is_bundle(folder):
            return self.find(text)
        if text in names() or (os.path.exists(folder) and not holds_run(folder)):
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
        folder = expanded(text)
        if holds_run(folder):
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
            made = new_card(folder.name, saved.spec, folder.stat().st_mtime)
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
            if self.index.is_own(card):
                gone = self._move(gone, "trash")
        self._list(gone)
        return gone

    def _list(self, card: RunCard) -> None:
        """Put a card into the index, which alone says whether a run in a person's own folder is deleted.

        Raises:
            RunError: it cannot be written now.
        """
        if not self.index.put(card) and not self.index.is_own(card):
            raise RunError(
                f"The list of runs cannot be written, so {card.name} is as it was.",
                "Another process may hold it, or there is no room: try again.",
            )

    def undelete(self, card: RunCard) -> RunCard:
        """Take a deleted run back.

        Raises:
            RunError: it cannot be moved.
        """
        back = replace(card, deleted=0.0)
        with self._held(card):
            if self.index.is_own(card):
                back = self._move(back, "runs")
        self._list(back)
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
            if self.index.is_own(card):
                shutil.rmtree(card.folder, ignore_errors=True)
        self.index.forget(card.id)

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


BUNDLE = ".nntui"
"""How the name of a packed run ends."""


def is_bundle(path: Path) -> bool:
    """Whether a path leads to a packed run."""
    return path.suffix == BUNDLE and os.path.isfile(path)


def _made(folder: Path) -> bool:
    """Make a folder; return whether it was not there."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return False
    return True
