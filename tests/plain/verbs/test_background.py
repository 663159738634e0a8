"""A run that a process in the background trains: left to it, followed, ended, taken over."""

from __future__ import annotations

import io
from pathlib import Path

from nn_tui.experiment.runs.background import trained_in_background
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import set_value
from nn_tui.plain.shell import Shell
from nn_tui.plain.workbench import Workbench
from tests.experiment.specs import small
from tests.plain.typist import conversation, told


def long_one() -> Spec:
    """Give a network that trains until it is stopped."""
    return set_value(small(), "fit.epochs", 1_000_000)


def test_a_run_is_left_to_the_background_followed_and_taken_over() -> None:
    lines, status = told(long_one(), "train 2", "set epochs 1000000", "keep")
    assert status == 0 and "goes on in the background" in lines[-1]
    (card,) = RunStore().runs()
    assert trained_in_background(Path(card.folder))
    lines, status = conversation(
        small(),
        [
            ("Type help", "say every 1 epochs"),
            ("Told while it trains", "follow"),
            (" of 1000000: ", ""),
            ("trains on in the background.", f"resume {card.id}"),
            ("taken over", "status"),
            ("Paused", "quit"),
        ],
    )
    assert status == 0, lines
    assert not trained_in_background(Path(card.folder))


def test_a_run_in_the_background_is_ended_by_a_word() -> None:
    told(long_one(), "keep")
    lines, status = told(small(), "end", "end", "follow")
    assert "is saved and stopped, at epoch " in "\n".join(lines) and status == 1
    assert lines.count("No run is trained in the background. Type runs.") == 2
    (card,) = RunStore().runs()
    assert not trained_in_background(Path(card.folder)) and card.status != "done"


def test_a_file_that_follows_waits_for_the_end_and_says_it() -> None:
    told(set_value(small(), "fit.epochs", 300), "keep")
    (card,) = RunStore().runs()
    if trained_in_background(Path(card.folder)):
        lines, _ = told(small(), "follow")
        assert any(line.startswith(card.name) and "background" in line for line in lines), lines
    tells = io.StringIO()
    Shell(Workbench(small(), RunStore()), io.StringIO("follow\n"), tells).run()
    assert "No run is trained in the background." in tells.getvalue()
