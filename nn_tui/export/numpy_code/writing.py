"""The whole file: the forward pass first, for that is what one reads, the weights last."""

from __future__ import annotations

import base64
import re
import textwrap
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nn_tui import __version__
from nn_tui.experiment.safe_cells import safe_cell
from nn_tui.export.numpy_code import arrays, recurrent, stack, tables, windows
from nn_tui.export.numpy_code.page import Page, call, listed, literal, source_of
from nn_tui.export.targets import Written

if TYPE_CHECKING:
    from nn_tui.data.preparation import Preparation
    from nn_tui.experiment.prediction import TrainedRun

Array = NDArray[Any]
_FAMILIES = (stack, windows, recurrent)
"""The files that write layers; importing them enters theirs."""
AS_NUMBERS = 2000
"""Weights up to this many are written as numbers that people can read; more are packed."""
_FEW = 50
"""Arrays up to this size are written as numbers in any case."""
_CHUNK = 1000
"""Rows that go through the network at a time."""
_MODULES = ("csv", "datetime", "io", "math", "re", "unicodedata")


def python_file(run: TrainedRun) -> Written:
    """Write a run as a Python file that needs NumPy only.

    All is in the one file, weights included: it can be mailed, and no second file can be forgotten.

    Raises:
        RunError: a layer or a column is of a kind that cannot be written.
    """
    page = Page()
    for layer in run.model.layers:
        page.layer(layer)
    predict = _predict(run, page)
    packed = sum(array.size for array in page.weights.values()) > AS_NUMBERS
    network = dict(page.functions)
    page.functions.clear()
    known = run.preparation
    rows = _array_rows(run, page) if known is None else _table_rows(run, known, page)
    readers = [function for name, function in page.functions.items() if name not in network]
    parts = [_forward(run, page), *map(source_of, network.values()), predict, *rows]
    parts += [source_of(function) for function in readers]
    parts.append(_main(run))
    body = "\n\n\n".join(parts)
    constants = [f"{name} = {text}" for name, text in tables.CONSTANTS.items() if _names(body, name)]
    used = ["sys", *(name for name in _MODULES if _names(body + "".join(constants), rf"{name}\."))]
    if packed:
        used += ["base64", "zlib"]
    head = [_introduction(run), "", *(f"import {name}" for name in sorted({"csv", *used}))]
    head += ["", "import numpy as np", "", *_facts(run), *constants]
    text = (
        "\n".join(head)
        + f"\n\n\n{body}\n\n\n{_weights(page, packed)}\n\n\n"
        + 'if __name__ == "__main__":\n    main()\n'
    )
    return Written(text.encode())


def _names(text: str, name: str) -> bool:
    return re.search(rf"\b{name}", text) is not None


def _introduction(run: TrainedRun) -> str:
    plain = "".join(
        letter if letter.isprintable() and letter not in '"\\' else "?" for letter in run.spec.name
    )
    inputs, outputs = (
        " x ".join(map(str, shape[1:])) for shape in (run.model.input_shape, run.model.output_shape)
    )
    return f'''"""{plain}: a trained network, written out by nn-tui {__version__}. It needs NumPy only.

Input {inputs}, output {outputs}, {run.model.count_params():,} parameters: see `forward`.

    python model.py rows.csv          prints a prediction for every row, as CSV
    from model import predict         predicts in a program of your own
"""'''


def _facts(run: TrainedRun) -> list[str]:
    lines = []
    if run.preparation is not None:
        lines.append(f"COLUMNS = {listed([feature.column for feature in run.preparation.features])}")
    header = [safe_cell(name) for name in run.header()]
    if run.task == "classification":
        lines.append(f"CLASSES = {listed([safe_cell(name) for name in run.classes])}")
    return [*lines, f"HEADER = {listed(header)}"]


def _forward(run: TrainedRun, page: Page) -> str:
    shape = ", ".join(map(str, ("rows", *run.model.input_shape[1:])))
    lines = [
        "def forward(x):",
        f'    """Run the network on prepared rows, ({shape})."""',
        *(textwrap.indent(line, "    ") for line in page.lines),
        "    return x",
    ]
    return "\n".join(lines)


def _predict(run: TrainedRun, page: Page) -> str:
    if run.task == "classification":
        what, finish = "the probability of every class", _shares(run, page)
    else:
        what, finish = "the numbers", _own_units(run)
    if run.preparation is None:
        shape = ", ".join(map(str, ("rows", *run.model.input_shape[1:])))
        told = f"Give {what} for rows in their own units, an array ({shape})."
    else:
        told = f"Give {what} for rows of a table: dicts by column, or lists in the order of COLUMNS."
    return "\n".join(
        [
            "def predict(rows):",
            *textwrap.wrap(f'"""{told}"""', 100, initial_indent="    ", subsequent_indent="    "),
            "    x = prepare(rows)",
            f"    parts = [forward(x[at : at + {_CHUNK}]) for at in range(0, len(x), {_CHUNK})]",
            "    y = np.concatenate(parts).reshape(len(x), -1)",
            *(f"    {line}" for line in finish),
            "    return y",
        ]
    )


