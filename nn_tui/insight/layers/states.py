"""The memory of a recurrent layer, step by step, and what the network would answer at each step."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn_tui.declare import register
from nn_tui.engine.layers.bidirectional import Bidirectional
from nn_tui.engine.layers.recurrent import Recurrent
from nn_tui.engine.models import Sequential
from nn_tui.insight.answers import answered, own_units, probabilities
from nn_tui.insight.controls import Place
from nn_tui.insight.layers.naming import layer_control, layer_words
from nn_tui.insight.layers.vocabulary import known_words, word_of
from nn_tui.insight.pictures import (
    Array,
    Board,
    Control,
    Heatmap,
    InsightRequest,
    Lines,
    Picture,
    Sentence,
    Series,
    Table,
)
from nn_tui.insight.samples import Sample, pick_sample

__all__ = ["states"]


@register("insight", "states")
def states(
    request: InsightRequest, /, rows: Place = 0, sample: Place = 0, layer: Place = 0, unit: Place = 0
) -> Picture:
    """The memory of a recurrent layer at every step of one sample, unit by unit.

    Args:
        rows: which split the sample is from. Default training.
        sample: which sample. Default the first.
        layer: which of the recurrent layers. Default the first.
        unit: 0 all units, else the one with this number. Default 0.
    """
    model, data = request.model, request.data
    places = [at for at, one in enumerate(model.layers) if isinstance(one, (Recurrent, Bidirectional))]
    if not places:
        return Sentence(
            "This network has no recurrent layer, so it keeps no memory. Open the example co2, or take the "
            "template LSTM (T) for series or text."
        )
    picked = pick_sample(data, rows, sample)
    index = places[layer % len(places)]
    outputs = model.activations(picked.x)
    before = picked.x if index == 0 else outputs[index - 1]
    memory = memories(model.layers[index], before)[0]  # (steps, units)
    units = memory.shape[1]
    unit %= units + 1
    words = "all" if not unit else f"{unit} of {units}"
    controls = [layer_control(model, places, layer)] if len(places) > 1 else []
    controls.append(Control("unit", "unit", words, unit, units + 1))
    turned = (*controls, *picked.controls)
    name = layer_words(model, index)
    vocabulary = known_words(data)
    answers = _answers(model, index, memory)
    if vocabulary:
        return _of_words(model, picked, memory, answers, vocabulary, data, name, unit, turned)
    return _of_series(model, picked, memory, answers, data, name, unit, turned)


def memories(layer: Any, x: Array) -> Array:
    """Give a recurrent layer's memory after every step, `(batch, steps, units)`, in the order of the steps.

    Args:
        layer: recurrent, or two of them in a Bidirectional, whose memories stand side by side.
        x: its input, `(batch, steps, inputs)`.
    """
    if isinstance(layer, Bidirectional):
        weights = layer.get_weights()
        half = len(weights) // 2
        parts = (layer.layer, weights[:half]), (layer.other, weights[half:])
        return np.concatenate([_run(one, own, x) for one, own in parts], axis=-1)
    return _run(layer, layer.get_weights(), x)


def _run(layer: Recurrent, weights: list[Array], x: Array) -> Array:
    copy = type(layer)(**{**layer.get_config(), "return_sequences": True})
    model = Sequential([copy])
    model.build((None, *x.shape[1:]))
    model.set_weights(weights)
    memory = model.predict(x)
    # What goes backwards gives its last step first.
    return memory[:, ::-1] if layer.go_backwards else memory


def _answers(model: Any, index: int, memory: Array) -> Array | None:
    """Give what the network would answer if the sample ended at each step, `(steps, outputs)`.

    None where the layers behind take the whole series, or where the layer reads backwards.
    """
    layer = model.layers[index]
    if isinstance(layer, Bidirectional) or layer.return_sequences or layer.go_backwards:
        return None
    rest = model.layers[index + 1 :]
    if not rest:
        return None
    tail = Sequential([type(one)(**one.get_config()) for one in rest])
    tail.build((None, memory.shape[1]))
    tail.set_weights([array for one in rest for array in one.get_weights()])
    return tail.predict(memory)


def _heat(memory: Array, steps: str) -> Heatmap:
    largest = float(np.abs(memory).max()) or 1.0
    return Heatmap(
        (memory / max(1.0, largest)).T,
        (1, len(memory)),
        (memory.shape[1], 1),
        steps,
        "unit",
        f"Blue is up to {max(1.0, largest):.2g}, orange down to {-max(1.0, largest):.2g}.",
        square=False,
    )


def _of_series(
    model: Any,
    picked: Sample,
    memory: Array,
    answers: Array | None,
    data: Any,
    name: str,
    unit: int,
    controls: tuple[Control, ...],
) -> Board:
    steps = np.arange(1, len(memory) + 1)
    x = picked.x[0]
    names = data.feature_names if len(data.feature_names) == x.shape[-1] else ()
    inputs = tuple(
        Series(names[at] if names else f"input {at + 1}", steps, x[:, at], "class", class_number=at)
        for at in range(min(6, x.shape[-1]))
    )
    titles = ["Input (scaled)", "Memory"]
    pictures: list[Lines | Heatmap] = [Lines(inputs, "step", "input", "")]
    if unit:
        line = Series(f"unit {unit}", steps, memory[:, unit - 1])
        pictures.append(Lines((line,), "step", f"unit {unit}", ""))
    else:
        pictures.append(_heat(memory, "step"))
    told = f"The memory of layer {name} at each of {len(memory)} steps."
    if answers is not None and answers.shape[1] == 1 and not data.classes:
        own = own_units(data.preparation, answers[:, 0])
        titles.append("Answer if it ended here")
        pictures.append(Lines((Series("answer", steps, own),), "step", data.target_name, ""))
        told += f" At the end the network answers {own[-1]:.4g}; true: {picked.target}."
    elif answers is not None and data.classes:
        chance, said = _chances(model, answers, data)
        lines = tuple(
            Series(data.class_names[at], steps, chance[:, at], "class", class_number=at)
            for at in range(min(6, chance.shape[1]))
        )
        titles.append("Answer if it ended here")
        pictures.append(Lines(lines, "step", "probability", "", y_bounds=(0.0, 1.0)))
        told += f" At the end it says {said[-1]}; true: {picked.target}."
    return Board(tuple(titles), tuple(pictures), told, width=36, height=9, controls=controls)


def _of_words(
    model: Any,
    picked: Sample,
    memory: Array,
    answers: Array | None,
    vocabulary: list[str],
    data: Any,
    name: str,
    unit: int,
    controls: tuple[Control, ...],
) -> Table:
    numbers = picked.x[0].astype(int).reshape(-1)
    moved = np.linalg.norm(np.diff(memory, axis=0, prepend=0.0), axis=1)
    first = int(np.argmax(numbers > 0)) if (numbers > 0).any() else 0
    chance, said = (None, []) if answers is None or not data.classes else _chances(model, answers, data)
    head = (
        "word",
        "memory moves",
        *((f"unit {unit}",) if unit else ()),
        *(("answer so far",) if said else ()),
    )
    table, shades = [], []
    for at in range(first, len(numbers)):
        cells = [word_of(int(numbers[at]), vocabulary), f"{moved[at]:.3f}"]
        shade = [0.0, float(moved[at] / (moved.max() or 1.0))]
        if unit:
            cells.append(f"{memory[at, unit - 1]:+.3f}")
            shade.append(float(np.clip(memory[at, unit - 1], -1, 1)))
        if said:
            assert chance is not None
            cells.append(said[at])
            shade.append(0.0)
        table.append(tuple(cells))
        shades.append(shade)
    last = f" At the end it says {said[-1]}; true: {picked.target}." if said else ""
    return Table(
        tuple(head), tuple(table), f"How far each word moves the memory of layer {name}.{last}",
        shades=np.array(shades), controls=controls,
    )  # fmt: skip


def _chances(model: Any, answers: Array, data: Any) -> tuple[Array, list[str]]:
    """Give the probability of each class at each step, and the most probable one in words."""
    chance = probabilities(model, answers)
    best, sure = answered(chance)
    return chance, [f"{data.class_names[at]} {share:.2f}" for at, share in zip(best, sure, strict=True)]
