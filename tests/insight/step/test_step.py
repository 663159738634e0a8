"""The step in numbers: every line can be redone from what is printed, and the network does the same."""

from __future__ import annotations

import numpy as np
import pytest

from nn_tui.data.dataset import Dataset, Split
from nn_tui.declare import registered
from nn_tui.engine import losses
from nn_tui.engine.cloning import clone
from nn_tui.engine.layers import (
    LSTM,
    Activation,
    BatchNormalization,
    Bidirectional,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GaussianNoise,
    LeakyReLU,
    MaxPooling2D,
)
from nn_tui.engine.layers.layer import Layer
from nn_tui.engine.models import Sequential
from nn_tui.experiment.build import build_model, load_data
from nn_tui.experiment.examples import example
from nn_tui.insight.pictures import InsightRequest, Page, Sentence
from nn_tui.insight.step import step
from tests.insight.step.calculator import calculations, list_of, printed, result_of

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 3)).astype(np.float32)
CLASSES = RANDOM.integers(0, 3, 40)
ONE_HOT = np.eye(3, dtype=np.float32)[CLASSES]
COUNTS = np.abs(RANDOM.normal(size=(40, 3))).astype(np.float32)
SIZE = 5


def rows(x: np.ndarray, y: np.ndarray, classes: int = 0) -> Dataset:
    return Dataset(
        "rows",
        "classification" if classes else "regression",
        Split(x, y),
        None,
        None,
        tuple(f"f{number}" for number in range(x[0].size)),
        class_names=("red", "green", "blue")[:classes],
    )


def network(layers: list[Layer], optimizer: object, loss: object, data: Dataset) -> Sequential:
    """A network that has been trained for three steps, so that its optimizer remembers something."""
    model = Sequential(layers, seed=1)
    model.compile(optimizer, loss)
    for start in (0, SIZE, 2 * SIZE):
        model.train_on_batch(data.train.x[start : start + SIZE], data.train.y[start : start + SIZE])
    return model


def redone(model: Sequential, data: Dataset, tolerance: float = 3e-6, **options: int) -> Page:
    """Redo every line of the page, then have the network itself make the step."""
    page = step(InsightRequest(model, data, batch_size=SIZE), **options)
    assert isinstance(page, Page)
    lines = calculations(page)
    assert [line for line in lines if not line.holds] == []
    count = SIZE if options.get("whole") else 1
    start = options.get("sample", 0)
    twin = clone(model)
    twin.train_on_batch(data.train.x[start : start + count], data.train.y[start : start + count])
    layer = [one for one in twin.layers if one.trainable and one.weight_names][options.get("layer", 0)]
    arrays = [layer.weight(name) for name in layer.weight_names if layer.slope(name) is not None]
    places = [row for array in arrays for row in array.reshape(-1, array.shape[-1])]
    changed = float(places[options.get("start", 0)][options.get("end", 0)])
    assert result_of(page, "new w") == pytest.approx(changed, rel=tolerance, abs=tolerance * 0.01)
    return page


def both(activation: object = "tanh", last: object = "softmax", **settings: object) -> list[Layer]:
    first = Dense(4, activation=activation, input_shape=(3,), **settings)  # type: ignore[arg-type]
    return [first, Dense(3, activation=last)]  # type: ignore[arg-type]


OPTIMIZERS = [
    *((name, {}) for name in registered("optimizer")),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True}),
    ("SGD", {"weight_decay": 0.01, "clipnorm": 0.1}),
    ("SGD", {"clipvalue": 0.01}),
    ("SGD", {"global_clipnorm": 0.1}),
    ("RMSprop", {"centered": True, "momentum": 0.5}),
    ("Adam", {"amsgrad": True}),
    ("Adam", {"learning_rate": {"type": "ExponentialDecay", "decay_steps": 2}}),
    ("PlaygroundSGD", {"regularization": "L1", "regularization_rate": 0.1}),
    ("PlaygroundSGD", {"regularization": "L2", "regularization_rate": 0.1}),
]


