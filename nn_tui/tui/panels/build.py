"""The build panel: data, layers, compile and fit as one list."""

from __future__ import annotations

from rich.text import Text
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from nn_tui.experiment.shapes import LayerRow
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.validation import Problem
from nn_tui.tui.words import layer_line, shown


class BuildPanel(OptionList):
    """What the experiment is made of; a line is chosen by enter or a click.

    Posts: LineChosen.
    """

    class LineChosen(Message):
        """A line was chosen: `layers.2`, `data`, `compile.loss`, `add`, ..."""

        def __init__(self, path: str) -> None:
            super().__init__()
            self.path = path

    def on_mount(self) -> None:
        """Say what the panel is."""
        self.border_title = "Build"

    def show(self, spec: Spec, rows: tuple[LayerRow, ...], problems: tuple[Problem, ...]) -> None:
        """Show a spec with its shapes; the selected line stays selected."""
        chosen = self.selected
        broken = {problem.path.split(".")[0]: problem for problem in problems}
        bad_layers = {
            problem.path.split(".")[1] for problem in problems if problem.path.startswith("layers.")
        }
        self.clear_options()
        self._head("Data", "data" in broken)
        self._line("data", spec.data.source, _settings(spec))
        self._head("Layers", "layers" in broken and not bad_layers)
        for index, row in enumerate(rows):
            shape = "x".join(map(str, row.output_shape)) or "?"
            if index == 0:
                self._line("data.input", f"Input {shape}", "")
                continue
            layer = layer_line(spec.layers[index - 1])
            count = f"{row.parameters:,}" if row.output_shape else "?"
            self._line(f"layers.{index - 1}", layer, count, bad=str(index - 1) in bad_layers)
        self._line("add", "+ add a layer", "", faint=True)
        self._head("Compile", "compile" in broken)
        optimizer = spec.compile.optimizer
        self._line("compile.optimizer", optimizer.type, f"rate {shown(_rate(spec))}")
        self._line("compile.loss", spec.compile.loss.type, "")
        self._line("compile.metrics", "metrics", ", ".join(spec.compile.metrics) or "none")
        self._head("Fit", "fit" in broken)
        self._line("fit", f"batch {spec.fit.batch_size}", f"epochs {spec.fit.epochs}")
        self._line("seed", f"seed {spec.seed}", "")
        self.select(chosen)

    @property
    def selected(self) -> str:
        """The path of the selected line; empty when none is."""
        if self.highlighted is None:
            return ""
        return self.get_option_at_index(self.highlighted).id or ""

    def select(self, path: str) -> None:
        """Select a line by its path, or the one that took its place."""
        ids = [option.id for option in self.options]
        wanted = path or "layers.0"
        if wanted not in ids and wanted.startswith("layers."):
            last = sum(1 for name in ids if name and name.startswith("layers.")) - 1
            wanted = f"layers.{last}" if last >= 0 else "add"
        if wanted in ids:
            self.highlighted = ids.index(wanted)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Report which line was chosen."""
        event.stop()
        if event.option.id:
            self.post_message(self.LineChosen(event.option.id))

    def _head(self, title: str, bad: bool) -> None:
        mark = " !" if bad else ""
        self.add_option(Option(Text(title + mark, style="bold" if bad else "dim bold"), disabled=True))

    def _line(self, path: str, left: str, right: str, *, bad: bool = False, faint: bool = False) -> None:
        width = max(20, self.scrollable_content_region.width or 26)
        mark = "!" if bad else " "
        room = width - len(right) - 2
        name = left if len(left) <= room else left[: max(1, room - 1)] + ("." if self._ascii else "…")
        text = Text(f"{mark}{name}{' ' * max(1, width - 1 - len(name) - len(right))}")
        text.append(right, style="dim")
        if faint:
            text.stylize("dim")
        self.add_option(Option(text, id=path))

    @property
    def _ascii(self) -> bool:
        return bool(getattr(self.app, "ascii_only", False))


def _rate(spec: Spec) -> float:
    from nn_tui.declare import find, params

    optimizer = spec.compile.optimizer
    known = {param.name: param.default for param in params(find("optimizer", optimizer.type))}
    return float(optimizer.get("learning_rate", known.get("learning_rate", 0.0)))


def _settings(spec: Spec) -> str:
    data = spec.data
    told: list[str] = [] if data.scaling == "none" else [data.scaling]
    if data.validation_split:
        told.append(f"val {data.validation_split:g}")
    if data.test_split:
        told.append(f"test {data.test_split:g}")
    return " ".join(told)
