"""The diagnosis in sentences."""

from __future__ import annotations

from nn_tui.experiment.diagnosis.finding import Diagnosis, Finding
from nn_tui.experiment.runs.differences import difference_words
from nn_tui.experiment.spec import Spec


def finding_sentence(finding: Finding) -> str:
    """Tell a finding, its remedy, and how to apply it."""
    told = _sentence(finding.text)
    remedy = finding.remedy
    if remedy is None:
        return told
    told += f" Remedy: {_sentence(remedy.text)}"
    return f"{told} Type remedy to apply it." if remedy.spec is not None else told


def diagnosis_sentences(diagnosis: Diagnosis, spec: Spec) -> list[str]:
    """Tell every finding, why it is said, and what its remedy changes in an experiment."""
    told: list[str] = []
    several = len(diagnosis.findings) > 1
    for count, finding in enumerate(diagnosis.findings, start=1):
        told.append(f"{count}. {_sentence(finding.text)}" if several else _sentence(finding.text))
        told.append(f"Why: {finding.why}")
        remedy = finding.remedy
        if remedy is None:
            continue
        told.append(f"Remedy: {_sentence(remedy.text)}")
        if remedy.spec is not None:
            word = f"remedy {count}" if several else "remedy"
            again = " It helps from the initial weights on, so it starts again." if remedy.restart else ""
            told.append(f"Type {word} to apply it: {difference_words(spec, remedy.spec)}.{again}")
    return told


def _sentence(text: str) -> str:
    told = text[:1].upper() + text[1:]
    return told if told.endswith((".", "!", "?")) else f"{told}."
