"""The experiment in sentences: data, each layer, how it learns, what keeps it from being trained."""

from __future__ import annotations

from nn_tui.experiment.checkup import Checkup
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_words import (
    call_words,
    callback_words,
    layer_words,
    optimizer_words,
    shape_words,
)
from nn_tui.experiment.words import number


def experiment_sentences(spec: Spec, checkup: Checkup) -> list[str]:
    """Tell all of an experiment."""
    first = spec.data.source.partition("\n")[0]
    data = f"Data {first}"
    if checkup.data_words:
        data += f": {checkup.data_words}, rows: {checkup.rows_words}"
    told = [f"Experiment {spec.name}, seed {spec.seed}.", f"{data}.", *layer_sentences(spec, checkup)]
    if checkup.parameters:
        told.append(f"{checkup.parameters:,} parameters in all.")
    told.append(
        f"Loss {call_words(spec.compile.loss)}, optimizer {optimizer_words(spec.compile.optimizer)}."
    )
    metrics = ", ".join(map(call_words, spec.compile.metrics)) or "none"
    told.append(f"Metrics: {metrics}. Batches of {spec.fit.batch_size}, {spec.fit.epochs} epochs.")
    told += [f"Callback {callback_words(callback)}." for callback in spec.fit.callbacks]
    return told + problem_sentences(checkup)


def layer_sentences(spec: Spec, checkup: Checkup) -> list[str]:
    """Tell each layer with its shape and parameters, the input first."""
    rows = checkup.rows
    told = [f"Layer 0: Input {shape_words(rows[0].output_shape)}." if rows else "Layer 0: Input."]
    for index, layer in enumerate(spec.layers):
        words = f"Layer {index + 1}: {layer_words(layer)}"
        if index + 1 < len(rows) and rows[index + 1].output_shape:
            row = rows[index + 1]
            words += f", gives {shape_words(row.output_shape)}, {row.parameters:,} parameters"
        if index < len(checkup.origins) and checkup.origins[index]:
            words += f", {checkup.origins[index]}"
        told.append(f"{words}.")
    return told


def problem_sentences(checkup: Checkup) -> list[str]:
    """Tell what keeps an experiment from being trained."""
    return [f"It cannot be trained: {problem}" for problem in checkup.problems]


def run_sentence(card: RunCard, number_in_list: int) -> str:
    """Tell a kept run in a sentence."""
    told = f"{number_in_list}. {card.name}: {card.status}, epoch {card.epoch} of {card.epochs}"
    told += f", data {card.source}, network {card.network}"
    if card.headline is not None:
        name, value, epoch = card.headline
        told += f", best {name} {number(value)} in epoch {epoch}"
    note = f" Note: {card.note}." if card.note else ""
    return f"{told}, begun {card.began}, id {card.id}.{note}"
