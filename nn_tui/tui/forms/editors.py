"""The part of a field that is focused: a number or text to write, a choice, a yes or no.

An editor knows its value only; the field around it knows the label, the message and the spec.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input

from nn_tui.tui.content import assembled, drawable, words
from nn_tui.tui.panels.links import QuietLinks, linked


def visible(text: str) -> str:
    """Give a text without what cannot be seen, as codes of a terminal that were copied with it."""
    return "".join(letter for letter in text.expandtabs(1) if letter.isprintable())


class TextEditor(Input):
    """A line of text.

    Args:
        value: what it holds at first.
        empty: what stands in it while it holds nothing.
        asks: whether a question mark shows the keys, as no text that is wanted has one. Default no.

    Posts: Input.Changed, Input.Submitted.
    """

    DEFAULT_CSS = """
    TextEditor.-textual-compact {
        width: 1fr; height: 1; border: none; padding: 0 1; background: $field;
        &:focus { background: $chosen; }
    }
    """

    def __init__(self, value: str, *, empty: str = "", asks: bool = False) -> None:
        super().__init__(value, placeholder=empty, compact=True, select_on_focus=True)
        self.cursor_blink = False
        self._asks = asks

    @property
    def _value(self) -> Text:
        # Its own draws what it holds: here each character is one that is seen, so that the cursor fits.
        return drawable(super()._value)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Leave the question mark to the screen where it is no text."""
        return not (self._asks and key == "question_mark") and super().check_consume_key(key, character)

    async def _on_key(self, event: events.Key) -> None:
        if self._asks and event.key == "question_mark":
            event.prevent_default()  # bubbles to the screen
        else:
            await super()._on_key(event)

    def _on_paste(self, event: events.Paste) -> None:
        """Take the first line that is pasted, without what cannot be seen: no name or number has it."""
        lines = event.text.strip().splitlines()
        super()._on_paste(events.Paste(visible(lines[0]) if lines else ""))
        event.stop()
        event.prevent_default()


class NumberEditor(TextEditor):
    """A number that can be written, or stepped with + and -.

    Posts: NumberEditor.Stepped.
    Keys: + and - step; a minus still begins a negative number or an exponent.
    """

    @dataclass
    class Stepped(Message):
        """A step up (1) or down (-1) was asked for."""

        direction: int

    async def _on_key(self, event: events.Key) -> None:
        direction = {"+": 1, "-": -1}.get(event.character or "")
        before = self.value[: self.cursor_position].lower()
        selected = not self.selection.is_empty
        if direction is None or (not selected and (before.endswith("e") or not before)):
            await super()._on_key(event)
            return
        event.stop()
        event.prevent_default()
        self.post_message(self.Stepped(direction))


class ChoiceEditor(QuietLinks, can_focus=True):
    """One of several names: `< relu >`.

    Posts: ChoiceEditor.Picked, ChoiceEditor.ListWanted.
    Keys: left and right change it, space opens the list, a letter goes to the next name with it.
    """

    DEFAULT_CSS = """
    ChoiceEditor { width: 1fr; height: 1; background: $field; text-wrap: nowrap; text-overflow: ellipsis; }
    ChoiceEditor:focus { background: $chosen; }
    ChoiceEditor:disabled { color: $faint; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "cycle(1)", "Next", show=False),
        Binding("left", "cycle(-1)", "Previous", show=False),
        Binding("space", "open_list", "List", show=False),
    ]
    chosen: reactive[str] = reactive("")

    @dataclass
    class Picked(Message):
        """Another name was chosen."""

        name: str

    class ListWanted(Message):
        """The list of names is to be shown."""

    def __init__(self, names: Sequence[str], chosen: str) -> None:
        super().__init__()
        self.names = tuple(names)
        self.set_reactive(ChoiceEditor.chosen, chosen)

    def render(self) -> Content:
        """Write the name between the two arrows that a mouse can press."""
        return assembled(
            linked(words(" < ", "$muted"), "cycle(-1)"),
            linked(words(self.chosen), "open_list"),
            linked(words(" > ", "$muted"), "cycle(1)"),
        )

    def action_cycle(self, by: int) -> None:
        """Take the next or the previous name, round the end."""
        at = self.names.index(self.chosen) if self.chosen in self.names else -by
        self.pick(self.names[(at + by) % len(self.names)])

    def action_open_list(self) -> None:
        """Ask for the list."""
        self.post_message(self.ListWanted())

    def pick(self, name: str) -> None:
        """Choose a name and say so."""
        if name != self.chosen:
            self.chosen = name
            self.post_message(self.Picked(name))

    def on_key(self, event: events.Key) -> None:
        """Go to the next name that begins with the letter."""
        letter = event.character
        if letter is None or not letter.isalnum():
            return
        at = self.names.index(self.chosen) if self.chosen in self.names else -1
        for name in (*self.names[at + 1 :], *self.names[: at + 1]):
            if name.lower().startswith(letter.lower()):
                self.pick(name)
                event.stop()
                return


class SwitchEditor(Widget, can_focus=True):
    """Yes or no: `[x] yes`.

    Posts: SwitchEditor.Flipped.
    Keys: space, left and right flip it, y and n choose.
    """

    DEFAULT_CSS = """
    SwitchEditor { width: 1fr; height: 1; background: $field; }
    SwitchEditor:focus { background: $chosen; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,left,right", "flip", "Flip", show=False),
        Binding("y", "choose(True)", "Yes", show=False),
        Binding("n", "choose(False)", "No", show=False),
    ]
    on: reactive[bool] = reactive(False)

    @dataclass
    class Flipped(Message):
        """It was changed."""

        on: bool

    def __init__(self, on: bool) -> None:
        super().__init__()
        self.set_reactive(SwitchEditor.on, on)

    def render(self) -> Content:
        """Write the mark and the word."""
        return words(" [x] yes" if self.on else " [ ] no")

    def action_flip(self) -> None:
        """Change it."""
        self.action_choose(not self.on)

    def action_choose(self, on: bool) -> None:
        """Make it yes or no."""
        if on != self.on:
            self.on = on
            self.post_message(self.Flipped(on))

    def on_click(self) -> None:
        """Change it."""
        self.action_flip()
