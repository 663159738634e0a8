"""A run kept in a folder: its spec, and all that continuing it bit for bit needs.

    spec.toml               what is trained
    state.safetensors       arrays; the rest as JSON in the file's metadata, with a checksum
    state.safetensors.prev  the one before, taken when the newest is damaged
    data.json               how rows become features (`prediction`)
    run.json  history.csv   for lists, and for people (`runs`)

Nothing is unpickled or executed when a run is opened.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.errors import NnTuiError, RunError
from nn_tui.experiment.build import same_run
from nn_tui.experiment.files import is_leftover, read_plain, write_whole
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import load, loads, save

if TYPE_CHECKING:
    from nn_tui.engine.models import Sequential
    from nn_tui.experiment.session import Session

SPEC = "spec.toml"
STATE = "state.safetensors"
PREVIOUS = f"{STATE}.prev"
DATA = "data.json"
FORMAT = 1


class SavedRun:
    """A folder that a run is kept in.

    Args:
        folder: where.
        spec: what is trained.
    """

    def __init__(self, folder: Path, spec: Spec) -> None:
        self.folder = folder
        self.spec = spec
        self._spec_is_damaged = False
        """Whether its file is empty, cut off or gone, so that it was read from the state."""

    @classmethod
    def create(cls, folder: Path, spec: Spec, *, among_others: bool = False) -> SavedRun:
        """Begin a run in a folder that is new or empty, or in which the same was begun and not trained.

        Args:
            folder: which.
            spec: what is trained.
            among_others: let other files be in it. Default: refuse them.

        Raises:
            RunError: the folder holds something, or cannot be written.
        """
        if is_only_begun(folder, spec):
            return cls(folder, load(folder / SPEC))
        if holds_run(folder):
            raise RunError(f"{folder} holds a run.", "Give another folder, or --resume it.")
        empty = not os.path.exists(folder) or (folder.is_dir() and all(map(is_leftover, folder.iterdir())))
        if not empty and not among_others:
            raise RunError(f"{folder} is not empty and holds no run.", "Give another folder.")
        save(spec, folder / SPEC)
        return cls(folder, spec)

    @classmethod
    def open(cls, folder: Path) -> SavedRun:
        """Open a run that was kept.

        Raises:
            RunError: there is none.
        """
        if not holds_run(folder):
            raise RunError(f"{folder} holds no saved run.", "Give the folder that --save made.")
        try:
            return cls(folder, load(folder / SPEC))
        except NnTuiError:
            try:
                _, spec, _ = _newest(folder)
            except RunError:
                spec = None
            if spec is None:
                raise
            saved = cls(folder, spec)
            saved._spec_is_damaged = True
            return saved

    def save(self, session: Session, card: Mapping[str, Any] | None = None) -> None:
        """Write the session's whole state, keeping the one before.

        Args:
            session: what is trained.
            card: what a list says of the run, kept with the state so that both are of one moment.

        Raises:
            RunError: the disk is full or read-only; what was there is untouched.
        """
        # A folder that was deleted meanwhile is not made anew: what is in it would be half a run.
        content = encode(whole_state(session, card))
        write_whole(self.folder / STATE, content, keep_previous=True, make_folder=False)
        if session.spec != self.spec or self._spec_is_damaged:
            self.spec = session.spec
            save(self.spec, self.folder / SPEC)
            self._spec_is_damaged = False

    def read(self) -> tuple[dict[str, Any], str]:
        """Read the newest state that is whole, and take its spec for the run's.

        Returns:
            The state, and a sentence if the newest was damaged and the one before was taken; else "".

        Raises:
            RunError: no state can be read.
        """
        state, self.spec, told = _newest(self.folder)
        return state, told

    def reopen(self, *, keep_history: bool = True) -> tuple[Session, dict[str, Any], str]:
        """Make a session that stands where the run was.

        Args:
            keep_history: as `Session` takes it. Default yes.

        Returns:
            The session, the card that was kept with the state, and what `read` says.

        Raises:
            RunError: no state can be read, it does not fit, or the data have changed since.
            DataError: the data cannot be read.
        """
        state, told = self.read()
        session = self.session_at(state, keep_history=keep_history)
        return session, json.loads(state["run"]["card"]), told

    def session_at(self, state: Mapping[str, Any], *, keep_history: bool = True) -> Session:
        """Make a session of a state's own spec that stands where the state was taken.

        Raises:
            RunError: it does not fit, or the data have changed since.
            DataError: the data cannot be read.
        """
        from nn_tui.experiment.session import Session

        run = state["run"]
        spec = _spec_of(run, STATE, self.folder)
        session = Session(spec, keep_history=keep_history, take_start=False)
        if run["data"] != session.fingerprint:
            raise RunError(
                f"The data {spec.data.source} have changed since the run in {self.folder} was saved.",
                "Put the old ones back, or train a new run.",
            )
        try:
            session.restore(state)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            raise RunError(f"The state in {self.folder} does not fit its network.", "Train anew.") from None
        return session

    def give_weights(self, model: Sequential, state: Mapping[str, Any]) -> None:
        """Give a fresh model the weights of a state that `read` gave.

        Raises:
            RunError: they do not fit.
        """
        try:
            model.restore(state["model"])
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            raise RunError(f"The state in {self.folder} does not fit its network.", "Train anew.") from None


def holds_run(folder: Path) -> bool:
    """Whether a run is kept in a folder, be it damaged."""
    return any(os.path.isfile(folder / name) for name in (SPEC, STATE, PREVIOUS))


def is_only_begun(folder: Path, spec: Spec) -> bool:
    """Whether a folder has a spec, which is this one, and no state: it was ended before the first batch."""
    if any(os.path.lexists(folder / name) for name in (STATE, PREVIOUS)):
        return False
    try:
        return same_run(load(folder / SPEC), spec)
    except NnTuiError:
        return False


def _spec_of(run: Mapping[str, Any], origin: str, folder: Path) -> Spec:
    # A state may come from anybody: the folder that it names is not one whose files queries may read.
    return loads(run["spec"], origin=origin, folder=Path(run["folder"]), queries=folder)


def _newest(folder: Path) -> tuple[dict[str, Any], Spec, str]:
    """Read the newest state that is whole, and its spec; see `SavedRun.read`."""
    faults = []
    for name in (STATE, PREVIOUS):
        try:
            state = decode(read_plain(folder / name))
            spec = _spec_of(state["run"], name, folder)
        except FileNotFoundError:
            continue
        except (OSError, NnTuiError, ValueError, KeyError, TypeError) as error:
            faults.append(f"{name}: {error}")
            continue
        return state, spec, f"{faults[0]} The state saved before it was taken." if faults else ""
    told = faults[0] if faults else f"{folder} has no saved state."
    raise RunError(told, "Train again with --save.")


def whole_state(session: Session, card: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Give all that taking a session up again needs, what it trains included; arrays are copies."""
    document = {
        "spec": session.spec_text,
        "folder": os.getcwd(),  # what relative paths of data start from
        "data": session.fingerprint,
        "card": json.dumps(dict(card or {})),
    }
    return {**session.state(), "run": document}


