"""What of an experiment can be varied, and what a person's wishes come to."""

from __future__ import annotations

import pytest

from nn_tui.errors import SpecError
from nn_tui.experiment.examples import examples
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import set_value
from nn_tui.sweep.objective import measured
from nn_tui.tui.forms.varying import (
    SEARCHES,
    Asked,
    check_axis,
    option_entries,
    plan_words,
    suggestion,
    variable_entries,
)
from tests.experiment.specs import small


@pytest.mark.parametrize("spec", examples().values(), ids=lambda spec: spec.name)
def test_every_setting_that_is_listed_can_be_set_and_its_suggestion_is_sound(spec: Spec) -> None:
    entries = variable_entries(spec)
    assert len({entry.path for entry in entries}) == len(entries)
    for entry in entries:
        if entry.value is not None and entry.param.form in ("int", "float", "bool", "choice"):
            set_value(spec, entry.path, entry.value)
        if text := suggestion(entry):
            check_axis(spec, entry.path, text)


def test_the_list_follows_the_spec_with_what_is_varied_most_often_first() -> None:
    paths = [entry.path for entry in variable_entries(small())]
    assert paths[:4] == [
        "compile.optimizer.learning_rate", "layers.0.units", "layers.2.units", "layers.1.rate",
    ]  # fmt: skip
    assert {"data.noise", "fit.epochs", "seed", "compile.loss"} <= set(paths)
    assert not {"name", "data.source", "compile.metrics"} & set(paths)
    with_callback = set_value(
        small(), "fit.callbacks", [{"type": "EarlyStopping", "monitor": "loss", "patience": 2}]
    )
    assert "fit.callbacks.0.patience" in {entry.path for entry in variable_entries(with_callback)}


def test_suggestions_lie_around_the_present_value() -> None:
    found = {entry.path: suggestion(entry) for entry in variable_entries(small())}
    assert found["compile.optimizer.learning_rate"] == "0.001,0.01,0.1"
    assert found["layers.0.units"] == "3,6,12"
    assert found["layers.0.activation"] == "relu,tanh,sigmoid"
    assert found["fit.shuffle"] == "true,false"


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        ("layers.0.units", "8,x", "whole number"),
        ("layers.0.units", "0,1", "at least 1"),
        ("layers.1.rate", "0.1..7", "less than 1"),
        ("layers.0.activation", "relu,tahn", "tanh"),
        ("layers.0.units", "9..1", "smaller number"),
        ("layers.0.units", "1..9..0", "step above 0"),
    ],
)
def test_what_is_no_value_of_the_setting_is_refused_at_once(path: str, text: str, told: str) -> None:
    with pytest.raises(SpecError, match=told):
        check_axis(small(), path, text)


def test_wishes_become_a_plan_and_a_sentence() -> None:
    asked = Asked({"layers.0.units": "2,4,8", "fit.batch_size": "8..32..x2"}, repeat=2, halving=True)
    plan = asked.plan(small())
    assert (plan.size, plan.seeds, plan.halving) == (18, (3, 4), True)
    assert plan_words(plan) == (
        "3 x 3 combinations x 2 seeds: 18 trials of at most 4 epochs, looking for the largest val_accuracy"
    )
    drawn = Asked({"compile.optimizer.learning_rate": "1e-4..1e-1"}, SEARCHES[1], draws=7, metric="loss")
    assert plan_words(drawn.plan(small())) == (
        "7 random combinations: 7 trials of 4 epochs, looking for the smallest loss"
    )
    with pytest.raises(SpecError, match="Nothing is varied yet"):
        Asked().plan(small())
    with pytest.raises(SpecError, match="1,000,000 combinations"):
        Asked({"fit.epochs": "1..1000..1", "layers.0.units": "1..1000..1"}).plan(small())


def test_the_metrics_to_choose_from_are_those_that_are_measured() -> None:
    entries = {entry.path: entry for entry in option_entries(small(), Asked())}
    assert entries["metric"].param.choices == measured(small())
    assert entries["metric"].value == "val_accuracy"
    assert Asked(workers=2, scheduler="tcp://a:1").at_once is None and Asked(workers=2).at_once == 2
