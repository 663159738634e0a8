"""From one spec to another: live settings, a rebuild, or a new run."""

from dataclasses import replace

import pytest

from nn_tui.experiment.changes import changes, same_rows
from nn_tui.experiment.commands import Rebuild, SetParam
from nn_tui.experiment.spec import DataSpec, Spec, Thing
from nn_tui.experiment.spec_file import set_value
from tests.experiment.specs import small


def test_nothing_changed_asks_for_nothing() -> None:
    assert changes(small(), small()) == ()
    assert changes(small(), replace(small(), name="other")) == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("compile.optimizer.learning_rate", 0.1),
        ("compile.optimizer.beta_1", 0.5),
        ("layers.1.rate", 0.4),
        ("fit.batch_size", 16),
        ("fit.epochs", 9),
    ],
)
def test_a_live_setting_is_changed_while_training_and_back_by_undo(path: str, value: float) -> None:
    old, new = small(), set_value(small(), path, value)
    assert changes(old, new) == (SetParam(path, value),)
    (back,) = changes(new, old) or ()
    assert isinstance(back, SetParam) and back.path == path


def test_the_strength_of_a_regularizer_and_augmentation_are_live() -> None:
    old = set_value(small(), "layers.0.kernel_regularizer", {"type": "L2", "l2": 0.1})
    new = set_value(small(), "layers.0.kernel_regularizer", {"type": "L2", "l2": 0.3})
    assert changes(old, new) == (SetParam("layers.0.kernel_regularizer.l2", 0.3),)
    # Another one, or none, is another rule.
    other = set_value(small(), "layers.0.kernel_regularizer", "L1")
    assert changes(old, other) == (Rebuild(other),) and changes(old, small()) == (Rebuild(small()),)
    digits = replace(small(), data=DataSpec("digits", {"noise": 0.1}))
    shifted = replace(digits, data=DataSpec("digits", {"noise": 0.1, "shift": 0.2}))
    assert changes(digits, shifted) == (SetParam("data.shift", 0.2),)
    assert not same_rows(digits, replace(digits, data=DataSpec("digits", {"split_seed": 4})))


def test_another_stack_is_a_rebuild_that_keeps_weights() -> None:
    new = set_value(small(), "layers.0.units", 9)
    assert changes(small(), new) == (Rebuild(new),)
    new = replace(small(), layers=(*small().layers, Thing("Dense", {"units": 1})))
    assert changes(small(), new) == (Rebuild(new),)


def test_another_optimizer_or_loss_is_a_rebuild() -> None:
    new = set_value(small(), "compile.optimizer", {"type": "SGD"})
    assert changes(small(), new) == (Rebuild(new),)


def test_another_seed_starts_from_new_weights() -> None:
    new = set_value(small(), "seed", 4)
    assert changes(small(), new) == (Rebuild(new, keep_weights=False),)


def test_other_data_begin_with_new_weights() -> None:
    new: Spec = set_value(small(), "data.noise", 0.2)
    assert changes(small(), new) == (Rebuild(new, keep_weights=False),)
    assert not same_rows(small(), new) and same_rows(small(), set_value(small(), "seed", 4))
