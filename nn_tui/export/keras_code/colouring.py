"""Python code as lines of pieces by what they are: keywords, texts, numbers, comments."""

from __future__ import annotations

import io
import keyword
import tokenize

from nn_tui.insight.pictures import Role, Span


def coloured(code: str) -> tuple[tuple[Span, ...], ...]:
    """Cut code into its lines, and each line into pieces that a screen may give a colour each."""
    lines = code.splitlines()
    painted: list[list[Span]] = [[] for _ in lines]
    done = [0] * len(lines)
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        role = _role(token)
        if role == "text":
            continue
        for row in range(token.start[0] - 1, token.end[0]):
            start = token.start[1] if row == token.start[0] - 1 else 0
            end = token.end[1] if row == token.end[0] - 1 else len(lines[row])
            if start > done[row]:
                painted[row].append((lines[row][done[row] : start], "text"))
            painted[row].append((lines[row][start:end], role))
            done[row] = end
    for row, line in enumerate(lines):
        if done[row] < len(line):
            painted[row].append((line[done[row] :], "text"))
    return tuple(map(tuple, painted))


def _role(token: tokenize.TokenInfo) -> Role:
    match token.type:
        case tokenize.COMMENT:
            return "faint"
        case tokenize.STRING:
            return "validation"
        case tokenize.NUMBER:
            return "train"
        case tokenize.NAME if keyword.iskeyword(token.string):
            return "mark"
        case _:
            return "text"
