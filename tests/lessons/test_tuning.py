"""The numbers of fine-tuning are those of the program's own way to take weights."""

from pathlib import Path

import pytest

from nn_tui.experiment.finetuning import TrainedNetwork, with_weights
from nn_tui.experiment.session import Session
from nn_tui.experiment.start import weights_of
from nn_tui.lessons.numbers import numbers_of
from nn_tui.lessons.shelf import preset

LESSON = "25-fine-tuning"


@pytest.mark.parametrize(("name", "freeze"), [("tuned", False), ("frozen", True)])
def test_the_text_says_what_the_bench_does(
    name: str, freeze: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NN_TUI_HOME", str(tmp_path))
    many, few = preset(LESSON), preset(LESSON, "few")
    donor = Session(many)
    for _ in donor.steps():
        pass
    weights = weights_of(many.layers, donor.model)
    network = TrainedNetwork(many.name, donor.data.input_shape, many.layers, many.compile, weights)
    session = Session(with_weights(few, network, freeze=freeze))
    for _ in session.steps():
        pass
    told = numbers_of(LESSON)[name]
    assert told.curves["loss"][-1] == session.last_epoch()["loss"]
    assert told.test["accuracy"] > numbers_of(LESSON)["other_trained"]["few"].test["accuracy"] + 0.2
