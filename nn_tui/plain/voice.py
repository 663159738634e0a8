"""`Voice`: what is written: sentences, a line each, of printable characters and nothing else."""

from __future__ import annotations

import threading
import unicodedata
from typing import TextIO

from nn_tui.text import clean_line

BELL = "\a"


class Voice:
    """Writes sentences to a stream.

    Args:
        stream: where to.
        ascii_only: whether only ASCII characters can be shown. Default no.
    """

    def __init__(self, stream: TextIO, *, ascii_only: bool = False) -> None:
        self.stream = stream
        self.ascii_only = ascii_only
        self.rings = False
        """Whether the bell is on."""
        self._lock = threading.Lock()  # keys are echoed by the thread that reads them

    def say(self, *sentences: str) -> None:
        """Write each sentence as a line, whatever is in it."""
        self.echo("".join(f"{spoken(line, ascii_only=self.ascii_only)}\n" for line in sentences))

    def echo(self, text: str) -> None:
        """Write a text as it is."""
        with self._lock:
            self.stream.write(text)
            self.stream.flush()

    def ring(self) -> None:
        """Ring the bell, if it is on."""
        if self.rings:
            self.echo(BELL)


def spoken(text: str, *, ascii_only: bool = False) -> str:
    """Return a line without anything that could move a cursor; names come from other people's files.

    Args:
        text: a line.
        ascii_only: write letters without their accents, and other characters as `?`. Default no.
    """
    text = clean_line(text)
    if ascii_only and not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in parts if not unicodedata.combining(letter))
        text = text.encode("ascii", "replace").decode()
    return text
