"""Commands of the training: train, pause, step, reset, the learning rate, the pace, breakpoints."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nn_tui.declare import find, params
from nn_tui.errors import RunError, UsageError
from nn_tui.experiment import commands as command
from nn_tui.experiment.breakpoints import parse, quantities
from nn_tui.experiment.edits import next_rate
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.spec_words import number_words
from nn_tui.experiment.speed import next_pace, pace_words
from nn_tui.plain.verbs.verb import Words, verb, whole_number

if TYPE_CHECKING:
    from nn_tui.plain.shell import Shell

__all__ = ["back", "epoch", "pace", "pause", "rate", "reset", "seed", "step", "train", "until"]

RATE = "compile.optimizer.learning_rate"


@verb("Train", "t", "[N epochs] [until CONDITION]")
def train(shell: Shell, words: Words) -> None:
    """Train until the last epoch, or so many epochs more.

    train 5 epochs trains five and pauses; train until accuracy >= 0.95 pauses when that holds.

    Commands can be typed while it trains; pause or Ctrl+C pauses it. Where the commands come from a file,
    the next one waits until the training is at rest.
    """
    bench, epochs = shell.bench, 0
    bench.require_valid()
    if "until" in words:
        at = list(words).index("until")
        _watch(shell, words[at + 1 :])
        words = words[:at]
    if words:
        epochs = whole_number(words[0], "The number of epochs")
        if list(words[1:]) not in ([], ["epoch"], ["epochs"]):
            raise UsageError(
                f"train takes a number of epochs, got {' '.join(words)!r}.", "Type train 5 epochs."
            )
    now = bench.snapshot
    assert now is not None  # what is valid has a trainer
    status, order = now.status, command.Play()
    last = status.epochs
    if epochs:
        last = status.epoch + epochs
        if status.phase != "finished" and last > status.epochs:
            bench.edit(set_value(bench.spec, "fit.epochs", last), "change the epochs")
        shell.train(
            command.RunBatches(epochs * max(1, status.batches) - status.batch),
            f"Training {bench.spec.name}, {epochs} epoch{'s' if epochs > 1 else ''}, to epoch {last}.",
        )
        return
    if status.phase == "training":
        shell.say("It is training already. Type status, or pause.")
        shell.train(order, "")
        return
    if status.phase == "finished":
        last = status.epoch + bench.spec.fit.epochs
    shell.train(order, f"Training {bench.spec.name} to epoch {last}, {status.batches} batches an epoch.")


@verb("Train", "p")
def pause(shell: Shell, words: Words) -> None:
    """Pause after the present batch; train goes on."""
    if not shell.bench.training:
        shell.say("It is not training.")
        return
    shell.bench.send(command.Pause())
    shell.wait_for_rest()


@verb("Train", "s", "[N batches]")
def step(shell: Shell, words: Words) -> None:
    """Train one batch, then pause; or so many batches."""
    count = whole_number(words[0], "The number of batches") if words else 1
    shell.train(command.RunBatches(count), "")
    shell.wait_for_rest(5.0)


@verb("Train", "e")
def epoch(shell: Shell, words: Words) -> None:
    """Train to the end of the present epoch, then pause; after going back: to the next one kept."""
    shell.train(command.RunEpoch(), "")
    shell.wait_for_rest(5.0)
    shell.bench.follow()


@verb("Train", "b")
def back(shell: Shell, words: Words) -> None:
    """Go back to the kept epoch before: its weights, its curves. The run stays as it is."""
    if not shell.bench.started:
        raise RunError("This is the start, there is no epoch to go back to.", "")
    shell.bench.send(command.StepBack())
    shell.bench.settle(60.0)
    shell.bench.follow()


@verb("Train", "r")
def reset(shell: Shell, words: Words) -> None:
    """Go back to the same initial weights, so that one change can be compared with another."""
    shell.bench.send(command.Rebuild(shell.bench.spec, keep_weights=False))
    shell.bench.settle()


@verb("Train", "sd", "[N]")
def seed(shell: Shell, words: Words) -> None:
    """Start again from other initial weights and another order of the batches.

    Without a number the next seed is taken.
    """
    spec = shell.bench.spec
    chosen = whole_number(words[0], "The seed", least=0) if words else spec.seed + 1
    shell.say(f"Seed {chosen}.")
    shell.bench.edit(replace(spec, seed=chosen), "take a new seed")


@verb("Train", "lr", "up|down|NUMBER")
def rate(shell: Shell, words: Words) -> None:
    """Take the next higher or lower learning rate of 1, 3, 10; at the next batch while training.

    A number sets it. Without a word the learning rate is told.
    """
    spec = shell.bench.spec
    optimizer = spec.compile.optimizer
    by_name = {param.name: param.default for param in params(find("optimizer", optimizer.type))}
    now = optimizer.get("learning_rate", by_name["learning_rate"])
    if not words:
        told = number_words(now) if isinstance(now, float) else "follows a schedule"
        shell.say(f"Learning rate {told}.")
        return
    if not isinstance(now, float):
        raise UsageError("The learning rate follows a schedule.", f"Type set {RATE} 0.01 to end that.")
    if words[0] in ("up", "down"):
        chosen = next_rate(now, words[0] == "up")
    else:
        try:
            chosen = float(words[0])
        except ValueError:
            raise UsageError(f"rate is up, down or a number, got {words[0]!r}.", "Type rate up.") from None
    shell.bench.edit(set_value(spec, RATE, chosen), "change the learning rate")
    shell.say(f"Learning rate {number_words(chosen)}, from {number_words(now)}.")


@verb("Train", "pc", "[up|down|N|max]")
def pace(shell: Shell, words: Words) -> None:
    """Train at a faster or slower pace: at most 30, 10, 5, 2 or 1 epochs a second, or as fast as can be."""
    bench = shell.bench
    if words and words[0] in ("up", "down"):
        bench.pace = next_pace(bench.pace, 1 if words[0] == "down" else -1)
    elif words and words[0] == "max":
        bench.pace = None
    elif words:
        try:
            bench.pace = float(words[0])
        except ValueError:
            bench.pace = 0.0
        if not 0.001 <= bench.pace <= 1e6:
            bench.pace = None
            raise UsageError(
                f"A pace is up, down, max or epochs a second, got {words[0]!r}.", "Type pace 2."
            )
    if words and bench.snapshot is not None:
        bench.send(command.SetPace(bench.pace))
    shell.say(pace_words(bench.pace))


@verb("Train", "un", "[CONDITION|nothing]")
def until(shell: Shell, words: Words) -> None:
    """Pause when a condition holds: accuracy >= 0.95, val_loss rising 3, dead > 30%, epoch 50, nan.

    Several may be set, one after another. Without a word they are told; until nothing takes them all away.
    """
    bench = shell.bench
    if words:
        _watch(shell, words)
    if not bench.points:
        shell.say("Training pauses at no condition. For example: until val_loss rising 3.")
    else:
        shell.say(f"Training pauses when: {'; '.join(point.text for point in bench.points)}.")


def _watch(shell: Shell, words: Words) -> None:
    bench = shell.bench
    if list(words) in (["nothing"], ["none"]):
        bench.points = ()
    else:
        point = parse(" ".join(words), quantities(bench.spec))
        bench.points = (*(one for one in bench.points if one != point), point)
    if bench.snapshot is not None:
        bench.send(command.BreakAt(bench.points))
