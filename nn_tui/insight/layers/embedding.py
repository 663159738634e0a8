"""The words that an embedding has learned to hold for alike."""

from __future__ import annotations

import numpy as np

from nn_tui.declare import register
from nn_tui.engine.layers.reshaping import Embedding
from nn_tui.insight.answers import probabilities
from nn_tui.insight.controls import Place
from nn_tui.insight.layers.vocabulary import known_words, word_of
from nn_tui.insight.pictures import Array, Control, InsightRequest, Picture, Sentence, Table

__all__ = ["embedding"]

NEAREST = 40


@register("insight", "embedding")
def embedding(request: InsightRequest, /, word: Place = 0) -> Picture:
    """The words nearest to one, as the embedding places them, and what each says alone.

    Args:
        word: which word, the most frequent first. Default 0.
    """
    model, data = request.model, request.data
    first = model.layers[0] if model.layers else None
    if not isinstance(first, Embedding):
        return Sentence(
            "This network has no Embedding, so it places no words. Open the example reviews, or text with "
            "the feature kind sequence."
        )
    vocabulary = known_words(data)
    table = first.weight("embeddings").astype(np.float64)
    # Padding and rare words are no words; data without names have numbers only.
    start = 2 if vocabulary else 0
    count = min(len(table) - start, len(vocabulary) or len(table))
    at = start + word % count
    near = nearest(table[start : start + count], at - start)[: NEAREST + 1] + start
    alone = _alone(request, near) if data.classes else None
    names = [word_of(int(one), vocabulary) if vocabulary else f"word {one}" for one in near]
    likeness = cosine(table[start : start + count], at - start)[near - start]
    rows, shades = [], []
    for row, (name, alike) in enumerate(zip(names, likeness, strict=True)):
        cells, shade = [name, f"{alike:+.3f}"], [0.0, float(alike)]
        if alone is not None:
            best = int(alone[row].argmax())
            cells.append(f"{data.class_names[best]} {alone[row, best]:.2f}")
            shade.append(0.0)
        rows.append(tuple(cells))
        shades.append(shade)
    head = ("word", "likeness", *(("alone it says",) if alone is not None else ()))
    control = Control("word", "word", f"{names[0]} ({word % count + 1} of {count})", word % count, count)
    return Table(
        head,
        tuple(rows),
        f"The words nearest to {names[0]!r} of {count}, by the cosine of their {table.shape[1]} numbers.",
        shades=np.array(shades),
        chosen=0,
        controls=(control,),
    )


def cosine(table: Array, at: int) -> Array:
    """Give the cosine between one row and every row of a table; 0 for rows of zeros."""
    lengths = np.linalg.norm(table, axis=1)
    products = table @ table[at]
    return np.asarray(products / np.maximum(lengths * lengths[at], 1e-12))


def nearest(table: Array, at: int) -> Array:
    """Give the numbers of the rows by their cosine with one row, itself first."""
    likeness = cosine(table, at)
    likeness[at] = np.inf
    return np.argsort(-likeness, kind="stable")


def _alone(request: InsightRequest, words: Array) -> Array:
    """Give the probability of each class for a text of one word only, `(words, classes)`."""
    x = np.zeros((len(words), *request.data.input_shape), request.data.train.x.dtype)
    x.reshape(len(words), -1)[:, -1] = words
    return probabilities(request.model, request.model.predict(x))
