"""A run's own history and Keras's CSVLogger say the same of the same epochs."""

import csv
from pathlib import Path

import pytest

from nn_tui.experiment.headless import resume, train
from nn_tui.experiment.spec_file import set_value
from tests.experiment.specs import small


def test_the_history_of_a_run_is_that_of_the_logger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    callbacks = [{"type": "ReduceLROnPlateau", "patience": 1}, {"type": "CSVLogger"}]
    list(train(set_value(small(), "fit.callbacks", callbacks), save="run"))
    list(resume("run", epochs=6))
    with (tmp_path / "run" / "history.csv").open() as file:
        kept = list(csv.DictReader(file))
    with (tmp_path / "training.csv").open() as file:
        logged = list(csv.DictReader(file))
    assert list(kept[0])[:3] == ["epoch", "loss", "accuracy"]
    measured = {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert set(kept[0]) == {"epoch", *measured, "learning_rate", "seconds"}
    assert sorted(logged[0]) == sorted(set(kept[0]) - {"seconds"})
    assert [row["epoch"] for row in kept] == ["1", "2", "3", "4", "5", "6"]
    for ours, theirs in zip(kept, logged, strict=True):
        assert int(ours["epoch"]) == int(theirs["epoch"]) + 1  # Keras counts from 0
        for name in set(theirs) - {"epoch", "learning_rate"}:
            assert float(ours[name]) == float(theirs[name])
