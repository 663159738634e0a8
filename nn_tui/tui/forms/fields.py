"""One field for one parameter: checked as it is typed, with its help and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Checkbox, Input, Label, Select

from nn_tui.declare import Param, check_value, find, params, registered
from nn_tui.errors import SpecError
from nn_tui.tui.words import shown

NONE = "none"
_STEPS = (1.0, 3.0)


class NumberInput(Input):
    """A number that + and -, or the arrow keys, change: by one, or to the next of 1, 3, 10."""

    BINDINGS = [
        Binding("plus,up", "step(1)", show=False, priority=False),
        Binding("minus,down", "step(-1)", show=False, priority=False),
    ]

    def __init__(self, value: str, param: Param) -> None:
        super().__init__(value, compact=True)
        self.param = param

    async def _on_key(self, event: Any) -> None:
        # A minus begins a negative number in an empty field, and belongs to an exponent after e.
        before = self.value[: self.cursor_position]
        if event.character in ("+", "-") and before and not before.lower().endswith("e"):
            self.action_step(1 if event.character == "+" else -1)
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)

    def action_step(self, direction: int) -> None:
        """Change the number by one step up or down, within its bounds."""
        try:
            value = float(self.value or 0)
        except ValueError:
            return
        if self.param.form == "int":
            stepped: float = round(value) + direction
        elif self.param.knob.scale == "log":
            stepped = next_on_scale(value, direction)
        else:
            stepped = round(value + direction * 0.1, 10)
        if not self.param.knob.problem(stepped):
            self.value = f"{stepped:g}" if self.param.form == "float" else str(int(stepped))
            self.cursor_position = len(self.value)


def next_on_scale(value: float, direction: int) -> float:
    """Give the next of ..., 0.1, 0.3, 1, 3, 10, ... above or below a number."""
    if value <= 0:
        return 0.001 if direction > 0 else value
    marks = [step * 10.0**power for power in range(-12, 13) for step in _STEPS]
    if direction > 0:
        return next((mark for mark in marks if mark > value * 1.0001), value)
    return next((mark for mark in reversed(marks) if mark < value * 0.9999), value)


class Field(Vertical):
    """A parameter's name, its value, and below what is wrong with it.

    Posts: Changed.
    """

    DEFAULT_CSS = """
    Field { height: auto; }
    Field > Horizontal { height: 1; }
    Field Label.name { width: 22; color: $faint; }
    Field Input { width: 1fr; background: $panel; }
    Field Select { width: 1fr; }
    Field Checkbox { width: auto; border: none; padding: 0; background: transparent; height: 1; }
    Field .problem { color: $warn; height: auto; display: none; }
    Field .problem.-shown { display: block; }
    """

    class Changed(Message):
        """The value changed, or became right or wrong."""

        def __init__(self, field: Field) -> None:
            super().__init__()
            self.field = field

    def __init__(self, param: Param, given: Any, *, is_given: bool, path: str = "") -> None:
        super().__init__()
        self.param = param
        self.is_given = is_given
        self.path = path or param.name
        self.value: Any = given if is_given else (None if param.required else param.default)
        self.error: SpecError | None = None
        if param.required and not is_given and param.knob.kind is not None:
            self.value, self.is_given = next(iter(registered(param.knob.kind))), True
        elif param.required and not is_given:
            self.error = SpecError(f"{param.name} is missing.", "", self.path)

    def compose(self) -> ComposeResult:
        """Make the widget that suits the parameter."""
        with Horizontal():
            yield Label(self.param.name.replace("_", " "), classes="name")
            yield self._editor()
        yield Label("", classes="problem", markup=False)

    def _editor(self) -> Checkbox | Select[str] | Input:
        param = self.param
        if param.form == "bool":
            return Checkbox("", bool(self.value), compact=True)
        if param.form == "choice" or param.knob.kind is not None:
            names = self._names()
            chosen = self._name_of_value()
            return Select([(name, name) for name in names], value=chosen, allow_blank=False, compact=True)
        text = "" if self.value is None else shown(self.value)
        if param.form == "shape" and self.value is not None:
            text = ", ".join(str(part) for part in self.value)
        return NumberInput(text, param) if param.form in ("int", "float") else Input(text, compact=True)

    def _names(self) -> list[str]:
        if self.param.knob.kind is None:
            return list(self.param.choices)
        names = list(registered(self.param.knob.kind))
        return [NONE, *names] if self.param.optional else names

    def _name_of_value(self) -> str:
        if self.value is None:
            return NONE
        return str(self.value["type"] if isinstance(self.value, Mapping) else self.value)

    @on(Input.Changed)
    def take_text(self, event: Input.Changed) -> None:
        """Check what was typed."""
        event.stop()
        if self.is_attached:
            self._take(_parsed(event.value, self.param))

    @on(Checkbox.Changed)
    def take_switch(self, event: Checkbox.Changed) -> None:
        """Take yes or no."""
        event.stop()
        self._take(event.value)

    @on(Select.Changed)
    def take_choice(self, event: Select.Changed) -> None:
        """Take the chosen name."""
        event.stop()
        name = str(event.value)
        if name != self._name_of_value():
            self._take(None if name == NONE else name)

    def _take(self, value: Any) -> None:
        before = (self.value, self.error)
        try:
            self.value = check_value(self.param, value, path=self.path)
            self.error = None
        except SpecError as error:
            self.error = error
        if (self.value, self.error) == before:
            return
        self.is_given = True
        if not self.param.required and self.error is None and self.value == self.param.default:
            self.is_given = False
        line = self.query_one(".problem", Label)
        line.update("" if self.error is None else str(self.error))
        line.set_class(self.error is not None, "-shown")
        self.post_message(self.Changed(self))


def _parsed(text: str, param: Param) -> Any:
    """Read what was typed as the parameter's form; what cannot be read stays text."""
    text = text.strip()
    if not text and param.optional:
        return None
    try:
        if param.form == "int":
            return int(text)
        if param.form == "float":
            return float(text)
        if param.form == "shape":
            return [int(part) for part in text.replace("x", ",").strip("()[] ,").split(",")]
    except ValueError:
        return text
    return text


class SubFields(Vertical):
    """The settings of the thing chosen in the field above: an L2's `l2`."""

    DEFAULT_CSS = "SubFields { height: auto; padding-left: 2; }"

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field

    def compose(self) -> ComposeResult:
        """Make a field for each setting of the chosen thing."""
        value, kind = self.field.value, self.field.param.knob.kind
        if value is None or kind is None:
            return
        name = str(value["type"] if isinstance(value, Mapping) else value)
        given = value if isinstance(value, Mapping) else {}
        for param in params(find(kind, name)):
            yield Field(
                param,
                given.get(param.name),
                is_given=param.name in given,
                path=f"{self.field.path}.{param.name}",
            )

    def value(self) -> Any:
        """Give the thing with its settings: its name alone where all are defaults."""
        chosen = self.field.value
        if chosen is None:
            return None
        name = chosen["type"] if isinstance(chosen, Mapping) else chosen
        fields = [field for field in self.children if isinstance(field, Field)]
        settings = {field.param.name: field.value for field in fields if field.is_given}
        return {"type": name, **settings} if settings else name

    @property
    def error(self) -> SpecError | None:
        """The first thing that is wrong."""
        fields = [field for field in self.children if isinstance(field, Field)]
        return next((field.error for field in fields if field.error is not None), None)
