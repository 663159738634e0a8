"""An experiment as one line: read, written, and back to the same experiment."""

from typing import Any

import pytest

from nn_tui.declare import registered
from nn_tui.errors import SpecError
from nn_tui.experiment.document import register_everything, to_document
from nn_tui.experiment.examples import example, names
from nn_tui.experiment.line import read_line
from nn_tui.experiment.line.layers import SHORT, layer_word, read_layer
from nn_tui.experiment.line.words import Word
from nn_tui.experiment.playground import read_address
from nn_tui.experiment.sources import line_of, open_source
from nn_tui.experiment.spec import Spec, StartSpec, Thing
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.validation import problems

register_everything()


def stack(spec: Spec) -> list[dict[str, Any]]:
    return list(to_document(spec)["layers"])


def dense(units: int, activation: str | None = None) -> dict[str, Any]:
    return {"type": "Dense", "units": units, **({"activation": activation} if activation else {})}


@pytest.mark.parametrize("name", names())
def test_every_example_is_the_same_after_its_line(name: str) -> None:
    line = line_of(example(name))
    assert line.left_out == () and line.text.split()[0] == name
    assert open_source(line.text) == example(name)
    assert line_of(open_source(line.text)) == line


def test_the_line_of_the_circle_can_be_written_on_a_board() -> None:
    assert line_of(example("circle")).text == "circle 4t-2t lr=.03"


LINES = [
    "circle 16r-32r sgd lr=.1 momentum=.9 nesterov=yes batch=32",
    "spiral noise=.2 rows=300 data.seed=3 scale=minmax val=.1 8t-8t-8t lr=.01 loss=bce seed=1",
    "digits conv32x3r-pool2-conv64x3x5(padding=same)-avgpool2-flatten-drop.5-bn l2=.01 lr=.001 epochs=5",
    "xor 4t lr=CosineDecay(initial_learning_rate=.1) beta_1=.8 metrics=acc,auc(num_thresholds=50)"
    " EarlyStopping(patience=3) loss=hinge",
    "co2 bilstm16-drop.2-gru8(return_sequences)-gap1d lr=.001 callbacks=none",
    'penguins target=species features=island,"bill length" data.columns.year=ignore 16r lr=.002',
    'formula expression="y > sin(x)" 8t lr=.002 shuffle=no dtype=float64 leftovers=carry measure=after',
    "circle 8r(kernel_initializer=he_normal)-3(activation=leaky_relu(negative_slope=.3),use_bias=no) lr=.3",
    "iris 8r-3s. sgd",
    "playground points=xor x_squared=yes 8r-4r lr=.1 regularization=L1 regularization_rate=.001",
    "playground 8r(kernel_initializer=default,bias_initializer=default)-4r lr=.03",
    "plane 4t l1=.01 lr=.01 name=mine",
]


@pytest.mark.parametrize("text", LINES)
def test_a_line_is_the_same_after_its_experiment(text: str) -> None:
    spec = open_source(text)
    line = line_of(spec)
    assert line.left_out == ()
    assert open_source(line.text) == spec
    assert sorted(line.text.split()) == sorted(text.split())


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ("circle 4t-2t lr=.03", [dense(4, "tanh"), dense(2, "tanh"), dense(2, "softmax")]),
        ("circle 16relu-2softmax", [dense(16, "relu"), dense(2, "softmax")]),
        ("circle 3s loss=bce", [dense(3, "sigmoid"), dense(1, "sigmoid")]),
        ("circle hinge", [dense(4, "tanh"), dense(2, "tanh"), dense(1, "tanh")]),
        ("circle 3r-2s.", [dense(3, "relu"), dense(2, "sigmoid")]),
        ("plane 8l", [dense(8, "linear"), dense(1, "linear")]),
        ("plane 8r-1", [dense(8, "relu"), dense(1)]),
        ("iris Dropout(rate=.1)-7", [{"type": "Dropout", "rate": 0.1}, dense(7), dense(3, "softmax")]),
    ],
)
def test_the_output_follows_from_the_data_and_the_loss_where_it_is_left_out(
    text: str, layers: list[dict[str, Any]]
) -> None:
    spec = open_source(text)
    assert stack(spec) == layers
    assert not problems(spec)


def test_what_a_line_does_not_say_is_as_in_the_experiment_of_its_first_word() -> None:
    spec, base = open_source("circle lr=.1 noise=20 test=30% epochs=7"), example("circle")
    expected = {"data.noise": 0.2, "data.test_split": 0.3, "fit.epochs": 7}
    for path, value in {**expected, "compile.optimizer.learning_rate": 0.1}.items():
        base = set_value(base, path, value)
    assert spec == base


def test_another_optimizer_takes_nothing_over() -> None:
    assert open_source("circle sgd").compile.optimizer == Thing("SGD")
    assert open_source("circle adam(beta_1=.5)").compile.optimizer == Thing(
        "Adam", {"learning_rate": 0.03, "beta_1": 0.5}
    )


