"""`Finding`: one sentence about a run, why it is said, and the remedy."""

from __future__ import annotations

from dataclasses import dataclass

from nn_tui.experiment.diagnosis.signs import LayerSigns
from nn_tui.experiment.spec import Spec


@dataclass(frozen=True)
class Remedy:
    """What to do about a finding.

    Args:
        text: in words: `Lower the learning rate to 0.3.`
        spec: the experiment with it done; None where only a person can do it.
        restart: whether it only helps from the initial weights on.
        epoch: where a race of it against the run as it was begins, in epochs; the nearest one kept before
            is taken. Default 0, the start.
    """

    text: str
    spec: Spec | None = None
    restart: bool = False
    epoch: int = 0


@dataclass(frozen=True)
class Finding:
    """What was found of a run.

    Args:
        name: of the sign, as it is registered.
        text: the sentence, with what was measured in it.
        why: the figures it rests on, and the threshold they were compared with.
        remedy: what to do; None where nothing is wrong.
    """

    name: str
    text: str
    why: str
    remedy: Remedy | None = None

    @property
    def ill(self) -> bool:
        """Whether something is wrong."""
        return self.remedy is not None


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """The findings of one moment, the most urgent first; there is always at least one."""

    findings: tuple[Finding, ...]
    epoch: int
    layers: tuple[LayerSigns, ...] = ()

    @property
    def headline(self) -> Finding:
        """The most urgent one."""
        return self.findings[0]

    @property
    def line(self) -> str:
        """The sentence for one line of the screen."""
        return f"diagnosis: {self.headline.text}"
