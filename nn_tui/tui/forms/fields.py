"""A field: the label, the editor and the message for one parameter, chosen by the parameter's form."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, assert_never

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Input

from nn_tui.declare import registered, sentence
from nn_tui.errors import SpecError
from nn_tui.tui.content import Static, assembled, words
from nn_tui.tui.forms.editors import ChoiceEditor, NumberEditor, SwitchEditor, TextEditor
from nn_tui.tui.forms.sections import Entry, type_of
from nn_tui.tui.forms.values import at_share, read, share_of, span, stepped, written
from nn_tui.tui.messages import FieldChanged, FieldFocused, FieldRefused
from nn_tui.tui.panels.links import QuietLinks, linked
from nn_tui.tui.widgets.slider import Slider
from nn_tui.tui.wording import number_words

NONE = "none"
LONG = 18
"""Characters of a name that fit beside the label."""


class Field(Vertical):
    """A label, an editor and the place for a message.

    Posts: FieldChanged, FieldRefused, FieldFocused.
    """

    DEFAULT_CSS = """
    Field { height: auto; }
    Field .field--line { height: 1; }
    Field.-long .field--line { layout: vertical; height: 2; }
    Field.-long ChoiceEditor { margin: 0 0 0 2; width: 100%; }
    Field .field--label { width: 20; height: 1; color: $muted; text-overflow: ellipsis; text-wrap: nowrap; }
    Field:focus-within .field--label { color: $foreground; }
    Field .field--message { height: auto; color: $warn; padding: 0 0 0 2; display: none; }
    Field.-wrong .field--message { display: block; }
    """

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry = entry
        self.wrong = ""
        # Held, not looked for: what is wrong may be known before the field is composed or after it is gone.
        self.message = Static("", classes="field--message")

    def compose(self) -> ComposeResult:
        """Lay out the label, the editor and the message."""
        with Horizontal(classes="field--line"):
            yield Static(
                "  " * self.entry.depth + (self.entry.label or self.entry.param.name),
                classes="field--label",
            )
            yield from self.compose_editor()
        yield self.message

    def compose_editor(self) -> ComposeResult:
        """Make the editor for the parameter's form."""
        raise NotImplementedError

    def complain(self, text: str) -> None:
        """Show a message under the field; an empty one takes it away."""
        if text == self.wrong:
            return
        self.wrong = text
        self.message.update(f"! {text}" if text else "")
        self.set_class(bool(text), "-wrong")

    def focus_editor(self) -> None:
        """Give the focus to what can be edited."""
        for widget in self.query("*"):
            if widget.focusable:
                widget.focus()
                return

    def changed(self, value: Any) -> None:
        """Report a value that is one of the parameter's."""
        self.post_message(FieldChanged(self.entry, value))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Ask for the help of this field."""
        self.post_message(FieldFocused(self.entry))


class TextField(Field):
    """A value that is written: text, a shape, names."""

    editor = query_one(TextEditor)

    def compose_editor(self) -> ComposeResult:
        """Make a line of text."""
        yield TextEditor(written(self.entry), empty=NONE if self.entry.param.optional else "")

    @on(Input.Changed)
    def read_text(self, event: Input.Changed) -> None:
        """Report what was written, or what is wrong with it."""
        event.stop()
        if event.value == written(self.entry) and not self.wrong:
            return
        try:
            value = read(self.entry, event.value)
        except SpecError as error:
            self.post_message(FieldRefused(self.entry, error))
            return
        self.changed(value)


class Stepper(QuietLinks):
    """The - and + beside a number, for the mouse."""

    DEFAULT_CSS = """
    Stepper { width: 6; height: 1; color: $muted; background: $field; }
    """

    def render(self) -> Content:
        """Write the two signs."""
        return assembled(linked(words(" - "), "step(-1)"), linked(words(" + "), "step(1)"))

    def action_step(self, direction: int) -> None:
        """Ask for a step."""
        self.post_message(NumberEditor.Stepped(direction))


class NumberField(TextField):
    """A number: written, stepped with + and -, or moved along a slider between its bounds.

    The slider is shown where a style sheet says that there is room for it.
    """

    DEFAULT_CSS = """
    NumberField Slider { display: none; }
    """

    def compose_editor(self) -> ComposeResult:
        """Make the line, the slider where there are bounds, and the two signs."""
        empty = NONE if self.entry.param.optional else ""
        yield NumberEditor(written(self.entry), empty=empty, asks=True)
        if span(self.entry.param) is not None:
            yield Slider(share_of(self.entry.param, self.entry.value or 0))
        yield Stepper()

    @on(Slider.Moved)
    def slide(self, event: Slider.Moved) -> None:
        """Take the value at the knob's place."""
        event.stop()
        self._put(at_share(self.entry.param, event.share))

    @on(Input.Changed)
    def move_slider(self, event: Input.Changed) -> None:
        """Let the knob follow what is written."""
        for slider in self.query(Slider):
            with suppress(SpecError):
                slider.share = share_of(self.entry.param, read(self.entry, event.value) or 0)

    @on(NumberEditor.Stepped)
    def step(self, event: NumberEditor.Stepped) -> None:
        """Take the next value up or down."""
        event.stop()
        try:
            now = read(self.entry, self.editor.value)
        except SpecError:
            now = self.entry.value
        following = stepped(self.entry.param, now, event.direction)
        self._put(following)

    def _put(self, value: float | int) -> None:
        text = number_words(value) if isinstance(value, float) else str(value)
        self.editor.value = text
        self.editor.cursor_position = len(text)


