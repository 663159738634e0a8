"""A line read: the experiment that its first word opens, with the changes that the others say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nn_tui.declare import canonical, find, nearest, registered
from nn_tui.errors import NnTuiError, SpecError
from nn_tui.experiment.document import from_document, to_document
from nn_tui.experiment.edits import suited
from nn_tui.experiment.line.keys import PRICES, SHORT, places
from nn_tui.experiment.line.layers import read_stack
from nn_tui.experiment.line.outputs import shared_settings, with_output
from nn_tui.experiment.line.words import (
    Word,
    assigned,
    called,
    cut,
    read_settings,
    read_thing,
    read_value,
    unquoted,
    words_of,
)
from nn_tui.experiment.spec import Spec

Table = dict[str, Any]


def read_line(line: str, open_base: Callable[[str], Spec]) -> Spec:
    """Read an experiment from one line.

    Args:
        line: words such as `circle 4t-2t lr=.03`.
        open_base: gives the experiment that the first word stands for alone.

    Raises:
        SpecError: a word is not understood; it is marked, with what was expected.
    """
    first, *others = words_of(line)
    try:
        base = open_base(unquoted(first))
    except NnTuiError as error:
        if assigned(first) is None and not first.text[:1].isdigit():
            raise first.fault(f"A line begins with data. {error.remedy}".strip()) from None
        raise first.fault("A line begins with data: circle, or the path of a table.") from None
    return _Reading(to_document(base)).read(others, base)


class _Reading:
    """The document that grows, and which word said what of it."""

    def __init__(self, document: Table) -> None:
        self.document = document
        self.said: dict[str, Word] = {}

    def read(self, words: list[Word], base: Spec) -> Spec:
        settings = [(word, pair) for word in words if (pair := assigned(word)) is not None]
        plain = [word for word in words if assigned(word) is None]
        stack: list[Table] | None = None
        ended = False
        loss_said = False
        callbacks: list[Any] = []
        for word in plain:
            name = word.text.partition("(")[0]
            if self._is("optimizer", name):
                self._optimizer(word)
            elif self._is("callback", name):
                callbacks.append(_table(read_thing("callback", word)))
            elif self._is("loss", name):
                loss_said = True
                self.document["compile"]["loss"] = read_thing("loss", word)
                self.said["compile.loss"] = word
            elif stack is None:
                stack, ended = read_stack(word)
                stack = [self._completed(layer) for layer in stack]
                self.said["layers"] = word
            else:
                raise word.fault("There is a stack already; write - between layers, = in settings.")
        if callbacks:
            self.document["fit"]["callbacks"] = callbacks
        for word, (key, value) in settings:
            loss_said = loss_said or key.text == "loss"
            self._setting(word, key, value)
        if stack is not None or loss_said:
            layers, loss = self.document["layers"], self.document["compile"]["loss"]
            self.document["layers"] = with_output(layers, stack, loss, ended)
        for word, (key, value) in settings:
            if key.text in PRICES:
                self._price(word, key, value)
        made = self._checked()
        scaled = self.said.keys() & {"data.scaling", "data.target_scaling"}
        return made if scaled else suited(base, made)[0]

    def _completed(self, layer: Table) -> Table:
        """Give a layer what those of the first word's experiment share; `key=default` takes it away."""
        shared = shared_settings(self.document["layers"]) if layer["type"] == "Dense" else {}
        return {key: value for key, value in {**shared, **layer}.items() if value is not None}

    @staticmethod
    def _is(kind: Any, name: str) -> bool:
        try:
            return canonical(kind, name) in registered(kind)
        except SpecError:
            return False

    def _optimizer(self, word: Word) -> None:
        name, inside = called(word)
        known = canonical("optimizer", name.text)
        kept = self.document["compile"]["optimizer"]
        # What was set for another rule means nothing to this one.
        kept = kept if kept["type"] == known else {}
        settings = read_settings(find("optimizer", known), inside or [])
        self.document["compile"]["optimizer"] = {**kept, "type": known, **settings}
        self.said["compile.optimizer"] = word

    def _setting(self, word: Word, key: Word, value: Word) -> None:
        if key.text in PRICES:
            return
        if key.text in ("metrics", "callbacks", "features"):
            self._list(key, value)
            return
        if key.text.startswith("data.columns."):
            self.document["data"].setdefault("columns", {})[key.text.split(".", 2)[2]] = unquoted(value)
            self.said[key.text] = word
            return
        known = places(self.document)
        if key.text not in known:
            raise key.fault(_expected(key.text, known))
        path, param = known[key.text]
        table: Any = self.document
        *parents, last = path.split(".")
        for parent in parents:
            table = table[parent]
        read = read_value(param, value)
        if value.text == "default" or (read is None and path == "data.target"):
            table.pop(last, None)
        else:
            table[last] = read
        self.said[path] = word

    def _list(self, key: Word, value: Word) -> None:
        parts = [] if value.text == "none" else [part for part in cut(value, ",") if part.text]
        if key.text == "features":
            self.document["data"]["features"] = [unquoted(part) for part in parts]
            if not parts:
                del self.document["data"]["features"]
        elif key.text == "metrics":
            self.document["compile"]["metrics"] = [read_thing("metric", part) for part in parts]
        else:
            self.document["fit"]["callbacks"] = [_table(read_thing("callback", part)) for part in parts]
        self.said[SHORT[key.text]] = value

    def _price(self, word: Word, key: Word, value: Word) -> None:
        kind = find("regularizer", PRICES[key.text])
        setting = read_settings(kind, [word.part(0, f"{key.text}={value.text}")])
        for layer in self.document["layers"]:
            names = {param.name for param in _params("layer", layer["type"])}
            if "kernel_regularizer" in names:
                layer["kernel_regularizer"] = {"type": PRICES[key.text], **setting}
        self.said["layers"] = self.said.get("layers", word)

    def _checked(self) -> Spec:
        try:
            return from_document(self.document)
        except SpecError as error:
            fitting = [path for path in self.said if (f"{error.path}.").startswith(f"{path}.")]
            if not fitting:
                raise
            marked = self.said[max(fitting, key=len)].marked
            raise SpecError(f"{marked}: {error.message}", error.remedy, error.path) from None


def _expected(key: str, known: Mapping[str, tuple[str, Any]]) -> str:
    """Say which setting was probably meant, or which there are."""
    others = [name for name, (path, _) in known.items() if "." not in name and path not in SHORT.values()]
    close = nearest(key, [*SHORT, *PRICES, *others])
    if not close.startswith("Known"):
        return close
    return f"Settings are {', '.join([*SHORT, *PRICES])}; here also {', '.join(others)}."


def _params(kind: Any, name: str) -> Any:
    from nn_tui.declare import params

    return params(find(kind, name))


def _table(thing: Any) -> Table:
    return {"type": thing} if isinstance(thing, str) else dict(thing)
