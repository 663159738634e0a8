"""What a trained run can be taken away as: the one list that the command line and the app read.

A target is a function from a run to the bytes of a file, registered with its name and its suffix. Its
docstring's first sentence is what lists show. What it needs is imported inside, so that listing them costs
nothing.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nn_tui.declare import find, register, registered, sentence
from nn_tui.errors import UsageError, install_words, not_installed

if TYPE_CHECKING:
    from nn_tui.experiment.prediction import TrainedRun


class Written(NamedTuple):
    """What a target made of a run: the whole file, and what a person should know about it."""

    content: bytes
    notes: tuple[str, ...] = ()


class Target:
    """One form that a run can be taken away in.

    Args:
        write: makes the file of a run; its docstring says what it is for.
        suffix: how the file's name ends.
        opened_by: what reads it, in a few words.
        extra: the extra of this program that brings what it needs; empty for none.
        needs: the modules it needs besides what is always there.
    """

    def __init__(
        self,
        write: Callable[[TrainedRun], Written],
        suffix: str,
        opened_by: str,
        extra: str = "",
        needs: tuple[str, ...] = (),
    ) -> None:
        self.write = write
        self.suffix = suffix
        self.opened_by = opened_by
        self.extra = extra
        self.needs = needs
        self.__doc__ = write.__doc__

    def __call__(self, run: TrainedRun) -> Written:
        """Make the file.

        Raises:
            RunError: something it needs is not installed, or the network has what the form cannot say.
        """
        if self.missing:
            raise not_installed(f"{self.suffix} files", ", ".join(self.needs), self.extra)
        return self.write(run)

    @property
    def missing(self) -> str:
        """What to install before it can be written; empty when nothing is missing."""
        if all(importlib.util.find_spec(name) is not None for name in self.needs):
            return ""
        return install_words(self.extra)


def target(
    suffix: str, opened_by: str, *, extra: str = "", needs: tuple[str, ...] = ()
) -> Callable[[Callable[[TrainedRun], Written]], Target]:
    """Make a function a target; see `Target` for the arguments."""
    return lambda write: Target(write, suffix, opened_by, extra, needs)


def names() -> tuple[str, ...]:
    """Give the names of all targets, as `--to` takes them."""
    return tuple(registered("export"))


def named(name: str) -> Target:
    """Give a target by its name.

    Raises:
        SpecError: there is none; says the nearest.
    """
    found: Target = find("export", name)
    return found


def by_suffix(path: Path) -> str:
    """Give the name of the target whose files end as this path does; the longest such ending decides.

    Raises:
        UsageError: none does.
    """
    fitting = [
        (len(one.suffix), name)
        for name, one in registered("export").items()
        if path.name.endswith(one.suffix)
    ]
    if not fitting:
        raise UsageError(f"What {path} is to be cannot be told from its name.", f"Give --to {_choice()}.")
    return max(fitting, key=lambda pair: pair[0])[1]


def file_name(name: str, one: Target) -> str:
    """Give the usual name of a run's file: the run's own, without what file names cannot have."""
    kept = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name)
    return f"{kept.strip('-.')[:80] or 'run'}{one.suffix}"


def place(output: str | None, to: str | None, run_name: str) -> tuple[str, Path]:
    """Tell which target is meant and where its file goes.

    Args:
        output: the path that was asked for, a file or a folder; None: the run's name in this folder.
        to: the target that was asked for; None: by the path's ending.
        run_name: the run's name.

    Returns:
        The target's name and the file's path.

    Raises:
        SpecError, UsageError: neither tells the target.
    """
    from nn_tui.experiment.files import named_path

    path = None if output is None else named_path(output)
    if to is None:
        if path is None:
            raise UsageError("What should the run become?", f"Give --to {_choice()}.")
        to = by_suffix(path)
    usual = file_name(run_name, named(to))
    if path is None:
        return to, Path(usual)
    return to, path / usual if os.path.isdir(path) else path


def write_file(folder: str, to: str, path: Path) -> list[str]:
    """Write a saved run as a target's file, whole or not at all.

    Args:
        folder: the run's.
        to: the target's name.
        path: the file; one that is there is overwritten.

    Returns:
        Sentences for a person: what was written and what opens it, then what should be known.

    Raises:
        NnTuiError: the run cannot be opened, is not fit for the target, or the file cannot be written.
    """
    from nn_tui.experiment.files import write_whole
    from nn_tui.experiment.prediction import open_run

    one = named(to)
    written = one(open_run(folder))
    write_whole(path, written.content)
    told = f"Wrote {path} ({size_words(len(written.content))}). Opened by {one.opened_by}."
    return [told, *(f"{note}." for note in written.notes)]


def list_lines() -> list[str]:
    """Give a line for each target: its name, its suffix and what it is for."""
    return [f"{name:<12} {one.suffix:<13} {sentence(one)}" for name, one in registered("export").items()]


def size_words(size: int) -> str:
    """Write a file's size: `812 bytes`, `31 kB`, `2.4 MB`."""
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1e6:.1f} MB"


def _choice() -> str:
    return "|".join(names())


@register("export", "keras")
@target(".keras", "keras.saving.load_model", extra="keras", needs=("h5py",))
def _keras(run: TrainedRun) -> Written:
    """Keras 3 opens it and trains on: weights, loss, optimizer's state."""
    from nn_tui.experiment.spec_file import dumps
    from nn_tui.export.keras_file import keras_bytes

    return Written(keras_bytes(run.model, run.spec.compile, dumps(run.spec)))


@register("export", "onnx")
@target(".onnx", "onnxruntime.InferenceSession", extra="onnx", needs=("onnx",))
def _onnx(run: TrainedRun) -> Written:
    """ONNX Runtime predicts from raw rows: scaling, gaps, categories included."""
    from nn_tui.export.onnx_file import onnx_bytes

    content, notes = onnx_bytes(run)
    return Written(content, tuple(notes))


@register("export", "safetensors")
@target(".safetensors", "safetensors.numpy.load_file")
def _safetensors(run: TrainedRun) -> Written:
    """The weights by name, with Keras's description of the layers."""
    from nn_tui.export.weights_file import safetensors_bytes

    return Written(safetensors_bytes(run))


@register("export", "python")
@target(".py", "python, with numpy installed")
def _python(run: TrainedRun) -> Written:
    """A program that predicts with NumPy alone, the forward pass written out."""
    from nn_tui.export.numpy_code import python_file

    return python_file(run)


@register("export", "csv")
@target(".csv", "any spreadsheet, or pandas.read_csv")
def _csv(run: TrainedRun) -> Written:
    """The history, one row an epoch, in the columns of Keras's CSVLogger."""
    from nn_tui.export.history_table import history_csv

    return history_csv(run)


@register("export", "code")
@target("-keras.py", "python, with keras installed")
def _code(run: TrainedRun) -> Written:
    """The experiment as Keras code that trains it anew; no weights are in it."""
    from nn_tui.export.keras_code import generated, keras_code

    notes = (
        () if generated(run.spec) else ("Its rows are not in it: nn-tui code RUN --data FILE writes them",)
    )
    return Written(f"{keras_code(run.spec)}\n".encode(), notes)


@register("export", "bundle")
@target(".nntui", "nn-tui, on this machine or another")
def _bundle(run: TrainedRun) -> Written:
    """The whole run with its rows: nn-tui opens it elsewhere and trains on."""
    from nn_tui.experiment.runs.bundle import pack

    return Written(*pack(run.folder))
