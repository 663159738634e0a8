"""`TypingOrder`: every key goes where it would have gone had it come slowly.

Over a slow line keys come in bursts. What a key does takes a while: a dialog is made, a field gets the
focus, a list is filled. What is typed meanwhile would go to what had the focus before, so it is held back,
in its order, until the program has come to rest.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from textual import events
from textual._queue import Queue
from textual.command import CommandPalette
from textual.message_pump import MessagePump
from textual.worker import Worker

if TYPE_CHECKING:
    from nn_tui.tui.bench import Bench

AT_ONCE = 0.05
"""Seconds after an event within which the next one belongs to a burst: nobody types as fast."""
TURNS = 3
"""Turns of the event loop at rest until it is believed: what is awaited in a task shows one turn later."""
PATIENCE = 3.0
"""Seconds of work of the screen itself that are waited for; more is a fault, and keys must still arrive."""
PATIENCE_LAYOUT = 0.1
"""Seconds that a layout is waited for: in a tiny terminal, scrollbars may come and go without end."""
PATIENCE_BESIDE = 0.5
"""Seconds that threads and the trainer are waited for: what takes longer can be cancelled by a key."""
BESIDE = frozenset({"close", "page", "rate", "sweep"})
"""Groups of threads whose end changes nothing of where a key goes."""
FINDING = CommandPalette._GATHER_COMMANDS_GROUP
"""The group of what finds the palette's commands, which is no thread."""
SOON = 50
"""Turns of the event loop within which the screen has mostly come to rest; then it is asked less often."""
LOOK = 0.002
"""Seconds between two looks at what takes longer."""


class TypingOrder:
    """Holds back keys, pastes and clicks until what came before them is done.

    Args:
        app: whose events they are.
    """

    def __init__(self, app: Bench) -> None:
        self._app = app
        self._held: deque[events.Event] = deque()
        self._released: events.Event | None = None
        self._last = 0.0
        self._earlier: set[Worker[Any]] = set()
        """What was at work before the last event, so that it does not belong to it."""
        self._stuck: set[MessagePump] = set()
        """What has been waited for in vain."""
        self._task: asyncio.Task[None] | None = None

    @property
    def holds(self) -> bool:
        """Whether something is held back."""
        return self._task is not None

    @property
    def at_rest(self) -> bool:
        """Whether nothing is held back and what was typed is done."""
        return not self.holds and _waiting(self._app) and not self._works() and not self._waits_beside()

    def goes_on(self, event: events.Event) -> bool:
        """Return whether an event is to be handled now; one that is not is posted again in its turn."""
        if event is self._released:
            self._released = None
        elif self._held or self._released is not None or not self._may_follow(event):
            self._held.append(event)
            if self._task is None:
                self._task = asyncio.get_running_loop().create_task(self._release())
            return False
        if not isinstance(event, events.MouseMove):
            self._last = time.monotonic()
            self._earlier = {one for one in self._app.workers if not one.is_finished}
            self._stuck = {node for node in self._stuck if not _waiting(node)}
        return True

    def _may_follow(self, event: events.Event) -> bool:
        """Return whether an event that has just come need not wait: in the app's own turn."""
        if isinstance(event, events.MouseMove):
            return True
        rested = time.monotonic() - self._last > AT_ONCE
        if not rested or not self._app._message_queue.empty() or self._works():
            return False
        return not self._to_lay_out() and not self._waits(event)

    async def _release(self) -> None:
        """Post what is held back, one after another, each when the program rests."""
        try:
            while self._held and self._app.is_running:
                await self._rest(self._held[0])
                self._released = self._held.popleft()
                if not self._app.post_message(self._released):
                    return
                while self._released is not None and self._app.is_running:
                    await asyncio.sleep(0)
        except Exception as error:
            self._app._handle_exception(error)
        finally:
            self._task = None

    async def _rest(self, event: events.Event) -> None:
        """Wait until what came before an event is done, but not for ever."""
        quiet, turns, own, layout, beside = 0, 0, 0.0, 0.0, 0.0
        while quiet < TURNS and self._app.is_running:
            began = time.monotonic()
            if self._works() or not _waiting(self._app):
                quiet, turns = 0, turns + 1
                await asyncio.sleep(0 if turns < SOON else LOOK)
                # One long turn, as when a module is imported, leaves much that can only begin after it.
                own += min(time.monotonic() - began, LOOK)
                if own > PATIENCE:
                    self._stuck.update(node for node in self._app._registry if not _waiting(node))
                    return
            elif self._to_lay_out() and layout < PATIENCE_LAYOUT:
                quiet = 0
                await asyncio.sleep(LOOK)
                layout += min(time.monotonic() - began, 2 * LOOK)
            elif self._waits(event) and beside < PATIENCE_BESIDE:
                quiet = 0
                await asyncio.sleep(LOOK)
                beside += time.monotonic() - began
            else:
                quiet += 1
                await asyncio.sleep(0)

    def _works(self) -> bool:
        """Return whether a part of the screen has messages to handle, or the screen calls to make."""
        app = self._app
        for node in app._registry:
            if node is not app and not _waiting(node) and node not in self._stuck:
                return True
        if app._next_callbacks:
            return True
        if not app._screen_stacks.get(app._current_mode):
            return False
        # The end of a frame is no part of what a key does.
        return any(getattr(call, "func", None) != app.frames.end for call, _ in app.screen._callbacks)

    def _to_lay_out(self) -> bool:
        """Return whether the screen is to be laid out anew, which waits for a terminal that is behind."""
        app = self._app
        if not app._screen_stacks.get(app._current_mode) or app._batch_count:
            return False
        return app.screen._layout_required or app.screen._recompose_required

    def _waits(self, event: events.Event) -> bool:
        """Return whether an event has to wait for what threads and the trainer do since the last one."""
        if isinstance(event, events.Key):
            focused = self._app.focused
            if focused is not None and focused.check_consume_key(event.key, event.character):
                return False  # it is written, whatever they find
        return self._waits_beside()

    def _waits_beside(self) -> bool:
        return not self._app.caught_up() or any(
            (worker._thread_worker or worker.group == FINDING)
            and worker.group not in BESIDE
            and not worker.is_finished
            and worker not in self._earlier
            for worker in self._app.workers
        )


def _waiting(node: MessagePump) -> bool:
    """Return whether a part of the screen has nothing to do but to wait for its next message."""
    queue: Queue[Any] = node._message_queue
    ended = node._task is None and not node._running
    return queue.empty() and (ended or bool(queue.ready_event._waiters))
