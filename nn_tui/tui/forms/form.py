"""A form: the fields of a section under each other, rebuilt when a choice brings other settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from nn_tui.tui.forms.fields import Field, field_for
from nn_tui.tui.forms.sections import Section


class Form(VerticalScroll, can_focus=False):
    """The fields of a section.

    Posts: what its fields post.
    Keys: up and down go from field to field.
    """

    DEFAULT_CSS = """
    Form { height: auto; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", "Previous field", show=False),
        Binding("down", "app.focus_next", "Next field", show=False),
    ]

    def __init__(self, section: Section) -> None:
        super().__init__()
        self.section = section

    def compose(self) -> ComposeResult:
        """Make a field for each entry."""
        for entry in self.section.entries:
            yield field_for(entry)

    @property
    def fields(self) -> dict[str, Field]:
        """The fields by their path."""
        return {field.entry.path: field for field in self.query(Field)}

    async def show(self, section: Section) -> None:
        """Take the values of a section; fields are made anew only when there are others."""
        before, self.section = self.section, section
        if _kinds_of_fields(section) == _kinds_of_fields(before):
            fields = self.fields
            for entry in section.entries:
                fields[entry.path].entry = entry
            return
        focused = next((path for path, field in self.fields.items() if field.has_focus_within), "")
        await self.recompose()
        if focused:
            self.focus_field(focused)

    def focus_field(self, path: str) -> None:
        """Give the focus to the field at a path, or around it, else to the first."""
        fields = self.fields
        for known, field in fields.items():
            if known == path or known.startswith(f"{path}.") or path.startswith(f"{known}."):
                field.focus_editor()
                return
        for field in fields.values():
            field.focus_editor()
            return

    def complain(self, messages: Mapping[str, str]) -> str:
        """Show messages under the fields they belong to; give those that belong to none, joined."""
        left = dict(messages)
        for path, field in self.fields.items():
            field.complain(left.pop(path, ""))
        return " ".join(left.values())


def _kinds_of_fields(section: Section) -> list[tuple[object, ...]]:
    """Say of each field all that its editor depends on, but for the value."""
    return [
        (entry.path, entry.param.form, entry.param.default, entry.param.knob.kind)
        for entry in section.entries
    ]
