"""A monkey at the keyboard: random keys, clicks, pastes and sizes at the real program, the same for a seed.

`python -m tests.monkey --steps 20000 --seed 1` runs it; a failure prints the seed, the last 30 steps and a
line for `--replay`, which does those steps alone in a fresh program. The steps depend on the seed only,
never on what is on screen. No file outside the monkey's own folder can be written while it plays.
"""

from __future__ import annotations

import argparse
import asyncio
import faulthandler
import gc
import importlib
import os
import pkgutil
import random
import sys
import tempfile
import threading
import time
import traceback
import unicodedata
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import textual.worker
from textual import events
from textual.binding import Binding
from textual.dom import DOMNode
from textual.pilot import Pilot

import nn_tui.tui.screens
from nn_tui.experiment.examples import example, names
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.screens.race import RaceScreen

BURST = 50
"""Steps between two looks at the program's health."""
SITTING = 8
"""Bursts until the program is left and started again."""
PATIENCE = 90.0
"""Seconds until what does not answer is called stuck; the machine may be busy with other things."""
SMALLEST, LARGEST = (20, 6), (200, 60)

PASTES = (
    "spiral 8t-8t-1s lr=.03",
    "model = Sequential([Dense(8, activation='relu', input_shape=(2,)), Dense(1, activation='sigmoid')])",
    "import os\nmodel.fit(x, y",
    "fit.batch_size=7",
    "accuracy >= 0.9",
    "rows.csv",
    "pictures of cats",
    "-1",
    "1e400",
    "0.0000001",
    "nan",
    "\x1b[31mred\x07\x00",
    "äöü 数据 🙂 [bold]not markup[/bold]",
    "x" * 3000,
    "1,2,0\n3,4,1\n",
)
HABITS = (
    "space", "full_stop", "greater_than_sign", "greater_than_sign less_than_sign", "space r space",
    "escape escape escape", "escape escape escape b", "a d enter enter", "a down down enter tab 5 enter",
    "enter tab plus plus enter", "enter right right enter", "down down enter left enter",
    "x x u u ctrl+r", "v", "v enter", "v space space c", "v f enter enter", "v n a enter", "v x u",
    "f enter enter", "f enter down enter", "w enter enter", "B down enter escape", "E enter y",
    "E down down enter", "s enter y", "e down enter", "e up enter", "D down t", "D space i enter",
    "D tab plus enter", "D p", "y tab x o r enter", "y c escape", "h enter", "h f", "ctrl+p e x enter",
    "ctrl+p down down enter", "ctrl+o c", "T down enter", "o tab down enter",
    "o r o w s full_stop c s v enter",
    "right_square_bracket right_square_bracket right_square_bracket space", "left_curly_bracket space",
    "1 2 3 4 5", "t", "question_mark escape",
)  # fmt: skip
"""What people do: keys after one another."""


LEAVING = ("q", "Q", "ctrl+q")
"""Pressed less often than other keys: starting again takes long."""


@dataclass(frozen=True)
class Step:
    """One thing the monkey does: a key, a click, a size, a paste, or a pause."""

    what: str
    value: str

    def __str__(self) -> str:
        return self.value if self.what == "key" else f"{self.what}={self.value}"

    @classmethod
    def read(cls, text: str) -> Step:
        """Read what `str` wrote."""
        what, equals, value = text.partition("=")
        return cls(what, value) if equals else cls("key", text)


def all_keys() -> list[str]:
    """Give every key that the app, its screens and widgets bind, and those that write."""
    for module in pkgutil.iter_modules(nn_tui.tui.screens.__path__, "nn_tui.tui.screens."):
        importlib.import_module(module.name)
    found = {*"abcdefghijklmnopqrstuvwxyz0123456789"}
    found |= {"enter", "tab", "shift+tab", "escape", "space", "backspace", "delete", "minus", "plus"}
    found |= {
        "comma",
        "up",
        "down",
        "left",
        "right",
        "home",
        "end",
        "pageup",
        "pagedown",
        "equals_sign",
        "ctrl+c",
    }
    for kind in _kinds(DOMNode):
        if kind.__module__.startswith("nn_tui."):
            for bound in kind.__dict__.get("BINDINGS", ()):
                keys = bound.key if isinstance(bound, Binding) else bound[0]
                found |= {key.strip() for key in keys.split(",")}
    return sorted(found)


def _kinds(kind: type) -> Iterator[type]:
    for below in kind.__subclasses__():
        yield below
        yield from _kinds(below)


