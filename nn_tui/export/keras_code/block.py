"""What Keras code cannot say of an experiment, as a block of comments in TOML: written and read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from nn_tui.errors import SpecError
from nn_tui.experiment.document import read_data, to_document
from nn_tui.experiment.spec import DataSpec, Spec
from nn_tui.experiment.spec_file import find_beside, parsed

_HEAD = "# The experiment's rows, as nn-tui reads them back:"


@dataclass(frozen=True)
class Block:
    """What the block of a program says; empty without one."""

    name: str = ""
    data: DataSpec | None = None


def written_block(spec: Spec) -> str:
    """Write the block of an experiment."""
    import tomli_w

    document = to_document(spec)
    text = tomli_w.dumps({"name": document["name"], "data": document["data"]})
    lines = [f"# {_printable(line)}".rstrip() for line in text.strip().split("\n")]
    return "\n".join([_HEAD, *lines])


def _printable(line: str) -> str:
    """Write what a terminal would not show as TOML's escapes."""
    return "".join(
        letter if letter.isprintable() or letter == "\t" else f"\\U{ord(letter):08X}" for letter in line
    )


def experiment_block(text: str, folder: Path | None = None) -> Block:
    """Read the block of a program.

    Args:
        text: the program.
        folder: where data files are looked for that are not found from the working folder.

    Raises:
        SpecError: there is a block, and something in it is wrong.
    """
    lines = text.split("\n")
    heads = [number for number, line in enumerate(lines) if line.rstrip() == _HEAD]
    if not heads:
        return Block()
    first = heads[0] + 1
    last = first
    while last < len(lines) and lines[last].startswith("#"):
        last += 1
    body = "\n".join(line[1:].removeprefix(" ").rstrip("\r") for line in lines[first:last])
    try:
        document = parsed(body)
        data = document.get("data")
        if folder is not None:
            find_beside(data, folder)
        return Block(str(document.get("name", "")), None if data is None else read_data(data))
    except (tomllib.TOMLDecodeError, RecursionError):
        raise SpecError(f"line {first}: the block of TOML is damaged.", "Mend it or take it out.") from None
    except SpecError as error:
        raise SpecError(f"line {first}: {error.message}", error.remedy) from None
