"""The history of a run takes a bounded part of the disk, and its readers are right all the same."""

from __future__ import annotations

import csv
import errno
import io
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn_tui.cli import main
from nn_tui.errors import RunError
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.headless import train
from nn_tui.experiment.runs import history_file
from nn_tui.experiment.runs.card import new_card, read_card
from nn_tui.experiment.runs.history_file import HISTORY, FollowedHistory, HistoryFile, seconds_of
from nn_tui.experiment.runs.keeper import Keeper
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec_file import set_value
from tests.experiment.specs import small

ROOM = 20_000
"""Bytes of a history in these tests."""


@pytest.fixture
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_file, "LARGEST", ROOM)
    monkeypatch.setattr(history_file, "_HELD", 20)


def loss(epoch: int) -> float:
    """Return a curve with one dip and one peak."""
    return {77: 0.001, 333: 9.0}.get(epoch, 1 / math.sqrt(epoch))


@pytest.fixture
def long_run(tmp_path: Path, little_room: None) -> Keeper:
    """Record many epochs as a worker does."""
    spec = set_value(small(), "fit.epochs", 5000)
    keeper = Keeper(SavedRun.create(tmp_path / "run", spec), new_card("long", spec, 0.0))
    session = Session(spec, keep_history=False)
    keeper.begin(session)
    sizes = []
    for epoch in range(1, 5001):
        session.training.epoch = epoch
        if epoch == 1234:
            keeper.mark(1233.4, "learning_rate 0.1")
        keeper.epoch_ended(session, {"loss": loss(epoch), "accuracy": 1 / loss(epoch)}, 0.5)
        if epoch % 500 == 0:
            keeper.save(session, "training")
        if keeper.history.path.exists():
            sizes.append(keeper.history.path.stat().st_size)
    keeper.save(session, "done")
    keeper.close()
    assert max(sizes) < ROOM + 20 * 120 and sizes[-1] > ROOM // 4
    return keeper


def test_a_long_history_keeps_what_counts(long_run: Keeper) -> None:
    rows = dict(HistoryFile(long_run.folder).rows())
    card = read_card(long_run.folder)
    best = {epoch for _, epoch in card.best.values()}
    assert best == {77} and {1, 77, 1233, 1234, 5000} <= set(rows)
    assert set(long_run.epochs.numbers()) - {0} <= set(rows)
    assert all(rows[epoch]["loss"] == loss(epoch) for epoch in rows)
    assert list(rows) == sorted(rows) and len(rows) < 500
    gaps = np.diff(list(rows))
    assert gaps.max() <= 64


def test_readers_of_a_thinned_history_are_right(long_run: Keeper) -> None:
    history = HistoryFile(long_run.folder)
    epochs, values = history.curves(most=50)
    assert (epochs[0], epochs[-1]) == (1, 5000) and len(epochs) < 110
    assert values["loss"].tolist() == [loss(epoch) for epoch in epochs.tolist()]
    assert seconds_of(history.rows()) == pytest.approx(2500.0)
    history.cut(2000)
    assert max(epoch for epoch, _ in history.rows()) <= 2000


