"""`Watching`: a callback that watches one value of every epoch and knows which way is better."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Literal

from nn_tui.declare import Knob
from nn_tui.engine.callbacks.callback import Callback
from nn_tui.errors import SpecError

Mode = Literal["auto", "min", "max"]
Epochs = Annotated[int, Knob(at_least=0)]
Size = Annotated[float, Knob(at_least=0)]


@cache
def larger_is_better(name: str) -> bool:
    """Whether a logged value is better when it is larger: accuracies and their like, not losses."""
    name = name.removeprefix("val_")
    return any(word in name for word in ("acc", "precision", "recall", "auc", "r2", "f1"))


class Watching(Callback):
    """A callback that watches one value and knows which way is better."""

    monitor: str
    mode: Mode
    min_delta: float

    def current(self, values: Mapping[str, float]) -> float:
        """Give the watched value.

        Raises:
            SpecError: it is not measured; says what is.
        """
        if self.monitor not in values:
            raise SpecError(
                f"{type(self).__name__} watches {self.monitor!r}; measured are {', '.join(values)}.",
                "Set monitor to one of them, or data.validation_split for those that begin with val_.",
            )
        return values[self.monitor]

    @property
    def rises(self) -> bool:
        """Whether larger is better."""
        if self.mode != "auto":
            return self.mode == "max"
        return larger_is_better(self.monitor)

    def is_better(self, value: float, than: float) -> bool:
        """Whether a value is better than another by more than `min_delta`."""
        if self.rises:
            return value > than + self.min_delta
        return value < than - self.min_delta

    @property
    def worst(self) -> float:
        """What everything is better than."""
        return -math.inf if self.rises else math.inf
