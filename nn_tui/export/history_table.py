"""The history of a run as other programs know it: the file that Keras's CSVLogger writes."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from nn_tui.experiment.runs.history_file import HistoryFile
from nn_tui.export.targets import Written

if TYPE_CHECKING:
    from nn_tui.experiment.prediction import TrainedRun


def history_csv(run: TrainedRun) -> Written:
    """Write what every epoch measured: `epoch` counts from 0, the other columns are sorted."""
    history = HistoryFile(run.folder)
    columns = sorted({name for _, values in history.rows() for name in values})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", *columns])
    count = last = 0
    for last, values in history.rows():
        writer.writerow([last - 1, *(values.get(name, "NA") for name in columns)])
        count += 1
    notes = []
    if not count:
        notes = ["No epoch is completed yet, so there is a header only"]
    elif count < last:
        notes = [f"{count:,} of its {last:,} epochs are in it: so many were kept"]
    return Written(text.getvalue().encode(), tuple(notes))
