"""Commands of the network: show it, add, remove and move layers, set anything, undo and redo."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nn_tui.declare import find, nearest, params, registered, sentence
from nn_tui.errors import NnTuiError, SpecError, UsageError
from nn_tui.experiment import edits
from nn_tui.experiment.document import from_document, to_document
from nn_tui.experiment.line.keys import SHORT, whole_path
from nn_tui.experiment.line.layers import read_layer
from nn_tui.experiment.line.words import Word, read_settings
from nn_tui.experiment.runs.differences import ABSENT, differences, setting_words
from nn_tui.experiment.spec import Spec, Thing
from nn_tui.experiment.spec_file import parse_assignment, set_value
from nn_tui.experiment.spec_words import layer_words, stack_words
from nn_tui.plain.verbs.verb import Words, verb, whole_number
from nn_tui.plain.words.experiment import experiment_sentences, layer_sentences, problem_sentences

if TYPE_CHECKING:
    from nn_tui.plain.shell import Shell

__all__ = ["add", "layers", "move", "redo", "remove", "set_", "show", "template", "undo"]


@verb("Network", "sh")
def show(shell: Shell, words: Words) -> None:
    """Tell the whole experiment: data, each layer with its shape and parameters, loss, optimizer."""
    shell.say(*experiment_sentences(shell.bench.spec, shell.bench.checkup))


@verb("Network", "ly")
def layers(shell: Shell, words: Words) -> None:
    """Tell the kinds of layers there are, each in a sentence."""
    shell.say(*(f"{name}: {sentence(kind)}" for name, kind in registered("layer").items()))


@verb("Network", "a", "LAYER [after N] [SETTING=VALUE]...")
def add(shell: Shell, words: Words) -> None:
    """Add a layer after the one with a number; without one, before the last.

    add Dense units=16 activation=relu; add Dropout rate=0.3 after 2; or as in a line: add 16r after 1.
    """
    if not words:
        raise UsageError("add needs a layer.", "Type add Dense units=16 activation=relu.")
    bench, rest = shell.bench, list(words[1:])
    spec = bench.spec
    place = max(0, len(spec.layers) - 1)
    if "after" in rest:
        at = rest.index("after")
        place = _layer(spec, rest[at + 1] if at + 1 < len(rest) else "", least=0)
        del rest[at : at + 2]
    made = _layer_made(spec, words[0], rest, place)
    # Through the document, so that what is typed passes the same checks as what is written.
    changed = from_document(to_document(edits.insert_layer(spec, place, made)))
    _edit(shell, changed, f"add {made.type}")
    shell.say(f"Added layer {place + 1}: {layer_words(changed.layers[place])}.")
    _tell(shell, place)


def _layer_made(spec: Spec, word: str, rest: list[str], place: int) -> Thing:
    by_lower = {name.lower(): name for name in registered("layer")}
    # As one says it: dense 16 relu, dropout 0.2.
    while word.lower() != "activation" and rest and _is_numbers_or_activation(rest[0]):
        word += rest.pop(0)
    line, parts = word, []
    for part in rest:
        line += f" {part}"
        parts.append(Word(part, line, len(line) - len(part)))
    parts = [replace(part, line=line) for part in parts]
    if word.lower() not in by_lower:
        if not any(letter.isdigit() or letter == "(" for letter in word):
            close = {**by_lower, **{name: name for name in by_lower.values()}}
            raise SpecError(f"There is no layer named {word!r}.", nearest(word, close.values()))
        table = read_layer(Word(word, line, 0))
        name = table.pop("type")
        return Thing(name, {**table, **read_settings(find("layer", name), parts)})
    name = by_lower[word.lower()]
    return edits.new_layer(spec, name, place).with_settings(**read_settings(find("layer", name), parts))


def _is_numbers_or_activation(word: str) -> bool:
    return re.fullmatch(r"\d*\.?\d+(x\d*\.?\d+)*", word) is not None or word in registered("activation")


@verb("Network", "tm", "[NAME]")
def template(shell: Shell, words: Words) -> None:
    """Begin with a classifier, a regressor, a CNN, an LSTM or an autoencoder that fits the data.

    Without a name each is told, with the network that it would be here, or why it does not suit.
    """
    from nn_tui.experiment.templates import TEMPLATES

    spec = shell.bench.spec
    if not words:
        for one in TEMPLATES:
            try:
                told = f"Here: {stack_words(one.fit(spec), '')}."
            except NnTuiError as error:
                told = error.message
            shell.say(f"{one.name}: {one.sentence} {told}")
        return
    by_name = {one.name.lower(): one for one in TEMPLATES}
    chosen = by_name.get(words[0].lower())
    if chosen is None:
        raise UsageError(
            f"There is no template {words[0]!r}.", nearest(words[0], [t.name for t in TEMPLATES])
        )
    _edit(shell, chosen.fit(spec), f"template {chosen.name}")
    shell.say(*experiment_sentences(shell.bench.spec, shell.bench.checkup))


@verb("Network", "rm", "N")
def remove(shell: Shell, words: Words) -> None:
    """Take the layer with this number out."""
    spec = shell.bench.spec
    at = _layer(spec, words[0] if words else "") - 1
    told = layer_words(spec.layers[at])
    _edit(shell, edits.remove_layer(spec, at), f"remove {spec.layers[at].type}")
    shell.say(f"Removed layer {at + 1}: {told}.")
    _tell(shell, at)


@verb("Network", "mv", "N up|down")
def move(shell: Shell, words: Words) -> None:
    """Move a layer up, towards the input, or down, towards the output."""
    spec = shell.bench.spec
    at = _layer(spec, words[0] if words else "") - 1
    way = words[1] if len(words) > 1 else "up"
    if way not in ("up", "down"):
        raise UsageError(f"A layer moves up or down, got {way!r}.", f"Type move {at + 1} up.")
    to = at + (-1 if way == "up" else 1)
    if not 0 <= to < len(spec.layers):
        raise UsageError(f"Layer {at + 1} is the {'first' if to < 0 else 'last'}.", "")
    _edit(shell, edits.move_layer(spec, at, to - at), f"move {spec.layers[at].type} {way}")
    shell.say(f"Layer {at + 1} is layer {to + 1} now.")
    _tell(shell, min(at, to))


@verb("Network", "se", "PATH VALUE")
def set_(shell: Shell, words: Words) -> None:
    """Change a setting: set lr 0.01, set layer 1 units 32.

    The short names of a line serve: lr, batch, epochs, loss, val, test. So do the paths that --set takes:
    compile.optimizer.learning_rate, fit.batch_size, data.noise, and layers.0.units, which is of layer 1.

    A run stays as it was trained: another stack, other data, another loss, or a setting of a run that has
    ended begins a new run with the next batch; undo goes back before that. While it trains, what can change
    live changes at the next batch; another stack keeps the weights of the layers that stay the same.
    """
    if not words:
        raise UsageError("set needs a setting and a value.", "Type set layer 1 units 32, or set lr 0.01.")
    spec = shell.bench.spec
    path, value = assignment(spec, words)
    changed = set_value(spec, path, value)
    if changed == spec:
        shell.say(f"{path} is {words[-1]} already.")
        return
    _edit(shell, changed, f"set {path}")
    for setting, (before, after) in differences((spec, changed)):
        was, now = (_default_words(value) for value in (before, after))
        told = setting_words(setting)
        shell.say(f"{told.replace('layer', 'Layer', told.startswith('layer '))} from {was} to {now}.")
    if spec.data != changed.data:
        shell.say("The data are others: a new run begins.")
    shell.say(*problem_sentences(shell.bench.checkup))


@verb("Network", "u")
def undo(shell: Shell, words: Words) -> None:
    """Take the last change of the experiment back."""
    label = shell.bench.undo()
    shell.say(f"Undone: {label}." if label else "There is nothing to undo.")
    shell.say(*problem_sentences(shell.bench.checkup))


@verb("Network", "rd")
def redo(shell: Shell, words: Words) -> None:
    """Make the change again that was taken back."""
    label = shell.bench.redo()
    shell.say(f"Done again: {label}." if label else "There is nothing to redo.")
    shell.say(*problem_sentences(shell.bench.checkup))


def assignment(spec: Spec, words: Words) -> tuple[str, Any]:
    """Read a setting's path and its value: `lr 0.01`, `layer 1 units 32`, `fit.epochs=5`.

    Raises:
        UsageError: there is no value, or no such layer.
    """
    if words[0].lower() == "layer" and len(words) > 2:
        words = [f"layers.{_layer(spec, words[1]) - 1}.{words[2]}", *words[3:]]
    text = words[0] if "=" in words[0] else f"{words[0]}={' '.join(words[1:])}"
    path, value = parse_assignment(text)
    if text.endswith("="):
        raise UsageError(f"{path} needs a value.", f"Type it behind: {path} VALUE.")
    return _whole_path(spec, path), None if value in ("none", "default") else value


def _whole_path(spec: Spec, name: str) -> str:
    """Give the path of a setting that is named alone: lr, learning_rate, noise.

    Raises:
        UsageError: it is one of a layer, and which layer is not said.
    """
    path = whole_path(to_document(spec), name)
    if path != name or name in SHORT or "." in name:
        return path
    owners = [
        at
        for at, layer in enumerate(spec.layers, start=1)
        if any(param.name == name for param in params(find("layer", layer.type)))
    ]
    if owners:
        raise UsageError(f"{name} is a setting of a layer.", f"Type set layer {owners[0]} {name} VALUE.")
    return name


def _default_words(value: str) -> str:
    """Write a setting's value; one that is not made has its default."""
    return "its default" if value == ABSENT else value


def _edit(shell: Shell, spec: Spec, label: str) -> None:
    from nn_tui.experiment.edits import suited

    changed, notes = suited(shell.bench.spec, spec)
    shell.bench.edit(changed, label)
    shell.say(*notes)


def _tell(shell: Shell, first: int) -> None:
    """Tell the layers from one on, whose shapes may be others now, and what is wrong."""
    bench = shell.bench
    shell.say(*layer_sentences(bench.spec, bench.checkup)[first + 1 :], *problem_sentences(bench.checkup))


def _layer(spec: Spec, word: str, *, least: int = 1) -> int:
    """Read the number of a layer.

    Raises:
        UsageError: there is no such layer.
    """
    count = len(spec.layers)
    if not word:
        raise UsageError("Which layer? Give its number.", f"There are {least} to {count}; type show.")
    number = whole_number(word, "The number of a layer", least=least)
    if number > count:
        raise UsageError(f"There is no layer {number}.", f"There are {least} to {count}.")
    return number
