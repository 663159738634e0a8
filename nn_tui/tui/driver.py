"""`TerminalDriver`: how keys come in and frames go out, without a thread and without ever waiting.

A terminal may be slow, hang or go away while the network trains. Frames are written through a way of our
own to the terminal that never blocks; while something waits to be written no frame is drawn, so nothing
piles up and the next frame shows the newest state. A terminal that went away, and the signals that end a
program, are told to the app, which saves the run and leaves.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import termios
import threading
import time
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING, Any, Protocol

from textual.constants import ESCAPE_DELAY
from textual.drivers.linux_driver import LinuxDriver

from nn_tui.tui.key_stream import KeyStream
from nn_tui.tui.plain_text import in_ascii

if TYPE_CHECKING:
    from textual.app import App

ESCAPE_SECONDS = ESCAPE_DELAY + 0.01
"""After that long without more, an escape was the key and no beginning of a sequence."""
PATIENCE_SECONDS = 1.0
"""How long leaving waits for a terminal that does not read."""
ENDING = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


class Served(Protocol):
    """What the driver tells the app."""

    ascii_only: bool

    def hold_frames(self) -> None:
        """Draw nothing until `draw_on`: the terminal is behind."""

    def draw_on(self) -> None:
        """Draw what changed: the terminal has taken everything."""

    def end_by_signal(self, number: int) -> None:
        """Save and leave: a signal came, or the terminal went away (SIGHUP)."""

    def action_suspend(self) -> None:
        """Save and stop, as job control asks."""


class TerminalDriver(LinuxDriver):
    """Textual's driver for Unix with other ways in and out.

    Args: as `LinuxDriver`.
    """

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.served: Served = app  # type: ignore[assignment]  # the only app that takes this driver
        self.gone = False
        """Whether the terminal has gone away."""
        self._out = -1
        self._lock = threading.Lock()  # Textual writes a few requests from other threads
        self._texts: list[str] = []
        self._waiting = memoryview(b"")
        self._watched = False
        self._running = False
        self._thread = threading.get_ident()

    @property
    def behind(self) -> bool:
        """Whether something waits until the terminal reads."""
        return bool(self._waiting)

    @property
    def mouse(self) -> bool:
        """Whether the app has the mouse."""
        return self._mouse

    # Out

    def write(self, data: str) -> None:
        """Write with the next flush, which comes by itself in a moment."""
        with self._lock:
            self._texts.append(data)
            if len(self._texts) > 1:
                return
        if threading.get_ident() == self._thread:
            self._loop.call_soon(self.flush)
        else:
            self._loop.call_soon_threadsafe(self.flush)

    def flush(self) -> None:
        """Write as much as the terminal takes now; the rest goes out as it reads."""
        with self._lock:
            text = "".join(self._texts)
            self._texts.clear()
            if not text or self.gone or self._out < 0:
                return
            if self.served.ascii_only:
                text = in_ascii(text)
            self._waiting = memoryview(bytes(self._waiting) + text.encode("utf-8", "replace"))
            self._put()
        if self._waiting and not self._watched and self._running:
            self._watched = True
            self._loop.call_soon_threadsafe(self._wait_for_room)

    def _put(self) -> None:
        try:
            while self._waiting:
                self._waiting = self._waiting[os.write(self._out, self._waiting) :]
        except BlockingIOError:
            return
        except OSError:
            self._waiting = memoryview(b"")
            self.lose()

    def _wait_for_room(self) -> None:
        if not self._running or self.gone:
            return
        self.served.hold_frames()
        self._loop.add_writer(self._out, self._go_on)

    def _go_on(self) -> None:
        with self._lock:
            self._put()
            if self._waiting:
                return
            self._watched = False
        self._loop.remove_writer(self._out)
        self.served.draw_on()

    def _drain(self) -> None:
        """Write what waits; gives up on a terminal that does not read."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.gone:
            self.flush()
            left = deadline - time.monotonic()
            if not self._waiting or left <= 0:
                return
            select.select([], [self._out], [], left)
            with self._lock:
                self._put()

    def lose(self) -> None:
        """Take note that the terminal has gone away."""
        if not self.gone:
            self.gone = True
            self._loop.call_soon_threadsafe(self.served.end_by_signal, signal.SIGHUP)

    # Application mode

    def start_application_mode(self) -> None:
        """Take the terminal."""
        if self._out < 0:
            # Another way to the same terminal: not to wait on it changes nothing for other programs.
            self._out = os.open(os.ttyname(self.fileno), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        self._running = True
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's
        if self._writer_thread is not None:
            self._writer_thread.stop()
            self._writer_thread = None
        for number in ENDING:
            self._loop.add_signal_handler(number, self.served.end_by_signal, number)
        self._loop.add_signal_handler(signal.SIGTSTP, self.served.action_suspend)
        self._loop.add_signal_handler(signal.SIGCONT, self._continued)

    def stop_application_mode(self) -> None:
        """Leave the terminal as it was."""
        if not self._running:
            return
        super().stop_application_mode()
        self.write("\x1b[?1016l\x1b[0m")
        self._running = False
        if self._watched:
            self._loop.remove_writer(self._out)
            self._watched = False
        self._drain()

    def _get_terminal_size(self) -> tuple[int, int]:
        # COLUMNS and LINES, which the shell may have left in the environment, do not follow a resize.
        for end in (self.fileno, self._out):
            with contextlib.suppress(OSError, ValueError):
                columns, rows = os.get_terminal_size(end)
                if columns and rows:
                    return columns, rows
        return super()._get_terminal_size()

    def close(self) -> None:
        """Let go of the way out."""
        if self._out >= 0:
            os.close(self._out)
            self._out = -1

    def set_mouse(self, on: bool) -> None:
        """Let the app have the mouse, or the terminal, so that text can be selected there."""
        if on:
            self._mouse = True
            self._enable_mouse_support()
        else:
            self._disable_mouse_support()
            self.write("\x1b[?1016l")
            self._mouse = False

    # Stop and continue

    def suspend(self) -> None:
        """Give the terminal back, stop, and take it again when continued."""
        self.suspend_application_mode()
        with contextlib.suppress(NotImplementedError):
            self._loop.remove_signal_handler(signal.SIGTSTP)
        # To the whole group, as the key does it: whoever started us stops too. Without a shell to go back
        # to the system ignores it, where SIGSTOP would stop for good.
        os.killpg(0, signal.SIGTSTP)
        while not self._in_foreground():  # continued by `bg`: there is nothing to do without a terminal
            os.kill(os.getpid(), signal.SIGSTOP)
        self.resume_application_mode()
        self.renew_screen()

    def _continued(self) -> None:
        """Take the terminal again after somebody else stopped us; what is on it is not ours any more."""
        if not self._running or self.gone:
            return
        try:
            attributes = termios.tcgetattr(self.fileno)
            attributes[3] = self._patch_lflag(attributes[3])
            attributes[0] = self._patch_iflag(attributes[0])
            termios.tcsetattr(self.fileno, termios.TCSANOW, attributes)
        except termios.error:  # it has gone away, and SIGHUP is on its way
            return
        self.write("\x1b[?1049h\x1b[?25l")
        self._enable_mouse_support()
        self._enable_bracketed_paste()
        self.renew_screen()

    def _in_foreground(self) -> bool:
        try:
            return os.tcgetpgrp(self.fileno) == os.getpgrp()
        except OSError:  # it has gone away, which reading will tell
            return True

    def renew_screen(self) -> None:
        """Draw everything anew."""
        self._app.refresh(layout=True)

    # In

    def _run_input_thread(self) -> None:
        """Listen in the app's own loop: a key need not wait for another thread."""
        self._loop.call_soon_threadsafe(self._listen)

    def _listen(self) -> None:
        if not self._running:
            return
        self._keys = KeyStream()
        self._no_more = self._loop.call_later(0, self._tick)
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._loop.add_reader(self.fileno, self._read)

    def _read(self) -> None:
        try:
            data = os.read(self.fileno, 4096)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(self.fileno)
            self.lose()
            return
        for event in self._keys.feed(self._decode(data)):
            self.process_message(event)
        self._no_more.cancel()
        self._no_more = self._loop.call_later(ESCAPE_SECONDS, self._tick)

    def _tick(self) -> None:
        for event in self._keys.tick():
            self.process_message(event)

    def disable_input(self) -> None:
        """Take no more keys."""
        with contextlib.suppress(RuntimeError, ValueError):
            self._loop.remove_reader(self.fileno)
        super().disable_input()


def driver_of(app: App[Any]) -> TerminalDriver | None:
    """Give the app's driver where it is one of these; None in tests without a terminal."""
    driver = app._driver
    return driver if isinstance(driver, TerminalDriver) else None


def exit_soon(seconds: float, status: int) -> None:
    """End the process after a time, whatever it does then."""
    timer = threading.Timer(seconds, os._exit, (status,))
    timer.daemon = True
    timer.start()


__all__ = ["ENDING", "TerminalDriver", "driver_of", "exit_soon"]
