"""Training without a screen: a generator of reports, one an epoch and one at the end."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from nn_tui.errors import DivergedError, RunError, UsageError
from nn_tui.experiment.breakpoints import Breakpoints, parse, quantities
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.diagnosis.examining import examine
from nn_tui.experiment.diagnosis.finding import Finding
from nn_tui.experiment.diagnosis.measuring import Probe
from nn_tui.experiment.diagnosis.signs import LayerSigns
from nn_tui.experiment.files import expanded
from nn_tui.experiment.history import GrowingCurves
from nn_tui.experiment.prediction import keep_data
from nn_tui.experiment.queries import sentence
from nn_tui.experiment.runs.background import require_free
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.keeper import Keeper
from nn_tui.experiment.runs.listing import run_identity, run_words
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.words import epoch_line, in_order

Ending = Literal["done", "stopped", "diverged", "interrupted"]


@dataclass(frozen=True)
class Report:
    """What is told of a training: an epoch's values, or how it ended."""

    epoch: int
    epochs: int
    values: dict[str, float] = field(default_factory=dict)
    learning_rate: float = 0.0
    seconds: float = 0.0
    ending: Ending | None = None
    message: str = ""
    """A sentence for people; may be empty."""
    samples_per_second: float = 0.0
    run: RunCard | None = None
    """What is kept of it, at the end."""
    trouble: str = ""
    """At the end: why it is not saved, and from which epoch the state is that is kept."""
    findings: tuple[Finding, ...] = ()
    """At the end: what was found of the run, the most urgent first."""

    @property
    def exit_status(self) -> int:
        """The exit status that a training ending like this gives the program."""
        return 1 if self.trouble else {"diverged": 3, "interrupted": 130}.get(self.ending or "", 0)

    @property
    def line(self) -> str:
        """The epoch in Keras's words; empty for the last report."""
        if self.ending is not None:
            return ""
        return epoch_line(self.epoch, self.epochs, self.seconds, self.values)

    @property
    def diagnosis(self) -> str:
        """The diagnosis in one line, with its remedy; empty where there is none."""
        if not self.findings:
            return ""
        first = self.findings[0]
        return f"diagnosis: {first.text} {first.remedy.text if first.remedy else ''}".rstrip()

    def bar(self, width: int = 20) -> str:
        """Draw how much of the training is done."""
        done = round(width * self.epoch / self.epochs)
        return "[" + "=" * done + "." * (width - done) + "]"

    def as_json(self) -> dict[str, Any]:
        """Give what one line of `--json` says."""
        if self.ending is None:
            return {
                "epoch": self.epoch,
                "epochs": self.epochs,
                **self.values,
                "learning_rate": self.learning_rate,
                "seconds": round(self.seconds, 6),
            }
        return {
            "event": "end",
            "status": self.ending,
            "epochs_run": self.epoch,
            "samples_per_second": round(self.samples_per_second, 1),
            **(run_identity(self.run) if self.run is not None else {"run": None}),
            "saved": self.run is not None and not self.trouble,
            "diagnosis": [
                {"name": one.name, "text": one.text, "remedy": one.remedy.text if one.remedy else None}
                for one in self.findings
            ],
        }


def never() -> bool:
    """Do not stop."""
    return False


def ignore(text: str) -> None:
    """Tell nobody."""


def train(
    spec: Spec,
    save: str | None = None,
    stop: Callable[[], bool] = never,
    warn: Callable[[str], None] = ignore,
    until: Sequence[str] = (),
    *,
    store: RunStore | None = None,
    overwrite: bool = False,
) -> Generator[Report]:
    """Train a spec from its beginning.

    Args:
        spec: what to train.
        save: a folder to keep the run in. Default: none.
        store: where it is kept when no folder is given. Default: nowhere.
        overwrite: when the folder holds a run, move that one to where deleted runs go. Default: refuse it.
        stop: asked after every batch whether to save and leave. Default never.
        warn: told when saving fails. Default: nobody.
        until: conditions that end the training, as `breakpoints` reads them. Default none.

    Raises:
        SpecError, DataError: it cannot be trained.
        RunError: the run cannot be kept there.
        UsageError: the folder holds a run.
    """
    breakpoints = _breakpoints(spec, until)
    session = Session(spec, keep_history=False)
    if session.kept:
        warn(session.kept)
    keeper = None
    if save or store is not None:
        keeper = _new_keeper(
            session, store or RunStore(), expanded(save) if save else None, overwrite, warn
        )
    return reports(session, keeper, stop, warn, breakpoints)


