"""Small dialogs: choose from a list, type a line, read the keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from nn_tui.tui.actions import ACTIONS


class Chooser(ModalScreen[str | None]):
    """Choose one of some named things, narrowed down by typing.

    Args:
        title: what is chosen.
        choices: (name, what it is) pairs.
        consequence: says of a name what choosing it would do. Default nothing.
    """

    BINDINGS = [("escape", "cancel", "Cancel"), ("down", "into_list", "")]
    DEFAULT_CSS = """
    Chooser .dialog { height: 80%; }
    Chooser OptionList { height: 1fr; scrollbar-size-vertical: 1; }
    Chooser Input { background: $panel; margin-bottom: 1; }
    Chooser .consequence { height: 2; color: $faint; }
    """

    def __init__(
        self,
        title: str,
        choices: Sequence[tuple[str, str]],
        consequence: Callable[[str], str] | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._choices = list(choices)
        self._consequence = consequence

    def compose(self) -> ComposeResult:
        """Make the search field, the list and what the chosen one would do."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            yield Input(placeholder="type to search", compact=True)
            yield OptionList(*self._options(""))
            if self._consequence is not None:
                yield Static("", classes="consequence", markup=False)

    def on_mount(self) -> None:
        """Begin in the search field with the first line chosen."""
        self.query_one(Input).focus()
        self.query_one(OptionList).highlighted = 0

    def _options(self, search: str) -> list[Option]:
        made = []
        for name, told in self._choices:
            if search.lower() in f"{name} {told}".lower():
                text = Text(f"{name:<18} ", style="bold")
                text.append(told, style="not bold dim")
                text.no_wrap = True
                text.overflow = "ellipsis"
                made.append(Option(text, id=name))
        return made

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        """Show what holds the typed text."""
        options = self.query_one(OptionList)
        options.clear_options().add_options(self._options(event.value))
        options.highlighted = 0 if options.option_count else None

    @on(OptionList.OptionHighlighted)
    def show_consequence(self, event: OptionList.OptionHighlighted) -> None:
        """Say what the choice would do."""
        if self._consequence is not None and event.option.id:
            self.query_one(".consequence", Static).update(self._consequence(event.option.id))

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Take the line that was chosen."""
        self.dismiss(event.option.id)

    @on(Input.Submitted)
    def choose_first(self) -> None:
        """Take the line that is highlighted."""
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self.dismiss(options.get_option_at_index(options.highlighted).id)

    def action_into_list(self) -> None:
        """Go on in the list with the arrow keys."""
        options = self.query_one(OptionList)
        options.focus()
        options.action_cursor_down()

    def action_cancel(self) -> None:
        """Choose nothing."""
        self.dismiss(None)


class Ask(ModalScreen[str | None]):
    """Type one line.

    Args:
        title: what is asked.
        text: what stands there at first.
        refuse: says why an answer is refused; empty where it is not.
    """

    BINDINGS = [("escape", "cancel", "Cancel")]
    DEFAULT_CSS = "Ask Input { background: $panel; } Ask .problem { height: auto; }"

    def __init__(self, title: str, text: str, refuse: Callable[[str], str]) -> None:
        super().__init__()
        self._title, self._text, self._refuse = title, text, refuse

    def compose(self) -> ComposeResult:
        """Make the field and the place for what is wrong."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            yield Input(self._text, compact=True)
            yield Label("", classes="problem", markup=False)
            yield Label("enter to go on, escape to leave", classes="hint")

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Take the line unless it is refused."""
        if why := self._refuse(event.value):
            self.query_one(".problem", Label).update(why)
        else:
            self.dismiss(event.value)

    def action_cancel(self) -> None:
        """Answer nothing."""
        self.dismiss(None)


class Help(ModalScreen[None]):
    """The keys, by what they are for."""

    BINDINGS = [("escape,q,question_mark,f1,enter", "dismiss", "Close")]
    DEFAULT_CSS = """
    Help .dialog { width: 76; }
    Help VerticalScroll { height: auto; max-height: 90vh; scrollbar-size-vertical: 1; }
    """

    def compose(self) -> ComposeResult:
        """Write the keys in groups."""
        text = Text()
        for group in dict.fromkeys(action.group for action in ACTIONS):
            text.append(f"{group}\n", style="bold")
            for action in ACTIONS:
                if action.group == group:
                    text.append(f"  {action.key:<8}", style="bold")
                    text.append(f"{action.title:<22} {action.help}\n", style="not bold")
        text.append("Also\n", style="bold")
        for key, told in (
            ("1 to 9", "choose an insight"),
            ("enter", "edit the selected line"),
            ("ctrl+p", "every command, by name"),
            ("tab", "from panel to panel; in a form from field to field"),
            ("+ -", "change a number in a form"),
        ):
            text.append(f"  {key:<8}", style="bold")
            text.append(f"{told}\n", style="not bold")
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Keys"
            dialog.border_subtitle = "escape closes"
            with VerticalScroll():
                yield Static(text)


class Jump(ModalScreen[str | None]):
    """Go to a panel by its letter."""

    BINDINGS = [("escape", "cancel", "Cancel")]
    DEFAULT_CSS = "Jump .dialog { width: 28; }"
    PLACES = {"b": "build", "c": "charts", "i": "insight", "l": "log"}

    def compose(self) -> ComposeResult:
        """Write the letters."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Go to"
            for letter, place in self.PLACES.items():
                yield Label(f" {letter}  {place.capitalize()}", markup=False)

    def on_key(self, event: Key) -> None:
        """Take a letter."""
        if event.key in self.PLACES:
            event.stop()
            self.dismiss(self.PLACES[event.key])

    def action_cancel(self) -> None:
        """Stay."""
        self.dismiss(None)
