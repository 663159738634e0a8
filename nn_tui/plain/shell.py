"""`Shell`: the loop: hear a line, do it, tell what happened."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from nn_tui.errors import NnTuiError, RunError, UsageError
from nn_tui.experiment import commands as command
from nn_tui.plain import verbs  # noqa: F401  # imported for their registrations
from nn_tui.plain.listening import Ears
from nn_tui.plain.narrator import Narrator
from nn_tui.plain.verbs.verb import verb_named
from nn_tui.plain.voice import Voice
from nn_tui.plain.words.experiment import problem_sentences
from nn_tui.plain.words.status import place_words

if TYPE_CHECKING:
    from nn_tui.experiment.prediction import TrainedRun
    from nn_tui.experiment.runs.card import RunCard
    from nn_tui.plain.workbench import Workbench

LOOK = 0.1
"""Seconds between two looks at a run that trains."""
IDLE = 0.5
DIVERGED, INTERRUPTED = 3, 130


class Shell:
    """A conversation over one workbench.

    Args:
        bench: what is trained.
        hears: where lines are read from.
        tells: where sentences are written to.
        typed: whether a person types: then commands do not wait for the training to rest, and mistakes do
            not count for the exit status. Default: whether `hears` is a terminal.
        ascii_only: whether only ASCII characters can be shown. Default no.
        clock: seconds that only grow. Default: the machine's.
    """

    def __init__(
        self,
        bench: Workbench,
        hears: TextIO,
        tells: TextIO,
        *,
        typed: bool | None = None,
        ascii_only: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.bench = bench
        self.voice = Voice(tells, ascii_only=ascii_only)
        self.ears = Ears(hears, self.voice.echo)
        self.narrator = Narrator()
        self.typed = hears.isatty() if typed is None else typed
        self.left = False
        self.listed: list[RunCard] = []
        """The runs that were listed last, by their number."""
        self.hands_over: RunCard | None = None
        """The run that a process in the background trains on when it is left."""
        self.status = 0
        """The exit status so far: of the first mistake, or of a training that diverged."""
        self._clock = clock

    def now(self) -> float:
        """Give the seconds of its clock."""
        return self._clock()

    def say(self, *sentences: str) -> None:
        """Write sentences."""
        self.voice.say(*sentences)

    def run(self) -> int:
        """Converse until it is left, and give the exit status."""
        with self.ears.open():
            # Who answers the greeting at once is heard: the terminal is taken before.
            self.greet()
            while not self.left:
                line = self.ears.next(LOOK if self.bench.training else IDLE)
                self.tell_news()
                if self.ears.dismissed:
                    self.status, self.left = INTERRUPTED, True
                elif self.ears.interrupts:
                    self._interrupted()
                elif self.ears.ended:
                    self.left = True
                elif line is not None:
                    self.obey(line)
                    self.tell_news()
            self._leave()
        return self.status

    def greet(self) -> None:
        """Say what is open and how to go on."""
        spec = self.bench.spec
        self.say(
            f"nn-tui, {spec.name}: {self.bench.checkup.data_words}.", *problem_sentences(self.bench.checkup)
        )
        self.say("Type help for the commands, show for the experiment, train to train.")
        self.tell_news()

    def obey(self, line: str) -> None:
        """Do what a line says; every mistake is one line."""
        try:
            words = shlex.split(line, comments=True)
        except ValueError:
            words = line.split()
        if not words:
            if line.strip() == "" and self.typed and self.bench.training:
                verb_named("status").run(self, [])
            return
        try:
            verb_named(words[0]).run(self, words[1:])
        except NnTuiError as error:
            self.say(str(error))
            self._count(error.exit_status)
        except OSError as error:
            self.say(f"{error}.")
            self._count(1)

    def _count(self, status: int) -> None:
        if not self.typed and not self.status:
            self.status = status

    def tell_news(self) -> None:
        """Tell what has happened since the last time, but not into a line that is half typed."""
        now = self.bench.snapshot
        if now is None or self.ears.typing:
            return
        news = self.narrator.news(now, self.bench.generation, self._clock())
        if news.sentences:
            self.say(*news.sentences)
        if news.rings:
            self.voice.ring()
        if now.status.phase == "failed" and not self.typed:
            self._count(DIVERGED if any(entry.kind == "diverged" for entry in now.log) else 1)

    def train(self, order: command.Command, told: str) -> None:
        """Begin to train, and say so; where the lines come from a file, wait until it rests."""
        self.bench.require_valid()
        now = self.bench.snapshot
        if now is not None and now.status.phase == "failed" and not now.status.batches:
            raise RunError(now.status.error, now.status.remedy)  # the network could not be built at all
        self.tell_news()
        if told:
            self.say(told)
        self.narrator.training_begins(self._clock())
        self.bench.send(order)
        if self.typed:
            self.bench.settle()
        else:
            self.wait_for_rest()

    def wait_for_rest(self, seconds: float = float("inf")) -> None:
        """Wait until nothing is being trained, telling what happens meanwhile; or until a signal comes."""
        ends = self._clock() + seconds
        while not self.bench.wait(lambda now: now.status.phase != "training", LOOK):
            self.tell_news()
            if self.ears.interrupts or self.ears.dismissed or self._clock() > ends:
                return
        self.tell_news()

    def opened_run(self) -> TrainedRun:
        """Give the run with the weights that were saved last; while it trains, say of which epoch.

        Raises:
            RunError: nothing is trained yet, it is not being saved, or it is damaged.
        """
        from nn_tui.experiment.prediction import open_run

        card = self.bench.run
        now = self.bench.snapshot
        if now is not None and now.place is not None:
            raise UsageError(
                f"At epoch {now.place.epoch} of {now.place.run.name} only its curves are told.",
                "Type train first.",
            )
        run = open_run(str(Path(card.folder)))
        if self.bench.training and run.card is not None:
            self.say(f"As it was saved after epoch {run.card.epoch}; it trains on.")
        return run

    def _interrupted(self) -> None:
        """Clear the line at Ctrl+C, and pause what trains; at rest it ends only what nobody types."""
        typing = self.ears.typing
        self.ears.interrupts = 0
        self.ears.drop()
        if self.bench.training:
            self.bench.send(command.Pause())
            self.wait_for_rest()
            self.say("train goes on, quit leaves." if self.typed else "Ctrl+C again leaves.")
        elif not self.typed:
            self.status, self.left = INTERRUPTED, True
        elif not typing:
            self.say("Type quit to leave.")

    def _leave(self) -> None:
        """End the trainer, which saves; say where the run is."""
        before = self.bench.snapshot
        self.bench.close()
        now = self.bench.snapshot
        if before is None or now is None:
            return
        if before.status.phase == "training":
            self.say(f"Left at {place_words(now.status)}.")
        if self.hands_over is not None:
            self._hand_over(self.hands_over)
        elif (run := before.run or (before.branch.run if before.branch else None)) and not now.trouble:
            changed = " as it was trained" if before.branch is not None else ""
            self.say(f"The run is kept{changed}: nn-tui --plain {run.id} goes on with it.")

    def _hand_over(self, run: RunCard) -> None:
        from nn_tui.experiment.runs.background import start

        try:
            process = start(Path(run.folder))
        except NnTuiError as error:
            self.say(str(error))
            self.status = self.status or error.exit_status
            return
        if process:
            self.say(f"{run.name} goes on in the background: nn-tui --plain and follow tell of it.")
        else:
            self.say(f"{run.name} has been trained to its end.")
