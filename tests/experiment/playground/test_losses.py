"""The losses of the original's pages, epoch by epoch: what `tests/oracles/playground.mjs` computed."""

import json
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn_tui.experiment.build import build_model, load_data
from nn_tui.experiment.checkpoint import decode, encode
from nn_tui.experiment.playground import read_address
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec_file import set_value
from tests.experiment.playground.pages import SETS, address_of, furthest, losses, page

ROWS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "losses.json").read_text())


def test_every_set_is_compared_with_and_without_noise() -> None:
    assert {(row["page"]["data"], row["page"]["noise"]) for row in ROWS} == {
        (name, noise) for name in SETS for noise in (0, 25)
    }
    assert any(row["dead"] for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['page']['data']}-{row['page']['noise']}")
def test_losses_are_the_originals_to_six_digits(row: dict[str, Any]) -> None:
    assert furthest(losses(row["page"]), row["losses"]) < 1e-7


# Values of the page itself, by its own code, with all its defaults.
@pytest.mark.parametrize(
    ("name", "first", "weight", "expected"),
    [
        (
            "circle",
            (4.618077316847547, -1.8354395887379444, 0),
            0.151190120,
            ((0.501581, 0.518106), (0.496359, 0.509423), (0.476346, 0.496310), (0.008898, 0.011450)),
        ),
        (
            "gauss",
            (1.4727333103506868, 1.6684722917049366, 1),
            -0.101931428,
            ((0.391593, 0.401328), (0.125829, 0.129357), (0.006733, 0.006830), (0.000503, 0.000489)),
        ),
    ],
)
def test_points_weights_and_losses_are_those_of_the_page(
    name: str, first: tuple[float, ...], weight: float, expected: tuple[tuple[float, ...], ...]
) -> None:
    session = Session(read_address(address_of(page(name))).spec)
    train = session.data.train
    assert train.x.dtype == np.float64 and len(train) == 250
    assert (*train.x[0], train.y[0]) == pytest.approx(first, abs=1e-14)
    assert session.model.layers[0].get_weights()[0][0, 0] == pytest.approx(weight, abs=1e-9)
    np.testing.assert_allclose(list(losses(page(name)).values()), expected, atol=5.1e-7)


def test_another_seed_of_the_experiment_starts_from_other_weights() -> None:
    spec = read_address(address_of(page("circle"))).spec
    data = load_data(spec.data)
    one, same, other = (
        build_model(each, data.input_shape, data.stream).get_weights()[0]
        for each in (spec, spec, set_value(spec, "seed", 1))
    )
    np.testing.assert_array_equal(one, same)
    assert (one != other).all() and (np.abs(other) <= 0.5).all()


@pytest.mark.parametrize("batches", [30, 36, 37, 80])
def test_a_page_goes_on_from_a_saved_state_as_if_nothing_had_happened(batches: int) -> None:
    settings = page("circle", noise=25, batchSize=7, regularization="L1", regularizationRate=0.03)
    spec = read_address(address_of(settings)).spec
    whole, first, second = Session(spec), Session(spec), Session(spec)
    for session in (whole, first, second):
        session.training.epochs = 5
    list(whole.steps())
    list(islice(first.steps(), batches))
    second.restore(decode(encode(first.state())))
    list(second.steps())
    for mine, theirs in zip(second.model.get_weights(), whole.model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert second.last_epoch() == whole.last_epoch()
