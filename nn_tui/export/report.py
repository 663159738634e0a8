"""A run's evaluation as a Markdown report: numbers with intervals, classes, mistakes, a baseline."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui import __version__
from nn_tui.errors import UsageError
from nn_tui.experiment.evaluation import Measured
from nn_tui.experiment.files import would_be_lost, write_whole
from nn_tui.experiment.prediction import TrainedRun
from nn_tui.experiment.run_rows import RunRows
from nn_tui.experiment.spec_words import call_words, layer_words
from nn_tui.insight import class_quality, number_quality
from nn_tui.insight.intervals import Interval
from nn_tui.text import clean_line

Array = NDArray[Any]
MISTAKES = 10
MOST_CLASSES = 30
"""Classes of a confusion matrix that is still read."""
_LONGEST = 60
_SENTENCE = 1000
"""Letters of what is no value of a row but written for people."""


def refuse_overwriting(path: Path, *, force: bool) -> None:
    """Refuse to write over a file that is there.

    Raises:
        UsageError: it is there and `force` is not set.
    """
    if would_be_lost(path) and not force:
        raise UsageError(f"{path} is there already.", "Give another file, or --force.")


def write_report(path: Path, run: TrainedRun, rows: RunRows, measured: Measured, name: str) -> None:
    """Write the report of rows that were measured.

    Args:
        path: the Markdown file.
        run: what was measured.
        rows: the rows, which can still be had.
        measured: what was found.
        name: what the rows are called: a file, or which part of the run's own.

    Raises:
        RunError: the file cannot be written.
    """
    write_whole(path, report(run, rows, measured, name).encode())


def report(run: TrainedRun, rows: RunRows, measured: Measured, name: str) -> str:
    """Give the report as Markdown."""
    parts = [
        f"# Evaluation of {cell(run.card.name if run.card else run.spec.name)}",
        _run_part(run, measured, name),
        _notes_part(rows),
    ]
    if run.task == "classification":
        matrix = class_quality.confusion(measured.truth, measured.answer, len(run.classes))
        parts += [
            _metrics_part(measured, _class_extras(run, measured, matrix)),
            _classes_part(run, matrix),
            _confusion_part(run, matrix),
            _calibration_part(measured),
        ]
    elif measured.truth.ndim == 1:
        parts += [_metrics_part(measured, _number_extras(measured)), _residuals_part(run, measured)]
    else:
        parts.append(_metrics_part(measured, []))
    parts += [_mistakes_part(run, rows, measured), _training_part(run)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _run_part(run: TrainedRun, measured: Measured, name: str) -> str:
    spec, card = run.spec, run.card
    stack = " - ".join(layer_words(layer) for layer in spec.layers)
    facts = [
        ("rows measured", f"{len(measured):,} ({cell(name)})"),
        ("data", cell(spec.data.source.partition("\n")[0])),
        ("predicts", f"{cell(run.target)}, {_predicted(run)}"),
        ("network", cell(stack, _SENTENCE)),
        ("parameters", f"{run.model.count_params():,}"),
        ("loss", cell(call_words(spec.compile.loss), _SENTENCE)),
        ("optimizer", cell(call_words(spec.compile.optimizer), _SENTENCE)),
        ("seed", str(spec.seed)),
    ]
    if card is not None:
        facts[:0] = [("run", f"`{cell(card.id)}`"), ("began", card.began)]
        facts.insert(-1, ("epochs", f"{card.epoch} of {card.epochs}, {card.seconds:.1f} s"))
        versions = ", ".join(f"{package} {version}" for package, version in card.versions.items())
        facts.append(("trained with", cell(versions, _SENTENCE)))
    facts.append(("measured with", f"nn-tui {__version__}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"))
    return table(("", ""), facts)


def _predicted(run: TrainedRun) -> str:
    if run.task != "classification":
        return "a number"
    return f"{len(run.classes)} classes"


def _notes_part(rows: RunRows) -> str:
    return "\n".join(f"- {cell(note, _SENTENCE)}." for note in rows.notes())


Extra = tuple[str, float, Interval | None, str, float | None]
"""A measure: name, value, interval, method, the baseline's value."""