def steps_of(seed: int) -> Iterator[Step]:
    """Give the endless steps of a seed."""
    draw = random.Random(seed)
    keys = all_keys()
    while True:
        kind = draw.random()
        if kind < 0.45:
            key = draw.choice(keys)
            if key not in LEAVING or draw.random() < 0.2:
                yield Step("key", key)
        elif kind < 0.70:
            for key in draw.choice(HABITS).split():
                yield Step("key", key)
        elif kind < 0.88:
            yield Step("click", f"{draw.random():.3f},{draw.random():.3f}")
        elif kind < 0.90:
            columns, rows = (draw.randint(low, high) for low, high in zip(SMALLEST, LARGEST, strict=True))
            yield Step("size", f"{columns}x{rows}")
        elif kind < 0.92:
            yield Step("paste", str(draw.randrange(len(PASTES))))
        else:
            yield Step("wait", f"{draw.choice((0.0, 0.02, 0.1, 0.2))}")


class Found(Exception):
    """What the monkey found: a crash, a hang, an error that nobody saw."""


@dataclass
class Monkey:
    """Plays with the program and looks at its health.

    Args:
        folder: its own folder, which is the working folder while it plays.
        seed: names the experiments that the program is started on.
    """

    folder: Path
    seed: int = 0
    done: int = 0
    last: deque[Step] = field(default_factory=lambda: deque(maxlen=30))
    sitting: list[Step] = field(default_factory=list)
    """The steps since the program was started."""
    begun_on: str = ""
    patience: float = PATIENCE
    progress: bool = False
    """Whether to print how far it is."""
    errors: list[str] = field(default_factory=list)
    """What was raised where nobody looks: in threads, workers and tasks."""
    sizes: list[float] = field(default_factory=list)
    """Megabytes resident after each sitting."""
    starts: int = 0
    loop: asyncio.AbstractEventLoop | None = None
    size: tuple[int, int] = (120, 36)
    _threads: ThreadPoolExecutor = field(default_factory=ThreadPoolExecutor)

    async def play(self, steps: Sequence[Step], begin: str = "") -> None:
        """Do steps, starting the program again when it was left and from time to time.

        Raises:
            Found: something is wrong.
        """
        self.loop = asyncio.get_running_loop()
        self.loop.set_exception_handler(self._task_failed)
        self.loop.set_default_executor(self._threads)
        _playing[:] = [self]
        at = 0
        before = {id(one) for one in _programs()}
        draw = random.Random(self.seed)
        while at < len(steps):
            source = begin or draw.choice(names())
            at += await self._sit(steps[at : at + BURST * SITTING], source)
            gc.collect()
            self.sizes.append(resident())
            if self.progress:
                print(f"{self.done} steps, {self.sizes[-1]:.0f} MB", file=sys.__stderr__, flush=True)
        # Tests that ran before in the same process may have left some of their own.
        living = [one for one in _programs() if id(one) not in before]
        if len(living) > 3:
            raise Found(f"{len(living)} programs of {self.starts} are still in memory")

    async def _sit(self, steps: Sequence[Step], source: str) -> int:
        self.starts += 1
        self.sitting, self.begun_on, self.size = [], source, (120, 36)
        count = 0
        app = NnTuiApp(example(source), ascii_only=False)
        async with app.run_test(size=self.size) as pilot:
            for count, step in enumerate(steps, start=1):
                self.done += 1
                _alive[-1] = time.monotonic()
                self.last.append(step)
                self.sitting.append(step)
                try:
                    await asyncio.wait_for(self._do(app, pilot, step), self.patience)
                except TimeoutError:
                    raise Found(f"no answer within {self.patience:g} s") from None
                if not app.is_running or app._exit:
                    break
                if count % BURST == 0 or count == len(steps):
                    await self._look(app, pilot)
                if app._exception is not None or self.errors:
                    break
        self._part_with_threads()
        self._look_at_errors()
        await self._until(lambda: not trainers(), "a trainer is there after the program was left")
        return count

    def _part_with_threads(self) -> None:
        """Have other threads for what comes: each remembers where to tell faults, which is its program."""
        assert self.loop is not None
        former, self._threads = self._threads, ThreadPoolExecutor()
        # The new ones first: a task of the program that was left may just be about to begin.
        self.loop.set_default_executor(self._threads)
        former.shutdown()

    async def _do(self, app: NnTuiApp, pilot: Pilot[None], step: Step) -> None:
        if step.what == "wait":
            await asyncio.sleep(float(step.value))
        elif step.what == "size":
            columns, rows = map(int, step.value.split("x"))
            self.size = columns, rows
            await pilot.resize_terminal(columns, rows)
            return
        elif step.what == "key":
            app.post_message(_key(step.value))
        elif step.what == "paste":
            app.post_message(events.Paste(PASTES[int(step.value)]))
        else:
            shares = map(float, step.value.split(","))
            x, y = (int(share * cells) for share, cells in zip(shares, self.size, strict=True))
            for kind in (events.MouseMove, events.MouseDown, events.MouseUp):
                app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))
        await _settled(app)

    async def _look(self, app: NnTuiApp, pilot: Pilot[None]) -> None:
        """Look whether the program is well.

        Raises:
            Found: it is not.
        """
        await asyncio.wait_for(pilot.pause(), self.patience)
        if app._exit or app._exception is not None:
            return
        await self._until(
            lambda: app._exit or (app.size == self.size and app.screen.size == self.size),
            f"the screen has not the size {self.size}",
        )
        trainer: Any = app.trainer
        if trainer is not None:
            if not trainer.alive:
                raise Found("the worker thread has ended")
            await self._until(lambda: trainer._mailbox.commands.empty(), "the worker obeys no command")
        races = sum(len(one.trainers) for one in app.screen_stack if isinstance(one, RaceScreen))
        await self._until(lambda: app._exit or len(trainers()) <= 1 + races, "trainers that nobody has")

    def _look_at_errors(self) -> None:
        if self.errors:
            raise Found("\n".join(self.errors))

    async def _until(self, holds: Any, otherwise: str) -> None:
        deadline = time.monotonic() + self.patience
        while not holds():
            if time.monotonic() > deadline:
                raise Found(f"{otherwise}: {', '.join(one.name for one in threading.enumerate())}")
            await asyncio.sleep(0.02)

    def _task_failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        told = "".join(traceback.format_exception(error)) if error is not None else ""
        self.errors.append(f"task: {context.get('message')}\n{told}")

    @contextmanager
    def at_home(self) -> Iterator[None]:
        """Be in the own folder, write nowhere else, hear of errors in threads and workers."""
        before, hook, run = Path.cwd(), threading.excepthook, textual.worker.Worker._run

        async def watched(worker: Any, app: Any) -> None:
            await run(worker, app)
            if worker.error is not None and isinstance(worker.error, Exception):
                told = "".join(traceback.format_exception(worker.error))
                self.errors.append(f"worker {worker.name}: {told}")

        def failed(args: threading.ExceptHookArgs) -> None:
            told = "".join(traceback.format_exception(args.exc_value))
            self.errors.append(f"thread {args.thread and args.thread.name}: {told}")

        work = self.folder / "work"
        work.mkdir(exist_ok=True)
        rows = "\n".join(f"{n % 7},{n % 3},{'yes' if n % 2 else 'no'}" for n in range(60))
        (work / "rows.csv").write_text(f"a,b,answer\n{rows}\n")
        os.chdir(work)
        threading.excepthook = failed
        textual.worker.Worker._run = watched  # type: ignore[method-assign]
        _fence.append(str(self.folder.resolve()))
        try:
            yield
        finally:
            _fence.pop()
            textual.worker.Worker._run = run  # type: ignore[method-assign]
            threading.excepthook = hook
            os.chdir(before)

    def told(self) -> str:
        """Tell where it is: what the last steps were, and how they are done again."""
        last = " ".join(map(str, self.last))
        again = " ".join(map(str, self.sitting))
        return (
            f"seed {self.seed}, step {self.done}, the program was begun on {self.begun_on}\n"
            f"the last {len(self.last)} steps: {last}\n"
            f"again: python -m tests.monkey --begin {self.begun_on} --replay '{again}'"
        )


