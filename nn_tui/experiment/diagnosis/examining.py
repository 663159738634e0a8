"""From a session to its diagnosis."""

from __future__ import annotations

from nn_tui.declare import registered
from nn_tui.experiment.build import load_data
from nn_tui.experiment.diagnosis.finding import Diagnosis, Finding
from nn_tui.experiment.diagnosis.measuring import Probe, data_facts
from nn_tui.experiment.diagnosis.signs import Signs
from nn_tui.experiment.history import GrowingCurves
from nn_tui.experiment.session import Session
from nn_tui.experiment.snapshot import Curves
from nn_tui.experiment.spec import Spec


def findings(signs: Signs) -> tuple[Finding, ...]:
    """Give what every sign says, the most urgent first; what is said when nothing is wrong comes alone."""
    found = [one for sign in registered("sign").values() if (one := sign(signs)) is not None]
    ill = tuple(one for one in found if one.ill)
    return ill or tuple(found[:1])


def signs_of_session(
    session: Session, curves: Curves, diverged: str = "", probe: Probe | None = None
) -> Signs:
    """Measure a session.

    Args:
        session: what is trained; it is left as it is.
        curves: what every epoch measured.
        diverged: what was said when the loss left the finite numbers. Default: it did not.
        probe: what measured it before, which saves time. Default: a new one.
    """
    probe = probe or Probe(session.spec, session.data)
    layers, answers, rows = probe.measure(session.model)
    return Signs(
        spec=session.spec,
        data=probe.facts,
        curves=curves,
        epochs=session.epochs,
        learning_rate=session.learning_rate,
        layers=layers,
        diverged=diverged,
        answers=answers,
        rows=rows,
    )


def examine(session: Session, curves: Curves, diverged: str = "") -> Diagnosis:
    """Measure a session and say what is found; arguments as `signs_of_session` takes them."""
    signs = signs_of_session(session, curves, diverged)
    return Diagnosis(findings(signs), session.epoch, signs.layers)


def examine_spec(spec: Spec) -> Diagnosis:
    """Say what is found of an experiment that cannot be trained, or is not yet: its output and its loss.

    Raises:
        DataError: the rows cannot be read.
    """
    facts = data_facts(load_data(spec.data), spec)
    signs = Signs(spec=spec, data=facts, curves=GrowingCurves().view(), epochs=0, learning_rate=0.0)
    return Diagnosis(findings(signs), 0)
