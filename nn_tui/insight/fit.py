"""What the network has learned, over the data: a function, a boundary, or its errors."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from nn_tui.declare import Knob, register
from nn_tui.insight import fit_values
from nn_tui.insight.controls import Place, turn
from nn_tui.insight.fit_line import one_input
from nn_tui.insight.fit_map import over_plane
from nn_tui.insight.fit_planes import Plane2, axes, coordinates, main_components, two_features
from nn_tui.insight.fit_rows import shown_splits
from nn_tui.insight.pictures import Control, InsightRequest, Picture, Sentence

__all__ = ["fit"]

Grid = Annotated[int, Knob(at_least=8, at_most=400)]

WIDE = 32
"""Numbers in a row from which on the grid is coarser."""
COARSE = 20


@register("insight", "fit")
def fit(
    request: InsightRequest,
    /,
    grid: Grid = 60,
    show: Place = 0,
    plane: Place = 0,
    across: Place = 0,
    up: Place = 1,
    colours: Place = 0,
    tests: Place = 0,
    output: Place = 0,
) -> Picture:
    """What the network answers for every input, with the data on it.

    Args:
        grid: answers computed along each side of the picture. Default 60.
        show: of a regression: the fit, predicted against true, residuals. Default 0, the fit.
        plane: of many features: two of them, or the two main components. Default 0, features.
        across: which feature is the axis across. Default 0, the first.
        up: which feature is the axis up. Default 1, the second.
        colours: smooth, or discrete. Default 0, smooth.
        tests: test points on, or off. Default 0, on.
        output: of several outputs, which. Default 0, the first.
    """
    data = request.data
    splits = shown_splits(data)
    controls: list[Control] = []
    values = data.task == "regression" and data.outputs > 0
    drawable = _drawable(data)
    ways = (["fit"] if drawable else []) + (["predicted against true", "residuals"] if values else [])
    if not ways:
        return Sentence(
            "The rows are numbers of words, between which there is nothing to draw. The fit is drawn for "
            "features that are numbers or choices: try circle, iris or clinical-trial."
        )
    if len(ways) > 1:
        controls.append(turn("show", "show", show, ways))
    way = ways[show % len(ways)]
    if values and data.outputs > 1:
        names = [f"{number + 1} of {data.outputs}" for number in range(data.outputs)]
        controls.append(turn("output", "output", output, names))
        output %= data.outputs
    else:
        output = 0
    shown_tests = len(splits) == 1 or tests % 2 == 0
    last = [] if len(splits) == 1 else [turn("tests", f"{splits[1][2]} points", tests, ["on", "off"])]
    splits = splits if shown_tests else splits[:1]
    if way != "fit":
        draw = fit_values.residuals if way == "residuals" else fit_values.predicted_against_true
        return draw(request.model, data, splits, output, (*controls, *last))
    if data.input_shape == (1,) and data.plane is None:
        return one_input(request, splits, output, (*controls, *last))
    chosen, more = _plane(data, plane, across, up)
    controls += [*more, turn("colours", "colours", colours, ["smooth", "discrete"]), *last]
    size = int(np.prod(data.input_shape))
    grid = min(grid, COARSE) if size > WIDE else grid
    return over_plane(request, chosen, splits, grid, colours % 2 == 1, output, tuple(controls))


def _drawable(data: Any) -> bool:
    return not data.vocabulary


def _plane(data: Any, plane: int, across: int, up: int) -> tuple[Plane2, list[Control]]:
    """Give the plane that is drawn, and the controls that choose another."""
    if data.plane is not None or data.input_shape == (2,):
        return coordinates(data), []
    if len(data.input_shape) > 1:
        return main_components(data), []
    controls = [turn("plane", "plane", plane, ["features", "main components"])]
    known = axes(data)
    if plane % 2 or len(known) < 2:
        return main_components(data), controls if len(known) > 1 else []
    names = [axis.name for axis in known]
    across, up = across % len(names), up % len(names)
    up = (up + 1) % len(names) if up == across else up
    controls += [turn("across", "across", across, names), turn("up", "up", up, names)]
    return two_features(data, across, up), controls