def encode(state: Mapping[str, Any]) -> bytes:
    """Write a state (nested mappings of arrays and of what JSON can say) as safetensors bytes."""
    from safetensors.numpy import save as to_bytes

    text, arrays = _parted(state)
    metadata = {"nn-tui": text, "sha256": _digest(text, arrays)}
    return to_bytes(arrays, metadata)


def digest_of(state: Mapping[str, Any]) -> str:
    """Give the SHA-256 of what a state holds, in hexadecimal digits."""
    return _digest(*_parted(state))


def _parted(state: Mapping[str, Any]) -> tuple[str, dict[str, NDArray[Any]]]:
    """Part a state in its text and its arrays."""
    arrays: dict[str, NDArray[Any]] = {}
    plain = _take_arrays(state, "", arrays)
    return json.dumps({"format": FORMAT, "state": plain}, sort_keys=True), arrays


def decode(content: bytes) -> dict[str, Any]:
    """Read what `encode` wrote.

    Raises:
        RunError: damaged, cut off, or made by a later version.
    """
    import safetensors

    try:
        header_length = int.from_bytes(content[:8], "little")
        if header_length > min(len(content) - 8, 100_000_000):
            raise RunError("The saved state is cut off.", "")
        metadata = json.loads(content[8 : 8 + header_length])["__metadata__"]
        read: Any = safetensors.deserialize
        arrays = {name: _array(entry) for name, entry in read(content)}
        text = metadata["nn-tui"]
    except (safetensors.SafetensorError, ValueError, KeyError, TypeError, RecursionError):
        raise RunError("The saved state is damaged.", "") from None
    if metadata.get("sha256") != _digest(text, arrays):
        raise RunError("The saved state is damaged: its checksum differs.", "")
    document = json.loads(text)
    if document["format"] > FORMAT:
        raise RunError("The saved state was made by a later nn-tui.", "Update nn-tui.")
    state: dict[str, Any] = _put_arrays(document["state"], arrays)
    return state


def _array(entry: Mapping[str, Any]) -> NDArray[Any]:
    return np.frombuffer(entry["data"], _DTYPES[entry["dtype"]]).reshape(entry["shape"]).copy()


_DTYPES = {
    "F64": np.float64,
    "F32": np.float32,
    "F16": np.float16,
    "I64": np.int64,
    "I32": np.int32,
    "I16": np.int16,
    "I8": np.int8,
    "U64": np.uint64,
    "U32": np.uint32,
    "U16": np.uint16,
    "U8": np.uint8,
    "BOOL": np.bool_,
}


def _take_arrays(value: Any, name: str, arrays: dict[str, NDArray[Any]]) -> Any:
    if isinstance(value, np.ndarray):
        arrays[name] = np.ascontiguousarray(value)
        return {"__array__": name}
    if isinstance(value, Mapping):
        return {key: _take_arrays(item, f"{name}/{key}", arrays) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_take_arrays(item, f"{name}/{index}", arrays) for index, item in enumerate(value)]
    return value.item() if isinstance(value, np.generic) else value


def _put_arrays(value: Any, arrays: Mapping[str, NDArray[Any]]) -> Any:
    if isinstance(value, dict):
        if set(value) == {"__array__"}:
            return arrays[value["__array__"]]
        return {key: _put_arrays(item, arrays) for key, item in value.items()}
    if isinstance(value, list):
        return [_put_arrays(item, arrays) for item in value]
    return value


def _digest(text: str, arrays: Mapping[str, NDArray[Any]]) -> str:
    import hashlib

    digest = hashlib.sha256(text.encode())
    for name in sorted(arrays):
        digest.update(f"{name} {arrays[name].dtype} {arrays[name].shape}".encode())
        digest.update(np.ascontiguousarray(arrays[name]).data)
    return digest.hexdigest()