def _new_keeper(
    session: Session, store: RunStore, folder: Path | None, overwrite: bool, warn: Callable[[str], None]
) -> Keeper:
    """Begin to keep what is trained; its first state is on the disk before the first batch."""
    gone = store.make_way(folder) if folder is not None and overwrite else None
    if gone is not None:
        warn(
            f"The run {gone.name} that was in {folder} is deleted. "
            f"Take it back within a week: nn-tui runs --undelete {gone.id}"
        )
    try:
        saved, card = store.create(session.spec, folder=folder, among_others=gone is not None)
        keep_data(saved.folder, session.data)
        keeper = Keeper(saved, card, store.put)
    except RunError as error:
        if folder is not None:
            raise
        raise RunError(error.message, f"{error.remedy} --no-save trains without keeping the run.") from None
    if told := keeper.begin(session):
        keeper.close()
        raise RunError(told, "--no-save trains without keeping the run.")
    return keeper


def resume(
    run: str,
    epochs: int | None = None,
    stop: Callable[[], bool] = never,
    warn: Callable[[str], None] = ignore,
    until: Sequence[str] = (),
    leave: Callable[[], bool] = never,
    followed: bool = False,
) -> Generator[Report]:
    """Continue a run that was saved, bit for bit as if it had not been interrupted.

    Args:
        run: its folder, its id or its name.
        epochs: train to this epoch instead of the spec's last one.
        stop: asked after every batch whether to save and leave. Default never.
        warn: told when the newest state was damaged, and when saving fails. Default: nobody.
        until: conditions that end the training, as `breakpoints` reads them. Default none.
        leave: asked after every epoch whether to save and leave. Default never.
        followed: save about every second, as somebody follows the run by its files. Default no.

    Raises:
        RunError: there is no run, it is damaged, or it has ended and `epochs` is not given.
        UsageError: it has trained so many epochs already.
    """
    store = RunStore()
    card = store.find(run)
    require_free(card)
    saved = SavedRun.open(Path(card.folder))
    session, document, told = saved.reopen(keep_history=False)
    if query := sentence(session.spec):
        warn(query)
    if told:
        warn(told)
    if epochs is not None:
        _train_to(session, epochs)
    elif session.finished:
        ended = f": {session.training.stop_reason}" if session.training.stop_reason else "."
        raise RunError(
            f"{card.name} has already trained its {session.epoch} epochs{ended}",
            f"To train further give --epochs a number over {session.epoch}.",
        )
    warn(f"{run_words(card)}.")
    breakpoints = _breakpoints(session.spec, until)
    keeper = Keeper(saved, card, store.put)
    keeper.resumed(document, session.epoch)
    keeper.followed = followed
    return reports(session, keeper, stop, warn, breakpoints, leave)


def _train_to(session: Session, epochs: int) -> None:
    """Let a session go on to an epoch, also when it had ended before.

    Raises:
        UsageError: it has come so far already.
        SpecError: there is no such epoch.
    """
    session.set_param("fit.epochs", epochs)
    if epochs <= session.epoch:
        raise UsageError(
            f"There is nothing to do up to epoch {epochs}: the run has trained {session.epoch} already.",
            f"To train further give --epochs a number over {session.epoch}.",
        )
    session.train_further(epochs - session.epoch)


def _breakpoints(spec: Spec, until: Sequence[str]) -> Breakpoints:
    return Breakpoints(parse(text, quantities(spec)) for text in until)


