"""What an import costs and what it may load, in fresh processes."""

import subprocess
import sys

import pytest


def loaded_by(code: str) -> set[str]:
    program = f"import sys\n{code}\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


FIRST_PAINT = """
from nn_tui.experiment.sources import open_source
from nn_tui.tui.app import NnTuiApp
app = NnTuiApp(open_source("clinical-trial"))
app._look = app.exit
app.run(headless=True)
"""
"""The app until what would come after its first paint: to look at the experiment."""
AFTER_FIRST_PAINT = {
    "plotext",
    "numpy.random",
    "nn_tui.lessons",
    "nn_tui.insight.pictures",
    "nn_tui.experiment.diagnosis",
    "nn_tui.experiment.line",
    "nn_tui.engine.models",
}


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import nn_tui", {"numpy", "textual", "plotext"}),
        ("import nn_tui.engine.models", {"textual", "plotext", "rich", "tomllib", "asyncio"}),
        ("import nn_tui.experiment.trainer", {"textual", "plotext", "rich", "duckdb"}),
        ("import nn_tui.tui.app", {"nn_tui.lessons.shelf", "nn_tui.lessons.conditions"}),
        (FIRST_PAINT, AFTER_FIRST_PAINT),
        ("import nn_tui.sweep.headless", {"textual", "plotext", "rich", "dask", "distributed"}),
        ("import nn_tui.export.targets", {"numpy", "textual", "h5py", "onnx", "dataclasses"}),
        (
            "from nn_tui.cli import main\ntry: main(['train', '--help'])\nexcept SystemExit: pass",
            {"numpy", "textual", "plotext", "dataclasses"},
        ),
    ],
)
def test_an_import_loads_no_more_than_it_needs(code: str, absent: set[str]) -> None:
    assert not loaded_by(code) & absent
