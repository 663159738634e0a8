"""The backward pass of one row on the page: the chain rule from the loss down to every layer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nn_tui.insight.pictures import Array
from nn_tui.insight.step.activation_formulas import FORMULAS, back_written
from nn_tui.insight.step.calculation import Calculation, Worked
from nn_tui.insight.step.digits import number, rounded
from nn_tui.insight.step.expression import Written, sqrt, total
from nn_tui.insight.step.forward import Units
from nn_tui.insight.step.paper import MOST, TERMS, Paper, products, sum_of
from nn_tui.insight.step.places import Place, layer_words


def write_backward(paper: Paper, found: Calculation, units: Units) -> None:
    """Write the gradients of every layer, from the last to the first."""
    paper.heading("3 Backward: how the loss changes with every number (the chain rule)")
    rows = len(found.losses)
    if rows > 1 or found.weights is not None:
        count = found.dl[0] * rows
        how = Written(float(rounded(count))) / rows if found.weights is not None else Written(1) / rows
        told = "how the batch's loss changes with that of this row" if rows > 1 else "its class's weight"
        paper.sum_up("dL/dl", how, found.dl[0], "validation", told)
    for one in reversed(found.worked):
        _write_layer(paper, found, one, units.get(one.at, ()))
    _write_engine(paper, found)


def _write_layer(paper: Paper, found: Calculation, one: Worked, units: Sequence[int]) -> None:
    paper.title(f"Layer {layer_words(one.layer, one.at + 1)}", _formula(found, one))
    assert one.da is not None and one.dz is not None
    value, inner = ("a", "z") if one.kind in ("dense", "activation") else ("y", "x")
    for unit in units:
        _write_da(paper, found, one, unit, value)
        _write_dz(paper, found, one, unit, inner)
    if one.da.shape[1] > 1:
        paper.numbers(f"dL/d{value}", one.da[0], "validation")
        if one.dz is not one.da:
            paper.numbers(f"dL/d{inner}", one.dz[0], "validation")
    if one.layer.trainable:
        _write_weights(paper, one, units)


def _formula(found: Calculation, one: Worked) -> str:
    last = one is found.worked[-1]
    parts = []
    if last and found.joined:
        several = not found.loss.classes and found.p.shape[1] > 1
        words = "(a - y) / outputs" if several else "a - y"
        share = f"dL/dl * ({words})" if found.dl[0] != 1 else words
        parts.append(f"activation and loss together: dL/dz = {share}")
    elif one.kind in ("dense", "activation") and one.activates:
        name = type(one.activation).__name__.lower()
        words = next((f.slope_words for key, f in FORMULAS.items() if key.replace("_", "") == name), "")
        parts.append(f"dL/dz = dL/da * da/dz, da/dz = {words}" if words else "dL/dz by all dL/da")
    elif one.kind == "factor":
        parts.append("dL/dx = dL/dy * mask")
    if one.kind == "dense" and one.layer.trainable:
        parts.append("dL/dw = x * dL/dz,  dL/db = dL/dz")
    return ";  ".join(parts)


def _write_da(paper: Paper, found: Calculation, one: Worked, unit: int, value: str) -> None:
    assert one.da is not None
    at = found.worked.index(one)
    how, note = None, ""
    if at == len(found.worked) - 1:
        how = found.loss.slope_written(found.p[0], found.t[0], unit)
        if how is not None and found.dl[0] != 1:
            how = Written(found.dl[0]) * how
    else:
        above = found.worked[at + 1]
        assert above.dz is not None
        if above.kernel is not None:
            terms, note = products(above.dz[0], above.kernel[unit])
            how = total(terms)
            note = note or ("dL/dz of the layer above times its weights" if len(terms) > 1 else "")
        else:
            note = "from the layer above"
    paper.sum_up(f"dL/d{value}{unit + 1}", how, one.da[0, unit], "validation", note)


def _write_dz(paper: Paper, found: Calculation, one: Worked, unit: int, inner: str) -> None:
    assert one.da is not None and one.dz is not None
    how = None
    if one is found.worked[-1] and found.joined:
        how = found.loss.joined_written(found.p[0], found.t[0], unit)
        if found.dl[0] != 1:
            how = Written(found.dl[0]) * how
    elif one.kind in ("dense", "activation"):
        if not one.activates:
            return
        if one.z.shape[1] <= TERMS:
            how = back_written(one.activation, one.z[0], one.a[0], one.da[0], unit)
    elif one.kind == "factor":
        assert one.mask is not None
        how = Written(one.da[0, unit]) * Written(one.mask[0, unit])
    elif one.kind == "normalize":
        how = _normalized(paper, one, unit)
    else:
        return
    paper.sum_up(f"dL/d{inner}{unit + 1}", how, one.dz[0, unit], "validation")


def _normalized(paper: Paper, one: Worked, unit: int) -> Written:
    """Write what batch normalization makes of a derivative; its mean and variance depend on all rows."""
    assert one.da is not None and one.normal is not None
    assert one.gamma is not None and one.variance is not None
    root = sqrt(Written(one.variance[unit]) + Written(one.layer.epsilon))
    factor = Written(one.gamma[unit]) / root
    if not one.by_batch:
        return factor * Written(one.da[0, unit])
    rows = len(one.da)
    mean = float(rounded(one.da[:, unit].mean()))
    along = float(rounded((one.da[:, unit] * one.normal[:, unit]).mean()))
    summed = sum_of(one.da[:, unit])
    terms, _ = products(one.da[:, unit], one.normal[:, unit])
    paper.sum_up(f"mean of dL/dy{unit + 1}", None if summed is None else summed / rows, mean, "validation")
    paper.sum_up(f"mean of n{unit + 1} * dL/dy{unit + 1}", total(terms) / rows, along, "validation")
    moved = Written(one.normal[0, unit]) * Written(along)
    return factor * (Written(one.da[0, unit]) - Written(mean) - moved)


def _write_weights(paper: Paper, one: Worked, units: Sequence[int]) -> None:
    assert one.dz is not None and one.da is not None
    rows = len(one.dz)
    over = f"summed over the {rows} rows" if rows > 1 else ""
    if one.kind == "dense":
        kernel = rounded(one.x.T @ one.dz)
        for unit in units:
            paper.numbers(f"dL/dw to unit {unit + 1}", kernel[:, unit], "validation", over)
        if one.bias is not None:
            paper.numbers("dL/db", rounded(one.dz.sum(axis=0)), "validation", over)
        norm = float(np.sqrt(np.square(kernel).sum()))
        paper.note(f"The norm of all {kernel.size:,} dL/dw is {number(norm, 4)}.")
    elif one.kind == "normalize":
        assert one.normal is not None
        if one.layer.scale:
            paper.numbers("dL/dgamma", rounded((one.da * one.normal).sum(axis=0)), "validation", over)
        if one.layer.center:
            paper.numbers("dL/dbeta", rounded(one.da.sum(axis=0)), "validation", over)


def gradient_written(
    found: Calculation, layer: int, place: Place, name: str
) -> tuple[Written, float, str] | None:
    """Write out the gradient of one weight, the penalty left out; None where it is not worked out."""
    one = next((one for one in found.worked if one.at == layer), None)
    if one is None or one.dz is None or one.da is None:
        return None
    unit = place.end_number
    if one.kind == "dense" and name == "kernel":
        x, slope = one.x[:, place.start_number], one.dz[:, unit]
        terms, note = products(x, slope)
        return total(terms), _sum(x * slope), note or _rows_words(len(x), "x * dL/dz")
    if one.kind == "dense" or name == "beta":
        column: Array = one.dz[:, unit] if one.kind == "dense" else one.da[:, unit]
        terms, note = products(column, np.ones(len(column)))
        written = sum_of(column)
        exact = _sum(column)
        words = _rows_words(len(column), "dL/dz" if one.kind == "dense" else "dL/dy")
        return (Written(exact) if written is None else written), exact, words
    if name == "gamma" and one.normal is not None:
        terms, note = products(one.da[:, unit], one.normal[:, unit])
        words = _rows_words(len(one.da), "dL/dy * n")
        return total(terms), _sum(one.da[:, unit] * one.normal[:, unit]), note or words
    return None


def _sum(values: Array) -> float:
    return float(rounded(values.sum()))


def _rows_words(rows: int, what: str) -> str:
    return f"{what}, summed over the {rows} rows" if rows > 1 else what


def _write_engine(paper: Paper, found: Calculation) -> None:
    """Say how large the gradients of the layers are that are not worked out."""
    above = found.worked[0].at if found.worked else len(found.real.layers)
    for at in reversed(range(above)):
        layer, arrays = found.real.layers[at], found.real.trained[at]
        slope = found.real.slopes[at]
        told = [] if slope is None else [f"norm of dL/d(output) {_norm(slope)}"]
        told += [f"norm of dL/d{one.name} {_norm(one.gradient)}" for one in arrays]
        paper.title(f"Layer {layer_words(layer, at + 1)}", ", ".join(told) or "no gradient is needed")
        if arrays and sum(one.gradient.size for one in arrays) <= MOST:
            for one in arrays:
                paper.numbers(f"dL/d{one.name}", rounded(one.gradient), "validation", "by the engine")


def _norm(values: Array) -> str:
    return number(float(np.sqrt(np.square(np.asarray(values, np.float64)).sum())), 4)
