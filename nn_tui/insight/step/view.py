"""One training step in numbers: a page that can be redone with a pocket calculator."""

from __future__ import annotations

from typing import NamedTuple

from nn_tui.declare import register
from nn_tui.insight.controls import Place
from nn_tui.insight.pictures import InsightRequest, Page, Sentence

__all__ = ["step"]


class Choices(NamedTuple):
    """Where the controls of the page stand; see `step`."""

    rows: int = 0
    batch: int = 0
    sample: int = 0
    whole: int = 0
    layer: int = 0
    start: int = 0
    end: int = 0
    penalty: int = 0
    sums: int = 0
    part: int = 0


@register("insight", "step")
def step(
    request: InsightRequest,
    /,
    rows: Place = 0,
    batch: Place = 0,
    sample: Place = 0,
    whole: Place = 0,
    layer: Place = 0,
    start: Place = 0,
    end: Place = 0,
    penalty: Place = 0,
    sums: Place = 0,
    part: Place = 0,
) -> Page | Sentence:
    """One training step in numbers: forward, loss, backward, and the update of one weight.

    Args:
        rows: which rows. Default 0, those of training.
        batch: by how many batches further on. Default 0.
        sample: which row. Default 0, the first.
        whole: one row, or a whole batch from there. Default 0, one.
        layer: the layer whose weight is followed. Default 0, the first that is trained.
        start: what the weight comes from; after the inputs the bias. Default 0.
        end: the unit that it leads to. Default 0.
        penalty: whether the regularization penalty counts. Default 0, it does.
        sums: whether the sum of one unit a layer is written out, or of all. Default 0, of one.
        part: the whole page, or its forward pass, loss, backward pass or update. Default 0, all.
    """
    # The engine is loaded once somebody looks, not when the program starts.
    from nn_tui.insight.step.writing import write_page

    choices = Choices(rows, batch, sample, whole, layer, start, end, penalty, sums, part)
    return write_page(request, choices)
