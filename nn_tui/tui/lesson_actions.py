"""What a person can do with lessons: open one, turn its pages, leave it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.reactive import var
from textual.timer import Timer

from nn_tui.errors import NnTuiError
from nn_tui.experiment.snapshot import without_run
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.undo import SpecHistory
from nn_tui.tui.bench import Bench

if TYPE_CHECKING:
    from nn_tui.experiment.runs.card import RunCard
    from nn_tui.lessons.lesson import Lesson
    from nn_tui.lessons.moment import Moment
    from nn_tui.lessons.sitting import Sitting, View
    from nn_tui.tui.screens.workbench import Workbench

LOOK = 0.1
"""Seconds between two looks at whether a task is done."""
START = "start"
"""The preset's name that stands for the lesson's own."""


@dataclass(frozen=True)
class _Before:
    """What was on the bench before a lesson."""

    spec: Spec
    saved: Spec
    path: Path | None
    history: SpecHistory
    run: RunCard | None


class LessonActions(Bench):
    """The list of lessons, the pages of one, hints, the way back."""

    lesson: var[View | None] = var(None, init=False)
    """What is seen of the lesson; None outside of one."""

    sitting: Sitting | None = None
    _before: _Before | None = None
    _looking: Timer | None = None
    first_lesson: tuple[str, str] | None = None
    """The lesson to begin with, and its language."""

    def on_mount(self) -> None:
        """Begin with the lesson that was asked for; its experiment is on the bench already."""
        if self.first_lesson is not None:
            self._read_lesson(*self.first_lesson, self._begin)

    @property
    def workbench(self) -> Workbench:
        """The workbench."""
        raise NotImplementedError

    @property
    def own_work(self) -> tuple[Spec, Spec]:
        """In a lesson what was on the bench before; the lesson's experiment is nobody's own."""
        if self.lesson is None:
            return super().own_work
        return (self.spec, self.spec) if self._before is None else (self._before.spec, self._before.saved)

    def stop_showing(self) -> None:
        """Stop "show me" where it is at work."""

    @property
    def language(self) -> str:
        """The language of the lessons."""
        from nn_tui.lessons.language import language_for
        from nn_tui.lessons.progress import read_progress

        return (
            self.lesson.lesson.language
            if self.lesson is not None
            else language_for(read_progress().language)
        )

    def lesson_word(self, word: str, *parts: object) -> str:
        """Give a word around the lessons in their language."""
        from nn_tui.lessons.shelf import words

        return words(self.language)[word].format(*parts)

    def action_show_lessons(self) -> None:
        """Show the list of lessons."""
        from nn_tui.tui.screens.lessons import LessonsScreen

        now = "" if self.lesson is None else self.lesson.lesson.outline.name
        self.push_screen(LessonsScreen(self.language, now), self._take_lesson)

    def _take_lesson(self, chosen: tuple[str, str] | None) -> None:
        if chosen is None:
            return
        name, language = chosen
        if self.lesson is not None and language != self.language:
            self.speak(language)
        if name == "leave":
            self.leave_lesson()
        elif name:
            self.open_lesson(name, language)

    def open_lesson(self, name: str, language: str) -> None:
        """Open a lesson: its experiment on the bench, its page beside it."""
        self._read_lesson(name, language, self._open)

    def _read_lesson(self, name: str, language: str, then: Callable[[Lesson], None]) -> None:
        """Read a lesson in a thread: its numbers are computed, which may take a moment."""
        from nn_tui.lessons.shelf import lesson

        def read() -> None:
            try:
                found = lesson(name, language)
            except NnTuiError as error:
                self.call_from_thread(self.say, f"! {error}")
                return
            self.call_from_thread(then, found)

        self.run_worker(read, thread=True, exclusive=True, group="lesson", exit_on_error=False)

    def _open(self, lesson: Lesson) -> None:
        from nn_tui.lessons.shelf import preset

        spec = preset(lesson.outline.name)

        def step() -> None:
            if self.lesson is None:
                now = self.snapshot
                run = now.run if now is not None and now.spec == self.spec else None
                self._before = _Before(self.spec, self.saved, self.path, self.history, run)
            self.history, self.saved, self.path = SpecHistory(spec), spec, None
            self._begin_anew(spec)
            self._begin(lesson)

        self.unless_lost(spec, step)

    def _begin_anew(self, spec: Spec, run: RunCard | None = None) -> None:
        """Put an experiment on the bench that nothing was trained of yet, or a kept run."""
        if self.trainer is not None:
            self._leave_trainer()
        self.follower = None
        self.snapshot = without_run(spec)
        self._run, self._sent = run, None
        if spec == self.spec:
            self._look()
        else:
            self.spec = spec

    def _begin(self, lesson: Lesson) -> None:
        from nn_tui.lessons.sitting import Sitting

        self.stop_showing()
        self.sitting = Sitting(lesson)
        self.workbench.lesson_begins()
        self.renew_lesson()
        if self._looking is None:
            self._looking = self.set_interval(LOOK, self.look_at_lesson)

    @property
    def moment(self) -> Moment:
        """What a condition may look at now."""
        from nn_tui.lessons.moment import Moment

        bench = self.workbench
        kind = type(self.screen).__name__.removesuffix("Screen").lower()
        over = "" if self.screen is bench else self.screen.name or kind
        watched = self._watched
        insight = watched.insights[0] if watched.insights else ""
        options: dict[str, int] = {}
        chosen: dict[str, str] = {}
        picture = None if self.snapshot is None else self.snapshot.insights.get(insight)
        for control in () if picture is None else picture.controls:
            options[control.option], chosen[control.option] = control.at, control.words
        options |= watched.options.get(insight, {})
        return Moment(self.spec, self.snapshot, insight, options, chosen, over)

    def look_at_lesson(self) -> None:
        """Look whether the page's task is done, and say so."""
        if not self.screen_stack:  # the timer's last tick may come while the program ends
            return
        sitting = self.sitting
        if sitting is None or self.checkup is None or (self.trainer is None and not self.checkup.problems):
            return
        if sitting.see(self.moment) and sitting.view.task is not None:
            self._keep(sitting.view.lesson.outline.name, sitting.view.task.name)
        self.renew_lesson()

    def _keep(self, lesson: str, task: str) -> None:
        from nn_tui.lessons.progress import keep_progress

        try:
            keep_progress(lesson, task)
        except NnTuiError as error:
            self.say(f"! {error}")

    def renew_lesson(self) -> None:
        """Show the lesson as it is now."""
        self.lesson = None if self.sitting is None else self.sitting.view
        if self.learning != (self.lesson is not None):
            self.learning = self.lesson is not None
            self.renew_situation()

    def action_next_page(self) -> None:
        """Go on: to the answer of a question, to the next page, or to the list after the last one."""
        sitting = self.sitting
        if sitting is None:
            return
        self.say("")
        if sitting.go(1):
            self.arrive(sitting)
        else:
            self.say(self.lesson_word("finished", sitting.view.lesson.outline.number))
            self.action_show_lessons()

    def action_previous_page(self) -> None:
        """Go back a page."""
        if self.sitting is not None and self.sitting.go(-1):
            self.arrive(self.sitting)

    def arrive(self, sitting: Sitting) -> None:
        """Show a page; open the experiment that its task wants."""
        from nn_tui.lessons.shelf import preset

        task = sitting.view.task
        if task is not None and task.preset and not sitting.view.task_done and sitting.attempt is None:
            which = "" if task.preset == START else task.preset
            spec = preset(sitting.view.lesson.outline.name, which)
            self.history.push(spec, f"open {spec.name}")
            self.saved = spec
            self._begin_anew(spec)
            self.say(self.lesson_word("begin_again"))
        self.renew_lesson()
        self.workbench.action_go_lesson()

    def action_hint(self) -> None:
        """Show the hint of the task, or take it away."""
        if self.sitting is not None and self.sitting.view.page.hint:
            self.sitting.hint()
            self.renew_lesson()

    def action_change_language(self) -> None:
        """Tell the lesson in the next language."""
        from nn_tui.lessons.language import next_language

        self.speak(next_language(self.language))

    def speak(self, language: str) -> None:
        """Tell the lesson in a language, and remember it."""
        from nn_tui.lessons.progress import keep_progress

        try:
            keep_progress(language=language)
        except NnTuiError as error:
            self.say(f"! {error}")
        if self.sitting is not None:
            self._read_lesson(self.sitting.view.lesson.outline.name, language, self._go_on_in)

    def _go_on_in(self, lesson: Lesson) -> None:
        if self.sitting is not None:
            self.sitting.speak(lesson)
            self.renew_lesson()

    def leave_lesson(self) -> None:
        """Leave the lesson and go back to what was on the bench before."""
        from nn_tui.experiment.sources import DEFAULT, open_source

        self.stop_showing()
        before, self._before, self.sitting = self._before, None, None
        if self._looking is not None:
            self._looking.stop()
            self._looking = None
        self.renew_lesson()
        self.workbench.lesson_ends()
        if before is None:
            spec = open_source(DEFAULT)
            before = _Before(spec, spec, None, SpecHistory(spec), None)
        self.history, self.saved, self.path = before.history, before.saved, before.path
        run = before.run
        kept = run is not None and Path(run.folder).exists()
        self.run_worker(self._go_back(before.spec, run if kept else None), group="lesson", exclusive=True)

    async def _go_back(self, spec: Spec, run: RunCard | None) -> None:
        """Put on the bench what was there, once the trainer that had the run has let go of it."""
        closing = [worker for worker in self.workers if worker.group == "close"]
        if closing:
            await self.workers.wait_for_complete(closing)
        self._begin_anew(spec, run)
