"""Plays a recording at the real program and looks at its health: no crash, no hang, nothing left over.

No file outside the monkey's own folder can be written while it plays.
"""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import os
import re
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import textual.worker
from textual import events
from textual.geometry import Size

from nn_tui.experiment.examples import example
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.screens.race import RaceScreen
from tests.monkey.recording import Recorder, Recording
from tests.monkey.steps import Step

BURST = 50
"""Steps between two looks at the program's health."""
PATIENCE = 90.0
"""Seconds until what does not answer is called stuck; the machine may be busy with other things."""
ESCAPES = 15
"""Times that escape is pressed at the end: no dialog lies deeper."""


class Found(Exception):
    """What the monkey found: a crash, a hang, an error that nobody saw. Its first line says it in short."""


@dataclass
class Monkey:
    """Plays with the program and looks at its health.

    Args:
        folder: its own folder, which is the working folder while it plays.
    """

    folder: Path
    patience: float = PATIENCE
    done: int = 0
    """Steps."""
    starts: int = 0
    errors: list[str] = field(default_factory=list)
    """What was raised where nobody looks: in threads, workers and tasks."""
    loop: asyncio.AbstractEventLoop | None = None
    size: tuple[int, int] = (120, 36)
    began: float = 0.0
    _threads: ThreadPoolExecutor = field(default_factory=ThreadPoolExecutor)
    _known: set[threading.Thread] = field(default_factory=set)
    """Threads that were there before."""

    async def play(self, recording: Recording, recorder: Recorder | None) -> None:
        """Do the steps of a recording, starting the program again where it was left.

        Raises:
            Found: something is wrong.
        """
        self.loop = asyncio.get_running_loop()
        self.loop.set_exception_handler(self._task_failed)
        self.loop.set_default_executor(self._threads)
        _playing[:] = [self]
        self.began = time.monotonic()
        self._known = {*threading.enumerate()}
        before = {id(one) for one in _programs()}
        while self.done < len(recording.steps):
            await self._sit(recording, recorder)
        # Tests that ran before in the same process may have left some of their own.
        living = [one for one in _programs() if id(one) not in before]
        if len(living) > 3:
            raise Found(f"{len(living)} programs of {self.starts} are still in memory")

    async def _sit(self, recording: Recording, recorder: Recorder | None) -> None:
        """Do steps until they are done or the program is left."""
        self.starts += 1
        self.size = (120, 36)
        app = NnTuiApp(example(recording.begin), ascii_only=False)
        async with app.run_test(size=self.size):
            for step in recording.steps[self.done :]:
                if recording.times:
                    await asyncio.sleep(self.began + recording.times[self.done] - time.monotonic())
                self.done += 1
                if recorder is not None:
                    recorder.note(step)
                await self._in_time(self._do(app, step))
                if _left(app) or self.errors:
                    break
                if self.done % BURST == 0:
                    await self._look(app)
            else:
                await self._look(app)
                await self._leave(app)
        self._part_with_threads()
        self._look_at_errors()
        await self._until(
            lambda: not {*threading.enumerate()} - self._known,
            "threads are left over",
        )

    async def _in_time(self, work: Any) -> None:
        _alive[-1] = time.monotonic()
        try:
            await asyncio.wait_for(work, self.patience)
        except TimeoutError:
            raise Found(f"no answer within {self.patience:g} s") from None

    async def _leave(self, app: NnTuiApp) -> None:
        """See that escape leads back to the workbench, and that the program can be left."""
        for _ in range(ESCAPES):
            if len(app.screen_stack) == 1 or _left(app):
                break
            await self._in_time(self._do(app, Step("key", "escape")))
        if _left(app):
            return
        if len(app.screen_stack) > 1:
            raise Found(f"escape does not lead out of {type(app.screen).__name__}")
        await self._in_time(self._do(app, Step("key", "ctrl+q")))
        await self._until(lambda: _left(app) or len(app.screen_stack) > 1, "ctrl+q does nothing")
        if not _left(app):
            await self._in_time(self._do(app, Step("key", "y")))
        await self._until(lambda: _left(app), "the program is not left")

    def _part_with_threads(self) -> None:
        """Have other threads for what comes: each remembers where to tell faults, which is its program."""
        assert self.loop is not None
        former, self._threads = self._threads, ThreadPoolExecutor()
        # The new ones first: a task of the program that was left may just be about to begin.
        self.loop.set_default_executor(self._threads)
        former.shutdown()

    async def _do(self, app: NnTuiApp, step: Step) -> None:
        if step.what == "wait":
            await asyncio.sleep(float(step.value))
        elif step.what == "size":
            columns, rows = map(int, step.value.split("x"))
            self.size = columns, rows
            app.post_message(events.Resize(Size(columns, rows), Size(columns, rows)))
        for event in step.events(self.size):
            app.post_message(event)
        await _settled(app)
        while not (app.typing_order.at_rest or _left(app)):
            await asyncio.sleep(0.002)
        await _settled(app)

    async def _look(self, app: NnTuiApp) -> None:
        """Look whether the program is well.

        Raises:
            Found: it is not.
        """
        await self._in_time(_settled(app))
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


