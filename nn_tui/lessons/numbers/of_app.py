"""What the program itself says: `{tab[network]}` is the key that shows an insight."""

from __future__ import annotations

from nn_tui.lessons.numbers.registry import Preset, number
from nn_tui.lessons.steps import insight_key


class _Tabs:
    def __getitem__(self, insight: str) -> str:
        return insight_key(insight)


@number
def tab(of: Preset) -> _Tabs:
    """The key of an insight: its digit, or that of the list of all."""
    return _Tabs()
