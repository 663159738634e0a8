"""Names of other people's files go through every command and the conversation, and drive no terminal."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from nn_tui.cli import COMMANDS, main
from nn_tui.experiment.proposal import propose
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.spec_file import dumps, set_value
from tests.hostile import ENCODABLE, is_clean, write_table
from tests.plain.typist import told

ORDER = "\x1b[2J"
NAME = "[red]name\x1b]52;c;QQ==\x07 \x9b2J\u202e\n[m/s]"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the table of names, and a run of it that is kept."""
    monkeypatch.chdir(tmp_path)
    write_table(tmp_path / "rows.parquet")
    spec = set_value(propose("rows.parquet").spec, "fit.epochs", 1)
    (tmp_path / "spec.toml").write_text(dumps(replace(spec, name=NAME)))
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run a command; whatever it says is text."""
    try:
        status = main(list(words))
    except SystemExit as left:
        status = int(str(left.code))
    printed = capsys.readouterr()
    assert is_clean(printed.out) and is_clean(printed.err), words
    assert "fault in the program" not in printed.err, words
    return status, printed.out, printed.err


def test_every_command_prints_text(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = [
        ("summary", "spec.toml"),
        ("train", "spec.toml", "--save", "kept", "--verbose", "2"),
        ("train", "spec.toml", "--save", "again", "--json"),
        ("runs", "--note", "kept", NAME),
        ("runs",),
        ("runs", "--json"),
        ("evaluate", "kept", "--report", "report.md"),
        ("evaluate", "kept", "rows.parquet", "--json"),
        ("predict", "kept", "rows.parquet", "--id", "v [m/s]", "--id", ENCODABLE[9]),
        ("export", "kept", "--to", "python", "--output", "network.py"),
        ("code", "spec.toml"),
        ("line", "spec.toml"),
        ("sweep", "spec.toml", "--vary", "fit.batch_size=16,32", "--workers", "1"),
        ("sweep", "spec.toml", "--vary", "fit.batch_size=16,32", "--workers", "1", "--json"),
        ("train", "rows.parquet", "--epochs", "1"),
        ("examples",),
        ("learn", "--list"),
        ("guide",),
    ]
    for words in done:
        status, out, err = run(capsys, *words)
        assert status == 0, (words, err)
        if "--json" in words:
            assert all(json.loads(line) for line in out.splitlines())
    assert is_clean((folder / "report.md").read_text()) and is_clean((folder / "network.py").read_text())
    assert {words[0] for words in done} >= {*COMMANDS} - {"open", "doctor"}


@pytest.mark.slow
def test_what_is_refused_is_told_in_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / f"a{ORDER}.py").write_text(f"model = Sequential(name='{ORDER}'\nx\x1b = 1")
    (folder / f"b{ORDER}.toml").write_text(f"name = '{ORDER[1:]}'\n[data\x1b]\n")
    (folder / "c.csv").write_text(f"a{ORDER},b\n1\n2,3,4\n")
    (folder / f"d{ORDER}" / f"class{ORDER}").mkdir(parents=True)
    (folder / f"d{ORDER}" / f"class{ORDER}" / f"x{ORDER}.png").write_text("no picture")
    for name in (*ENCODABLE, NAME, "bytes \udcff"):
        if "\0" in name:
            continue
        refused = [
            ("summary", name), ("summary", "rows.parquet", "--set", f"{name}=1"),
            ("train", "rows.parquet", "--set", f"layers.0.{name}=1", "--set", f"name={name}"),
            ("train", "rows.parquet", "--set", f"data.target={name}?"), ("evaluate", f"{name}?"),
            ("sweep", "circle", "--vary", f"{name}=1,2"),
            ("sweep", "circle", "--vary", f"layers.0.units=1,{name}?"),
            ("runs", "--sort", f"{name}?"), (f"--{name}",), ("train", "circle", f"--{name}", name),
            ("export", f"{name}?", "--to", name), ("learn", f"{name}?"),
            ("guide", f"{name}?"), ("line", "circle", f"{name}?"),
            ("predict", f"{name}?", name), ("runs", "--delete", f"{name}?"),
            ("runs", "--rename", "kept", name), ("summary", f"SELECT {name}"),
        ]  # fmt: skip
        for words in refused:
            status, _, err = run(capsys, *words)
            assert status in (0, 1, 2), (words, err)
            assert err.endswith("\n") and len(max(err.splitlines(), key=len)) < 4_100
    for source in (f"a{ORDER}.py", f"b{ORDER}.toml", "c.csv", f"d{ORDER}"):
        assert run(capsys, "summary", source)[0] == 2
    for query in (f'SELECT "{NAME}" FROM "rows.parquet"', f"SELECT * FROM '{NAME}'", f"SELECT {ORDER}"):
        assert run(capsys, "summary", query)[0] == 2


def test_did_you_mean_shows_the_name_that_the_table_has(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = run(capsys, "train", "rows.parquet", "--set", "data.target=v [m/z]")
    assert status == 2 and "v [m/s]" in err
    status, _, err = run(capsys, "train", "rows.parquet", "--set", "data.target=\x1b[2J\x1b[31mret")
    assert status == 2 and r"\x1b[2J\x1b[31mred" in err


def test_the_conversation_tells_text_a_line_a_sentence(folder: Path) -> None:
    from nn_tui.experiment.spec_file import load

    spec = load(folder / "spec.toml")
    asked = [
        "show", "data", "data 'v [m/s]'", "train", "status", "curve", "diagnose", "log", "weights",
        "gradients", "evaluate", "confusion", "evaluate rows.parquet", "line", "runs", "take last",
        "resume 1", "layers", "compare 1 1", f"runs {NAME[:-8]}", f"data {ORDER}", f"set {ORDER} 1",
        f"open {ORDER}",        f"{ORDER} x", f"until {ORDER}", f"resume {ORDER}", "set name [bold]x",
        "set data.target '\x1b]52;c;QQ==\x07'", "show", "undo",
        f"insight {ORDER}",
    ]  # fmt: skip
    insights = [
        line.split()[1].rstrip(":") for line in told(spec, "insight")[0] if line.startswith("insight ")
    ]
    lines, _ = told(spec, *asked, *(f"insight {name}" for name in insights))
    assert len(insights) > 5
    for line in lines:
        assert is_clean(line) and "fault in the program" not in line
    text = "\n".join(lines)
    assert "height [cm]" in text and r"\n[m/s]" in text and "class [/m2]" in text


def test_a_run_of_a_stranger_is_listed_as_text(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "train", "spec.toml", "--save", "kept")
    (card,) = RunStore().runs()
    for name in ENCODABLE:
        if name.strip():
            RunStore().change(card, name=name[:200], note=name)
            _, out, _ = run(capsys, "runs")
            assert out.count("\n") == 1
