"""When a run is looked at, and when what is said changes."""

from __future__ import annotations

import pytest

from nn_tui.experiment.diagnosis import desk as desk_module
from nn_tui.experiment.diagnosis.desk import DiagnosisDesk
from nn_tui.experiment.diagnosis.finding import Finding, Remedy
from nn_tui.experiment.diagnosis.measuring import Probe
from nn_tui.experiment.history import GrowingCurves
from nn_tui.experiment.session import Session
from tests.experiment.diagnosis.runs import dense, spec


class Looks:
    """A desk with a clock that is set by hand, for findings that are made up."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.name = "well"
        self.looks = 0
        self.session = Session(spec([dense(2, "softmax")]))
        self.curves = GrowingCurves()
        self.desk = DiagnosisDesk(clock=lambda: self.now)
        monkeypatch.setattr(desk_module, "findings", self._findings)

    def _findings(self, signs: object) -> tuple[Finding, ...]:
        self.looks += 1
        remedy = None if self.name == "well" else Remedy("mend it")
        return (Finding(self.name, f"{self.name} {self.looks}", "", remedy),)

    def after(self, seconds: float, name: str, *, resting: bool = False) -> str:
        """What is said some seconds and an epoch later, when the findings are these."""
        self.now += seconds
        self.name = name
        self.curves.append(int(self.now), {"loss": 1.0})
        self.desk.refresh(self.session, self.curves.view(), resting=resting)
        assert self.desk.diagnosis is not None
        return self.desk.diagnosis.headline.text


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    monkeypatch.setattr(Probe, "measure", lambda probe, model: ((), None, 0))
    return Looks(monkeypatch)


def test_the_first_finding_is_said_at_once(looks: Looks) -> None:
    assert looks.after(0, "overfitting") == "overfitting 1"


def test_another_one_must_be_found_twice_a_second_apart(looks: Looks) -> None:
    looks.after(0, "well")
    assert looks.after(4.1, "overfitting") == "well 1"
    assert looks.after(1.1, "overfitting") == "overfitting 3"


def test_a_sentence_stands_for_four_seconds(looks: Looks) -> None:
    looks.after(0, "well")
    said = [looks.after(1.1, "overfitting").split()[0] for _ in range(4)]
    assert said == ["well", "well", "well", "overfitting"]


def test_what_comes_and_goes_is_not_said(looks: Looks) -> None:
    looks.after(0, "well")
    for name in ("rate", "well", "rate", "well", "other", "rate", "other"):
        assert looks.after(1.1, name).startswith("well")


def test_looks_are_a_second_apart_while_it_trains(looks: Looks) -> None:
    for _ in range(50):
        looks.after(0.1, "well")
    assert looks.looks <= 6


def test_the_figures_of_the_same_sentence_change_every_five_seconds_only(looks: Looks) -> None:
    said = [looks.after(1.01, "rate") for _ in range(12)]
    assert len(set(said)) == 3


def test_at_rest_the_newest_is_said_at_once(looks: Looks) -> None:
    looks.after(0, "well")
    assert looks.after(0, "overfitting", resting=True) == "overfitting 2"


def test_at_rest_nothing_is_measured_again_while_nothing_changes(looks: Looks) -> None:
    looks.after(0, "well", resting=True)
    said = looks.desk.diagnosis
    looks.desk.refresh(looks.session, looks.curves.view(), resting=True)
    assert looks.desk.diagnosis is said and looks.looks == 1


def test_looking_takes_a_hundredth_of_the_time_at_most(
    looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(probe: Probe, model: object) -> tuple[tuple[()], None, int]:
        probe.seconds = 0.5
        return (), None, 0

    monkeypatch.setattr(Probe, "measure", slow)
    for _ in range(60):
        looks.after(1.0, "well")
    assert looks.looks == 2


def test_a_new_run_begins_without_a_diagnosis(looks: Looks) -> None:
    looks.after(0, "well")
    looks.desk.forget()
    assert looks.desk.diagnosis is None
    assert looks.after(0, "rate") == "rate 2"


def test_too_early_to_tell_is_said_no_longer_than_it_is_true(looks: Looks) -> None:
    assert looks.after(0, "early", resting=True) == "early 1"
    assert looks.after(1.1, "early") == "early 2"
    assert looks.after(1.1, "well") == "well 3"
    assert looks.after(1.1, "overfitting") == "well 3"
