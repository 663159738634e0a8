"""Rules beside a learned model: a list of words that praise or complain, and what each makes of reviews."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nn_tui.data.described import row_described
from nn_tui.data.features import split_words
from nn_tui.declare import register
from nn_tui.insight.controls import Place, turn
from nn_tui.insight.judging import Judged, judge
from nn_tui.insight.pictures import Array, InsightRequest, Picture, Sentence, Table

__all__ = ["word_list"]

PRAISE = (
    "good", "great", "excellent", "wonderful", "perfect", "best", "love", "happy", "beautiful", "nice",
    "fantastic", "friendly", "delicious", "lovely", "enjoyed", "loved", "brilliant", "amazing", "pleasant",
    "helpful",
)  # fmt: skip
COMPLAINT = (
    "bad", "terrible", "awful", "horrible", "boring", "worst", "hate", "poor", "ugly", "rude", "dirty",
    "slow", "disgusting", "stupid", "useless", "hated", "dull", "cold", "disappointing", "broken",
)  # fmt: skip
"""The words that come to mind, the first ones first; some people would choose others."""
TURNING = frozenset({"not", "no", "never", "nothing", "hardly", "without"})
REACH = 2
"""How many words behind a `not` it turns round."""
SIZES = (3, 5, 10, 20)
"""How many words of each kind the list may have."""
SHOWN = ("rows where they differ", "mistakes of the list", "mistakes of the network", "all rows")
MOST = 200
"""Rows in the table."""
SIGNS = {1: "+", -1: "-", 0: "?"}


@register("insight", "word_list")
def word_list(
    request: InsightRequest, /, rows: Place = 0, words: Place = 2, turning: Place = 0, shown: Place = 0
) -> Picture:
    """A list of words written by hand beside the network: which reviews each takes for praise.

    Args:
        rows: which rows are judged: validation, test, training, those that there are. Default the first.
        words: how long the list is: 3, 5, 10 or 20 words of each kind. Default 2, ten.
        turning: whether a second rule lets `not` turn a word round. Default 0, no.
        shown: which rows are listed. Default 0, those where they differ.
    """
    data = request.data
    column = _text_column(data)
    if column is None or sorted(data.class_names) != ["negative", "positive"]:
        return Sentence(
            "A word list is compared where texts are negative or positive: open the example reviews."
        )
    judged = judge(request, rows)
    size = SIZES[words % len(SIZES)]
    texts = [row_described(data, judged.split, int(at)).get(column, "") for at in judged.rows]
    listed = np.array([verdict(text, size, bool(turning % 2)) for text in texts])
    positive = data.class_names.index("positive")
    network = np.where(judged.answer == positive, 1, -1)
    truth = np.where(judged.truth == positive, 1, -1)
    choice = shown % len(SHOWN)
    chosen = (listed != network, listed != truth, network != truth, np.ones(len(truth), bool))[choice]
    controls = (
        judged.control,
        turn("words", "words of each kind", words, [str(one) for one in SIZES]),
        turn("turning", "not turns a word round", turning, ("off", "on")),
        turn("shown", "shown", shown, SHOWN),
    )
    found = tuple(
        (SIGNS[int(truth[at])], SIGNS[int(listed[at])], SIGNS[int(network[at])], texts[at])
        for at in np.flatnonzero(chosen)[:MOST]
    )
    caption = _caption(judged, truth, listed, network)
    return Table(("true", "list", "network", column), found, caption, left=4, controls=controls)


def verdict(text: str, size: int, turning: bool) -> int:
    """Judge a text by the list: 1 praises, -1 complains, 0 where it has no word, or as many of either."""
    words = split_words(text)
    total = 0
    for at, word in enumerate(words):
        value = (word in PRAISE[:size]) - (word in COMPLAINT[:size])
        if turning and value and any(map(_turns, words[max(0, at - REACH) : at])):
            value = -value
        total += value
    return int(np.sign(total))


def _turns(word: str) -> bool:
    return word in TURNING or word.endswith("n't")


def _caption(judged: Judged, truth: Array, listed: Array, network: Array) -> str:
    silent = float((listed == 0).mean())
    return (
        f"Right: the list {_share(listed, truth)}, the network {_share(network, truth)} of {judged.told}. "
        f"The list has no answer to {silent:.0%}. + praises, - complains."
    )


def _share(verdicts: Array, truth: Array) -> str:
    return f"{float((verdicts == truth).mean()):.0%}"


def _text_column(data: Any) -> str | None:
    """Give the name of the column of texts that the rows were made of, if there is one and no other."""
    if data.preparation is None:
        return None
    features: Sequence[Any] = data.preparation.features
    kinds = [feature.column for feature in features if feature.kind in ("bag", "sequence")]
    return kinds[0] if len(kinds) == len(features) == 1 else None
