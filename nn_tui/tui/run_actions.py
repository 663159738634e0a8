"""What a person can do with runs that are kept: list them, go on with one, fork one and race."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from nn_tui.declare import find, params
from nn_tui.errors import NnTuiError, SpecError
from nn_tui.experiment import commands as command
from nn_tui.experiment import edits
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import parse_assignment, set_value
from nn_tui.experiment.spec_words import value_words
from nn_tui.tui.bench import Bench

if TYPE_CHECKING:
    from nn_tui.experiment.finetuning import TrainedNetwork
    from nn_tui.experiment.runs.card import RunCard
    from nn_tui.tui.screens.choose import Choice
    from nn_tui.tui.screens.runs import RunChosen


class RunActions(Bench):
    """The Runs screen, forks and races."""

    @property
    def current_run(self) -> RunCard | None:
        """The run that is open, if any of it is kept."""
        return self.snapshot.run if self.snapshot is not None else None

    def action_show_runs(self) -> None:
        """Show the runs that are kept."""
        from nn_tui.experiment.runs.store import RunStore
        from nn_tui.tui.screens.runs import RunsScreen

        branch = None if self.snapshot is None else self.snapshot.branch
        current = self.current_run if branch is None else branch.run
        screen = RunsScreen(RunStore(), current.id if current is not None else "")
        self.push_screen(screen, self._take_run)

    def _take_run(self, chosen: RunChosen | None) -> None:
        if chosen is None:
            return
        if chosen.what == "open":
            self.open_run(chosen.run)
        elif chosen.what == "weights":
            self.take_weights_of(chosen.run)
        else:
            self.fork(chosen.run)

    def action_take_weights(self) -> None:
        """Choose a kept run whose weights are taken."""
        from nn_tui.experiment.runs.listing import headline_words
        from nn_tui.experiment.runs.store import RunStore
        from nn_tui.tui.screens.choose import Choice, ChooseScreen

        cards = {card.id: card for card in RunStore().runs()}
        if not cards:
            self.say("No run is kept yet: space trains one.")
            return
        choices = [
            Choice(card.id, card.name, f"{card.began}   {card.network}", headline_words(card))
            for card in cards.values()
        ]

        def take(chosen: str | None) -> None:
            if chosen is not None:
                self.take_weights_of(cards[chosen])

        self.push_screen(ChooseScreen("Take the weights of", choices), take)

    def take_weights_of(self, run: RunCard) -> None:
        """Read a run's network in a thread, then ask how much of it is taken."""
        from nn_tui.experiment.finetuning import network_of

        def read() -> None:
            try:
                network = network_of(run)
            except NnTuiError as error:
                self.call_from_thread(self.say, f"! {error}")
                return
            self.call_from_thread(self.ask_weights, network)

        self.run_worker(read, thread=True, group="read", exit_on_error=False)

    def ask_weights(self, network: TrainedNetwork) -> None:
        """Ask how much of a trained network is taken; each way is offered if it can be gone."""
        from nn_tui.experiment.finetuning import tuned_network, with_weights
        from nn_tui.tui.screens.choose import Choice, ChooseScreen
        from nn_tui.tui.wording import stack_words

        spec = self.spec
        found: dict[str, Spec] = {}
        choices = []
        refused = ""
        for name, make, title in (
            ("weights", with_weights, "its weights"),
            ("network", tuned_network, "its network and weights"),
        ):
            for freeze in (False, True):
                try:
                    made = make(spec, network, freeze=freeze)
                except NnTuiError as error:
                    refused = str(error)
                    continue
                if made in found.values():
                    continue
                key = f"{name} {freeze}"
                found[key] = made
                told = "Training moves the last layer only." if freeze else "Training goes on from them."
                words = f"{title}, frozen" if freeze else title
                choices.append(Choice(key, words, told, stack_words(made, "")))
        if not choices:
            self.say(f"! {refused}")
            return

        def take(chosen: str | None) -> None:
            if chosen is not None:
                self.edit(found[chosen], f"take weights of {network.name}")

        self.push_screen(ChooseScreen(f"What is taken of {network.name}?", choices, name="take"), take)

    def open_run(self, run: RunCard | Path) -> None:
        """Go on with a kept run, or with that of a bundle; its state is read in a thread."""
        from nn_tui.experiment.checkpoint import SavedRun
        from nn_tui.experiment.runs.store import RunStore

        def read() -> None:
            try:
                card = RunStore().find(str(run)) if isinstance(run, Path) else run
                saved = SavedRun.open(Path(card.folder))
                _, told = saved.read()
            except NnTuiError as error:
                self.call_from_thread(self.say, f"! {error}")
                return

            def go_on() -> None:
                self.go_on_with(card, saved.spec)
                self.say(told)

            from nn_tui.tui.query_question import ask_for_queries

            self.call_from_thread(ask_for_queries, self, saved.spec, go_on)

        self.run_worker(read, thread=True, group="read", exit_on_error=False)

    def action_race(self) -> None:
        """Fork the open run: pause it and ask from where and what is changed."""
        run = self.current_run
        if run is None:
            branch = None if self.snapshot is None else self.snapshot.branch
            told = "Train first: a fork begins at an epoch of a run."
            self.say(told if branch is None else self.untrained_words())
            return
        if self.trainer is not None and self.situation.training:
            self.trainer.send(command.Pause())
        # The pause writes the kept epochs down; it comes at the next batch.
        self.when_resting(partial(self.fork, run))

    def fork(self, run: RunCard) -> None:
        """Ask after which kept epoch a run is forked and what is changed, then race both."""
        from nn_tui.experiment.checkpoint import SavedRun
        from nn_tui.experiment.runs.epochs import KeptEpochs
        from nn_tui.experiment.runs.history_file import HistoryFile
        from nn_tui.experiment.words import number
        from nn_tui.tui.screens.choose import Choice, ChooseScreen

        folder = Path(run.folder)
        numbers = KeptEpochs(folder).numbers()
        try:
            spec = SavedRun.open(folder).spec
        except NnTuiError as error:
            self.say(f"! {error}")
            return
        if not numbers:
            self.say(f"No epoch of {run.name} is kept.")
            return
        wanted = set(numbers)
        shown = ("loss", "val_loss", "accuracy", "val_accuracy")
        values = {epoch: row for epoch, row in HistoryFile(folder).rows() if epoch in wanted}
        choices = []
        for epoch in reversed(numbers):
            told = values.get(epoch, {})
            words = "   ".join(f"{name} {number(told[name])}" for name in shown if name in told)
            choices.append(Choice(str(epoch), f"epoch {epoch}", words or "the start"))

        def take_epoch(chosen: str | None) -> None:
            if chosen is not None:
                self._ask_change(run, spec, int(chosen))

        start = str(numbers[0] if numbers[-1] >= spec.fit.epochs else numbers[-1])
        self.push_screen(ChooseScreen(f"Fork {run.name} after", choices, chosen=start), take_epoch)

    def _ask_change(self, run: RunCard, spec: Spec, epoch: int, text: str = "") -> None:
        from nn_tui.experiment.document import to_document
        from nn_tui.experiment.line.keys import whole_path
        from nn_tui.tui.screens.choose import ChooseScreen

        def take(written: str | None) -> None:
            if written is None:
                return
            said = " ".join(written.split())
            said = said if "=" in said else said.replace(" ", "=", 1)
            try:
                if "=" not in said:
                    raise SpecError(f"{said!r} has no value.", "Write setting=value, such as lr=0.01.")
                path, value = parse_assignment(said)
                changed = set_value(spec, whole_path(to_document(spec), path), value)
            except SpecError as error:
                self.say(f"! {error}")
                self._ask_change(run, spec, epoch, written)
                return
            self.race(run, spec, changed, epoch)

        choices, hint = suggestions(spec), "choose, or write setting=value, such as lr=0.01"
        self.push_screen(ChooseScreen("What is changed?", choices, free=True, text=text, hint=hint), take)

    def race(self, run: RunCard, spec: Spec, changed: Spec, epoch: int) -> None:
        """Train a run as it was and with a change, from one of its epochs on."""
        from nn_tui.experiment.runs.differences import difference_words
        from nn_tui.experiment.runs.shelf import Fork
        from nn_tui.experiment.runs.store import RunStore
        from nn_tui.experiment.trainer import Trainer
        from nn_tui.tui.screens.race import Entrant, RaceScreen

        words = difference_words(spec, changed)
        if epoch >= spec.fit.epochs:  # there is nothing left to train: as many again
            epochs = epoch + spec.fit.epochs
            spec, changed = (replace(one, fit=replace(one.fit, epochs=epochs)) for one in (spec, changed))
        changed = replace(changed, name=f"{run.name}, {words}"[:60])
        entrants = [
            Entrant("as it was", spec, Fork(run, epoch, repeats=True)),
            Entrant(words, changed, Fork(run, epoch)),
        ]

        def take(chosen: RunCard | None) -> None:
            if chosen is not None:
                self.open_run(chosen)

        self.push_screen(RaceScreen(entrants, partial(Trainer, store=RunStore())), take)


