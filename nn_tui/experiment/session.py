"""One model in training: what the worker thread holds, without the thread.

The command line, the worker and a sweep all train through this, so that they get the same numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from nn_tui.data.dataset import Split
from nn_tui.declare import find, name_of, params
from nn_tui.engine.history import History, LastEpoch
from nn_tui.engine.models import Sequential
from nn_tui.engine.training import Training
from nn_tui.errors import SpecError
from nn_tui.experiment.build import build_callbacks, build_model, class_weights, load_data
from nn_tui.experiment.document import set_value, source_of
from nn_tui.experiment.matching import layer_signature, matching_layers
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import dumps
from nn_tui.experiment.threads import suit_threads
from nn_tui.experiment.validation import require_valid
from nn_tui.insight.pictures import InsightRequest

_DIGESTED = 64 << 20
"""Bytes of the rows that are read to tell them from others."""


class Session:
    """A compiled model, its data and its place in the training.

    Args:
        spec: what to train.
        before: a session whose weights are kept for layers that are the same, and whose epochs
            go on. Default: none, start from the seed's weights.
        keep_history: remember what every epoch measured; else the last one only, which takes no
            memory however long it trains. Default yes.
        take_start: put in the weights that the spec starts from; not needed where a state is restored.
            Default yes.

    Raises:
        NnTuiError: the spec cannot be trained, the data cannot be read.
    """

    def __init__(
        self,
        spec: Spec,
        before: Session | None = None,
        *,
        keep_history: bool = True,
        take_start: bool = True,
    ) -> None:
        require_valid(spec)
        self.spec = spec
        self.data = load_data(spec.data)
        self.model: Sequential = build_model(spec, self.data.input_shape, self.data.stream)
        self.kept = ""
        self._samples_before = 0
        self._text: tuple[Spec | None, str] = (None, "")
        self._keep_history = keep_history
        epoch = 0
        if spec.start is not None and take_start:
            from nn_tui.experiment.start import take_start as take

            self.kept = take(spec, self.model)
        if before is not None:
            epoch = before.epoch
            self._samples_before = before.samples
            self.kept = _keep_weights(before, self)
        self._start(epoch, max(spec.fit.epochs, before.epochs if before else 0))

    def _start(self, epoch: int, epochs: int) -> None:
        suit_threads(self.model.count_params(), self.spec.fit.batch_size)
        validation = self.data.validation
        self._class_weight = class_weights(self.spec, self.data)
        self.training = Training(
            self.model,
            self.data.train.x,
            self.data.train.y,
            batch_size=self.spec.fit.batch_size,
            epochs=epochs,
            shuffle=self.spec.fit.shuffle,
            class_weight=self._class_weight,
            validation_data=None if validation is None else (validation.x, validation.y),
            callbacks=build_callbacks(self.spec),
            initial_epoch=epoch,
            augment=self.data.augmentation,
            record=History() if self._keep_history else LastEpoch(),
            leftovers=self.spec.fit.leftovers,
            measure=self.spec.fit.measure,
        )
        self._first_epoch = epoch

    def steps(self) -> Iterator[bool]:
        """Train batch by batch; each item says whether that batch ended an epoch."""
        return iter(self.training)

    @property
    def started(self) -> bool:
        """Whether any batch has been trained."""
        return self.training.epoch > 0 or self.training.batch > 0

    @property
    def finished(self) -> bool:
        """Whether the last epoch is done or a callback has ended the training."""
        return self.training.epoch >= self.training.epochs or bool(self.training.stop_reason)

    @property
    def ending(self) -> str:
        """Say how the training ended."""
        return self.training.stop_reason or f"Done: {self.epoch} epochs."

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return self.training.epoch

    @property
    def epochs(self) -> int:
        """Epochs there will be."""
        return self.training.epochs

    @property
    def batch(self) -> int:
        """Batches done in the present epoch."""
        return self.training.batch

    @property
    def batches(self) -> int:
        """Batches in an epoch."""
        return self.training.steps_per_epoch

    @property
    def position(self) -> float:
        """The place on the epoch axis: 2.5 is in the middle of the third epoch."""
        return self.epoch + self.batch / self.batches

    @property
    def samples(self) -> int:
        """Samples trained on so far."""
        rows = len(self.data.train)
        epochs = self.epoch - self._first_epoch
        begun = min(self.batch * self.training.batch_size, rows)
        return self._samples_before + epochs * rows - self.training.left_out + begun

    @property
    def learning_rate(self) -> float:
        """The learning rate now."""
        return float(self.model.optimizer.learning_rate)

    @property
    def parameters(self) -> int:
        """The number of parameters of the network."""
        return self.model.count_params()

    def last_epoch(self) -> dict[str, float]:
        """Give what the last completed epoch measured."""
        return {name: values[-1] for name, values in self.training.history.items()}

    def train_further(self, epochs: int) -> None:
        """Add epochs to a training that has ended."""
        self.training.epochs = self.training.epoch + epochs
        self.training.go_on()

    @property
    def spec_text(self) -> str:
        """The spec as TOML; written once for each spec, as states are kept often."""
        if self._text[0] is not self.spec:
            self._text = (self.spec, dumps(self.spec))
        return self._text[1]

    @property
    def insight_request(self) -> InsightRequest:
        """Give what insights are computed from."""
        return InsightRequest(
            self.model,
            self.data,
            batch_size=self.training.batch_size,
            class_weight=self._class_weight,
        )

    @cached_property
    def fingerprint(self) -> str:
        """What tells these training rows from others: a digest of them, or of a part if they are many."""
        return fingerprint(self.data.train)

    def state(self) -> dict[str, Any]:
        """Give all that continuing bit for bit needs: arrays, and what JSON can say."""
        return {"model": self.model.state(), "training": self.training.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go to where `state` was taken."""
        self.model.restore(state["model"])
        self.training.restore(state["training"])

    def set_param(self, path: str, value: Any) -> None:
        """Change a live setting by its path, from the next batch on.

        Raises:
            SpecError: the path leads nowhere, the value is refused, or the setting is not live.
        """
        spec = set_value(self.spec, path, value)
        match path.split("."):
            case ["fit", "batch_size"]:
                self.training.batch_size = spec.fit.batch_size
            case ["fit", "epochs"]:
                self.training.epochs = max(spec.fit.epochs, self.training.epoch)
            case ["compile", "optimizer", name]:
                optimizer = spec.compile.optimizer
                _set_live(self.model.optimizer, "optimizer", optimizer.type, name, path, value)
            case ["layers", index, name]:
                layer = self.model.layers[int(index)]
                _set_live(layer, "layer", spec.layers[int(index)].type, name, path, value)
            case ["layers", index, name, inner]:
                # The strength of a regularizer, say.
                thing = getattr(self.model.layers[int(index)], name)
                kind = next(
                    param.knob.kind
                    for param in params(find("layer", spec.layers[int(index)].type))
                    if param.name == name
                )
                _set_live(thing, kind, name_of(type(thing)), inner, path, value)
            case ["data", name]:
                self._set_augmentation(spec, name, path)
            case _:
                raise SpecError(f"{path} cannot be changed while training.", "Reset first.", path)
        self.spec = spec

    def _set_augmentation(self, spec: Spec, name: str, path: str) -> None:
        """Change what is done to training batches at random; the rows stay what they are."""
        known = {param.name: param for param in params(source_of(spec.data.source))}
        if name not in known or not known[name].knob.live:
            raise SpecError(f"{path} cannot be changed while training.", "Reset first.", path)
        augmentation = load_data(spec.data).augmentation
        self.data = replace(self.data, augmentation=augmentation)
        self.training.augment = augmentation


