"""What a person can do, each once: its keys, its words, and the app's method that does it.

Bindings, the key line, the help screen, the command palette and the README's table all come from here.
"""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding, BindingType


class Action(NamedTuple):
    """One thing to do.

    `name` is the app's `action_` method, `keys` are Textual's names of its keys, `key` is how they are
    shown; `short` is the word in the key line, empty where it is not shown there.
    """

    keys: str
    name: str
    key: str
    title: str
    help: str
    group: str
    short: str = ""


def _action(group: str, keys: str, key: str, name: str, title: str, told: str, short: str = "") -> Action:
    return Action(keys, name, key, title, told, group, short)


ACTIONS: tuple[Action, ...] = (
    _action("Train", "space", "space", "train", "Train or pause", "Start training, or pause it.", "train"),
    _action("Train", "full_stop", ".", "one_batch", "One batch", "Train one batch, then pause.", "batch"),
    _action(
        "Train", "greater_than_sign", ">", "one_epoch", "One epoch", "Train to the epoch's end.", "epoch"
    ),
    _action("Train", "r", "r", "reset", "Reset", "Go back to the same initial weights.", "reset"),
    _action("Train", "R", "R", "new_seed", "New seed", "Start from other weights."),
    _action(
        "Train", "left_square_bracket", "[", "rate_down", "Lower learning rate", "To the next of 1, 3, 10."
    ),
    _action(
        "Train",
        "right_square_bracket",
        "]",
        "rate_up",
        "Raise learning rate",
        "To the next of 1, 3, 10.",
        "rate",
    ),
    _action("Train", "left_curly_bracket", "{", "pace_down", "Slower", "Fewer epochs a second."),
    _action("Train", "right_curly_bracket", "}", "pace_up", "Faster", "More epochs a second."),
    _action("Build", "a", "a", "add_layer", "Add a layer", "Choose a layer to put below this one.", "add"),
    _action("Build", "d", "d", "duplicate_layer", "Duplicate layer", "Put a copy below this one."),
    _action("Build", "x,delete", "x", "remove_layer", "Remove layer", "Take the selected layer away."),
    _action("Build", "K,shift+up", "K", "layer_up", "Move layer up", "Swap it with the one above."),
    _action("Build", "J,shift+down", "J", "layer_down", "Move layer down", "Swap it with the one below."),
    _action("Build", "u,ctrl+z", "u", "undo", "Undo", "Take the last edit back.", "undo"),
    _action("Build", "ctrl+r,ctrl+y", "ctrl+r", "redo", "Redo", "Do the edit again."),
    _action("File", "e", "e", "examples", "Examples", "Open a bundled experiment.", "examples"),
    _action("File", "o", "o", "open_file", "Open", "Open a spec file by its path."),
    _action("File", "s", "s", "save", "Save", "Save the experiment as a spec file."),
    _action("Screen", "v", "v", "next_view", "Next view", "Go to the next panel."),
    _action("Screen", "ctrl+o", "ctrl+o", "jump", "Jump", "Go to a panel by its letter."),
    _action("Screen", "question_mark,f1", "?", "help", "Help", "Show the keys.", "help"),
    _action("Screen", "ctrl+t", "ctrl+t", "change_look", "Dark or light", "Change the theme."),
    _action("Screen", "q,ctrl+q", "q", "leave", "Quit", "Leave the program.", "quit"),
)


def bindings() -> list[BindingType]:
    """Give the bindings of every action, and of the insight tabs 1 to 9."""
    made: list[BindingType] = [
        Binding(action.keys, action.name, action.title, show=False) for action in ACTIONS
    ]
    made += [Binding(str(n), f"insight({n})", f"Insight {n}", show=False) for n in range(1, 10)]
    return made
