"""The words of a text's numbers."""

from __future__ import annotations

from typing import Any

from nn_tui.data.features import SequenceFeature

PADDING, RARE = 0, 1


def known_words(data: Any) -> list[str]:
    """Give the words that the data tell apart, the most frequent first; none where rows are no texts."""
    if data.preparation is None or not data.vocabulary:
        return []
    for feature in data.preparation.features:
        if isinstance(feature, SequenceFeature):
            return feature.vocabulary
    return []


def word_of(number: int, vocabulary: list[str]) -> str:
    """Give the word of a number: 0 is padding, 1 a rare word, then the vocabulary."""
    if number in (PADDING, RARE):
        return ("(padding)", "(rare)")[number]
    at = number - 2
    return vocabulary[at] if at < len(vocabulary) else f"word {number}"