def fingerprint(rows: Split) -> str:
    """Give what tells these rows from others: a digest of them, or of a part if they are many."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (rows.x, rows.y):
        digest.update(f"{part.shape} {part.dtype}".encode())
        step = max(1, part.nbytes // _DIGESTED)
        digest.update(np.ascontiguousarray(part[::step]).data)
    return digest.hexdigest()


def _set_live(thing: Any, kind: Any, type_name: str, name: str, path: str, value: Any) -> None:
    param = next(param for param in params(find(kind, type_name)) if param.name == name)
    if not param.knob.live:
        raise SpecError(f"{path} cannot be changed while training.", "Reset first.", path)
    if value is None and not param.optional:
        value = param.default
    setattr(thing, name, value)


def _keep_weights(before: Session, now: Session) -> str:
    """Copy the weights of layers that did not change; say what was kept."""
    old, new = _signatures(before), _signatures(now)
    if old == new and _learns_alike(before, now):
        # The optimizer goes on as well, so that another regularizer or loss is no new beginning.
        now.model.restore(before.model.state())
        was, settings = before.spec.compile.optimizer, now.spec.compile.optimizer
        if was.get("learning_rate") != settings.get("learning_rate"):
            path, rate = "compile.optimizer.learning_rate", settings.get("learning_rate")
            _set_live(now.model.optimizer, "optimizer", settings.type, "learning_rate", path, rate)
        return "All weights and the optimizer's state are kept."
    pairs = matching_layers(old, new)
    kept, weighted = 0, 0
    for index, layer in enumerate(now.model.layers):
        if not layer.get_weights():
            continue
        weighted += 1
        if index in pairs:
            layer.set_weights(before.model.layers[pairs[index]].get_weights())
            kept += 1
    return f"Weights kept in {kept} of {weighted} layers."


def _learns_alike(before: Session, now: Session) -> bool:
    """Whether the optimizer's state of one is the other's: the same rule for the same weights."""
    mine, theirs = before.model.optimizer.moments(), now.model.optimizer.moments()
    return (
        before.spec.compile.optimizer.type == now.spec.compile.optimizer.type
        and {name: array.shape for name, array in mine.items()}
        == {name: array.shape for name, array in theirs.items()}
        and [layer.trainable for layer in before.model.layers]
        == [layer.trainable for layer in now.model.layers]
    )


def _signatures(session: Session) -> list[str]:
    """Say of each layer all that its weights depend on: type, shapes, number of units."""
    return [
        layer_signature(thing.type, [array.shape for array in layer.get_weights()])
        for thing, layer in zip(session.spec.layers, session.model.layers, strict=True)
    ]
