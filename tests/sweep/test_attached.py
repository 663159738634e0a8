"""A sweep in a process of its own: followed, stopped, resumed, and never left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from nn_tui.data.files.own_process import environment
from nn_tui.experiment.runs.keeper import taken_by
from nn_tui.experiment.spec_file import set_value
from nn_tui.sweep.axes import parse_axis
from nn_tui.sweep.folder import SweepFolder
from nn_tui.sweep.headless import open_sweep
from nn_tui.sweep.job import SweepJob
from nn_tui.sweep.plan import make_plan
from nn_tui.sweep.serial import Serial
from nn_tui.sweep.standings import Standings
from nn_tui.sweep.sweep import Sweep
from tests.experiment.specs import small

PATIENCE = 120.0


def kept(epochs: int, **options: object) -> Standings:
    """A sweep of two trials that has not begun."""
    spec = set_value(small(), "fit.epochs", epochs)
    made = make_plan(spec, [parse_axis("layers.0.units=2,4")], **options)  # type: ignore[arg-type]
    sweep = open_sweep(made, None, resume=False)
    sweep.folder.close()
    return Standings(sweep.plan, sweep.folder)


def until(job: SweepJob, holds: Callable[[], bool]) -> None:
    """Read what is told until a condition holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, (job.phase, job.told, job.words)
        job.read()
        time.sleep(0.01)


def gone(process: int) -> bool:
    """Whether a process has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def test_a_sweep_is_followed_to_its_end_with_every_epoch() -> None:
    standings = kept(4, halving=True)
    job = SweepJob(standings, workers=1)
    assert (job.phase, standings.ended) == ("rests", 0)
    job.start()
    assert job.phase == "begins" and job.running
    until(job, lambda: not job.running)
    assert standings.finished and job.told == ""
    folder, plan = SweepFolder.look(standings.folder.path)
    again = Standings(plan, folder)
    assert [(one.phase, one.best, one.curve) for one in standings.standings] == [
        (one.phase, one.best, one.curve) for one in again.standings
    ]
    assert "all have ended. Best: trial" in job.words
    job.start()  # there is nothing left
    assert not job.running


def test_a_stopped_sweep_goes_on_and_ends_as_one_that_was_not() -> None:
    standings = kept(2000)  # far more than are trained until the stop is heard
    job = SweepJob(standings, workers=1)
    job.start()
    until(job, lambda: standings.standings[0].epoch > 5)
    job.stop()
    assert job.phase == "stops"
    until(job, lambda: not job.running)
    assert standings.standings[0].phase == "interrupted" and job.told == ""
    assert "space goes on" in job.words
    job.start()
    until(job, lambda: not job.running)
    alone = Sweep(standings.plan, SweepFolder.begin(standings.plan, standings.folder.path / "alone"))
    for _ in alone.run(Serial()):
        pass
    alone.folder.close()
    for ours, theirs in zip(standings.standings, alone.standings, strict=True):
        assert (ours.phase, ours.best, ours.curve) == (theirs.phase, theirs.best, theirs.curve)


def test_closing_ends_the_process() -> None:
    standings = kept(100_000)
    job = SweepJob(standings, workers=1)
    job.start()
    until(job, lambda: standings.standings[0].epoch > 0)
    process = int(taken_by(standings.folder.path))
    job.close()
    until(job, lambda: not job.running)  # on a busy machine it may take longer than anybody waits
    assert gone(process) and not taken_by(standings.folder.path)


OWNER = """
import sys, time
from pathlib import Path
from nn_tui.sweep.job import SweepJob
job = SweepJob.opened(Path(sys.argv[1]))
job.workers = int(sys.argv[2])
job.start()
while not job.standings.standings[0].epoch:
    job.read()
    time.sleep(0.01)
print("trains", flush=True)
time.sleep(1000)
"""


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_an_owner_that_is_killed_leaves_no_process_behind(workers: int) -> None:
    if workers > 1:
        pytest.importorskip("distributed", reason="needs the extra `sweep`")
    standings = kept(100_000)
    folder = standings.folder.path
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder), str(workers)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert owner.stdout is not None
    assert owner.stdout.readline().strip() == "trains"
    process = int(taken_by(folder))
    family = _session(process)
    assert len(family) >= workers
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    deadline = time.monotonic() + PATIENCE
    while not all(map(gone, family)):
        assert time.monotonic() < deadline, family
        time.sleep(0.05)
    assert not taken_by(folder)
    assert (Path(standings.standings[0].folder) / "state.safetensors").is_file()  # saved before it left


def _session(leader: int) -> list[int]:
    """The processes of a session."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == leader:
            found.append(int(path.parent.name))
    return found


def test_a_sweep_that_another_process_runs_is_left_alone() -> None:
    standings = kept(4)
    holder, _ = SweepFolder.reopen(standings.folder.path)
    job = SweepJob(standings)
    job.start()
    assert not job.running and f"Process {os.getpid()} runs this sweep" in job.told
    holder.close()


def test_a_process_that_fails_says_why() -> None:
    standings = kept(4)
    job = SweepJob(standings, scheduler="nowhere")
    job.start()
    until(job, lambda: not job.running)
    assert job.told.startswith("'nowhere' is no address of a scheduler.")
