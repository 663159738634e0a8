"""What has to do with the terminal: suspend, the mouse, a terminal that is behind, how the app ends."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import events
from textual._compositor import CompositorUpdate
from textual.geometry import Size
from textual.screen import Screen
from textual.timer import Timer

from nn_tui.experiment import commands as command
from nn_tui.tui.file_actions import FileActions

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.driver import Driver

RESIZED_SECONDS = 0.3
"""That long after the last resize everything is drawn once more."""
ENDING_SECONDS = 4.5
"""After that long the process ends whatever it does; at most 5 s of training are not saved then."""


class TerminalActions(FileActions):
    """The app's side of the terminal."""

    keep = False
    """Whether training goes on in the background when the app is left or the connection drops."""
    hands_over = False
    """Whether a process in the background trains on after the app has ended."""

    ended_by = 0
    """The signal that ended the app; SIGHUP also when the terminal went away."""
    _missed = False
    _holding: ExitStack | None = None
    _resized: Timer | None = None
    _last_size: Size | None = None

    def get_driver_class(self) -> type[Driver]:
        """Take our driver where there is one."""
        chosen = super().get_driver_class()
        if chosen.__name__ != "LinuxDriver":
            return chosen
        from nn_tui.tui.driver import TerminalDriver

        return TerminalDriver

    def on_resize(self, event: events.Resize) -> None:
        """Draw everything once more when the size has come to rest.

        A terminal changes its size by itself: what was on its way then was meant for the old one, and may
        have been wrapped or cut after the first repaint for the new one was made. Lines that do not change
        would stay broken, as only what changes is sent.
        """
        before, self._last_size = self._last_size, event.size
        if before in (None, event.size):  # the first size is no other one
            return
        if self._resized is not None:
            self._resized.stop()
        self._resized = self.set_timer(RESIZED_SECONDS, self._draw_once_more)

    def _draw_once_more(self) -> None:
        self._resized = None
        if self.screen_stack:
            self.refresh(layout=True)

    def hold_frames(self) -> None:
        """Draw nothing until `draw_on`: the terminal is behind."""
        if self._holding is None:
            self.held, self._missed = True, False
            self._holding = ExitStack()
            self._holding.enter_context(self.batch_update())

    def draw_on(self) -> None:
        """Draw what changed since `hold_frames`."""
        if self._holding is None:
            return
        self._holding.close()
        self._holding, self.held = None, False
        if self._missed:
            self.refresh(layout=True)
        else:
            self.screen.check_idle()

    def _display(self, screen: Screen[Any], renderable: RenderableType | CompositorUpdate | None) -> None:
        # A new layout is drawn once; one that falls into a hold is drawn as a whole after it.
        self._missed |= self._holding is not None and renderable is not None
        super()._display(screen, renderable)  # type: ignore[arg-type]  # as Textual itself calls it

    def action_change_mouse(self) -> None:
        """Give the mouse to the terminal, or take it."""
        from nn_tui.tui.driver import driver_of

        driver = driver_of(self)
        if driver is None:
            return
        driver.set_mouse(not driver.mouse)
        if driver.mouse:
            self.say("The mouse is the app's again.")
        else:
            self.say("The mouse is the terminal's: select text and copy it as elsewhere. M takes it back.")

    def action_help_quit(self) -> None:
        """Say how to leave: elsewhere ctrl+c does."""
        self.say("q leaves the program, ctrl+z goes back to the shell. Nothing was stopped.")

    def action_suspend(self) -> None:
        """Save, pause and go back to the shell."""
        from nn_tui.tui.driver import driver_of

        driver = driver_of(self)
        if driver is None:
            return
        if os.getsid(0) == os.getpid():
            self.say("There is no shell to go back to: nn-tui was started without one.")
            return
        training = self.situation.training
        if training and self.trainer is not None:
            self.trainer.send(command.Pause())

        def stop() -> None:
            driver.suspend()
            if training and self.trainer is not None and not self.ended_by:
                self.trainer.send(command.Play())

        # The pause saves the run.
        self.when_resting(stop)

    def action_leave_training(self) -> None:
        """Leave and have the run trained to its end in the background."""
        if self.situation.phase == "following":
            self.exit()  # it is trained there already
            return
        if self.snapshot is not None and self.snapshot.trouble:
            self.say(f"! {self.snapshot.trouble}")
            return
        changed = self.snapshot is not None and self.snapshot.branch is not None
        if self.situation.phase in ("ready", "paused") or changed:
            self.command(command.Play())  # what was changed is only kept with a batch that is trained
        self._leave_when_kept(50)

    def _leave_when_kept(self, tries: int) -> None:
        """Leave once there is a run on disk, which the first batch begins."""
        self.take_newest()
        if self.snapshot is not None and self.snapshot.run is not None:
            self.hands_over = True
            self.exit()
        elif tries:
            self.set_timer(0.1, partial(self._leave_when_kept, tries - 1))

    def action_leave(self) -> None:
        """Quit; with `--keep` what is being trained goes on in the background."""
        if self.keep and self.situation.training:
            self.action_leave_training()
        else:
            super().action_leave()

    def end_by_signal(self, number: int) -> None:
        """Save and leave; a second signal of a person's ends it at once."""
        from nn_tui.tui.driver import driver_of, exit_soon

        if self.ended_by:
            if number != signal.SIGHUP:  # a dropped connection is told by several at once
                if (driver := driver_of(self)) is not None:
                    driver.stop_application_mode()
                os._exit(130)
            return
        self.ended_by = number
        self.hands_over = self.keep and number == signal.SIGHUP and self.situation.training
        exit_soon(ENDING_SECONDS, 130)
        self.exit()

    @property
    def fault(self) -> BaseException | None:
        """What went wrong in the program itself, if that ended it."""
        return self._exception

    def _print_error_renderables(self) -> None:
        # Who started the app tells of its fault in one line.
        self._exit_renderables.clear()
