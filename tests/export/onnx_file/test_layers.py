"""ONNX Runtime predicts what the engine predicts: every layer, every activation, whole networks."""

from typing import Any

import numpy as np
import onnx
import pytest

from nn_tui.declare import registered
from nn_tui.engine.activation import Activation
from nn_tui.engine.layers import Dense, Input
from nn_tui.engine.layers.layer import Layer
from nn_tui.engine.models import Sequential
from nn_tui.errors import RunError
from nn_tui.experiment.build import build_layer
from nn_tui.experiment.spec import Thing
from nn_tui.export.onnx_file import activations, onnx_bytes
from nn_tui.export.onnx_file.stack import EMITTERS
from tests.export.onnx_file.sessions import answers, close, opened, run_of, values

ROWS = 7
EXAMPLES = [
    (name, index) for name, layer in registered("layer").items() for index in range(len(layer.EXAMPLES))
]
SETTINGS: dict[str, list[dict[str, Any]]] = {
    "leaky_relu": [{"negative_slope": 0.35}],
    "elu": [{"alpha": 0.4}],
    "gelu": [{"approximate": True}],
}
ACTIVATIONS = [
    {"type": name, **settings}
    for name in registered("activation")
    for settings in [{}, *SETTINGS.get(name, [])]
]


def network(shape: tuple[int, ...], *things: Thing, spread: float = 0.5) -> Sequential:
    """Make a network whose weights, moving averages among them, are all of some size."""
    model = Sequential([Input(shape=shape), *(build_layer(thing) for thing in things)], seed=1)
    model.compile(optimizer="sgd", loss="mse")
    random = np.random.default_rng(2)
    model.predict(rows(model, shape))
    weights = []
    for layer in model.layers:
        for name in layer.weight_names:
            made = random.normal(0, spread, layer.weight(name).shape)
            weights.append(np.abs(made) + 0.1 if name == "moving_variance" else made)
    model.set_weights(weights)
    return model


def rows(model: Sequential, shape: tuple[int, ...], count: int = ROWS) -> Any:
    random = np.random.default_rng(3)
    first = model.layers[0]
    if first.takes_integers:
        return random.integers(0, first.input_dim, (count, *shape))
    return random.normal(0, 2, (count, *shape)).astype(np.float32)


def agree(shape: tuple[int, ...], *things: Thing, spread: float = 0.5) -> bytes:
    """Compare the engine and ONNX Runtime on one network; give its file."""
    model = network(shape, *things, spread=spread)
    for count in (ROWS, 1):  # the number of rows is open
        x = rows(model, shape, count)
        close(values(model, x), model.predict(x))
    return onnx_bytes(run_of(model))[0]


def operators(content: bytes) -> list[str]:
    return [node.op_type for node in onnx.load_from_string(content).graph.node]


@pytest.mark.parametrize(("name", "index"), EXAMPLES)
def test_every_layer_predicts_the_same(name: str, index: int) -> None:
    settings, shape = registered("layer")[name].EXAMPLES[index]
    agree(shape, Thing(name, settings))


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_every_activation_predicts_the_same(activation: dict[str, Any]) -> None:
    agree((3,), Thing("Dense", {"units": 4, "activation": activation}))
    agree((5, 4, 2), Thing("Conv2D", {"filters": 3, "kernel_size": (2, 2), "activation": activation}))
    agree(
        (3, 4),
        Thing("Conv1D", {"filters": 3, "kernel_size": 2}),
        Thing("Activation", {"activation": activation}),
    )


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize("layer", ["SimpleRNN", "GRU", "LSTM"])
def test_recurrent_layers_take_every_activation(layer: str, activation: dict[str, Any]) -> None:
    # Small weights, as some activations grow without bound from step to step.
    agree((4, 2), Thing(layer, {"units": 3, "activation": activation}), spread=0.1)
    if layer != "SimpleRNN":
        both = {"activation": "tanh", "recurrent_activation": activation}
        agree((4, 2), Thing(layer, {"units": 3, "return_sequences": True, **both}), spread=0.1)


@pytest.mark.parametrize("go_backwards", [False, True])
@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("use_bias", [False, True])
@pytest.mark.parametrize("activation", ["tanh", "gelu"])
@pytest.mark.parametrize("layer", ["SimpleRNN", "GRU", "LSTM"])
def test_recurrent_layers_alone_and_from_both_ends(
    layer: str, activation: str, use_bias: bool, return_sequences: bool, go_backwards: bool
) -> None:
    settings = {
        "units": 3,
        "activation": activation,
        "use_bias": use_bias,
        "return_sequences": return_sequences,
        "go_backwards": go_backwards,
    }
    written = agree((5, 2), Thing(layer, settings))
    operator = {"SimpleRNN": "RNN"}.get(layer, layer)
    assert (operator in operators(written)) == (activation == "tanh")
    assert ("Scan" in operators(written)) == (activation == "gelu")
    agree((5, 2), Thing("Bidirectional", {"layer": {"type": layer, **settings}}))


