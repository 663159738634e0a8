"""The list of commands: each once, each explained, mistakes answered with the nearest."""

from __future__ import annotations

import pytest

from nn_tui.declare import sentence
from nn_tui.errors import UsageError
from nn_tui.plain import verbs  # noqa: F401  # imported for their registrations
from nn_tui.plain.verbs.verb import VERBS, verb, verb_named, whole_number
from nn_tui.tui.actions import action_named

ASKED_FOR = (
    "train pause step epoch reset seed set show add remove move undo redo open save status curve diagnose "
    "until runs resume predict evaluate confusion weights examples data pace rate export quit help say "
    "bell remedy"
)


def test_every_command_is_there_with_a_sentence_and_a_short_form_of_its_own() -> None:
    assert set(ASKED_FOR.split()) <= set(VERBS)
    shorts = [one.short for one in VERBS.values()]
    assert len(set(shorts)) == len(shorts) and not set(shorts) & set(VERBS)
    for one in VERBS.values():
        assert sentence(one.run).endswith("."), one.name
        assert verb_named(one.short) is verb_named(one.name.upper()) is one
        assert one.help[0].startswith(one.name) and len(one.line) < 130


@pytest.mark.parametrize(
    ("command", "action"),
    [
        ("reset", "reset"),
        ("undo", "undo"),
        ("redo", "redo"),
        ("epoch", "run_epoch"),
        ("back", "step_back"),
        ("until", "break_at"),
        ("seed", "new_seed"),
    ],
)
def test_what_means_the_same_as_in_the_app_is_said_in_the_same_words(command: str, action: str) -> None:
    known = action_named(action)
    assert known is not None and sentence(VERBS[command].run) == known.sentence


@pytest.mark.parametrize(
    ("word", "near"), [("trian", "train"), ("eval", "evaluate"), ("stauts", "status"), ("xyzzy", "help")]
)
def test_an_unknown_command_is_answered_with_the_nearest(word: str, near: str) -> None:
    with pytest.raises(UsageError, match=near):
        verb_named(word)


def test_a_name_is_not_taken_twice() -> None:
    def train(shell: object, words: object) -> None:
        """Train."""

    with pytest.raises(ValueError, match="registered twice"):
        verb("Train", "zz")(train)
    assert "zz" not in {one.short for one in VERBS.values()}


@pytest.mark.parametrize("word", ["0", "-3", "two", "1e3", "99999999999"])
def test_what_is_no_count_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match="The seed must be"):
        whole_number(word, "The seed")
