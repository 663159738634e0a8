"""A `.keras` file as an experiment that starts from its weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nn_tui.data.settings import NO_ROWS
from nn_tui.declare import find
from nn_tui.engine.layers import Input
from nn_tui.engine.models import Sequential
from nn_tui.errors import NnTuiError
from nn_tui.experiment.build import build_layer
from nn_tui.experiment.document import from_document, to_document
from nn_tui.experiment.finetuning import TrainedNetwork
from nn_tui.experiment.spec import CompileSpec, DataSpec, FitSpec, Spec, StartSpec
from nn_tui.experiment.spec_file import loads
from nn_tui.experiment.start import keep_weights, weights_of
from nn_tui.export.keras_code.assembling import compile_for
from nn_tui.export.keras_code.rows import with_rows
from nn_tui.export.keras_file.reading import KerasModel, read_keras
from nn_tui.export.opening import Opened

_EPOCHS = 20
"""How long is trained at first; the file does not say."""


def read_file(path: Path) -> Opened:
    """Read a `.keras` file as an experiment; its weights are kept beside the runs.

    Raises:
        RunError: damaged, not a Sequential model, with what the engine has not, or h5py is missing.
    """
    model = read_keras(path)
    network, told = _network(model, path)
    notes = [*model.notes, *told]
    weights = network.weights
    start = StartSpec(keep_weights(weights), path.name, optimizer=weights.optimizer is not None)
    spec = _own(model, path)
    about = ""
    if spec is None:
        fit = FitSpec(epochs=_EPOCHS)
        bare = Spec(model.name, DataSpec(NO_ROWS), model.layers, network.compile, fit)
        spec = with_rows(bare, model.input_shape, split=None, validate=True)
        source = spec.data.source
        about = (
            f"This network takes rows of shape {model.input_shape}: choose data (D)."
            if source == NO_ROWS
            else f"Its rows are not in the file: {source} is taken, which fits; choose yours (D)."
        )
    spec = replace(spec, start=start)
    # Through the document, so that what is read passes the same checks as what is written.
    return Opened(from_document(to_document(spec)), tuple(notes), about)


def network_of_file(path: Path) -> TrainedNetwork:
    """Read the network of a `.keras` file with its weights.

    Raises:
        RunError: as `read_file`.
    """
    return _network(read_keras(path), path)[0]


def _network(model: KerasModel, path: Path) -> tuple[TrainedNetwork, list[str]]:
    compiled = model.compile or compile_for(model.layers)
    built = Sequential([Input(shape=model.input_shape), *(build_layer(thing) for thing in model.layers)])
    built.compile(
        optimizer=find("optimizer", compiled.optimizer.type)(**compiled.optimizer.settings),
        loss=find("loss", compiled.loss.type)(**compiled.loss.settings),
    )
    model.give_weights(built)
    told = model.give_optimizer(built) if model.compile is not None else ""
    weights = weights_of(model.layers, built)
    network = TrainedNetwork(path.name, model.input_shape, model.layers, compiled, weights)
    return network, [told] if told else []


def _own(model: KerasModel, path: Path) -> Spec | None:
    """Give the experiment that a file of our own carries, if it still is of this network."""
    if not model.experiment:
        return None
    try:
        spec = loads(model.experiment, origin=path.name, folder=path.parent)
    except NnTuiError:
        return None
    compiled: CompileSpec | None = model.compile
    if len(spec.layers) != len(model.layers) or compiled is None:
        return None
    same = all(one.type == other.type for one, other in zip(spec.layers, model.layers, strict=True))
    return spec if same else None
