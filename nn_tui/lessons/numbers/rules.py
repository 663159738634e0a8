"""How often a list of words judges reviews rightly: `rules`."""

from __future__ import annotations

from nn_tui.data.described import row_described
from nn_tui.insight.word_list import SIZES, verdict
from nn_tui.lessons.numbers.registry import Preset, number


@number
def rules(of: Preset) -> dict[str, float]:
    """Shares of the test rows that are right and unanswered, by the list, a longer one, both rules."""
    split, names = of.data.test, of.data.class_names
    assert split is not None
    rows = [row_described(of.data, split, row) for row in range(len(split))]
    column = next(name for name in rows[0] if name != of.data.target_name)
    truth = [1 if names[number] == "positive" else -1 for number in split.y]

    def judged(size: int, turning: bool) -> list[int]:
        return [verdict(row[column], size, turning) for row in rows]

    def right(verdicts: list[int]) -> float:
        return sum(one == true for one, true in zip(verdicts, truth, strict=True)) / len(truth)

    start, longer, both = judged(10, False), judged(SIZES[-1], False), judged(SIZES[-1], True)
    return {
        "right": right(start),
        "silent": start.count(0) / len(start),
        "longer": right(longer),
        "longer_silent": longer.count(0) / len(longer),
        "both": right(both),
        "mended": sum(one != true == two for one, two, true in zip(longer, both, truth, strict=True)),
        "broken": sum(one == true != two for one, two, true in zip(longer, both, truth, strict=True)),
    }