NETWORKS: dict[str, tuple[tuple[int, ...], list[Thing]]] = {
    "a multilayer perceptron": (
        (5,),
        [
            Thing("Dense", {"units": 16, "activation": "relu"}),
            Thing("BatchNormalization"),
            Thing("Dropout", {"rate": 0.3}),
            Thing("Dense", {"units": 8, "activation": "silu"}),
            Thing("LayerNormalization"),
            Thing("GaussianNoise", {"stddev": 0.1}),
            Thing("Dense", {"units": 3, "activation": "softmax"}),
        ],
    ),
    "a convolutional network": (
        (12, 10, 3),
        [
            Thing("ZeroPadding2D", {"padding": (1, 2)}),
            Thing("Conv2D", {"filters": 6, "kernel_size": (3, 3), "padding": "same", "strides": (2, 1)}),
            Thing("BatchNormalization"),
            Thing("ZeroPadding2D", {"padding": (2, 1)}),
            Thing("PReLU"),
            Thing("MaxPooling2D", {"pool_size": (2, 3), "padding": "same"}),
            Thing("LeakyReLU"),
            Thing(
                "Conv2D",
                {"filters": 4, "kernel_size": (2, 2), "activation": "gelu", "dilation_rate": (1, 2)},
            ),
            Thing("LayerNormalization"),
            Thing("AveragePooling2D", {"pool_size": (2, 2), "strides": (1, 1), "padding": "same"}),
            Thing("Activation", {"activation": "softmax"}),
            Thing("MaxPooling2D", {"pool_size": (2, 2), "strides": (1, 1)}),
            Thing("Flatten"),
            Thing("Dense", {"units": 4, "activation": "softmax"}),
        ],
    ),
    "images to their channels": (
        (6, 6, 2),
        [
            Thing("Conv2D", {"filters": 3, "kernel_size": (3, 3), "activation": "softmax"}),
            Thing("BatchNormalization", {"scale": False}),
            Thing("GlobalAveragePooling2D"),
            Thing("Dense", {"units": 1, "activation": "sigmoid"}),
        ],
    ),
    "the largest of images": (
        (6, 6, 2),
        [Thing("Conv2D", {"filters": 3, "kernel_size": (3, 3)}), Thing("GlobalMaxPooling2D")],
    ),
    "images read as series": (
        (6, 4, 2),
        [
            Thing("Conv2D", {"filters": 3, "kernel_size": (2, 2), "padding": "same", "activation": "relu"}),
            Thing("Reshape", {"target_shape": (6, -1)}),
            Thing("LSTM", {"units": 5}),
            Thing("Dense", {"units": 2}),
        ],
    ),
    "convolution along a series": (
        (16, 2),
        [
            Thing("Conv1D", {"filters": 6, "kernel_size": 3, "padding": "same", "activation": "relu"}),
            Thing("MaxPooling1D", {"pool_size": 3, "padding": "same"}),
            Thing("BatchNormalization"),
            Thing("Conv1D", {"filters": 4, "kernel_size": 2, "dilation_rate": 2}),
            Thing("AveragePooling1D", {"pool_size": 2}),
            Thing("PReLU"),
            Thing("GRU", {"units": 3, "return_sequences": True, "go_backwards": True}),
            Thing("GlobalMaxPooling1D"),
            Thing("Dense", {"units": 1}),
        ],
    ),
    "layers of memory": (
        (9, 2),
        [
            Thing("LSTM", {"units": 6, "return_sequences": True}),
            Thing("Bidirectional", {"layer": {"type": "GRU", "units": 4, "return_sequences": True}}),
            Thing("LayerNormalization"),
            Thing("SimpleRNN", {"units": 5, "activation": "mish", "return_sequences": True}),
            Thing("Dropout", {"rate": 0.5}),
            Thing("LSTM", {"units": 3, "recurrent_activation": "hard_sigmoid"}),
            Thing("Dense", {"units": 2}),
        ],
    ),
    "words": (
        (8,),
        [
            Thing("Embedding", {"input_dim": 20, "output_dim": 5}),
            Thing("Bidirectional", {"layer": {"type": "LSTM", "units": 4}}),
            Thing("Dense", {"units": 2, "activation": "softmax"}),
        ],
    ),
    "a number a step": (
        (6, 3),
        [Thing("GRU", {"units": 4, "return_sequences": True}), Thing("Dense", {"units": 1})],
    ),
    "nothing learned": ((4,), [Thing("Dropout", {"rate": 0.5})]),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_whole_networks_predict_the_same(name: str) -> None:
    shape, things = NETWORKS[name]
    agree(shape, *things)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("layer", ["Conv2D", "MaxPooling2D", "AveragePooling2D"])
def test_windows_move_as_in_the_engine(layer: str, padding: str) -> None:
    window = "kernel_size" if layer == "Conv2D" else "pool_size"
    filters = {"filters": 2} if layer == "Conv2D" else {}
    for height, width in ((4, 7), (5, 6), (8, 3)):
        for size in ((1, 1), (2, 3), (3, 2)):
            for strides in ((1, 1), (2, 3), (4, 1)):
                settings = {window: size, "strides": strides, "padding": padding, **filters}
                agree((height, width, 2), Thing(layer, settings))


def test_images_are_turned_once_each_way() -> None:
    conv = Thing("Conv2D", {"filters": 3, "kernel_size": (3, 3), "padding": "same", "activation": "relu"})
    between = [
        Thing("BatchNormalization"),
        Thing("PReLU"),
        Thing("MaxPooling2D"),
        Thing("Dropout", {"rate": 0.5}),
    ]
    written = agree((8, 8, 2), conv, *between, conv, Thing("Flatten"), Thing("Dense", {"units": 2}))
    assert operators(written).count("Transpose") == 2


def test_large_means_do_not_cost_digits() -> None:
    model = network((4,), Thing("BatchNormalization"))
    gamma, beta, _, variance = model.get_weights()
    model.set_weights([gamma, beta, np.full(4, 1000.0), variance])
    x = rows(model, (4,)) + np.float32(1000)
    close(values(model, x), model.predict(x), 1e-6)


def test_a_layer_that_is_not_there_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    class Strange(Dense):
        """A layer nobody has written down."""

    model = Sequential([Input(shape=(2,)), Dense(2), Strange(2)], seed=1)
    model.compile("sgd", "mse")
    model.predict(np.zeros((1, 2), np.float32))
    with pytest.raises(RunError, match=r"cannot hold layer 1 yet: Strange \(strange\)"):
        onnx_bytes(run_of(model))
    model = Sequential([Input(shape=(2,)), Dense(2, activation="tanh")], seed=1)
    model.compile("sgd", "mse")
    model.predict(np.zeros((1, 2), np.float32))
    monkeypatch.setattr(activations, "EMITTERS", {})
    with pytest.raises(RunError, match="the activation tanh"):
        onnx_bytes(run_of(model))


def test_nothing_registered_is_forgotten() -> None:
    kinds: list[type[Layer]] = list(registered("layer").values())
    assert set(kinds) == set(EMITTERS)
    assert {type(find()) for find in registered("activation").values()} == set(activations.EMITTERS)
    assert all(issubclass(kind, Activation) for kind in activations.EMITTERS)


def test_the_same_network_gives_the_same_bytes() -> None:
    shape, things = NETWORKS["a convolutional network"]
    assert agree(shape, *things) == agree(shape, *things)


def test_the_file_is_for_runtimes_of_the_last_years() -> None:
    shape, things = NETWORKS["layers of memory"]
    model = onnx.load_from_string(agree(shape, *things))
    assert model.ir_version == 8
    assert {(one.domain, one.version) for one in model.opset_import} == {("", 17), ("ai.onnx.ml", 3)}
    assert model.producer_name == "nn-tui"
    (given,) = model.graph.input
    sizes = [size.dim_param or size.dim_value for size in given.type.tensor_type.shape.dim]
    assert sizes == ["N", 9, 2]


def test_word_numbers_are_taken_as_whole_numbers() -> None:
    shape, things = NETWORKS["words"]
    model = network(shape, *things)
    content = onnx_bytes(run_of(model))[0]
    assert opened(content).get_inputs()[0].type == "tensor(int64)"
    # Scaled rows are no whole numbers; scaled back they are.
    x = rows(model, shape)
    scaled, _ = onnx_bytes(run_of(model, shift=np.ones(8), scale=np.full(8, 2)))
    assert opened(scaled).get_inputs()[0].type == "tensor(float)"
    close(answers(scaled, {"rows": x * 2.0 + 1})["value"], model.predict(x))
