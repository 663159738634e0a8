"""The trials of a sweep, and what is refused before any of them begins."""

import pytest

from nn_tui.errors import SpecError
from nn_tui.experiment.spec_file import set_value
from nn_tui.sweep.axes import parse_axis
from nn_tui.sweep.folder import plan_document, plan_of
from nn_tui.sweep.plan import Plan, make_plan
from tests.experiment.specs import small


def plan(*texts: str, **options: object) -> Plan:
    return make_plan(small(), [parse_axis(text) for text in texts], **options)  # type: ignore[arg-type]


def test_a_grid_is_every_combination_with_every_seed() -> None:
    trials = plan("layers.0.units=4,8", "compile.optimizer.learning_rate=0.1,0.01", repeat=[5, 7]).trials()
    assert len(trials) == 8
    assert len({(trial.settings, trial.seed) for trial in trials}) == 8
    assert {trial.seed for trial in trials} == {5, 7}
    spec = trials[-1].spec
    assert spec is not None
    assert (spec.layers[0].get("units"), spec.compile.optimizer.get("learning_rate"), spec.seed) == (
        8,
        0.01,
        7,
    )


def test_one_number_repeats_from_the_seed_of_the_spec_on() -> None:
    assert plan("layers.0.units=4", repeat=[3]).seeds == (3, 4, 5)


def test_a_random_search_is_the_same_each_time_and_more_of_it_begins_alike() -> None:
    few = plan("layers.0.units=2..40", "compile.optimizer.learning_rate=1e-4..1e-1", count=5).trials()
    more = plan("layers.0.units=2..40", "compile.optimizer.learning_rate=1e-4..1e-1", count=9).trials()
    assert [trial.settings for trial in few] == [trial.settings for trial in more[:5]]
    assert len({trial.settings for trial in more}) == 9


def test_a_random_search_tries_no_combination_twice() -> None:
    assert len(plan("layers.0.units=4,8,16", count=50).trials()) == 3


def test_a_plan_is_read_as_it_was_written() -> None:
    made = plan("layers.0.units=4,8", "layers.1.rate=0..0.5", count=3, repeat=[1, 2], halving=True)
    assert plan_of(plan_document(made)) == made


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["layers.0.unitz=4,8"], "Did you mean 'units'"),
        (["layers.9.units=4,8"], "layers"),
        (["layers.0.units=8,many"], "whole number"),
        (["layers.0.units=4,-1"], "at least 1"),
        (["compile.optimizer.type=Adam,Adem"], "Adam"),
        (["layers.0.units=4..8"], "--random"),
        (["layers.0.units=4", "layers.0.units=8"], "twice"),
        ([], "Nothing is varied"),
    ],
)
def test_what_cannot_be_varied_is_refused_at_once(texts: list[str], told: str) -> None:
    with pytest.raises(SpecError, match=told):
        plan(*texts).trials()


def test_a_million_combinations_are_refused_with_their_count_and_a_hint() -> None:
    values = ",".join(map(str, range(1, 101)))
    with pytest.raises(SpecError, match=r"1,000,000 combinations.*--random 100"):
        plan(f"layers.0.units={values}", f"fit.batch_size={values}", f"fit.epochs={values}")


def test_seeds_count_as_trials() -> None:
    with pytest.raises(SpecError, match="20,000 trials"):
        plan("layers.0.units=1..500", count=200, repeat=[100])


def test_a_setting_that_only_some_combinations_allow_makes_invalid_trials() -> None:
    trials = plan("compile.optimizer.type=Adam,SGD", "compile.optimizer.momentum=0.5,0.9").trials()
    assert [trial.spec is None for trial in trials] == [True, True, False, False]
    assert "momentum" in trials[0].reason


def test_the_metric_is_the_first_one_on_validation_rows_if_there_are_any() -> None:
    assert (plan("layers.0.units=4").objective.name, plan("layers.0.units=4").objective.larger) == (
        "val_accuracy", True,
    )  # fmt: skip
    alone = set_value(small(), "data.validation_split", 0.0)
    assert make_plan(alone, [parse_axis("layers.0.units=4")]).objective.name == "accuracy"
    assert not plan("layers.0.units=4", metric="val_loss").objective.larger


def test_a_metric_that_is_not_measured_is_refused() -> None:
    with pytest.raises(SpecError, match="Did you mean 'val_accuracy'"):
        plan("layers.0.units=4", metric="val_acuracy")
    alone = set_value(small(), "data.validation_split", 0.0)
    with pytest.raises(SpecError, match="validation_split"):
        make_plan(alone, [parse_axis("layers.0.units=4")], metric="val_loss")


def test_a_varied_seed_is_the_seed_that_is_trained() -> None:
    trials = plan("seed=0,1,5", "layers.0.units=4,8").trials()
    assert [trial.seed for trial in trials] == [0, 0, 1, 1, 5, 5]
    assert [trial.spec.seed for trial in trials if trial.spec is not None] == [0, 0, 1, 1, 5, 5]


def test_a_plan_says_how_many_trials_it_has_without_making_them() -> None:
    assert plan("layers.0.units=4,8", "fit.epochs=1,2,3", repeat=[2]).size == 12
    assert plan("layers.0.units=4..8", count=3).size == 3