@pytest.mark.parametrize(("name", "settings"), OPTIMIZERS)
@pytest.mark.parametrize("whole", [0, 1])
def test_every_optimizers_step_can_be_redone(name: str, settings: dict[str, object], whole: int) -> None:
    data = rows(X, CLASSES, 3)
    optimizer = registered("optimizer")[name](**settings)
    model = network(both(), optimizer, "sparse_categorical_crossentropy", data)
    redone(model, data, whole=whole, layer=1, start=2, end=1)
    redone(model, data, whole=whole, start=3, sample=2)


@pytest.mark.parametrize(
    "activation",
    [
        *registered("activation"),
        {"type": "leaky_relu", "negative_slope": 0.3},
        {"type": "elu", "alpha": 0.5},
        {"type": "gelu", "approximate": True},
    ],
)
def test_every_activations_step_can_be_redone(activation: object) -> None:
    data = rows(X, CLASSES, 3)
    layers = both(activation, kernel_regularizer={"type": "L1L2", "l1": 0.01, "l2": 0.1})
    model = network(layers, "sgd", "sparse_categorical_crossentropy", data)
    redone(model, data, sums=1)
    redone(model, data, whole=1, start=1, end=2)


LOSSES = [
    *((name, {}, last) for name in registered("loss") for last in ("softmax", "sigmoid", "softplus")),
    ("binary_crossentropy", {"from_logits": True, "label_smoothing": 0.1}, "linear"),
    ("categorical_crossentropy", {"from_logits": True}, "linear"),
    ("sparse_categorical_crossentropy", {"from_logits": True}, "linear"),
    ("categorical_crossentropy", {"label_smoothing": 0.2}, "softmax"),
    ("huber", {"delta": 0.3}, "linear"),
    ("half_squared_error", {"signed": True}, "tanh"),
]


@pytest.mark.parametrize(("name", "settings", "last"), LOSSES)
def test_every_losss_step_can_be_redone(name: str, settings: dict[str, object], last: str) -> None:
    loss: losses.Loss = registered("loss")[name](**settings)
    if loss.probabilities and last == "softplus":
        return
    y = CLASSES if loss.labels == "classes" else ONE_HOT if loss.probabilities else COUNTS
    data = rows(X, y, 3 if loss.labels == "classes" else 0)
    model = network(both(last=last), "sgd", loss, data)
    redone(model, data, whole=1, layer=1, end=2)
    page = redone(model, data)
    x, t = X[:1], loss.targets(y[:1], 3, np.float64)
    p = model.predict(x).astype(np.float64)
    assert result_of(page, "l") == pytest.approx(float(loss.values(p, t)[0]), rel=1e-5, abs=1e-7)


def test_layers_that_act_in_training_are_worked_out_as_the_network_does_them() -> None:
    data = rows(X, CLASSES, 3)
    layers: list[Layer] = [
        Dense(6, activation="relu", input_shape=(3,)),
        Dropout(0.3),
        BatchNormalization(),
        Dense(4),
        Activation("tanh"),
        GaussianNoise(0.1),
        LeakyReLU(),
        Dense(3, activation="softmax"),
    ]
    model = network(layers, "adam", "sparse_categorical_crossentropy", data)
    for layer in range(4):
        for start in range(2):
            redone(model, data, 5e-5, whole=1, layer=layer, start=start, end=1)
    told = printed(redone(model, data, 5e-5, whole=1, sums=1))
    assert any("mask" in line for line in told) and any("moving averages" in line for line in told)


