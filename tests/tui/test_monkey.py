"""Random keys, clicks, pastes and sizes at the real program: no crash, no stuck thread, nothing left over.

`python -m tests.monkey --steps 20000` does as much as one likes.
"""

from __future__ import annotations

import gc
import itertools
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.worker import Worker

from nn_tui.tui.actions import ACTIONS
from nn_tui.tui.app import NnTuiApp
from tests.monkey import Found, Monkey, Step, all_keys, run, steps_of

STEPS = 400


@pytest.fixture(autouse=True)
def what_stays_is_out_of_sight() -> Iterator[None]:
    """Counting the programs that are left brings all back into the sight of Python's collector."""
    yield
    gc.freeze()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_a_monkey_breaks_nothing(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NN_TUI_HOME", str(tmp_path / "home"))
    monkey = run(seed, list(itertools.islice(steps_of(seed), STEPS)), tmp_path)
    assert monkey.done == STEPS
    assert not [one.name for one in threading.enumerate() if one.name == "trainer"]


def test_the_steps_are_those_of_the_seed_and_can_be_written_and_read() -> None:
    first = list(itertools.islice(steps_of(3), 500))
    assert first == list(itertools.islice(steps_of(3), 500)) != list(itertools.islice(steps_of(4), 500))
    assert [Step.read(str(step)) for step in first] == first


def test_the_monkey_knows_every_key_of_the_table_of_actions() -> None:
    assert {key for action in ACTIONS for key in action.keys.split(",")} <= {*all_keys(), "ctrl+p"}


def test_a_crash_is_found_and_told_with_the_steps_that_lead_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(self: NnTuiApp) -> None:
        raise ZeroDivisionError("fell")

    monkeypatch.setattr(NnTuiApp, "action_change_look", fall)
    with pytest.raises(Found, match=r"(?s)fell.*seed 7, step 2.*--begin xor --replay 'down t'"):
        run(7, list(map(Step.read, ["down", "t", "up"])), tmp_path, "xor")


def test_an_error_in_a_thread_that_nobody_waits_for_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall() -> None:
        raise ZeroDivisionError("fell")

    def start(self: NnTuiApp) -> None:
        self.run_worker(fall, thread=True, exit_on_error=False)

    monkeypatch.setattr(NnTuiApp, "action_change_look", start)
    with pytest.raises(Found, match="ZeroDivisionError: fell"):
        run(7, list(map(Step.read, ["t", "wait=0.5", "up"])), tmp_path, "xor")
    assert Worker._run.__name__ == "_run"


def test_it_writes_nowhere_else(tmp_path: Path) -> None:
    outside, home = tmp_path / "outside", tmp_path / "home"
    home.mkdir()
    with Monkey(home).at_home():
        Path("here").write_text("")
        with pytest.raises(PermissionError):
            outside.write_text("")
        with pytest.raises(PermissionError):
            outside.mkdir()
    assert not outside.exists()
    outside.write_text("")