def _left(app: NnTuiApp) -> bool:
    return not app.is_running or bool(app._exit) or app._exception is not None


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
    """Return the threads that train."""
    return [one for one in threading.enumerate() if one.name == "trainer"]


def _programs() -> list[NnTuiApp]:
    """Return the programs that are in memory."""
    gc.unfreeze()  # one that ran before may have put everything out of the collector's sight
    gc.collect()
    # By their type: asking some objects of strangers for their class warns.
    return [one for one in gc.get_objects() if issubclass(type(one), NnTuiApp)]


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
    recording: Recording, folder: Path, record: Path | None = None, *, patience: float = PATIENCE
) -> Monkey:
    """Let a monkey play a recording in a folder.

    Args:
        recording: what it does.
        folder: its own folder.
        record: a file to record it anew in, with its times.
        patience: seconds until what does not answer is called stuck.

    Raises:
        Found: what it found.
    """
    monkey = Monkey(folder, patience)
    file = record.open("w") if record is not None else None  # the fence is not up yet
    with monkey.at_home():
        try:
            asyncio.run(monkey.play(recording, Recorder(file, recording.begin) if file else None))
            monkey._look_at_errors()
        except Exception as error:
            seen = "".join(traceback.format_exception(error))
            unseen = "\n".join(monkey.errors)
            raise Found(f"{_in_short(error)}\nstep {monkey.done}\n{seen}\n{unseen}") from error
        finally:
            if file is not None:
                file.close()
    return monkey


def _in_short(error: Exception) -> str:
    """Return what was found in a line that is the same each time it is found."""
    frames = [one for one in traceback.extract_tb(error.__traceback__) if "/nn_tui/" in one.filename]
    place = f" in {frames[-1].name} ({Path(frames[-1].filename).name})" if frames else ""
    text = str(error).strip().splitlines() or [""]
    line = text[-1] if isinstance(error, Found) else text[0]
    return re.sub(r"0x[0-9a-f]+|\d+", "N", f"{type(error).__name__}: {line}{place}")[:300]


_alive: list[float] = [time.monotonic()]
"""When the last step was begun."""
_playing: list[Monkey] = []


def watch_for_hanging(patience: float) -> None:
    """Watch the steps in a thread, which ends a process that is stuck."""
    _alive[-1] = time.monotonic()
    threading.Thread(target=_watch, args=(patience,), daemon=True).start()


def _watch(patience: float) -> None:
    """End a process that is stuck, with where each thread stands."""
    while time.monotonic() - _alive[-1] < 2 * patience:
        time.sleep(1)
    print(f"stuck at step {_playing[-1].done if _playing else 0}", file=sys.__stderr__)
    faulthandler.dump_traceback(sys.__stderr__)
    for task in asyncio.all_tasks(_playing[-1].loop):
        task.print_stack(file=sys.__stderr__)
    os._exit(3)