def _shares(run: TrainedRun, page: Page) -> list[str]:
    lines = []
    last = getattr(run.model.layers[-1], "activation", None)
    if run.link is not None:
        last = run.link
        lines.append(f"y = {page.activated(last, 'y')}  # its loss takes the sums as they are")
    if run.model.output_shape[1:] == (1,):
        if run.model.loss.signed:
            lines.append("y = np.clip((y + 1) / 2, 0, 1)  # from -1 for no to 1 for yes")
        lines.append("y = np.hstack([1 - y, y])  # the chance of no, and of yes")
    if Page.activation(last)[0] != "softmax":
        lines.append("y = y / np.maximum(y.sum(axis=1, keepdims=True), 1e-12)  # add up to 1")
    return lines


def _own_units(run: TrainedRun) -> list[str]:
    known = run.preparation
    if known is None or (known.target_shift, known.target_scale) == (0.0, 1.0):
        return []
    return [f"y = y.astype(np.float64) * {known.target_scale!r} + {known.target_shift!r}  # own units"]


def _array_rows(run: TrainedRun, page: Page) -> list[str]:
    shape = run.model.input_shape[1:]
    lines = [
        "def prepare(rows):",
        '    """Turn rows in their own units into what the network takes."""',
        "    x = np.asarray(rows, np.float32)",
        f"    if x.shape[1:] != {shape!r}:",
        f'        raise ValueError(f"Rows of shape {shape!r} are needed, got {{x.shape[1:]}}.")',
    ]
    shift, scale = (np.atleast_1d(np.asarray(part, np.float32)) for part in (run.shift, run.scale))
    if shift.any() or (scale != 1).any():
        for name, array in (("shift", shift), ("scale", scale)):
            same = array.size == 1 or (array == array[0]).all()
            page.weights[name.upper()] = array[:1] if same else array
        lines += ["    return (x - SHIFT) / SCALE"]
    else:
        lines += ["    return x"]
    reader = [
        "def read_rows(path):",
        '    """Read the rows of a CSV, NPY or NPZ file."""',
        f"    return {page.use(arrays.number_rows)}(path, {shape!r})",
    ]
    return ["\n".join(lines), "\n".join(reader)]


def _table_rows(run: TrainedRun, known: Preparation, page: Page) -> list[str]:
    lines = [
        "def prepare(rows):",
        '    """Turn rows of a table into what the network takes."""',
        "    if not isinstance(rows[0], dict):",
        "        rows = [dict(zip(COLUMNS, row)) for row in rows]",
        "    parts = [",
    ]
    for feature in known.features:
        called, arguments = tables.feature_call(feature, page)
        arguments = ["rows", repr(feature.column), *arguments]
        lines.append(textwrap.indent(f"{call(called, arguments, 96)},", " " * 8))
    lines += ["    ]", "    x = np.column_stack(parts).astype(np.float32)"]
    settings = run.spec.data.settings
    length = run.model.input_shape[1]
    if settings.get("series") is not None:
        series = f"{page.use(tables.words)}({page.use(tables.column)}(rows, {settings['series']!r}))"
        lines.append(f"    return {page.use(tables.series_of_rows)}(x, {series}, {length})")
    elif settings.get("window"):
        lines.append(f"    return {page.use(tables.windows_of_rows)}(x, {length})")
    else:
        lines.append("    return x")
    header = tables.header_of(known)
    reader = [
        "def read_rows(path):",
        '    """Read a CSV file as a list of rows, each a dict by column."""',
        f"    return {page.use(tables.table_rows)}(path, {None if header is None else list(header)!r})",
    ]
    return ["\n".join(lines), "\n".join(reader)]


def _main(run: TrainedRun) -> str:
    if run.task == "classification":
        cells = 'CLASSES[row.argmax()], *(f"{share:.6g}" for share in row)'
    else:
        cells = '*(f"{value:.7g}" for value in row)'
    return f'''def main():
    """Print a prediction for every row of the file that is named on the command line, as CSV."""
    if len(sys.argv) != 2:
        sys.exit(f"usage: python {{sys.argv[0]}} rows.csv")
    try:
        y = predict(read_rows(sys.argv[1]))
    except (OSError, ValueError) as error:
        sys.exit(f"{{sys.argv[0]}}: {{error}}")
    writer = csv.writer(sys.stdout, lineterminator="\\n")
    writer.writerow(HEADER)
    for row in y:
        writer.writerow([{cells}])'''


def _weights(page: Page, packed: bool) -> str:
    lines = []
    if packed:
        lines.append(_UNPACKED)
    for name, array in page.weights.items():
        if not packed or array.size <= _FEW:
            lines.append(f"{name} = {literal(array)}")
            continue
        content = zlib.compress(np.ascontiguousarray(array, "<f4").tobytes())
        shape = ", ".join(map(str, array.shape))
        text = base64.encodebytes(content).decode()
        lines.append(f'{name} = unpacked(\n    """\n{text}""",\n    {shape},\n)')
    return "\n".join(lines)


_UNPACKED = '''def unpacked(text, *shape):
    """Read an array of float32 from its bytes, compressed and as base64."""
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), "<f4").reshape(shape)


'''
