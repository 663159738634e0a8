"""Every key that a terminal sends arrives, in whatever pieces and however close to others."""

from __future__ import annotations

import pytest
from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.message import Message

from nn_tui.tui.key_stream import KeyStream


def written(found: list[Message]) -> list[str]:
    return [one.key if isinstance(one, events.Key) else repr(one) for one in found]


def read(text: str) -> list[str]:
    stream = KeyStream()
    return written([*stream.feed(text), *stream.tick()])


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("\x1b5", "escape 5"),
        ("\x1bb", "escape b"),
        ("\x1b\r", "escape enter"),
        ("\x1b\t9", "escape tab 9"),
        ("\x1b]", "escape right_square_bracket"),
        ("\x1b[", "escape left_square_bracket"),
        ("\x1b[]", "escape left_square_bracket right_square_bracket"),
        ("\x1b[5t", "escape left_square_bracket 5 t"),
        ("\x1bO", "escape O"),
        ("\x1bt\x1b[A5", "escape t up 5"),
        ("\x1bO\x1b[A", "escape O up"),
        ("\x1b\x1b\x1b", "escape escape escape"),
        ("\x1b\x1b[B", "escape down"),
        ("\x1b[27u5", "escape 5"),
        ("\x1b5 6\t7", "escape 5 space 6 tab 7"),
        ("9\tt\x1b", "9 tab t escape"),
        ("\x1b[M", "escape left_square_bracket M"),
        ("\x1b[?1;2cq", "q"),
    ],
)
def test_escape_and_the_keys_after_it_are_keys_of_their_own(text: str, keys: str) -> None:
    assert read(text) == keys.split()


def test_what_is_a_sequence_is_read_as_textual_reads_it() -> None:
    for sequence in ANSI_SEQUENCES_KEYS:
        if sequence.startswith(("\x1b[", "\x1bO")) or len(sequence) == 1 != sequence.count("\x1b"):
            assert read(sequence) == written(list(XTermParser().feed(sequence))), repr(sequence)


@pytest.mark.parametrize(
    "text",
    [
        "a\x1b[A\x1b[15~b",
        "\x1b5\x1b[<0;5;6M\x1b[<0;5;6mx",
        "\x1b[?2026;2$yq",
        "\x1b[200~a\x1b[Ab\x1b[201~c",
    ],
)
def test_the_pieces_it_comes_in_make_no_difference(text: str) -> None:
    stream = KeyStream()
    assert written([found for letter in text for found in stream.feed(letter)]) == read(text)


def test_codes_in_what_is_pasted_are_no_keys() -> None:
    stream = KeyStream()
    (pasted,) = stream.feed("\x1b[200~a\x1b[31mb\x1b5\rc\x00\x1b[201~")
    assert isinstance(pasted, events.Paste) and pasted.text == "a\x1b[31mb\x1b5\rc"
    assert not [*stream.feed("\x1b[200~rm -r"), *stream.tick()]  # its end is still to come


def test_a_report_that_comes_slowly_is_no_key() -> None:
    stream = KeyStream()
    assert not [*stream.feed("\x1b[<0;5"), *stream.tick()]
    assert written(list(stream.feed(";6Mq")))[1:] == ["q"]
