""" "Show me": a lesson's task is done by visible presses of keys, which a person may stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual import events

from nn_tui.tui.lesson_actions import LessonActions

if TYPE_CHECKING:
    from nn_tui.lessons.conditions import Condition
    from nn_tui.lessons.sitting import Sitting
    from nn_tui.lessons.steps import Step


class ShowingActions(LessonActions):
    """Presses the keys of a task as if they came from the keyboard, at a pace that can be followed."""

    key_seconds: float = 0.7
    """Seconds from one key to the next."""

    _pressing: events.Key | None = None
    _shown: asyncio.Task[None] | None = None

    def on_unmount(self) -> None:
        """Stop with the app."""
        self.stop_showing()

    async def on_event(self, event: events.Event) -> None:
        """Stop "show me" where a person presses a key or the mouse; the key does nothing else."""
        if self._shown is not None and event is not self._pressing:
            if isinstance(event, events.Key):
                event.stop()
                self.stop_showing()
                return
            if isinstance(event, events.MouseDown):
                self.stop_showing()
        await super().on_event(event)

    def action_show_me(self) -> None:
        """Do the page's task, key by key."""
        sitting = self.sitting
        if sitting is None or sitting.view.task is None or self._shown is not None:
            return
        sitting.show(True)
        self.renew_lesson()
        self._shown = asyncio.get_running_loop().create_task(self._show(sitting))
        self._shown.add_done_callback(partial(self._was_shown, sitting))

    async def _show(self, sitting: Sitting) -> None:
        """Do the tasks up to the page's, which builds on those before it, but for those done."""
        for at in sitting.undone():
            if at != sitting.view.at:
                sitting.turn(at)
                self.arrive(sitting)
            task = sitting.view.task
            assert task is not None
            await self._until(lambda: self._begun(sitting), 10.0)
            began = sitting.attempt.began.spec if sitting.attempt is not None else self.spec
            if began != self.spec:
                self.edit(began, "begin the task again")
            await self._settle()
            for step in task.show:
                await self._do(step)
            await self._until(lambda: self._is_done(sitting), 5.0)

    def _begun(self, sitting: Sitting) -> bool:
        self.look_at_lesson()
        return sitting.attempt is not None

    def _is_done(self, sitting: Sitting) -> bool:
        self.look_at_lesson()
        return sitting.view.task_done

    async def _do(self, step: Step) -> None:
        from nn_tui.lessons.steps import Insight, Press, Type, Wait, insight_keys, press

        match step:
            case Press(key, shown):
                await self._press(key, shown, self.key_seconds)
            case Type(text):
                for sign in text:
                    await self._press(press(sign).key, sign, self.key_seconds / 5)
            case Insight(name):
                for one in insight_keys(name):
                    await self._do(one)
                # What can be turned is known when the picture is there.
                await self._until(lambda: self._has_picture(name), 10.0)
                await self._settle()
            case Wait(until):
                await self._until(lambda: self._holds(until), 60.0)

    async def _press(self, key: str, shown: str, seconds: float) -> None:
        """Show a key, then press it as if it came from the keyboard."""
        from nn_tui.lessons.steps import character

        self.workbench.keys_shown.add(shown, key, self.lesson_word("shown"), self.lesson_word("stop"))
        await asyncio.sleep(seconds / 2)
        self._pressing = events.Key(key, character(key))
        self.post_message(self._pressing)
        await self._settle()
        self.look_at_lesson()
        await asyncio.sleep(seconds / 2)

    async def _settle(self) -> None:
        """Wait until a key has its turn, and what it began is drawn and read."""
        await self._until(lambda: self.typing_order.at_rest, 5.0)
        for _ in range(2):
            drawn = asyncio.Event()
            self.call_after_refresh(drawn.set)
            await self._until(drawn.is_set, 2.0)
        busy = {"look", "read", "template"}
        await self._until(
            lambda: not any(worker.group in busy and not worker.is_finished for worker in self.workers), 5.0
        )

    async def _until(self, holds: Callable[[], bool], seconds: float) -> None:
        """Wait until something holds, but not for ever."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not holds() and loop.time() < end:
            await asyncio.sleep(0.02)

    def _has_picture(self, insight: str) -> bool:
        return self.snapshot is not None and insight in self.snapshot.insights

    def _holds(self, condition: Condition) -> bool:
        sitting = self.sitting
        self.look_at_lesson()
        if sitting is None or sitting.attempt is None:
            return sitting is None
        return condition.holds(self.moment, sitting.attempt)

    def stop_showing(self) -> None:
        """Stop where it is at work."""
        if self._shown is not None:
            self._shown.cancel()

    def _was_shown(self, sitting: Sitting, showing: asyncio.Task[None]) -> None:
        """Say how "show me" ended."""
        self._shown = self._pressing = None
        sitting.show(False)
        if not self.is_running:
            return
        self.workbench.keys_shown.clear()
        if showing.cancelled():
            self.say(self.lesson_word("stopped"))
        elif showing.exception() is not None:
            raise showing.exception()  # type: ignore[misc]  # it is there
        elif not sitting.view.task_done:
            self.say(self.lesson_word("not_done"))
        self.renew_lesson()
