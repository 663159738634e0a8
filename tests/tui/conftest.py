"""What every test of the screen needs: the course's experiment, a fake trainer, a patient pilot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
import textual.app
import textual.pilot
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot

from nn_tui.experiment.examples import example
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec import Spec
from nn_tui.tui.app import NnTuiApp
from tests.tui import waiting
from tests.tui.styles import read_once
from tests.tui.trainers import FakeFactory
from tests.tui.waiting import settled

Started = AbstractAsyncContextManager[tuple[NnTuiApp, Pilot[None]]]
Start = Callable[..., Started]


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same on every machine: colours, UTF-8, no wish of the person who runs the tests."""
    for name in ("NO_COLOR", "NN_TUI_ASCII", "LC_ALL", "LC_CTYPE", "LANG", "TEXTUAL_THEME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture(autouse=True)
def no_longer_than_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pilot waits until nothing is left to do, and what all apps read alike is read once."""
    for module in (textual.app, textual.pilot):
        monkeypatch.setattr(module, "wait_for_idle", waiting.idle)
    monkeypatch.setattr(Pilot, "_wait_for_screen", waiting.screen_done)
    monkeypatch.setattr(Stylesheet, "_parse_rules", read_once)


@pytest.fixture(autouse=True)
def messages_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands still for what is said at the bottom, however long a test takes."""
    monkeypatch.setattr(NnTuiApp, "notice_clock", lambda _: 0.0)


@pytest.fixture
def spec() -> Spec:
    """The course's experiment."""
    return example("clinical-trial")


@pytest.fixture
def factory() -> FakeFactory:
    """What makes the app's trainers."""
    return FakeFactory()


@pytest.fixture
def start(spec: Spec, factory: FakeFactory) -> Start:
    """Start the app on the course's experiment and wait until it is ready."""

    @asynccontextmanager
    async def started(
        size: tuple[int, int] = (120, 36), begin: Spec | None = None, **options: object
    ) -> AsyncIterator[tuple[NnTuiApp, Pilot[None]]]:
        app = NnTuiApp(begin or spec, factory, **options)  # type: ignore[arg-type]  # the app's own
        async with app.run_test(size=size) as pilot:
            await settled(app, pilot)
            yield app, pilot

    return started


async def show(app: NnTuiApp, pilot: Pilot[None], factory: FakeFactory, now: Snapshot) -> None:
    """Let the trainer have published a snapshot."""
    factory.trainer.snapshots = [now]
    for _ in range(5):  # panels draw at every fourth frame at the latest
        app.take_newest()
    await pilot.pause()
