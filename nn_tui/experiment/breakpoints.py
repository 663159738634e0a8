"""Breakpoints: conditions at which training pauses, written as people say them.

    accuracy >= 0.95      a quantity of the epoch against a number; loss, metrics, val_..., learning_rate
    dead > 30%            the share of dead relu units; saturated: of saturated sigmoid and tanh outputs
    val_loss rising 3     higher than the epoch before, three times in a row; falling likewise
    epoch 50              after this epoch
    nan                   the loss or a gradient is not finite

Nothing is evaluated: a condition is read into a frozen record. They are no part of the experiment.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nn_tui.declare import nearest, shown
from nn_tui.errors import SpecError
from nn_tui.experiment.snapshot import Curves
from nn_tui.experiment.spec import Spec

if TYPE_CHECKING:
    from nn_tui.experiment.diagnosis.signs import LayerSigns

Compare = Callable[[float, float], bool]

_RELATIONS: Mapping[str, Compare] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}
TRENDS = ("rising", "falling")
MEASURED = ("dead", "saturated")
"""Quantities that are measured of the layers."""
EXAMPLE = "Write accuracy >= 0.95, val_loss rising 3, epoch 50, dead > 30% or nan."
LONGEST = 100
"""Characters of a condition."""
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_COMPARISON = re.compile(rf"(\w+)\s*(>=|<=|==|=|>|<)\s*({_NUMBER})\s*(%?)")
_TREND = re.compile(r"(\w+)\s+(\w+)\s+(?:for\s+)?(\d{1,6})(?:\s+epochs?)?")
_EPOCH = re.compile(r"epoch\s+(\d{1,9})")


@dataclass(frozen=True)
class Breakpoint:
    """One condition.

    Args:
        quantity: what is looked at; "nan" stands alone.
        relation: a sign such as >=, or "rising" or "falling"; empty for nan.
        number: what it is compared with, shares as parts of 1; for a trend how many epochs.
        percent: whether it was written in percent.
    """

    quantity: str
    relation: str = ""
    number: float = 0.0
    percent: bool = False

    @property
    def text(self) -> str:
        """The condition as it is written."""
        if not self.relation:
            return self.quantity
        if self.quantity == "epoch" and self.relation == "==":
            return f"epoch {self.number:g}"
        number = f"{100 * self.number:g}%" if self.percent else f"{self.number:g}"
        return f"{self.quantity} {self.relation} {number}"

    def shown(self, value: float) -> str:
        """Write a value of its quantity."""
        return f"{100 * value:.3g}%" if self.percent else f"{value:.4g}"


def quantities(spec: Spec) -> tuple[str, ...]:
    """Give what a condition of an experiment may look at."""
    measured = ["loss", *(metric.type for metric in spec.compile.metrics)]
    if spec.data.validation_split or spec.data.settings.get("validation"):
        measured += [f"val_{name}" for name in measured]
    return (*measured, "learning_rate", "epoch", *MEASURED)


def parse(text: str, known: Iterable[str]) -> Breakpoint:
    """Read a condition.

    Args:
        text: as a person writes it.
        known: the quantities there are.

    Raises:
        SpecError: it is not understood; says which part.
    """
    written = " ".join(text.split())
    names = tuple(known)
    if written.lower() == "nan":
        return Breakpoint("nan")
    if found := _EPOCH.fullmatch(written):
        return Breakpoint("epoch", "==", float(found[1]))
    if len(written) <= LONGEST and (found := _COMPARISON.fullmatch(written)):
        number = float(found[3])
        if not math.isfinite(number):
            raise SpecError(f"{found[3]} is too large a number.", EXAMPLE)
        percent = bool(found[4])
        relation = "==" if found[2] == "=" else found[2]
        return Breakpoint(_known(found[1], names), relation, number / 100 if percent else number, percent)
    if len(written) <= LONGEST and (found := _TREND.fullmatch(written)):
        quantity, trend, count = _known(found[1], names), found[2], int(found[3])
        if trend not in TRENDS:
            raise SpecError(f"{trend!r} is no trend.", nearest(trend, TRENDS))
        if quantity in MEASURED or count < 1:
            raise SpecError(f"{written!r} cannot be watched.", EXAMPLE)
        return Breakpoint(quantity, trend, float(count))
    raise SpecError(f"{shown(written)} is no condition.", EXAMPLE)


def _known(name: str, names: tuple[str, ...]) -> str:
    if name in names:
        return name
    if name.startswith("val_") and not any(one.startswith("val_") for one in names):
        raise SpecError(f"{name} is not measured: there are no validation rows.", "Set a validation_split.")
    raise SpecError(f"{name!r} is not measured here.", nearest(name, names))


class Breakpoints:
    """The conditions that are watched; each stops when it begins to hold, not as long as it holds.

    Args:
        points: the conditions. Default: none.
    """

    def __init__(self, points: Iterable[Breakpoint] = ()) -> None:
        self.points: tuple[Breakpoint, ...] = tuple(points)
        self._holding: set[Breakpoint] = set()
        self._held: set[Breakpoint] = set()
        self._nearest: dict[Breakpoint, tuple[float, int]] = {}
        """How near each came that never held: a value, or epochs in a row, and after which epoch."""

    def watch(self, points: Iterable[Breakpoint]) -> None:
        """Watch these from now on, and no others."""
        self.points = tuple(points)
        self._holding &= set(self.points)
        self._held &= set(self.points)
        self._nearest = {point: near for point, near in self._nearest.items() if point in self.points}

    def restart(self) -> None:
        """Begin with another run: nothing holds yet."""
        self._holding.clear()
        self._held.clear()
        self._nearest.clear()

    def missed(self) -> str:
        """Say of each condition that never held how near it came; empty where all held."""
        return " ".join(self._missed(point) for point in self.points if point not in self._held)

    def _missed(self, point: Breakpoint) -> str:
        if not point.relation:
            return f"{point.text} never held: every number stayed finite."
        if point not in self._nearest:
            return f"{point.text} never held: it was not measured."
        value, epoch = self._nearest[point]
        if point.quantity == "epoch":
            return f"{point.text} never held: the last epoch was {epoch}."
        if point.relation not in TRENDS:
            shown = point.shown(value)
            if shown == point.shown(point.number):  # which would have held
                shown = f"{100 * value}%" if point.percent else f"{value}"
            return f"{point.text} never held: the nearest was {shown}, after epoch {epoch}."
        if not value:
            return f"{point.text} never held: it was never {point.relation}."
        return (
            f"{point.text} never held: it was {point.relation} at most {value:g} "
            f"epoch{'s in a row' if value > 1 else ''}, after epoch {epoch}."
        )

    def _approach(self, point: Breakpoint, value: float, curves: Curves) -> None:
        """Remember how near a condition came."""
        known = self._nearest.get(point)
        if point.relation in TRENDS:
            value = float(_streak(point, curves))
            nearer = known is None or value > known[0]
        elif math.isnan(value):
            return
        else:
            gap = abs(value - point.number)
            nearer = known is None or gap < abs(known[0] - point.number) or point.quantity == "epoch"
        if nearer:
            self._nearest[point] = value, int(curves.epochs[-1])

    def not_finite(self) -> str:
        """Give the condition that waits for NaN; empty where none does."""
        return next((point.text for point in self.points if point.quantity == "nan"), "")

    def hit(
        self, curves: Curves, learning_rate: float, layers: Callable[[], tuple[LayerSigns, ...]]
    ) -> str:
        """Say which condition begins to hold at an epoch's end; empty when none does.

        Args:
            curves: what every epoch measured, the last one included.
            learning_rate: as it is now.
            layers: measures the layers; called only where a condition asks for it.
        """
        told = []
        shares: dict[str, float] | None = None
        for point in self.points:
            if point.quantity in MEASURED and shares is None:
                shares = _shares(layers())
            value = _value(point, curves, learning_rate, shares or {})
            if not _holds(point, value, curves):
                self._holding.discard(point)
                self._approach(point, value, curves)
                continue
            self._held.add(point)
            if point not in self._holding:
                self._holding.add(point)
                now = "" if point.quantity == "epoch" else f" ({point.shown(value)})"
                told.append(point.text + now)
        if not told:
            return ""
        return f"{', '.join(told)} after epoch {int(curves.epochs[-1])}"


def _value(point: Breakpoint, curves: Curves, learning_rate: float, shares: Mapping[str, float]) -> float:
    """Give the value of a condition's quantity; NaN where it is not measured."""
    if point.quantity == "learning_rate":
        return learning_rate
    if point.quantity == "epoch":
        return float(curves.epochs[-1]) if len(curves.epochs) else math.nan
    if point.quantity in MEASURED:
        return shares.get(point.quantity, math.nan)
    values = curves.values.get(point.quantity)
    return float(values[-1]) if values is not None and len(values) else math.nan


