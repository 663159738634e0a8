"""A line of the list of runs, in colours."""

from __future__ import annotations

from textual.content import Content

from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.listing import headline_words, sparkline, status_words
from nn_tui.tui.content import assembled
from nn_tui.tui.painters.canvas import padded_text
from nn_tui.tui.wording import shortened

STATUS_COLOURS = {"diverged": "$warn", "failed": "$warn", "background": "$good"}


def row_words(card: RunCard, width: int, *, marked: bool, ascii_only: bool = False) -> Content:
    """Write a run's line of the list: as many columns as fit the width."""

    def padded(text: str, width: int) -> str:
        return padded_text(shortened(text, width, ascii_only), width)

    status = status_words(card)
    mark = ("* " if ascii_only else "● ") if marked else "  "
    parts: list[tuple[str, str]] = [(mark, "$accent"), (f"{padded(card.name, 20)} ", "")]
    columns = [
        (f"{padded(headline_words(card), 27)} ", ""),
        (f"{status:<11} ", STATUS_COLOURS.get(status, "$muted")),
        (f"{card.epoch:>6} ", "$muted"),
        (f"{sparkline(card.sparks, 12, ascii_only=ascii_only):<12} ", "$train"),
        (f"{card.began}  ", "$muted"),
        (f"{padded(card.source, 16)} ", "$muted"),
        (f"{shortened(card.network, 40, ascii_only)} ", "$muted"),
    ]
    used = 23
    for text, style in columns:
        if used + len(text) > width:
            break
        parts.append((text, style))
        used += len(text)
    return assembled(*parts)
