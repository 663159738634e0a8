"""Random keys, clicks, pastes and sizes at the real program: no crash, no stuck thread, nothing left over.

`python -m tests.monkey --steps 20000` does as much as one likes.
"""

from __future__ import annotations

import gc
import itertools
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.worker import Worker

from nn_tui.experiment.examples import names
from nn_tui.tui.actions import ACTIONS
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.screens.open import OpenScreen
from tests.monkey import Found, Monkey, Recording, Step, all_keys, run, steps_of
from tests.monkey.recording import shrunk

STEPS = 400


@pytest.fixture(autouse=True)
def what_stays_is_out_of_sight() -> Iterator[None]:
    """Counting the programs that are left brings all back into the sight of Python's collector."""
    yield
    gc.freeze()


def recording(keys: str, begin: str = "xor") -> Recording:
    return Recording(begin, tuple(Step("key", key) for key in keys.split()))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_a_monkey_breaks_nothing(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NN_TUI_HOME", str(tmp_path / "home"))
    begin = random.Random(seed).choice(names())
    steps = tuple(itertools.islice(steps_of(seed), STEPS))
    assert run(Recording(begin, steps), tmp_path).done == STEPS
    assert not [one.name for one in threading.enumerate() if one.name == "trainer"]


def test_the_steps_are_those_of_the_seed() -> None:
    first = list(itertools.islice(steps_of(3), 500))
    assert first == list(itertools.islice(steps_of(3), 500)) != list(itertools.islice(steps_of(4), 500))
    assert {step.what for step in first} >= {
        "key",
        "keys",
        "click",
        "drag",
        "scroll",
        "paste",
        "size",
        "wait",
    }


def test_the_monkey_knows_every_key_of_the_table_of_actions() -> None:
    assert {key for action in ACTIONS for key in action.keys.split(",")} <= {*all_keys(), "ctrl+p"}


def test_what_is_played_is_recorded_with_its_times_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    played = Recording(
        "xor", (Step("key", "b"), Step("wait", "0.05"), Step("size", "1x1"), Step("paste", "0"))
    )
    run(played, tmp_path, path)
    recorded = Recording.read(path)
    assert (recorded.begin, recorded.steps) == (played.begin, played.steps)
    assert 0 <= recorded.times[0] <= recorded.times[1] and recorded.times[2] >= recorded.times[1] + 0.05
    path.write_text(path.read_text() + '{"at": 1.0, "wh')  # ended while it was written
    assert Recording.read(path) == recorded
    part = recorded.only([0, 2])
    assert part.steps == (Step("key", "b"), Step("size", "1x1"))
    assert part.times[1] - part.times[0] == pytest.approx(recorded.times[2] - recorded.times[1], abs=0.002)


def test_a_crash_is_found_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(self: NnTuiApp) -> None:
        raise ZeroDivisionError("fell")

    monkeypatch.setattr(NnTuiApp, "action_change_look", fall)
    with pytest.raises(Found, match=r"^ZeroDivisionError: fell"):
        run(recording("down t up"), tmp_path)


def test_a_dialog_that_escape_does_not_close_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OpenScreen, "action_leave", lambda self: None)
    with pytest.raises(Found, match="escape does not lead out of OpenScreen"):
        run(recording("o"), tmp_path)


def test_a_program_that_does_not_end_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NnTuiApp, "action_leave", lambda self: None)
    with pytest.raises(Found, match="does nothing"):
        run(recording("b"), tmp_path, patience=2.0)


def test_a_recording_is_shrunk_to_the_steps_that_matter() -> None:
    def fails(part: Recording) -> bool:
        keys = [step.value for step in part.steps]
        return "a" in keys and "b" in keys[keys.index("a") :]

    times = tuple(float(number) for number in range(9))
    long = Recording("xor", recording("x a y y b x a z b").steps, times)
    assert [step.value for step in shrunk(long, fails).steps] == ["a", "b"]
    assert shrunk(long, fails).times == ()  # it fails without the pauses too


def test_an_error_in_a_thread_that_nobody_waits_for_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall() -> None:
        raise ZeroDivisionError("fell")

    def start(self: NnTuiApp) -> None:
        self.run_worker(fall, thread=True, exit_on_error=False)

    monkeypatch.setattr(NnTuiApp, "action_change_look", start)
    with pytest.raises(Found, match="ZeroDivisionError: fell"):
        run(recording("t up"), tmp_path)
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
