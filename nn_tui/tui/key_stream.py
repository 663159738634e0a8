"""`KeyStream`: what a terminal sends, as keys, clicks and pastes.

Textual's parser takes an escape key that others follow at once for the beginning of a sequence: `esc 5` in
one piece, as a slow line delivers it, becomes an infinity sign, `esc enter` only enter. Here only what is
a sequence of a terminal goes to that parser as one; everything else is keys, one after another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

ESC = "\x1b"
PASTE_BEGIN, PASTE_END = "\x1b[200~", "\x1b[201~"
_SEQUENCE = re.compile(r"\x1b(?:\[\[[A-E]|\[[<=>?]?[\d;:-]*[@-Z^-~]|\[\?[\d;]*\$y|\[\d+\$|O\d*[A-Za-z])")
_BEGUN = re.compile(r"\x1b(?:\[\[?|\[[<=>?]?[\d;:-]*\$?|O\d*)?")
"""What may become a sequence with the characters to come."""
_REPORTED = re.compile(r"\x1b\[\d*[<=>?;:$~^@]")
"""The beginning of what only a terminal tells; escape, a bracket and a letter may be typed."""


class KeyStream:
    """Makes events of what comes, in whatever pieces it comes."""

    def __init__(self) -> None:
        self._parser = XTermParser()
        self._text = ""
        """What may be the beginning of a sequence or of a paste."""

    def feed(self, text: str) -> Iterator[Message]:
        """Yield the events of what has come."""
        self._text += text
        while self._text:
            if self._text.startswith(PASTE_BEGIN):
                pasted, end, rest = self._text[len(PASTE_BEGIN) :].partition(PASTE_END)
                if not end:
                    return
                self._text = rest
                yield events.Paste(pasted.replace("\x00", ""))
            elif not self._text.startswith(ESC):
                plain, escape, rest = self._text.partition(ESC)
                self._text = escape + rest
                yield from self._keys(plain)
            elif _BEGUN.fullmatch(self._text) and not _SEQUENCE.fullmatch(self._text):
                return
            elif (sequence := _SEQUENCE.match(self._text)) is not None:
                self._text = self._text[sequence.end() :]
                yield from self._events(sequence.group())
            else:
                yield from self._escape()

    def tick(self) -> Iterator[Message]:
        """Yield the keys that were taken for the beginning of a sequence, as nothing more has come."""
        while self._text and not (_REPORTED.match(self._text) or self._text.startswith(PASTE_BEGIN)):
            yield from self._escape()
            rest, self._text = self._text, ""
            yield from self.feed(rest)

    def _escape(self) -> Iterator[Message]:
        self._text = self._text[len(ESC) :]
        yield events.Key("escape", ESC)

    def _keys(self, text: str) -> Iterator[Message]:
        yield from self._parser.feed(text)

    def _events(self, sequence: str) -> Iterator[Message]:
        """Yield what a whole sequence means; one that is unknown is dropped, or keys if it can be typed."""
        parser = self._parser
        yield from parser.feed(sequence)
        if parser._timeout_time is None:
            return
        # The parser waits for more of it: begin anew.
        parser._gen = parser.parse(parser._tokens.append)
        parser._awaiting, parser._timeout_time = next(parser._gen), None
        if not _REPORTED.match(sequence):
            yield events.Key("escape", ESC)
            yield from self._keys(sequence[len(ESC) :])
