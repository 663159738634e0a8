"""Commands that use the trained network: predict a row, measure it, take it away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nn_tui.errors import DataError, UsageError
from nn_tui.experiment.evaluation import Measured, measure, rows_to_measure
from nn_tui.experiment.files import would_be_lost
from nn_tui.plain.verbs.verb import Words, verb
from nn_tui.plain.words.answers import (
    asked_columns,
    confusion_sentences,
    measured_sentences,
    prediction_sentence,
    residual_sentences,
    typed_row,
)

if TYPE_CHECKING:
    from nn_tui.experiment.prediction import TrainedRun
    from nn_tui.plain.shell import Shell

__all__ = ["confusion", "evaluate", "export", "predict"]


@verb("Use", "pr", "VALUE...")
def predict(shell: Shell, words: Words) -> None:
    """Tell what the network answers for one row typed: the class and how probable each is, or the number.

    Values stand in the order of the columns, with ? for one that is missing. Without values the columns are
    told.
    """
    run = shell.opened_run()
    if not words:
        shell.say(f"Type predict and then: {' '.join(asked_columns(run))}.")
        return
    split, notes = typed_row(run, words)
    shell.say(prediction_sentence(run, split), *notes)


@verb("Use", "ev", "[DATA]")
def evaluate(shell: Shell, words: Words) -> None:
    """Tell loss and metrics, with 95 % intervals, on the rows kept for testing, or on other rows."""
    _, measured, name = _measured(shell, words)
    shell.say(*measured_sentences(measured, name))


@verb("Use", "cf", "[DATA]")
def confusion(shell: Shell, words: Words) -> None:
    """Tell of each class how many rows are right, and for what the others are taken.

    Of predicted numbers it tells how far they are off.
    """
    run, measured, name = _measured(shell, words)
    if run.task == "classification":
        shell.say(*confusion_sentences(measured, run.classes, name))
    elif measured.answer.size:
        shell.say(*residual_sentences(measured, name))
    else:
        raise DataError(
            "A row here has several numbers to predict, none of which is a class.", "Type evaluate."
        )


def _measured(shell: Shell, words: Words) -> tuple[TrainedRun, Measured, str]:
    run = shell.opened_run()
    source = " ".join(words) or None
    with rows_to_measure(run, source) as rows:
        measured = measure(run, rows)
        shell.say(*(f"{note.rstrip('.')}." for note in rows.notes()))
        return run, measured, rows.name


@verb("Use", "xp", "FORM|FILE")
def export(shell: Shell, words: Words) -> None:
    """Write the trained network as a file for other programs; without a word the forms are told.

    export keras writes the run's name with .keras; export model.onnx takes the form from the file's name.
    """
    from nn_tui.export.targets import list_lines, names, place, write_file

    if not words:
        shell.say(*(" ".join(line.split()) for line in list_lines()))
        return
    run = shell.opened_run()
    assert run.card is not None  # an opened run has one
    word = words[0]
    to, path = place(None, word, run.card.name) if word in names() else place(word, None, run.card.name)
    if would_be_lost(path) and "overwrite" not in words[1:]:
        raise UsageError(f"{path} is there already.", f"Type export {word} overwrite.")
    shell.say(*write_file(str(Path(run.folder)), to, path))
