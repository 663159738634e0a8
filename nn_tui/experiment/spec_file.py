"""A spec as a TOML file: read with every problem named by path and line, written whole."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from nn_tui.errors import SpecError
from nn_tui.experiment.document import from_document, set_value, to_document
from nn_tui.experiment.files import is_stream, named_path, read_plain, write_whole
from nn_tui.experiment.queries import remember, settled
from nn_tui.experiment.spec import Spec

__all__ = ["dumps", "load", "loads", "parse_assignment", "save", "set_value", "spec_path"]

_LARGEST = 1_000_000
"""Bytes; a spec is a page of text, so anything larger is another kind of file."""
_MOST_DOTS = 200
"""Dots of a dotted name at most."""


def loads(text: str, *, origin: str = "", folder: Path | None = None, queries: Path | None = None) -> Spec:
    """Read a spec from TOML text.

    Args:
        text: the TOML.
        origin: the file's name, for messages. Default: none.
        folder: where data files are looked for that are not found from the working folder.
        queries: the folder whose files a query may read. Default: the same.

    Raises:
        SpecError: not TOML, or something in it is wrong; says the line where it can be found.
    """
    place = f"{origin}: " if origin else ""
    try:
        document = parsed(text)
    except ValueError as error:  # not TOML, or a number of thousands of digits
        raise SpecError(f"{place}not valid TOML: {error}.", "Mend that line.") from None
    except RecursionError:
        raise SpecError(f"{place}nested too deeply for a spec.", "Flatten it.") from None
    if folder is not None:
        find_beside(document.get("data"), folder, queries)
    try:
        return from_document(document)
    except SpecError as error:
        line = line_of(text, error.path)
        where = f"{origin or 'spec'}, line {line}: " if line else place
        raise SpecError(f"{where}{error.message}", error.remedy, error.path) from None


def parsed(text: str) -> dict[str, Any]:
    """Read TOML.

    Raises:
        ValueError: it is none.
        RecursionError: it is nested too deeply; dotted names also take time that grows with their square.
    """
    if max((run.count(".") for run in re.findall(r"[\w.\- \t\"']+", text)), default=0) > _MOST_DOTS:
        raise RecursionError
    return tomllib.loads(text)


def find_beside(data: Any, folder: Path, queries: Path | None = None) -> None:
    """Turn the paths of data files that stand beside the spec into ones that lead there.

    Args:
        data: the part of a document that says which rows.
        folder: where the files are looked for that are not found from the working folder.
        queries: the folder whose files a query may read. Default: the same.
    """
    from nn_tui.data.files.tables import is_query

    for key in ("source", "validation", "test") if isinstance(data, dict) else ():
        name = data.get(key)
        if not isinstance(name, str) or not name.strip() or os.path.exists(name):
            continue
        if os.path.exists(folder / name):
            data[key] = str(folder / name)
        elif is_query(name):
            data[key] = settled(name, folder if queries is None else queries)


def load(path: str | os.PathLike[str]) -> Spec:
    """Read a spec from a TOML file.

    Raises:
        SpecError: the file cannot be read or is wrong.
    """
    file = Path(path)
    try:
        text = read_plain(file, _LARGEST).decode("utf-8-sig")
    except OSError as error:
        raise SpecError(f"{file} cannot be read: {error.strerror}.", "Check the path.") from None
    except UnicodeDecodeError:
        raise SpecError(f"{file} is not UTF-8 text.", "Save it as UTF-8.") from None
    return loads(text, origin=file.name, folder=file.parent)


def dumps(spec: Spec) -> str:
    """Write a spec as TOML text; `loads` gives an equal spec back."""
    import tomli_w

    return tomli_w.dumps(to_document(spec))


def save(spec: Spec, path: str | os.PathLike[str]) -> None:
    """Write a spec to a TOML file, whole or not at all.

    Raises:
        RunError: the file cannot be written.
    """
    write_whole(Path(path), dumps(spec).encode())
    remember(spec)


def spec_path(text: str) -> Path:
    """Return the path of the spec file that a person names; `.toml` may be left out.

    Raises:
        RunError: it begins with a home that is not there.
    """
    path = named_path(text)
    return path if path.suffix == ".toml" or is_stream(path) else Path(f"{path}.toml")


def parse_assignment(text: str) -> tuple[str, Any]:
    """Split `KEY=VALUE` as given to `--set`; the value is read as TOML, else taken as text.

    Raises:
        SpecError: there is no `=` or no key.
    """
    path, sign, written = text.partition("=")
    if not sign or not path.strip():
        raise SpecError(
            f"--set needs KEY=VALUE, got {text!r}.",
            "For example --set compile.optimizer.learning_rate=0.01.",
        )
    try:
        value = tomllib.loads(f"value = {written}")["value"]
    except ValueError:  # as above
        value = {"True": True, "False": False}.get(written.strip(), written.strip())
    return path.strip(), value


def line_of(text: str, path: str) -> int:
    """Find the 1-based line of a dotted path in TOML text, or of its table; 0 if neither."""
    if not path:
        return 0
    names = path.split(".")
    table: list[str] = []
    counts: dict[str, int] = {}
    best, best_depth = 0, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[(\[?)\s*([^\]]+?)\s*\]", line):
            table = [name.strip().strip("\"'") for name in header[2].split(".")]
            if header[1]:
                joined = ".".join(table)
                counts[joined] = counts.get(joined, -1) + 1
                table = [*table, str(counts[joined])]
            found = table
        elif entry := re.match(r"\s*([\w\-.\"']+)\s*=", line):
            found = [*table, *(name.strip("\"'") for name in entry[1].split("."))]
        else:
            continue
        if found == names[: len(found)] and len(found) > best_depth:
            best, best_depth = number, len(found)
    return best