class _Saving:
    """Saves what is trained, if it is kept.

    Args:
        session: what is trained.
        keeper: keeps it; None where it is not kept.
        warn: told when saving fails, and when it works again.
    """

    def __init__(self, session: Session, keeper: Keeper | None, warn: Callable[[str], None]) -> None:
        self._session, self._keeper, self._warn = session, keeper, warn
        self._before = keeper.card.seconds if keeper is not None else 0.0
        self._started = time.perf_counter()
        if keeper is not None and keeper.followed:
            self._save("training")

    def past(self) -> GrowingCurves:
        """Return the curves of the epochs so far."""
        curves = GrowingCurves()
        if self._keeper is not None:
            past, columns = self._keeper.history.curves()
            for at, epoch in enumerate(past.tolist()):
                curves.append(epoch, {name: float(values[at]) for name, values in columns.items()})
        return curves

    def batch_ended(self) -> None:
        """Save when it is time to."""
        if self._keeper is not None and time.monotonic() > self._keeper.due:
            self._save("training")

    def epoch_ended(self, values: Mapping[str, float], seconds: float) -> None:
        """Take what an epoch measured."""
        if self._keeper is not None:
            self._keeper.epoch_ended(self._session, values, seconds)

    def broken_off(self, error: BaseException) -> None:
        """Keep what was trained before something went wrong; a reader that has gone is no failure."""
        if self._keeper is not None:
            self._save("interrupted" if isinstance(error, (OSError, KeyboardInterrupt)) else "failed")
            self._keeper.close()

    def end(self, ending: Ending) -> tuple[RunCard | None, str]:
        """Save for the last time; return the run, and why it is not saved and what is kept of it."""
        keeper = self._keeper
        if keeper is None:
            return None, ""
        self._save(ending, last=True)
        card, trouble = keeper.card, keeper.trouble and f"{keeper.trouble} {keeper.kept()}"
        keeper.close()
        return card, trouble

    def _save(self, status: str, *, last: bool = False) -> None:
        assert self._keeper is not None
        told = self._keeper.save(self._session, status, self._before + time.perf_counter() - self._started)
        if told and not (last and self._keeper.trouble):  # which the last report tells
            self._warn(told)


def reports(
    session: Session,
    keeper: Keeper | None,
    stop: Callable[[], bool],
    warn: Callable[[str], None],
    breakpoints: Breakpoints,
    leave: Callable[[], bool] = never,
) -> Generator[Report]:
    """Train a session to its end.

    Args:
        session: what is trained, from where it stands.
        keeper: saves it; None where it is not kept.
        stop: asked after every batch whether to save and leave.
        warn: told when saving fails.
        breakpoints: conditions that end the training.
        leave: asked after every epoch whether to save and leave. Default never.
    """

    def layers() -> tuple[LayerSigns, ...]:
        return Probe(session.spec, session.data).measure(session.model)[0]

    started = epoch_started = time.perf_counter()
    samples = session.samples
    ending: Ending = "done"
    message = diverged = ""
    reached = False
    saving = _Saving(session, keeper, warn)
    curves = saving.past()
    try:
        for epoch_ended in session.steps():
            if epoch_ended:
                now = time.perf_counter()
                values = in_order(session.last_epoch())
                curves.append(session.epoch, values)
                saving.epoch_ended(values, now - epoch_started)
            saving.batch_ended()
            if epoch_ended:
                yield Report(
                    session.epoch, session.epochs, values, session.learning_rate, now - epoch_started
                )
                epoch_started = time.perf_counter()
                if breakpoints.points and (
                    told := breakpoints.hit(curves.view(), session.learning_rate, layers)
                ):
                    ending, message, reached = "stopped", f"stopped by {told}.", True
                    break
            if stop() or (epoch_ended and leave()):
                ending, message = "interrupted", f"interrupted in epoch {session.epoch + 1}."
                break
        if session.training.diverged is not None:
            ending, message = "diverged", str(session.training.diverged)
            diverged = session.training.diverged.message
        elif session.training.stop_reason:
            ending, message = "stopped", session.training.stop_reason
        if not diverged and ending != "interrupted" and (missed := breakpoints.missed()) and not reached:
            message = f"{message} {missed}".strip()
    except DivergedError as error:
        ending, message, diverged = "diverged", str(error), error.message
    except (Exception, KeyboardInterrupt) as error:
        saving.broken_off(error)
        raise
    seconds = time.perf_counter() - started
    run, trouble = saving.end(ending)
    if ending == "interrupted" and run is not None and not trouble:
        message += f" Continue with: nn-tui train --resume {shlex.quote(run.folder)}"
    yield Report(
        session.epoch,
        session.epochs,
        ending=ending,
        message=message,
        seconds=seconds,
        samples_per_second=(session.samples - samples) / max(seconds, 1e-9),
        run=run,
        trouble=trouble,
        findings=examine(session, curves.view(), diverged).findings,
    )