def test_a_page_of_playground_is_said_in_a_line_too() -> None:
    spec = read_address("#dataset=xor&seed=0.7&networkShape=8,4&activation=relu&regularization=L2").spec
    text = line_of(spec).text
    assert text == "playground points=xor data.seed=0.7 8r-4r lr=.03 regularization=L2"
    assert open_source(text) == spec


EXAMPLES = [
    ({"type": name, **settings}, index)
    for name, layer in registered("layer").items()
    for index, (settings, _) in enumerate(layer.EXAMPLES)
]


@pytest.mark.parametrize(("layer", "index"), EXAMPLES, ids=lambda value: getattr(value, "get", str)("type"))
def test_every_layer_can_be_said(layer: dict[str, Any], index: int) -> None:
    spec = set_value(example("circle"), "layers", [layer, dense(2, "softmax")])
    word = layer_word(to_document(spec)["layers"][0])
    again = set_value(spec, "layers", [read_layer(Word(word, word, 0)), dense(2, "softmax")])
    assert again == spec, word


def test_short_names_of_layers_are_names_of_layers() -> None:
    assert set(SHORT.values()) <= set(registered("layer"))


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        ("circle 4q", "circle 4[q]", "An activation is t tanh, r relu, s sigmoid, l linear"),
        ("circle 4t-dens lr=1", "circle 4t-[dens] lr=1", "Expected a number of units"),
        ("circle 4t foo=3", "circle 4t [foo]=3", "Settings are lr, loss"),
        ("circle 4t epohcs=3", "[epohcs]=3", "Did you mean 'epochs'"),
        ("circle 4t lr=abc", "lr=[abc]", "is a number, or a schedule"),
        ("circle 4t batch=0", "circle 4t [batch=0]: fit.batch_size must be at least 1, got 0", "1 or more"),
        ("circle 4t batch=x", "batch=[x]", "a whole number"),
        ("circle 4t shuffle=maybe", "shuffle=[maybe]", "yes or no"),
        ("circle 4t scale=big", "scale=[big]", "one of none, minmax, standard"),
        ("circle 4t noise=.9", "[noise=.9]: circle: 'noise' must be at most 0.5, got 0.9", ""),
        ("circle 4t noise=500", "[noise=500]: circle: 'noise' must be at most 0.5, got 500", ""),
        ("circle 4t loss=hing", "loss=[hing]", "Did you mean 'hinge'"),
        ("circle 4t 2t", "circle 4t [2t]", "There is a stack already"),
        ("circle adam(beta1=1)", "adam([beta1]=1)", "Did you mean 'beta_1'"),
        ("circle 4t(", "circle 4t[(]", "must be closed"),
        ("circle 4t)", "circle 4t[)]", "never opened"),
        ("circle conv3", "[conv3]: Conv2D: 'kernel_size' is missing", ""),
        ("circle flatten3", "flatten[3]", "Flatten takes no numbers"),
        ("circl 4t", "[circl] 4t", "Did you mean 'circle'"),
        ("4t-2t lr=.1", "[4t-2t] lr=.1", "A line begins with data"),
        ("circle \x1b[31m4t", r"\x1b[31m4t", ""),
    ],
)
def test_a_word_that_is_not_understood_is_marked(text: str, marked: str, expected: str) -> None:
    with pytest.raises(SpecError) as caught:
        open_source(text)
    assert marked in caught.value.message and expected in caught.value.remedy
    assert str(caught.value).isprintable()


def test_what_a_line_cannot_say_is_told() -> None:
    spec = Spec(**{**vars(example("circle")), "start": StartSpec("abc", "a run")})
    line = line_of(spec)
    assert line.told == "The line leaves out: start.weights, start.of."
    many = set_value(
        example("circle"), "data", {"source": "points", "placed": [1.5, 2.5, 0, 3, 3, 1] * 400}
    )
    assert "too long" in line_of(many).told


def test_a_line_of_ones_own_data_begins_with_their_path(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    rows = "\n".join(f"{n},{n * n % 7},{'yes' if n % 3 else 'no'}" for n in range(90))
    (tmp_path / "my own.csv").write_text(f"a,b,label\n{rows}\n")
    spec = open_source('"my own.csv" 8r-drop.2 lr=.01 features=a')
    assert spec.data.source == "my own.csv" and spec.data.features == ("a",)
    line = line_of(spec)
    assert line.text.startswith('"my own.csv" features=a 8r-drop.2')
    assert open_source(line.text) == spec and not problems(spec)


def test_a_line_needs_no_files() -> None:
    asked: list[str] = []

    def open_base(source: str) -> Spec:
        asked.append(source)
        return example("circle")

    assert read_line("anything 3t", open_base).layers[0] == Thing(
        "Dense", {"units": 3, "activation": "tanh"}
    )
    assert asked == ["anything"]
