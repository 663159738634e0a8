"""The history of specs."""

from __future__ import annotations

from dataclasses import replace

from nn_tui.experiment.undo import SpecHistory
from tests.experiment.specs import small


def test_a_step_after_undo_forgets_what_could_be_redone() -> None:
    spec = small()
    history = SpecHistory(spec)
    history.push(replace(spec, seed=1), "one")
    history.undo()
    history.push(replace(spec, seed=2), "two")
    assert history.redo_label == ""
    assert history.undo().seed == spec.seed


def test_steps_of_one_label_fold_into_one() -> None:
    spec = small()
    history = SpecHistory(spec)
    for seed in (1, 2, 3):
        history.push(replace(spec, seed=seed), "take a new seed", fold=True)
    assert history.spec.seed == 3
    assert history.undo().seed == spec.seed


def test_the_ends_are_safe() -> None:
    spec = small()
    history = SpecHistory(spec)
    assert history.undo() is spec
    assert history.redo() is spec
