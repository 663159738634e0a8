"""Whatever a person does afterwards, what was trained to its end answers as it did."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nn_tui.errors import RunError
from nn_tui.experiment import commands as command
from nn_tui.experiment import edits
from nn_tui.experiment.build import same_run
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.runs.background import ENDED
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.shelf import Fork
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import loads, set_value
from nn_tui.experiment.trainer import Trainer
from nn_tui.plain.workbench import Workbench

TINY = """
name = "tiny"
[data]
source = "circle"
rows = 40
validation_split = 0.2
[[layers]]
type = "Dense"
units = 3
activation = "tanh"
[[layers]]
type = "Dense"
units = 1
activation = "sigmoid"
[compile]
loss = "binary_crossentropy"
metrics = ["accuracy"]
[compile.optimizer]
type = "Adam"
learning_rate = 0.01
[fit]
batch_size = 8
epochs = 2
"""
SECONDS = 30.0
RATE = "compile.optimizer.learning_rate"

SETTINGS: list[tuple[str, list[Any]]] = [
    ("layers.0.units", [2, 3, 4]),
    ("layers.0.activation", ["tanh", "relu"]),
    (RATE, [0.01, 0.03, 0.1]),
    ("compile.optimizer", [{"type": "SGD", "learning_rate": 0.1}, {"type": "Adam", "learning_rate": 0.01}]),
    ("compile.loss", ["binary_crossentropy", "mean_squared_error"]),
    ("data.noise", [0.0, 0.2]),
    ("data.validation_split", [0.2, 0.25]),
    ("fit.batch_size", [8, 16]),
    ("fit.epochs", [2, 3]),
    ("seed", [0, 1]),
]
SET = [("set", path, value) for path, values in SETTINGS for value in values]
TRAINING = ("train", "epoch", "batches", "reset", "back")
CHANGES = ("undo", "redo", "add", "remove", "leave", "last")
RUNS = ("resume", "fork", "rename", "delete", "undelete", "afresh")
STEPS = st.sampled_from(
    [
        *SET,
        *[(name,) for name in (*TRAINING, "train", "train", *CHANGES, "undo", "last")] * 3,
        *[(name, at) for name in RUNS for at in range(2)],
    ]
)


def contents(card: RunCard) -> dict[str, bytes]:
    """What is in a run's folder, but for who holds it and what it is called."""
    folder = Path(card.folder)
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("lock", "run.json")
    }


@dataclass
class Kept:
    """A run as it was when it had been trained to its end."""

    card: RunCard
    spec: Spec
    contents: dict[str, bytes]