def _key(name: str) -> events.Key:
    """Make the event of a key, with the character that it writes."""
    try:
        character = unicodedata.lookup(name.replace("_", " ").upper()) if len(name) > 1 else name
    except KeyError:
        character = " " if name == "space" else None
    return events.Key(name, {"plus": "+", "minus": "-"}.get(name, character))


async def _settled(app: NnTuiApp) -> None:
    """Wait until the program, its screen and what has the focus have taken what was sent."""
    for _ in range(2):
        for node in (app, app._screen_stack[-1] if app._screen_stack else app, app.focused or app):
            done = asyncio.Event()
            if node.call_later(done.set):
                while not done.is_set() and node.is_running and app._exception is None:
                    await asyncio.sleep(0)
                    if not done.is_set():
                        await asyncio.sleep(0.001)


def trainers() -> list[threading.Thread]:
    """Give the threads that train."""
    return [one for one in threading.enumerate() if one.name == "trainer"]


def _programs() -> list[NnTuiApp]:
    """Give the programs that are in memory."""
    gc.unfreeze()  # one that ran before may have put everything out of the collector's sight
    gc.collect()
    # By their type: asking some objects of strangers for their class warns.
    return [one for one in gc.get_objects() if issubclass(type(one), NnTuiApp)]


def resident() -> float:
    """Give the megabytes of memory of this process; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        return 0.0


_fence: list[str] = []
"""The folder that may be written to; empty: everywhere."""
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_PLACES = {"os.mkdir": 1, "os.rename": 2, "os.remove": 1, "os.rmdir": 1, "shutil.rmtree": 1}
"""Of each event, how many of its first arguments are places that change."""


def _guard(event: str, args: tuple[Any, ...]) -> None:
    """Refuse what would change a file outside the fence, as a system without the rights would."""
    if not _fence:
        return
    if event == "open":
        if not (isinstance(args[2], int) and args[2] & _WRITES):
            return
        places = args[:1]
    elif event in _PLACES:
        places = args[: _PLACES[event]]
    else:
        return
    for place in places:
        if isinstance(place, int) or place is None:
            continue
        path = os.path.abspath(os.fsdecode(place))
        if not path.startswith((_fence[-1], "/dev/")):
            raise PermissionError(13, "Permission denied", path)


sys.addaudithook(_guard)


def run(
    seed: int,
    steps: Sequence[Step],
    folder: Path,
    begin: str = "",
    *,
    patience: float = PATIENCE,
    progress: bool = False,
) -> Monkey:
    """Let a monkey do steps in a folder.

    Raises:
        Found: what it found, with its last steps.
    """
    monkey = Monkey(folder, seed, patience=patience, progress=progress)
    with monkey.at_home():
        try:
            asyncio.run(monkey.play(steps, begin))
            monkey._look_at_errors()
        except Exception as error:
            seen = "".join(traceback.format_exception(error))
            unseen = "\n".join(monkey.errors)
            raise Found(f"{seen}\n{unseen}\n{monkey.told()}") from error
    return monkey


_alive: list[float] = [time.monotonic()]
"""When the last step was begun."""


def _watch(seed: int, patience: float) -> None:
    """End a program that is stuck, with where each thread stands."""
    while time.monotonic() - _alive[-1] < 2 * patience:
        time.sleep(1)
    print(f"stuck: seed {seed}\n{_playing[-1].told() if _playing else ''}", file=sys.__stderr__)
    faulthandler.dump_traceback(sys.__stderr__)
    for task in asyncio.all_tasks(_playing[-1].loop):
        task.print_stack(file=sys.__stderr__)
    os._exit(3)


_playing: list[Monkey] = []


def main() -> None:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--steps", type=int, default=20_000, help="how many. Default 20000")
    parser.add_argument("--seed", type=int, default=0, help="which steps. Default 0")
    parser.add_argument("--replay", default="", metavar="STEPS", help="do these, as a failure printed them")
    parser.add_argument("--begin", default="", metavar="EXAMPLE", help="what the program is started on")
    parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds until stuck. Default 90")
    asked = parser.parse_args()
    stream = steps_of(asked.seed)
    steps = [next(stream) for _ in range(asked.steps)]
    if asked.replay:
        steps = list(map(Step.read, asked.replay.split()))
    began = time.monotonic()
    threading.Thread(target=_watch, args=(asked.seed, asked.patience), daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="monkey-", ignore_cleanup_errors=True) as folder:
        os.environ["NN_TUI_HOME"] = str(Path(folder) / "home")
        for name in ("NO_COLOR", "NN_TUI_ASCII"):
            os.environ.pop(name, None)
        try:
            monkey = run(
                asked.seed, steps, Path(folder), asked.begin, patience=asked.patience, progress=True
            )
        except Found as found:
            _alive.append(float("inf"))  # the folder of thousands of runs may take long to go
            print(found, file=sys.__stderr__, flush=True)
            sys.exit(1)
        _alive.append(float("inf"))
    print(
        f"seed {asked.seed}: {monkey.done} steps in {time.monotonic() - began:.0f} s, "
        f"the program was started {monkey.starts} times; "
        f"memory {monkey.sizes[0]:.0f} to {monkey.sizes[-1]:.0f} MB"
    )


if __name__ == "__main__":
    main()