def test_a_thinned_history_says_so_where_it_is_exported(
    tmp_path: Path, little_room: None, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    list(train(set_value(small(), "fit.epochs", 400), save=str(folder)))
    assert main(["export", str(folder), "--output", str(tmp_path / "h.csv")]) == 0
    told = capsys.readouterr().err
    lines = list(csv.reader((tmp_path / "h.csv").read_text().splitlines()))[1:]
    assert f"{len(lines)} of its 400 epochs are in it" in told and len(lines) < 400
    assert (lines[0][0], lines[-1][0]) == ("0", "399")


def test_an_epoch_costs_the_same_however_long_it_trains(tmp_path: Path, little_room: None) -> None:
    history, written = HistoryFile(tmp_path), []
    for epoch in range(1, 20_001):
        history.append(epoch, {"loss": 1.0})
        if history.too_large:
            history.thin()
            written.append(epoch)
    assert not history._held or len(history._held) <= 20
    gaps = np.diff(written)
    assert gaps.min() > 500  # thinned once for as many epochs as have room


def test_who_follows_a_history_is_told_every_epoch_once_though_it_is_thinned(
    tmp_path: Path, little_room: None
) -> None:
    history, followed = HistoryFile(tmp_path), FollowedHistory(tmp_path)
    seen: list[int] = []
    for epoch in range(1, 6001):
        history.append(epoch, {"loss": 1 / epoch})
        if epoch % 50 == 0:
            history.flush()
            if history.too_large:
                history.thin()
            rows = followed.added()
            assert all(values == {"loss": 1 / number} for number, values in rows)
            seen += [number for number, _ in rows]
    assert seen == sorted(set(seen)) and seen[-1] == 6000
    assert len(seen) > 5500  # what was thinned before it was looked at is not told


@contextmanager
def no_room(monkeypatch: pytest.MonkeyPatch, after: int) -> Iterator[None]:
    """Let appending stop after some bytes, as on a full disk."""
    whole: Any = Path.open

    class Full(io.FileIO):
        def write(self, content: Any) -> int:
            written = super().write(bytes(content)[:after])
            if written < len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return written

    with monkeypatch.context() as full:
        full.setattr(
            Path,
            "open",
            lambda self, mode="r", **more: Full(self, "a") if mode == "ab" else whole(self, mode, **more),
        )
        yield


@pytest.mark.parametrize("after", [0, 1, 3, 5])
def test_a_line_that_was_begun_on_a_full_disk_spoils_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    history = HistoryFile(tmp_path)
    history.append(1, {"loss": 1.0})
    history.flush()
    with no_room(monkeypatch, after):
        for epoch in (2, 3, 4, 5, 6):
            history.append(epoch, {"loss": 1 / epoch})
            with pytest.raises(RunError, match="No space left"):
                history.flush()
            assert list(HistoryFile(tmp_path).rows()) == [(1, {"loss": 1.0})]
    history.flush()
    assert list(HistoryFile(tmp_path).rows()) == [(epoch, {"loss": 1 / epoch}) for epoch in range(1, 7)]


def test_a_full_disk_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, little_room: None
) -> None:
    history = HistoryFile(tmp_path)
    history.append(1, {"loss": 0.5})
    history.flush()
    with no_room(monkeypatch, 0):
        for epoch in range(2, 3000):
            try:
                history.append(epoch, {"loss": 1 / epoch})
            except RunError:
                assert len(history._held) <= 20
    history.append(3000, {"loss": 0.1})
    history.flush()
    rows = [epoch for epoch, _ in history.rows()]
    assert rows[:2] == [1, 2] and rows[-1] == 3000 and rows == sorted(rows)


def test_a_history_that_is_gone_is_begun_with_its_names(tmp_path: Path) -> None:
    history = HistoryFile(tmp_path)
    history.append(1, {"loss": 0.5})
    history.flush()
    (tmp_path / HISTORY).unlink()
    history.append(2, {"loss": 0.25})
    history.flush()
    assert (tmp_path / HISTORY).read_text() == "epoch,loss\n2,0.25\n"


def test_the_marks_of_a_run_that_goes_on_stay(long_run: Keeper) -> None:
    marked = replace(read_card(long_run.folder), marks=((5100.2, "learning_rate 0.1"),))
    keeper = Keeper(SavedRun.open(long_run.folder), marked)
    session = Session(keeper.saved.spec, keep_history=False)
    for epoch in range(5001, 8001):
        session.training.epoch = epoch
        keeper.epoch_ended(session, {"loss": loss(epoch), "accuracy": 1 / loss(epoch)}, 0.5)
    keeper.close()
    rows = {epoch for epoch, _ in keeper.history.rows()}
    assert {1, 77, 5100, 5101, 8000} <= rows