class SwitchField(Field):
    """Yes or no."""

    def compose_editor(self) -> ComposeResult:
        """Make the switch."""
        yield SwitchEditor(bool(self.entry.value))

    @on(SwitchEditor.Flipped)
    def flip(self, event: SwitchEditor.Flipped) -> None:
        """Report the other value."""
        event.stop()
        self.changed(event.on)


class ChoiceField(Field):
    """One of several names: a choice, or a registered thing."""

    editor = query_one(ChoiceEditor)

    def compose_editor(self) -> ComposeResult:
        """Make the choice."""
        chosen = type_of(self.entry.value)
        yield ChoiceEditor(self.names(), NONE if chosen is None else chosen)

    def names(self) -> tuple[str, ...]:
        """Give what there is to choose from."""
        param = self.entry.param
        known = param.choices if param.knob.kind is None else tuple(registered(param.knob.kind))
        return (NONE, *known) if param.optional else known

    def on_mount(self) -> None:
        """Take a line of its own for the choice where names are long."""
        self.set_class(max(map(len, self.names())) > LONG, "-long")

    @on(ChoiceEditor.Picked)
    def pick(self, event: ChoiceEditor.Picked) -> None:
        """Report the name."""
        event.stop()
        self.changed(None if event.name == NONE and self.entry.param.optional else event.name)

    @on(ChoiceEditor.ListWanted)
    def open_list(self, event: ChoiceEditor.ListWanted) -> None:
        """Show all names with what each is."""
        from nn_tui.tui.screens.choose import Choice, ChooseScreen

        event.stop()
        kind = self.entry.param.knob.kind
        things = {} if kind is None else registered(kind)
        choices = [
            Choice(name, name, sentence(things[name]) if name in things else "") for name in self.names()
        ]
        screen = ChooseScreen(self.entry.param.name, choices, chosen=self.editor.chosen)
        self.app.push_screen(screen, self._take)

    def _take(self, name: str | None) -> None:
        if name is not None:
            self.editor.pick(name)


def field_for(entry: Entry) -> Field:
    """Give the field that suits a parameter's form."""
    match entry.param.form:
        case "int" | "float":
            return NumberField(entry)
        case "bool":
            return SwitchField(entry)
        case "choice" | "thing":
            return ChoiceField(entry)
        case "str" | "shape" | "numbers":
            return TextField(entry)
        case _:
            assert_never(entry.param.form)
