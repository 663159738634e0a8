"""Ways in which a file can be damaged, by chance or on purpose; each draws from a seeded generator."""

from __future__ import annotations

import functools
import io
import json
import struct
import zipfile
from collections.abc import Callable

import numpy as np

Random = np.random.Generator
Damage = Callable[[bytes, Random], bytes]


def bits_flipped(content: bytes, random: Random) -> bytes:
    changed = bytearray(content)
    for place in random.integers(0, len(content), int(random.integers(1, 9))):
        changed[place] ^= 1 << int(random.integers(8))
    return bytes(changed)


def cut(content: bytes, random: Random) -> bytes:
    return content[: int(random.integers(0, len(content)))]


def zeroed(content: bytes, random: Random) -> bytes:
    start = int(random.integers(0, len(content)))
    stop = min(len(content), start + int(random.integers(1, max(2, len(content) // 4))))
    return content[:start] + bytes(stop - start) + content[stop:]


def lengthened(content: bytes, random: Random) -> bytes:
    start = int(random.integers(0, len(content)))
    return content[:start] + random.bytes(int(random.integers(1, 2000))) + content[start:]


def pieces_swapped(content: bytes, random: Random) -> bytes:
    one, two, three = sorted(int(place) for place in random.integers(0, len(content), 3))
    return content[:one] + content[two:three] + content[one:two] + content[three:]


def number_enlarged(content: bytes, random: Random) -> bytes:
    """Eight bytes somewhere become a large number: a length in a header."""
    start = int(random.integers(0, max(1, min(len(content) - 8, 4096))))
    large = struct.pack("<Q", int(random.integers(1 << 31, 1 << 62)))
    return content[:start] + large + content[start + 8 :]


def noise(content: bytes, random: Random) -> bytes:
    return random.bytes(len(content) % 5000)


ANYWHERE: tuple[Damage, ...] = (
    bits_flipped, cut, zeroed, lengthened, pieces_swapped, number_enlarged, noise,
)  # fmt: skip


def digits_changed(content: bytes, random: Random) -> bytes:
    """A number of the text becomes huge, negative or none."""
    text = content.decode("utf-8", "replace")
    places = [place for place, letter in enumerate(text) if letter.isdigit()]
    if not places:
        return content
    place = int(random.choice(places))
    other = str(random.choice(["99999999999999999999", "-1", "1e999", "nan", "x", "[]", "9" * 5000]))
    return (text[:place] + other + text[place + 1 :]).encode()


def lines_shuffled(content: bytes, random: Random) -> bytes:
    lines = content.splitlines(keepends=True)
    random.shuffle(lines)  # type: ignore[arg-type]  # a list of lines is shuffled in place
    return b"".join(lines)


def nested_deeply(content: bytes, random: Random) -> bytes:
    deep = int(random.choice([200, 5000, 100_000]))
    brackets = [b"[" * deep, b"{'a':" * deep, b"(" * deep, b"x = " + b"-" * deep + b"1"]
    return bytes(random.choice(np.array(brackets, object))) + content


TEXT: tuple[Damage, ...] = (digits_changed, lines_shuffled, nested_deeply)


def archive(parts: dict[str, bytes]) -> bytes:
    """Make a zip."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name, part in parts.items():
            made.writestr(name, part)
    return content.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """Read a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        return {name: made.read(name) for name in made.namelist()}


def part_damaged(content: bytes, random: Random) -> bytes:
    """A sound archive around a damaged part."""
    parts = parts_of(content)
    name = str(random.choice(list(parts)))
    damages = ANYWHERE + (TEXT if name.endswith((".json", ".toml", ".csv")) else ())
    parts[name] = damages[int(random.integers(len(damages)))](parts[name], random)
    return archive(parts)


def with_stranger(content: bytes, random: Random) -> bytes:
    """A part whose name leads out of the folder."""
    names = [
        "../../escaped",
        "/tmp/escaped",
        "run/../../escaped",
        "C:\\escaped",
        "run/\x00",
        "data/0/../../x",
    ]
    return archive({**parts_of(content), str(random.choice(names)): b"escaped"})


def with_bomb(content: bytes, random: Random) -> bytes:
    """A part of many zeros."""
    return _bombed(content, str(random.choice(list(parts_of(content)))))


@functools.cache
def _bombed(content: bytes, name: str) -> bytes:
    return archive({**parts_of(content), name: bytes(64 << 20)})


def with_other_json(content: bytes, random: Random) -> bytes:
    """A part of JSON in which one value became another."""
    parts = parts_of(content)
    name = str(random.choice([name for name in parts if name.endswith(".json")]))
    document = json.loads(parts[name])
    _change_one(document, random)
    return archive({**parts, name: json.dumps(document).encode()})


def _change_one(value: object, random: Random) -> None:
    others = [None, -1, 10**30, 1e308, "", "../../x", "os.system", [], {}, True, "[red]\x1b[2J"]
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))  # type: ignore[arg-type]
        if not keys:
            return
        key = keys[int(random.integers(len(keys)))]
        inner = value[key]  # type: ignore[index]
        if isinstance(inner, (dict, list)) and inner and random.random() < 0.85:
            value = inner
            continue
        value[key] = others[int(random.integers(len(others)))]  # type: ignore[index]
        return


ARCHIVES: tuple[Damage, ...] = (part_damaged, with_stranger, with_bomb, with_other_json)
