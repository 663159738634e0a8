"""What a person can do, each once: bindings, palette, footer, help and the guide's table derive from it.

An action's `name` is the method `action_<name>` of its owner, the app or the workbench screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from textual.binding import Binding, BindingType

from nn_tui.experiment.snapshot import Phase

Group = Literal["Train", "Network", "Look", "Experiment", "Learn", "Program"]


_SIGNS: Final = {"equals_sign": "="}
"""Signs whose name is Textual's, where a second key is one."""


@dataclass(frozen=True)
class Situation:
    """What decides which actions make sense now."""

    phase: Phase = "ready"
    undo: bool = False
    redo: bool = False
    layer: int | None = None
    """The index of the selected layer, if a layer is selected."""
    layers: int = 0
    callback: int | None = None
    """The index of the selected callback, if a callback is selected."""
    building: bool = False
    """Whether the build panel has the focus."""
    lesson: bool = False
    """Whether a lesson is open."""

    @property
    def training(self) -> bool:
        """Whether batches are being trained now."""
        return self.phase == "training"


def _always(now: Situation) -> bool:
    return True


def _resting(now: Situation) -> bool:
    return now.phase not in ("training", "following")


def _on_layer(now: Situation) -> bool:
    return now.layer is not None


def _learning(now: Situation) -> bool:
    return now.lesson


@dataclass(frozen=True)
class Action:
    """One thing to do: how it is called, which keys do it, when it makes sense."""

    name: str
    keys: str
    """Textual's names of the keys, with commas between."""
    shown: str
    """The keys as people write them."""
    title: str
    """In the palette and the help: `Train or pause`."""
    sentence: str
    group: Group
    hint: str = ""
    """In the footer, behind the key; empty: never there, or the first key of a pair."""
    owner: Literal["app", "screen"] = "app"
    when: Callable[[Situation], bool] = _always
    footer: Callable[[Situation], bool] | None = None
    """When the footer shows it; None: never."""
    numbered: bool = False
    """Whether it takes the digit that was pressed."""

    @property
    def anywhere(self) -> bool:
        """Whether it does the same on every page that has not its key for another thing."""
        return self.group == "Program" and self.name not in ("command_palette", "dismiss", "leave_training")

    @property
    def call(self) -> str:
        """The action as a link or a binding calls it."""
        return f"{self.owner}.{self.name}"

    @property
    def keys_shown(self) -> str:
        """All its keys as the help writes them: `x delete`."""
        if self.numbered:
            return self.shown
        keys = [_SIGNS.get(key, key) for key in self.keys.split(",")[1:]]
        others = [key for key in keys if key != self.shown]
        return " ".join([self.shown, *others])

    def why_not(self, now: Situation) -> str:
        """Say why it makes no sense in a situation; empty where it does."""
        if self.when(now):
            return ""
        if self.group == "Learn":
            return f"{self.title}: open a lesson first. N lists them."
        if self.name in ("undo", "redo", "leave_training"):
            return f"{self.title}: there is nothing that it could be done with."
        return f"{self.title}: go to the build panel first, to a row that it can be done with."

    def hint_in(self, now: Situation) -> str:
        """Give the footer's word for it in a situation."""
        if self.name == "train" and now.phase == "following":
            return "take over"
        return "pause" if self.name == "train" and now.training else self.hint


