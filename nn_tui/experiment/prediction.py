"""A saved run used on rows: predictions, loss and metrics. The rows it was trained on need not be there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nn_tui.data.dataset import Split
from nn_tui.errors import DataError, RunError
from nn_tui.experiment.build import build_model, load_data
from nn_tui.experiment.checkpoint import DATA, SavedRun
from nn_tui.experiment.files import read_plain, write_whole
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.safe_cells import safe_cell
from nn_tui.experiment.spec import Spec
from nn_tui.insight import answers

if TYPE_CHECKING:
    from nn_tui.data.dataset import Dataset
    from nn_tui.data.files.looking import Watch
    from nn_tui.data.preparation import Preparation
    from nn_tui.engine.activation import Activation
    from nn_tui.engine.models import Sequential
    from nn_tui.experiment.run_rows import RunRows
    from nn_tui.experiment.runs.card import RunCard

FORMAT = 1


def keep_data(folder: Path, data: Dataset) -> None:
    """Write beside a run all that other rows need to be treated as its training rows were.

    Raises:
        RunError: the folder cannot be written.
    """
    document = {
        "format": FORMAT,
        "input_shape": list(data.input_shape),
        "task": data.task,
        "classes": list(data.class_names),
        "features": list(data.feature_names),
        "target": data.target_name,
        "shift": np.asarray(data.shift, float).tolist(),
        "scale": np.asarray(data.scale, float).tolist(),
        "preparation": None if data.preparation is None else data.preparation.document(),
    }
    write_whole(folder / DATA, json.dumps(document, ensure_ascii=False).encode(), make_folder=False)


@dataclass(frozen=True, eq=False)
class TrainedRun:
    """A network with its weights, and how rows become its inputs."""

    spec: Spec
    model: Sequential
    preparation: Preparation | None
    task: str
    classes: tuple[str, ...]
    target: str
    shift: Any
    scale: Any
    folder: Path = Path()
    """Where the run is kept."""
    features: tuple[str, ...] = ()
    """The names of a row's numbers; empty where they have none, or none were kept."""
    id: str = ""
    """The run's name in the index of runs."""
    trained_on: str = ""
    """The digest of the training rows."""
    card: RunCard | None = None
    """What a list says of it."""

    @contextmanager
    def rows(
        self,
        source: str,
        *,
        with_targets: bool,
        carry: Sequence[str] = (),
        watch: Watch | None = None,
        size: int = 0,
    ) -> Iterator[RunRows]:
        """Have the rows of a source for a while, to be predicted or measured block by block.

        Args:
            source: as in a spec: a path, a set's name, a query.
            with_targets: whether they are to be measured.
            carry: columns that are carried into the output, as they stand. Default none.
            watch: is told how far reading is, and may cancel. Default none.
            size: rows of a block. Default: by their width.

        Raises:
            DataError: they cannot be read, or are not such as it was trained on.
        """
        from nn_tui.data.settings import TableSource
        from nn_tui.data.sources import kind_of, opened_rows
        from nn_tui.experiment.run_rows import ArrayRunRows, TableRunRows

        if self.preparation is None and kind_of(source) != "table":
            from nn_tui.data.alike import rows_like

            shape = tuple(int(part or 0) for part in self.model.input_shape[1:])
            autoencoder = bool(self.spec.data.settings.get("autoencoder", False))
            needed = with_targets and not autoencoder
            own = self.spec.data.settings if source == self.spec.data.source else None
            arrays = rows_like(source, shape, self.classes, with_targets=needed, settings=own)
            yield ArrayRunRows(
                arrays,
                self.shift,
                self.scale,
                self.features,
                dtype=self.model.dtype,
                autoencoder=autoencoder,
                size=size,
            )
            return
        used = {self.spec.data.settings.get("series"), self.target if with_targets else None}
        used |= {one.column for one in self.preparation.features} if self.preparation else {*self.features}
        as_text = [name for name in carry if name not in used]
        with opened_rows(source, watch, as_text) as table:
            preparation, settings = self.preparation, TableSource()
            if preparation is None:
                preparation = self._of_numbers(table.names)
            else:
                chosen = dict(self.spec.data.settings)
                if chosen.get("series") is not None:
                    # Where the length was left open, the training rows have told it.
                    chosen["length"] = self.model.input_shape[1]
                settings = TableSource(**chosen)
            yield TableRunRows(table, preparation, settings, size)

    def _of_numbers(self, names: Sequence[str]) -> Preparation:
        """Make the preparation of a table for a network trained on plain numbers."""
        from nn_tui.data.preparation import Preparation
        from nn_tui.experiment.run_rows import numbers_only

        if len(self.model.input_shape) != 2 or len(self.features) != self.model.input_shape[1]:
            raise DataError(
                f"The network takes rows of shape {self.model.input_shape[1:]}, no columns of a table.",
                "Give an NPZ file or images.",
            )
        task: Any = self.task
        like = Preparation((), (), self.target, task, "", self.classes)
        shift = np.broadcast_to(self.shift, len(self.features))
        scale = np.broadcast_to(self.scale, len(self.features))
        return numbers_only(names, shift, scale, self.features, like)

    def rows_of(self, source: str, *, with_targets: bool) -> tuple[Split, list[str]]:
        """Give all rows of a source as the network takes them, and what a person should know.

        Raises:
            DataError: they cannot be read, or are not such as it was trained on.
        """
        with self.rows(source, with_targets=with_targets) as rows:
            blocks = list(rows.blocks(self.model.rows_at_once, with_targets=with_targets))
            return Split(
                np.concatenate([block.x for block in blocks]), np.concatenate([block.y for block in blocks])
            ), rows.notes()

    @property
    def link(self) -> Activation | None:
        """What makes probabilities of the outputs where the loss takes weighted sums; else None."""
        return answers.link_of(self.model)

    def evaluate(self, split: Split) -> dict[str, float]:
        """Give loss and metrics on some rows."""
        values: dict[str, float] = self.model.evaluate(split.x, split.y, return_dict=True)
        return values

    def predict(self, rows: RunRows, carry: Sequence[str] = ()) -> Iterator[list[list[str]]]:
        """Give a header, then the fields of each row, block by block, as CSV cells.

        A row's fields are the columns carried over, then the class and its probabilities, or the number.

        Raises:
            DataError: rows are not such as it was trained on, or there is no such column to carry.
        """
        names = [safe_cell(name) for name in self.classes]
        header = [safe_cell(cell) for cell in (*carry, *self.header())]
        yield [header]
        for block in rows.blocks(self.model.rows_at_once, with_targets=False):
            cells = self._fields(self.model.predict(block.x), names)
            carried = [list(map(safe_cell, rows.carried(name, block.rows))) for name in carry]
            if carried:
                cells = [[*before, *row] for *before, row in zip(*carried, cells, strict=True)]
            yield cells

    def header(self) -> list[str]:
        """Give the names of what `predict` gives of each row."""
        if self.task == "classification":
            return [self.target, *(f"p({name})" for name in self.classes)]
        outputs = int(np.prod([part or 1 for part in self.model.output_shape[1:]]))
        return [self.target] if outputs == 1 else [f"{self.target} {n + 1}" for n in range(outputs)]

    def _fields(self, output: Any, names: Sequence[str]) -> list[list[str]]:
        output = output.reshape(len(output), -1)
        if self.task == "classification":
            shares = self.probabilities(output)
            best = shares.argmax(axis=1).tolist()
            return [
                [names[at], *(f"{share:.6g}" for share in row)]
                for at, row in zip(best, shares.tolist(), strict=True)
            ]
        return [[f"{value:.7g}" for value in row] for row in self.own_units(output).tolist()]

    def predictions(self, split: Split) -> Iterator[list[str]]:
        """Give a header, then the fields of each row: the class and its probabilities, or the number."""
        yield self.header()
        yield from self._fields(self.model.predict(split.x), self.classes)

    def probabilities(self, output: Any) -> Any:
        """Give the probability of every class, `(rows, classes)`, of what the network gave."""
        return answers.probabilities(self.model, output)

    def own_units(self, numbers: Any) -> Any:
        """Give predicted numbers, or targets, in the target's own units, as float64."""
        return answers.own_units(self.preparation, numbers)