def _holds(point: Breakpoint, value: float, curves: Curves) -> bool:
    if point.relation not in TRENDS:
        return bool(point.relation) and _RELATIONS[point.relation](value, point.number)
    values = curves.values.get(point.quantity)
    count = int(point.number)
    if values is None or len(values) <= count:
        return False
    steps = np.diff(values[-count - 1 :])
    return bool((steps > 0).all() if point.relation == "rising" else (steps < 0).all())


def _streak(point: Breakpoint, curves: Curves) -> int:
    """Return how many of the last epochs followed a trend, one after another."""
    steps = np.diff(curves.values.get(point.quantity, np.empty(0))[-int(point.number) - 1 :])
    broken = np.flatnonzero(~(steps > 0 if point.relation == "rising" else steps < 0))
    return len(steps) - (int(broken[-1]) + 1 if len(broken) else 0)


def _shares(layers: Iterable[LayerSigns]) -> dict[str, float]:
    """Give the share of all units that are dead, and of all outputs that are saturated."""
    found = {}
    for name in MEASURED:
        known = [(getattr(layer, name), layer.units) for layer in layers]
        counted = [(share, units) for share, units in known if share is not None]
        if counted:
            total = sum(units for _, units in counted)
            found[name] = sum(share * units for share, units in counted) / total
    return found


