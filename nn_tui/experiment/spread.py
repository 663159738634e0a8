"""`Spread`: values along an axis, as many as there is room for, evenly spread however many come."""

from __future__ import annotations

from typing import Generic, TypeVar

Value = TypeVar("Value")


class Spread(Generic[Value]):
    """Keeps the first value and, of the others, those whose place is a multiple of a stride that grows.

    Args:
        most: values kept.
        room: bytes that they may take together.
    """

    def __init__(self, most: int, room: int) -> None:
        self.most, self.room = most, room
        self.stride = 1
        self._values: dict[float, Value] = {}
        self._sizes: dict[float, int] = {}
        self._used = 0

    def __len__(self) -> int:
        return len(self._values)

    @property
    def places(self) -> list[float]:
        """Where values are kept, in their order."""
        return sorted(self._values)

    def items(self) -> list[tuple[float, Value]]:
        """Give the values with their places, in their order."""
        return sorted(self._values.items(), key=lambda item: item[0])

    def wants(self, place: float) -> bool:
        """Whether a value would be kept at a place."""
        return not self._values or place % self.stride == 0

    def put(self, place: float, value: Value, size: int) -> None:
        """Keep a value if its place is wanted; where there is no room, every second one goes."""
        if not self.wants(place):
            return
        self.drop(place)
        self._values[place], self._sizes[place] = value, size
        self._used += size
        while len(self._values) > 2 and (len(self._values) > self.most or self._used > self.room):
            self.stride *= 2
            for other in self.places[1:]:
                if other % self.stride:
                    self.drop(other)

    def drop(self, place: float) -> None:
        """Forget the value at a place, if there is one."""
        self._values.pop(place, None)
        self._used -= self._sizes.pop(place, 0)

    def take(self, place: float) -> Value:
        """Give the value at a place and forget it."""
        value = self._values[place]
        self.drop(place)
        return value

    def cut(self, place: float) -> None:
        """Forget what comes after a place."""
        for other in self.places:
            if other > place:
                self.drop(other)
