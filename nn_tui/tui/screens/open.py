"""Choose a file or a folder: by writing its path with completion, or in a tree."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from rich.text import Text, TextType
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.getters import query_one
from textual.suggester import Suggester
from textual.widgets import DirectoryTree, Input

from nn_tui.data.files.tables import is_table
from nn_tui.data.sources import names
from nn_tui.experiment.files import expanded
from nn_tui.export.opening import FORMATS
from nn_tui.text import clean_line
from nn_tui.tui.content import cell, entitle
from nn_tui.tui.forms.editors import TextEditor
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.leaving import Dialog


def is_wanted(path: Path, data_only: bool = False) -> bool:
    """Whether a path may lead to something that can be opened: a folder, data, or an experiment."""
    if path.name.startswith("."):
        return False
    known = is_table(path) or path.suffix.lower() in (".npz", ".npy")
    experiment = path.suffix == ".toml" or path.suffix.lower() in FORMATS
    return path.is_dir() or known or (experiment and not data_only)


class PathSuggester(Suggester):
    """Completes a path with the first name that fits, or the name of a set."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """Give the whole of what was probably meant."""
        if not value:
            return None
        known = [name for name in names() if name.startswith(value)]
        if known and "/" not in value:
            return known[0]
        return completed(value)


def completed(value: str) -> str | None:
    """Give the first path that begins with what was written; folders end in a slash."""
    folder, slash, start = value.rpartition("/")
    place = expanded(folder or "/") if slash else Path()
    try:
        names = (path for path in place.iterdir() if path.name == clean_line(path.name))
        found = sorted(path for path in names if path.name.startswith(start) and is_wanted(path))
    except OSError:
        return None
    if not found:
        return None
    return f"{folder}{slash}{found[0].name}" + ("/" if found[0].is_dir() else "")


class DataTree(DirectoryTree):
    """The folders, with the files that can be opened."""

    # Emoji are two cells wide in some terminals and one in others, and no ASCII.
    ICON_NODE, ICON_NODE_EXPANDED, ICON_FILE = "+ ", "- ", "  "
    data_only = False

    def process_label(self, label: TextType) -> Text:
        """Show a file's name as it is, on one line."""
        return cell(str(label))

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """Leave out what cannot be opened."""
        return [path for path in paths if is_wanted(path, self.data_only)]


class OpenScreen(Dialog[str | None]):
    """A line for the path over a tree of the working folder; gives what was chosen, or None.

    Args:
        question: the title.
        data_only: whether experiments are left out. Default no.
    """

    CSS_PATH = "open.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel", show=False),
        Binding("tab,down", "tree", "Tree", show=False),
        Binding("shift+tab", "line", "Line", show=False),
        Binding("f", "folder", "This folder", show=False),
    ]

    line = query_one(TextEditor)
    files = query_one(DataTree)

    def __init__(self, question: str, *, data_only: bool = False) -> None:
        super().__init__()
        self.question = question
        self.data_only = data_only

    def compose(self) -> ComposeResult:
        """Lay the line over the tree."""
        with Vertical(classes="dialog") as dialog:
            entitle(dialog, self.question)
            line = TextEditor("", empty="path of a file or folder, a set's name, or SELECT ...")
            line.suggester = PathSuggester()
            yield line
            tree = DataTree(".")
            tree.data_only = self.data_only
            tree.show_root = False
            tree.guide_depth = 2
            yield tree
            keys = [
                ("enter open", "open"),
                ("right complete", "complete"),
                ("tab tree", "tree"),
                ("f this folder", "folder"),
                ("esc cancel", "leave"),
            ]
            yield KeyHint(keys)

    def on_mount(self) -> None:
        """Begin with the line."""
        self.line.focus()

    def action_tree(self) -> None:
        """Go to the tree."""
        self.files.focus()

    def action_line(self) -> None:
        """Go to the line."""
        self.line.focus()

    def action_complete(self) -> None:
        """Take the rest of the name that is suggested."""
        self.line.focus()
        self.line.action_cursor_right()

    @on(Input.Submitted)
    def action_open(self) -> None:
        """Give what was written, or what is selected in the tree."""
        if written := self.line.value.strip():
            path = str(expanded(written)) if written.startswith("~") else written
            self.dismiss(path.rstrip("/") or "/")
        elif not self.line.has_focus:
            self.files.action_select_cursor()

    @on(DirectoryTree.FileSelected)
    def take_file(self, event: DirectoryTree.FileSelected) -> None:
        """Give the file that was chosen in the tree."""
        event.stop()
        self.dismiss(str(event.path))

    def action_folder(self) -> None:
        """Give the folder that is selected in the tree."""
        node = self.files.cursor_node
        if self.files.has_focus and node is not None and node.data is not None and node.data.path.is_dir():
            self.dismiss(str(node.data.path))

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)
