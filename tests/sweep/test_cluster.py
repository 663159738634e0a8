"""Sweeps on Dask: the same numbers on any number of workers, and what happens when one of them dies."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from nn_tui.errors import RunError, UsageError
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.spec_file import dumps, set_value
from nn_tui.sweep import cluster as module
from nn_tui.sweep.axes import parse_axis
from nn_tui.sweep.cluster import Cluster, runner_for
from nn_tui.sweep.folder import SweepFolder
from nn_tui.sweep.headless import open_sweep
from nn_tui.sweep.plan import Plan, make_plan
from nn_tui.sweep.serial import Serial
from nn_tui.sweep.standings import Standing
from nn_tui.sweep.sweep import Runner, Sweep
from tests.experiment.specs import small

pytest.importorskip("distributed", reason="needs the extra `sweep`")
pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # Dask's own, of sockets that its processes close late
    pytest.mark.xdist_group("dask"),
]


def plan(*texts: str, epochs: int = 4, **options: object) -> Plan:
    spec = set_value(small(), "fit.epochs", epochs)
    return make_plan(spec, [parse_axis(text) for text in texts], **options)  # type: ignore[arg-type]


def trained(made: Plan, folder: Path, runner: Runner) -> Sweep:
    sweep = Sweep(made, SweepFolder.begin(made, folder))
    for _ in sweep.run(runner):
        pass
    sweep.folder.close()
    return sweep


def weights(standing: Standing) -> list[bytes]:
    model = SavedRun.open(Path(standing.folder)).reopen()[0].model
    return [array.tobytes() for array in model.get_weights()]


def same(one: Sweep, other: Sweep) -> None:
    for ours, theirs in zip(one.standings, other.standings, strict=True):
        assert (ours.phase, ours.epoch, ours.best, ours.curve) == (
            theirs.phase, theirs.epoch, theirs.best, theirs.curve,
        )  # fmt: skip
        assert weights(ours) == weights(theirs)


@pytest.fixture(scope="module")
def two() -> Iterator[Cluster]:
    made = Cluster(2)
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2, 4])
def test_results_are_the_same_on_any_number_of_workers(tmp_path: Path, workers: int) -> None:
    made = plan("layers.0.units=2,4,8", "fit.batch_size=8,16", halving=True)
    alone = trained(made, tmp_path / "alone", Serial())
    runner = Cluster(workers)
    try:
        same(trained(made, tmp_path / "cluster", runner), alone)
    finally:
        runner.close()


def test_two_workers_give_what_one_process_gives_and_tell_every_epoch(two: Cluster, tmp_path: Path) -> None:
    made = plan("layers.0.units=2,4,8")
    sweep = Sweep(made, SweepFolder.begin(made, tmp_path / "cluster"))
    told: dict[int, list[int]] = {}
    for _ in sweep.run(two, tell=lambda one: told.setdefault(one.trial.number, []).append(one.epoch)):
        pass
    sweep.folder.close()
    assert set(told) == {0, 1, 2}
    assert all(len(one.curve) == 4 for one in sweep.standings)
    same(sweep, trained(made, tmp_path / "alone", Serial()))


def test_a_worker_that_is_killed_loses_no_trial(two: Cluster, tmp_path: Path) -> None:
    made = plan("layers.0.units=2,4,8,16", epochs=300)
    sweep = Sweep(made, SweepFolder.begin(made, tmp_path / "cluster"))
    killed: list[int] = []

    def kill(standing: Standing) -> None:
        if not killed and standing.epoch > 20:
            killed.append(int((Path(standing.folder) / "lock").read_text()))
            os.kill(killed[0], signal.SIGKILL)

    for _ in sweep.run(two, tell=kill):
        pass
    sweep.folder.close()
    assert killed
    assert [one.phase for one in sweep.standings] == ["done"] * 4
    same(sweep, trained(made, tmp_path / "alone", Serial()))


@pytest.mark.slow
def test_a_stopped_sweep_saves_what_is_trained_and_goes_on(two: Cluster, tmp_path: Path) -> None:
    made = plan("layers.0.units=2,4,8", epochs=200)
    sweep = Sweep(made, SweepFolder.begin(made, tmp_path / "cluster"))
    started: list[int] = []
    for _ in sweep.run(two, lambda: bool(started), lambda one: started.append(one.epoch)):
        pass
    sweep.folder.close()
    assert not sweep.finished
    again = open_sweep(made, tmp_path / "cluster", resume=True)
    for _ in again.run(Serial()):
        pass
    again.folder.close()
    assert again.finished
    same(again, trained(made, tmp_path / "alone", Serial()))


def test_workers_that_share_no_files_send_their_runs(two: Cluster, tmp_path: Path) -> None:
    made = plan("layers.0.units=2,4")
    sweep = Sweep(made, SweepFolder.begin(made, tmp_path / "cluster"))
    elsewhere = str(tmp_path / "not here")
    orders = [sweep._order(number, 0, 1.0) for number in (0, 1)]

    class Apart:
        words = "apart"

        def run(self, orders, tell, stop):  # type: ignore[no-untyped-def]
            from dataclasses import replace

            return two.run([replace(order, token=(elsewhere, "x")) for order in orders], tell, stop)

        def close(self) -> None:
            pass

    assert not Path(orders[0].folder).exists()
    for _ in sweep.run(Apart()):
        pass
    sweep.folder.close()
    same(sweep, trained(made, tmp_path / "alone", Serial()))


@pytest.mark.slow
def test_a_scheduler_that_goes_away_is_told_and_finished_trials_are_kept(tmp_path: Path) -> None:
    code = (
        "from distributed import LocalCluster\nif __name__ == '__main__':\n"
        "    made = LocalCluster(n_workers=1, threads_per_worker=1, processes=True, protocol='tcp',\n"
        "        dashboard_address=None)\n"
        "    print(made.scheduler_address, flush=True)\n    input()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdin is not None
    address = process.stdout.readline().strip()
    made = plan("layers.0.units=2,4,8", epochs=60)
    sweep = Sweep(made, SweepFolder.begin(made, tmp_path / "sweep"))
    runner = Cluster(0, address)
    try:
        with pytest.raises(RunError, match="has gone"):
            for standing in sweep.run(runner):
                if standing.phase == "done":
                    process.kill()
    finally:
        runner.close()
        process.wait()
        process.stdin.close()
        process.stdout.close()
        sweep.folder.close()
    again = open_sweep(made, tmp_path / "sweep", resume=True)
    assert again.ended >= 1
    again.folder.close()


def test_an_address_that_leads_nowhere_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECTING", 1)
    with pytest.raises(RunError, match=r"tcp://127\.0\.0\.1:9 cannot be reached"):
        Cluster(0, "tcp://127.0.0.1:9")


class Starting:
    """Stands for Dask: clusters whose workers end as they start, so many times."""

    def __init__(self, failures: int, gone: bool = False) -> None:
        self.failures, self.gone, self.closed = failures, gone, 0

    def LocalCluster(self, **options: object) -> "Starting":
        if self.failures and not self.gone:
            self.failures -= 1
            raise RuntimeError("Nanny failed to start.")
        return self

    def Client(self, where: object, **options: object) -> "Starting":
        return self

    def wait_for_workers(self, count: int, timeout: float) -> None:
        pass

    def run(self, function: Callable[[], object], on_error: str) -> dict[str, object]:
        if self.failures:
            self.failures -= 1
            return {"one": OSError("gone")}
        return {"one": function(), "two": OSError("gone")}

    def subscribe_topic(self, *words: object) -> None:
        pass

    def close(self, timeout: float) -> None:
        self.closed += 1


@pytest.mark.parametrize("gone", [False, True])
def test_a_worker_that_is_killed_as_it_starts_is_started_again(
    monkeypatch: pytest.MonkeyPatch, gone: bool
) -> None:
    starting = Starting(2, gone)
    monkeypatch.setattr(module, "dask", lambda: starting)
    assert Cluster(2).workers == 1
    monkeypatch.setattr(module, "dask", lambda: Starting(3, gone))
    with pytest.raises(RunError, match="The processes that train end as they start") as caught:
        Cluster(2)
    assert "fewer --workers" in str(caught.value)


@pytest.mark.parametrize(
    ("workers", "scheduler", "told"),
    [(0, None, "--workers"), (2, "tcp://a:1", "exclude"), (None, "a:1", "tcp://")],
)
def test_what_makes_no_cluster_is_refused(workers: int | None, scheduler: str | None, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        runner_for(5, workers, scheduler, print)


def test_without_dask_trials_run_one_after_the_other_saying_how_to_get_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    told: list[str] = []
    assert isinstance(runner_for(5, 2, None, told.append), Serial)
    assert "nn-tui[sweep]" in told[0]
    with pytest.raises(UsageError, match="needs Dask"):
        runner_for(5, None, "tcp://127.0.0.1:1", told.append)


@pytest.mark.slow
def test_ctrl_c_while_workers_start_is_one_line() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "nn_tui", "sweep", "circle", "--vary", "fit.epochs=1,2", "--workers", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not _begun(process.pid):
        assert time.monotonic() < deadline and process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in told and all(line.startswith("nn-tui: ") for line in told.splitlines())


def _begun(process: int) -> bool:
    """Whether a program has begun a worker."""
    with contextlib.suppress(psutil.Error):
        children = psutil.Process(process).children()
        return any("spawn_main" in " ".join(child.cmdline()) for child in children)
    return False


@pytest.mark.slow
def test_ctrl_c_saves_and_says_how_to_go_on_without_a_word_from_the_workers(tmp_path: Path) -> None:
    (tmp_path / "spec.toml").write_text(dumps(set_value(small(), "fit.epochs", 100_000)))
    words = ["sweep", str(tmp_path / "spec.toml"), "--vary", "layers.0.units=2,4,8", "--workers", "2"]
    process = subprocess.Popen(
        [sys.executable, "-m", "nn_tui", *words, "--json", "--save", str(tmp_path / "sweep")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    while '"progress"' not in (line := process.stdout.readline()):
        assert line
    os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it: to the workers too
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told.splitlines()[-1].startswith(
        "nn-tui: 0 of 3 trials are done and kept. Go on with: nn-tui sweep --resume"
    )
    assert "Traceback" not in told