def suggestions(spec: Spec) -> list[tuple[Breakpoint, str]]:
    """Give conditions worth watching in an experiment, the likeliest first, each with why."""
    names = quantities(spec)
    found: list[tuple[Breakpoint, str]] = []
    if "val_loss" in names:
        found.append((Breakpoint("val_loss", "rising", 3), "It begins to learn its rows by heart."))
    good = [name for name in names if name.removeprefix("val_") in ("accuracy", "acc", "r2_score", "auc")]
    found += [(Breakpoint(name, ">=", 0.95), "It is good enough.") for name in good]
    found += [
        (Breakpoint("loss", "<", 0.1), "It is good enough."),
        (Breakpoint("loss", "rising", 3), "The steps may be too long."),
        (Breakpoint("nan"), "The numbers are no longer finite."),
        (Breakpoint("epoch", "==", float(max(1, spec.fit.epochs // 2))), "Half of the epochs are done."),
    ]
    activations = {str(layer.get("activation")) for layer in spec.layers[:-1]}
    if activations & {"relu", "relu6"}:
        found.append((Breakpoint("dead", ">", 0.3, True), "Many relu units give 0 for every row."))
    if activations & {"sigmoid", "tanh"}:
        found.append((Breakpoint("saturated", ">", 0.5, True), "Units hardly have a gradient any more."))
    rate = spec.compile.optimizer.get("learning_rate")
    lowered = any(callback.type == "ReduceLROnPlateau" for callback in spec.fit.callbacks)
    if isinstance(rate, (Mapping, str)) or lowered:
        found.append((Breakpoint("learning_rate", "<", 1e-5), "The schedule has made the steps short."))
    return found
