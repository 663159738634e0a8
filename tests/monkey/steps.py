"""What a monkey does: the steps of a seed, which never depend on what is on screen."""

from __future__ import annotations

import importlib
import pkgutil
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.dom import DOMNode

import nn_tui.tui.screens

SIZES = (
    (1, 1), (2, 1), (1, 40), (200, 1), (7, 3), (20, 6), (30, 10), (40, 12), (50, 14), (60, 20),
    (80, 24), (120, 36), (170, 48), (200, 60), (500, 150),
)  # fmt: skip
PASTES = (
    "spiral 8t-8t-1s lr=.03",
    "model = Sequential([Dense(8, activation='relu', input_shape=(2,)), Dense(1, activation='sigmoid')])",
    "import os\nmodel.fit(x, y",
    "fit.batch_size=7",
    "accuracy >= 0.9",
    "rows.csv",
    "pictures of cats",
    "-1",
    "1e400",
    "0.0000001",
    "nan",
    "\x1b[31mred\x07\x00",
    "äöü 数据 🙂 [bold]not markup[/bold]",
    "x" * 3000,
    "1,2,0\n3,4,1\n",
)
HABITS = (
    "space", "full_stop", "greater_than_sign", "greater_than_sign less_than_sign", "space r space",
    "escape escape escape", "escape escape escape b", "a d enter enter", "a down down enter tab 5 enter",
    "enter tab plus plus enter", "enter right right enter", "down down enter left enter",
    "x x u u ctrl+r", "v", "v enter", "v space space c", "v f enter enter", "v n a enter", "v x u",
    "f enter enter", "f enter down enter", "w enter enter", "B down enter escape", "E enter y",
    "E down down enter", "s enter y", "e down enter", "e up enter", "D down t", "D space i enter",
    "D tab plus enter", "D p", "y tab x o r enter", "y c escape", "h enter", "h f", "ctrl+p e x enter",
    "ctrl+p down down enter", "ctrl+o c", "T down enter", "o tab down enter",
    "o r o w s full_stop c s v enter", "i P left tab 5 down plus", "P tab tab 7 up space escape",
    "right_square_bracket right_square_bracket right_square_bracket space", "left_curly_bracket space",
    "1 2 3 4 5", "t", "question_mark escape", "enter 9 tab t", "9 tab t", "y c tab 3 r enter",
)  # fmt: skip
"""What people do: keys after one another."""
LEAVING = ("q", "Q", "ctrl+q")
"""Pressed less often than other keys: each ends the program."""


@dataclass(frozen=True)
class Step:
    """One thing the monkey does.

    `key` a key; `keys` keys in a burst, without waiting between them; `click`, `scroll` (its value ends in
    up or down) and `drag` at shares of the width and height; `paste` the number of a text; `size` columns
    and rows; `wait` seconds.
    """

    what: str
    value: str

    @property
    def keys(self) -> list[str]:
        """The keys it presses."""
        return self.value.split() if self.what in ("key", "keys") else []

    def events(self, size: tuple[int, int]) -> list[events.Event]:
        """Make what the terminal would tell of it; none for a size and a pause."""
        match self.what:
            case "key" | "keys":
                return [key_event(name) for name in self.keys]
            case "paste":
                return [events.Paste(PASTES[int(self.value)])]
            case "click":
                return _mouse(self.value, size, events.MouseMove, events.MouseDown, events.MouseUp)
            case "scroll":
                place, _, way = self.value.rpartition(",")
                return _mouse(place, size, events.MouseScrollUp if way == "up" else events.MouseScrollDown)
            case "drag":
                begin, _, end = self.value.partition(";")
                return [
                    *_mouse(begin, size, events.MouseMove, events.MouseDown),
                    *_mouse(end, size, events.MouseMove, events.MouseUp),
                ]
        return []


def _mouse(place: str, size: tuple[int, int], *kinds: type[events.MouseEvent]) -> list[events.Event]:
    shares = map(float, place.split(","))
    x, y = (int(share * cells) for share, cells in zip(shares, size, strict=True))
    return [kind(None, x, y, 0, 0, 1, False, False, False, x, y) for kind in kinds]


def key_event(name: str) -> events.Key:
    """Make the event of a key, with the character that it writes."""
    try:
        character = unicodedata.lookup(name.replace("_", " ").upper()) if len(name) > 1 else name
    except KeyError:
        character = " " if name == "space" else None
    return events.Key(name, {"plus": "+", "minus": "-"}.get(name, character))


def all_keys() -> list[str]:
    """Return every key that the app, its screens and widgets bind, and those that write."""
    for module in pkgutil.iter_modules(nn_tui.tui.screens.__path__, "nn_tui.tui.screens."):
        importlib.import_module(module.name)
    found = {*"abcdefghijklmnopqrstuvwxyz0123456789"}
    found |= {"enter", "tab", "shift+tab", "escape", "space", "backspace", "delete", "minus", "plus"}
    found |= {"comma", "equals_sign", "ctrl+c"}
    found |= {"up", "down", "left", "right", "home", "end", "pageup", "pagedown"}
    for kind in _kinds(DOMNode):
        if kind.__module__.startswith("nn_tui."):
            for bound in kind.__dict__.get("BINDINGS", ()):
                keys = bound.key if isinstance(bound, Binding) else bound[0]
                found |= {key.strip() for key in keys.split(",")}
    return sorted(found)


def _kinds(kind: type) -> Iterator[type]:
    for below in kind.__subclasses__():
        yield below
        yield from _kinds(below)


def steps_of(seed: int | str) -> Iterator[Step]:
    """Yield the endless steps of a seed."""
    draw = random.Random(seed)
    keys = all_keys()

    def place() -> str:
        return f"{draw.random():.3f},{draw.random():.3f}"

    while True:
        kind = draw.random()
        if kind < 0.40:
            key = draw.choice(keys)
            if key not in LEAVING or draw.random() < 0.2:
                yield Step("key", key)
        elif kind < 0.60:
            for key in draw.choice(HABITS).split():
                yield Step("key", key)
        elif kind < 0.68:
            yield Step("keys", draw.choice(HABITS))
        elif kind < 0.72:
            some = [draw.choice(keys) for _ in range(draw.randint(2, 8))]
            yield Step("keys", " ".join(key for key in some if key not in LEAVING) or "down up")
        elif kind < 0.84:
            yield Step("click", place())
        elif kind < 0.86:
            yield Step("drag", f"{place()};{place()}")
        elif kind < 0.89:
            yield Step("scroll", f"{place()},{draw.choice(('up', 'down'))}")
        elif kind < 0.92:
            columns, rows = draw.choice(SIZES)
            yield Step("size", f"{columns}x{rows}")
        elif kind < 0.94:
            yield Step("paste", str(draw.randrange(len(PASTES))))
        else:
            yield Step("wait", f"{draw.choice((0.0, 0.02, 0.1, 0.2))}")
