"""The weights of a run by name, as safetensors: arrays that any framework reads, and words about them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nn_tui import __version__
from nn_tui.export.keras_file.writing import network_config

if TYPE_CHECKING:
    from nn_tui.experiment.prediction import TrainedRun


def safetensors_bytes(run: TrainedRun) -> bytes:
    """Write a run's weights under `layer/weight` and, as metadata, all that using them needs.

    Every metadatum is JSON: `weights` are the names in the order of Keras's `get_weights`, `keras_config`
    what `keras.models.model_from_json` takes, `classes` the names of the classes, `preprocessing` how rows
    become inputs, `nn_tui_version` the version that wrote it.

    Raises:
        RunError: the network has what Keras's description cannot say.
    """
    from safetensors.numpy import save

    arrays: dict[str, NDArray[np.float32]] = {
        f"{layer.name}/{name}": np.ascontiguousarray(layer.weight(name))
        for layer in run.model.layers
        for name in layer.weight_names
    }
    metadata = {
        "weights": list(arrays),
        "keras_config": network_config(run.model, run.spec.compile),
        "classes": list(run.classes),
        "target": run.target,
        "task": run.task,
        "preprocessing": _preprocessing(run),
        "nn_tui_version": __version__,
    }
    return save(arrays, {name: json.dumps(value, ensure_ascii=False) for name, value in metadata.items()})


def _preprocessing(run: TrainedRun) -> dict[str, object]:
    if run.preparation is not None:
        return {"table": run.preparation.document()}
    # input = (own value - shift) / scale
    return {"shift": np.asarray(run.shift, float).tolist(), "scale": np.asarray(run.scale, float).tolist()}
