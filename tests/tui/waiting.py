"""How tests of the screen wait: for what they are about, or until nothing is left to do; never for a time.

Textual's pilot waits after every key until the process has used next to no processor time for 20 ms, and
gives up after a second: long where a trainer is at work beside the screen, too short where the machine is
busy. `idle` takes its place: it looks at what the event loop has still to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from textual._context import active_app
from textual.app import App
from textual.pilot import Pilot

_wait_for_screen = Pilot._wait_for_screen

SECONDS = 60.0
"""A deadline, not a measure."""
TRAINING = {"rate"}
"""Groups of the app's threads that train."""
LOOK = 0.005
"""Seconds between two looks at a condition."""
QUIET = 3
"""Turns of the event loop without anything to do, after which there is nothing: one lets in what threads
and timers have asked for, one what that has led to."""


async def idle(_least: float = 0.0, most: float = 1.0) -> None:
    """Wait until the app has nothing left to do; what waits for the next repaint is painted at once.

    What its threads read and compute for it belongs to that; what trains for as long as it likes does not.

    Args:
        most: seconds after which it waits no more, but for keys that are held back. Default: 1.
    """
    app, loop = active_app.get(), cast(Any, asyncio.get_running_loop())
    end, quiet = loop.time() + most, 0
    order = getattr(app, "typing_order", None)
    while quiet < QUIET:
        held = order is not None and order.holds
        if loop.time() >= end and not held:
            return
        busy = any(
            worker._thread_worker and worker.group not in TRAINING and not worker.is_finished
            for worker in app.workers
        )
        await asyncio.sleep(LOOK if busy else 0)
        quiet = 0 if busy or loop._ready or _hurried(app) or held else quiet + 1


def _hurried(app: App[Any]) -> bool:
    """Do now what would be done at the next tick; say whether there was anything."""
    if not app._screen_stacks.get(app._current_mode):
        return False
    if app._resize_event is not None:
        app._check_resize()
        return True
    screen = app.screen
    if not screen.is_running or not screen._update_timer._active.is_set():
        return False
    screen._on_timer_update()
    return True


async def screen_done(pilot: Pilot[Any], timeout: float = 30.0) -> bool:
    """Wait until the screen and what is on it have taken all that they were sent.

    Textual's pilot sends something to each of them to find out, also where there is nothing to wait for.
    """
    app = pilot.app
    if app._screen_stacks.get(app._current_mode):
        nodes = (app, *app.screen.walk_children(with_self=True))
        if all(node._message_queue.empty() for node in nodes):
            return True
    return await _wait_for_screen(pilot, timeout)


async def until(pilot: Pilot[Any], holds: Callable[[], object]) -> None:
    """Wait until something holds, and is drawn."""
    loop = asyncio.get_running_loop()
    end = loop.time() + SECONDS
    while not holds():
        assert loop.time() < end, f"it never came: {getattr(pilot.app, 'notice', '')}"
        await asyncio.sleep(LOOK)
    await pilot.pause()


async def settled(app: App[Any], pilot: Pilot[Any]) -> None:
    """Wait until what the app does beside the screen is done, and drawn."""
    for _ in range(2):  # what is done may have more done
        await until(pilot, lambda: all(worker.is_finished for worker in app.workers))
