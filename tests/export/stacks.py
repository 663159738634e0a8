"""Networks around every layer of the engine, for the tests that write them down and read them back."""

from __future__ import annotations

from nn_tui.declare import find, registered
from nn_tui.engine.layers import Input
from nn_tui.engine.models import Sequential
from nn_tui.experiment.build import build_layer
from nn_tui.experiment.spec import CompileSpec, Thing


def stack(name: str, index: int) -> tuple[list[Thing], tuple[int, ...]]:
    """A layer's example, and what makes two numbers of its output; nothing in it is random."""
    settings, shape = registered("layer")[name].EXAMPLES[index]
    if name in ("Dropout", "GaussianNoise"):
        settings = {key: 0.0 for key in settings if key != "trainable"}
    return [Thing(name, settings), Thing("Flatten"), Thing("Dense", {"units": 2})], shape


def built_network(things: list[Thing], shape: tuple[int, ...], compiled: CompileSpec) -> Sequential:
    model = Sequential([Input(shape=shape), *(build_layer(thing) for thing in things)], seed=1)
    model.compile(
        optimizer=find("optimizer", compiled.optimizer.type)(**compiled.optimizer.settings),
        loss=find("loss", compiled.loss.type)(**compiled.loss.settings),
    )
    return model
