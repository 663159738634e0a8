"""The README is short, and what it shows is there."""

from __future__ import annotations

import re
from pathlib import Path

from nn_tui.guide.pages import NAMES
from nn_tui.lessons.shelf import names
from nn_tui.tui.actions import ACTIONS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 150


def test_every_page_of_the_guide_is_linked() -> None:
    for name in NAMES:
        assert f"(nn_tui/guide/{name}.md" in README, name


def test_its_keys_are_keys_of_the_program() -> None:
    table = README.split("## Ten keys")[1].split("[All keys]")[0]
    keys = [key for row in table.splitlines()[4:] for key in re.findall(r"`([^`]+)`", row.split(" | ")[0])]
    shown = {key for action in ACTIONS for key in action.keys_shown.split(" ")}
    assert len(keys) >= 10 and set(keys) <= shown


def test_it_counts_the_lessons_there_are() -> None:
    assert f"{len(names())} lessons" in README


def test_the_command_that_continuous_integration_reads_is_there() -> None:
    command = README.split("<!-- test -->\n```bash\n")[1].splitlines()[0]
    assert command.startswith("python3 -m venv ") and command.endswith("pytest -q")
