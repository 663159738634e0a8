"""Several runs: compared, raced, their weights taken, in sentences."""

from __future__ import annotations

from pathlib import Path

from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.headless import train
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.spec_file import set_value
from tests.experiment.specs import small
from tests.plain.typist import told


def test_two_runs_are_compared_by_their_best_and_by_what_differs() -> None:
    lines, status = told(
        small(), "train", "set layer 1 units 9", "reset", "train", "runs", "compare 1 2", "compare 1"
    )
    assert "1 setting differs." in lines and "Layer 1 units: A 9, B 6." in lines
    (best,) = [line for line in lines if line.startswith("Best validation loss: ")]
    one, other = (card.best["val_loss"][0] for card in RunStore().runs())
    first = "A" if one < other else "B"
    assert best.split(f"{first} ")[1].split(";")[0].rstrip(".").endswith(", the best")
    assert lines.count("compare needs two runs or more. Type runs for a list, then compare 1 2.") == 1
    assert status == 2


def test_a_race_ends_as_both_trained_alone_and_says_which_is_better() -> None:
    lines, status = told(small(), "train", "race lr 0.0001")
    *_, as_it_was, _ = train(small())
    *_, slower, _ = train(set_value(small(), "compile.optimizer.learning_rate", 0.0001))
    assert status == 0 and "Race from epoch 0 to 4" not in lines
    (before,) = [line for line in lines if line.startswith("As it was: ")]
    (after,) = [line for line in lines if line.startswith("learning_rate 0.01 -> 0.0001: ")]
    for line, last in ((before, as_it_was), (after, slower)):
        assert f"{last.values['val_accuracy']:.4f} at its end. Kept as run " in line
    assert lines[lines.index(after) + 1] in ("The run as it was is better.", "Both are as good.")
    kept = RunStore().runs()
    assert len(kept) == 2 and f"Kept as run {kept[1].id}." in before, "the baseline is the run itself"


def test_a_second_race_keeps_its_baseline_only_once() -> None:
    told(small(), "train 2", "race lr 0.0001", "race lr 0.001", "race lr 0.02")
    kept = [SavedRun.open(Path(card.folder)).spec for card in RunStore().runs()]
    rates = [spec.compile.optimizer.get("learning_rate") for spec in kept]
    assert sorted(rates) == [0.0001, 0.001, 0.01, 0.01, 0.02], "the run, and its baseline trained further"


def test_a_race_refuses_what_changes_nothing() -> None:
    lines, status = told(small(), "race lr 1", "train 2", "race", "race lr 0.01", "race remedy", "race lr")
    assert "Nothing is trained yet. Type train." in lines and status
    assert "race needs a setting and a value. Type race lr 0.01, or race remedy." in lines
    assert "learning_rate is 0.01 already. Give another value." in lines
    assert "There is no remedy to race. Type diagnose." in lines
    assert len(RunStore().runs()) == 1


def test_weights_are_taken_of_a_kept_run_and_said_layer_by_layer() -> None:
    lines, _ = told(small(), "train 1", "reset", "runs", "take 1 frozen", "undo", "take", "take nothing")
    (name,) = {card.name for card in RunStore().runs()}
    assert f"The weights of {name} are taken. Type undo to take it back." in lines
    assert any(
        line.startswith("Layer 1: ") and line.endswith(f"weights of {name}, frozen.") for line in lines
    )
    assert f"Undone: take weights of {name}." in lines
    assert "take needs a run. Type runs for a list, then take 1." in lines
