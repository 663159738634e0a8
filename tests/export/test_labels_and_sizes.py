"""Files that are taken away know labels as their own data spell them, and numbers of any size."""

from pathlib import Path

import numpy as np
import pytest

from nn_tui.data.sources import read
from nn_tui.experiment.prediction import open_run
from nn_tui.experiment.proposal import propose
from nn_tui.experiment.spec_file import set_value
from nn_tui.export.onnx_file import onnx_bytes
from nn_tui.export.targets import write_file
from tests.export.numpy_only import run_script
from tests.export.onnx_file.sessions import answers, feeds_of, predictions
from tests.export.runs import kept

RANDOM = np.random.default_rng(4)


def exported(folder: Path, lines: list[str]) -> tuple[Path, Path]:
    """Train on a table, write the run as Python, and return the run's folder and the file."""
    table = folder / "rows.csv"
    table.write_text("\n".join(lines) + "\n")
    run = kept(folder / "run", set_value(propose(str(table)).spec, "fit.epochs", 3))
    write_file(str(run), "python", folder / "model.py")
    return run, folder / "model.py"


def test_spellings_are_known_in_every_form(tmp_path: Path) -> None:
    cities = ["Paris", "paris ", " Rome", "ROME", "Oslo", "Rome", "Paris", "Oslo"]
    lines = ["a,city,code,label"]
    for at in range(96):
        a, label = RANDOM.normal(), ("Yes", " yes", "No", "NO ")[at % 4]
        lines.append(f"{a:.3f},{cities[at % 8]},{'0' if at % 3 else ''}{at % 3 + 1},{label}")
    folder, model = exported(tmp_path, lines)
    run = open_run(str(folder))
    assert [name.casefold() for name in run.classes] == ["no", "yes"]
    with run.rows(str(tmp_path / "rows.csv"), with_targets=False) as rows:
        header, *blocks = run.predict(rows)
    own = [row for block in blocks for row in block]
    told = [line.split(",") for line in run_script(model, str(tmp_path / "rows.csv")).splitlines()]
    assert [told[0]] == header and [row[0] for row in told[1:]] == [row[0] for row in own]
    mine, theirs = (np.array([row[1:] for row in every], float) for every in (own, told[1:]))
    np.testing.assert_allclose(theirs, mine, atol=1e-5)
    table = read(str(tmp_path / "rows.csv"))
    feeds = feeds_of(table, run)
    feeds["city"] = np.array([[word[0].strip()] for word in feeds["city"]], object)
    made = answers(onnx_bytes(run)[0], feeds)
    np.testing.assert_allclose(made["probabilities"], mine, atol=1e-5)
    assert made["label"].tolist() == [row[0] for row in own]


@pytest.mark.parametrize("unit", [1e160, 1e-170])
def test_numbers_of_any_size_come_out_as_they_are(tmp_path: Path, unit: float) -> None:
    x = np.linspace(0, 1, 80)
    folder, model = exported(
        tmp_path, ["x,y", *(f"{value * unit:.5e},{(2 * value + 0.3) * unit:.5e}" for value in x)]
    )
    run = open_run(str(folder))
    split, _ = run.rows_of(str(tmp_path / "rows.csv"), with_targets=True)
    _, expected = predictions(run, split)
    assert np.ptp(expected) > 0.1 * unit
    told = np.array(run_script(model, str(tmp_path / "rows.csv")).split()[1:], float)
    np.testing.assert_allclose(told, expected[:, 0], rtol=1e-5)
    made = answers(onnx_bytes(run)[0], feeds_of(read(str(tmp_path / "rows.csv")), run))
    np.testing.assert_allclose(made["value"], expected, rtol=1e-5)
