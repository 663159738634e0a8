"""What a person can do with whole experiments: open, save, leave."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nn_tui.errors import NnTuiError
from nn_tui.experiment.spec import Spec
from nn_tui.tui.bench import Bench


class FileActions(Bench):
    """Open an example or a file, save, quit without losing anything."""

    @property
    def unsaved(self) -> bool:
        """Whether the experiment was changed since it was opened or saved; another seed is no change."""
        return replace(self.spec, seed=self.saved.seed) != self.saved

    def action_open_example(self) -> None:
        """Choose a bundled experiment."""
        from nn_tui.experiment.examples import about, examples
        from nn_tui.tui.screens.choose import Choice, ChooseScreen
        from nn_tui.tui.wording import stack_words

        shelf = examples()
        choices = [Choice(name, name, about(spec), stack_words(spec, "")) for name, spec in shelf.items()]
        self.push_screen(ChooseScreen("Open an example", choices, chosen=self.spec.name), self._take_source)

    def action_open_file(self) -> None:
        """Choose a file of this folder, or write its path."""
        from nn_tui.tui.screens.choose import Choice, ChooseScreen

        choices = [Choice(str(path), str(path), "") for path in sorted(Path().glob("*.toml"))]
        screen = ChooseScreen("Open a file", choices, free=True, hint="path of a spec (.toml)")
        self.push_screen(screen, self._take_source)

    def _take_source(self, source: str | None) -> None:
        if source is not None:
            self.open_source(source)

    def open_source(self, source: str) -> None:
        """Open an example by its name, or a file by its path."""
        from nn_tui.experiment.sources import open_source

        try:
            spec = open_source(source)
        except NnTuiError as error:
            self.say(f"! {error}")
            return
        path = Path(source)

        def step() -> None:
            self.history.push(spec, f"open {spec.name}")
            self.saved, self.path = spec, path if path.suffix == ".toml" else None
            self.spec = spec

        self.unless_lost(spec, step)

    def action_save_file(self) -> None:
        """Save to the file it came from, or ask for a name."""
        if self.path is not None:
            self._write(self.path)
            return
        from nn_tui.tui.screens.choose import ChooseScreen

        def take(written: str | None) -> None:
            if written is None:
                return
            path = Path(written if written.endswith(".toml") else f"{written}.toml")
            if path.exists():
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

    def action_leave(self) -> None:
        """Quit; ask first when changes are not saved."""
        if self.unsaved:
            self.ask("Quit?", f"The changes of {self.spec.name} are not saved.", "quit", self.exit)
        else:
            self.exit()
