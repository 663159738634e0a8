"""What watching an insight costs the training: `python -m tests.benchmarks.insights [--rounds 3]`.

For every insight and every example that it says something about: the time that the real trainer takes
for the same epochs with the insight watched and asked for as often as the app draws, against the time with
nothing watched but asked for as often. Both sides take turns, the median of the ratios is printed, beside
how long one picture takes; `recording` is what the record of every run costs, watched or not. Painting is
not in it: `tests.benchmarks.terminal` measures the app as a whole.
"""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import replace
from unittest.mock import patch

from nn_tui.experiment import commands as command
from nn_tui.experiment.diagnosis.desk import DiagnosisDesk
from nn_tui.experiment.examples import example
from nn_tui.experiment.recorder import Recorder
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.trainer import Trainer
from nn_tui.insight.pictures import Sentence
from nn_tui.insight.tabs import insights
from nn_tui.tui.frames import MOST_A_SECOND

EXAMPLES = ("clinical-trial", "circle", "digits", "co2", "reviews")
SECONDS = 1.5
"""How long a side trains at least; shorter runs say little."""


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="one insight, or recording")
    asked = parser.parse_args()
    print(f"{'example':16}{'insight':16}{'picture':>10}{'throughput':>12}")
    for name in EXAMPLES:
        spec = long_enough(example(name))
        if asked.only in ("", "recording"):
            ratios = [unrecorded_seconds(spec) / training_seconds(spec, ()) for _ in range(asked.rounds)]
            print(f"{name:16}{'recording':16}{'':10}{statistics.median(ratios):12.3f}", flush=True)
        for insight in insights():
            if asked.only and insight != asked.only:
                continue
            seconds = picture_seconds(spec, insight)
            if seconds is None:
                continue
            ratios = [
                training_seconds(spec, ()) / training_seconds(spec, (insight,)) for _ in range(asked.rounds)
            ]
            print(
                f"{name:16}{insight:16}{1000 * seconds:7.1f} ms{statistics.median(ratios):12.3f}",
                flush=True,
            )


def long_enough(spec: Spec) -> Spec:
    """Give it so many epochs that they take `SECONDS`, and nothing that ends it before."""
    spec = set_value(set_value(spec, "fit.callbacks", []), "fit.epochs", 2)
    one = training_seconds(spec, ()) / 2
    return set_value(spec, "fit.epochs", max(2, round(SECONDS / one)))


def picture_seconds(spec: Spec, insight: str) -> float | None:
    """Give how long one picture takes, the first left out; None where the insight does not apply."""
    session = Session(spec, None, keep_history=False)
    recorder = Recorder(DiagnosisDesk().probe_for)
    recorder.follow(session)
    next(iter(session.steps()))
    recorder.catch_up(session)
    request = replace(session.insight_request, record=recorder.record({}))
    function = insights()[insight]
    if isinstance(function(request), Sentence):
        return None
    started = time.perf_counter()
    for _ in range(5):
        function(request)
    return (time.perf_counter() - started) / 5


def unrecorded_seconds(spec: Spec) -> float:
    """Give how long the trainer takes where nothing is recorded."""
    with patch.object(Recorder, "epoch_ended", lambda recorder, session: None):
        return training_seconds(spec, ())


def training_seconds(spec: Spec, watched: tuple[str, ...]) -> float:
    """Give how long the trainer takes, asked for a snapshot as often as the app asks."""
    trainer = Trainer(spec)
    try:
        trainer.wait_for(lambda now: now.parameters > 0)
        trainer.send(command.Watch(watched, {}))
        trainer.send(command.Play())
        while (now := trainer.newest()).status.phase not in ("finished", "failed"):
            time.sleep(1 / MOST_A_SECOND)
        return now.status.seconds
    finally:
        trainer.close()


if __name__ == "__main__":
    main()