def test_rows_count_by_the_weight_of_their_class() -> None:
    data = rows(X, CLASSES, 3)
    model = network(both(), "sgd", "sparse_categorical_crossentropy", data)
    counts = {0: 0.5, 1: 2.0, 2: 1.0}
    page = step(InsightRequest(model, data, batch_size=SIZE, class_weight=counts), whole=1)
    assert isinstance(page, Page) and all(line.holds for line in calculations(page))
    model.fit(X[:SIZE], CLASSES[:SIZE], SIZE, 1, 0, shuffle=False, class_weight=counts)
    assert result_of(page, "new w") == pytest.approx(model.layers[0].kernel[0, 0], rel=1e-6)
    assert result_of(page, "L") == pytest.approx(model.history.history["loss"][0], rel=1e-6)  # type: ignore[union-attr]


@pytest.mark.parametrize("whole", [0, 1])
def test_the_numbers_are_those_of_the_network(whole: int) -> None:
    data = rows(X, CLASSES, 3)
    model = network(both(), "sgd", "sparse_categorical_crossentropy", data)
    page = step(InsightRequest(model, data, batch_size=SIZE), whole=whole, layer=0, start=1, end=2)
    assert isinstance(page, Page)
    w1, b1, w2, b2 = (array.astype(np.float64) for array in model.get_weights())
    z1 = X[:1] @ w1 + b1
    a1 = np.tanh(z1)
    z2 = a1 @ w2 + b2
    p = np.exp(z2) / np.exp(z2).sum()
    found = [list_of(page, name) for name in ("z", "a", "dL/dz", "dL/db")]
    np.testing.assert_allclose(found[0][0], z1[0], rtol=2e-6)
    np.testing.assert_allclose(found[1][0], a1[0], rtol=2e-6)
    np.testing.assert_allclose(found[0][1], z2[0], rtol=2e-6)
    np.testing.assert_allclose(found[1][1], p[0], rtol=2e-6)
    count = SIZE if whole else 1
    np.testing.assert_allclose(found[2][0], (p[0] - ONE_HOT[0]) / count, rtol=5e-6)
    gradients = clone(model).gradients(X[:count], CLASSES[:count])
    np.testing.assert_allclose(found[3][0], gradients[3], rtol=2e-5, atol=1e-7)
    np.testing.assert_allclose(found[3][1], gradients[1], rtol=2e-5, atol=1e-7)
    # By differences: the loss a little beside the weight, in float64.
    nudged = []
    for by in (1e-5, -1e-5):
        moved = w1.copy()
        moved[1, 2] += by
        out = np.tanh(X[:count] @ moved + b1) @ w2 + b2
        shares = np.exp(out) / np.exp(out).sum(axis=1, keepdims=True)
        nudged.append(-np.log(shares[np.arange(count), CLASSES[:count]]).mean())
    assert result_of(page, "g") == pytest.approx((nudged[0] - nudged[1]) / 2e-5, rel=1e-5)
    assert result_of(page, "L" if whole else "l") == pytest.approx(sum(nudged) / 2, rel=1e-6)


def test_convolution_is_taken_from_the_engine_and_the_layer_above_it_worked_out() -> None:
    images = RANDOM.random((40, 8, 8, 1)).astype(np.float32)
    data = rows(images, CLASSES, 3)
    layers: list[Layer] = [
        Conv2D(4, (3, 3), activation="relu", input_shape=(8, 8, 1)),
        MaxPooling2D(),
        Flatten(),
        Dense(3, activation="softmax"),
    ]
    model = network(layers, "adam", "sparse_categorical_crossentropy", data)
    redone(model, data, whole=1, layer=1, start=5, end=2)
    page = redone(model, data, whole=1, start=4, end=3)
    gradients = clone(model).gradients(images[:SIZE], CLASSES[:SIZE])
    assert result_of(page, "g") == pytest.approx(gradients[0][1, 1, 0, 3], rel=1e-6)
    assert "row 2, column 2, channel 1" in page.caption


