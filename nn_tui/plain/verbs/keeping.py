"""Commands of whole experiments and runs: open, save, examples, runs, resume, the experiment in a line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nn_tui.errors import RunError, SpecError, UsageError
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.checkup import check_up
from nn_tui.experiment.examples import about, examples
from nn_tui.experiment.files import is_stream, would_be_lost
from nn_tui.experiment.runs.background import require_free, trained_in_background
from nn_tui.experiment.runs.listing import found_runs
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.spec_file import save as save_spec
from nn_tui.experiment.spec_file import spec_path
from nn_tui.experiment.spec_words import stack_words
from nn_tui.plain.following import taken_over
from nn_tui.plain.verbs.verb import Words, verb
from nn_tui.plain.words.experiment import (
    experiment_sentences,
    layer_sentences,
    problem_sentences,
    run_sentence,
)

if TYPE_CHECKING:
    from nn_tui.experiment.runs.card import RunCard
    from nn_tui.plain.shell import Shell

__all__ = ["examples_", "line", "open_", "resume", "runs", "save", "take"]

MOST = 20
"""Runs told at once."""


@verb("Experiment", "ex")
def examples_(shell: Shell, words: Words) -> None:
    """Tell the bundled experiments; open one by its name."""
    shell.say(
        *(f"{name}: {about(spec)} Network {stack_words(spec, '')}." for name, spec in examples().items())
    )


@verb("Experiment", "o", "SOURCE")
def open_(shell: Shell, words: Words) -> None:
    """Open an example, a spec, a data file, a saved run, or a line as circle 4t-2t lr=.03.

    For data a network is proposed. What was trained is kept as a run.
    """
    from nn_tui.export.opening import open_anything

    source = " ".join(words).strip()
    if not source:
        raise UsageError("open needs a name or a file.", "Type examples for those that are bundled.")
    run = RunStore().named(source)
    if run is not None:
        _take_up(shell, run)
        return
    opened = open_anything(source)
    shell.bench.open(opened.spec, Path(source) if source.endswith(".toml") else None)
    shell.say(*([opened.told] if opened.told else []))
    shell.say(*experiment_sentences(shell.bench.spec, shell.bench.checkup))


@verb("Experiment", "sv", "[FILE]")
def save(shell: Shell, words: Words) -> None:
    """Save the experiment as a TOML file; runs are kept without being asked.

    save FILE overwrite writes over a file that is there.
    """
    bench = shell.bench
    path = bench.path
    if words and words[0].strip():
        path = spec_path(words[0])
    if path is None:
        raise UsageError("save needs the name of a file.", f"Type save {bench.spec.name}.toml.")
    if would_be_lost(path) and path != bench.path and "overwrite" not in words[1:]:
        raise UsageError(f"{path} is there already.", f"Type save {path} overwrite.")
    save_spec(bench.spec, path)
    if is_stream(path):
        shell.say(f"Wrote it to {path}.")
        return
    bench.path = path
    shell.say(f"Saved {path}. Train it without the screen: nn-tui train {path}")


@verb("Experiment", "v", "[WORD]...")
def runs(shell: Shell, words: Words) -> None:
    """Tell the runs that are kept, the newest first, or those with these words; resume goes on with one."""
    shell.listed = found_runs(RunStore().runs(), " ".join(words))
    if not shell.listed:
        shell.say("No run is kept with these words." if words else "No run is kept yet: train makes one.")
        return
    shown = shell.listed[:MOST]
    shell.say(*(run_sentence(card, at) for at, card in enumerate(shown, start=1)))
    if len(shell.listed) > MOST:
        shell.say(f"{len(shell.listed) - MOST} more; type runs and a word to find one.")


@verb("Experiment", "rs", "N|RUN")
def resume(shell: Shell, words: Words) -> None:
    """Go on with a kept run: by its number in the last list, its name, its id, or last.

    A run that is trained in the background is taken over at the end of its epoch.
    """
    if not words:
        raise UsageError("resume needs a run.", "Type runs for a list, or resume last.")
    _take_up(shell, found_run(shell, " ".join(words)))


def found_run(shell: Shell, word: str) -> RunCard:
    """Give a run by its number in the last list, its name, its id, or last.

    Raises:
        RunError: there is none.
    """
    if word.isdecimal() and 1 <= int(word) <= len(shell.listed):
        return shell.listed[int(word) - 1]
    return RunStore().find(word)


def _take_up(shell: Shell, card: RunCard) -> None:
    now = shell.bench.snapshot
    if now is not None and now.run is not None and now.run.id == card.id:
        raise RunError(f"{card.name} is open already.", "Type train to go on.")
    if trained_in_background(Path(card.folder)):
        card = taken_over(shell, card)
    require_free(card)
    saved = SavedRun.open(Path(card.folder))
    _, told = saved.read()
    if problems := check_up(saved.spec).problems:
        raise SpecError(problems[0].message, problems[0].remedy, problems[0].path)
    shell.say(*([told] if told else []))
    shell.bench.open(saved.spec, run=card)


@verb("Experiment", "tk", "RUN [network] [frozen]")
def take(shell: Shell, words: Words) -> None:
    """Start with the weights of a kept run, or of a .keras file: layers that are like its own take them.

    take RUN network takes its layers too, with another head for these data. frozen keeps the layers that
    were taken as they are in training. Show tells where each layer's weights came from.
    """
    from nn_tui.experiment.finetuning import network_of, tuned_network, with_weights

    ways = [word for word in words if word in ("network", "frozen")]
    names = [word for word in words if word not in ways]
    if not names:
        raise UsageError("take needs a run.", "Type runs for a list, then take 1.")
    name = " ".join(names)
    if name.endswith(".keras"):
        from nn_tui.export.opening import trained_network

        network = trained_network(name)
    else:
        network = network_of(found_run(shell, name))
    make = tuned_network if "network" in ways else with_weights
    bench = shell.bench
    spec = make(bench.spec, network, freeze="frozen" in ways)
    if spec == bench.spec:
        shell.say(f"It starts with the weights of {network.name} already.")
        return
    bench.edit(spec, f"take weights of {network.name}")
    shell.say(f"The weights of {network.name} are taken. Type undo to take it back.")
    shell.say(*layer_sentences(bench.spec, bench.checkup), *problem_sentences(bench.checkup))


@verb("Experiment", "ln")
def line(shell: Shell, words: Words) -> None:
    """Tell the experiment as one line that open takes, and as an address where one says it."""
    from nn_tui.experiment.playground import write_address
    from nn_tui.experiment.sources import line_of

    written = line_of(shell.bench.spec)
    shell.say(written.text, *([written.told] if written.told else []))
    try:
        shell.say(write_address(shell.bench.spec))
    except SpecError as error:
        shell.say(error.message)
