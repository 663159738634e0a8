"""A whole run as one file, to be opened on another machine: its state, its history, its epochs, its rows.

    bundle.json          which run, and which files its rows are in
    run/...              what is in the run's folder, see `checkpoint`
    weights/DIGEST...    the weights it started from, if it did
    data/0/people.csv    the files that its rows were read from

A zip. Only names of these forms are unpacked, only below a folder of the run store, and never more than the
file says that it holds; states carry checksums of their own.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import secrets
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nn_tui import __version__
from nn_tui.errors import NnTuiError, RunError
from nn_tui.experiment.checkpoint import DATA, SPEC, STATE, SavedRun, decode, encode
from nn_tui.experiment.files import read_part, write_whole
from nn_tui.experiment.runs.card import CARD, RunCard, read_card, write_card
from nn_tui.experiment.runs.epochs import EPOCHS
from nn_tui.experiment.runs.history_file import HISTORY
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import dumps, loads

if TYPE_CHECKING:
    from nn_tui.experiment.runs.store import RunStore

FORMAT = 1
_ABOUT = "bundle.json"
_STATES = re.compile(rf"{re.escape(STATE)}|{EPOCHS}/\d{{1,9}}\.safetensors")
_RUN = re.compile(rf"run/({SPEC}|{CARD}|{HISTORY}|{DATA}|{_STATES.pattern})")
_WEIGHTS = re.compile(r"weights/[0-9a-f]{32}\.safetensors")
_ROWS = re.compile(r"data/\d{1,2}(/[^/\\\x00-\x1f\x7f]{1,200}){1,8}")
MOST_ROWS = 512 << 20
"""Bytes of the rows' own files that are packed; more are left out, which is told."""
_LARGEST = 4 << 30
"""Bytes that a bundle may hold."""
_MOST_FILES = 200_000
_PACKED = 300
"""How much smaller than its content a file may be: a table of the same row again and again packs so."""


def pack(folder: Path) -> tuple[bytes, tuple[str, ...]]:
    """Pack a run's folder.

    Returns:
        The file, and sentences about what is not in it.

    Raises:
        RunError: there is no run, or it cannot be read.
    """
    saved = SavedRun.open(folder)
    saved.read()
    card = read_card(folder)
    rows, notes = _rows_of(saved.spec)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        about = {
            "format": FORMAT,
            "nn-tui": __version__,
            "id": card.id,
            "rows": {name: packed for name, packed, _ in rows},
        }
        archive.writestr(_ABOUT, json.dumps(about))
        archive.writestr(f"run/{SPEC}", dumps(saved.spec))
        for path in _run_files(folder):
            _add(archive, path, f"run/{path.relative_to(folder).as_posix()}")
        if saved.spec.start is not None:
            from nn_tui.experiment.start import weights_path

            path = weights_path(saved.spec.start.weights)
            if path.is_file():
                _add(archive, path, f"weights/{path.name}")
        for _, packed, source in rows:
            for path, name in _files(source, packed):
                _add(archive, path, name)
    return content.getvalue(), notes


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    # Numbers hardly pack; a zip before 1980 is none, whatever the file's time is.
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_STORED if path.suffix == ".safetensors" else zipfile.ZIP_DEFLATED
    try:
        archive.writestr(info, path.read_bytes())
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror}.", "") from None


def _run_files(folder: Path) -> Iterator[Path]:
    for name in (STATE, CARD, HISTORY, DATA):
        if (folder / name).is_file():
            yield folder / name
    if (folder / EPOCHS).is_dir():
        yield from sorted(path for path in (folder / EPOCHS).iterdir() if path.suffix == ".safetensors")


def _rows_of(spec: Spec) -> tuple[list[tuple[str, str, Path]], tuple[str, ...]]:
    """Find the files that a spec reads: the setting's name, the packed path, the path here."""
    from nn_tui.data.files.tables import is_query

    found: list[tuple[str, str, Path]] = []
    size = 0
    for name, source in _sources(spec).items():
        if is_query(source):
            return [], ("The rows come from a query and are not in it; put its files in the same place",)
        path = Path(source)
        if not path.exists():
            continue
        size += sum(file.stat().st_size for file, _ in _files(path, ""))
        found.append((name, f"data/{len(found)}/{path.name}", path))
    if size > MOST_ROWS:
        told = f"The rows ({size / 1e9:.1f} GB) are not in it; put them in the same place"
        return [], (told,)
    return found, ()


def _sources(spec: Spec) -> dict[str, str]:
    given = {"source": spec.data.source}
    given |= {name: spec.data.settings.get(name) or "" for name in ("validation", "test")}
    return {name: source for name, source in given.items() if isinstance(source, str) and source}


