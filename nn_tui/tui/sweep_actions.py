"""Sweeps: what is varied is asked, a process of its own trains the trials, the app follows it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.timer import Timer

from nn_tui.errors import NnTuiError
from nn_tui.tui.bench import Bench
from nn_tui.tui.messages import SweepWanted

if TYPE_CHECKING:
    from nn_tui.sweep.job import SweepJob
    from nn_tui.sweep.plan import Plan
    from nn_tui.sweep.shelf import Shelved
    from nn_tui.tui.forms.varying import Asked
    from nn_tui.tui.screens.sweep import SweepLeft
    from nn_tui.tui.screens.sweep_plan import SweepAsked

READS_PER_SECOND = 10


class SweepActions(Bench):
    """The Sweep screens, and the sweep that runs while the person does something else."""

    sweep_job: SweepJob | None = None
    """The sweep that was looked at last."""
    _sweep_asked: Asked | None = None
    """What was filled in the last time."""
    _sweep_reading: Timer | None = None

    def action_sweep(self) -> None:
        """Show the sweep that runs, else ask what is varied."""
        if self.sweep_job is not None:
            self.show_sweep(self.sweep_job)
        else:
            self.ask_sweep()

    def ask_sweep(self) -> None:
        """Ask what is varied."""
        from nn_tui.tui.screens.sweep_plan import SweepPlanScreen

        if self.checkup is None:
            self.say("The data are still being read.")
        elif self.checkup.problems:
            self.show_problem()
        else:
            self.push_screen(SweepPlanScreen(self.spec, self._sweep_asked), self._take_sweep_asked)

    def _take_sweep_asked(self, chosen: SweepAsked | None) -> None:
        if chosen is None:
            return
        self._sweep_asked = chosen.asked
        if chosen.plan is None:
            self.list_sweeps()
        elif self.sweep_job is not None and self.sweep_job.running:
            self.say("A sweep is running: V shows it, space there stops it.")
        else:
            self.begin_sweep(chosen.plan, chosen.asked)

    def begin_sweep(self, plan: Plan, asked: Asked) -> None:
        """Make the trials in a thread, then have them trained."""
        self.say(f"Making {plan.size:,} trials ...")

        def make() -> None:
            from nn_tui.sweep.headless import open_sweep
            from nn_tui.sweep.job import SweepJob
            from nn_tui.sweep.standings import Standings

            try:
                sweep = open_sweep(plan, None, resume=False)
            except NnTuiError as error:
                self.call_from_thread(self.say, f"! {error}")
                return
            sweep.folder.close()
            standings = Standings(sweep.plan, sweep.folder)
            job = SweepJob(standings, asked.at_once, asked.scheduler)
            self.call_from_thread(self._begin_sweep_job, job)

        self.run_worker(make, thread=True, group="sweep", exit_on_error=False)

    def _begin_sweep_job(self, job: SweepJob) -> None:
        self.say("")
        job.start()
        self.follow_sweep(job)
        self.show_sweep(job)

    def show_sweep(self, job: SweepJob) -> None:
        """Show a sweep."""
        from nn_tui.tui.screens.sweep import SweepScreen

        if self.sweep_job is None or not self.sweep_job.running:
            self.sweep_job = job
        self.push_screen(SweepScreen(job), self._leave_sweep)

    def _leave_sweep(self, left: SweepLeft | None) -> None:
        if left is None:
            if self.sweep_job is not None and self.sweep_job.running:
                self.say("The sweep goes on: V shows it.")
        elif left.what == "open" and left.run is not None:
            self.open_run(left.run)
        elif left.what == "new":
            self.ask_sweep()
        else:
            self.list_sweeps()

    @on(SweepWanted)
    def go_on_with_sweep(self, event: SweepWanted) -> None:
        """Go on with a sweep that rests, unless another one is running."""
        event.stop()
        other = self.sweep_job
        if other is not None and other is not event.job and other.running:
            event.job.told = "Another sweep is running: V in the workbench shows it."
            event.job.changes += 1
            return
        event.job.start()
        self.follow_sweep(event.job)

    def follow_sweep(self, job: SweepJob) -> None:
        """Take what the sweep's process tells, many times a second, until it ends."""
        self.sweep_job = job
        if self._sweep_reading is None:
            self._sweep_reading = self.set_interval(1 / READS_PER_SECOND, self._read_sweep)

    def _read_sweep(self) -> None:
        from nn_tui.tui.screens.sweep import SweepScreen

        job = self.sweep_job
        if job is None:
            return
        job.read()
        if job.running:
            return
        if self._sweep_reading is not None:
            self._sweep_reading.stop()
            self._sweep_reading = None
        if not any(isinstance(screen, SweepScreen) for screen in self.screen_stack):
            told = f"! {job.told}" if job.told else job.words
            self.say(f"Sweep: {told}   V shows it.")

    def list_sweeps(self) -> None:
        """List the sweeps that are kept, read in a thread."""

        def read() -> None:
            from nn_tui.sweep.shelf import sweeps

            self.call_from_thread(self._ask_earlier_sweep, sweeps())

        self.run_worker(read, thread=True, exclusive=True, group="sweeps", exit_on_error=False)

    def _ask_earlier_sweep(self, shelf: list[Shelved]) -> None:
        from nn_tui.tui.screens.choose import Choice, ChooseScreen

        if not shelf:
            self.say("No sweep is kept yet: V asks what is varied.")
            return
        found = {str(one.path): one for one in shelf}
        choices = [
            Choice(path, f"{one.name} by {', '.join(one.varied)}", one.words) for path, one in found.items()
        ]

        def take(chosen: str | None) -> None:
            if chosen is not None:
                self._open_sweep(found[chosen])

        self.push_screen(ChooseScreen("Earlier sweeps", choices), take)

    def _open_sweep(self, kept: Shelved) -> None:
        job = self.sweep_job
        if job is not None and job.standings.folder.path == kept.path:
            self.show_sweep(job)
            return

        def read() -> None:
            from nn_tui.sweep.job import SweepJob

            try:
                opened = SweepJob.opened(kept.path)
            except NnTuiError as error:
                self.call_from_thread(self.say, f"! {error}")
                return
            self.call_from_thread(self.show_sweep, opened)

        self.run_worker(partial(read), thread=True, exclusive=True, group="sweeps", exit_on_error=False)

    def on_unmount(self) -> None:
        """Have a sweep that runs save what it trains and end."""
        if self.sweep_job is not None:
            self.sweep_job.close()
