"""What keeps a spec from being trained, found before training."""

from typing import Any

import pytest

from nn_tui.experiment.examples import example
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.validation import problems


@pytest.mark.parametrize("name", ["/tmp/log.csv", "../log.csv", "logs/../../log.csv"])
def test_a_spec_writes_only_below_the_working_folder(name: str) -> None:
    spec = set_value(example("xor"), "fit.callbacks", [{"type": "CSVLogger", "filename": name}])
    (found,) = problems(spec)
    assert found.path == "fit.callbacks.0.filename"
    assert "below the working folder" in found.message


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (
            "compile.optimizer.learning_rate",
            {"type": "PiecewiseConstantDecay", "boundaries": [1, 2], "values": [0.1]},
            "compile.optimizer",
        ),
        ("fit.callbacks", [{"type": "CSVLogger", "separator": "ab"}], "fit.callbacks.0"),
    ],
)
def test_settings_that_do_not_fit_each_other_are_found_at_their_place(
    path: str, value: Any, where: str
) -> None:
    (found,) = problems(set_value(example("xor"), path, value))
    assert found.path == where
