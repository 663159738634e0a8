"""The guide: one Markdown page a subject, read by the app, by `nn-tui guide` and on the web as they are."""

from nn_tui.guide.pages import (
    GuidePage,
    Passage,
    anchor_of,
    find,
    page_lines,
    page_named,
    pages,
    place_lines,
)

__all__ = [
    "GuidePage",
    "Passage",
    "anchor_of",
    "find",
    "page_lines",
    "page_named",
    "pages",
    "place_lines",
]
