"""Commands that look: status, curves, diagnosis, the log, insights, weights, gradients, data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nn_tui.declare import nearest, registered, sentence
from nn_tui.errors import NnTuiError, RunError, UsageError
from nn_tui.experiment.build import build_model
from nn_tui.experiment.words import in_order
from nn_tui.export.pages import make_page, views
from nn_tui.insight.telling import picture_sentences
from nn_tui.plain.verbs.verb import Words, verb, whole_number
from nn_tui.plain.words.curves import curve_sentences, drawn, mark_sentences, result_words
from nn_tui.plain.words.data import data_sentences, one_column_sentences
from nn_tui.plain.words.experiment import problem_sentences
from nn_tui.plain.words.findings import diagnosis_sentences
from nn_tui.plain.words.layers import gradient_sentences, weight_sentences
from nn_tui.plain.words.status import status_sentences

if TYPE_CHECKING:
    from nn_tui.experiment.diagnosis.finding import Diagnosis
    from nn_tui.experiment.snapshot import Snapshot
    from nn_tui.insight.pictures import Control, Picture
    from nn_tui.plain.shell import Shell

__all__ = ["curve", "data", "diagnose", "gradients", "insight", "log", "remedy", "status", "weights"]


def _now(shell: Shell) -> Snapshot:
    """Give the newest snapshot.

    Raises:
        SpecError: the experiment could never be trained.
    """
    if shell.bench.snapshot is None:
        shell.bench.require_valid()
    found = shell.bench.snapshot
    assert found is not None  # what is valid has a trainer
    return found


@verb("Look", "st")
def status(shell: Shell, words: Words) -> None:
    """Tell where the training stands: epoch, speed, time left, learning rate, the newest values."""
    now = _now(shell)
    result = result_words(now.curves)
    shell.say(*status_sentences(now), *([result] if result else []))
    shell.say(*problem_sentences(shell.bench.checkup))


@verb("Look", "c", "[METRIC] [drawn]")
def curve(shell: Shell, words: Words) -> None:
    """Tell a curve: where it began, where it is, its best epoch, which way it goes.

    Without a name every quantity is told. curve loss drawn adds the curve as a line of text.
    """
    curves = _now(shell).curves
    if not curves.values:
        raise RunError("No epoch has ended yet.", "Type train.")
    known = list(in_order(dict.fromkeys(curves.values, 0.0)))
    asked = [word for word in words if word != "drawn"]
    name = "_".join(asked).replace("validation_", "val_").lower()
    if name and name not in known:
        raise UsageError(f"{' '.join(asked)!r} is not measured here.", nearest(name, known))
    for one in [name] if name else known:
        shell.say(*curve_sentences(one, curves))
        if "drawn" in words:
            shell.say(drawn(one, curves, ascii_only=shell.voice.ascii_only))
    shell.say(*mark_sentences(curves))


@verb("Look", "h")
def diagnose(shell: Shell, words: Words) -> None:
    """Tell what was found of the run, why, and the remedy."""
    shell.say(*diagnosis_sentences(_diagnosis(shell), shell.bench.spec))


def _diagnosis(shell: Shell) -> Diagnosis:
    """Give the diagnosis of the run, or of an experiment that cannot be trained.

    Raises:
        SpecError: the problem, where no sign knows a remedy.
        RunError: nothing was found yet.
    """
    bench = shell.bench
    if bench.checkup.problems:
        from nn_tui.experiment.diagnosis.examining import examine_spec

        try:
            found = examine_spec(bench.spec)
        except NnTuiError:
            found = None
        if found is None or not found.headline.ill:
            bench.require_valid()
        assert found is not None  # else the problem was raised
        return found
    diagnosis = _now(shell).diagnosis
    if diagnosis is None:
        raise RunError("Nothing is found yet.", "Type train.")
    return diagnosis


@verb("Look", "m", "[N]")
def remedy(shell: Shell, words: Words) -> None:
    """Apply the remedy of the diagnosis, or the one with this number; undo takes it back.

    Where it only helps from the initial weights on, the network starts again; the run so far is kept.
    """
    bench = shell.bench
    findings = _diagnosis(shell).findings
    at = whole_number(words[0], "The number of a finding") if words else 1
    if at > len(findings):
        raise UsageError(f"There is no finding {at}.", f"There are 1 to {len(findings)}; type diagnose.")
    chosen = findings[at - 1].remedy
    if chosen is None or chosen.spec is None:
        told = (
            "Nothing is wrong, so there is no remedy."
            if chosen is None
            else f"Only you can do it: {chosen.text}"
        )
        raise RunError(told, "Type diagnose.")
    label = f"apply: {chosen.text.rstrip('.')}"
    bench.edit(chosen.spec, label, afresh=chosen.restart and bench.started)
    shell.say(f"Applied: {chosen.text} Type undo to take it back, train to train.")


@verb("Look", "l", "[N]")
def log(shell: Shell, words: Words) -> None:
    """Tell the last things that happened, one a line; 10, or as many as you say."""
    entries = _now(shell).log
    count = whole_number(words[0], "The number of entries") if words else 10
    shell.say(*([entry.text for entry in entries[-count:]] or ["Nothing has happened yet."]))


@verb("Look", "i", "[NAME] [CONTROL N]...")
def insight(shell: Shell, words: Words) -> None:
    """Tell a picture of the network as it is now: insight fit, insight network, insight step sample 3.

    Without a name those there are are told. What can be turned of a picture is told with it; its name and a
    number from 1 turn it.
    """
    known = views()
    if not words:
        shell.say(*(f"insight {name}: {sentence(one)}" for name, one in known.items()))
        return
    if words[0] not in known:
        raise UsageError(f"There is no insight {words[0]!r}.", nearest(words[0], known))
    options: dict[str, int] = {}
    picture = _picture(shell, words[0], options)
    rest = list(words[1:])
    while rest:  # what one control is turned to decides how many places the next one has
        rest = _turn(rest, picture.controls, options)
        picture = _picture(shell, words[0], options)
    shell.say(*picture_sentences(picture))
    for control in picture.controls:
        shell.say(f"{control.label}: {control.words}; {control.count} to choose from.")


def _picture(shell: Shell, name: str, options: dict[str, int]) -> Picture:
    """Have an insight computed of the network, or a page made of the experiment."""
    if name in registered("page"):
        return make_page(name, shell.bench.spec, options)
    return shell.bench.picture(name, options)


def _turn(words: list[str], controls: tuple[Control, ...], options: dict[str, int]) -> list[str]:
    """Read where the first control is turned to, `sample 3`, counted from 1; gives the words after it.

    Raises:
        UsageError: there is no such control, or no such place of it.
    """
    known = {control.label.lower(): control for control in controls}
    name = next((one for one in known if " ".join(words).lower().startswith(one)), "")
    taken = len(name.split())
    if not name or len(words) <= taken:
        told = ", ".join(known) or "nothing of it can be turned"
        raise UsageError(f"{' '.join(words)!r} turns nothing here.", f"There is: {told}; add a number.")
    control = known[name]
    place = whole_number(words[taken], f"The number of {name}")
    if place > control.count:
        raise UsageError(f"There is no {name} {place}.", f"There are 1 to {control.count}.")
    options[control.option] = place - 1
    return words[taken + 1 :]


@verb("Look", "w")
def weights(shell: Shell, words: Words) -> None:
    """Tell the weights of each layer: range, mean, and units that do nothing."""
    bench = shell.bench
    found = _now(shell).diagnosis
    signs = () if found is None else found.layers
    if bench.started:
        run = shell.opened_run()
        shell.say(*weight_sentences(run.model, signs))
        return
    from nn_tui.experiment.build import load_data
    from nn_tui.experiment.start import take_start

    bench.require_valid()
    rows = load_data(bench.spec.data)
    model = build_model(bench.spec, rows.input_shape, rows.stream)
    if bench.spec.start is not None:
        take_start(bench.spec, model)
    shell.say("The initial weights; nothing is trained yet.", *weight_sentences(model, signs))


@verb("Look", "g")
def gradients(shell: Shell, words: Words) -> None:
    """Tell how large the gradient of each layer is, and how far one step moves its weights."""
    found = _now(shell).diagnosis
    told = [] if found is None else gradient_sentences(found.layers)
    if not told:
        raise RunError(
            "The gradients are not measured yet, or the network is too large for it.", "Type train."
        )
    assert found is not None
    shell.say(f"After epoch {found.epoch}:", *told)


@verb("Look", "d", "[COLUMN]")
def data(shell: Shell, words: Words) -> None:
    """Tell the data: rows, columns with kinds and ranges, classes with their shares; or one column."""
    spec = shell.bench.spec
    shell.say(*(one_column_sentences(spec, " ".join(words)) if words else data_sentences(spec)))
