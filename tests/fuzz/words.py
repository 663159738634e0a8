"""Words, numbers and values that files of strangers hold, ordinary and hostile."""

from __future__ import annotations

import random

Random = random.Random

NAMES = (
    "age", "height [cm]", "v [m/s]", "flow [/min]", "class [/m2]", "[red]", "[/]",
    "[@click=app.exit]x[/]",
    "[link=file:///etc/passwd]a", "a\tb", "a\nb", "a\rb", "\x1b[2J", "\x1b]52;c;UFdORUQ=\x07",
    "\x9b31m", "nul\x00l",
    "\u202egnp.exe", "\u200b", "\ufeffx", "年龄", "👩‍👩‍👧‍👦", "e\u0301\u0301\u0301",
    "x" * 10_000, "", " ", "'", '"', "a,b", "a;b",
    "select", "from", "order by", "id", "target", "label", "class", "y", "price", "Unnamed: 0",
    "__init__",
    "a.b", "a/b", "../x", "~", "$HOME", "%s", "{0}", "{}", "\\", "\\n", "=1+1", "-1", "1",
    "1.5", "true", "null",
    "NaN", "inf", "None", "#N/A", "date", "ACCURACY", "loss", "É", "ß", "İ", "ﬁ", "\u2028",
    "\x85", "\x7f",
)  # fmt: skip

CELLS = (
    "", " ", "0", "1", "-1", "1.5", "1,5", "1,234", "12,345.67", "1.234,5", "$5", "5 %", "50%",
    "1e5", "1e400",
    "-1e400", "1e-400", "1e160", "1e-170", "nan", "NaN", "inf", "-inf", "NA", "N/A", "#N/A",
    "#DIV/0!", "null", "None",
    "-", ".", "?", "n.d.", "<NA>", "-999", "yes", "Yes", "YES", " yes", "no", "No", "true",
    "True", "FALSE", "t", "f",
    "2020-01-01", "31.12.2015", "01/31/2015 10:00", "03-Jan-2015", "2020-13-45", "10:00",
    "0x10", "007", "1_000",
    "9007199254740993", "9007199254740992", "18446744073709551615", "99999999999999999999999",
    "١٢٣", "½", "½%",
    "a", "b", "[sic]", "[/s]", "\x1b[31m", "\x1b]52;c;QQ==\x07", "x\ny", 'a"b', "a,b", "日本",
    "\u202e", "\x00", "é" * 300,
    "word " * 50, "red", "green", "blue", "1 kg", "1:2", "(5)", "5-", "+5", "--5", "1..2", ",",
    ";", "{}", "[1, 2]",
)  # fmt: skip

NUMBERS = (
    "0", "-1", "1", "2", "3", "0.5", "1e9", "10**9", "2**70", "1e400", "nan", "inf", "-inf",
    "1e-300", "True", "None",
    "'x'", "[]", "(2,)", "[1, 2]", "{}", "99999999999", "9" * 400, "9" * 5000, "0x7fffffff",
    "1_000", "3.7", "-0.0",
)  # fmt: skip


def ordinary(random: Random) -> str:
    """Return a harmless name."""
    return "".join(random.choice("abcdefghijklmnop") for _ in range(random.randint(1, 8)))


def name(random: Random) -> str:
    """Return a name, every second one hostile."""
    return random.choice(NAMES) if random.random() < 0.5 else ordinary(random)


def noise(random: Random, count: int) -> bytes:
    """Return random bytes."""
    return random.randbytes(count)


def damaged(random: Random, content: bytes) -> bytes:
    """Return a content with some of it changed, cut, repeated or replaced."""
    if not content:
        return noise(random, 10)
    place = random.randrange(len(content))
    match random.randrange(6):
        case 0:
            return content[:place]
        case 1:
            return content[:place] + noise(random, random.randint(1, 40)) + content[place:]
        case 2:
            return content[:place] + bytes(min(64, len(content) - place)) + content[place + 64 :]
        case 3:
            changed = bytearray(content)
            for _ in range(random.randint(1, 8)):
                changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
            return bytes(changed)
        case 4:
            return content[place:] + content[:place]
        case _:
            other = random.randrange(len(content))
            return content[:place] + content[other : other + 200] + content[place:]
