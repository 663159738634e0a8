"""What a sweep leaves on disk, so that one that was stopped goes on.

sweep.json      the plan: spec, what is varied, how trials are judged
results.jsonl   a line for every trial, or rung of it, that has ended
token           tells whether a worker shares this file system
001/ 002/ ...   the trials' runs, where the folder is a person's own (else they are in the run store)
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nn_tui.errors import RunError
from nn_tui.experiment.files import append_whole, expanded, read_plain, write_whole
from nn_tui.experiment.runs.card import RunCard, read_card
from nn_tui.experiment.runs.keeper import LOCK, hold
from nn_tui.experiment.runs.store import RunStore, home
from nn_tui.experiment.spec_file import dumps, loads
from nn_tui.sweep.axes import Axis
from nn_tui.sweep.objective import Objective
from nn_tui.sweep.plan import Plan
from nn_tui.sweep.trial import Outcome

PLAN = "sweep.json"
RESULTS = "results.jsonl"
TOKEN = "token"
FORMAT = 1
SWEEPS = "sweeps"
FLUSHED_EVERY = 1.0
"""Seconds from one writing down to the next."""


class SweepFolder:
    """The folder of one sweep.

    Args:
        path: where.
        own: whether the trials' runs are kept in it; else in the run store.
    """

    def __init__(self, path: Path, *, own: bool) -> None:
        self.path = path
        self.own = own
        self._lock: int | None = None
        self._begun = False
        """Whether this process made the folder."""
        self._lines: list[str] = []
        self._cards: list[RunCard] = []
        self._due = 0.0

    @classmethod
    def begin(cls, plan: Plan, chosen: Path | None) -> SweepFolder:
        """Begin a sweep in a new folder.

        Args:
            plan: what is kept of it.
            chosen: a person's own folder. Default: one among the program's data.

        Raises:
            RunError: there is something in it, or it cannot be written.
        """
        if chosen is None:
            stamp = time.strftime("%Y%m%d-%H%M%S")
            plain = "".join(letter if letter.isalnum() else "-" for letter in plan.spec.name)[:30].strip(
                "-"
            )
            path = home() / SWEEPS / f"{stamp}-{plain or 'sweep'}-{secrets.token_hex(2)}"
        else:
            path = expanded(str(chosen)).absolute()
            if (path / PLAN).is_file():
                raise RunError(
                    f"{path} holds a sweep.", "Go on with it by --resume, or give another folder."
                )
            if path.exists() and (not path.is_dir() or any(path.iterdir())):
                raise RunError(f"{path} is not empty.", "Give another folder.")
        made = cls(path, own=chosen is not None)
        document = {**plan_document(plan), "own": made.own}
        write_whole(path / PLAN, json.dumps(document, indent=1).encode())
        write_whole(path / TOKEN, secrets.token_hex(16).encode())
        made._begun = True
        made._hold()
        return made

    @classmethod
    def look(cls, path: Path) -> tuple[SweepFolder, Plan]:
        """Open a sweep to read where it stands, whoever is at it.

        Raises:
            RunError: there is none, or it is damaged.
        """
        path = expanded(str(path)).absolute()
        try:
            document = json.loads(read_plain(path / PLAN))
            plan = plan_of(document, path)
            return cls(path, own=bool(document["own"])), plan
        except FileNotFoundError:
            raise RunError(f"{path} holds no sweep.", "Give the folder that a sweep was kept in.") from None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise RunError(f"{path / PLAN} cannot be read: {error}.", "Begin the sweep anew.") from None

    @classmethod
    def reopen(cls, path: Path) -> tuple[SweepFolder, Plan]:
        """Take up a sweep that was stopped.

        Raises:
            RunError: there is none, it is damaged, or another process is at it.
        """
        made, plan = cls.look(path)
        made._hold()
        return made, plan

    @property
    def name(self) -> str:
        """What the sweep is called."""
        return self.path.name

    @property
    def token(self) -> tuple[str, str]:
        """A file of this file system and what is in it."""
        path = self.path / TOKEN
        return str(path), path.read_text(encoding="utf-8")

    def run_folder(self, trial: int) -> Path:
        """Give the folder of a trial's run."""
        return self.path / f"{trial + 1:03d}" if self.own else home() / "runs" / self.run_id(trial)

    def run_id(self, trial: int) -> str:
        """Give the id of a trial's run."""
        return f"{self.name}-{trial + 1:03d}"

    def add(self, outcome: Outcome) -> None:
        """Take how a trial, or a rung of it, ended; it is written down with the next `flush`."""
        record = asdict(outcome)
        record.pop("files")
        self._lines.append(json.dumps(record) + "\n")
        with contextlib.suppress(RunError):
            self._cards.append(read_card(self.run_folder(outcome.trial)))
        if time.monotonic() >= self._due:
            self.flush()

    def flush(self) -> None:
        """Write down what has ended, after its runs have reached the disk.

        What is lost when the process is killed before costs little: the run is found to be complete.

        Raises:
            RunError: it cannot be written.
        """
        os.sync()
        append_whole(self.path / RESULTS, "".join(self._lines).encode())
        RunStore().put(*self._cards)
        self._lines.clear()
        self._cards.clear()
        self._due = time.monotonic() + FLUSHED_EVERY

    def results(self) -> dict[tuple[int, int], Outcome]:
        """Read what has ended, by trial and rung, but for what failed, as it is worth another try.

        A line that was cut off is passed over.
        """
        found = {}
        try:
            lines = (self.path / RESULTS).read_text(encoding="utf-8").splitlines()
        except OSError:
            return {}
        for line in lines:
            with contextlib.suppress(ValueError, TypeError, KeyError):
                record = json.loads(line)
                if record["best"] is not None:
                    value, epoch = record["best"]
                    record["best"] = float(value), int(epoch)
                outcome = Outcome(**record)
                if outcome.phase != "failed":
                    found[outcome.trial, outcome.rung] = outcome
        return found

    def close(self) -> None:
        """Let others take up this sweep."""
        if self._lines:
            self.flush()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def abandon(self) -> None:
        """Let go of a sweep that never began; nothing is left of one that this process made."""
        self.close()
        if self._begun and not (self.path / RESULTS).exists():
            for name in (PLAN, TOKEN, LOCK):
                (self.path / name).unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # a trial has begun in it
                self.path.rmdir()

    def _hold(self) -> None:
        self._lock = hold(self.path, "sweep")


