"""What is written is text and newlines, whatever stands in names."""

from __future__ import annotations

import io

from nn_tui.plain.voice import Voice, spoken


def test_no_control_character_is_written() -> None:
    stream = io.StringIO()
    Voice(stream).say("a class \x1b[31mred\x1b[0m", "two\rparts\x07 and a\ttab", "first\nsecond")
    told = [r"a class \x1b[31mred\x1b[0m", r"two\rparts\x07 and a\ttab", r"first\nsecond"]
    assert stream.getvalue().splitlines() == told


def test_ascii_is_written_where_the_locale_asks_for_it() -> None:
    assert spoken("café ▁▂ Zürich", ascii_only=True) == "cafe ?? Zurich"
    assert spoken("café", ascii_only=False) == "café"


def test_the_bell_rings_only_when_it_is_on() -> None:
    stream = io.StringIO()
    voice = Voice(stream)
    voice.ring()
    assert stream.getvalue() == ""
    voice.rings = True
    voice.ring()
    assert stream.getvalue() == "\a"