@pytest.mark.parametrize("last", ["values", "sequence", "words"])
def test_recurrent_networks_are_told_by_the_engines_numbers(last: str) -> None:
    sequences = RANDOM.random((40, 7, 2)).astype(np.float32)
    layers: list[Layer] = [
        LSTM(4, return_sequences=last == "sequence", input_shape=(7, 2)),
        Dense(2),
    ]
    data = rows(sequences, sequences if last == "sequence" else X[:, :2])
    if last == "words":
        layers = [
            Embedding(20, 4, input_shape=(6,)),
            Bidirectional(layer={"type": "GRU", "units": 3}),
            Dense(2),
        ]
        data = rows(RANDOM.integers(0, 20, (40, 6)), X[:, :2])
    model = network(layers, "adam", "mean_squared_error", data)
    redone(model, data, whole=1, start=3)
    redone(model, data, layer=1)


def test_looking_changes_nothing_of_the_training() -> None:
    data = rows(X, CLASSES, 3)
    layers: list[Layer] = [
        Dense(4, activation="tanh", input_shape=(3,)),
        Dropout(0.5),
        BatchNormalization(),
        Dense(3, activation="softmax"),
    ]
    watched = network(layers, "adam", "sparse_categorical_crossentropy", data)
    alone = clone(watched)
    for number in range(4):
        step(InsightRequest(watched, data, batch_size=SIZE), whole=1, sample=number)
        batch = slice(number * SIZE, (number + 1) * SIZE)
        watched.train_on_batch(X[batch], CLASSES[batch])
        alone.train_on_batch(X[batch], CLASSES[batch])
    for one, other in zip(watched.get_weights(), alone.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_courses_network_is_written_with_its_own_names() -> None:
    spec = example("clinical-trial")
    data = load_data(spec.data)
    model = build_model(spec, data.input_shape, data.stream)
    page = step(InsightRequest(model, data, batch_size=10), whole=1, end=3)
    assert isinstance(page, Page)
    assert all(line.holds for line in calculations(page))
    assert page.caption.startswith("Loss 0.") and "the weight from age to unit 4 of layer 1" in page.caption
    assert [control.label for control in page.controls] == [
        "rows", "sample", "batch", "step", "layer", "from", "to", "written out", "show",
    ]  # fmt: skip
    assert {control.label: control.count for control in page.controls}["batch"] == 189


def test_a_part_of_the_page_can_be_shown_alone() -> None:
    data = rows(X, CLASSES, 3)
    model = network(both(), "adam", "sparse_categorical_crossentropy", data)
    pages = [step(InsightRequest(model, data, batch_size=SIZE), part=part) for part in range(5)]
    told = [printed(page) for page in pages if isinstance(page, Page)]
    assert [lines[0].split(":")[0] for lines in told[1:3]] == ["1 Forward", "2 Loss"]
    assert told[0][told[0].index(told[1][0]) :] == [*told[1], "", *told[2], "", *told[3], "", *told[4]]


def test_the_penalty_can_be_left_out() -> None:
    data = rows(X, CLASSES, 3)
    model = network(both(kernel_regularizer="L2"), "sgd", "sparse_categorical_crossentropy", data)
    counted = redone(model, data, start=1)
    left_out = step(InsightRequest(model, data, batch_size=SIZE), start=1, penalty=1)
    assert isinstance(left_out, Page) and all(line.holds for line in calculations(left_out))
    weight = float(model.layers[0].kernel[1, 0])
    difference = result_of(counted, "g") - result_of(left_out, "g")
    assert difference == pytest.approx(2 * 0.01 * weight, rel=1e-5)
    assert "penalty" in [control.label for control in left_out.controls]


def test_a_network_without_trained_weights_says_so() -> None:
    model = Sequential([Dense(3, activation="softmax", input_shape=(3,), trainable=False)], seed=1)
    model.compile("sgd", "sparse_categorical_crossentropy")
    assert isinstance(step(InsightRequest(model, rows(X, CLASSES, 3))), Sentence)
