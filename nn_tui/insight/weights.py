"""Histograms of every layer's weights and outputs, now against the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nn_tui.declare import register
from nn_tui.engine.cloning import clone
from nn_tui.insight.controls import Place, turn
from nn_tui.insight.number_words import short_number
from nn_tui.insight.pictures import Array, Bars, Board, InsightRequest, Picture, Sentence
from nn_tui.insight.record import Record, layer_title

__all__ = ["weights"]


SHOWN = ("kernels", "biases", "outputs")
BINS = (6, 24)
"""Bars of a histogram, at least and at most: about twice the root of how many numbers there are."""
ROWS = 256
"""Rows that outputs are computed for."""
CELLS = 1 << 17
"""Numbers that all layers together may give for them."""
SILENT = 0.02
"""The share of outputs that are exactly 0, as those of relu are, from which on they are counted apart."""


@register("insight", "weights")
def weights(request: InsightRequest, /, shown: Place = 0, layer: Place = 0) -> Picture:
    """How the weights of each layer, or its outputs, are spread now, against the start.

    Source: the weights as they are, those that the record of the run begins with, and the outputs of both
    for a sample of the training rows.

    Args:
        shown: kernels, biases, outputs. Default 0, kernels.
        layer: all of them, or one. Default 0, all.
    """
    at = shown % len(SHOWN)
    now, start = _networks(request)
    spreads = _outputs(request, now, start) if at == 2 else _weights(now, start, biases=at == 1)
    controls = [turn("shown", "shown", at, SHOWN)]
    if not spreads:
        return Sentence(f"No layer here has {SHOWN[at]}: add a Dense layer.", controls=tuple(controls))
    place = layer % (len(spreads) + 1)
    controls.append(turn("layer", "layer", place, ("all", *(spread.title for spread in spreads))))
    pictures = [_histogram(spread) for spread in spreads]
    caption = _caption(request, at, start is not None)
    if place:
        title, picture = spreads[place - 1].title, pictures[place - 1]
        told = f"{title}: {picture.caption} {caption}"
        return Bars(
            picture.names,
            picture.numbers,
            told,
            upright=True,
            former=picture.former,
            controls=tuple(controls),
        )
    titles = tuple(spread.title for spread in spreads)
    return Board(titles, tuple(pictures), caption, controls=tuple(controls))


@dataclass(frozen=True, eq=False)
class _Spread:
    """Numbers of a layer, now and at the start."""

    title: str
    now: Array
    start: Array | None


def _networks(request: InsightRequest) -> tuple[Any, Any | None]:
    """Give the model, and a copy of it with the weights of the start where they are known."""
    record: Record | None = request.record
    if record is None or not record.path:
        return request.model, None
    if "copy" not in request.kept:
        request.kept["copy"] = clone(request.model)
    start = request.kept["copy"]
    if start.memory.weights.shape != record.path[0].shape:
        return request.model, None
    start.memory.weights[...] = record.path[0]
    for layer in start.layers:  # averages that are kept while it trains have their first values
        for spec in layer.states_for(layer.input_shape):
            layer.weight(spec.name)[...] = spec.initializer(spec.shape, np.random.default_rng(0))
    return request.model, start


def _weights(now: Any, start: Any | None, *, biases: bool) -> list[_Spread]:
    found = []
    for index, layer in enumerate(now.layers):
        states = {spec.name for spec in layer.states_for(layer.input_shape)}
        names = [name for name in layer.weight_names if name not in states]
        names = [name for name in names if (layer.weight(name).ndim < 2) == biases]
        for name in names:
            plain = name == ("bias" if biases else "kernel")
            title = layer_title(index, layer) + ("" if plain else f" {name}")
            before = None if start is None else start.layers[index].weight(name).reshape(-1)
            found.append(_Spread(title, layer.weight(name).reshape(-1), before))
    return found


def _outputs(request: InsightRequest, now: Any, start: Any | None) -> list[_Spread]:
    x = sampled_rows(request)
    outputs = now.activations(x)
    before = None if start is None else start.activations(x)
    return [
        _Spread(
            layer_title(index, layer),
            outputs[index].reshape(-1),
            None if before is None else before[index].reshape(-1),
        )
        for index, layer in enumerate(now.layers)
    ]


def sampled_rows(request: InsightRequest) -> Array:
    """Give some training rows, evenly taken, as many as are computed quickly."""
    cells = sum(int(np.prod(layer.output_shape)) for layer in request.model.layers)
    x = request.data.train.x
    rows = max(1, min(ROWS, len(x), CELLS // max(1, cells)))
    return x[np.linspace(0, len(x) - 1, rows).astype(np.int64)]


def _histogram(spread: _Spread) -> Bars:
    """Count the numbers in even pieces of their common range; many that are exactly 0 are only told."""
    now, start = spread.now, spread.start
    silent = [float((one == 0).mean()) if one is not None else 0.0 for one in (now, start)]
    apart = SILENT <= silent[0] < 1
    if apart:
        now = now[now != 0]
        start = None if start is None else start[start != 0]
    known = np.concatenate([now, *([] if start is None else [start])])
    known = known[np.isfinite(known)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    bins = int(np.clip(2 * len(now) ** 0.5, *BINS))
    edges = np.linspace(low, high, bins + 1)
    counts = np.histogram(now, edges)[0]
    former = () if start is None else tuple(map(float, np.histogram(start, edges)[0]))
    middles = (edges[:-1] + edges[1:]) / 2
    return Bars(
        tuple(f"{_tidy(middle, high - low):g}" for middle in middles),
        tuple(map(float, counts)),
        _spread_words(spread, silent if apart else None),
        upright=True,
        former=former,
    )


def _tidy(value: float, width: float) -> float:
    """Round a place to a hundredth of the range."""
    return round(float(value), 2 - int(np.floor(np.log10(width))))


def _spread_words(spread: _Spread, silent: list[float] | None) -> str:
    now, start = spread.now, spread.start
    numbers = [("sd", float(now.std()), start if start is None else float(start.std()))]
    numbers.append(("mean", float(now.mean()), start if start is None else float(start.mean())))
    words = ", ".join(
        f"{name} {short_number(value)}" + ("" if before is None else f" (was {short_number(before)})")
        for name, value, before in numbers
    )
    if silent is not None:
        words += f", {silent[0]:.0%} are 0"
        words += f" (was {silent[1]:.0%})" if start is not None else ""
    return f"{words}."


def _caption(request: InsightRequest, at: int, compared: bool) -> str:
    record: Record | None = request.record
    what = SHOWN[at]
    if at == 2:
        what = f"Outputs for {len(sampled_rows(request))} training rows"
    told = f"{what[:1].upper()}{what[1:]}: bars now"
    if not compared:
        return f"{told}; the start is not kept of a network this large."
    since = record.since if record is not None else 0.0
    return f"{told}, dashes at the {'start' if since == 0 else f'moment of recording, epoch {since:.4g}'}."
