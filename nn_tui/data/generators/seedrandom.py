"""The random numbers that a word gives in TensorFlow Playground: RC4 keyed by the word's letters."""

from __future__ import annotations

_PLACES = 256
_CHUNK = 6
"""Bytes that a number begins with; as many more are drawn as 52 bits need."""


class SeedRandom:
    """A stream of numbers from 0 to below 1, the same for the same seed as the npm package seedrandom's.

    Args:
        seed: any text; its characters are the key.
    """

    def __init__(self, seed: str) -> None:
        self._box = _scheduled(_key(seed))
        self._i = self._j = 0
        for _ in range(_PLACES):
            self._byte()

    def _byte(self) -> int:
        box = self._box
        i = self._i = (self._i + 1) & 255
        one = box[i]
        j = self._j = (self._j + one) & 255
        other = box[j]
        box[i], box[j] = other, one
        return box[(one + other) & 255]

    def random(self) -> float:
        """Give the next number."""
        whole, below, beyond = 0.0, float(1 << 48), 0
        for _ in range(_CHUNK):
            whole = whole * 256 + self._byte()
        while whole < 1 << 52:
            whole, below = (whole + beyond) * 256, below * 256
            beyond = self._byte()
        while whole >= 1 << 53:
            whole, below, beyond = whole / 2, below / 2, beyond >> 1
        return (whole + beyond) / below


def _key(seed: str) -> list[int]:
    """Spread the characters over the places of the key."""
    key: list[int] = []
    smear = 0
    for at, letter in enumerate(_utf16(seed)):
        place = at & 255
        if place == len(key):
            key.append(0)
        smear ^= key[place] * 19
        key[place] = (smear + letter) & 255
    return key or [0]


def _utf16(seed: str) -> list[int]:
    """Give a text as JavaScript counts its characters."""
    coded = seed.encode("utf-16-le", "surrogatepass")
    return [low | high << 8 for low, high in zip(coded[::2], coded[1::2], strict=True)]


def _scheduled(key: list[int]) -> list[int]:
    box = list(range(_PLACES))
    j = 0
    for i in range(_PLACES):
        j = (j + key[i % len(key)] + box[i]) & 255
        box[i], box[j] = box[j], box[i]
    return box
