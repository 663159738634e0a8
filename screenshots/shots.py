"""What is photographed: each screen with the keys that lead to it, in the moment that shows most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from nn_tui.experiment.examples import example
from nn_tui.experiment.spec import DataSpec, Spec
from nn_tui.experiment.spec_file import set_value
from nn_tui.tui.app import NnTuiApp

Ready = Callable[[NnTuiApp], bool]


@dataclass(frozen=True)
class Shot:
    """One picture: what is opened, the keys, and when it is taken."""

    name: str
    screen: str
    """The class of the screen that is on top."""
    keys: str = ""
    source: str = "clinical-trial"
    change: Callable[[Spec], Spec] | None = None
    """What is changed in the experiment before."""
    ready: Ready | None = None
    """Whether the moment has come. Default: when the data are read."""
    before: Ready | None = None
    """What is waited for before the keys are pressed."""
    run: str = ""
    """The kept run that is opened; empty for none."""
    lesson: str = ""
    """The lesson that is open; its experiment is opened instead of the source."""
    phase: str = ""
    """What the status says instead of the phase that was waited for."""


def reached(phase: str, epoch: int = 0) -> Ready:
    """Give the condition that the training is in a phase, after an epoch."""

    def holds(app: NnTuiApp) -> bool:
        now = app.snapshot
        return now is not None and now.status.phase == phase and now.status.epoch >= epoch

    return holds


def _raced(app: NnTuiApp) -> bool:
    screen: Any = app.screen
    return all(one.status.phase == "finished" for one in getattr(screen, "snapshots", ())) and hasattr(
        screen, "snapshots"
    )


def _looked(app: NnTuiApp) -> bool:
    return getattr(app.screen, "look", None) is not None


def _tried(app: NnTuiApp) -> bool:
    return getattr(app.screen, "test", None) is not None


def _begun(app: NnTuiApp) -> bool:
    return app.sitting is not None and app.sitting.attempt is not None


def _shown(app: NnTuiApp) -> bool:
    return app.lesson is not None and app.lesson.task_done and not app.lesson.showing


def _worked_out(app: NnTuiApp) -> bool:
    """Turn to the update of a weight once the training is over, and wait until it is shown."""
    panel = app.workbench.insights
    if app.snapshot is None or app.snapshot.status.phase != "finished" or panel.shown != "step":
        return False
    if panel.options.get("part") != 4:
        panel.turn_to({"part": 4, "layer": 1, "end": 2})
    return any(control.words == "update" for control in panel.controls)


def _swept(app: NnTuiApp) -> bool:
    job: Any = getattr(app.screen, "job", None)
    return job is not None and not job.running and job.standings.finished


def _data(source: str, **settings: Any) -> Callable[[Spec], Spec]:
    return lambda spec: replace(spec, name=source, data=DataSpec(source=source, settings=settings))


def _short(spec: Spec) -> Spec:
    return set_value(spec, "fit.epochs", 6)


def _too_fast(spec: Spec) -> Spec:
    return set_value(set_value(spec, "compile.optimizer.learning_rate", 1e30), "fit.epochs", 5)


def _wrong(spec: Spec) -> Spec:
    return set_value(set_value(spec, "layers.2.units", 1), "compile.loss", "categorical_crossentropy")


def _few(spec: Spec) -> Spec:
    return set_value(spec, "fit.epochs", 12)


def _confused(app: NnTuiApp) -> bool:
    insights = app.workbench.insights
    if insights.shown != "confusion":
        insights.show("confusion")
        return False
    return reached("finished")(app) and insights.picture.picture is not None


def _answered(app: NnTuiApp) -> bool:
    screen: Any = app.screen
    there = getattr(screen, "row", None) is not None and screen.answers.picture is not None
    return there and reached("finished")(app)


THREE = ((5, 8), (4, 15), (9, 22), (15, 15), (22, 23), (28, 16), (26, 7))
"""Rows and columns of the ends of its strokes."""


def _drawn(app: NnTuiApp) -> bool:
    from nn_tui.data.drawing import stroke

    screen: Any = app.screen
    if not _answered(app):
        return False
    view = screen.drawing
    if view.ink.any():
        return app.snapshot is not None and screen.answers.picture is app.snapshot.answer
    ink = view.ink
    for start, end in pairwise(THREE):
        ink = stroke(ink, start, end, view.radius)
    view.show(ink)
    view.post_message(view.Drawn(ink))
    return False


finished, ready = reached("finished"), reached("ready")

SHOTS = (
    Shot("workbench", "Workbench", "epoch_12 space", ready=reached("training", 12), phase="training"),
    Shot("fresh", "Workbench"),
    Shot("charts", "Workbench", "c space", ready=finished),
    Shot("insight", "Workbench", "i space", source="spiral", ready=finished),
    Shot("network", "Workbench", "i 1 space", source="xor", ready=finished),
    Shot("step", "Workbench", "i 3 I space", source="xor", ready=_worked_out),
    Shot("filters", "Workbench", "g f i l t enter I space", source="digits", change=_short, ready=finished),
    Shot("maps", "Workbench", "g f e a t enter space", source="digits", change=_short, ready=finished),
    Shot("states", "Workbench", "g s t a t enter I space", source="co2", change=_short, ready=finished),
    Shot("landscape", "Workbench", "9 I space", source="circle", ready=finished),
    Shot("log", "Workbench", "l space", ready=finished),
    Shot("failed", "Workbench", "c space", change=_too_fast, ready=reached("failed")),
    Shot("problems", "Workbench", change=_wrong),
    Shot("layer", "EditScreen", "enter"),
    Shot("compile", "EditScreen", "down down down down down enter"),
    Shot("fit", "EditScreen", "end up enter"),
    Shot("data_form", "EditScreen", "home enter"),
    Shot("add_layer", "ChooseScreen", "a"),
    Shot("templates", "ChooseScreen", "T"),
    Shot("examples", "ChooseScreen", "e"),
    Shot("breakpoints", "BreakpointsScreen", "B enter down down"),
    Shot("sweep_plan", "SweepPlanScreen", "V enter enter down enter enter down down", source="circle"),
    Shot("sweep", "SweepScreen", "V enter enter down enter enter ctrl+s", source="circle", ready=_swept),
    Shot("rate", "RateScreen", "G", source="digits", ready=_tried),
    Shot("data", "DataScreen", "D", source="penguins", ready=_looked),
    Shot("images", "DataScreen", "D", source="digits", ready=_looked),
    Shot("points", "DataScreen", "D", source="circle", change=_data("points"), ready=_looked),
    Shot("confusion", "Workbench", "I space", source="digits", change=_few, ready=_confused),
    Shot("predict", "PredictScreen", "space P", source="penguins", change=_few, ready=_answered),
    Shot("draw", "PredictScreen", "space P", source="digits", change=_few, ready=_drawn),
    Shot("open", "OpenScreen", "o tab down"),
    Shot("line", "LineScreen", "y", source="circle"),
    Shot("runs", "RunsScreen", "v"),
    Shot("compare", "CompareScreen", "v space space space c"),
    Shot("race", "RaceScreen", "f enter down enter", run="circle", before=finished, ready=_raced),
    Shot("diagnosis", "DiagnosisScreen", "h", run="circle fast", before=finished),
    Shot("export", "ExportScreen", "E", run="circle", before=finished),
    Shot("lessons", "LessonsScreen", "N"),
    Shot("lesson", "Workbench", "n S", lesson="03-networks", before=_begun, ready=_shown),
    Shot("lesson_deep", "Workbench", "n n S", lesson="02-deep", before=_begun, ready=_shown),
    Shot("confirm", "ConfirmScreen", "right_square_bracket q"),
    Shot("help", "HelpScreen", "question_mark"),
    Shot("guide", "GuideScreen", "U slash q u e r i e s"),
    Shot("jump", "JumpScreen", "ctrl+o"),
    Shot("palette", "Palette", "ctrl+p"),
)
"""In the order of the pictures' names in the guide and of the keys."""

RUNS: tuple[tuple[str, Callable[[], Spec]], ...] = (
    ("clinical-trial", lambda: example("clinical-trial")),
    ("circle fast", lambda: set_value(example("circle"), "compile.optimizer.learning_rate", 1.0)),
    ("circle wide", lambda: set_value(example("circle"), "layers.0.units", 16)),
    ("circle", lambda: example("circle")),
)
"""The kept runs, from the oldest: their names and experiments."""
