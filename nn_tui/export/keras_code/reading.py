"""Keras code as an experiment: read by its syntax tree, never imported, never run."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from nn_tui.data.settings import NO_ROWS
from nn_tui.errors import SpecError
from nn_tui.experiment.document import from_document, register_everything, to_document
from nn_tui.experiment.spec import DataSpec, Spec
from nn_tui.export.keras_code.assembling import Parts, assembled, not_trained
from nn_tui.export.keras_code.block import experiment_block
from nn_tui.export.keras_code.program import Program
from nn_tui.export.keras_code.rows import by_class_numbers, with_rows
from nn_tui.export.keras_code.values import Stack
from nn_tui.export.opening import Opened

LARGEST = 1_000_000
"""Letters; a program that trains a network has a few thousand."""
_LOOKS = re.compile(
    r"\b(keras|nn_tui\.engine|Sequential)\b|\.(add|compile)\(|\b(Dense|Conv2D|LSTM)\(", re.ASCII
)
_MAGIC = re.compile(r"^([ \t]*)[%!].*$", re.MULTILINE)


def looks_like_keras_code(text: str) -> bool:
    """Whether a text may be Keras code: it names Keras or what a Sequential model is built by."""
    return len(text) <= LARGEST and _LOOKS.search(text) is not None


def read_keras_code(text: str, origin: str = "", folder: Path | None = None) -> Opened:
    """Read a program that builds a Sequential model as an experiment.

    Args:
        text: the program.
        origin: the file's name, for messages and as the experiment's name. Default: none.
        folder: where data files are looked for that are not found from the working folder.

    Raises:
        SpecError: no program, no Sequential model in it, or something of it cannot be understood; says
            the line.
    """
    register_everything()
    try:
        return _read(text, origin, folder)
    except SpecError as error:
        raise SpecError(_placed(error.message, origin), error.remedy) from None
    except RecursionError:
        message = _placed("the program is nested too deeply.", origin)
        raise SpecError(message, "Write it more plainly.") from None


def _placed(message: str, origin: str) -> str:
    """Put the file's name before a fault, or begin it with a capital."""
    if not origin:
        return message[:1].upper() + message[1:]
    return f"{origin}{', ' if message.startswith('line ') else ': '}{message}"


def _read(text: str, origin: str, folder: Path | None) -> Opened:
    program = Program()
    program.read(_parsed(text).body)
    stack = _chosen(program)
    parts = assembled(stack)
    block = experiment_block(text, folder)
    name = block.name or stack.name or Path(origin).stem or "pasted"
    assert parts.compiled is not None
    spec = Spec(
        name=name,
        data=block.data or DataSpec(NO_ROWS),
        layers=tuple(parts.layers),
        compile=parts.compiled,
        fit=parts.fit or not_trained(),
        seed=program.seed or 0,
    )
    about = ""
    if block.data is None:
        spec, changed = by_class_numbers(spec)
        parts.notes += changed
        found = with_rows(
            spec,
            parts.shape,
            split=parts.validation_split,
            validate=parts.validation_rows or parts.fit is None,
        )
        about = _about_rows(found, parts, len(found.layers) > len(spec.layers))
        spec = found
    elif parts.validation_split is not None:
        spec = replace(spec, data=replace(block.data, validation_split=parts.validation_split))
    # Through the document, so that what is read passes the same checks as what is written.
    spec = from_document(to_document(spec))
    return Opened(spec, tuple(_notes(program, parts, block.data is not None)), about)


def _parsed(text: str) -> ast.Module:
    if len(text) > LARGEST:
        raise SpecError(f"the program has {len(text):,} letters, {LARGEST:,} is the most.", "")
    failed: SyntaxError | None = None
    dedented = textwrap.dedent(text)
    # Cells of a notebook have lines that are none of Python's.
    for written in (text, dedented, _MAGIC.sub(r"\1pass", dedented)):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(written)
        except SyntaxError as error:
            failed = failed or error
        except (ValueError, MemoryError):
            break
    if failed is not None and failed.lineno:
        raise SpecError(f"line {failed.lineno}: this is no valid Python: {failed.msg}.", "Mend that line.")
    raise SpecError("this is no Python program.", "Give Keras code.")


def _chosen(program: Program) -> Stack:
    """Give the model that is meant: one that is trained before one that is not, the last of its like."""
    stacks = [stack for stack in program.stacks if stack.layers or stack.compiled or stack.fitted]
    inner = {id(layer) for stack in stacks for layer in stack.layers if isinstance(layer, Stack)}
    stacks = [stack for stack in stacks if id(stack) not in inner]
    if stacks:
        best = max(
            stacks,
            key=lambda one: (bool(one.layers), one.fitted is not None, one.compiled is not None, one.line),
        )
        if len(stacks) > 1:
            program.notes.append(f"Of {len(stacks)} models the one of line {best.line} is taken.")
        return best
    if program.functional:
        told = f"line {program.functional}: the functional API cannot be read."
        raise SpecError(told, "Write the layers as Sequential([...]).")
    if program.subclass:
        told = f"line {program.subclass}: a model that is a class of its own cannot be read."
        raise SpecError(told, "Write the layers as Sequential([...]).")
    if program.stacks:
        raise SpecError(
            f"line {program.stacks[0].line}: the model has no layers.", "Add some: model.add(Dense(1))."
        )
    raise SpecError("there is no Sequential model in it.", "Write model = Sequential([...]).")


def _about_rows(spec: Spec, parts: Parts, reshaped: bool) -> str:
    """Say which rows were taken, as x and y of a program are not in its text."""
    source = spec.data.source
    if source == NO_ROWS:
        if parts.shape is None:
            return "Its rows are not in the text: choose data (D)."
        return f"This network takes rows of shape {parts.shape}: choose data (D)."
    first = f", through a {spec.layers[0].type}" if reshaped else ""
    return f"Its rows are not in the text: {source} is taken, which fits{first}."


def _notes(program: Program, parts: Parts, own: bool) -> Iterable[str]:
    """Say what was assumed and passed over; of a program of our own the latter is known."""
    yield from dict.fromkeys((*program.notes, *parts.notes))
    if parts.fit is None:
        yield f"The code does not call fit: {not_trained().epochs} epochs are taken."
    if program.passed and not own:
        yield f"Passed over: {_lines(program.passed)}."


def _lines(passed: list[tuple[int, int]]) -> str:
    """Write lines in short: `lines 3-20 and 33`."""
    ranges: list[list[int]] = []
    for first, last in passed:
        if ranges and first <= ranges[-1][1] + 2:
            ranges[-1][1] = max(last, ranges[-1][1])
        else:
            ranges.append([first, last])
    words = [f"{first}-{last}" if last > first else str(first) for first, last in ranges]
    words = [*words[:5], "others"] if len(words) > 6 else words
    many = len(words) > 1 or "-" in words[0]
    told = " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
    return f"line{'s' if many else ''} {told}"


def read_file(path: Path) -> Opened:
    """Read a Python file.

    Raises:
        SpecError: it cannot be read, or is no Keras code that can be understood.
    """
    try:
        size = path.stat().st_size
        if size > 4 * LARGEST:
            raise SpecError(f"{path} has {size:,} bytes: too large for Keras code.", "Choose another.")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SpecError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from None
    except UnicodeDecodeError:
        raise SpecError(f"{path} is not UTF-8 text.", "Save it as UTF-8.") from None
    return read_keras_code(text, path.name, path.parent)
