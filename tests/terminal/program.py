"""The real program in a pseudo-terminal: typed at, resized, looked at, hung up on.

The screen is a model of a terminal (`pyte`) that is fed what the program writes. What the program does to
the terminal itself (alternate screen, mouse, paste, cursor, line discipline) is kept beside it, so that a
test can see in which state it is left.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pyte

ROOT = Path(__file__).parent.parent.parent
PROGRAM = (sys.executable, "-m", "nn_tui")

_TAKE_TERMINAL = """import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])"""
"""Makes the pseudo-terminal the controlling one of a new session, then becomes the program."""

_MODE = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
_ALTERNATE = re.compile(rb"(\x1b\[\?1049[hl])")
_KITTY_KEYS = re.compile(rb"\x1b\[[<>=][\d;]*u")
"""Which `pyte` does not know."""
_CUT_OFF = re.compile(rb"\x1b(\[[^a-zA-Z]{0,20})?$")

CURSOR, ALTERNATE, PASTE, WRAP = 25, 1049, 2004, 7
MOUSE = frozenset({1000, 1002, 1003, 1006, 1015, 1016})
LEFT_CLEAN = frozenset({CURSOR, WRAP})
"""The private modes that are on in a terminal nobody has changed."""

CLEAN = {"LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
"""What the program is told of the terminal unless a test says otherwise."""
_UNTOLD = (
    "NO_COLOR",
    "LANG",
    "LC_CTYPE",
    "NN_TUI_ASCII",
    "SSH_CONNECTION",
    "SSH_TTY",
    "TMUX",
    "PYTHONUTF8",
)


class Terminal:
    """A pseudo-terminal with a program in it; a context manager that ends the program.

    Args:
        arguments: of the program. Default: none.
        size: columns and rows. Default 120 x 36.
        environment: what to change of the environment; None takes a variable away.
        command: another program with its arguments, run in place of nn-tui. Default: nn-tui.
        folder: where it is run. Default: the project's own.
    """

    def __init__(
        self,
        *arguments: str,
        size: tuple[int, int] = (120, 36),
        environment: Mapping[str, str | None] | None = None,
        command: Sequence[str] | None = None,
        folder: Path = ROOT,
    ) -> None:
        self.size = size
        self.raw = bytearray()
        """Everything that was written."""
        self.modes: set[int] = set(LEFT_CLEAN)
        """The private modes that are on now."""
        self._main, self._alternate = (pyte.Screen(*size) for _ in range(2))
        self._screen = self._main
        self._stream = pyte.ByteStream(self._screen)
        self._held = b""
        self._changed = threading.Condition()
        self._reading = threading.Event()
        self._reading.set()
        self._master, self._slave = os.openpty()
        self._word = os.pipe()
        self._set_size()
        self.before = termios.tcgetattr(self._slave)
        env = {**os.environ, **CLEAN, "PYTHONPATH": str(ROOT)}
        for name in _UNTOLD:
            env.pop(name, None)
        for name, value in (environment or {}).items():
            env.pop(name, None)
            if value is not None:
                env[name] = value
        words = [*PROGRAM, *arguments] if command is None else list(command)
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-c", _TAKE_TERMINAL, *words],
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            start_new_session=True,
            env=env,
            cwd=folder,
        )
        self._reader = threading.Thread(target=self._read, name="terminal", daemon=True)
        self._reader.start()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.read_on()
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self.hang_up()
        os.close(self._slave)

    def _set_size(self) -> None:
        columns, rows = self.size
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self) -> None:
        """Read until hung up; waits for our own word too, as a read that waits keeps the end open."""
        while True:
            self._reading.wait()
            ready, _, _ = select.select([self._master, self._word[0]], [], [])
            if self._word[0] in ready:
                return
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            with self._changed:
                self.raw += data
                self._feed(data)
                self._changed.notify_all()

    def _feed(self, data: bytes) -> None:
        data = self._held + data
        cut = _CUT_OFF.search(data)
        self._held = data[cut.start() :] if cut else b""
        data = data[: cut.start()] if cut else data
        for numbers, letter in _MODE.findall(data):
            change = self.modes.add if letter == b"h" else self.modes.discard
            for number in numbers.split(b";"):
                change(int(number))
        for part in _ALTERNATE.split(_KITTY_KEYS.sub(b"", data)):
            if _ALTERNATE.fullmatch(part):
                self._show(self._alternate if part.endswith(b"h") else self._main)
            else:
                self._stream.feed(part)

    def _show(self, screen: pyte.Screen) -> None:
        if screen is self._alternate:
            screen.reset()
        self._screen = screen
        self._stream = pyte.ByteStream(screen)

    @property
    def lines(self) -> list[str]:
        """What is on the screen, line by line, each as wide as the terminal; blanks are all alike."""
        with self._changed:
            return [line.replace("\N{NO-BREAK SPACE}", " ") for line in self._screen.display]

    @property
    def text(self) -> str:
        """What is on the screen, without the blanks at the ends of lines."""
        return "\n".join(line.rstrip() for line in self.lines)

    def cell(self, column: int, row: int) -> Any:
        """Give a cell with its character (`data`) and its colours (`fg`, `bg`)."""
        with self._changed:
            return self._screen.buffer[row][column]

    @property
    def cells(self) -> list[Any]:
        """All cells of the screen, row by row."""
        with self._changed:
            columns, rows = self.size
            return [self._screen.buffer[row][column] for row in range(rows) for column in range(columns)]

    def wait(self, holds: Callable[[Terminal], object], seconds: float = 60.0) -> None:
        """Wait until something holds of the terminal.

        Raises:
            AssertionError: it did not in that time; shows the screen.
        """
        deadline = time.monotonic() + seconds
        while not holds(self):
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"not within {seconds:g} s; on the screen:\n{self.text}")
            with self._changed:
                self._changed.wait(min(left, 0.05))

    def wait_for(self, words: str, seconds: float = 60.0) -> None:
        """Wait until words are on the screen."""
        self.wait(lambda now: words in now.text, seconds)

    def press(self, keys: str | bytes) -> None:
        """Type: characters, or the bytes that a key sends."""
        os.write(self._master, keys.encode() if isinstance(keys, str) else keys)

    def paste(self, text: str) -> None:
        """Paste as terminals do it, in brackets where the program has asked for them."""
        brackets = ("\x1b[200~", "\x1b[201~") if PASTE in self.modes else ("", "")
        self.press(text.join(brackets))

    def resize(self, columns: int, rows: int) -> None:
        """Change the size and say so to the program."""
        with self._changed:
            self.size = (columns, rows)
            for screen in (self._main, self._alternate):
                screen.resize(rows, columns)
            self._set_size()  # the kernel signals to the foreground processes

    def signal(self, number: int) -> None:
        """Send a signal to the program."""
        self.process.send_signal(number)

    def stop_reading(self) -> None:
        """Read nothing more until `read_on`, as a terminal that hangs."""
        self._reading.clear()

    def read_on(self) -> None:
        """Read again."""
        self._reading.set()

    def hang_up(self) -> None:
        """Close the terminal, as a window that is closed or a connection that drops."""
        if self._master >= 0:
            self.read_on()
            os.write(self._word[1], b".")
            self._reader.join(5)
            os.close(self._master)
            self._master = -1
            for end in self._word:
                os.close(end)

    def end(self, seconds: float = 30.0) -> int:
        """Wait until the program has ended and all that it wrote is read; gives its exit status."""
        status = self.process.wait(seconds)
        # What is still on its way comes in a moment or never.
        seen = -1
        while seen != len(self.raw):
            seen = len(self.raw)
            with self._changed:
                self._changed.wait(0.05)
        return status

    @property
    def unread(self) -> int:
        """Bytes that wait to be read."""
        count = fcntl.ioctl(self._master, termios.FIONREAD, b"\0" * 4)
        return int(struct.unpack("i", count)[0])

    @property
    def memory(self) -> int:
        """Bytes of memory that the program holds now."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE")

    def assert_clean(self) -> None:
        """See that the terminal is as it was before the program: its modes and its line discipline."""
        with self._changed:
            assert self.modes == LEFT_CLEAN, f"modes left on or off: {self.modes ^ LEFT_CLEAN}"
        assert termios.tcgetattr(self._slave) == self.before
