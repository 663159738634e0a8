"""Where trials stand: read from a folder, drawn, listed with earlier sweeps."""

from pathlib import Path

import pytest

from nn_tui.errors import RunError
from nn_tui.experiment.files import write_whole
from nn_tui.insight.pictures import Intervals, Lines, Sentence
from nn_tui.sweep.axes import parse_axis
from nn_tui.sweep.folder import SweepFolder
from nn_tui.sweep.headless import open_sweep
from nn_tui.sweep.pictures import MOST_CURVES, curves_picture, effect_picture
from nn_tui.sweep.plan import make_plan
from nn_tui.sweep.serial import Serial
from nn_tui.sweep.shelf import sweeps
from nn_tui.sweep.standings import Standings
from nn_tui.sweep.sweep import Sweep
from nn_tui.sweep.trial import Outcome, Progress
from tests.experiment.specs import small


def begun(*texts: str, **options: object) -> Sweep:
    made = make_plan(small(), [parse_axis(text) for text in texts], **options)  # type: ignore[arg-type]
    return open_sweep(made, None, resume=False)


def run(sweep: Sweep) -> Sweep:
    for _ in sweep.run(Serial()):
        pass
    sweep.folder.close()
    return sweep


def looked_at(path: Path) -> Standings:
    folder, plan = SweepFolder.look(path)
    return Standings(plan, folder)


@pytest.mark.parametrize("halving", [False, True])
def test_a_finished_sweep_stands_as_it_stood_when_it_ended(halving: bool) -> None:
    sweep = run(begun("layers.0.units=2,4,8", halving=halving))
    again = looked_at(sweep.folder.path)
    assert again.finished
    assert [(one.phase, one.best, one.curve, one.reason) for one in again.standings] == [
        (one.phase, one.best, one.curve, one.reason) for one in sweep.standings
    ]
    assert ("stopped" in {one.phase for one in again.standings}) == halving


def test_looking_at_a_sweep_does_not_hold_it() -> None:
    sweep = begun("layers.0.units=2,4")
    assert looked_at(sweep.folder.path).ended == 0  # while somebody else holds it
    sweep.folder.close()
    with pytest.raises(RunError, match="holds no sweep"):
        SweepFolder.look(sweep.folder.path.parent)


def test_earlier_sweeps_are_listed_the_newest_first_with_what_they_came_to(home: Path) -> None:
    assert sweeps() == []
    first = run(begun("layers.0.units=2,4"))
    second = begun("fit.batch_size=8,16", "layers.0.units=2,4")
    (home / "sweeps" / "damaged").mkdir()
    write_whole(home / "sweeps" / "damaged" / "sweep.json", b"{")
    kept = {one.path: one for one in sweeps()}
    assert set(kept) == {first.folder.path, second.folder.path}
    one, other = kept[first.folder.path], kept[second.folder.path]
    assert (one.trials, one.ended, one.varied, one.process) == (2, 2, ("units",), "")
    assert "best val_accuracy" in one.words and "with units=" in one.words
    assert (other.trials, other.ended) == (4, 0)
    assert "runs in process" in other.words  # held by this very process
    second.folder.close()


def test_the_curves_lie_over_each_other_and_the_best_and_the_chosen_stand_out() -> None:
    sweep = begun("layers.0.units=2,4,8")
    sweep.folder.close()
    assert isinstance(curves_picture(sweep), Sentence)
    for trial, last in enumerate((0.5, 0.9, 0.7)):
        sweep.progress(Progress(trial, 2, 4, ((1, 0.4), (2, last))))
    picture = curves_picture(sweep, chosen=0)
    assert isinstance(picture, Lines)
    assert [(one.name, one.role) for one in picture.series] == [
        ("", "former"), ("trial 2", "validation"), ("trial 1", "train"),
    ]  # fmt: skip
    assert picture.x_bounds == (1.0, 4.0)
    assert "the best is trial 2 (0.9000)" in picture.caption
    assert "selected is trial 1 (0.5000)" in picture.caption


def test_a_curve_that_explodes_does_not_press_the_others_flat() -> None:
    sweep = begun("layers.0.units=2,4,8", metric="loss")
    sweep.folder.close()
    for trial in (0, 1):
        sweep.progress(Progress(trial, 2, 4, ((1, 0.7), (2, 0.5))))
    sweep.progress(Progress(2, 2, 4, ((1, 0.7), (2, 1e30))))
    sweep.take(Outcome(2, 0, "diverged", "It grew.", 2, 4, (0.7, 1)))
    picture = curves_picture(sweep)
    assert isinstance(picture, Lines) and picture.y_bounds is not None and picture.y_bounds[1] < 1


def test_of_many_curves_the_best_and_those_that_train_are_drawn() -> None:
    sweep = begun("layers.0.units=1..40..1")
    sweep.folder.close()
    for trial in range(40):
        sweep.progress(Progress(trial, 1, 4, ((1, trial / 40),)))
        if trial != 3:
            sweep.take(Outcome(trial, 0, "done", epoch=4, epochs=4, best=(trial / 40, 1)))
    picture = curves_picture(sweep, chosen=7)
    assert isinstance(picture, Lines)
    assert len(picture.series) == MOST_CURVES + 1
    firsts = {round(float(one.y[0]) * 40) for one in picture.series}  # of trial n it is n/40
    assert {3, 7, 39} <= firsts and 9 not in firsts
    assert f"{MOST_CURVES + 1} of 40 curves" in picture.caption


def test_the_effect_of_a_setting_is_drawn_as_mean_and_spread_of_each_value() -> None:
    sweep = begun("layers.0.units=2,4", "fit.batch_size=8,16")
    sweep.folder.close()
    assert isinstance(effect_picture(sweep, 0), Sentence)
    for trial, value in enumerate((0.5, 0.7, 0.8, 0.8)):
        sweep.take(Outcome(trial, 0, "done", epoch=4, epochs=4, best=(value, 1)))
    picture = effect_picture(sweep, 0)
    assert isinstance(picture, Intervals)
    assert (picture.names, picture.counts, picture.best) == (("2", "4"), (2, 2), 1)
    assert picture.middles == pytest.approx((0.6, 0.8))
    assert picture.spreads == pytest.approx((0.1414, 0.0), abs=1e-4)
    assert "largest at 4" in picture.caption
