"""A query that comes inside a file reads only what lies beside it, unless a person knows it."""

from pathlib import Path

import pytest

from nn_tui.errors import DataError
from nn_tui.experiment import queries
from nn_tui.experiment.build import load_data
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.spec_file import load, set_value
from nn_tui.export.opening import open_anything

ROWS = "x,t\n" + "".join(f"{n % 40 + 0.5},{n % 2}\n" for n in range(40))
SPEC = """[data]
source = "SELECT * FROM '{file}'"
[[layers]]
type = "Dense"
units = 2
activation = "softmax"
[compile]
loss = "sparse_categorical_crossentropy"
optimizer = "Adam"
"""


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is not the working one, with a spec and rows, beside one with rows of others."""
    monkeypatch.setenv("NN_TUI_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(queries, "_typed", set())
    for folder in ("here", "away", "other"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "rows.csv").write_text(ROWS, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "away"


def written(folder: Path, file: str) -> Path:
    path = folder / "spec.toml"
    path.write_text(SPEC.replace("{file}", file), encoding="utf-8")
    return path


def test_it_reads_the_rows_beside_it_and_is_told(away: Path) -> None:
    opened = open_anything(str(written(away, "rows.csv")))
    assert len(load_data(opened.spec.data).train) == 40
    assert "come from a query in the file: SELECT * FROM" in opened.told
    assert not (away.parent / "home").exists()


@pytest.mark.parametrize("file", ["../other/rows.csv", "../here/rows.csv", "../*/rows.csv"])
def test_it_reads_no_other_rows(away: Path, file: str) -> None:
    for name in (file, str(away.parent / "other" / "rows.csv")):
        spec = load(written(away, name))
        with pytest.raises(DataError, match=r"no file beside the one that holds the query"):
            load_data(spec.data)


def test_it_reads_what_the_command_line_names(away: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = away.parent / "other" / "rows.csv"
    monkeypatch.setattr("sys.argv", ["nn-tui", "train", "spec.toml", f"--with={named}"])
    assert len(load_data(load(written(away, str(named))).data).train) == 40


def test_what_was_typed_is_known_and_still_is_when_its_run_is_opened_elsewhere(
    away: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "SELECT * FROM '../other/rows.csv' WHERE x < 30"
    typed = set_value(load(written(away, "rows.csv")), "data.source", query)
    assert len(load_data(typed.data).train) == 30
    SavedRun.create(away.parent / "run", typed)
    assert not queries.unknown(typed)
    (away / "deeper").mkdir()
    monkeypatch.chdir(away / "deeper")
    again = SavedRun.open(away.parent / "run").spec
    assert len(load_data(again.data).train) == 30 and not queries.unknown(again)


def test_a_run_of_somebody_else_reads_nothing_else(away: Path) -> None:
    spec = load(written(away, "rows.csv"))
    saved = SavedRun.create(away.parent / "run", spec)
    path = saved.folder / "spec.toml"
    path.write_text(SPEC.replace("{file}", "../other/rows.csv"), encoding="utf-8")
    with pytest.raises(DataError, match="no file beside"):
        load_data(SavedRun.open(saved.folder).spec.data)