ACTIONS: Final = (
    Action(
        "train", "space", "space", "Train or pause",
        "Train until the last epoch; press again to pause after the present batch.",
        "Train", "train", footer=_always,
    ),
    Action(
        "run_batch", "full_stop", ".", "Train one batch", "Train one batch, then pause.",
        "Train", "batch", footer=_resting,
    ),
    Action(
        "step_back", "less_than_sign", "<", "Go back an epoch",
        "Go back to the kept epoch before: its weights, its curves. The run stays as it is.",
        "Train", footer=_resting,
    ),
    Action(
        "run_epoch", "greater_than_sign", ">", "Train one epoch",
        "Train to the end of the present epoch, then pause; after going back: to the next one kept.",
        "Train", "epoch", footer=_resting,
    ),
    Action(
        "break_at", "B", "B", "Breakpoints",
        "Pause when a condition holds: accuracy >= 0.95, val_loss rising 3, dead > 30%, epoch 50, nan.",
        "Train",
    ),
    Action(
        "reset", "r", "r", "Reset the weights",
        "Go back to the same initial weights, so that one change can be compared with another.",
        "Train", "reset", footer=_always,
    ),
    Action(
        "new_seed", "R", "R", "Take a new seed",
        "Start again from other initial weights and another order of the batches.",
        "Train",
    ),
    Action(
        "lower_rate", "left_square_bracket", "[", "Lower the learning rate",
        "Take the next lower learning rate of 1, 3, 10; at the next batch while training.",
        "Train", footer=_always,
    ),
    Action(
        "raise_rate", "right_square_bracket", "]", "Raise the learning rate",
        "Take the next higher learning rate of 1, 3, 10; at the next batch while training.",
        "Train", "rate", footer=_always,
    ),
    Action(
        "find_rate", "G", "G", "Find a good learning rate",
        "Try learning rates from tiny to huge on a copy of the network, see the loss, take the suggestion.",
        "Train",
    ),
    Action(
        "slow_down", "left_curly_bracket", "{", "Slow down",
        "Train at a slower pace: at most 30, 10, 5, 2 or 1 epochs a second.",
        "Train", footer=lambda now: now.training,
    ),
    Action(
        "speed_up", "right_curly_bracket", "}", "Speed up",
        "Train at a faster pace, up to as fast as the machine can.",
        "Train", "pace", footer=lambda now: now.training,
    ),
    Action(
        "add_layer", "a", "a", "Add a layer", "Add a layer after the selected one.",
        "Network", "add", owner="screen", footer=_resting,
    ),
    Action(
        "edit", "enter", "enter", "Edit", "Edit what is selected in the build panel.",
        "Network", "edit", owner="screen", footer=lambda now: now.building,
    ),
    Action(
        "step_up", "plus,equals_sign", "+", "More",
        "Step the main number of the selected row up: units, rate, epochs.",
        "Network", owner="screen", when=lambda now: now.building,
    ),
    Action(
        "step_down", "minus", "-", "Less", "Step the main number of the selected row down.",
        "Network", owner="screen", when=lambda now: now.building,
    ),
    Action(
        "duplicate_layer", "d", "d", "Duplicate the layer", "Put a copy of the selected layer after it.",
        "Network", "duplicate", owner="screen", when=_on_layer,
        footer=lambda now: now.building and _resting(now),
    ),
    Action(
        "remove", "x,delete", "x", "Remove", "Take the selected layer or callback out.",
        "Network", "remove", owner="screen",
        when=lambda now: now.layer is not None or now.callback is not None,
        footer=lambda now: now.building and _resting(now),
    ),
    Action(
        "move_up", "K,shift+up", "K", "Move the layer up", "Move the selected layer towards the input.",
        "Network", "up", owner="screen", when=lambda now: now.layer is not None and now.layer > 0,
        footer=lambda now: now.building and _resting(now),
    ),
    Action(
        "move_down", "J,shift+down", "J", "Move the layer down",
        "Move the selected layer towards the output.",
        "Network", "down", owner="screen",
        when=lambda now: now.layer is not None and now.layer < now.layers - 1,
        footer=lambda now: now.building and _resting(now),
    ),
    Action(
        "freeze", "F", "F", "Freeze the layer",
        "Keep the weights of the selected layer as they are in training, or let it train again.",
        "Network", owner="screen", when=_on_layer,
    ),
    Action(
        "undo", "u", "u", "Undo", "Take the last change of the experiment back.",
        "Network", "undo", when=lambda now: now.undo,
        footer=lambda now: now.building and _resting(now),
    ),
    Action(
        "redo", "ctrl+r,ctrl+y", "ctrl+r", "Redo", "Make the change again that was taken back.",
        "Network", when=lambda now: now.redo,
    ),
    Action(
        "show_insight", "1,2,3,4,5,6,7,8,9", "1 - 9", "Show an insight",
        "Show the insight with this number.",
        "Look", owner="screen", numbered=True,
    ),
    Action(
        "choose_insight", "g", "g", "List the insights", "Choose an insight from the list of all.",
        "Look", owner="screen",
    ),
    Action(
        "enlarge_insight", "I", "I", "Insight large", "Give the insight the whole screen, or back.",
        "Look", owner="screen",
    ),
    Action(
        "tell_insight", "X", "X", "Insight in words", "Tell the insight in words, or draw it again.",
        "Look", owner="screen",
    ),
    Action(
        "next_sample", "comma", ",", "Next sample", "Follow the next row in the shown insight.",
        "Look", owner="screen",
    ),
    Action(
        "next_batch", "semicolon", ";", "Next batch", "Go on by a batch of rows in the shown insight.",
        "Look", owner="screen",
    ),
    Action(
        "next_weight", "colon", ":", "Next weight",
        "Follow the next weight of the layer in the shown insight.", "Look", owner="screen",
    ),
    Action("go_build", "b", "b", "Go to Build", "Go to the build panel.", "Look", owner="screen"),
    Action("go_charts", "c", "c", "Go to Charts", "Go to the charts.", "Look", owner="screen"),
    Action(
        "log_scale", "L", "L", "Log scale", "Show the loss on a logarithmic axis, or as it is.",
        "Look", owner="screen",
    ),
    Action(
        "smooth", "m", "m", "Smooth the curves", "Smooth the curves a little, much, or not.",
        "Look", owner="screen",
    ),
    Action(
        "zoom", "z", "z", "Zoom on the newest epochs",
        "Show the last 1000, 100 or 20 epochs, or all.", "Look", owner="screen",
    ),
    Action("go_insight", "i", "i", "Go to Insight", "Go to the insights.", "Look", owner="screen"),
    Action("go_log", "l", "l", "Go to Log", "Go to the log.", "Look", owner="screen"),
    Action(
        "jump", "ctrl+o", "ctrl+o", "Jump", "Show a letter on each place; the letter goes there.",
        "Look", "jump", owner="screen", footer=lambda now: _resting(now) and not now.building,
    ),
    Action(
        "diagnose", "h", "h", "Diagnosis",
        "See what was found of the run, and why; apply the remedy, or race it against the run as it was.",
        "Look",
    ),
    Action(
        "change_look", "t", "t", "Light or dark theme",
        "Change between the dark and the light theme.", "Look",
    ),
    Action(
        "predict", "P", "P", "Predict",
        "Type a row, write a sentence or draw, and see what the network answers, while it trains too.",
        "Look",
    ),
    Action(
        "show_data", "D", "D", "Data", "See the rows, choose columns, open other data.",
        "Experiment",
    ),
    Action(
        "open_example", "e", "e", "Open an example", "Open one of the bundled experiments.",
        "Experiment", "examples", footer=lambda now: _resting(now) and not now.building,
    ),
    Action(
        "show_runs", "v", "v", "View runs", "See the runs that are kept: open, compare, fork, delete.",
        "Experiment", "runs", footer=lambda now: _resting(now) and not now.building,
    ),
    Action(
        "race", "f", "f", "Fork and race",
        "Go back to an epoch, change one thing, and train both beside each other.", "Experiment",
    ),
    Action(
        "sweep", "V", "V", "Sweep",
        "Vary settings over values or ranges, train the combinations, see the best and what each does.",
        "Experiment",
    ),
    Action(
        "take_weights", "w", "w", "Take weights", "Start with the weights of a kept run, or of a file.",
        "Experiment",
    ),
    Action(
        "show_line", "y", "y", "The experiment in a line",
        "See and copy the experiment as one line or an address, open another.", "Experiment",
    ),
    Action(
        "copy_code", "Y", "Y", "Copy the code", "Copy the experiment as Keras code that runs as it is.",
        "Experiment",
    ),
    Action(
        "template", "T", "T", "Take a template",
        "Begin with a classifier, a regressor, a CNN, an LSTM or an autoencoder that fits the data.",
        "Experiment",
    ),
    Action(
        "open_file", "o", "o", "Open a file",
        "Open an experiment, Keras code, data or images; code can be pasted, too.", "Experiment",
    ),
    Action(
        "save_file", "s", "s", "Save", "Save the experiment as a TOML file.", "Experiment", "save",
        footer=lambda now: _resting(now) and now.undo and not now.building,
    ),
    Action(
        "export", "E", "E", "Export", "Write the run as a file for Keras, ONNX, Python and others.",
        "Experiment",
    ),
    Action(
        "show_lessons", "N", "N", "Lessons",
        "Choose a lesson of the course, or leave the present one.", "Learn", "lessons",
        footer=lambda now: _resting(now) and not now.building,
    ),
    Action(
        "next_page", "n", "n", "Next page",
        "Turn to the next page of the lesson; to a question's answer first.", "Learn", when=_learning,
    ),
    Action(
        "previous_page", "p", "p", "Previous page", "Turn a page of the lesson back.", "Learn",
        when=_learning,
    ),
    Action(
        "hint", "H", "H", "Hint", "Show the hint of the lesson's task, or take it away.", "Learn",
        when=_learning,
    ),
    Action(
        "show_me", "S", "S", "Show me", "Have the lesson's task done, key by key; any key stops it.",
        "Learn", when=_learning,
    ),
    Action(
        "change_language", "Z", "Z", "Language", "Tell the lesson in another language.", "Learn",
        when=_learning,
    ),
    Action(
        "go_lesson", "C", "C", "Go to the lesson", "Go to the page of the lesson.", "Learn", owner="screen",
        when=_learning,
    ),
    Action(
        "command_palette", "ctrl+p", "ctrl+p", "Command palette", "Find anything by typing a few letters.",
        "Program",
    ),
    Action(
        "dismiss", "escape", "esc", "Dismiss the message", "Take the message at the bottom away.",
        "Program",
    ),
    Action("help", "question_mark,f1", "?", "Help", "Show all keys.", "Program", "help", footer=_always),
    Action("guide", "U", "U", "User guide", "Read the guide, and search it.", "Program"),
    Action(
        "change_mouse", "M", "M", "Mouse on or off",
        "Give the mouse to the terminal, so that text can be selected and copied, or take it back.",
        "Program",
    ),
    Action(
        "suspend", "ctrl+z", "ctrl+z", "Suspend",
        "Save, pause and go back to the shell; `fg` there goes on.", "Program",
    ),
    Action(
        "leave_training", "Q", "Q", "Leave and keep training",
        "Leave the program; a process in the background trains the run to its end.", "Program",
        when=lambda now: now.phase in ("ready", "training", "paused", "following"),
    ),
    Action("leave", "q,ctrl+q", "q", "Quit", "Leave the program.", "Program"),
)  # fmt: skip
"""In the order of the help and the footer."""

