"""The numbers that texts compute, against the engine's own or a computation of another kind."""

from __future__ import annotations

import numpy as np
import pytest

from nn_tui.lessons.numbers import Preset
from nn_tui.lessons.numbers.convolving import conv, counted, pool
from nn_tui.lessons.numbers.losses import measured_after, squared, surprise
from nn_tui.lessons.numbers.one_hot import one_hot
from nn_tui.lessons.numbers.restrained import penalty, scales
from nn_tui.lessons.numbers.slopes import Slopes, chain
from nn_tui.lessons.numbers.starting import start, unbiased
from nn_tui.lessons.shelf import preset


def lesson(name: str, which: str = "") -> Preset:
    return Preset(preset(name, which), name)


def test_the_chain_by_hand_is_the_engines_gradient_and_step() -> None:
    of = lesson("18-backpropagation")
    found = chain(of)
    session = of.session()
    rows = session.data.train
    first, _, second, _ = (
        float(array.reshape(-1)[0]) for array in session.model.gradients(rows.x[:1], rows.y[:1])
    )
    assert found["g1"] == pytest.approx(first, abs=1e-4)
    assert found["g2"] == pytest.approx(second, abs=1e-4)
    next(iter(session.steps()))
    assert found["new"] == pytest.approx(float(session.model.get_weights()[0][0, 0]), abs=2e-4)


def test_the_mean_of_squares_is_the_engines_loss() -> None:
    of = lesson("08-loss")
    found = squared(of)
    session = of.session()
    rows = session.data.train
    loss = np.atleast_1d(session.model.evaluate(rows.x[:3], rows.y[:3], verbose=0))[0]
    assert found["mean"] == pytest.approx(loss, abs=1e-4)
    assert measured_after(of) < 0.25


def test_surprises_go_from_sure_to_wrong() -> None:
    found = surprise(lesson("08-loss"))
    assert found["chance"] == sorted(found["chance"], reverse=True)
    np.testing.assert_allclose(np.exp(-np.array(found["loss"])), found["chance"])


def test_gradients_of_sigmoid_shrink_and_those_of_relu_do_not() -> None:
    deep, relu = Slopes(lesson("19-vanishing")), Slopes(lesson("19-vanishing", "relu"))
    assert deep.hidden == 7 and deep.left == pytest.approx(0.25**7)
    assert deep.ratio > 1000 > 100 > relu.ratio


def test_counts_of_layers_add_up_to_the_networks() -> None:
    for which in ("", "cnn"):
        of = lesson("22-parameters", which)
        assert sum(layer["all"] for layer in counted(of)) == of.session().parameters


def test_sizes_after_convolution_and_pooling_are_those_of_the_outputs() -> None:
    of = lesson("16-padding")
    image = of.data.train.x[:1]
    assert of.session().model.activations(image)[0].shape == (1, 6, 6, 8)
    assert conv(of)["out"] == 6 and conv(of)["parameters"] == 3 * 3 * 8 + 8
    pooled = lesson("17-pooling")
    shape = pooled.other("pooled").session().model.activations(pooled.data.train.x[:1])[1].shape
    assert (pool(pooled)["after"], pool(pooled)["maps"]) == (shape[1], shape[3])


def test_a_node_without_a_bias_never_moves_from_one_half() -> None:
    session = lesson("21-bias").session()
    assert session.model.predict(np.zeros((1, 1), np.float32))[0, 0] == 0.5
    found = unbiased(lesson("21-bias"))
    assert 55 < found["age"] < 75


def test_zeros_stay_zeros() -> None:
    found = start(lesson("20-initialization"))
    assert found["moved"] == 0.0
    kernel = lesson("20-initialization", "glorot").session().model.layers[0].get_weights()[0]
    assert np.abs(kernel).max() <= found["limit"]


def test_a_price_on_weights_makes_them_smaller() -> None:
    found = penalty(lesson("23-regularization"))
    assert found["held"] < found["free"] / 2
    assert found["price"] == pytest.approx(0.03 * found["held_sum"])


def test_a_value_is_normalized_by_the_mean_and_deviation_of_its_batch() -> None:
    of = lesson("26-normalization")
    found = scales(of)
    at = of.data.feature_names.index(str(found["wide"]))
    batch = of.data.train.x[: of.spec.fit.batch_size, at].astype(float)
    assert found["normal"] == pytest.approx((batch[0] - batch.mean()) / batch.std(), abs=1e-3)


def test_the_loss_of_a_one_hot_target_is_that_of_the_class_number() -> None:
    found = one_hot(lesson("14-one-hot"))
    assert found["target"].count(1) == 1
    assert found["loss"] == pytest.approx(-np.log(found["chance"][found["target"].index(1)]))
    assert found["codes"][1] == "0 1 0"
