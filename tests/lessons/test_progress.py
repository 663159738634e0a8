"""What is kept of the course: whole files, damaged files, several windows; the language."""

from __future__ import annotations

from pathlib import Path

import pytest

from nn_tui.errors import RunError, UsageError
from nn_tui.lessons.language import asked_language, language_for, next_language
from nn_tui.lessons.listing import entries, list_lines, next_lesson
from nn_tui.lessons.progress import FILE, keep_progress, read_progress
from nn_tui.lessons.shelf import name_of, names, outline


def test_what_is_done_is_kept_and_adds_up(home: Path) -> None:
    keep_progress("03-networks", "look")
    keep_progress("03-networks", "train")
    keep_progress(language="zh")
    progress = read_progress()
    assert progress.of("03-networks") == {"look", "train"} and progress.language == "zh"
    assert (home / FILE).read_text().endswith("\n")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1]",
        b"\xff\xfe",
        b'{"done": 3, "language": 4}',
        b'{"done": {"a": 3, "b": [1, "x"]}}',
        b"[" * 99999,
    ],
)
def test_a_damaged_file_is_no_fault_and_is_written_anew(home: Path, content: bytes) -> None:
    (home / FILE).write_bytes(content)
    progress = read_progress()
    assert progress.of("a") == frozenset() and progress.language == ""
    assert keep_progress("a", "t").of("a") == {"t"}
    assert read_progress().of("a") == {"t"}


def test_a_folder_that_cannot_be_written_is_said(home: Path) -> None:
    (home / FILE).mkdir()
    with pytest.raises(RunError, match="cannot be written"):
        keep_progress("a", "t")


def test_the_next_lesson_is_the_first_that_is_not_finished() -> None:
    first, second = names()[:2]
    assert next_lesson(read_progress()) == first
    for task in outline(first).tasks:
        keep_progress(first, task.name)
    assert next_lesson(read_progress()) == second
    assert entries("en", read_progress())[0].finished


def test_the_list_says_what_is_done_and_stands_in_columns() -> None:
    first = names()[0]
    for task in outline(first).tasks:
        keep_progress(first, task.name)
    lines = list_lines("en", read_progress())
    assert len(lines) == len(names())
    assert lines[0].endswith("done") and "0/" in lines[1]
    assert list_lines("zh", read_progress())[0].endswith("完成")


def test_a_lesson_that_is_not_there_is_said_with_those_that_are() -> None:
    assert name_of(3) == "03-networks"
    with pytest.raises(UsageError, match="There is no lesson 99"):
        name_of(99)


def test_the_language_is_the_chosen_one_else_the_locales_else_english() -> None:
    assert language_for("zh", {"LANG": "de_DE.UTF-8"}) == "zh"
    assert language_for("", {"LANG": "zh_CN.UTF-8"}) == "zh"
    assert language_for("", {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}) == "en"
    assert language_for("xx", {}) == "en"
    assert next_language("en") == "zh" and next_language("zh") == "en"
    with pytest.raises(UsageError, match="no lessons in 'fr'"):
        asked_language("fr")
