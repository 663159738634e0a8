"""Settings that are changed while it trains, on the model itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from nn_tui.errors import SpecError
from nn_tui.experiment.proposal import propose
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec_file import set_value
from tests.experiment.specs import small


def finish(session: Session) -> Session:
    for _ in session.steps():
        pass
    return session


def test_a_regularizer_is_made_stronger_in_the_middle() -> None:
    spec = set_value(small(), "layers.0.kernel_regularizer", "L2")
    plain, stronger = Session(spec), Session(spec)
    for session in (plain, stronger):
        list(islice(session.steps(), 10))
    stronger.set_param("layers.0.kernel_regularizer.l2", 1.0)
    assert stronger.spec.layers[0].settings["kernel_regularizer"] == {"type": "L2", "l2": 1.0}
    finish(plain)
    finish(stronger)
    sizes = [float(np.square(session.model.layers[0].kernel).sum()) for session in (plain, stronger)]
    assert sizes[1] < sizes[0] / 2


def test_augmentation_takes_effect_at_the_next_batch_and_changes_no_row() -> None:
    session = Session(propose("digits").spec)
    rows = session.data.train.x
    list(islice(session.steps(), 2))
    session.set_param("data.noise", 0.5)
    assert session.training.augment is not None and session.data.augmentation is not None
    assert session.data.augmentation.noise == 0.5 and session.data.train.x is rows
    session.set_param("data.noise", 0.0)
    assert session.training.augment is None
    with pytest.raises(SpecError, match="cannot be changed while training"):
        session.set_param("data.split_seed", 3)


def test_another_rule_for_the_same_weights_keeps_the_optimizers_state() -> None:
    whole = Session(replace(small(), layers=(small().layers[0], small().layers[2])))
    part = Session(whole.spec)
    steps = part.steps()
    for ended in steps:
        if ended and part.epoch == 2:
            break
    # A regularizer that costs nothing: training goes on as if nothing had happened.
    free = set_value(part.spec, "layers.0.kernel_regularizer", {"type": "L2", "l2": 0.0})
    rebuilt = Session(free, part)
    assert rebuilt.kept == "All weights and the optimizer's state are kept."
    finish(rebuilt)
    np.testing.assert_array_equal(rebuilt.model.trained_weights, finish(whole).model.trained_weights)
