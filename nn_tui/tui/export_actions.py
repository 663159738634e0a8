"""What a person can do to take a run away: choose a form and a file, have it written in a thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on

from nn_tui.errors import NnTuiError
from nn_tui.experiment import commands as command
from nn_tui.tui.bench import Bench
from nn_tui.tui.messages import ExportAsked

if TYPE_CHECKING:
    from nn_tui.experiment.runs.card import RunCard
    from nn_tui.tui.screens.export import ExportChosen

LOOKS, _PAUSE = 100, 0.1
"""How often, and at which distance in seconds, it is looked whether a run that trains is saved."""

Say = Callable[[str], None]


class ExportActions(Bench):
    """Export the run on screen, or another one that is kept; copy the experiment as code."""

    def action_copy_code(self) -> None:
        """Copy the experiment as Keras code; it is written in a thread, as data may have to be read."""
        spec = self.spec

        def write() -> None:
            from nn_tui.export.pages import code_text

            try:
                text = code_text(spec)
            except NnTuiError as error:
                self.call_from_thread(self.say, f"! {error}")
                return
            self.call_from_thread(self._copy_code, text)

        self.run_worker(write, thread=True, exclusive=True, exit_on_error=False, group="code")

    def _copy_code(self, text: str) -> None:
        self.copy_to_clipboard(text)
        lines = len(text.splitlines())
        self.say(f"{lines} lines of Keras code copied. If pasting brings something else: nn-tui code.")

    def action_export(self) -> None:
        """Ask what the run on screen becomes."""
        run = None if self.snapshot is None else self.snapshot.run
        if run is not None:
            self.ask_export(run, self.say)
        elif self.snapshot is not None and self.snapshot.trouble:
            self.say(f"! {self.snapshot.trouble}")
        else:
            self.say(self.untrained_words())

    @on(ExportAsked)
    def take_export(self, event: ExportAsked) -> None:
        """Ask what a kept run becomes; its screen tells how it went, or the workbench when it has gone."""
        event.stop()
        where = event.where

        def say(text: str) -> None:
            tell = where.say if where in self.screen_stack else self.say
            tell(text)

        self.ask_export(event.run, say)

    def ask_export(self, run: RunCard, say: Say) -> None:
        """Ask what a run becomes and where, then write it.

        Args:
            run: the run.
            say: tells the person how it went, where they are looking.
        """
        from nn_tui.tui.screens.export import ExportScreen

        def take(chosen: ExportChosen | None) -> None:
            if chosen is not None:
                self._export(run, chosen, say)

        self.push_screen(ExportScreen(run.name), take)

    def _export(self, run: RunCard, chosen: ExportChosen, say: Say) -> None:
        write = partial(self._write_export, run, chosen, say)
        if self.trainer is None or not self._is_open(run):
            write()
            return
        say("Saving the run ...")
        asked = time.time()
        self.trainer.send(command.Save())
        self.when_saved(run, asked, write, say, LOOKS)

    def _is_open(self, run: RunCard) -> bool:
        now = None if self.snapshot is None else self.snapshot.run
        return now is not None and now.id == run.id

    def when_saved(self, run: RunCard, asked: float, then: partial[None], say: Say, looks: int) -> None:
        """Wait for the saving, which comes at the next batch; a very long batch is not waited for."""
        self.take_newest()
        if self.snapshot is not None and self._is_open(run) and self.snapshot.trouble:
            say(f"! {self.snapshot.trouble}")
        elif looks and self._is_being_saved(run, asked):
            self.set_timer(_PAUSE, partial(self.when_saved, run, asked, then, say, looks - 1))
        else:
            then()

    def _is_being_saved(self, run: RunCard, asked: float) -> bool:
        """Whether a run is trained that was not saved since it was asked for; at rest it is saved."""
        now = None if self.snapshot is None else self.snapshot.run
        return now is not None and now.id == run.id and self.situation.training and now.changed < asked

    def _write_export(self, run: RunCard, chosen: ExportChosen, say: Say) -> None:
        path = chosen.path.absolute()
        say(f"Writing {path} ...")
        self.run_worker(
            partial(self._write_in_thread, run.folder, chosen.to, path, say),
            thread=True,
            group="export",
            exit_on_error=False,
        )

    def _write_in_thread(self, folder: str, to: str, path: Path, say: Say) -> None:
        from nn_tui.export.targets import write_file

        try:
            told = " ".join(write_file(folder, to, path))
        except NnTuiError as error:
            told = f"! {error}"
        self.call_from_thread(say, told)