def open_run(folder: str) -> TrainedRun:
    """Open a saved run for use.

    Raises:
        RunError: there is no run, or it is damaged.
    """
    card = RunStore().find(folder)
    saved = SavedRun.open(Path(card.folder))
    state, _ = saved.read()
    path = saved.folder / DATA
    features: Sequence[str]
    try:
        document = json.loads(read_plain(path))
        from nn_tui.data.preparation import narrow, restore

        preparation = None if document["preparation"] is None else restore(document["preparation"])
        shape = tuple(int(size) for size in document["input_shape"])
        task, classes, target = document["task"], tuple(document["classes"]), document["target"]
        features = tuple(document.get("features", ()))
        shift, scale = narrow(document["shift"]), narrow(document["scale"])
    except FileNotFoundError:
        data = load_data(saved.spec.data)
        preparation, shape, task = data.preparation, data.input_shape, data.task
        classes, target, shift, scale = data.class_names, data.target_name, data.shift, data.scale
        features = data.feature_names
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise RunError(f"{path} is damaged.", "Train again with --save.") from None
    model = build_model(saved.spec, shape)
    saved.give_weights(model, state)
    return TrainedRun(
        saved.spec,
        model,
        preparation,
        task,
        classes,
        target,
        shift,
        scale,
        saved.folder,
        tuple(features),
        card.id,
        state["run"]["data"],
        card,
    )
