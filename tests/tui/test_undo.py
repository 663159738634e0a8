"""The history of specs."""

from __future__ import annotations

from dataclasses import replace

from nn_tui.experiment.spec import Spec
from nn_tui.tui.undo import SpecHistory


def test_a_step_after_undo_forgets_what_could_be_redone(spec: Spec) -> None:
    history = SpecHistory(spec)
    history.push(replace(spec, seed=1), "one")
    history.undo()
    history.push(replace(spec, seed=2), "two")
    assert history.redo_label == ""
    assert history.undo().seed == 0


def test_steps_of_one_label_fold_into_one(spec: Spec) -> None:
    history = SpecHistory(spec)
    for seed in (1, 2, 3):
        history.push(replace(spec, seed=seed), "take a new seed", fold=True)
    assert history.spec.seed == 3
    assert history.undo().seed == 0


def test_the_ends_are_safe(spec: Spec) -> None:
    history = SpecHistory(spec)
    assert history.undo() is spec
    assert history.redo() is spec
