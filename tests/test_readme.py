"""What the README promises is what the program does."""

import re
from pathlib import Path

from nn_tui.cli import COMMANDS, main
from nn_tui.experiment.examples import example
from nn_tui.experiment.spec_file import loads
from nn_tui.tui.actions import key_table

README = Path(__file__).parent.parent / "README.md"


def test_the_keys_are_those_of_the_program() -> None:
    text = README.read_text(encoding="utf-8")
    told = text.split("<!-- keys -->\n")[1].split("\n<!-- /keys -->")[0]
    assert told == key_table()


def test_every_command_is_named() -> None:
    text = README.read_text(encoding="utf-8")
    for name in COMMANDS:
        assert name == "open" or f"nn-tui {name}" in text


def test_the_spec_in_it_is_one() -> None:
    toml = README.read_text(encoding="utf-8").split("A whole spec file:\n\n```toml\n")[1].split("```")[0]
    spec = loads(toml)
    assert spec.name == "clinical-trial" and spec.data == example("clinical-trial").data


def test_every_picture_is_there() -> None:
    for name in re.findall(r"\((screenshots/[^)]+)\)", README.read_text(encoding="utf-8")):
        assert (README.parent / name).exists()


def test_the_help_is_short() -> None:
    try:
        main(["--help"])
    except SystemExit as end:
        assert end.code == 0
