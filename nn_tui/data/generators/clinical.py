"""The data of an introductory Keras course: who of the people in a drug trial had side effects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np

from nn_tui.data.raw import Array, RawData
from nn_tui.declare import Knob, register

if TYPE_CHECKING:
    from numpy.random import Generator

    from nn_tui.data.generators.odds import ClinicalOdds

__all__ = ["clinical_trial"]

Rows = Annotated[int, Knob(at_least=20, at_most=5_000_000, scale="log")]
Noise = Annotated[float, Knob(at_least=0, at_most=0.5)]
Seed = Annotated[int, Knob(at_least=0)]


@register("dataset", "clinical-trial")
def clinical_trial(rows: Rows = 2100, noise: Noise = 0.0, seed: Seed = 0) -> RawData:
    """Side effects of a drug by age: 95 % of those 65 or older have them, 5 % of the younger.

        younger: 13 to 64 years; older: 65 to 100; half of the rows each

    Args:
        rows: people in the trial, at least 20. Default 2100; the test set has a fifth as many.
        noise: from 0 to 0.5: the share of people whose outcome is turned round besides. Default 0.
        seed: which people. Default 0.
    Source: the recipe of the course's own code: of 1050 younger people 50 have side effects, of 1050
        older ones 50 have none. No classifier by age alone can pass an accuracy of 0.9524.
    """
    random = np.random.default_rng(seed)
    ages, labels = _people(rows, noise, random)
    return RawData(
        name="clinical-trial",
        task="classification",
        features=ages,
        target=labels,
        feature_names=("age",),
        target_name="side effects",
        class_names=("no side effects", "side effects"),
        test=_people(max(20, rows // 5), noise, random),
        recipe=_odds(rows, noise),
    )


def _odds(rows: int, noise: float) -> ClinicalOdds:
    from nn_tui.data.generators.odds import ClinicalOdds

    half = rows // 2
    young, old = unusual_people(half) / half, 1 - unusual_people(half) / (rows - half)
    return ClinicalOdds(*(share + noise - 2 * share * noise for share in (young, old)))


def unusual_people(half: int) -> int:
    """Give how many of so many people of an age have the outcome that is rare at it."""
    return max(1, round(half / 21))


def _people(rows: int, noise: float, random: Generator) -> tuple[Array, Array]:
    half = rows // 2
    unusual = unusual_people(half)
    young = random.integers(13, 65, half)
    old = random.integers(65, 101, rows - half)
    young_labels = np.zeros(len(young), np.int64)
    old_labels = np.ones(len(old), np.int64)
    young_labels[:unusual] = 1
    old_labels[:unusual] = 0
    order = random.permutation(rows)
    ages = np.concatenate([young, old])[order].astype(np.float32)
    labels = np.concatenate([young_labels, old_labels])[order]
    if noise:
        turned = random.random(rows) < noise
        labels[turned] = 1 - labels[turned]
    return ages[:, None], labels
