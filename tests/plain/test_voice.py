"""What is written is text and newlines, whatever stands in names."""

from __future__ import annotations

import io

from nn_tui.plain.voice import Voice, clean


def test_no_control_character_is_written() -> None:
    stream = io.StringIO()
    Voice(stream).say("a class \x1b[31mred\x1b[0m", "two\rparts\x07 and a\ttab", "first\nsecond")
    written = stream.getvalue()
    assert written.endswith("tab\nfirst\nsecond\n") and "a class ?[31mred?[0m\n" in written
    assert all(letter == "\n" or letter.isprintable() for letter in written)


def test_ascii_is_written_where_the_locale_asks_for_it() -> None:
    assert clean("café ▁▂ Zürich", ascii_only=True) == "cafe ?? Zurich"
    assert clean("café", ascii_only=False) == "café"


def test_the_bell_rings_only_when_it_is_on() -> None:
    stream = io.StringIO()
    voice = Voice(stream)
    voice.ring()
    assert stream.getvalue() == ""
    voice.rings = True
    voice.ring()
    assert stream.getvalue() == "\a"