def suggestions(spec: Spec) -> list[Choice]:
    """Give changes worth trying, the likeliest first, as `setting=value`."""
    from nn_tui.tui.screens.choose import Choice

    found: list[Choice] = []

    def add(path: str, value: object, was: object) -> None:
        written = f"{path}={value}"
        found.append(Choice(written, written, f"now {value_words(was)}"))

    optimizer = spec.compile.optimizer
    defaults = {param.name: param.default for param in params(find("optimizer", optimizer.type))}
    rate = optimizer.get("learning_rate", defaults["learning_rate"])
    if isinstance(rate, float):
        for up in (True, False):
            add("compile.optimizer.learning_rate", f"{edits.next_rate(rate, up):g}", rate)
    for index, layer in enumerate(spec.layers):
        if layer.type == "Dropout":
            add(
                f"layers.{index}.rate",
                f"{min(0.9, float(layer.get('rate', 0.5)) + 0.2):g}",
                layer.get("rate"),
            )
        units = layer.get("units")
        if isinstance(units, int) and index < len(spec.layers) - 1:
            add(f"layers.{index}.units", 2 * units, units)
        if layer.type == "Dense" and index < len(spec.layers) - 1:
            kind = "he_normal" if layer.get("activation") == "relu" else "glorot_normal"
            add(
                f"layers.{index}.kernel_initializer",
                kind,
                layer.get("kernel_initializer", "glorot_uniform"),
            )
            add(f"layers.{index}.kernel_regularizer", "L2", layer.get("kernel_regularizer"))
    add("fit.batch_size", 2 * spec.fit.batch_size, spec.fit.batch_size)
    add("seed", spec.seed + 1, spec.seed)
    return found
