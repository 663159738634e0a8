"""Slopes by finite differences, in float64."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray


def numeric_slope(
    function: Callable[[], float], array: NDArray[np.float64], step: float = 1e-6
) -> NDArray[np.float64]:
    """Give the slope of `function` by every number of `array`, which is changed and put back."""
    slope = np.zeros_like(array)
    for place in np.ndindex(array.shape):
        kept = array[place]
        array[place] = kept + step
        above = function()
        array[place] = kept - step
        below = function()
        array[place] = kept
        slope[place] = (above - below) / (2 * step)
    return slope
