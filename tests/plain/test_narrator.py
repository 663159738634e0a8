"""Which of the things that happen are told, and when."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nn_tui.errors import UsageError
from nn_tui.experiment.diagnosis.finding import Diagnosis, Finding, Remedy
from nn_tui.experiment.snapshot import Curves, LogEntry, Snapshot, Status
from nn_tui.plain.narrator import Narrator, Rhythm, read_rhythm
from tests.experiment.specs import small


def snapshot(epoch: int, phase: str = "training", batch: int = 0, **parts: object) -> Snapshot:
    """Make what is published after some epochs, with a loss that falls."""
    epochs = np.arange(1, epoch + 1)
    status = Status(phase, epoch, 20, batch, 9, 0.01, 0.0, 1.0, None)  # type: ignore[arg-type]  # a phase
    curves = Curves(epochs, {"loss": 1.0 / epochs, "accuracy": 1 - 0.5 / epochs})
    made = Snapshot(small(), status, curves, (), {}, 10)
    return replace(made, **parts)  # type: ignore[arg-type]  # parts of a snapshot


@pytest.mark.parametrize(
    ("words", "rhythm"),
    [
        ("every 5 epochs", Rhythm(5, 0)),
        ("10 seconds", Rhythm(0, 10)),
        ("every 2.5 seconds", Rhythm(0, 2.5)),
        ("nothing", Rhythm(0, 0)),
        ("every epoch", Rhythm(1, 0)),
        ("3", Rhythm(3, 0)),
    ],
)
def test_a_rhythm_is_said_as_people_say_it(words: str, rhythm: Rhythm) -> None:
    assert read_rhythm(words.split()) == rhythm
    assert read_rhythm(rhythm.words.split()) == rhythm


@pytest.mark.parametrize("words", ["often", "every 0 epochs", "1.5 epochs", "5 hours", "-1 seconds", ""])
def test_what_is_no_rhythm_is_refused(words: str) -> None:
    with pytest.raises(UsageError, match="no rhythm"):
        read_rhythm(words.split())


def test_every_so_many_epochs_are_told_even_when_many_have_passed() -> None:
    narrator = Narrator()
    narrator.rhythm = Rhythm(5, 0)
    assert narrator.news(snapshot(4), 1, 0.0).sentences == ()
    told = narrator.news(snapshot(12), 1, 0.1).sentences
    assert [sentence.split(":")[0] for sentence in told] == ["Epoch 5 of 20", "Epoch 10 of 20"]
    assert narrator.news(snapshot(13), 1, 0.2).sentences == ()


def test_in_seconds_the_newest_epoch_is_told_and_within_a_long_one_the_batch() -> None:
    narrator = Narrator()
    narrator.training_begins(0.0)
    assert narrator.news(snapshot(4), 1, 4.9).sentences == ()
    (told,) = narrator.news(snapshot(7), 1, 5.1).sentences
    assert told == "Epoch 7 of 20: loss 0.143, falling; accuracy 0.929, best so far."
    assert narrator.news(snapshot(8), 1, 6.0).sentences == ()
    narrator.news(snapshot(8), 1, 10.2)
    assert narrator.news(snapshot(8, batch=3), 1, 15.3).sentences == ("epoch 9 of 20, batch 3 of 9.",)


def test_nothing_is_told_of_epochs_when_that_is_asked_for_but_the_end_is() -> None:
    narrator = Narrator()
    narrator.rhythm = Rhythm(0, 0)
    assert narrator.news(snapshot(9), 1, 99.0).sentences == ()
    log = (LogEntry(1, 20, "end", "Done: 20 epochs."),)
    news = narrator.news(snapshot(20, "finished", log=log), 1, 100.0)
    assert news.sentences == (
        "Done: 20 epochs. Loss 0.0500, accuracy 0.9750. Best accuracy 0.9750 in epoch 20.",
    )
    assert news.rings
    assert narrator.news(snapshot(20, "finished", log=log), 1, 101.0).sentences == ()


def test_another_diagnosis_is_told_once_with_its_remedy() -> None:
    narrator = Narrator()
    ill = Finding("overfitting", "overfitting since epoch 3", "why", Remedy("Add Dropout.", small()))
    found = Diagnosis((ill,), 9)
    news = narrator.news(snapshot(9, diagnosis=found), 1, 0.0)
    told = "Overfitting since epoch 3. Remedy: Add Dropout. Type remedy to apply it."
    assert news.sentences == (told,) and news.rings
    assert narrator.news(snapshot(10, diagnosis=Diagnosis((ill,), 10)), 1, 0.1).sentences == ()


def test_changes_and_breakpoints_are_told_from_the_log_and_epochs_are_not() -> None:
    narrator = Narrator()
    log = (
        LogEntry(1, 1, "epoch", "Epoch 1/20 0s - loss: 1"),
        LogEntry(2, 1, "change", "learning_rate 0.1 from epoch 2 on."),
        LogEntry(3, 1, "note", "diagnosis: learning well"),
        LogEntry(4, 1, "note", "Paused by loss < 2 (1) after epoch 1."),
    )
    told = narrator.news(snapshot(1, log=log), 1, 0.0).sentences
    assert told == ("Learning rate 0.1 from epoch 2 on.", "Paused by loss < 2 (1) after epoch 1.")
    assert narrator.news(snapshot(1, log=log), 1, 0.0).sentences == ()
    assert len(narrator.news(snapshot(1, log=log), 2, 0.0).sentences) == 2, (
        "another trainer has another log"
    )