def _metrics_part(measured: Measured, extras: Sequence[Extra]) -> str:
    known = {name: (ends, method, baseline) for name, _, ends, method, baseline in extras}
    lines = []
    for name, value in measured.values.items():
        ends, method, baseline = known.get(name, (None, "", None))
        if (found := measured.intervals.get(name)) is not None:
            ends, method = found.ends, found.method
        lines.append((cell(name), number(value), span(ends), method, number(baseline)))
    named = set(measured.values)
    lines += [
        (name, number(value), span(ends), method, number(baseline))
        for name, value, ends, method, baseline in extras
        if name not in named
    ]
    return "\n\n".join(
        [
            "## Loss and metrics",
            table(("measure", "value", "95 % interval", "method", "baseline"), lines),
            "Methods: Wilson: the score interval of a share. normal: mean and standard error of the rows. "
            "bootstrap: rows drawn anew. An empty cell: not computed for so many rows.",
        ]
    )


def _class_extras(run: TrainedRun, measured: Measured, matrix: Array) -> list[Extra]:
    largest, share = class_quality.majority(measured.truth, len(run.classes))
    always = class_quality.always(matrix, largest)
    macro, balanced = class_quality.macro_f1, class_quality.balanced_accuracy
    extras: list[Extra] = [
        (
            "accuracy",
            class_quality.accuracy(matrix),
            class_quality.accuracy_interval(matrix),
            "Wilson",
            share,
        ),
        (
            "balanced accuracy",
            balanced(matrix),
            class_quality.resampled_interval(matrix, balanced),
            "bootstrap",
            balanced(always),
        ),
        (
            "macro F1",
            macro(matrix),
            class_quality.resampled_interval(matrix, macro),
            "bootstrap",
            macro(always),
        ),
    ]
    if "crossentropy" in run.spec.compile.loss.type:
        extras.append(("loss", 0.0, None, "", class_quality.entropy(matrix)))
    return extras


def _number_extras(measured: Measured) -> list[Extra]:
    scores = number_quality.number_scores(measured.truth, measured.answer)
    mean = np.full(len(measured), measured.truth.mean())
    base = number_quality.number_scores(measured.truth, mean)
    return [
        ("R2", scores.r2.value, scores.r2.interval, "normal", base.r2.value),
        ("RMSE", scores.rmse.value, scores.rmse.interval, "normal", base.rmse.value),
        ("MAE", scores.mae.value, scores.mae.interval, "normal", base.mae.value),
    ]


def _classes_part(run: TrainedRun, matrix: Array) -> str:
    scores = class_quality.class_scores(matrix)
    largest = int(matrix.sum(axis=1).argmax())
    lines = [
        (cell(name), number(precision), number(recall), number(f1), f"{support:,}")
        for name, precision, recall, f1, support in zip(
            run.classes, scores.precision, scores.recall, scores.f1, scores.support.tolist(), strict=True
        )
    ]
    return "\n\n".join(
        [
            f"The baseline always answers {cell(run.classes[largest])}, the most frequent class of these "
            "rows; its loss is that of always giving each class its share of them.",
            "## Classes",
            table(("class", "precision", "recall", "F1", "rows"), lines),
        ]
    )


def _confusion_part(run: TrainedRun, matrix: Array) -> str:
    if len(run.classes) > MOST_CLASSES:
        pairs = [
            (int(matrix[true, said]), run.classes[true], run.classes[said])
            for true, said in zip(*np.nonzero(matrix), strict=True)
            if true != said
        ]
        pairs.sort(key=lambda pair: -pair[0])
        lines = [(cell(true), cell(said), f"{count:,}") for count, true, said in pairs[:MOST_CLASSES]]
        shown = table(("true", "answered", "rows"), lines)
        return f"## Confusion matrix\n\nThe {len(lines)} most frequent confusions.\n\n{shown}"
    names = list(map(cell, run.classes))
    rows = [
        (name, *(f"{count:,}" for count in row)) for name, row in zip(names, matrix.tolist(), strict=True)
    ]
    shown = table(("true \\ answered", *names), rows)
    return f"## Confusion matrix\n\nRows: the true class. Columns: what the network answered.\n\n{shown}"


def _calibration_part(measured: Measured) -> str:
    found = class_quality.calibration(measured.sure, measured.truth == measured.answer)
    lines = [
        (f"{low:.1f} to {high:.1f}", f"{rows:,}", number(sure), number(right))
        for low, high, rows, sure, right in zip(
            found.edges[:-1], found.edges[1:], found.rows.tolist(), found.sure, found.right, strict=True
        )
        if rows
    ]
    return "\n\n".join(
        [
            "## Calibration",
            f"Expected calibration error: {number(found.error)}. In each bin of the answer's probability, "
            "its mean should be the share that is right.",
            table(("probability", "rows", "mean probability", "share right"), lines),
        ]
    )


