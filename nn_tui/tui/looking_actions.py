"""Looking at the workbench: which insight is seen and how, and how the charts are read."""

from __future__ import annotations

from nn_tui.declare import sentence
from nn_tui.tui.messages import NoticeWanted
from nn_tui.tui.workbench_panels import Panels


class LookingActions(Panels):
    """What changes what is seen, and nothing of the experiment."""

    def action_show_insight(self, number: int) -> None:
        """Show the insight with a number."""
        self.insights.show_number(number)
        self.shown = "insight"

    def action_turn_control(self, number: int, by: int) -> None:
        """Turn a control of the shown insight, counted from 1."""
        self.insights.turn(number, by)

    def action_next_sample(self) -> None:
        """Follow the next row in the shown insight."""
        self._advance("sample", "sample")

    def action_next_batch(self) -> None:
        """Go on by a batch of rows in the shown insight."""
        self._advance("batch", "batch")

    def action_next_weight(self) -> None:
        """Follow the next weight of the layer in the shown insight."""
        self._advance("weight", "start", "end")

    def _advance(self, what: str, *options: str) -> None:
        if not self.insights.advance(*options):
            self.post_message(NoticeWanted(f"This insight has no {what} to turn: Step has one."))

    def action_choose_insight(self) -> None:
        """Choose an insight from a list."""
        from nn_tui.export.pages import views
        from nn_tui.tui.panels.insight_lines import title
        from nn_tui.tui.screens.choose import Choice, ChooseScreen

        def take(name: str | None) -> None:
            if name is not None:
                self.insights.show(name)
                self.action_go_insight()

        known = views()
        choices = [Choice(name, title(name), sentence(known[name])) for name in self.insights.names]
        self.app.push_screen(ChooseScreen("Insights", choices, chosen=self.insights.shown), take)

    def action_enlarge_insight(self) -> None:
        """Give the insight the whole screen, or its place again."""
        large = not self.has_class("-large")
        self.set_class(large, "-large")
        self.go("insight", self.insights)

    def action_tell_insight(self) -> None:
        """Tell the insight in words, or draw it again."""
        self.insights.in_words = not self.insights.in_words
        self.shown = "insight"

    def action_log_scale(self) -> None:
        """Show the loss on a logarithmic axis, or as it is."""
        self.charts.change_scale()

    def action_smooth(self) -> None:
        """Smooth the curves more, or not."""
        self.charts.change_smoothing()

    def action_zoom(self) -> None:
        """Show fewer of the newest epochs, or all."""
        if not self.charts.change_window():
            self.post_message(NoticeWanted("All epochs are shown; from 21 on there are fewer to zoom on."))
