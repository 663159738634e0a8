"""A saved run used on rows: predictions, loss and metrics. The rows it was trained on need not be there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nn_tui.data.dataset import Split
from nn_tui.errors import DataError, RunError
from nn_tui.experiment.build import build_model, load_data
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.files import write_whole
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.spec import Spec

if TYPE_CHECKING:
    from nn_tui.data.dataset import Dataset
    from nn_tui.data.preparation import Preparation
    from nn_tui.engine.activation import Activation
    from nn_tui.engine.models import Sequential

DATA = "data.json"
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
    write_whole(folder / DATA, json.dumps(document, ensure_ascii=False).encode())


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

    def rows_of(self, source: str, *, with_targets: bool) -> tuple[Split, list[str]]:
        """Give the rows of a source as the network takes them, and what a person should know.

        Raises:
            DataError: they cannot be read, or are not such as it was trained on.
        """
        if self.preparation is None:
            return self._arrays_of(source), []
        from nn_tui.data.from_table import rows_for
        from nn_tui.data.settings import TableSource
        from nn_tui.data.sources import read

        settings = TableSource(**self.spec.data.settings)
        return rows_for(self.preparation, read(source), settings, with_targets=with_targets)

    def _arrays_of(self, source: str) -> Split:
        # The rows come scaled by themselves; back to their own units, then as the training rows were.
        data = load_data(replace(self.spec.data, source=source, validation_split=0.0, test_split=0.0))
        x = data.train.x * data.scale + data.shift
        if x.shape[1:] != self.model.input_shape[1:]:
            raise DataError(
                f"{source} has rows of shape {x.shape[1:]}, not {self.model.input_shape[1:]}.",
                "",
            )
        return Split(((x - self.shift) / self.scale).astype(data.train.x.dtype), data.train.y)

    @property
    def link(self) -> Activation | None:
        """What makes probabilities of the outputs where the loss takes weighted sums; else None."""
        from nn_tui.engine.activations import Sigmoid, Softmax
        from nn_tui.engine.losses import BinaryCrossentropy

        loss = self.model.loss
        if not getattr(loss, "from_logits", False):
            return None
        return Sigmoid() if isinstance(loss, BinaryCrossentropy) else Softmax()

    def evaluate(self, split: Split) -> dict[str, float]:
        """Give loss and metrics on some rows."""
        values: dict[str, float] = self.model.evaluate(split.x, split.y, return_dict=True)
        return values

    def predictions(self, split: Split) -> Iterator[list[str]]:
        """Give a header, then the fields of each row: the class and its probabilities, or the number."""
        output = self.model.predict(split.x)
        output = output.reshape(len(output), -1)
        if self.task == "classification":
            yield [self.target, *(f"p({name})" for name in self.classes)]
            if (link := self.link) is not None:
                output = link(output)
            if output.shape[1] == 1:
                # Of an output from -1 to 1 the sign tells the class.
                output = np.clip((output + 1) / 2, 0, 1) if self.model.loss.signed else output
                output = np.hstack([1 - output, output])
            # The course's last layer of sigmoids gives numbers that are made to sum to 1, as its loss does.
            shares = output / np.maximum(output.sum(axis=1, keepdims=True), 1e-12)
            for row in shares:
                yield [self.classes[int(row.argmax())], *(f"{share:.6g}" for share in row)]
            return
        shift, scale = 0.0, 1.0
        if self.preparation is not None:
            shift, scale = self.preparation.target_shift, self.preparation.target_scale
        names = (
            [self.target]
            if output.shape[1] == 1
            else [f"{self.target} {n + 1}" for n in range(output.shape[1])]
        )
        yield names
        for row in output:
            yield [f"{value * scale + shift:.7g}" for value in row]


def open_run(folder: str) -> TrainedRun:
    """Open a saved run for use.

    Raises:
        RunError: there is no run, or it is damaged.
    """
    card = RunStore().find(folder)
    saved = SavedRun.open(Path(card.folder))
    state, _ = saved.read()
    path = saved.folder / DATA
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        from nn_tui.data.preparation import restore

        preparation = None if document["preparation"] is None else restore(document["preparation"])
        shape = tuple(int(size) for size in document["input_shape"])
        task, classes, target = document["task"], tuple(document["classes"]), document["target"]
        shift, scale = np.array(document["shift"], np.float32), np.array(document["scale"], np.float32)
        features = tuple(document.get("features", ()))
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
        saved.spec, model, preparation, task, classes, target, shift, scale, saved.folder, features, card.id
    )
