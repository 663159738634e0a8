"""From a spec to what is trained: the data set and the compiled model."""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nn_tui.declare import find
from nn_tui.errors import SpecError
from nn_tui.experiment.document import to_document
from nn_tui.experiment.spec import DataSpec, Spec, Thing

if TYPE_CHECKING:
    from nn_tui.data.dataset import Dataset, Stream
    from nn_tui.data.files.looking import Watch
    from nn_tui.engine.layers.layer import Layer
    from nn_tui.engine.metrics import Metric
    from nn_tui.engine.models import Sequential


def load_data(data: DataSpec, watch: Watch | None = None) -> Dataset:
    """Give the rows that a spec names, scaled and split; the last few are remembered.

    Args:
        data: which rows.
        watch: is told how far reading is, and may cancel. Default none.

    Raises:
        DataError: the rows cannot be read or do not suffice for the split.
    """
    return _load_data(_Key(data, watch))


class _Key:
    """A data spec as a key that can be hashed though its settings are a dict."""

    def __init__(self, data: DataSpec, watch: Watch | None) -> None:
        from nn_tui.data.sources import signature

        self.data = data
        self.watch = watch
        others = (data.settings.get("validation"), data.settings.get("test"))
        # A file that has changed is read anew.
        self.signed = [signature(source) for source in (data.source, *others) if source]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.data == other.data and self.signed == other.signed

    def __hash__(self) -> int:
        return hash((self.data.source, self.data.scaling, self.data.validation_split))


@lru_cache(maxsize=4)
def _load_data(key: _Key) -> Dataset:
    from nn_tui.data.sources import load_dataset

    data = key.data
    return load_dataset(
        data.source,
        data.settings,
        scaling=data.scaling,
        validation_split=data.validation_split,
        test_split=data.test_split,
        target=data.target,
        features=data.features,
        columns=data.columns,
        watch=key.watch,
    )


def build_layer(thing: Thing, path: str = "") -> Layer:
    """Make one layer, not yet built.

    Raises:
        SpecError: its settings are refused; `path` says where.
    """
    try:
        layer: Layer = find("layer", thing.type)(**thing.settings)
    except SpecError as error:
        inner = error.path.rsplit(".", 1)[-1]
        where = f"{path}.{inner}" if inner and path else path
        raise SpecError(error.message, error.remedy, where) from None
    return layer


def build_model(spec: Spec, input_shape: tuple[int, ...], stream: Stream | None = None) -> Sequential:
    """Make, build and compile the network of a spec, with the initial weights of its seed.

    Args:
        spec: what to build.
        input_shape: one row's shape, without the batch.
        stream: random numbers that the data leave, which initial weights may follow where the seed is 0;
            it is left as it is. Default none.
    """
    from nn_tui.engine.layers import Input
    from nn_tui.engine.models import Sequential

    model = Sequential(name=spec.name, dtype=spec.compile.dtype, seed=spec.seed)
    model.add(Input(shape=input_shape))
    for index, thing in enumerate(spec.layers):
        model.add(build_layer(thing, f"layers.{index}"))
    if stream is not None and spec.seed == 0:
        _follow(stream, model)
    model.compile(
        optimizer=find("optimizer", spec.compile.optimizer.type)(**spec.compile.optimizer.settings),
        loss=find("loss", spec.compile.loss.type)(**spec.compile.loss.settings),
        metrics=[_metric(metric) for metric in spec.compile.metrics],
    )
    return model


def _follow(stream: Stream, model: Sequential) -> None:
    """Have the weights drawn from the numbers that come after those of the data, layer by layer."""
    from nn_tui.engine.initializers import Playground

    following = copy.deepcopy(stream)
    for layer in model.layers:
        for weight in layer.weights_for(layer.input_shape):
            if isinstance(weight.initializer, Playground):
                weight.initializer.stream = following


def _metric(metric: Thing) -> Any:
    """Make a metric that is logged under the name it was written by."""
    if not metric.settings:
        return metric.type
    made = find("metric", metric.type)(**metric.settings)
    made.name = metric.type
    return made


def build_metrics(spec: Spec) -> dict[str, Metric]:
    """Make the metrics of a spec, by their names."""
    from nn_tui.engine.metrics import get

    return {metric.type: get(_metric(metric)) for metric in spec.compile.metrics}


def build_callbacks(spec: Spec) -> list[Any]:
    """Make the callbacks of a spec."""
    return [find("callback", thing.type)(**thing.settings) for thing in spec.fit.callbacks]


def class_weights(spec: Spec, data: Dataset) -> dict[int, float] | None:
    """Give how much each class counts, so that all count alike; None where every row does.

    weight of a class = rows / (classes * rows of that class)
    """
    if spec.fit.class_weight == "none" or not data.classes:
        return None
    import numpy as np

    y = data.train.y
    numbers = y.argmax(axis=-1) if y.ndim > 1 and y.shape[-1] > 1 else y.reshape(-1).astype(np.int64)
    counts = np.bincount(numbers, minlength=data.classes)
    return {number: len(y) / (data.classes * max(1, int(count))) for number, count in enumerate(counts)}


def same_run(one: Spec, other: Spec) -> bool:
    """Whether two specs train the same thing in the same way; names may differ."""
    documents = [to_document(one), to_document(other)]
    for document in documents:
        document.pop("name")
    return documents[0] == documents[1]
