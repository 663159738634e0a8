"""`Keeper`: saves one run while it trains. The worker thread and training without a screen both use it.

At most `AUTOSAVE_SECONDS` of work are lost when the machine goes down. A disk that is full or read-only is
told once, and training goes on; the next time is tried again.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nn_tui.errors import RunError
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.files import is_full, sweep
from nn_tui.experiment.runs.card import RunCard, card_of, read_card, write_card
from nn_tui.experiment.runs.epochs import KeptEpochs
from nn_tui.experiment.runs.history_file import HistoryFile

if TYPE_CHECKING:
    from nn_tui.experiment.session import Session

AUTOSAVE_SECONDS = 4.0
"""The promise is that at most 5 s are lost; saving itself takes a part of it."""
FOLLOWED_SECONDS = 1.0
"""From one saving to the next at least while somebody follows the run by its files."""
LOCK = "lock"
MOST_MARKS = 500
MOST_WAITING = 1000
"""Epochs that the card takes together at most."""
NAMING = threading.Lock()
"""Held while a name or a note is written: people may do so while the thread saves the run that is open."""
NOT_MEASURED = ("learning_rate", "seconds")
"""Columns of the history that are no values of an epoch."""


def nobody(card: RunCard) -> None:
    """Tell no index."""


class Keeper:
    """Keeps one run: its state, its history, some of its epochs, what a list says of it.

    Args:
        saved: the run's folder.
        card: what a list says of it so far.
        tell: told of every changed card, such as an index. Default: nobody.

    Raises:
        RunError: another process trains this run.
    """

    def __init__(self, saved: SavedRun, card: RunCard, tell: Callable[[RunCard], None] = nobody) -> None:
        self.saved = saved
        self._card = card
        self._ended: list[tuple[int, Mapping[str, float]]] = []
        self.history = HistoryFile(saved.folder)
        self.epochs = KeptEpochs(saved.folder)
        self.followed = False
        """Whether to save more often, where that takes little of the time, as somebody follows."""
        self.trouble = ""
        """Why the last saving failed; empty when it did not."""
        self.due = time.monotonic() + AUTOSAVE_SECONDS
        """When the next saving is due, by `time.monotonic`."""
        self._tell = tell
        self._dirty = False
        self._lock = hold(saved.folder)
        sweep(saved.folder)

    @property
    def card(self) -> RunCard:
        """What a list says of the run so far."""
        # Epochs may be a few milliseconds long; a new card for each would take a hundredth of that.
        if self._ended:
            self._card = self._card.with_epochs(self._ended)
            self._ended.clear()
        return self._card

    @property
    def folder(self) -> Path:
        """Where the run is kept."""
        return self.saved.folder

    def resumed(self, document: Mapping[str, Any], epoch: int) -> None:
        """Go back to the moment of a state that was read: its card, and no epoch after it.

        Raises:
            RunError: the folder cannot be written.
        """
        with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
            kept = card_of(document, str(self.folder))
            self._ended.clear()
            self._card = kept
            self._take_words()
        self.history.cut(epoch)
        self.epochs.cut(epoch)

    def begin(self, session: Session) -> str:
        """Save where a run starts from; says what `save` says."""
        self.epochs.keep(session, always=True)
        return self.save(session, "training")

    def take_past(self, rows: Iterable[tuple[int, Mapping[str, float]]]) -> None:
        """Take the epochs of the run that this one branches off from; its best is of its own epochs.

        Raises:
            RunError: the folder cannot be written.
        """
        for epoch, values in rows:
            measured = {name: value for name, value in values.items() if name not in NOT_MEASURED}
            self._ended.append((epoch, measured))
            self.history.append(epoch, values)
        self._card = replace(self.card, best={})

    def restart(self, session: Session) -> str:
        """Begin again in a folder that holds an older run of the same experiment; says what `save` says.

        Raises:
            RunError: the folder cannot be written.
        """
        self.history.cut(0)
        self.epochs.cut(-1)
        return self.begin(session)

    def epoch_ended(self, session: Session, values: Mapping[str, float], seconds: float) -> None:
        """Take what an epoch measured; it is on disk with the next saving."""
        self._dirty = True
        self._ended.append((session.epoch, values))
        if len(self._ended) >= MOST_WAITING:
            _ = self.card  # which takes them
        with contextlib.suppress(RunError):  # told when the next saving fails
            self.history.append(
                session.epoch, {**values, "learning_rate": session.learning_rate, "seconds": seconds}
            )
            self._bound_history()
        self.epochs.keep(session)

    def _bound_history(self) -> None:
        if self.history.too_large:
            marks = {int(at) + part for at, _ in self.card.marks for part in (0, 1)}
            best = {epoch for _, epoch in self.card.best.values()}
            self.history.thin(marks | best | set(self.epochs.numbers()))

    def _take_words(self) -> None:
        """Take the name and the note that people have given the run, which may be newer than its state."""
        with contextlib.suppress(RunError):
            written = read_card(self.folder)
            self._card = replace(self.card, name=written.name, note=written.note)

    def mark(self, epoch: float, text: str) -> None:
        """Remember a change that was made while it trained."""
        self._card = replace(self.card, marks=(*self.card.marks, (epoch, text))[-MOST_MARKS:])

    def save(self, session: Session, status: str, seconds: float | None = None) -> str:
        """Write everything.

        Args:
            session: what is trained.
            status: as in `RunCard.status`.
            seconds: how long was trained in all. Default: as before.

        Returns:
            A sentence when saving begins to fail, and one when it works again; else "".
        """
        before = self.trouble
        started = time.monotonic()
        now = time.time()
        self._card = replace(
            self.card,
            changed=now,
            status=status,
            epoch=session.epoch,
            epochs=session.epochs,
            seconds=self.card.seconds if seconds is None else seconds,
        )
        if status != "training" and session.batch == 0:
            self.epochs.keep(session, always=True)
        try:
            self._write(session)
            self.trouble = ""
        except RunError as error:
            self.trouble = f"This run is not being saved: {error}"
        self.epochs.flush()
        self._dirty = False
        self._tell(self.card)
        ended = time.monotonic()
        self.due = ended + AUTOSAVE_SECONDS
        if self.followed:
            self.due = ended + min(AUTOSAVE_SECONDS, max(FOLLOWED_SECONDS, 20 * (ended - started)))
        if self.trouble:
            return self.trouble if not before else ""
        return "The run is saved again." if before else ""

    def _write(self, session: Session) -> None:
        """Write all but the kept epochs, which make room where there is none."""
        while True:
            try:
                self.history.flush()
                self._bound_history()
                self.saved.save(session, asdict(self.card))
                with NAMING:
                    self._take_words()
                    write_card(self.folder, self.card)
                return
            except RunError as error:
                if not is_full(error) or not self.epochs.make_room():
                    raise

    def kept(self) -> str:
        """Say from which epoch the state is that is on disk."""
        try:
            training = self.saved.read()[0]["training"]
            batch = f" and {training['batch']} batches" if training["batch"] else ""
            return f"The state that is kept is from after epoch {training['epoch']}{batch}."
        except (RunError, KeyError):
            return "Nothing of it is kept."

    def close(self) -> None:
        """Let others train this run."""
        if self._lock is not None:
            with contextlib.suppress(OSError):
                os.close(self._lock)
            self._lock = None


def hold(folder: Path, what: str = "run") -> int | None:
    """Take a folder for this process until the given descriptor is closed; None where that cannot be.

    Args:
        folder: which.
        what: is in it, for the message. Default: a run.

    Raises:
        RunError: another one has it, or it is not there any more.
    """
    gone = RunError(f"The {what} in {folder} is not there any more.", "It was moved or deleted.")
    if not folder.is_dir():
        raise gone
    try:
        import fcntl
    except ImportError:  # no such locks on this system
        return None
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        raise gone from None
    except OSError:  # a read-only folder; saving will tell
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.read(descriptor, 20).decode("ascii", "replace").strip()
        os.close(descriptor)
        raise RunError(
            f"The {what} in {folder} is being trained by another nn-tui (process {owner}).",
            "Leave it there first." if what == "run" else "Wait for it or end it.",
        ) from None
    except OSError:  # a file system without locks
        os.close(descriptor)
        return None
    try:
        same = os.path.samestat(os.stat(folder / LOCK), os.fstat(descriptor))
    except OSError:
        same = False
    if not same:  # who had it has moved the folder
        os.close(descriptor)
        raise gone
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return descriptor


def taken_by(folder: Path) -> str:
    """Say which process trains the run in a folder; empty when none does."""
    try:
        import fcntl

        descriptor = os.open(folder / LOCK, os.O_RDWR)
    except (ImportError, OSError):
        return ""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.read(descriptor, 20).decode("ascii", "replace").strip() or "unknown"
    except OSError:
        return ""
    finally:
        os.close(descriptor)
    return ""
