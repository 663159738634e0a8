"""`Voice`: what is written: sentences, a line each, of printable characters and nothing else."""

from __future__ import annotations

import threading
import unicodedata
from typing import TextIO

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
        """Write each sentence as a line."""
        lines = [line for sentence in sentences for line in sentence.splitlines() or [""]]
        self.echo("".join(f"{clean(line, ascii_only=self.ascii_only)}\n" for line in lines))

    def echo(self, text: str) -> None:
        """Write a text as it is."""
        with self._lock:
            self.stream.write(text)
            self.stream.flush()

    def ring(self) -> None:
        """Ring the bell, if it is on."""
        if self.rings:
            self.echo(BELL)


def clean(text: str, *, ascii_only: bool = False) -> str:
    """Give a line without anything that could move a cursor; names come from other people's files.

    Args:
        text: a line.
        ascii_only: write letters without their accents, and other characters as `?`. Default no.
    """
    if ascii_only and not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in parts if not unicodedata.combining(letter))
        text = text.encode("ascii", "replace").decode()
    text = text.replace("\t", " ")
    return text if text.isprintable() else "".join(one if one.isprintable() else "?" for one in text)
