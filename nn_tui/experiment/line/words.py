"""The words of a line, and the values in them: numbers, names, shapes, things with settings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nn_tui.declare import Kind, Param, canonical, find, nearest, params
from nn_tui.errors import SpecError
from nn_tui.text import clean_line

LONGEST = 4000
_SHOWN = 100
_YES, _NO = ("yes", "true", "on"), ("no", "false", "off")
_PLAIN = re.compile(r"[\w./:+*%~^<>\-]+")


@dataclass(frozen=True)
class Word:
    """A word of a line, with its place in it."""

    text: str
    line: str
    start: int

    def part(self, start: int, text: str) -> Word:
        """Give a part of the word, by its place in it."""
        return Word(text, self.line, self.start + start)

    @property
    def marked(self) -> str:
        """The line with this word in brackets, on one line and not too long."""
        stop = self.start + len(self.text)
        before, after = self.line[: self.start], self.line[stop:]
        room = max(10, _SHOWN - len(self.text))
        before = before if len(before) <= room else f"...{before[-room:]}"
        after = after if len(after) <= room else f"{after[:room]}..."
        return clean_line(f"{before}[{self.text}]{after}")

    def fault(self, expected: str) -> SpecError:
        """Make the error that marks this word in its line and says what was expected."""
        return SpecError(f"{self.marked}: what stands in brackets is not understood.", expected)


def is_line(source: str) -> bool:
    """Whether a source may be a line: words that go on after its first."""
    words = source.split()
    return len(words) > 1 and len(source) <= LONGEST and "\0" not in source


def words_of(line: str) -> list[Word]:
    """Cut a line into its words: at white space outside of quotes and parentheses.

    Raises:
        SpecError: quotes or parentheses do not close; marks where they open.
    """
    return [part for part in cut(Word(line, line, 0), " ") if part.text]


def cut(word: Word, separator: str) -> list[Word]:
    """Cut a word at a separator outside of quotes and parentheses; a blank stands for all white space."""
    found: list[Word] = []
    start, opened = 0, []
    quoted = -1
    text = word.text
    at = 0
    while at < len(text):
        letter = text[at]
        if quoted >= 0:
            if letter == "\\":
                at += 1
            elif letter == '"':
                quoted = -1
        elif letter == '"':
            quoted = at
        elif letter == "(":
            opened.append(at)
        elif letter == ")":
            if not opened:
                raise word.part(at, letter).fault("It closes a parenthesis that was never opened.")
            opened.pop()
        elif not opened and (letter == separator or (separator == " " and letter.isspace())):
            found.append(word.part(start, text[start:at]))
            start = at + 1
        at += 1
    if quoted >= 0 or opened:
        at = quoted if quoted >= 0 else opened[-1]
        raise word.part(at, text[at:]).fault("What opens here must be closed.")
    return [*found, word.part(start, text[start:])]


def called(word: Word) -> tuple[Word, list[Word] | None]:
    """Part `name(a=1,b)` into the name and what stands in the parentheses; None where there are none."""
    at = word.text.find("(")
    if at < 0 or '"' in word.text[:at]:
        return word, None
    if not word.text.endswith(")"):
        raise word.fault("Write name(setting=value).")
    inner = word.part(at + 1, word.text[at + 1 : -1])
    return word.part(0, word.text[:at]), [part for part in cut(inner, ",") if part.text]


def assigned(word: Word) -> tuple[Word, Word] | None:
    """Part `key=value`; None where there is no `=` outside of quotes and parentheses."""
    match = re.match(r"[^=(\"]+=", word.text)
    if match is None:
        return None
    at = match.end()
    return word.part(0, word.text[: at - 1]), word.part(at, word.text[at:])


def read_value(param: Param, word: Word) -> Any:
    """Read a value as its parameter wants it; bounds are checked later, with all others.

    Raises:
        SpecError: it cannot be read as such; marks it and says what was expected.
    """
    text = word.text
    if text in ("none", "default") and (param.optional or text == "default"):
        return None
    number = _number(text, param)
    match param.form:
        case "bool":
            if text.lower() in _YES + _NO:
                return text.lower() in _YES
            raise word.fault(f"{param.name} is yes or no.")
        case "int":
            if number is None or number != int(number):
                raise word.fault(f"{param.name} is a whole number.")
            return int(number)
        case "float" if number is not None:
            return float(number)
        case "float" if param.knob.kind is None or text[:1].isdigit():
            raise word.fault(f"{param.name} is a number.")
        case "shape":
            if not re.fullmatch(r"-?\d+(x-?\d+)*", text):
                raise word.fault(f"{param.name} is whole numbers such as 3x3.")
            return [int(part) for part in text.split("x")]
        case "numbers":
            parts = [_number(part, param) for part in text.split("/")]
            if None in parts:
                raise word.fault(f"{param.name} is numbers such as 1/.5/.1.")
            return parts
        case "choice":
            if unquoted(word) in param.choices:
                return unquoted(word)
            raise word.fault(f"{param.name} is one of {', '.join(param.choices)}.")
        case "str" | "thing" if param.knob.kind is None:
            return unquoted(word)
    assert param.knob.kind is not None
    try:
        return read_thing(param.knob.kind, word)
    except SpecError as error:
        if param.form != "float" or "(" in text:
            raise
        raise word.fault(f"{param.name} is a number, or a {param.knob.kind}. {error.remedy}") from None


def read_thing(kind: Kind, word: Word) -> Any:
    """Read a thing: its name alone, or a table with its `type` and settings.

    Raises:
        SpecError: no such thing or setting.
    """
    if kind == "layer":
        from nn_tui.experiment.line.layers import read_layer

        return read_layer(word)
    name, inside = called(word)
    try:
        known = canonical(kind, unquoted(name))
    except SpecError as error:
        raise name.fault(error.remedy) from None
    # A metric is logged under the name it is written by.
    known = name.text if kind == "metric" else known
    if inside is None:
        return known
    return {"type": known, **read_settings(find(kind, known), inside)}


def read_settings(thing: Any, parts: list[Word]) -> dict[str, Any]:
    """Read what stands in the parentheses of a thing: settings, switches, choices.

    Raises:
        SpecError: an unknown setting, or a value it cannot have.
    """
    by_name = {param.name: param for param in params(thing)}
    settings: dict[str, Any] = {}
    for part in parts:
        pair = assigned(part)
        if pair is not None:
            key, value = pair
            if key.text not in by_name:
                raise key.fault(nearest(key.text, by_name))
            settings[key.text] = read_value(by_name[key.text], value)
            continue
        owners = [param for param in by_name.values() if part.text in param.choices]
        switch = by_name.get(part.text)
        if switch is not None and switch.form == "bool":
            settings[part.text] = True
        elif len(owners) == 1:
            settings[owners[0].name] = part.text
        else:
            raise part.fault(f"Write setting=value. {nearest(part.text, by_name)}")
    return settings


def unquoted(word: Word) -> str:
    """Give a text without its quotes.

    Raises:
        SpecError: the quotes hold what cannot be read.
    """
    if not word.text.startswith('"'):
        return word.text
    try:
        return str(json.loads(word.text))
    except ValueError:
        raise word.fault('Write text as "text".') from None


def _number(text: str, param: Param) -> float | None:
    percent = text.endswith("%")
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        return None
    limit = param.knob.at_most if param.knob.below is None else param.knob.below
    # Of a share that cannot reach 1, more than 1 can only be meant as percent: noise=20. What is no percent
    # either is refused as it was written.
    if percent or (param.form == "float" and limit is not None and limit <= 1 < number <= 100):
        number /= 100
    return number


def number_word(value: float) -> str:
    """Write a number as short as it can be read back: .03, 1e-5, 20."""
    text = repr(value)
    if isinstance(value, float):
        text = text.removesuffix(".0").replace("e-0", "e-").replace("e+0", "e")
    return re.sub(r"^(-?)0\.", r"\1.", text)


def text_word(text: str) -> str:
    """Write a text as it is where that can be read back, else in quotes."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def value_word(value: Any, kind: Kind | None = None) -> str:
    """Write a value as `read_value` reads it."""
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return number_word(value)
        case list() | tuple() if any(isinstance(item, float) for item in value):
            return "/".join(map(number_word, value))
        case list() | tuple():
            return "x".join(map(str, value))
        case Mapping() if kind == "layer":
            from nn_tui.experiment.line.layers import layer_word

            return layer_word(value)
        case Mapping() if kind is not None:
            return thing_word(kind, value)
        case _:
            return text_word(str(value))


def thing_word(kind: Kind, table: Mapping[str, Any] | str) -> str:
    """Write a thing as `read_thing` reads it, by the shortest of its names."""
    if isinstance(table, str):
        return _shortest(kind, table)
    settings = ",".join(setting_words(find(kind, table["type"]), table))
    name = _shortest(kind, table["type"])
    return f"{name}({settings})" if settings else name


def setting_words(thing: Any, table: Mapping[str, Any]) -> Iterator[str]:
    """Write settings as `read_settings` reads them."""
    by_name = {param.name: param for param in params(thing)}
    for key, value in table.items():
        if key == "type":
            continue
        if value is True:
            yield key
        else:
            yield f"{key}={value_word(value, by_name[key].knob.kind)}"


def _shortest(kind: Kind, name: str) -> str:
    from nn_tui.declare import aliases

    if kind == "metric":
        return name
    short = [alias for alias in aliases(kind, name) if alias.islower()]
    return min([name, *short], key=len) if kind != "optimizer" or not short else short[0]
