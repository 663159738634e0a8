"""The ten digits as a person might draw them: strokes in a square of side 1, x to the right, y down."""

import math

Stroke = list[tuple[float, float]]


def arc(x: float, y: float, wide: float, high: float, begin: float, end: float, parts: int = 16) -> Stroke:
    """Part of an ellipse, by degrees from the right, clockwise."""
    angles = [math.radians(begin + (end - begin) * at / parts) for at in range(parts + 1)]
    return [(x + wide * math.cos(angle), y + high * math.sin(angle)) for angle in angles]


DIGITS: dict[int, list[Stroke]] = {
    0: [arc(0.5, 0.5, 0.28, 0.42, -90, 270, 24)],
    1: [[(0.35, 0.25), (0.52, 0.08), (0.52, 0.92)]],
    2: [[*arc(0.5, 0.3, 0.25, 0.22, 180, 380), (0.28, 0.9), (0.78, 0.9)]],
    3: [arc(0.48, 0.28, 0.24, 0.2, 200, 450) + arc(0.48, 0.7, 0.27, 0.22, -90, 160)],
    4: [[(0.6, 0.08), (0.22, 0.6), (0.8, 0.6)], [(0.62, 0.38), (0.62, 0.94)]],
    5: [[(0.74, 0.1), (0.34, 0.1), (0.3, 0.45), *arc(0.48, 0.66, 0.26, 0.24, -130, 150)]],
    6: [[(0.62, 0.08), (0.38, 0.4), *arc(0.5, 0.68, 0.22, 0.23, 190, 550, 24)]],
    7: [[(0.24, 0.1), (0.76, 0.1), (0.44, 0.92)]],
    8: [arc(0.5, 0.29, 0.2, 0.2, 90, 450, 20) + arc(0.5, 0.71, 0.24, 0.22, -90, 270, 20)],
    9: [[*arc(0.5, 0.32, 0.22, 0.22, 0, 360, 20), (0.72, 0.32), (0.68, 0.6), (0.55, 0.92)]],
}
