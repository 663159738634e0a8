"""Addresses are read as the page reads them, and written back."""

import pytest

from nn_tui.errors import SpecError
from nn_tui.experiment.examples import example, names
from nn_tui.experiment.playground import is_address, read_address, write_address
from nn_tui.experiment.sources import open_source
from nn_tui.experiment.spec_file import dumps, loads, set_value
from nn_tui.experiment.validation import problems
from tests.experiment.playground.pages import ALL, SETS, address_of, page

HOME = "https://playground.tensorflow.org/"
WHOLE = (
    f"{HOME}#activation=tanh&regularization=none&batchSize=10&dataset=circle&regDataset=reg-plane"
    "&learningRate=0.03&regularizationRate=0&noise=0&networkShape=4,2&seed=0.12345&showTestData=false"
    "&discretize=false&percTrainData=50&x=true&y=true&xTimesY=false&xSquared=false&ySquared=false"
    "&cosX=false&sinX=false&cosY=false&sinY=false&collectStats=false&problem=classification"
    "&initZero=false&hideText=false"
)
PAGES = [
    *(page(name, noise=35, seed="0.7") for name in SETS),
    page("xor", features=list(ALL), shape=[], percTrainData=70, learningRate=1e-5),
    page("spiral", regularization="L1", regularizationRate=0.001, activation="relu", batchSize=1),
    page("gauss", regularization="L2", regularizationRate=3, activation="linear", shape=[8] * 6),
    page("reg-gauss", initZero=True, activation="sigmoid", features=["sinX"], shape=[1]),
]


def test_an_address_comes_back_as_it_was() -> None:
    assert write_address(read_address(WHOLE).spec) == WHOLE


@pytest.mark.parametrize("settings", PAGES, ids=lambda settings: settings["data"])
def test_an_experiment_written_as_an_address_is_the_same_experiment(settings: dict[str, object]) -> None:
    spec = read_address(address_of(settings)).spec
    assert not problems(spec)
    written = write_address(spec)
    assert read_address(written).spec == spec
    assert write_address(read_address(written).spec) == written
    assert loads(dumps(spec)) == spec


@pytest.mark.parametrize(
    "start", ["", "https://playground.tensorflow.org/", "http://example.org/playground/"]
)
def test_the_part_from_the_hash_on_is_enough(start: str) -> None:
    address = f"{start}#dataset=xor&seed=0.5"
    assert is_address(address)
    assert open_source(address).data.settings == {"points": "xor", "seed": "0.5"}


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("noise=90", "noise must be 0 to 80 percent, got 90: 50 is taken"),
        ("noise=-1", "0 is taken"),
        ("batchSize=0", "batchSize must be a whole number from 1 on, got '0': 10 is taken"),
        ("learningRate=abc", "learningRate must be a number, got 'abc': 0.03 is taken"),
        ("learningRate=NaN", "learningRate must be a finite number"),
        ("percTrainData=100", "percTrainData must be 1 to 99, got '100': 50 is taken"),
        ("networkShape=4,x", "units of hidden layers such as 4,2, got '4,x': 4,2 is taken"),
        ("dataset=moons", "one of circle, xor, gauss, spiral, got 'moons': circle is taken"),
        ("activation=gelu", "one of relu, tanh, sigmoid, linear, got 'gelu': tanh is taken"),
        ("colour=red", "colour is unknown to Playground."),
        ("cosX=true", "cosX does nothing in a Playground page, nor here."),
        ("x=false&y=false", "All features are switched off: x and y are taken."),
        ("showTestData=true&playButton_hide=true", "showTestData, playButton_hide: about the page's looks"),
    ],
)  # fmt: skip
def test_what_is_unknown_or_out_of_range_is_told_and_the_default_taken(part: str, told: str) -> None:
    notes: list[str] = []
    spec = open_source(f"#seed=0.5&{part}", tell=notes.append)
    assert len(notes) == 1 and told in notes[0]
    assert not problems(spec)


def test_without_a_seed_one_is_taken_and_told() -> None:
    notes = read_address(HOME + "#dataset=circle").notes
    assert notes == ("The address has no seed, where a page takes one at random: 0.12345 is taken.",)


def test_an_address_of_something_else_is_refused() -> None:
    with pytest.raises(SpecError, match="no address that stands for an experiment"):
        open_source("https://example.org/data.csv")


@pytest.mark.parametrize("name", names())
def test_examples_are_no_pages_and_say_so_in_a_sentence(name: str) -> None:
    with pytest.raises(
        SpecError, match=r"^No address says this: a page of Playground draws its own points, not .*"
    ):
        write_address(example(name))


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("layers.0.activation", "gelu", "layers.0.activation is gelu"),
        ("layers.1", {"type": "Dropout", "rate": 0.5}, "layer 2 is Dropout"),
        ("layers.1.use_bias", False, "layers.1.use_bias is no"),
        ("compile.optimizer", "Adam", "compile.optimizer.type is Adam, it has PlaygroundSGD"),
        ("compile.loss", "mean_squared_error", "compile.loss"),
        ("compile.dtype", "float32", "compile.dtype"),
        ("fit.shuffle", True, "fit.shuffle is yes, it has no"),
        ("seed", 3, "seed is 3, it has 0"),
        ("data.validation_split", 0.1, "data.validation_split is 0.1"),
    ],
)
def test_what_no_page_can_be_set_to_is_named(path: str, value: object, told: str) -> None:
    spec = set_value(read_address(WHOLE).spec, path, value)
    with pytest.raises(SpecError, match=told):
        write_address(spec)


def test_name_epochs_and_metrics_do_not_count() -> None:
    spec = read_address(WHOLE).spec
    for path, value in (("name", "mine"), ("fit.epochs", 7), ("compile.metrics", [])):
        spec = set_value(spec, path, value)
    assert write_address(spec) == WHOLE
