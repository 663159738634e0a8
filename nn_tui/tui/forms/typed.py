"""The form of a row to type: a field for each column of the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Input

from nn_tui.data.typed import TypedField
from nn_tui.tui.content import Static
from nn_tui.tui.forms.editors import ChoiceEditor, NumberEditor, TextEditor
from nn_tui.tui.forms.fields import Stepper


class RowField(Vertical):
    """One column of the row: its name, its value, and what is wrong with it.

    Posts: RowField.Typed, RowField.Entered.
    """

    DEFAULT_CSS = """
    RowField { height: auto; }
    RowField .field--line { height: 1; }
    RowField.-text .field--line { layout: vertical; height: 2; }
    RowField .field--label { width: 20; height: 1; color: $muted; }
    RowField .field--label { text-overflow: ellipsis; text-wrap: nowrap; }
    RowField.-text .field--label, RowField.-text TextEditor { width: 100%; }
    RowField:focus-within .field--label { color: $foreground; }
    RowField .field--message { height: auto; color: $warn; padding: 0 0 0 2; display: none; }
    RowField.-wrong .field--message { display: block; }
    """

    @dataclass
    class Typed(Message):
        """The column has another value."""

        name: str
        text: str

    @dataclass
    class Entered(Message):
        """The field got the focus, so its range is wanted."""

        field: TypedField

    def __init__(self, field: TypedField, text: str) -> None:
        super().__init__()
        self.field = field
        self.text = text
        self.message = Static("", classes="field--message")

    def compose(self) -> ComposeResult:
        """Lay out the label, the editor and the message."""
        with Horizontal(classes="field--line"):
            yield Static(self.field.name, classes="field--label")
            match self.field.kind:
                case "choice":
                    yield ChoiceEditor(self.field.choices, self.text)
                case "number":
                    yield NumberEditor(self.text, empty="missing")
                    yield Stepper()
                case "date" | "text":
                    yield TextEditor(self.text)
        yield self.message

    def on_mount(self) -> None:
        """Take a line of its own for a text."""
        self.set_class(self.field.kind == "text", "-text")

    def put(self, text: str) -> None:
        """Show another value, without saying so."""
        self.text = text
        with self.prevent(Input.Changed):
            for editor in self.query(TextEditor):
                editor.value = text
        for choice in self.query(ChoiceEditor):
            choice.chosen = text

    def complain(self, text: str) -> None:
        """Show a message under the value; an empty one takes it away."""
        self.message.update(f"! {text}" if text else "")
        self.set_class(bool(text), "-wrong")

    def _changed(self, text: str) -> None:
        if text != self.text:
            self.text = text
            self.post_message(self.Typed(self.field.name, text))

    @on(Input.Changed)
    def take_text(self, event: Input.Changed) -> None:
        """Take what was written."""
        event.stop()
        self._changed(event.value)

    @on(NumberEditor.Stepped)
    def step(self, event: NumberEditor.Stepped) -> None:
        """Take the next number."""
        event.stop()
        editor = self.query_one(NumberEditor)
        editor.value = self.field.stepped(editor.value, event.direction)
        editor.cursor_position = len(editor.value)

    @on(ChoiceEditor.Picked)
    def pick(self, event: ChoiceEditor.Picked) -> None:
        """Take the word that was chosen."""
        event.stop()
        self._changed(event.name)

    @on(ChoiceEditor.ListWanted)
    def open_list(self, event: ChoiceEditor.ListWanted) -> None:
        """Show all words."""
        from nn_tui.tui.screens.choose import Choice, ChooseScreen

        event.stop()
        editor = self.query_one(ChoiceEditor)
        choices = [Choice(word, word, "") for word in self.field.choices]

        def take(word: str | None) -> None:
            if word is not None:
                editor.pick(word)

        self.app.push_screen(ChooseScreen(self.field.name, choices, chosen=editor.chosen), take)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Ask for the range to be told."""
        self.post_message(self.Entered(self.field))


class RowForm(VerticalScroll, can_focus=False):
    """The fields of a row.

    Posts: what its fields post.
    Keys: up and down go from field to field.
    """

    DEFAULT_CSS = """
    RowForm { height: 1fr; scrollbar-size-vertical: 1; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", "Previous field", show=False),
        Binding("down", "app.focus_next", "Next field", show=False),
    ]

    def __init__(self, fields: Sequence[TypedField], values: Mapping[str, str]) -> None:
        super().__init__()
        self._fields = fields
        self._values = values

    def compose(self) -> ComposeResult:
        """Make a field for each column."""
        for field in self._fields:
            yield RowField(field, self._values[field.name])

    def put(self, values: Mapping[str, str]) -> None:
        """Show other values, without saying so."""
        for row in self.query(RowField):
            row.complain("")
            row.put(values[row.field.name])

    def complain(self, messages: Mapping[str, str]) -> None:
        """Show messages under the fields they belong to."""
        for row in self.query(RowField):
            row.complain(messages.get(row.field.name, ""))
