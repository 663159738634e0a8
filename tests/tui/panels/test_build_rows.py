"""What the build panel lists."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nn_tui.experiment.checkup import check_up
from nn_tui.experiment.examples import example
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.validation import Problem
from nn_tui.tui.panels.build_rows import place_of, problem_words, rows


def test_the_list_says_shapes_and_parameters(spec: Spec) -> None:
    listed = {row.left: row for row in rows(spec, check_up(spec))}
    assert listed["0 Input"].right.split() == ["(1,)"]
    assert listed["2 Dense 32 relu"].right.split() == ["(32,)", "544"]
    assert listed["clinical-trial"].right == "age -> 2 classes"
    assert listed["clinical-trial"].below == "1,890 train, 210 val, 420 test"


def test_before_the_data_are_read_the_list_is_there_without_shapes(spec: Spec) -> None:
    assert [row.path for row in rows(spec, None) if row.path] == [
        "data",
        "layers.0",
        "layers.1",
        "layers.2",
        "layers",
        "compile.loss",
        "compile.optimizer",
        "compile.metrics",
        "fit",
        "fit.callbacks",
    ]


def test_a_problem_stands_at_its_place(spec: Spec) -> None:
    short = replace(spec, layers=spec.layers[:-1])
    wrong = [row for row in rows(short, check_up(short)) if row.messages]
    assert [row.path for row in wrong] == ["layers.1"]


def test_a_path_belongs_to_the_nearest_row() -> None:
    places = ["data", "layers.1", "layers.10", "layers", "compile.loss", "fit"]
    assert place_of("layers.10.units", places) == "layers.10"
    assert place_of("layers.1.units", places) == "layers.1"
    assert place_of("compile.loss.from_logits", places) == "compile.loss"
    assert place_of("seed", places) == "fit"


def test_at_its_place_a_problem_needs_no_path() -> None:
    told = problem_words(Problem("layers.2.units", "Too few.", "Set layers.2.units to 2."))
    assert told == "Too few. Set units to 2."
    told = problem_words(Problem("data.source", "No rows.", "Without the screen: --set data.source=FILE."))
    assert told == "No rows. Without the screen: --set data.source=FILE."


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("/home/someone/a long way/people.csv", "/home/someone/a long way/people.csv"),
        ("/home/someone/data/people.csv", "people.csv"),
        ("pictures/cats/", "cats"),
        ("iris", "iris"),
        ("SELECT a/b FROM people", "SELECT a/b FROM people"),
        ("https://example.org/people.csv", "https://example.org/people.csv"),
    ],
)
def test_data_are_called_by_the_end_of_their_path(source: str, said: str) -> None:
    spec = example("iris")
    spec = replace(spec, data=replace(spec.data, source=source))
    assert rows(spec, None)[1].left == said
