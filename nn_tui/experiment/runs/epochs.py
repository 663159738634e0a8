"""Epochs that are kept whole, so that a run can be taken up again from one of them.

    epochs/12.safetensors   the whole state after epoch 12; epochs/0 is the start

Few are kept, the older the sparser, and keeping them takes a small part of the time and of the disk.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nn_tui.errors import RunError
from nn_tui.experiment.checkpoint import decode, encode, whole_state
from nn_tui.experiment.files import read_plain, without_sync, write_whole

if TYPE_CHECKING:
    from nn_tui.experiment.session import Session

EPOCHS = "epochs"
MOST = 24
"""Epochs kept at most; then every second of the older half goes."""
ROOM = 256 << 20
"""Bytes that they may take together on disk."""
HELD = 16 << 20
"""Bytes of states that wait in memory for the next saving."""
SHARE = 100
"""Keeping takes at most one part in so many of the time."""


class KeptEpochs:
    """The kept epochs of one run.

    States wait in memory, which is cheap, until the run is saved; then they are written.

    Args:
        folder: the run's.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / EPOCHS
        self._held: dict[int, dict[str, Any]] = {}
        self._size = 1
        self._next = 0.0

    def numbers(self) -> list[int]:
        """Give the epochs that are kept, in their order."""
        return sorted({*self._held, *self._on_disk()})

    def _on_disk(self) -> list[int]:
        with contextlib.suppress(OSError):
            paths = [path for path in self.folder.iterdir() if path.suffix == ".safetensors"]
            return sorted(int(path.stem) for path in paths if path.stem.isdigit())
        return []

    def keep(self, session: Session, *, always: bool = False) -> None:
        """Keep the session as it is at the end of an epoch, when it is time to."""
        started = time.monotonic()
        if started < self._next and not always:
            return
        state = whole_state(session)
        self._size = max(_bytes_of(state), 1)
        self._held[session.epoch] = state
        if len(self._held) * self._size > HELD and len(self._held) > 1:
            self.flush()
        elif len(self._held) > MOST:
            for number in _too_many(sorted(self._held)):
                del self._held[number]
        now = time.monotonic()
        # The first one of a run costs more than those after it, and is no measure of them.
        self._next = now if always else now + SHARE * (now - started)

    def flush(self) -> None:
        """Write what waits in memory; a full disk is passed over, as saving the run tells of it.

        Those that are too many go first, so that there is room for the others.
        """
        self._thin()
        try:
            self.folder.mkdir(exist_ok=True)
            with without_sync():  # an epoch that is lost when the power fails is no run that is lost
                for number, state in sorted(self._held.items()):
                    write_whole(self._path(number), encode(state), make_folder=False)
                    del self._held[number]
        except (OSError, RunError):
            while len(self._held) > 2 and len(self._held) * self._size > HELD:
                for number in _too_many(sorted(self._held)):
                    del self._held[number]

    def make_room(self) -> bool:
        """Remove some epochs from the disk, so that the run itself has room; say whether there were any."""
        numbers = self._on_disk()
        for number in numbers[1::2] or numbers:
            self._forget(number)
        return len(self._on_disk()) < len(numbers)

    def _thin(self) -> None:
        most = max(2, min(MOST, ROOM // self._size))
        numbers = self.numbers()
        while len(numbers) > most:
            older = _too_many(numbers)
            for number in older:
                self._forget(number)
            numbers = [number for number in numbers if number not in older]

    def cut(self, epoch: int) -> None:
        """Forget the epochs after this one."""
        for number in self.numbers():
            if number > epoch:
                self._forget(number)

    def _forget(self, epoch: int) -> None:
        self._held.pop(epoch, None)
        with contextlib.suppress(OSError):
            self._path(epoch).unlink(missing_ok=True)

    def read(self, epoch: int) -> dict[str, Any]:
        """Give the state after an epoch.

        Raises:
            RunError: it is not kept, or damaged.
        """
        if epoch in self._held:
            return self._held[epoch]
        try:
            return decode(read_plain(self._path(epoch)))
        except OSError:
            kept = ", ".join(map(str, self.numbers())) or "none"
            raise RunError(f"Epoch {epoch} is not kept.", f"Kept are: {kept}.") from None

    def _path(self, epoch: int) -> Path:
        return self.folder / f"{epoch}.safetensors"


def _too_many(numbers: list[int]) -> list[int]:
    """Choose which of too many epochs go: every second of the older half, but for the first."""
    return numbers[1 : len(numbers) // 2 + 1 : 2] or numbers[1:2]


def _bytes_of(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return int(value.nbytes)
    if isinstance(value, dict):
        return sum(map(_bytes_of, value.values()))
    return sum(map(_bytes_of, value)) if isinstance(value, (list, tuple)) else 8
