"""What regularization and normalization do: `penalty`, `scales`."""

from __future__ import annotations

import numpy as np

from nn_tui.lessons.numbers.registry import Preset, number


@number
def penalty(of: Preset) -> dict[str, float]:
    """Of the experiments without and with L2: the mean squared weight of the first layer, trained."""
    found: dict[str, float] = {"rate": 0.03}
    for name, one in (("free", of), ("held", of.other("l2"))):
        session = one.session()
        for _ in session.steps():
            pass
        kernel = session.model.layers[0].get_weights()[0].astype(float)
        found[name] = float(np.abs(kernel).mean())
        found[f"{name}_sum"] = round(float((kernel**2).sum()), 3)
    found["price"] = found["rate"] * found["held_sum"]
    return found


@number
def scales(of: Preset) -> dict[str, object]:
    """The columns of the widest and the narrowest spread, and one value normalized by hand."""
    data = of.data
    x = data.train.x.astype(float)
    spread = x.std(axis=0)
    wide, narrow = int(spread.argmax()), int(spread.argmin())
    batch = x[: of.spec.fit.batch_size, wide]
    mean, deviation, value = round(float(batch.mean()), 2), round(float(batch.std()), 2), float(batch[0])
    return {
        "wide": data.feature_names[wide],
        "narrow": data.feature_names[narrow],
        "wide_spread": float(spread[wide]),
        "narrow_spread": float(spread[narrow]),
        "value": round(value, 2),
        "mean": mean,
        "deviation": deviation,
        "normal": (round(value, 2) - mean) / deviation,
    }
