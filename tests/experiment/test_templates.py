"""Whole networks that fit themselves to the data, or say why they cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nn_tui.errors import SpecError
from nn_tui.experiment.proposal import propose
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.templates import TEMPLATES, Template
from tests.experiment.specs import small

SOURCES = ("iris", "penguins", "diabetes", "digits", "reviews", "co2")
SUITS = {
    "classifier": {"iris", "penguins", "digits", "reviews", "circle"},
    "regressor": {"diabetes", "co2"},
    "CNN": {"digits"},
    "LSTM": {"digits"},
    "autoencoder": {"iris", "penguins", "diabetes", "digits", "reviews", "co2"},
}


def experiment(source: str) -> Spec:
    spec = small() if source == "circle" else propose(source).spec
    return replace(spec, fit=replace(spec.fit, epochs=1))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
@pytest.mark.parametrize("source", [*SOURCES, "circle"])
def test_a_template_trains_on_what_it_suits_and_says_why_it_does_not(
    template: Template, source: str
) -> None:
    spec = experiment(source)
    if source not in SUITS[template.name]:
        with pytest.raises(SpecError, match=r"need|does not suit"):
            template.fit(spec)
        return
    made = template.fit(spec)
    assert made.compile.optimizer == spec.compile.optimizer and made.fit == spec.fit
    session = Session(made)
    list(session.steps())
    assert session.epoch == 1 and session.last_epoch()["loss"] == session.last_epoch()["loss"]


def test_an_autoencoder_gives_back_its_input() -> None:
    made = TEMPLATES[-1].fit(experiment("digits"))
    data = Session(made).data
    assert data.train.y.shape == data.train.x.shape
    assert made.compile.loss.type == "mean_squared_error"