def _files(source: Path, packed: str) -> Iterator[tuple[Path, str]]:
    if source.is_dir():
        for path in sorted(source.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path, f"{packed}/{path.relative_to(source).as_posix()}"
    else:
        yield source, packed


def unpack(path: Path, store: RunStore) -> RunCard:
    """Put the run of a bundle into the store; one that is there already is only found.

    Raises:
        RunError: no bundle, damaged, or not what it says; nothing is left behind.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _unpack(archive, path, store)
    except NnTuiError as error:
        raise RunError(f"{path}: {error.message}", error.remedy) from None
    except OSError as error:
        raise RunError(f"{path} cannot be opened: {error.strerror or error}.", "") from None
    except (zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError, AttributeError, EOFError):
        raise RunError(f"{path} is damaged, or no bundle.", "Export it again.") from None
    except (NotImplementedError, RuntimeError, RecursionError):
        raise RunError(f"{path} is no bundle of this program.", "Export it again.") from None


def _unpack(archive: zipfile.ZipFile, path: Path, store: RunStore) -> RunCard:
    about = json.loads(_content(archive, _ABOUT, 1 << 20))
    if about["format"] > FORMAT:
        raise RunError("It was made by a later nn-tui.", "Update nn-tui.")
    names = [info.filename for info in archive.infolist()]
    _check(archive, names)
    identity = str(about["id"])
    if not re.fullmatch(r"[\w-]{1,120}", identity):
        raise RunError("It names its run in a strange way.", "Export it again.")
    state = _content(archive, f"run/{STATE}", _LARGEST)
    here = store.folder / "runs" / identity
    if here.is_dir() and (here / STATE).is_file() and _same(here, state):
        return store.card_at(here)
    if here.exists():
        identity = f"{identity}-{secrets.token_hex(2)}"
        here = here.with_name(identity)
    temporary = here.with_name(f".{identity}.tmp")
    try:
        _write(archive, names, temporary, store)
        _settle(temporary, here, identity, about["rows"])
        card = replace(read_card(temporary), id=identity, folder=str(here), deleted=0.0)
        write_card(temporary, card)
        temporary.rename(here)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    store.put(card)
    return card


def _check(archive: zipfile.ZipFile, names: list[str]) -> None:
    """Refuse what a bundle cannot honestly hold."""
    if len(names) > _MOST_FILES or len(set(names)) < len(names):
        raise RunError("It holds too many files, or one of them twice.", "It is not opened.")
    for name in names:
        known = name == _ABOUT or _RUN.fullmatch(name) or _WEIGHTS.fullmatch(name) or _ROWS.fullmatch(name)
        if not known or ".." in name.split("/"):
            raise RunError(f"It holds {name[:60]!r}, which is no part of a run.", "It is not opened.")
    infos = archive.infolist()
    bomb = any(info.file_size > _PACKED * max(info.compress_size, 1 << 12) for info in infos)
    if bomb or sum(info.file_size for info in infos) > _LARGEST:
        raise RunError("It is larger than it can honestly be.", "It is not opened.")


def _content(archive: zipfile.ZipFile, name: str, largest: int) -> bytes:
    return read_part(archive, name, largest, _PACKED)


def _write(archive: zipfile.ZipFile, names: list[str], folder: Path, store: RunStore) -> None:
    for name in names:
        if name == _ABOUT:
            continue
        content = _content(archive, name, _LARGEST)
        if _WEIGHTS.fullmatch(name):
            target = store.folder / name
            if not target.is_file():
                decode(content)
                write_whole(target, content)
            continue
        target = folder / name.removeprefix("run/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _settle(folder: Path, here: Path, identity: str, rows: Mapping[str, Any]) -> None:
    """Let the spec and every state know where the rows lie now, and what the run is called here."""
    paths = {name: str(here / packed) for name, packed in rows.items() if _ROWS.fullmatch(packed)}
    for path in sorted(folder.rglob("*.safetensors")):
        state = decode(path.read_bytes())
        spec = _moved(loads(state["run"]["spec"], origin=path.name), paths)
        card = json.loads(state["run"]["card"])
        if card:
            card["id"] = identity
        state["run"] |= {"spec": dumps(spec), "folder": str(here), "card": json.dumps(card)}
        path.write_bytes(encode(state))
    text = (folder / SPEC).read_text(encoding="utf-8")
    spec = _moved(loads(text, origin=SPEC), paths)
    (folder / SPEC).write_text(dumps(spec), encoding="utf-8")


def _moved(spec: Spec, paths: Mapping[str, str]) -> Spec:
    settings = {**spec.data.settings, **{name: path for name, path in paths.items() if name != "source"}}
    source = paths.get("source", spec.data.source)
    return replace(spec, data=replace(spec.data, source=source, settings=settings))


def _same(folder: Path, state: bytes) -> bool:
    """Whether the run in a folder stands where a packed state does."""
    with contextlib.suppress(NnTuiError, OSError, KeyError, TypeError):
        mine, theirs = decode((folder / STATE).read_bytes()), decode(state)
        keys = ("epoch", "batch")
        same_place = all(mine["training"].get(key) == theirs["training"].get(key) for key in keys)
        return bool(same_place and (mine["model"]["weights"] == theirs["model"]["weights"]).all())
    return False
