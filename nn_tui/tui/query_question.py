"""Asking before a query that came inside a file is run for the first time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from nn_tui.experiment.spec import Spec

if TYPE_CHECKING:
    from nn_tui.tui.bench import Bench

MOST_SHOWN = 1000
"""Letters of a query that are shown before it is run."""


def ask_for_queries(app: Bench, spec: Spec, then: Callable[[], None]) -> None:
    """Go on with an opened experiment; ask first where its rows come from a query in the file."""
    from nn_tui.experiment.queries import agree, unknown

    queries = unknown(spec)
    if not queries:
        then()
        return

    def allow() -> None:
        agree(*queries)
        then()

    shown = "\n\n".join(queries)
    if len(shown) > MOST_SHOWN:
        shown = f"{shown[:MOST_SHOWN]}... ({len(shown):,} letters)"
    app.ask("Run the query in this file?", shown, "run it", allow)
