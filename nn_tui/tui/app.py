"""The app: it owns the history of specs and the trainer's handle; screens and panels do the rest."""

from __future__ import annotations

import locale
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from textual.app import App, SystemCommand
from textual.screen import Screen

from nn_tui.declare import registered, sentence
from nn_tui.errors import NnTuiError
from nn_tui.experiment import commands as command
from nn_tui.experiment.build import load_data
from nn_tui.experiment.changes import changes
from nn_tui.experiment.examples import example, names
from nn_tui.experiment.shapes import LayerRow, stack
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.sources import open_source
from nn_tui.experiment.spec import Spec, Thing
from nn_tui.experiment.spec_file import save, set_value
from nn_tui.experiment.validation import Problem, problems
from nn_tui.tui import themes
from nn_tui.tui.actions import ACTIONS, bindings
from nn_tui.tui.editing import Edit, layer_choices, new_layer_form, open_form
from nn_tui.tui.forms.fields import next_on_scale
from nn_tui.tui.forms.form import Answer
from nn_tui.tui.panels.build import BuildPanel
from nn_tui.tui.panels.insights import InsightPanel
from nn_tui.tui.panels.log import LogPanel
from nn_tui.tui.screens.dialogs import Ask, Chooser, Help, Jump
from nn_tui.tui.screens.workbench import Workbench

if TYPE_CHECKING:
    from nn_tui.experiment.trainer import Trainer

FRAMES_PER_SECOND = 10
PACES: tuple[float | None, ...] = (1, 2, 5, 10, 30, None)


class Handle(Protocol):
    """What the app needs of a trainer."""

    def send(self, order: command.Command) -> None:
        """Ask for something."""

    def newest(self) -> Snapshot:
        """Give the latest snapshot."""

    def close(self) -> None:
        """End it."""


def start_trainer(spec: Spec) -> Trainer:
    """Start the worker thread."""
    from nn_tui.experiment.trainer import Trainer

    return Trainer(spec)


