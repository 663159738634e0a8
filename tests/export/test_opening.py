"""Whatever may be named as SOURCE is opened by one function."""

from pathlib import Path

import pytest

from nn_tui.cli import main
from nn_tui.errors import SpecError
from nn_tui.experiment.examples import example
from nn_tui.experiment.spec_file import save
from nn_tui.export.opening import open_anything


def test_an_example_and_a_spec_file_are_opened_as_they_are(tmp_path: Path) -> None:
    assert open_anything("spiral").spec == example("spiral")
    save(example("spiral"), tmp_path / "mine.toml")
    opened = open_anything(str(tmp_path / "mine.toml"))
    assert opened.spec == example("spiral") and opened.told == ""


def test_for_data_a_network_is_proposed_and_the_reason_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("age,kind\n" + "\n".join(f"{age},{'ab'[age % 2]}" for age in range(40)))
    opened = open_anything(str(file))
    assert opened.spec.data.source == str(file) and "classes ask for softmax" in opened.told
    assert main(["summary", str(file)]) == 0
    assert "classes ask for softmax" in capsys.readouterr().err


def test_what_is_neither_is_told_with_the_nearest_name() -> None:
    with pytest.raises(SpecError, match="Did you mean 'spiral'"):
        open_anything("spirl")


@pytest.mark.parametrize("end", ["", ".csv", ".toml", ".npz", ".py", ".keras", ".nntui", "/a", " 8r-2s"])
@pytest.mark.parametrize("command", ["summary", "evaluate"])
def test_a_name_too_long_for_any_file_is_told_as_one_that_is_not_there(
    end: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "x" * 3000 + end]) in (1, 2)
    told = capsys.readouterr().err
    assert "Errno" not in told and "Traceback" not in told
