"""`nn-tui runs`: what is saved."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from nn_tui.commands.asking import tell, warn

if TYPE_CHECKING:
    pass


def runs_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("words", metavar="WORD", nargs="*", help="only runs with these words")
    parser.add_argument("--sort", choices=("date", "name", "data", "best"), default="date")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    changes = parser.add_mutually_exclusive_group()
    changes.add_argument("--rename", nargs=2, metavar=("RUN", "NAME"), help="give a run another name")
    changes.add_argument("--note", nargs=2, metavar=("RUN", "TEXT"), help="write a note to a run")
    changes.add_argument("--delete", metavar="RUN", help="delete a run; it can be taken back for a week")
    changes.add_argument("--stop", metavar="RUN", help="end the training of a run in the background")
    changes.add_argument("--undelete", metavar="ID", help="take a deleted run back")


def tell_runs(options: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    from nn_tui.experiment.runs.listing import found_runs, run_line, run_record, sorted_runs
    from nn_tui.experiment.runs.store import RunStore

    store = RunStore()
    store.purge()
    if options.rename or options.note:
        run, text = options.rename or options.note
        card = store.change(store.find(run), **{"name" if options.rename else "note": text})
        warn(f"{card.id} is changed.")
        return 0
    if options.delete:
        card = store.delete(store.find(options.delete))
        warn(f"{card.id} is deleted. Take it back within a week: nn-tui runs --undelete {card.id}")
        return 0
    if options.stop:
        from nn_tui.experiment.runs.background import stop

        card = stop(store.find(options.stop))
        warn(
            f"{card.name} is stopped in epoch {card.epoch + 1} of {card.epochs}. Open it: nn-tui {card.id}"
        )
        return 0
    if options.undelete:
        warn(f"{store.undelete(store.find(options.undelete, deleted=True)).id} is back.")
        return 0
    cards = sorted_runs(found_runs(store.runs(), " ".join(options.words)), options.sort)
    for card in cards:
        tell(json.dumps(run_record(card)) if options.json else run_line(card))
    if not cards:
        warn("no run is kept" + (" with these words." if options.words else " yet."))
    return 0