class NnTuiApp(App[None]):
    """The workbench as a program.

    Args:
        spec: the experiment to begin with.
        trainer_factory: makes the worker for a spec; tests give their own.
    """

    CSS_PATH = "styles/base.tcss"
    TITLE = "nn-tui"
    BINDINGS = bindings()
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, spec: Spec, trainer_factory: Callable[[Spec], Handle] = start_trainer) -> None:
        super().__init__()
        self.specs = [spec]
        self.place = 0
        self.problems: tuple[Problem, ...] = ()
        self.rows: tuple[LayerRow, ...] = ()
        self.applied = spec
        self.trainer: Handle | None = None
        self.snapshot: Snapshot | None = None
        self._factory = trainer_factory
        encoding = locale.getpreferredencoding(False).lower()
        self.ascii_only = "utf" not in encoding or bool(os.environ.get("NN_TUI_ASCII"))

    @property
    def spec(self) -> Spec:
        """The experiment as edited."""
        return self.specs[self.place]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give our colours to themes that do not have them."""
        return themes.defaults()

    def on_mount(self) -> None:
        """Show the workbench, then start the worker: what is seen comes first."""
        self.register_theme(themes.DARK)
        self.register_theme(themes.LIGHT)
        self.theme = themes.DARK.name
        self.set_class(self.ascii_only, "-ascii")
        insights = list(registered("insight"))
        self._look_over()
        self.workbench = Workbench(insights, self._suitable_insight(insights))
        self.push_screen(self.workbench)
        self.call_after_refresh(self._start)

    def _suitable_insight(self, insights: list[str]) -> str:
        """Begin with the network where it is small, and with the fit where that can be drawn."""
        inputs = self.rows[0].output_shape if self.rows else ()
        return "fit" if inputs in ((1,), (2,)) and "fit" in insights else insights[0]

    def _start(self) -> None:
        self._new_trainer()
        self.show_all()
        self.set_interval(1 / FRAMES_PER_SECOND, self._frame)

    def _new_trainer(self) -> None:
        if self.trainer is not None:
            self.trainer.close()
            self.workbench.query_one(LogPanel).restart()
        self.applied, self.snapshot = self.spec, None
        self.trainer = self._factory(self.spec)
        self._watch(self.workbench.query_one(InsightPanel).chosen)

    def on_unmount(self) -> None:
        """End the worker with the app."""
        if self.trainer is not None:
            self.trainer.close()

    def _frame(self) -> None:
        """Show the newest snapshot if it is another one."""
        if self.trainer is None:
            return
        newest = self.trainer.newest()
        if newest is not self.snapshot:
            self.snapshot = newest
            self.workbench.show_snapshot(self.spec, self.rows, newest)

    def show_all(self) -> None:
        """Show the spec and the newest snapshot anew."""
        self.workbench.show_spec(self.spec, self.rows, self.problems)
        if self.trainer is not None:
            self.snapshot = self.trainer.newest()
            self.workbench.show_snapshot(self.spec, self.rows, self.snapshot)

    def _look_over(self) -> None:
        """Find shapes and problems of the spec as it is now."""
        self.problems = problems(self.spec)
        try:
            self.rows = stack(self.spec)
            self.rows_in_epoch = len(load_data(self.spec.data).train)
        except NnTuiError:
            self.rows, self.rows_in_epoch = (), 0

    def edit(self, make: Edit) -> bool:
        """Change the spec by an edit; what cannot be is told, and nothing changes."""
        try:
            edited = make(self.spec)
        except NnTuiError as error:
            self.workbench.tell(str(error))
            return False
        if edited == self.spec:
            return True
        self.specs = [*self.specs[: self.place + 1], edited]
        self.place += 1
        self._apply()
        return True

    def _apply(self) -> None:
        """Give the worker what changed, as soon as it can be trained."""
        self._look_over()
        if self.trainer is None:
            return
        if self.problems:
            self.trainer.send(command.Pause())
        else:
            orders = changes(self.applied, self.spec)
            if orders is None:
                self._new_trainer()
            else:
                for order in orders:
                    self.trainer.send(order)
                self.applied = self.spec
        self.workbench.rows_in_epoch = self.rows_in_epoch
        self.show_all()

    def _watch(self, name: str) -> None:
        if self.trainer is not None:
            self.trainer.send(command.Watch((name,), {}))

    def on_insight_panel_watched(self, event: InsightPanel.Watched) -> None:
        """Have another insight computed."""
        self._watch(event.name)

    def on_build_panel_line_chosen(self, event: BuildPanel.LineChosen) -> None:
        """Open the form of the line."""
        if event.path == "add":
            self.action_add_layer()
            return
        opened = open_form(self.spec, event.path)
        if opened is None:
            return
        form, edit_of = opened

        def finish(answer: Answer | None) -> None:
            if answer is None:
                return
            if answer.button == "apply":
                self.edit(edit_of(answer))
            else:
                getattr(self, f"action_{_BUTTONS[answer.button]}")()

        self.push_screen(form, finish)

    def _train(self, order: command.Command) -> None:
        if self.problems:
            problem = self.problems[0]
            self.workbench.tell(str(problem))
            self.workbench.query_one(BuildPanel).select(".".join(problem.path.split(".")[:2]))
            self.workbench.query_one(BuildPanel).focus()
        elif self.trainer is not None:
            self.workbench.tell("")
            self.trainer.send(order)

    def action_train(self) -> None:
        """Start training, or pause it."""
        training = self.snapshot is not None and self.snapshot.status.phase == "training"
        self._train(command.Pause() if training else command.Play())

    def action_one_batch(self) -> None:
        """Train one batch."""
        self._train(command.RunBatches(1))

    def action_one_epoch(self) -> None:
        """Train to the end of the epoch."""
        self._train(command.RunEpoch())

    def action_reset(self) -> None:
        """Go back to the same initial weights."""
        self._train(command.Rebuild(self.spec, keep_weights=False))

    def action_new_seed(self) -> None:
        """Start from other weights."""
        self.edit(lambda spec: replace(spec, seed=spec.seed + 1))

    def _change_rate(self, direction: int) -> None:
        path = "compile.optimizer.learning_rate"
        rate = self.snapshot.status.learning_rate if self.snapshot else 0.0
        rate = float(self.spec.compile.optimizer.get("learning_rate", rate or 0.001))
        self.edit(lambda spec: set_value(spec, path, float(f"{next_on_scale(rate, direction):.6g}")))

    def action_rate_down(self) -> None:
        """Lower the learning rate."""
        self._change_rate(-1)

    def action_rate_up(self) -> None:
        """Raise the learning rate."""
        self._change_rate(1)

    def _change_pace(self, direction: int) -> None:
        if self.trainer is None or self.snapshot is None:
            return
        now = self.snapshot.status.pace
        index = PACES.index(now) if now in PACES else len(PACES) - 1
        pace = PACES[max(0, min(len(PACES) - 1, index + direction))]
        self.trainer.send(command.SetPace(pace))
        self.workbench.tell(
            "pace: as fast as possible" if pace is None else f"pace: {pace:g} epochs a second"
        )

    def action_pace_down(self) -> None:
        """Train fewer epochs a second."""
        self._change_pace(-1)

    def action_pace_up(self) -> None:
        """Train more epochs a second."""
        self._change_pace(1)

    def _selected_layer(self) -> int | None:
        kind, _, index = self.workbench.query_one(BuildPanel).selected.partition(".")
        return int(index) if kind == "layers" else None

    def _edit_layers(self, make: Callable[[list[Thing], int], int]) -> None:
        index = self._selected_layer()
        if index is None:
            self.workbench.tell("Select a layer first.")
            return
        layers = list(self.spec.layers)
        chosen = make(layers, index)
        self.edit(lambda spec: replace(spec, layers=tuple(layers)))
        self.workbench.query_one(BuildPanel).select(f"layers.{chosen}")

    def action_add_layer(self) -> None:
        """Choose a layer and put it below the selected one; else before the last, the output."""
        index = self._selected_layer()
        place = max(0, len(self.spec.layers) - 1) if index is None else index + 1

        def chosen(name: str | None) -> None:
            if name is None:
                return
            form, edit_of = new_layer_form(self.spec, place, name)

            def finish(answer: Answer | None) -> None:
                if answer is not None and self.edit(edit_of(answer)):
                    self.workbench.query_one(BuildPanel).select(f"layers.{place}")

            self.push_screen(form, finish)

        self.push_screen(Chooser("Add a layer", layer_choices()), chosen)

    def action_duplicate_layer(self) -> None:
        """Put a copy below the selected layer."""

        def make(layers: list[Thing], index: int) -> int:
            layers.insert(index + 1, layers[index])
            return index + 1

        self._edit_layers(make)

    def action_remove_layer(self) -> None:
        """Take the selected layer away."""

        def make(layers: list[Thing], index: int) -> int:
            del layers[index]
            return index

        self._edit_layers(make)

    def _move_layer(self, by: int) -> None:
        def make(layers: list[Thing], index: int) -> int:
            target = max(0, min(len(layers) - 1, index + by))
            layers.insert(target, layers.pop(index))
            return target

        self._edit_layers(make)

    def action_layer_up(self) -> None:
        """Swap the selected layer with the one above."""
        self._move_layer(-1)

    def action_layer_down(self) -> None:
        """Swap the selected layer with the one below."""
        self._move_layer(1)

    def _go_in_history(self, by: int, nothing: str) -> None:
        if not 0 <= self.place + by < len(self.specs):
            self.workbench.tell(nothing)
            return
        self.place += by
        self._apply()

    def action_undo(self) -> None:
        """Take the last edit back."""
        self._go_in_history(-1, "Nothing to undo.")

    def action_redo(self) -> None:
        """Do the edit again."""
        self._go_in_history(1, "Nothing to redo.")

    def action_examples(self) -> None:
        """Choose a bundled experiment."""
        choices = [(name, sentence(registered("dataset")[example(name).data.source])) for name in names()]

        def chosen(name: str | None) -> None:
            if name is not None:
                self.edit(lambda _: example(name))

        self.push_screen(Chooser("Examples", choices), chosen)

    def action_open_file(self) -> None:
        """Open an experiment by its name or path."""

        def refuse(text: str) -> str:
            try:
                open_source(text)
            except NnTuiError as error:
                return str(error)
            return ""

        def opened(text: str | None) -> None:
            if text is not None:
                self.edit(lambda _: open_source(text))

        self.push_screen(Ask("Open a spec file or an example", "", refuse), opened)

    def action_save(self) -> None:
        """Save the experiment as a spec file."""

        def refuse(text: str) -> str:
            try:
                save(self.spec, text)
            except NnTuiError as error:
                return str(error)
            return "" if text else "Give a file name."

        def saved(text: str | None) -> None:
            if text is not None:
                self.workbench.tell(f"Saved as {text}.")

        self.push_screen(Ask("Save the experiment as", f"{self.spec.name}.toml", refuse), saved)

    def action_insight(self, number: int) -> None:
        """Show an insight by its number."""
        self.workbench.query_one(InsightPanel).choose(number)

    def action_view(self, name: str) -> None:
        """Go to a panel."""
        self.workbench.choose_view(name)

    def action_next_view(self) -> None:
        """Go to the next panel."""
        self.workbench.next_view()

    def action_jump(self) -> None:
        """Go to a panel by its letter."""

        def chosen(name: str | None) -> None:
            if name is not None:
                self.workbench.choose_view(name)

        self.push_screen(Jump(), chosen)

    def action_help(self) -> None:
        """Show the keys."""
        self.push_screen(Help())

    def action_change_look(self) -> None:
        """Change between dark and light."""
        light = self.theme == themes.LIGHT.name
        self.theme = themes.DARK.name if light else themes.LIGHT.name

    def action_leave(self) -> None:
        """Leave the program."""
        self.exit()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Put every action into the command palette."""
        del screen
        for action in ACTIONS:
            yield SystemCommand(action.title, action.help, getattr(self, f"action_{action.name}"))


_BUTTONS = {
    "duplicate": "duplicate_layer",
    "up": "layer_up",
    "down": "layer_down",
    "remove": "remove_layer",
}
