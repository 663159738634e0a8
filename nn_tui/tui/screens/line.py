"""The experiment as one line, and as an address where it can be said in one; another can be opened."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.getters import query_one
from textual.widgets import Input

from nn_tui.errors import NnTuiError
from nn_tui.experiment.spec import Spec
from nn_tui.export.opening import Opened
from nn_tui.tui.content import Static, entitle
from nn_tui.tui.forms.editors import TextEditor, visible
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.leaving import Dialog

COPIED = "Copied. If pasting brings something else, the terminal keeps programs from copying: mark it with "
BY_HAND = "shift and the mouse, or print it: nn-tui line."


class LineScreen(Dialog[Opened | None]):
    """What could be written on a board; gives the experiment of another line, or None.

    Args:
        spec: the experiment on screen.
    """

    CSS_PATH = "line.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", show=False),
        Binding("c", "copy_line", "Copy the line", show=False),
        Binding("a", "copy_address", "Copy the address", show=False),
        Binding("tab,down,enter", "write", "Write another", show=False),
    ]

    line = query_one("#line", Static)
    told = query_one("#told", Static)
    address = query_one("#address", Static)
    other = query_one(TextEditor)
    message = query_one("#message", Static)

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.spec = spec
        self.line_text = self.address_text = ""

    def compose(self) -> ComposeResult:
        """Lay the line over the address, and the field for another below."""
        with Vertical(classes="dialog") as dialog:
            entitle(dialog, "The experiment in a line")
            yield Static("...", id="line")
            yield Static("", id="told")
            yield Static("", id="address")
            other = TextEditor("", empty="another line, as circle 4t-2t lr=.03, or a Playground address")
            other.select_on_focus = False
            yield other
            yield Static("", id="message")
            keys = [
                ("c copy the line", "copy_line"),
                ("a the address", "copy_address"),
                ("tab another", "write"),
                ("enter open", "open"),
                ("esc close", "leave"),
            ]
            yield KeyHint(keys)

    def on_mount(self) -> None:
        """Write the line in a thread: data may have to be read for what its first word opens."""
        self.run_worker(self._write, thread=True, exit_on_error=False)

    def _write(self) -> None:
        from nn_tui.experiment.playground import write_address
        from nn_tui.experiment.sources import line_of

        try:
            line = line_of(self.spec)
            text, told = line.text, line.told
        except NnTuiError as error:
            text, told = "", f"No line says this: {error}"
        try:
            address, why = write_address(self.spec), ""
        except NnTuiError as error:
            address, why = "", error.message
        self.soon(self._show, text, told, address, why)

    def _show(self, line: str, told: str, address: str, why: str) -> None:
        self.line_text, self.address_text = line, address
        self.line.update(line)
        self.told.update(told)
        self.told.display = bool(told)
        self.address.update(address or why)
        self.address.set_class(not address, "-absent")

    def action_copy_line(self) -> None:
        """Copy the line."""
        self._copy(self.line_text)

    def action_copy_address(self) -> None:
        """Copy the address, where there is one."""
        self._copy(self.address_text)

    def _copy(self, text: str) -> None:
        if text:
            self.app.copy_to_clipboard(text)
            self._say(COPIED + BY_HAND)
        else:
            self._say("There is nothing to copy.")

    def action_write(self) -> None:
        """Go to the field for another line."""
        self.other.focus()

    def on_paste(self, event: events.Paste) -> None:
        """Take what is pasted for another line, wherever the cursor is."""
        if not self.other.has_focus:
            event.stop()
            self.other.value = visible(" ".join(event.text.split()))
            self.other.focus()

    @on(Input.Submitted)
    def action_open(self) -> None:
        """Read another line or address; one that is not understood is told and can be corrected."""
        if written := self.other.value.strip():
            self._say("Reading ...")
            self.run_worker(lambda: self._read(written), thread=True, exclusive=True, exit_on_error=False)

    def _read(self, written: str) -> None:
        from nn_tui.export.opening import open_anything

        try:
            opened = open_anything(written)
        except NnTuiError as error:
            self.soon(self._say, f"! {error}")
            return
        self.soon(self.dismiss, opened)

    def _say(self, text: str) -> None:
        self.message.update(text)

    def action_leave(self) -> None:
        """Open nothing."""
        self.dismiss(None)
