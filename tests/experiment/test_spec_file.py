"""A spec goes to TOML and comes back; what is wrong is named with its place."""

from pathlib import Path

import pytest

from nn_tui.errors import SpecError
from nn_tui.experiment.examples import examples, names
from nn_tui.experiment.spec_file import dumps, line_of, load, loads, parse_assignment, set_value
from tests.experiment.specs import TEXT, small


def test_a_spec_survives_being_written_and_read() -> None:
    assert loads(dumps(small())) == small()


@pytest.mark.parametrize("name", names())
def test_every_example_survives_being_written_and_read(name: str) -> None:
    spec = examples()[name]
    assert spec.name == name
    assert loads(dumps(spec)) == spec


def test_a_regularizer_in_a_layer_survives() -> None:
    spec = set_value(small(), "layers.0.kernel_regularizer", {"type": "L2", "l2": 0.02})
    assert loads(dumps(spec)) == spec


@pytest.mark.parametrize(
    ("old", "new", "message", "remedy"),
    [
        ("units = 6", "unit = 6", "line 13: Dense has no setting 'unit'.", "'units'"),
        ("units = 6", "units = 0", "line 13: Dense: 'units' must be at least 1", "layers.0.units"),
        ("units = 6", 'units = "six"', "line 13: Dense: 'units' must be a whole number", ""),
        ('"relu"', '"relo"', "There is no activation named 'relo'", "'relu'"),
        ('type = "Dropout"', 'type = "Droput"', "no layer named 'Droput'", "'Dropout'"),
        ("batch_size = 8", "batch_size = 0", "line 34: fit.batch_size must be at least 1", ""),
        ("epochs = 4", "epoch = 4", "line 35: [fit] has no setting 'epoch'.", "'epochs'"),
        ('"Adam"', '"Adan"', "line 30: There is no optimizer named 'Adan'.", "'Adam'"),
        ("learning_rate = 0.01", "learning_rate = -1", "'learning_rate' must be", ""),
        ('"circle"', '"cirle"', "'cirle'", "'circle'"),
        ("rows = 120", "row = 120", "line 7: circle has no setting 'row'.", "'rows'"),
        ("rows = 120", "rows = 0", "line 7: circle: 'rows' must be at least", ""),
        ("validation_split = 0.2", "validation_split = 1.2", "line 9: data.validation_split", ""),
        ("[fit]", "[fitt]", "The spec has no setting 'fitt'.", "'fit'"),
        ("seed = 3", "seed = -3", "line 3: seed must be at least 0", ""),
        ("seed = 3", "seed = ", "not valid TOML", ""),
        ('["accuracy"]', '"accuracy"', "metrics must be a list", ""),
        ('["accuracy"]', '["acuracy"]', "no metric named 'acuracy'", "'accuracy'"),
    ],
)
def test_a_fault_is_named_with_its_place(old: str, new: str, message: str, remedy: str) -> None:
    assert old in TEXT
    with pytest.raises(SpecError) as caught:
        from nn_tui.experiment.validation import require_valid

        require_valid(loads(TEXT.replace(old, new, 1)))
    assert message in caught.value.message
    assert remedy in caught.value.remedy
    assert caught.value.exit_status == 2


def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="cannot be read"):
        load(tmp_path / "absent.toml")
    (tmp_path / "latin.toml").write_bytes(b"name = '\xe9'")
    with pytest.raises(SpecError, match="not UTF-8"):
        load(tmp_path / "latin.toml")
    (tmp_path / "deep.toml").write_text("a = " + "[" * 5000 + "]" * 5000)
    with pytest.raises(SpecError):
        load(tmp_path / "deep.toml")


def test_one_value_is_set_by_its_path() -> None:
    assert set_value(small(), "layers.0.units", 9).layers[0].get("units") == 9
    assert set_value(small(), "compile.optimizer.learning_rate", 1).compile.optimizer.get(
        "learning_rate"
    ) == pytest.approx(1.0)
    assert set_value(small(), "data.validation_split", 0).data.validation_split == 0
    assert set_value(small(), "layers.0.activation", None).layers[0].settings == {"units": 6}


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("layers.9.units", "layers.9 does not exist. There are 0 to 2."),
        ("layer.0.units", "The spec has no 'layer'. Did you mean 'layers'?"),
        ("compile.optimiser.learning_rate", "Did you mean 'optimizer'?"),
        ("compile.optimizer.lr", "Adam has no setting 'lr'."),
        ("fit.batch_size.x", "leads nowhere"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(path: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        set_value(small(), path, 1)
    assert message in str(caught.value)


def test_assignments_are_read_as_toml_or_text() -> None:
    assert parse_assignment("fit.epochs=3") == ("fit.epochs", 3)
    assert parse_assignment("layers.0.activation=tanh") == ("layers.0.activation", "tanh")
    assert parse_assignment("fit.shuffle=False") == ("fit.shuffle", False)
    assert parse_assignment("a = [1, 2]") == ("a", [1, 2])
    with pytest.raises(SpecError, match="KEY=VALUE"):
        parse_assignment("fit.epochs")


def test_the_line_of_a_path_is_found() -> None:
    lines = TEXT.splitlines()
    assert lines[line_of(TEXT, "layers.2.units") - 1] == "units = 2"
    assert lines[line_of(TEXT, "compile.optimizer.learning_rate") - 1] == "learning_rate = 0.01"
    assert lines[line_of(TEXT, "layers.1.seed") - 1] == "[[layers]]"
    assert line_of(TEXT, "nothing.here") == 0


def test_class_weights_are_written_and_read() -> None:
    spec = set_value(small(), "fit.class_weight", "balanced")
    assert spec.fit.class_weight == "balanced" and loads(dumps(spec)) == spec
    assert "class_weight" not in dumps(small())
    with pytest.raises(SpecError, match="class_weight"):
        set_value(small(), "fit.class_weight", "heavy")