def plan_document(plan: Plan) -> dict[str, Any]:
    """Write a plan as JSON can say it."""
    return {
        "format": FORMAT,
        "spec": dumps(plan.spec),
        "axes": [asdict(axis) for axis in plan.axes],
        "count": plan.count,
        "seeds": list(plan.seeds),
        "metric": plan.objective.name,
        "larger": plan.objective.larger,
        "halving": plan.halving,
    }


def plan_of(document: Mapping[str, Any], folder: Path | None = None) -> Plan:
    """Read a plan.

    Args:
        document: the plan, as `plan_document` wrote it.
        folder: where it was found, if in a file: what queries in it may read lies there. Default none.

    Raises:
        RunError: a later version made it.
        SpecError, ValueError, KeyError, TypeError: it is none.
    """
    if document["format"] > FORMAT:
        raise RunError("The sweep was made by a later nn-tui.", "Update nn-tui.")
    axes = [Axis(**{**axis, "values": tuple(axis["values"])}) for axis in document["axes"]]
    return Plan(
        loads(document["spec"], folder=folder),
        tuple(axes),
        document["count"],
        tuple(document["seeds"]),
        Objective(str(document["metric"]), bool(document["larger"])),
        bool(document["halving"]),
    )


def _digest(plan: Plan) -> str:
    return hashlib.sha256(json.dumps(plan_document(plan), sort_keys=True).encode()).hexdigest()


def unfinished(plan: Plan) -> Path | None:
    """Give the folder of the newest sweep of this plan among the program's data; None without one."""
    wanted = _digest(plan)
    folder = home() / SWEEPS
    for path in sorted(folder.iterdir() if folder.is_dir() else (), reverse=True):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RunError):
            document = json.loads((path / PLAN).read_text(encoding="utf-8"))
            if _digest(plan_of(document)) == wanted:
                return path
    return None
