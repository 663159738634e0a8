"""Training without a screen: a generator of reports, one an epoch and one at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from nn_tui.errors import DivergedError, RunError
from nn_tui.experiment.breakpoints import Breakpoints, parse, quantities
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.diagnosis.examining import examine
from nn_tui.experiment.diagnosis.finding import Finding
from nn_tui.experiment.diagnosis.measuring import Probe
from nn_tui.experiment.diagnosis.signs import LayerSigns
from nn_tui.experiment.history import GrowingCurves
from nn_tui.experiment.prediction import keep_data
from nn_tui.experiment.queries import sentence
from nn_tui.experiment.runs.background import require_free
from nn_tui.experiment.runs.keeper import Keeper
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
    run: str | None = None
    """The folder in which the run is kept."""
    findings: tuple[Finding, ...] = ()
    """At the end: what was found of the run, the most urgent first."""

    @property
    def exit_status(self) -> int:
        """The exit status that a training ending like this gives the program."""
        return {"diverged": 3, "interrupted": 130}.get(self.ending or "", 0)

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
            "run": self.run,
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
) -> Iterator[Report]:
    """Train a spec from its beginning.

    Args:
        spec: what to train.
        save: a folder to keep the run in. Default: none.
        stop: asked after every batch whether to save and leave. Default never.
        warn: told when saving fails. Default: nobody.
        until: conditions that end the training, as `breakpoints` reads them. Default none.

    Raises:
        SpecError, DataError: it cannot be trained.
        RunError: the folder cannot be used.
    """
    breakpoints = _breakpoints(spec, until)
    session = Session(spec, keep_history=False)
    if session.kept:
        warn(session.kept)
    keeper = None
    if save:
        store = RunStore()
        saved = SavedRun.create(Path(save), spec)
        keep_data(saved.folder, session.data)
        keeper = Keeper(saved, store.adopt(saved), store.put)
        keeper.restart(session)
    return reports(session, keeper, stop, warn, breakpoints)


def resume(
    run: str,
    epochs: int | None = None,
    stop: Callable[[], bool] = never,
    warn: Callable[[str], None] = ignore,
    until: Sequence[str] = (),
    leave: Callable[[], bool] = never,
    followed: bool = False,
) -> Iterator[Report]:
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
        RunError: there is no run, it is damaged, or there is nothing left to train.
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
        session.set_param("fit.epochs", epochs)
    if session.finished:
        raise RunError(
            f"The run in {card.folder} has already trained its {session.epoch} epochs.",
            "Give --epochs a larger number to train further.",
        )
    breakpoints = _breakpoints(session.spec, until)
    keeper = Keeper(saved, card, store.put)
    keeper.resumed(document, session.epoch)
    keeper.followed = followed
    return reports(session, keeper, stop, warn, breakpoints, leave)


def _breakpoints(spec: Spec, until: Sequence[str]) -> Breakpoints:
    return Breakpoints(parse(text, quantities(spec)) for text in until)


def reports(
    session: Session,
    keeper: Keeper | None,
    stop: Callable[[], bool],
    warn: Callable[[str], None],
    breakpoints: Breakpoints,
    leave: Callable[[], bool] = never,
) -> Iterator[Report]:
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
    before = keeper.card.seconds if keeper is not None else 0.0
    ending: Ending = "done"
    message = diverged = ""
    reached = False
    curves = GrowingCurves()
    if keeper is not None:
        past, columns = keeper.history.curves()
        for at, epoch in enumerate(past.tolist()):
            curves.append(epoch, {name: float(values[at]) for name, values in columns.items()})

    def save(status: str) -> None:
        if keeper is not None and (
            told := keeper.save(session, status, before + time.perf_counter() - started)
        ):
            warn(told)

    if keeper is not None and keeper.followed:
        save("training")
    try:
        for epoch_ended in session.steps():
            if epoch_ended:
                now = time.perf_counter()
                values = in_order(session.last_epoch())
                curves.append(session.epoch, values)
                if keeper is not None:
                    keeper.epoch_ended(session, values, now - epoch_started)
            if keeper is not None and time.monotonic() > keeper.due:
                save("training")
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
    seconds = time.perf_counter() - started
    folder = None
    if keeper is not None:
        save(ending)
        keeper.close()
        folder = str(keeper.folder)
        if ending == "interrupted":
            message += f" Continue with: nn-tui train --resume {folder}"
    yield Report(
        session.epoch,
        session.epochs,
        ending=ending,
        message=message,
        seconds=seconds,
        samples_per_second=(session.samples - samples) / max(seconds, 1e-9),
        run=folder,
        findings=examine(session, curves.view(), diverged).findings,
    )