_BY_NAME = {action.name: action for action in ACTIONS}


def action_named(name: str) -> Action | None:
    """Give an action by its name, if it is one of these."""
    return _BY_NAME.get(name)


def action_for_key(key: str) -> Action | None:
    """Give the action that a key does on the workbench, if there is one."""
    return next((action for action in ACTIONS if key in action.keys.split(",")), None)


def bindings(owner: Literal["app", "screen"]) -> list[BindingType]:
    """Give the bindings of the actions that the app or the screen owns."""
    found: list[BindingType] = []
    for action in ACTIONS:
        if action.owner != owner or action.name == "command_palette":
            continue
        for key in action.keys.split(","):
            call = f"{action.name}({key})" if action.numbered else action.name
            found.append(Binding(key, call, action.title, show=False, tooltip=action.sentence))
    return found


def footer_actions(now: Situation) -> list[Action]:
    """Give the actions that the footer shows in a situation, those of the focused panel first."""
    shown = [
        action
        for action in ACTIONS
        if action.footer is not None and action.footer(now) and action.when(now)
    ]
    return sorted(shown, key=lambda action: _urgency(action, now))


def _urgency(action: Action, now: Situation) -> int:
    if action.name == "train":
        return 0
    return 1 if now.building and action.group == "Network" and not now.training else 2


def groups() -> Iterable[tuple[Group, list[Action]]]:
    """Give the actions by group, in order, as the help shows them."""
    names: list[Group] = []
    for action in ACTIONS:
        if action.group not in names:
            names.append(action.group)
    return [(name, [action for action in ACTIONS if action.group == name]) for name in names]


def key_table() -> str:
    """Write the keys as a Markdown table, as the guide has it."""
    lines = ["| key | what it does |", "|---|---|"]
    lines += [f"| `{action.keys_shown}` | {action.sentence} |" for action in ACTIONS]
    return "\n".join(lines)
