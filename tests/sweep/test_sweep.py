"""Sweeps trained in this process: what each trial is, how they are judged, stopped and taken up."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nn_tui.errors import RunError
from nn_tui.experiment import headless
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.runs.card import read_card
from nn_tui.experiment.runs.keeper import hold
from nn_tui.experiment.runs.store import RunStore
from nn_tui.sweep import trial
from nn_tui.sweep.axes import parse_axis
from nn_tui.sweep.effects import effects
from nn_tui.sweep.folder import SweepFolder
from nn_tui.sweep.headless import open_sweep
from nn_tui.sweep.plan import Plan, make_plan
from nn_tui.sweep.serial import Serial
from nn_tui.sweep.sweep import Sweep
from tests.experiment.specs import small


def plan(*texts: str, **options: object) -> Plan:
    return make_plan(small(), [parse_axis(text) for text in texts], **options)  # type: ignore[arg-type]


def run(sweep: Sweep, stop: Callable[[], bool] = headless.never) -> Sweep:
    for _ in sweep.run(Serial(), stop):
        pass
    sweep.folder.close()
    return sweep


def begun(made: Plan, folder: Path) -> Sweep:
    return Sweep(made, SweepFolder.begin(made, folder))


def weights(folder: str | Path) -> list[np.ndarray]:
    return SavedRun.open(Path(folder)).reopen()[0].model.get_weights()


def after(count: int) -> Callable[[], bool]:
    """Say yes when asked for the so manieth time."""
    asked = [0]

    def stop() -> bool:
        asked[0] += 1
        return asked[0] > count

    return stop


def test_a_trial_is_what_training_its_spec_alone_gives(tmp_path: Path) -> None:
    sweep = run(begun(plan("layers.0.units=4,8", repeat=[2]), tmp_path / "sweep"))
    standing = sweep.standings[-1]
    assert standing.trial.spec is not None
    for _ in headless.train(standing.trial.spec, save=str(tmp_path / "alone")):
        pass
    for ours, alone in zip(weights(standing.folder), weights(tmp_path / "alone"), strict=True):
        np.testing.assert_array_equal(ours, alone)
    card = read_card(tmp_path / "alone")
    assert standing.best == card.best["val_accuracy"]
    assert [value for _, value in standing.curve][-1] == card.last["val_accuracy"]


def test_each_trial_is_a_run_of_the_store(tmp_path: Path) -> None:
    made = plan("layers.0.units=4,8")
    sweep = run(open_sweep(made, None, resume=False))
    cards = RunStore().runs()
    assert {card.folder for card in cards} == {one.folder for one in sweep.standings}
    assert {card.name for card in cards} == {"test units=4", "test units=8"}
    assert {card.status for card in cards} == {"done"}


def test_mean_and_spread_are_over_the_seeds() -> None:
    sweep = run(open_sweep(plan("layers.0.units=2,8", repeat=[3]), None, resume=False))
    for summary in sweep.summaries():
        values = [one.best[0] for one in summary.standings if one.best is not None]
        assert summary.mean == pytest.approx(np.mean(values))
        assert summary.spread == pytest.approx(np.std(values, ddof=1))
    means = [summary.mean for summary in sweep.ranking()]
    assert means == sorted(means, key=lambda mean: -(mean or 0))


def test_the_effect_of_a_setting_is_over_all_trials_that_share_its_value() -> None:
    sweep = run(open_sweep(plan("layers.0.units=2,8", "fit.batch_size=8,16"), None, resume=False))
    two, eight = effects(sweep, 0)
    assert (two.words, two.count, eight.words, eight.count) == ("2", 2, "8", 2)
    values = [one.value for one in sweep.standings if one.trial.settings[0][1] == 2]
    assert two.mean == pytest.approx(np.mean([value for value in values if value is not None]))


def test_values_of_a_range_are_put_into_parts() -> None:
    made = plan("compile.optimizer.learning_rate=1e-4..1e-1", count=6)
    sweep = run(open_sweep(made, None, resume=False))
    found = effects(sweep, 0)
    assert sum(one.count for one in found) == 6
    assert all(".." in one.words for one in found)


def test_a_combination_that_is_no_network_is_marked_and_the_others_run(tmp_path: Path) -> None:
    sweep = run(begun(plan("layers.2.units=1,2,3", metric="loss"), tmp_path / "sweep"))
    phases = [one.phase for one in sweep.standings]
    assert phases == ["invalid", "done", "invalid"]
    assert "2" in sweep.standings[0].reason
    assert sweep.finished


def test_a_trial_that_diverges_is_never_the_best(tmp_path: Path) -> None:
    made = plan(
        "compile.optimizer.learning_rate=1e30,0.01", "layers.0.activation=linear,relu", metric="loss"
    )
    sweep = run(begun(made, tmp_path / "sweep"))
    assert "diverged" in {one.phase for one in sweep.standings}
    assert sweep.best is not None and sweep.best.phase == "done"


def test_halving_trains_the_best_third_further(tmp_path: Path) -> None:
    rates = "compile.optimizer.learning_rate=1e-6,1e-5,1e-4,1e-3,3e-3,1e-2,2e-2,3e-2,5e-2"
    made = plan(rates, "fit.epochs=9", metric="val_loss", halving=True)
    sweep = run(begun(made, tmp_path / "sweep"))
    epochs = sorted(one.epoch for one in sweep.standings)
    assert epochs == [1] * 6 + [3] * 2 + [9]
    assert [one.phase for one in sweep.standings].count("stopped") == 8
    assert read_card(Path(sweep.standings[0].folder)).status == "stopped"
    whole = run(begun(plan(rates, "fit.epochs=9", metric="val_loss"), tmp_path / "whole"))
    best = sweep.best
    assert best is not None and best.epoch == 9
    # What went on in three parts is what trained in one.
    same = whole.standings[best.trial.number]
    assert best.curve == same.curve and best.best == same.best
    for parts, at_once in zip(weights(best.folder), weights(same.folder), strict=True):
        np.testing.assert_array_equal(parts, at_once)


@pytest.mark.parametrize("halving", [False, True])
@pytest.mark.parametrize("batches", [1, 17, 40])
def test_a_sweep_that_was_stopped_goes_on_and_ends_as_one_that_was_not(
    tmp_path: Path, halving: bool, batches: int
) -> None:
    made = plan("layers.0.units=2,4,8", halving=halving)
    whole = run(begun(made, tmp_path / "whole"))
    stopped = run(begun(made, tmp_path / "parts"), after(batches))
    assert not stopped.finished
    again = open_sweep(made, tmp_path / "parts", resume=True)
    ended = {one.trial.number for one in again.standings if one.phase == "done"}
    changed = {
        one.trial.number: read_card(Path(one.folder)).changed
        for one in again.standings
        if one.phase == "done"
    }
    run(again)
    assert again.finished
    for number in ended:  # none of them has been trained again
        assert read_card(Path(again.standings[number].folder)).changed == changed[number]
    for one, other in zip(again.standings, whole.standings, strict=True):
        assert (one.phase, one.epoch, one.best, one.curve) == (
            other.phase, other.epoch, other.best, other.curve,
        )  # fmt: skip
        for ours, theirs in zip(weights(one.folder), weights(other.folder), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_a_sweep_without_a_folder_is_found_by_its_plan() -> None:
    made = plan("layers.0.units=2,4")
    first = run(open_sweep(made, None, resume=False), after(40))
    again = open_sweep(made, None, resume=True)
    assert again.folder.path == first.folder.path
    again.folder.close()
    other = open_sweep(plan("layers.0.units=2,8"), None, resume=True)
    assert other.folder.path != first.folder.path


def test_a_folder_of_another_sweep_is_refused(tmp_path: Path) -> None:
    run(begun(plan("layers.0.units=2"), tmp_path / "sweep"))
    with pytest.raises(RunError, match="another one"):
        open_sweep(plan("layers.0.units=4"), tmp_path / "sweep", resume=True)
    with pytest.raises(RunError, match="--resume"):
        open_sweep(plan("layers.0.units=2"), tmp_path / "sweep", resume=False)
    with pytest.raises(RunError, match="no sweep"):
        open_sweep(None, tmp_path / "elsewhere", resume=True)


def test_two_processes_do_not_run_one_sweep(tmp_path: Path) -> None:
    made = plan("layers.0.units=2")
    held = begun(made, tmp_path / "sweep")
    with pytest.raises(RunError, match="another nn-tui"):
        open_sweep(made, tmp_path / "sweep", resume=True)
    held.folder.close()
    run(open_sweep(made, tmp_path / "sweep", resume=True))


def test_a_run_that_another_process_trains_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "LOCKED", 0.0)
    made = plan("layers.0.units=2,4")
    sweep = begun(made, tmp_path / "sweep")
    spec = sweep.standings[0].trial.spec
    assert spec is not None
    folder = Path(sweep.standings[0].folder)
    for _ in headless.train(spec, save=str(folder)):
        pass
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    lock = hold(folder)
    assert lock is not None
    run(sweep)
    os.close(lock)
    assert [one.phase for one in sweep.standings] == ["failed", "done"]
    assert "being trained" in sweep.standings[0].reason
    after_it = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert after_it == {**before, "lock": after_it["lock"]}
    # What has failed is tried again.
    again = run(open_sweep(made, tmp_path / "sweep", resume=True))
    assert [one.phase for one in again.standings] == ["done", "done"]


def test_a_run_whose_state_is_damaged_is_trained_anew(tmp_path: Path) -> None:
    made = plan("layers.0.units=2")
    whole = run(begun(made, tmp_path / "whole"))
    sweep = run(begun(made, tmp_path / "parts"), after(30))
    for name in ("state.safetensors", "state.safetensors.prev"):
        (Path(sweep.standings[0].folder) / name).write_bytes(b"cut")
    again = run(open_sweep(made, tmp_path / "parts", resume=True))
    assert again.standings[0].curve == whole.standings[0].curve
    assert (
        weights(again.standings[0].folder)[0].tobytes() == weights(whole.standings[0].folder)[0].tobytes()
    )
