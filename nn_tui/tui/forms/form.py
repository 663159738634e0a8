"""A form made from declarations: every setting of a thing, checked as it is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Label, Select, Static

from nn_tui.declare import Kind, Param, find, formula, params, registered, sentence
from nn_tui.tui.forms.fields import Field, SubFields


@dataclass(frozen=True)
class Answer:
    """What a form was left with: "apply" or another button's name, the thing's type and its settings."""

    button: str
    type: str
    settings: dict[str, Any]
    extras: dict[str, Any]


class Form(ModalScreen[Answer | None]):
    """Edit a thing.

    Args:
        title: what is edited.
        kind: the kind of thing whose type may be chosen; None where there are extras only.
        type_name: the present type.
        settings: the settings made.
        extras: parameters that are not the thing's own, with their values.
        buttons: further buttons, such as "remove".
        preview: says of an answer what it would do, and whether it is a problem.
        choose_type: whether the type may be changed. Default yes.
    """

    BINDINGS = [("escape", "cancel", "Cancel"), ("ctrl+s", "apply", "Apply")]
    DEFAULT_CSS = """
    Form .fields { height: auto; max-height: 70vh; scrollbar-size-vertical: 1; }
    Form .about { color: $faint; height: auto; margin-bottom: 1; }
    Form .preview { height: auto; margin-top: 1; }
    Form .help { color: $faint; height: 2; }
    Form .buttons { height: 1; margin-top: 1; }
    Form Button { min-width: 8; width: auto; margin-right: 1; }
    Form .type { height: 1; margin-bottom: 1; }
    Form .type Label { width: 22; color: $faint; }
    Form .type Select { width: 1fr; }
    """

    def __init__(
        self,
        title: str,
        kind: Kind | None,
        type_name: str,
        settings: dict[str, Any],
        extras: Sequence[tuple[Param, Any]] = (),
        buttons: Sequence[str] = (),
        preview: Callable[[Answer], tuple[str, bool]] | None = None,
        choose_type: bool = True,
    ) -> None:
        super().__init__()
        self._title = title
        self._kind = kind
        self._type = type_name
        self._settings = settings
        self._extras = list(extras)
        self._buttons = list(buttons)
        self._preview = preview
        self._choose_type = choose_type and kind is not None

    def compose(self) -> ComposeResult:
        """Make the type, the fields, what they would do, and the buttons."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            if self._choose_type:
                assert self._kind is not None
                names = [(name, name) for name in registered(self._kind)]
                with Horizontal(classes="type"):
                    yield Label("type")
                    yield Select(names, value=self._type, allow_blank=False, compact=True, id="type")
            with VerticalScroll(classes="fields", can_focus=False):
                yield from self._fields()
            yield Static("", classes="preview", markup=False)
            yield Static("", classes="help", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Apply", id="apply", variant="primary", compact=True)
                for name in self._buttons:
                    yield Button(name.capitalize(), id=name, compact=True)
                yield Button("Cancel", id="cancel", compact=True)

    def _fields(self) -> ComposeResult:
        if self._kind is not None:
            thing = find(self._kind, self._type)
            about = sentence(thing)
            if written := formula(thing):
                about += f"\n{written}"
            yield Static(about, classes="about", markup=False)
            for param in params(thing):
                given = param.name in self._settings
                field = Field(param, self._settings.get(param.name), is_given=given)
                yield field
                if param.knob.kind is not None:
                    yield SubFields(field)
        for param, value in self._extras:
            yield Field(param, value, is_given=True)

    def on_mount(self) -> None:
        """Begin in the first field."""
        first = next(iter(self.query("Field Input, Field Select, Field Checkbox")), None)
        if first is not None:
            first.focus()
        self._show_preview()

    def answer(self, button: str = "apply") -> Answer:
        """Give what the fields say now."""
        extras = {param.name for param, _ in self._extras}
        settings, extra_values = {}, {}
        subs = {id(sub.field): sub for sub in self.query(SubFields)}
        for field in self.query(".fields > Field").results(Field):
            if field.param.name in extras:
                extra_values[field.param.name] = field.value
            elif field.is_given:
                settings[field.param.name] = subs[id(field)].value() if id(field) in subs else field.value
        return Answer(button, self._type, settings, extra_values)

    def first_error(self) -> str:
        """Say what is wrong with the first wrong field; empty when all are right."""
        return next((str(field.error) for field in self.query(Field) if field.error), "")

    @on(Select.Changed, "#type")
    async def change_type(self, event: Select.Changed) -> None:
        """Show the fields of another type."""
        event.stop()
        if str(event.value) == self._type:
            return
        self._type, self._settings = str(event.value), {}
        box = self.query_one(".fields")
        await box.remove_children()
        await box.mount_all(list(self._fields()))
        self._show_preview()

    @on(Field.Changed)
    async def show_consequence(self, event: Field.Changed) -> None:
        """Show what the change would do; a thing just chosen gets fields for its settings."""
        for sub in self.query(SubFields):
            if sub.field is event.field:
                await sub.recompose()
                break
        self._show_preview()

    def on_descendant_focus(self) -> None:
        """Show the help of the field one is in."""
        focused = self.focused
        while focused is not None and not isinstance(focused, Field):
            focused = focused.parent  # type: ignore[assignment]  # up to the screen
        text = focused.param.help if isinstance(focused, Field) else ""
        self.query_one(".help", Static).update(text)

    def _show_preview(self) -> None:
        line = self.query_one(".preview", Static)
        if error := self.first_error():
            line.update("")
            line.set_class(bool(error), "problem")
            return
        if self._preview is not None:
            text, bad = self._preview(self.answer())
            line.update(text)
            line.set_class(bad, "problem")

    @on(Button.Pressed)
    def leave(self, event: Button.Pressed) -> None:
        """Do what the button says."""
        event.stop()
        if event.button.id == "cancel":
            self.dismiss(None)
        elif event.button.id == "apply":
            self.action_apply()
        else:
            self.dismiss(self.answer(event.button.id or ""))

    def on_input_submitted(self) -> None:
        """Enter in a field applies."""
        self.action_apply()

    def action_apply(self) -> None:
        """Apply what was typed, unless something is wrong."""
        if self.first_error():
            self.app.bell()
            return
        self.dismiss(self.answer())

    def action_cancel(self) -> None:
        """Leave all as it was."""
        self.dismiss(None)
