"""How likely each target is at each place, by the recipes of the generated sets.

Where a recipe moves points before it labels them, what is known of a place is an integral over the moves.
Integrals are sums over the middles of equal parts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nn_tui.data.recipe import Array, Places, Targets, even, lattice, middles, two_classes

NOISE = (
    "The noise moves points before they get their class, so near the edge both classes occur at the same "
    "place, and no model can know which."
)
_TAIL = 4.0
"""A normal number is farther out than so many standard deviations once in 16,000 times."""
_SPIRAL_POINTS = 500
"""Points of an arm that are told apart; a longer arm is told as this many."""


@dataclass(frozen=True)
class ClinicalOdds:
    """The trial: `young` and `old` are the shares with side effects."""

    young: float
    old: float

    @property
    def why(self) -> str:
        """The outcome that is unusual for an age is not to be seen from the age."""
        return (
            f"{self.young:.1%} of the younger have side effects, {1 - self.old:.1%} of the older "
            "have none: who they are cannot be known from the age."
        )

    def places(self) -> Places:
        """Every age; half of the people are younger than 65."""
        ages = np.arange(13.0, 101.0)
        young = ages < 65
        return Places(ages[:, None], np.where(young, 0.5 / young.sum(), 0.5 / (~young).sum()))

    def targets(self, x: Array) -> Targets:
        """Side effects by age."""
        return two_classes(np.where(x[:, 0] < 65, self.young, self.old))


@dataclass(frozen=True)
class CircleOdds:
    """A point is of class 1 where, moved by at most 5 `noise` each way, it is within 2.5 of the middle."""

    noise: float

    @property
    def why(self) -> str:
        """Near the edge both classes occur."""
        return NOISE if self.noise else ""

    def places(self) -> Places:
        """Radius and angle are drawn evenly; an eighth of the disc is like the others."""
        radius = np.concatenate([middles(0, 2.5, 60), middles(3.5, 5, 60)])
        radius, angle = (part.ravel() for part in np.meshgrid(radius, middles(0, math.pi / 4, 10)))
        return even(np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1))

    def targets(self, x: Array) -> Targets:
        """The part of a square about the place that lies in the disc."""
        half = 5 * self.noise
        if not half:
            return two_classes((np.hypot(x[:, 0], x[:, 1]) < 2.5).astype(float))
        across = x[:, :1] + middles(-half, half, 256)
        chord = np.sqrt(np.maximum(2.5**2 - across**2, 0))
        inside = np.minimum(chord, x[:, 1:] + half) - np.maximum(-chord, x[:, 1:] - half)
        return two_classes((np.maximum(inside, 0) / (2 * half)).mean(axis=1))


@dataclass(frozen=True)
class XorOdds:
    """A point is of class 1 where x and y, moved by at most 5 `noise`, have the same sign."""

    noise: float

    @property
    def why(self) -> str:
        """Near the edges both classes occur."""
        return NOISE if self.noise > 0.06 else ""

    def places(self) -> Places:
        """One square; the others are like it."""
        return even(lattice(0.3, 5.3, 100))

    def targets(self, x: Array) -> Targets:
        """The chance that the signs are the same."""
        half = 5 * self.noise
        up = np.clip((x + half) / (2 * half), 0, 1) if half else (x > 0).astype(float)
        return two_classes(up[:, 0] * up[:, 1] + (1 - up[:, 0]) * (1 - up[:, 1]))


@dataclass(frozen=True)
class GaussOdds:
    """Two round clouds about (2, 2) and (-2, -2)."""

    noise: float

    @property
    def why(self) -> str:
        """The clouds reach into each other."""
        return "The two clouds reach into each other: there no model can know which one a point is of."

    @property
    def _spread(self) -> float:
        return math.sqrt(0.5 + 7 * self.noise)

    def places(self) -> Places:
        """Places along the line through both middles; across it the classes do not differ."""
        middle, spread = 2 * math.sqrt(2), self._spread
        along = middles(-middle - 8 * spread, middle + 8 * spread, 4000)
        heights = NormalHeight(-middle, spread)(along) + NormalHeight(middle, spread)(along)
        return Places(np.stack([along, along], axis=1) / math.sqrt(2), heights / np.sum(heights))

    def targets(self, x: Array) -> Targets:
        """By how much nearer one middle is than the other."""
        # log(p1 / p0) of two normal clouds of one spread is linear in x.
        odds = 4 * (x[:, 0] + x[:, 1]) / self._spread**2
        return two_classes(0.5 * (1 + np.tanh(0.5 * odds)))


@dataclass(frozen=True)
class NormalHeight:
    """The height of a normal curve, but for a factor."""

    middle: float
    spread: float

    def __call__(self, x: Array) -> Array:
        """Give it at places."""
        return np.exp(-(((x - self.middle) / self.spread) ** 2) / 2)


@dataclass(frozen=True)
class SpiralOdds:
    """Two arms of `arm` points, each moved by at most `noise` each way; both arms begin at (0, 0)."""

    noise: float
    arm: int

    @property
    def why(self) -> str:
        """The arms begin together, and noise makes them touch."""
        where = "Both arms begin at the same place, (0, 0)"
        if self.noise:
            where += ", and the noise moves their points into each other"
        return f"{where}: there no model can know which arm a point is of."

    def _middles(self, sign: float) -> Array:
        count = min(self.arm, _SPIRAL_POINTS)
        share = np.arange(count) / count
        angle = 1.75 * share * 2 * math.pi
        return sign * 5 * share[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)

    def places(self) -> Places:
        """Places in the squares about the points of one arm; the other is its mirror image."""
        if not self.noise:
            return Places(self._middles(1.0)[:2], np.array([1, self.arm - 1]) / self.arm)
        moves = lattice(-self.noise, self.noise, 6)
        return even((self._middles(1.0)[:, None] + moves).reshape(-1, 2))

    def targets(self, x: Array) -> Targets:
        """How many squares of each arm a place lies in."""
        counts = np.zeros((2, len(x)))
        across, up = np.ascontiguousarray(x.T)
        reach = self.noise + 1e-9
        for number, sign in enumerate((-1.0, 1.0)):
            for one, other in self._middles(sign).tolist():
                counts[number] += (np.abs(across - one) <= reach) & (np.abs(up - other) <= reach)
        total = counts.sum(axis=0)
        return two_classes(np.where(total > 0, counts[1] / np.maximum(total, 1), 0.5))


@dataclass(frozen=True)
class MovedOdds:
    """A value by a formula of the point, moved evenly by at most `reach` times `noise` each way."""

    formula: Callable[[Array, Array], Array]
    noise: float
    reach: float
    count: int
    """Places along each side of the square."""
    moves: int = 20
    """Moves along each side."""

    @property
    def why(self) -> str:
        """The noise cannot be known."""
        return (
            "The noise moves points before they get their value: at one place many values occur, and the "
            "best answer is their middle."
            if self.noise
            else ""
        )

    def places(self) -> Places:
        """The whole square."""
        return even(lattice(-self.reach, self.reach, self.count))

    def targets(self, x: Array) -> Targets:
        """The values of all moved points."""
        half = self.reach * self.noise
        moves = lattice(-half, half, self.moves) if half else np.zeros((1, 2))
        values = self.formula(x[:, :1] + moves[:, 0], x[:, 1:] + moves[:, 1])
        return Targets(values, np.full(len(moves), 1 / len(moves)))


@dataclass(frozen=True)
class FormulaOdds:
    """A class or a value by a formula of the point, which is moved afterwards by normal numbers."""

    formula: Callable[[Array, Array], Array]
    size: float
    spread: float
    classes: bool

    @property
    def why(self) -> str:
        """The place before it was moved cannot be known."""
        told = "get mixed near the edge" if self.classes else "of several places get mixed"
        what = "classes" if self.classes else "values"
        return (
            f"The noise moves points after they got their {'class' if self.classes else 'value'}: "
            f"{what} {told}, and no model can know which point was where."
            if self.spread
            else ""
        )

    def _before(self, x: Array) -> tuple[Array, Array, Array]:
        """Give where points at `x` may have been, and how likely; outside of the square not at all."""
        moves = lattice(-_TAIL, _TAIL, 24) if self.spread else np.zeros((1, 2))
        one, other = (x[:, axis, None] - moves[:, axis] * self.spread for axis in (0, 1))
        inside = np.maximum(np.abs(one), np.abs(other)) <= self.size
        return one, other, inside * np.exp(-np.square(moves).sum(axis=1) / 2)

    def places(self) -> Places:
        """The square and what points can be moved out to."""
        x = lattice(-self.size - 3 * self.spread, self.size + 3 * self.spread, 40)
        weights = self._before(x)[2].sum(axis=1)
        x, weights = x[weights > 0], weights[weights > 0]
        return Places(x, weights / weights.sum())

    def targets(self, x: Array) -> Targets:
        """The values of the places that points at `x` may have come from."""
        one, other, inside = self._before(x)
        shares = inside / np.maximum(inside.sum(axis=1, keepdims=True), 1e-12)
        values = np.broadcast_to(self.formula(one, other), inside.shape).astype(float)
        values = np.where(inside > 0, values, 0)
        return two_classes((values * shares).sum(axis=1)) if self.classes else Targets(values, shares)
