"""What the app holds: the history of specs, the trainer's handle, the newest snapshot. Draws nothing.

an edit -> history -> spec -> looked at -> commands to the trainer
a frame -> trainer.newest() -> snapshot -> panels
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import App
from textual.filter import Monochrome
from textual.reactive import var

from nn_tui.data.settings import NO_ROWS
from nn_tui.experiment import commands as command
from nn_tui.experiment.gate import Gate
from nn_tui.experiment.snapshot import Snapshot, without_run
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.undo import SpecHistory
from nn_tui.experiment.words import branch_words
from nn_tui.tui.actions import Situation
from nn_tui.tui.content import NoOrders
from nn_tui.tui.courtesy import run_courteously
from nn_tui.tui.frames import MOST_A_SECOND, FrameRate
from nn_tui.tui.messages import CheckedUp, InsightShown, SpecEdited
from nn_tui.tui.notices import Notices
from nn_tui.tui.styles.no_colours import NoColours
from nn_tui.tui.styles.themes import DARK, LIGHT, with_few_colours
from nn_tui.tui.terminal import needs_ascii, wants_no_colours
from nn_tui.tui.trainer_handle import TrainerHandle
from nn_tui.tui.typing_order import TypingOrder
from nn_tui.tui.wording import progress_words

if TYPE_CHECKING:
    from nn_tui.data.files.looking import Watch
    from nn_tui.experiment.breakpoints import Breakpoint
    from nn_tui.experiment.checkup import Checkup
    from nn_tui.experiment.runs.card import RunCard
    from nn_tui.experiment.runs.follower import Follower
    from nn_tui.experiment.runs.shelf import Fork

FOLLOWING = "Another process has this run open. If it is in the background, space takes it over."


def _nothing() -> None:
    """Do nothing."""


def _no_spec() -> Spec:
    raise AssertionError("the constructor sets the spec before anybody reads it")


class Bench(Notices):
    """The spec, what was found about it, the trainer and its newest snapshot.

    Args:
        spec: the experiment to begin with.
        trainer_factory: what makes a trainer of a spec. Default: the real one.
        path: the file it came from, where saving writes to. Default: none.
        run: a saved run to go on with, or where a new one branches off. Default: none.
        ascii_only: whether to draw with ASCII characters only. Default: as the locale needs it.
    """

    spec: var[Spec] = var(_no_spec, init=False)
    checkup: var[Checkup | None] = var(None, init=False)
    snapshot: var[Snapshot | None] = var(None, init=False)
    frame: var[int] = var(0, init=False)
    """Counts frames while it trains, so that panels can draw at every so many."""
    situation: var[Situation] = var(Situation(), init=False)

    def __init__(
        self,
        spec: Spec,
        trainer_factory: Callable[..., TrainerHandle] | None = None,
        *,
        path: Path | None = None,
        run: RunCard | Fork | None = None,
        ascii_only: bool | None = None,
    ) -> None:
        colourless = wants_no_colours()
        super().__init__()
        self._begin_dark()
        self.no_color = colourless
        self._filters.append(NoOrders())
        if colourless:
            self._filters = [one for one in self._filters if not isinstance(one, Monochrome)]
            self._filters.append(NoColours(lambda: self.theme_variables))
        self.animation_level = "none"
        self.ascii_only = needs_ascii() if ascii_only is None else ascii_only
        self.path = path
        self.saved = spec
        self.history = SpecHistory(spec)
        self.trainer: TrainerHandle | None = None
        self.follower: Follower | None = None
        """The trainer where it only follows another process."""
        self.pace: float | None = None
        self.breakpoints: tuple[Breakpoint, ...] = ()
        self.reading: Watch | None = None
        self.learning = False
        """Whether a lesson is open."""
        self.greeting = ""
        """What to say first."""
        self.settled: Callable[[], None] = _nothing
        """Called when what the start needs is there: first with the first paint, then with the trainer."""
        self.gate = Gate()
        self.frames = FrameRate(lambda: self.held)
        self.typing_order = TypingOrder(self)
        self._progress = (0.0, "")
        self._factory = trainer_factory
        self._run = run
        self._sent: Spec | None = None
        self._afresh = self._hidden = False
        self._waiting: list[command.Command] = []
        self._expected = 0
        """Commands that the trainer will have obeyed when it has done what a person asked for last."""
        self._watched = command.Watch((), {})
        self.set_reactive(Bench.spec, spec)

    def _begin_dark(self) -> None:
        """Take our themes before there is a style that they would change: each change reads all anew."""
        few = self.console.color_system in ("standard", "windows")
        for theme in (DARK, LIGHT):
            self.register_theme(with_few_colours(theme) if few else theme)
        self.set_reactive(App.theme, DARK.name)
        self.stylesheet.set_variables(self.get_css_variables())

    def run(self, **options: Any) -> Any:
        """Run it; trainers wait while it works. Takes and gives what `App.run` does, but for a loop."""
        options.pop("loop", None)
        return run_courteously(self.run_async(**options), self.gate)

    def on_mount(self) -> None:
        """Show something first, then look at the spec and make the trainer."""
        self.set_class(self.ascii_only, "-ascii")
        self.call_after_refresh(self._look)
        self.call_after_refresh(self.settled)
        self.say(self.greeting, stays=True)
        self.set_interval(1 / MOST_A_SECOND, self.draw_frame)

    def on_unmount(self) -> None:
        """End the trainer."""
        if self.trainer is not None:
            self.trainer.close()

    @property
    def trained(self) -> bool:
        """Whether there are weights that training has made, which could be lost."""
        return self.snapshot is not None and (
            self.snapshot.status.epoch > 0 or self.snapshot.status.batch > 0
        )

    @property
    def own_work(self) -> tuple[Spec, Spec]:
        """The experiment that is a person's own, as it is and as it was saved."""
        return self.spec, self.saved

    def note_progress(self, share: float, doing: str) -> None:
        """Remember how far reading is; called in the reading thread, shown at the next frame."""
        self._progress = (share, doing)

    def stop_reading(self) -> None:
        """Cancel what is being read."""
        if self.reading is not None:
            self.reading.cancelled = True
            self.reading = None
            self.say("Reading was cancelled.")
        self._progress = (0.0, "")

    def _ask_over(self, follower: Follower, order: command.Command) -> None:
        if isinstance(order, (command.Play, command.RunBatches, command.RunEpoch)):
            self.say(follower.ask_over())
        else:
            self.say(FOLLOWING)

    def command(self, order: command.Command) -> None:
        """Send a command to the trainer, or keep it until there is one; say why it cannot be."""
        self.say("")
        if isinstance(order, command.Ask) and self.trainer is not None:
            self.trainer.send(order)
        elif self.follower is not None:
            self._ask_over(self.follower, order)
        elif self.checkup is not None and self.checkup.problems:
            self.show_problem()
        elif self.trainer is None:
            self._waiting.append(order)
        else:
            self.trainer.send(order)
            self._expected = self.trainer.ordered

    def caught_up(self) -> bool:
        """Return whether what a person asked of the trainer is done and known here; looks at the newest."""
        if self.snapshot is not None and self.snapshot.obeyed < self._expected:
            self.take_newest()
        return self.snapshot is None or self.snapshot.obeyed >= self._expected

    def _take_over(self, follower: Follower) -> None:
        """Take up a run that another process has let go of."""
        from nn_tui.experiment.runs.background import ENDED, looked_at, news

        run, goes_on = follower.card, follower.asked > 0
        told = f"{run.name} is taken over." if goes_on else news(run)
        self._run = run
        self._replace_trainer()
        if goes_on and run.status not in ENDED and self.trainer is not None:
            self.trainer.send(command.Play())
        looked_at(Path(run.folder))
        self.say(told)

    def show_problem(self) -> None:
        """Say the first problem and go to its place."""
        assert self.checkup is not None
        problem = self.checkup.problems[0]
        self.say(f"! {problem}")
        self.go_to(problem.path)

    def go_to(self, path: str) -> None:
        """Show the place of the build panel that a path belongs to."""
        raise NotImplementedError

    def open_run(self, run: RunCard | Path) -> None:
        """Go on with a kept run, or with the run of a bundle."""
        raise NotImplementedError

    def ask(self, question: str, lost: str, go_on: str, then: Callable[[], None]) -> None:
        """Ask before something is lost; `then` is done on yes."""
        from nn_tui.tui.screens.confirm import ConfirmScreen

        def answered(yes: bool | None) -> None:
            if yes:
                then()

        self.push_screen(ConfirmScreen(question, lost, go_on), answered)

    @on(SpecEdited)
    def take_edit(self, event: SpecEdited) -> None:
        """Make an edit a step of the history."""
        event.stop()
        self.edit(event.spec, event.label, fold=event.fold)

    def edit(self, spec: Spec, label: str, *, fold: bool = False, afresh: bool = False) -> None:
        """Make a changed spec the present one; ask first where training would be lost.

        Args:
            spec: the changed one.
            label: what the step is called.
            fold: make it one step with the last one of the same label. Default no.
            afresh: begin with the weights of its seed, whatever was changed. Default no.
        """
        if spec == self.spec:
            return
        if self.follower is not None:
            self.say(FOLLOWING)
            return

        from nn_tui.experiment.edits import suited

        changed, notes = suited(self.spec, spec)

        def step() -> None:
            self.history.push(changed, label, fold=fold)
            self._afresh = afresh
            self.spec = changed
            if notes:
                self.say(" ".join(notes))

        self.unless_lost(changed, step)

    @property
    def kept(self) -> bool:
        """Whether what was trained is on disk, so that leaving it loses nothing."""
        now = self.snapshot
        return now is not None and not now.trouble and (now.run is not None or now.branch is not None)

    def untrained_words(self) -> str:
        """Say that what is shown was not trained, so that no run answers for it."""
        branch = None if self.snapshot is None else self.snapshot.branch
        if branch is None:
            return "Train first: nothing is trained yet."
        return "Train first: this was changed since it was trained. u takes the change back."

    def go_on_with(self, run: RunCard | Fork, spec: Spec) -> None:
        """Take up a saved run, or branch off from it: its experiment, its weights, its curves."""
        self.history.push(spec, f"open {spec.name}")
        self.saved, self.path = spec, None
        self._run, self._sent = run, None
        if spec == self.spec:
            self._look()
        else:
            self.spec = spec

    def unless_lost(self, spec: Spec, then: Callable[[], None]) -> None:
        """Do something that leads to a spec; ask first when its data make the trained weights useless.

        Nothing is asked where the run is kept: it can be opened again.
        """
        self.say("")
        from nn_tui.experiment.changes import same_rows

        if not self.trained or self.kept or same_rows(self.spec, spec):
            then()
            return
        assert self.snapshot is not None
        lost = f"Other data begin a new run: {self.snapshot.status.epoch} epochs of training are lost."
        self.ask("Other data", lost, "begin anew", then)

    def watch_spec(self) -> None:
        """Look at the new spec."""
        self.renew_situation()
        self._look()

    def _look(self) -> None:
        """Look at the spec: at once when its data were read before, else in a thread."""
        if self.checkup is not None and self.checkup.spec.data == self.spec.data:
            from nn_tui.experiment.checkup import check_up

            self._take(check_up(self.spec))
            return
        spec = self.spec

        def look() -> None:
            from nn_tui.experiment.checkup import check_up
            from nn_tui.insight.tabs import insights

            insights()  # imports them here, so that the screen need not wait for it
            self.post_message(CheckedUp(check_up(spec)))

        self.run_worker(look, thread=True, exclusive=True, group="look")

    @on(CheckedUp)
    def take_checkup(self, event: CheckedUp) -> None:
        """Take what the thread found, if it is still asked for."""
        if event.checkup.spec is self.spec:
            self._take(event.checkup)

    def _take(self, checkup: Checkup) -> None:
        self.checkup = checkup
        if checkup.problems:
            if self.trainer is not None and self.situation.training:
                self.trainer.send(command.Pause())
            if self._waiting:
                self._waiting.clear()
                self.show_problem()
            if self.spec.data.source == NO_ROWS and self.trainer is not None:
                self._hidden, self.snapshot = True, without_run(self.spec)
            return
        self._bring_up_to_date()
        assert self.trainer is not None
        for order in self._waiting:
            self.trainer.send(order)
            self._expected = self.trainer.ordered
        self._waiting.clear()

    def _bring_up_to_date(self) -> None:
        """Make the trainer train the present spec: by commands, or by a new one for what was opened."""
        from nn_tui.experiment.changes import changes

        self._hidden = False
        if self.trainer is None or self._sent is None or self.follower is not None:
            self._replace_trainer()
        elif self._afresh:
            self.trainer.send(command.Rebuild(self.spec, keep_weights=False))
        else:
            for order in changes(self._sent, self.spec):
                self.trainer.send(order)
        self._sent, self._afresh = self.spec, False
        self.settled()
        self.settled = _nothing

    def _leave_trainer(self) -> None:
        """End a trainer whose network is no longer the one that is shown, and show nothing of it."""
        assert self.trainer is not None
        self.run_worker(self.trainer.close, thread=True, group="close")
        self.trainer, self._sent, self._expected = None, None, 0
        self.snapshot = without_run(self.spec)

    def _replace_trainer(self) -> None:
        old = self.trainer
        if old is not None and self._run is not None:
            # It may train the very run that is opened: it must have let go of it before.
            old.close()
        elif old is not None:
            self.run_worker(old.close, thread=True, group="close")
        if self._factory is None:
            from nn_tui.experiment.runs.store import RunStore
            from nn_tui.experiment.trainer import Trainer

            self._factory = partial(Trainer, store=RunStore(), gate=self.gate)
        run, self._run = self._run, None
        self._expected = 0
        self.trainer = self.follower = None if run is None else self._follower_of(run)
        if self.trainer is None:
            self.trainer = self._factory(self.spec) if run is None else self._factory(self.spec, start=run)
        self.trainer.send(self._watched)
        if self.pace is not None:
            self.trainer.send(command.SetPace(self.pace))
        if self.breakpoints:
            self.trainer.send(command.BreakAt(self.breakpoints))
        self.take_newest()

    def _follower_of(self, run: RunCard | Fork) -> Follower | None:
        """Follow a run that another process trains; None where there is no such process."""
        from nn_tui.experiment.runs.follower import Follower
        from nn_tui.experiment.runs.keeper import taken_by
        from nn_tui.experiment.runs.shelf import Fork

        if isinstance(run, Fork) or not taken_by(Path(run.folder)):
            return None
        return Follower(self.spec, run)

    @on(InsightShown)
    def watch_insights(self, event: InsightShown) -> None:
        """Have the visible insights computed, and no others."""
        watched = command.Watch(event.names, event.options)
        if watched != self._watched:
            self._watched = watched
            if self.trainer is not None:
                self.trainer.send(watched)

    def draw_frame(self) -> None:
        """Take what is new when a frame is due; nothing is drawn when it is what was drawn last."""
        self.age_notice()
        hurried = self.situation.training and self.pace is None
        if not self.frames.due(hurried=hurried) and not self._phase_changed():
            return
        self.frames.begin()
        before = self.frame
        self.take_newest()
        if self.frame != before:
            self.call_after_refresh(self.frames.end)

    def _phase_changed(self) -> bool:
        """Whether training has begun or ended since the last frame: that is shown at once."""
        if self.trainer is None or self.snapshot is None or self._hidden:
            return False
        return self.trainer.newest().status.phase != self.snapshot.status.phase

    def take_newest(self) -> None:
        """Read the newest snapshot; panels redraw what is not the same object as before."""
        if self.reading is not None and self._progress[1]:
            self.say(f"{progress_words(*self._progress)}   esc cancels")
        if self.trainer is not None and not self.held and not self._hidden:
            self.snapshot = self.trainer.newest()
            if self.follower is not None and self.follower.released:
                self._take_over(self.follower)
            if self.situation.training:
                self.frame += 1

    def when_resting(self, then: Callable[[], None], tries: int = 50) -> None:
        """Do something once nothing is trained any more, or after some seconds in any case."""
        self.take_newest()
        if self.situation.training and tries:
            self.set_timer(0.1, partial(self.when_resting, then, tries - 1))
        else:
            then()

    def watch_snapshot(self, before: Snapshot | None, now: Snapshot | None) -> None:
        """Say what made the training pause or fail; follow it to another epoch."""
        self.renew_situation()
        if now is not None and now.moves != (0 if before is None else before.moves):
            self._follow(now)
        was = None if before is None else before.status.phase
        if now is not None and now.branch is not None and (before is None or before.branch is None):
            self.say(f"{branch_words(now.branch)} u goes back to it.")
        if now is not None and now.status.stopped and now.status.phase != was:
            self.say(f"Paused by {now.status.stopped}.")
        if now is not None and now.status.phase == "failed" and was != "failed":
            self.say(f"! {now.status.error} {now.status.remedy}".strip())

    def _follow(self, now: Snapshot) -> None:
        """Take the experiment as it was at the epoch that was gone to."""
        if now.spec != self.spec:
            self.history.push(now.spec, "go to another epoch", fold=True)
            self._sent = now.spec
            self.spec = now.spec
        if now.place is not None:
            last = now.place.last
            end = f" of {last:g}." if last == int(last) else f"; the run ends within epoch {int(last) + 1}."
            told = f"Epoch {now.place.epoch}{end} < > go through the epochs kept"
            self.say(f"{told}, space trains on from here as a new run.")

    def renew_situation(self) -> None:
        """Work out which actions make sense."""
        phase = "ready" if self.snapshot is None else self.snapshot.status.phase
        undo, redo = bool(self.history.undo_label), bool(self.history.redo_label)
        self.situation = Situation(phase=phase, undo=undo, redo=redo, lesson=self.learning)