class Person:
    """Somebody at the plain workbench, and what they know of the runs that ended."""

    def __init__(self, store: RunStore) -> None:
        self.store = store
        self.bench = Workbench(loads(TINY), store)
        self.kept: dict[str, Kept] = {}

    def do(self, name: str, *words: Any) -> None:
        """Take a step, then look at all runs that had ended before."""
        trained = self.bench.snapshot.run if self.bench.snapshot is not None else None
        if name in TRAINING and self.bench.checkup.problems:
            return
        getattr(self, name)(*words)
        self.bench.wait(lambda now: now.status.phase != "training", SECONDS)
        now = self.bench.snapshot
        cards = {card.id: card for card in [*self.store.runs(), *self.store.runs(deleted=True)]}
        for identity, kept in self.kept.items():
            card = cards[identity]
            if contents(card) == kept.contents:
                continue
            spec = SavedRun.open(Path(card.folder)).spec
            goes_on = name in TRAINING and trained is not None and trained.id == identity
            assert goes_on, f"{name} {words} has changed {identity}"
            assert same_run(with_epochs(spec), with_epochs(kept.spec)), "another experiment"
            assert (card.epoch, card.status) > (kept.card.epoch, "")
        self.kept = {
            card.id: Kept(card, SavedRun.open(Path(card.folder)).spec, contents(card))
            for card in cards.values()
            if card.status in ENDED
        }
        assert now is None or now.status.phase != "failed", now.status.error

    def set(self, path: str, value: Any) -> None:
        self.bench.edit(set_value(self.bench.spec, path, value), f"set {path}")

    def add(self) -> None:
        spec = self.bench.spec
        self.bench.edit(edits.insert_layer(spec, 1, edits.new_layer(spec, "Dense", 1)), "add")

    def remove(self) -> None:
        if len(self.bench.spec.layers) > 1:
            self.bench.edit(edits.remove_layer(self.bench.spec, 0), "remove")

    def undo(self) -> None:
        self.bench.undo()

    def redo(self) -> None:
        self.bench.redo()

    def train(self) -> None:
        self.bench.send(command.Play())

    def epoch(self) -> None:
        self.bench.send(command.RunEpoch())
        self.bench.wait(lambda now: now.status.phase != "training", SECONDS)
        self.bench.follow()

    def batches(self) -> None:
        self.bench.send(command.RunBatches(2))

    def reset(self) -> None:
        self.bench.send(command.Rebuild(self.bench.spec, keep_weights=False))

    def back(self) -> None:
        self.bench.send(command.StepBack())
        self.bench.settle(SECONDS)
        self.bench.follow()

    def leave(self) -> None:
        self.bench.close()
        self.bench = Workbench(loads(TINY), self.store)

    def last(self) -> None:
        if cards := self.store.runs():
            self._open(max(cards, key=lambda card: card.changed))

    def resume(self, at: int) -> None:
        if card := self._card(at):
            self._open(card)

    def afresh(self, at: int) -> None:
        """Take the experiment of a run, and begin it with its first weights, as a remedy does."""
        if card := self._card(at):
            self.bench.edit(SavedRun.open(Path(card.folder)).spec, "take", afresh=True)

    def fork(self, at: int) -> None:
        if card := self._card(at):
            spec = SavedRun.open(Path(card.folder)).spec
            trainer = Trainer(set_value(spec, "fit.batch_size", 4), self.store, Fork(card, 0))
            trainer.send(command.RunBatches(1))
            trainer.close()

    def rename(self, at: int) -> None:
        if card := self._card(at):
            self.store.change(card, name=f"renamed {at}")

    def delete(self, at: int) -> None:
        if card := self._card(at):
            with suppress(RunError):  # the one that is open, or was until a change that may be taken back
                self.store.delete(card)

    def undelete(self, at: int) -> None:
        if cards := self.store.runs(deleted=True):
            self.store.undelete(cards[at % len(cards)])

    def _card(self, at: int) -> RunCard | None:
        cards = self.store.runs()
        return cards[at % len(cards)] if cards else None

    def _open(self, card: RunCard) -> None:
        now = self.bench.snapshot
        if now is None or now.run is None or now.run.id != card.id:
            self.bench.open(SavedRun.open(Path(card.folder)).spec, run=card)


def with_epochs(spec: Spec, epochs: int = 1) -> Spec:
    """A spec but for how long it is trained."""
    return replace(spec, fit=replace(spec.fit, epochs=epochs))


def of_one_piece(store: RunStore) -> list[RunCard]:
    """The runs that nothing was changed in and that branch off from none: their spec says all of them."""
    return [card for card in store.runs() if not card.parent and not card.marks]


@settings(
    max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
@example([("set", RATE, 0.1), ("train",), ("undo",), ("train",), ("set", RATE, 0.1), ("leave",)])
@example([("set", "layers.0.units", 4), ("set", "data.noise", 0.2), ("undo",), ("undo",), ("train",)])
@example(
    [("set", "layers.0.units", 2), ("train",), ("set", "layers.0.units", 3), ("afresh", 0), ("train",)]
)
@given(st.lists(STEPS, min_size=6, max_size=12))
def test_nothing_changes_what_was_trained_to_its_end(steps: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as folder:
        person = Person(RunStore(Path(folder)))
        try:
            person.do("train")
            for step in steps:
                person.do(*step)
        finally:
            person.bench.close()
        for card in of_one_piece(person.store):
            again, _, _ = SavedRun.open(Path(card.folder)).reopen()
            alone = Session(with_epochs(again.spec, again.epoch + 1))
            pull = iter(alone.steps())
            while (alone.epoch, alone.batch) != (again.epoch, again.batch):
                next(pull)
            np.testing.assert_array_equal(alone.model.trained_weights, again.model.trained_weights)