def _residuals_part(run: TrainedRun, measured: Measured) -> str:
    found = number_quality.residual_quantiles(measured.truth, measured.answer)
    names = {0.0: "smallest", 0.5: "median", 1.0: "largest"}
    lines = [(names.get(share, f"{share:.0%}"), number(error)) for share, error in found]
    shown = table(("quantile", "residual"), lines)
    mean = number(float(measured.truth.mean()))
    scaled = run.preparation is not None and run.preparation.target_scale != 1
    units = "R2, RMSE and MAE are in the target's own unit, the rest as it was scaled. " if scaled else ""
    return (
        f"{units}The baseline always answers {mean}, the mean of these rows.\n\n"
        f"## Residuals\n\nTrue value minus predicted, in the target's own unit.\n\n{shown}"
    )


def _mistakes_part(run: TrainedRun, rows: RunRows, measured: Measured) -> str:
    worst = worst_rows(run, measured)
    heads: tuple[str, ...] = ("row", "true", "answered", "probability")
    if run.task != "classification":
        heads = ("row", "true", "predicted", "residual") if measured.truth.ndim == 1 else ("row", "loss")
    if not len(worst):
        return "## Worst mistakes\n\nNone: every row is right."
    lines = []
    for at in worst.tolist():
        row = int(measured.rows[at])
        shown = rows.described(row)
        words = ", ".join(
            f"{cell(name)}: {cell(text) or 'missing'}" for name, text in list(shown.items())[:20]
        )
        lines.append((cell(rows.place(row)), *_mistake(run, measured, at), words))
    told = "The rows that were wrong with the highest probability."
    if run.task != "classification":
        told = "The rows with the largest error."
    return f"## Worst mistakes\n\n{told}\n\n{table((*heads, 'values'), lines)}"


def worst_rows(run: TrainedRun, measured: Measured, most: int = MISTAKES) -> Array:
    """Give the places in `measured` of the worst mistakes, the worst first."""
    if run.task == "classification":
        return class_quality.worst_answers(measured.truth, measured.answer, measured.sure)[:most]
    apart = measured.truth - measured.answer if measured.truth.ndim == 1 else measured.losses
    return number_quality.worst_numbers(apart)[:most]


def _mistake(run: TrainedRun, measured: Measured, at: int) -> tuple[str, ...]:
    truth, answer = measured.truth[at], measured.answer[at]
    if run.task == "classification":
        return cell(run.classes[truth]), cell(run.classes[answer]), number(float(measured.sure[at]))
    if measured.truth.ndim == 1:
        return number(float(truth)), number(float(answer)), number(float(truth - answer))
    return (number(float(measured.losses[at])),)


def _training_part(run: TrainedRun) -> str:
    card = run.card
    if card is None or not card.best:
        return ""
    lines = [
        (cell(name), number(card.last.get(name)), number(value), str(epoch))
        for name, (value, epoch) in card.best.items()
    ]
    told = ""
    if headline := card.headline:
        name, value, epoch = headline
        after = card.epoch - epoch
        rest = f", {after} epochs before the last" if after else ", the last"
        told = f"{cell(name)} was best in epoch {epoch}{rest}: {number(value)}.\n\n"
    return f"## Training\n\n{told}{table(('value', 'last', 'best', 'in epoch'), lines)}"


def table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table of cells that are safe already."""
    rule = ["---"] * len(heads)
    return "\n".join(f"| {' | '.join(line)} |" for line in (heads, rule, *lines))


def cell(text: str, longest: int = _LONGEST) -> str:
    """Give a text as it may stand in a Markdown table: it drives no terminal and makes no markup."""
    text = clean_line(text, 10 * longest)
    text = text if len(text) <= longest else text[: longest - 3] + "..."
    text = re.sub(r"([\\`*\[\]|#]|(?<![^\W_])_|_(?![^\W_]))", r"\\\1", text)
    return text.replace("&", "&amp;").replace("<", "&lt;")


def number(value: float | None) -> str:
    """Write a number with four digits that count; empty where there is none."""
    if value is None or math.isnan(value):
        return ""
    return f"{value:.4f}" if 1e-3 <= abs(value) < 1e4 or value == 0 else f"{value:.4g}"


def span(ends: Interval | None) -> str:
    """Write an interval; empty where there is none."""
    if ends is None or math.isnan(ends[0]):
        return ""
    return f"{number(ends[0])} to {number(ends[1])}"
