"""A run kept in a folder is continued bit for bit, and damage is noticed."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from nn_tui.errors import NnTuiError, RunError
from nn_tui.experiment.checkpoint import STATE, SavedRun, decode, encode
from nn_tui.experiment.headless import resume, train
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec_file import set_value
from tests.experiment.specs import small


@pytest.mark.parametrize("batches", [0, 1, 5, 9, 10, 30, 35])
def test_a_run_goes_on_bit_for_bit_from_any_batch(tmp_path: Path, batches: int) -> None:
    whole = Session(small())
    for _ in whole.steps():
        pass
    part = Session(small())
    for _ in islice(part.steps(), batches):
        pass
    saved = SavedRun.create(tmp_path / "run", small())
    saved.save(part)

    again, _, told = SavedRun.open(tmp_path / "run").reopen()
    assert told == ""
    for _ in again.steps():
        pass
    assert again.training.history == whole.training.history
    for one, other in zip(again.model.get_weights(), whole.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_damaged_newest_state_falls_back_to_the_one_before(tmp_path: Path) -> None:
    saved = SavedRun.create(tmp_path, small())
    session = Session(small())
    steps = session.steps()
    next(steps)
    saved.save(session)
    next(steps)
    saved.save(session)
    content = bytearray((tmp_path / STATE).read_bytes())
    content[-3] ^= 1
    (tmp_path / STATE).write_bytes(content)
    again, _, told = SavedRun.open(tmp_path).reopen()
    assert "before it was taken" in told
    assert again.batch == 1


def test_every_cut_and_flip_is_noticed() -> None:
    content = encode({"weights": np.arange(6, dtype=np.float32), "epoch": 3})
    assert decode(content)["epoch"] == 3
    random = np.random.default_rng(0)
    for length in range(0, len(content), 7):
        with pytest.raises(RunError):
            decode(content[:length])
    for _ in range(300):
        damaged = bytearray(content)
        damaged[random.integers(len(content))] ^= 1 << random.integers(8)
        with pytest.raises(RunError):
            decode(bytes(damaged))


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"1")
    with pytest.raises(RunError, match="holds no run"):
        SavedRun.create(tmp_path, small())
    with pytest.raises(RunError, match="holds no saved run"):
        SavedRun.open(tmp_path)
    SavedRun.create(tmp_path / "run", small())
    other = set_value(small(), "layers.0.units", 4)
    SavedRun.create(tmp_path / "run", small())  # nothing is trained yet
    with pytest.raises(RunError, match="holds a run"):
        SavedRun.create(tmp_path / "run", other)
    SavedRun(tmp_path / "run", small()).save(Session(small()))
    for spec in (small(), other):
        with pytest.raises(RunError, match="holds a run"):
            SavedRun.create(tmp_path / "run", spec)


def test_a_headless_run_is_saved_and_resumed(tmp_path: Path) -> None:
    def values(reports: Iterator[object]) -> list[dict[str, float]]:
        return [report.values for report in reports if report.values]  # type: ignore[attr-defined]

    folder = str(tmp_path / "run")
    whole = values(train(small()))
    first = values(train(set_value(small(), "fit.epochs", 2), save=folder))
    second = values(resume(folder, epochs=4))
    assert first + second == whole
    with pytest.raises(RunError, match="already trained"):
        list(resume(folder))


def test_a_disk_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NnTuiError):
        SavedRun.create(tmp_path / "file" / "run", small())
