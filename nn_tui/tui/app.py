"""`NnTuiApp`: the whole program in a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual import events
from textual.app import SystemCommand
from textual.screen import Screen

from nn_tui.declare import sentence
from nn_tui.tui.actions import ACTIONS, Action, action_named, bindings
from nn_tui.tui.diagnosis_actions import DiagnosisActions
from nn_tui.tui.panels.insight_lines import title
from nn_tui.tui.predict_actions import PredictActions
from nn_tui.tui.rate_actions import RateActions
from nn_tui.tui.screens.workbench import Workbench
from nn_tui.tui.showing_actions import ShowingActions
from nn_tui.tui.styles.sizes import size_classes
from nn_tui.tui.styles.themes import DARK, LIGHT, TOKENS
from nn_tui.tui.sweep_actions import SweepActions
from nn_tui.tui.terminal_actions import TerminalActions
from nn_tui.tui.training_actions import TrainingActions

__all__ = ["NnTuiApp"]


class NnTuiApp(
    PredictActions,
    TrainingActions,
    DiagnosisActions,
    TerminalActions,
    RateActions,
    ShowingActions,
    SweepActions,
):
    """The workbench with its keys, its palette of commands and its themes.

    Args:
        spec: the experiment to begin with.
        trainer_factory: what makes a trainer of a spec. Default: the real one.
        path: the file it came from, where saving writes to. Default: none.
        run: a saved run to go on with. Default: none.
        ascii_only: whether to draw with ASCII characters only. Default: as the locale needs it.
    """

    TITLE = "nn-tui"
    CSS_PATH = [
        "styles/base.tcss",
        "screens/workbench.tcss",
    ]  # the first screen's own is not read by Textual
    BINDINGS = bindings("app")
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (50, "-narrow"), (110, "-wide"), (170, "-huge")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (14, "-short"), (32, "-tall"), (48, "-high")]
    COMMAND_PALETTE_BINDING = "ctrl+p"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give the tokens to themes that are not ours."""
        return TOKENS

    def get_default_screen(self) -> Screen[None]:
        """Make the workbench, with the layout for this size: its first paint is where things stay."""
        bench = type(self)
        return Workbench(classes=" ".join(size_classes(self))).data_bind(
            bench.spec,
            bench.checkup,
            bench.snapshot,
            bench.frame,
            bench.notice,
            bench.lesson,
            present=bench.situation,
        )

    @property
    def workbench(self) -> Workbench:
        """The workbench, which is always the lowest screen."""
        screen = self.screen_stack[0]
        assert isinstance(screen, Workbench)
        return screen

    async def on_event(self, event: events.Event) -> None:
        """Keep the order of what is typed; hurry where a person waits for an answer."""
        if isinstance(event, events.InputEvent | events.Paste):
            if not self.screen_stack:  # the program is being left
                return
            if not event.is_forwarded:
                if not self.typing_order.goes_on(event):
                    return
                if isinstance(event, events.Key | events.MouseDown):
                    self.workbench.hurry()
        await super().on_event(event)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Allow an action where the table says that it makes sense."""
        known = action_named(action)
        if known is None or known.owner != "app":
            return True
        # A page has keys of its own; what it does not know must not change the experiment behind it.
        return (known.anywhere or self._at_bench) and known.when(self.situation)

    @property
    def _at_bench(self) -> bool:
        """Whether the workbench is on top, or the palette, whose commands are the workbench's."""
        from nn_tui.tui.screens.leaving import Palette

        return not self.screen_stack or isinstance(self.screen, Workbench | Palette)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Give every action, example and insight to the command palette."""
        from nn_tui.experiment.examples import names
        from nn_tui.export.pages import views

        for action in ACTIONS:
            if not action.numbered and action.name != "command_palette":
                call = partial(self.do_named, action)
                words = f"{action.title}  ({action.keys_shown})"
                yield SystemCommand(words, action.sentence, call)
        for number, (name, insight) in enumerate(views().items(), start=1):
            show = partial(self.run_action, f"screen.show_insight({number})")
            yield SystemCommand(f"Show insight: {title(name)}", sentence(insight), show)
        for name in names():
            help_text = "Open this bundled experiment."
            yield SystemCommand(f"Open example: {name}", help_text, partial(self.open_source, name))

    async def do_named(self, action: Action) -> None:
        """Do what was chosen by its name, or say why it makes no sense now."""
        now = self.situation if action.owner == "app" else self.workbench.situation
        if why := action.why_not(now):
            self.say(why)
        else:
            await self.run_action(action.call)

    def go_to(self, path: str) -> None:
        """Show the place of the build panel that a path belongs to."""
        self.workbench.point_at(path)

    def action_command_palette(self) -> None:
        """Open the palette over the workbench; its commands make no sense over a dialog."""
        from nn_tui.tui.screens.leaving import Palette

        if self.screen is self.workbench:
            self.push_screen(Palette(id="--command-palette"))

    def action_dismiss(self) -> None:
        """Take the message away, and cancel what is being read."""
        if self.reading is not None:
            self.stop_reading()
        else:
            self.say("")

    def action_help(self) -> None:
        """Show all keys."""
        from nn_tui.tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.screen, bench=self.screen is self.workbench))

    def action_guide(self) -> None:
        """Open the guide."""
        from nn_tui.tui.screens.guide import GuideScreen

        self.push_screen(GuideScreen())

    def action_change_look(self) -> None:
        """Change between dark and light."""
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name
