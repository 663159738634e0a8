"""A sweep as text and as JSON: the table of trials, the ranking, what each setting does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from nn_tui.experiment.runs.listing import sparkline
from nn_tui.experiment.words import number
from nn_tui.sweep.effects import effects
from nn_tui.sweep.standings import Standing, Standings, Summary

SPARK = 16
"""Columns of a trial's small curve."""


def begin_record(sweep: Standings, how: str) -> dict[str, Any]:
    """Give what is ahead, as JSON can say it."""
    return {
        "event": "begin",
        "trials": len(sweep.standings),
        "ended": sweep.ended,
        "metric": sweep.plan.objective.name,
        "how": how,
        "sweep": str(sweep.folder.path),
    }


def trial_record(
    sweep: Standings, standing: Standing, event: str = "trial", since: int = 0
) -> dict[str, Any]:
    """Give a trial as JSON can say it.

    Args:
        sweep: all trials.
        standing: where this one stands.
        event: what has happened. Default "trial": it has ended; "progress" tells its curve, too.
        since: the epoch after which the curve is told. Default 0.
    """
    value, epoch = standing.best or (None, None)
    record = {
        "event": event,
        "trial": standing.trial.number + 1,
        "settings": dict(standing.trial.settings),
        "seed": standing.trial.seed,
        "status": standing.phase,
        "epoch": standing.epoch,
        "epochs": standing.epochs,
        "metric": sweep.plan.objective.name,
        "best": value,
        "best_epoch": epoch,
    }
    if event == "progress":
        points = [[epoch, value] for epoch, value in standing.curve if epoch > since]
        return {**record, "points": points}
    return {
        **record,
        "reason": standing.reason or None,
        "seconds": round(standing.seconds, 6),
        "run": None if standing.phase == "invalid" else standing.folder,
    }


def end_record(sweep: Standings) -> dict[str, Any]:
    """Give what the sweep came to: the configurations, the best first."""
    best = sweep.best
    return {
        "event": "end",
        "status": "done" if sweep.finished else "interrupted",
        "trials": len(sweep.standings),
        "ended": sweep.ended,
        "metric": sweep.plan.objective.name,
        "best": None if best is None else trial_record(sweep, best),
        "configurations": [
            {
                "settings": dict(summary.standings[0].trial.settings),
                "mean": summary.mean,
                "spread": summary.spread,
                "seeds": len(summary.values),
                "trials": [one.trial.number + 1 for one in summary.standings],
            }
            for summary in sweep.ranking()
        ],
        "sweep": str(sweep.folder.path),
    }


def table(sweep: Standings, most: int | None = None, *, ascii_only: bool = False) -> list[str]:
    """Write the trials, the best first.

    Args:
        sweep: which.
        most: lines at most, the heading included. Default: all.
        ascii_only: whether the small curves are drawn in plain letters. Default no.
    """
    ordered = [one for summary in sweep.ranking() for one in summary.standings]
    if most is not None and len(ordered) > most - 1:
        # Those that train are what a person watches, but the best stay in sight.
        moving = [one for one in ordered if one.phase == "training"]
        rest = [one for one in ordered if one.phase != "training"]
        ordered = [*rest[: max(0, most - 1 - len(moving))], *moving][: most - 1]
    return _aligned([headings(sweep), *(cells(sweep, one, ascii_only=ascii_only) for one in ordered)])


def headings(sweep: Standings) -> list[str]:
    """Give what `cells` are."""
    return ["trial", *sweep.plan.headings, "state", "epoch", sweep.plan.objective.name, "curve"]


def cells(sweep: Standings, standing: Standing, *, ascii_only: bool) -> list[str]:
    """Write a trial as a line of the table: its settings, state, epoch, best value and small curve."""
    best = "" if standing.best is None else f"{number(standing.best[0])} @{standing.best[1]}"
    curve = sparkline([value for _, value in standing.curve], SPARK, ascii_only=ascii_only)
    told = standing.reason if standing.phase in ("invalid", "failed", "diverged") else curve
    return [
        str(standing.trial.number + 1),
        *sweep.plan.cells(standing.trial),
        standing.phase,
        f"{standing.epoch}/{standing.epochs}",
        best,
        told,
    ]


def ranking_lines(sweep: Standings, most: int = 10) -> list[str]:
    """Write the best configurations with mean and spread over their seeds; nothing for a single seed."""
    if len(sweep.plan.seeds) < 2:
        return []
    rows = [["mean", "spread", "seeds", *sweep.plan.names]]
    rows += [
        [number(summary.mean), number(summary.spread), str(len(summary.values)), *_settings(sweep, summary)]
        for summary in sweep.ranking()[:most]
        if summary.mean is not None
    ]
    return [f"{sweep.plan.objective.name} over {len(sweep.plan.seeds)} seeds:", *_aligned(rows)]


def _settings(sweep: Standings, summary: Summary) -> list[str]:
    return sweep.plan.cells(summary.standings[0].trial)[: len(sweep.plan.axes)]


def effect_lines(sweep: Standings) -> Iterator[str]:
    """Write what each setting does, where it was varied."""
    for at, name in enumerate(sweep.plan.names):
        found = effects(sweep, at)
        if len(found) < 2:
            continue
        yield f"{sweep.plan.objective.name} by {name}:"
        yield from _aligned(
            [["", "mean", "spread", "trials"]]
            + [[one.words, number(one.mean), number(one.spread), str(one.count)] for one in found]
        )


def best_line(sweep: Standings) -> str:
    """Say which trial is the best; empty where there is none."""
    best = sweep.best
    if best is None or best.best is None:
        return ""
    value, epoch = best.best
    return (
        f"Best: trial {best.trial.number + 1}, {best.words}: {sweep.plan.objective.name} {number(value)} "
        f"in epoch {epoch}. Open it: nn-tui {best.folder}"
    )


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
