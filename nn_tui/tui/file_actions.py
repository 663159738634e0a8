"""What a person can do with whole experiments: open, save, leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events, on

from nn_tui.errors import NnTuiError
from nn_tui.experiment.spec import Spec
from nn_tui.tui.bench import Bench

if TYPE_CHECKING:
    from nn_tui.data.files.looking import Watch
    from nn_tui.experiment.templates import Template
    from nn_tui.export.opening import Opened


class FileActions(Bench):
    """Open an example or a file, save, quit without losing anything."""

    @property
    def unsaved(self) -> bool:
        """Whether the experiment was changed since it was opened or saved; another seed is no change."""
        spec, saved = self.own_work
        return replace(spec, seed=saved.seed) != saved

    def action_open_example(self) -> None:
        """Choose a bundled experiment."""
        from nn_tui.experiment.examples import about, examples
        from nn_tui.tui.screens.choose import Choice, ChooseScreen
        from nn_tui.tui.wording import stack_words

        shelf = examples()
        choices = [Choice(name, name, about(spec), stack_words(spec, "")) for name, spec in shelf.items()]
        self.push_screen(ChooseScreen("Open an example", choices, chosen=self.spec.name), self._take_source)

    def action_template(self) -> None:
        """Choose a kind of network; each fits itself to the data, or says why it cannot."""
        spec = self.spec

        def fit() -> None:
            from nn_tui.experiment.templates import TEMPLATES

            made: list[tuple[Template, Spec | NnTuiError]] = []
            for template in TEMPLATES:
                try:
                    made.append((template, template.fit(spec)))
                except NnTuiError as error:
                    made.append((template, error))
            self.call_from_thread(self._ask_template, made)

        self.run_worker(fit, thread=True, exclusive=True, group="template", exit_on_error=False)

    def _ask_template(self, made: list[tuple[Template, Spec | NnTuiError]]) -> None:
        from nn_tui.tui.screens.choose import Choice, ChooseScreen
        from nn_tui.tui.wording import stack_words

        found = {template.name: outcome for template, outcome in made}
        choices = [
            Choice(
                template.name,
                template.name,
                template.sentence,
                stack_words(outcome, "") if isinstance(outcome, Spec) else f"! {outcome.message}",
            )
            for template, outcome in made
        ]

        def take(name: str | None) -> None:
            outcome = None if name is None else found[name]
            if isinstance(outcome, Spec):
                self.edit(outcome, f"template {name}")
            elif outcome is not None:
                self.say(f"! {outcome.message}")

        self.push_screen(ChooseScreen("Take a template", choices), take)

    def action_open_file(self) -> None:
        """Choose an experiment, a data file or a folder, or write its path."""
        from nn_tui.tui.screens.open import OpenScreen

        self.push_screen(OpenScreen("Open"), self._take_source)

    def action_show_line(self) -> None:
        """Show the experiment as a line and as an address; open another."""
        from nn_tui.tui.screens.line import LineScreen

        def take(opened: Opened | None) -> None:
            if opened is not None:
                self._take_spec(opened.spec, None, opened.told)

        self.push_screen(LineScreen(self.spec), take)

    def action_show_data(self) -> None:
        """Show the rows and the columns."""
        from nn_tui.tui.screens.data import DataScreen

        def take(spec: Spec | None) -> None:
            if spec is not None:
                self.edit(spec, "change the data")

        self.push_screen(DataScreen(self.spec), take)

    def _take_source(self, source: str | None) -> None:
        if source is not None:
            self.open_source(source)

    def open_source(self, source: str) -> None:
        """Open an example by its name, or a file by its path; data are read in a thread."""
        from nn_tui.experiment.examples import names
        from nn_tui.experiment.runs.store import is_bundle
        from nn_tui.export.opening import open_anything

        if is_bundle(Path(source)):
            self.open_run(Path(source))
            return
        if source not in names():
            self._read_source(source)
            return
        try:
            spec = open_anything(source).spec
        except NnTuiError as error:
            self.say(f"! {error}")
            return
        self._take_spec(spec, None)

    def _take_spec(self, spec: Spec, path: Path | None, why: str = "", *, kept: bool = True) -> None:
        """Make an opened experiment the present one; `kept`: it can be opened from a file again."""

        def step() -> None:
            self.history.push(spec, f"open {spec.name}")
            self.path = path if path is not None and path.suffix == ".toml" else None
            if kept:
                self.saved = spec
            self.spec = spec
            self.say(why, stays=True)

        from nn_tui.tui.query_question import ask_for_queries

        ask_for_queries(self, spec, lambda: self.unless_lost(spec, step))

    @on(events.Paste)
    def take_paste(self, event: events.Paste) -> None:
        """Open Keras code that was pasted on the workbench."""
        if len(self.screen_stack) > 1 or not event.text.strip():
            return
        from nn_tui.export.keras_code import looks_like_keras_code, read_keras_code

        text = event.text
        if not looks_like_keras_code(text):
            self.say("That is no Keras code; the code of a Sequential model can be pasted here.")
            return

        def read(watch: Watch) -> Opened:
            opened = read_keras_code(text)
            count = len(opened.spec.layers)
            first = f"Pasted: {count} layer{'s' if count > 1 else ''}; u takes them back."
            return replace(opened, notes=(first, *opened.notes))

        self._read(read, kept=False)

    def _read_source(self, source: str) -> None:
        """Read a file in a thread, as queries in it are looked at; for data a network is proposed."""
        from nn_tui.export.opening import open_anything

        self._read(partial(open_anything, source), path=Path(source))

    def _read(
        self, read: Callable[[Watch], Opened], *, path: Path | None = None, kept: bool = True
    ) -> None:
        from nn_tui.data.files.looking import Watch

        self.stop_reading()
        watch = self.reading = Watch(self.note_progress)

        def work() -> None:
            try:
                opened = read(watch)
            except NnTuiError as error:
                told = str(error)
                self.call_from_thread(self._read_ended, watch, lambda: self.say(f"! {told}"))
                return
            take = partial(self._take_spec, opened.spec, path, opened.told, kept=kept)
            self.call_from_thread(self._read_ended, watch, take)

        self.run_worker(work, thread=True, group="read", exit_on_error=False)

    def _read_ended(self, watch: Watch, then: Callable[[], None]) -> None:
        if self.reading is watch:
            self.reading = None
            self.say("")
            then()

    def action_save_file(self) -> None:
        """Save to the file it came from, or ask for a name."""
        if self.path is not None:
            self._write(self.path)
            return
        from nn_tui.experiment.files import is_stream, would_be_lost
        from nn_tui.experiment.spec_file import spec_path
        from nn_tui.tui.screens.choose import ChooseScreen

        def take(written: str | None) -> None:
            if written is None:
                return
            try:
                path = spec_path(written)
            except NnTuiError as error:
                self.say(f"! {error}")
                return
            if is_stream(path):
                # A pipe may be full, and nobody may read it.
                self.run_worker(partial(self._pass_on, path), thread=True, exit_on_error=False)
            elif would_be_lost(path):
                lost = f"{path} is there already; what is in it is lost."
                self.ask("Overwrite?", lost, "overwrite", lambda: self._write(path))
            else:
                self._write(path)

        screen = ChooseScreen(
            "Save as", (), free=True, text=f"{self.spec.name}.toml", hint="path of the file"
        )
        self.push_screen(screen, take)

    def _write(self, path: Path) -> None:
        from nn_tui.experiment.spec_file import save

        spec: Spec = self.spec
        try:
            save(spec, path)
        except NnTuiError as error:
            self.say(f"! {error}")
            return
        self.saved, self.path = spec, path
        self.say(f"Saved {path}. Train it without the screen: nn-tui train {path}")

    def _pass_on(self, path: Path) -> None:
        """Write the experiment to a pipe or a device, in a thread; it is no file that it is saved to."""
        from nn_tui.experiment.spec_file import save

        try:
            save(self.spec, path)
        except NnTuiError as error:
            self.call_from_thread(self.say, f"! {error}")
        else:
            self.call_from_thread(self.say, f"Wrote it to {path}.")

    def action_leave(self) -> None:
        """Quit; ask first when changes are not saved."""
        if self.unsaved:
            self.ask("Quit?", f"The changes of {self.spec.name} are not saved.", "quit", self.exit)
        else:
            self.exit()
