"""The session in the guide is one that the program gives."""

from __future__ import annotations

import re

import pytest

from nn_tui.experiment.examples import example
from nn_tui.guide.pages import FOLDER
from tests.plain.typist import session

pytestmark = pytest.mark.numeric


def without_numbers(text: str) -> str:
    """Leave numbers out, which differ in their last digits from machine to machine, and names of runs."""
    return re.sub(r"\d+(\.\d+)?", "#", re.sub(r"Saved as run \S+\.", "Saved as run ID.", text))


def test_the_session_in_the_guide_is_what_is_told() -> None:
    page = (FOLDER / "plain.md").read_text(encoding="utf-8")
    shown = page.split("<!-- plain -->\n```\n")[1].split("```")[0]
    typed = [line.removeprefix("> ") for line in shown.splitlines() if line.startswith("> ")]
    told = session(example("circle"), typed)
    # As sets: a machine that is busy looks at the run, and tells of it, at other moments.
    assert set(without_numbers(shown).splitlines()) <= set(without_numbers(told).splitlines())
    assert len(typed) > 5 and len(shown.splitlines()) > 20
