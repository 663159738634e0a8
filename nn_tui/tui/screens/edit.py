"""Edit a part of the experiment in a form; the charts stay in sight beside it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.getters import query_one
from textual.widgets import Input

from nn_tui.errors import SpecError
from nn_tui.experiment.changes import changes
from nn_tui.experiment.checkup import Checkup, check_up
from nn_tui.experiment.commands import SetParam
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.validation import Problem
from nn_tui.tui.content import Static, entitle, explain, stacked, words
from nn_tui.tui.forms.form import Form
from nn_tui.tui.forms.sections import assign, section
from nn_tui.tui.messages import CheckedUp, FieldChanged, FieldFocused, FieldRefused, SpecEdited
from nn_tui.tui.panels.build_rows import problem_words
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.leaving import Dialog
from nn_tui.tui.wording import count_words, value_words


class EditScreen(Dialog[Spec | None]):
    """The form of a part; gives the changed experiment, or None when it was cancelled.

    What can be changed while it trains takes effect at once; the rest when the form is done.

    Args:
        spec: the experiment as it would be.
        place: the part: `data`, `compile`, `fit`, `layers.1`.
        focus: the path of the field to begin with. Default: the first.
        started: whether the network has been trained, so that live settings take effect at once.

    Posts: SpecEdited.
    """

    CSS_PATH = "edit.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel", show=False),
        Binding("enter", "finish", "Done", show=False),
    ]

    form = query_one(Form)
    told = query_one("#told", Static)
    help_text = query_one("#help", Static)

    def __init__(self, spec: Spec, place: str, *, focus: str = "", started: bool = False) -> None:
        super().__init__()
        self.spec = spec
        self.place = place
        self.started = started
        self._begin_with = focus
        self._refused: dict[str, SpecError] = {}
        self._edited = ""
        """The setting that was changed last while it trains: its next value is no further step."""

    def compose(self) -> ComposeResult:
        """Lay out the sentence, the fields, what would come of it, and the help of the field."""
        part = section(self.spec, self.place)
        with Vertical(classes="dialog") as dialog:
            entitle(dialog, part.title)
            yield Static(part.sentence, classes="sentence")
            if part.formula:
                yield Static(stacked(map(words, part.formula.splitlines())), classes="formula")
            yield Form(part)
            yield Static("", id="told")
            yield Static("", id="help")
            yield KeyHint([("enter done", "finish"), ("esc cancel", "leave"), ("? keys", "help")])

    def on_mount(self) -> None:
        """Begin with the field that was asked for."""
        self.form.focus_field(self._begin_with)
        self._look()

    @on(FieldChanged)
    async def take_value(self, event: FieldChanged) -> None:
        """Put the value into the experiment; tell at once what is wrong with it."""
        event.stop()
        entry = event.entry
        try:
            spec = assign(self.spec, entry, event.value)
        except SpecError as error:
            self._refused[entry.path] = error
            self._tell({})
            return
        self._refused.pop(entry.path, None)
        before, self.spec = self.spec, spec
        await self.form.show(section(spec, self.place))
        self._look()
        orders = changes(before, spec)
        if self.started and orders and all(isinstance(order, SetParam) for order in orders):
            label = f"{entry.param.name} {value_words(event.value)}"
            fold, self._edited = self._edited == entry.path, entry.path
            self.post_message(SpecEdited(spec, f"set {entry.path}", fold=fold))
            explain(self.told, label)

    @on(FieldRefused)
    def refuse_value(self, event: FieldRefused) -> None:
        """Say under the field what is wrong."""
        event.stop()
        self._refused[event.entry.path] = event.error
        self._tell({})

    @on(FieldFocused)
    def show_help(self, event: FieldFocused) -> None:
        """Show what the focused parameter means."""
        event.stop()
        param = event.entry.param
        text = param.help[:1].upper() + param.help[1:]
        if param.knob.live and self.started:
            text += " Takes effect at the next batch."
        self.help_text.update(text)

    def _look(self) -> None:
        """Look at the experiment as it would be: quickly, or in a thread when other data are read."""
        if self.place == "data":
            self.told.update("reading the data")
            self._look_in_thread(self.spec)
        else:
            self._show(check_up(self.spec))

    def _look_in_thread(self, spec: Spec) -> None:
        def look() -> None:
            self.post_message(CheckedUp(check_up(spec)))

        self.run_worker(look, thread=True, exclusive=True, exit_on_error=False, group="look")

    @on(CheckedUp)
    def take_checkup(self, event: CheckedUp) -> None:
        """Show what the thread found, if it is still asked for."""
        event.stop()
        if event.checkup.spec is self.spec:
            self._show(event.checkup)

    def _show(self, checkup: Checkup) -> None:
        self._tell({problem.path: problem_words(problem) for problem in checkup.problems})
        if not checkup.problems and not self._refused:
            self.told.set_class(False, "-wrong")
            self.told.update(self._outcome(checkup))

    def _outcome(self, checkup: Checkup) -> str:
        if self.place == "data":
            return f"{checkup.data_words}: {checkup.rows_words}"
        if not self.place.startswith("layers."):
            return ""
        row = checkup.rows[int(self.place.removeprefix("layers.")) + 1]
        before = checkup.rows[int(self.place.removeprefix("layers."))]
        parameters = f", {count_words(row.parameters)} parameters" if row.parameters else ""
        return f"{before.output_shape} -> {row.output_shape}{parameters}"

    def _tell(self, found: dict[str, str]) -> None:
        messages = dict(found)
        for path, error in self._refused.items():
            messages[path] = problem_words(Problem(path, error.message, error.remedy))
        left = self.form.complain(messages)
        self.told.set_class(bool(left), "-wrong")
        self.told.update(f"! {left}" if left else "")

    @on(Input.Submitted)
    def finish_by_enter(self, event: Input.Submitted) -> None:
        """Take the form as it is."""
        event.stop()
        self.action_finish()

    def action_finish(self) -> None:
        """Give the experiment, unless a field holds no value."""
        if self._refused:
            self.form.focus_field(next(iter(self._refused)))
            return
        self.dismiss(self.spec)

    def action_leave(self) -> None:
        """Leave without changing anything more."""
        self.dismiss(None)
