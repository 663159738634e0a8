"""One landscape in the making: the next steps, the directions, then the surface, a piece at each call."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from nn_tui.engine.cloning import clone
from nn_tui.insight.landscape.directions import Directions, main_directions, random_directions
from nn_tui.insight.landscape.steps import NextSteps
from nn_tui.insight.landscape.surface import Rows, Surface
from nn_tui.insight.pictures import Array, InsightRequest
from nn_tui.insight.record import Record

BY = ("path", "next steps", "random")
MOST_ROWS = 512
LEAST_ROWS = 32
PRODUCTS = 1 << 21
"""Products that the rows may take together, where they are more than the least."""
MARGIN = 1.3
REACH = 0.1
"""How far a picture of the next steps goes at least, as a part of the weights' length, so that long steps
look longer than short ones."""


class Making:
    """A landscape around the weights as they are now.

    Args:
        request: what the insight was given.
        by: which directions, of `BY`; those of a path that there is not yet are random.
        scale: how far it goes, 1 as usual.
    """

    def __init__(self, request: InsightRequest, by: str, scale: float) -> None:
        model, data = request.model, request.data
        self.scale = scale
        self.origin: Array = model.memory.weights.copy()
        record: Record | None = request.record
        self.path: tuple[Array, ...] = () if record is None else record.path
        self.path = tuple(one for one in self.path if one.shape == self.origin.shape)
        self.why = ""
        """Why there is nothing to draw; empty where there is."""
        self.surface: Surface | None = None
        self.losses: list[float] = []
        """The loss now and after each of the next steps."""
        self.start: float | None = None
        """The loss where the path begins."""
        self.by = (
            by
            if by != "path" or any(not np.array_equal(one, self.origin) for one in self.path)
            else "random"
        )
        """Which directions these are in fact."""
        self._seen = _seen(request)
        self._seed = int(model.seed or 0)
        copy = clone(model)
        self._steps = (
            NextSteps(clone(model), data, request.batch_size, self._seed) if by == "next steps" else None
        )
        products = sum(map(_products, model.layers))
        count = min(len(data.train), max(LEAST_ROWS, min(MOST_ROWS, PRODUCTS // max(1, products))))
        chosen = np.linspace(0, len(data.train) - 1, count).astype(np.int64)
        self._rows = Rows(copy, data.train.x[chosen], data.train.y[chosen], request.class_weight)

    @property
    def rows(self) -> int:
        """Rows that the loss is measured on."""
        return len(self._rows.x)

    @property
    def ahead(self) -> list[Array]:
        """The weights now and after each of the next steps; none where they were not asked for."""
        return [] if self._steps is None else self._steps.weights

    @property
    def turning(self) -> float | None:
        """The mean cosine between a step and the one after it; below 0 they turn back."""
        moves = (
            np.diff(np.array(self.ahead, np.float64), axis=0) if len(self.ahead) > 2 else np.empty((0, 1))
        )
        lengths = np.linalg.norm(moves, axis=1)
        if len(moves) < 2 or not (lengths > 0).all():
            return None
        return float(((moves[1:] * moves[:-1]).sum(axis=1) / (lengths[1:] * lengths[:-1])).mean())

    @property
    def side(self) -> int:
        """Points along each side of the finest complete grid; 0 while there is none."""
        return 0 if self.surface is None else self.surface.side

    @property
    def share(self) -> float:
        """How much of the first grid is known, 0 to 1."""
        return 0.0 if self.surface is None else self.surface.share

    @property
    def finished(self) -> bool:
        """Whether there is nothing more to come."""
        return bool(self.why) or (self.surface is not None and self.surface.finished)

    def outdated(self, request: InsightRequest) -> bool:
        """Whether the network has changed since this was begun."""
        return self._seen != _seen(request) or not np.array_equal(request.model.memory.weights, self.origin)

    def work(self, seconds: float) -> None:
        """Go on for about some seconds."""
        if self.finished:
            return
        if self.surface is not None:
            self.surface.work(seconds)
        elif self._steps is not None and not self._steps.finished:
            self._steps.work(seconds)
        else:
            started = time.perf_counter()
            self._begin_surface()
            left = seconds - (time.perf_counter() - started)
            if self.surface is not None and left > 0:
                self.surface.work(left)

    def _begin_surface(self) -> None:
        found = self._directions()
        if found is None:
            self.why = "The weights have not moved: raise the learning rate, or choose random directions."
            return
        self.losses = [self._rows.loss(weights) for weights in (self.ahead or [self.origin])]
        if self.by == "path":
            self.start = self._rows.loss(self.path[0])
        self.surface = Surface(found, *self._bounds(found), self._rows)

    def _directions(self) -> Directions | None:
        if self.by == "path":
            return main_directions([*self.path, self.origin], self.origin, "path")
        if self.by == "next steps":
            finite = [one for one in self.ahead if np.isfinite(one).all()]
            return main_directions(finite, self.origin, "next steps")
        return random_directions(self._rows.model, self.origin, self._seed)

    def _bounds(self, found: Directions) -> tuple[tuple[float, float], tuple[float, float]]:
        if self.by == "random":
            return (-self.scale, self.scale), (-self.scale, self.scale)
        places = found.places([*self.path, self.origin] if self.by == "path" else self.ahead)
        places = places[np.isfinite(places).all(axis=1)]
        low, high = places.min(axis=0), places.max(axis=0)
        least = REACH * float(np.linalg.norm(self.origin)) if self.by == "next steps" else 1e-6
        across = max(MARGIN * (high[0] - low[0]) / 2, least) * self.scale
        up = max(MARGIN * (high[1] - low[1]) / 2 * self.scale, across / 2)
        middle = (low + high) / 2
        return (
            (float(middle[0] - across), float(middle[0] + across)),
            (float(middle[1] - up), float(middle[1] + up)),
        )


def _products(layer: Any) -> int:
    """Count the products that a layer takes for a row, about: its weights at every place and step."""
    weights = [layer.weight(name) for name in layer.weight_names]
    places = int(np.prod(layer.output_shape[:-1])) if len(layer.output_shape) > 1 else 1
    if "recurrent_kernel" in layer.weight_names:
        places = layer.input_shape[0] or 1
    return sum(weight.size for weight in weights if weight.ndim > 1) * places


def _seen(request: InsightRequest) -> tuple[Any, ...]:
    """Give what else than the weights a landscape depends on."""
    optimizer = request.model.optimizer
    return (
        float(optimizer.learning_rate),
        int(optimizer.iterations),
        request.batch_size,
        float(request.model.penalty()),
        id(request.data),
    )
