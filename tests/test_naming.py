"""What words on the command line stand for: commands, options, files of any name, and nothing at all."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from nn_tui.cli import COMMANDS, main
from nn_tui.experiment.examples import example
from nn_tui.experiment.headless import train
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.spec_file import dumps
from tests.experiment.specs import small

ROWS = "a,b,y\n" + "".join(f"{at},{at % 7},{'yes' if at % 3 else 'no'}\n" for at in range(60))
Told = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("trian iris", "train"),
        ("trian", "train"),
        ("Train iris", "train"),
        ("evalaute last", "evaluate"),
        ("sumary iris", "summary"),
        ("predcit last rows.csv", "predict"),
        ("swep iris", "sweep"),
        ("exmaples", "examples"),
        ("run", "runs"),
        ("doctr", "doctor"),
    ],
)
def test_a_misspelled_command_is_named(words: str, meant: str, capsys: Told) -> None:
    assert main(words.split()) == 2
    assert capsys.readouterr().err == (
        f"nn-tui: There is no command {words.split()[0]!r}. Did you mean {meant!r}?\n"
    )


def test_what_can_be_opened_is_no_misspelled_command(monkeypatch: pytest.MonkeyPatch, capsys: Told) -> None:
    list(train(small(), save="elsewhere"))
    card = RunStore().change(RunStore().runs()[0], name="trains")
    Path("summry").mkdir()
    for source, told in (
        ("wine", "wine"),
        ("trains", "taken up"),
        ("summry", "folder"),
        ("spirl", "spiral"),
    ):
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        main(["--plain", source])
        printed = capsys.readouterr()
        assert told in printed.out + printed.err and "no command" not in printed.err
    assert card.name == "trains"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("train iris --epochss 3", "There is no option '--epochss'. Did you mean '--epochs'?"),
        ("train iris --sede=3", "There is no option '--sede=3'. Did you mean '--seed'?"),
        (
            "summary iris --nothing-like-it",
            "There is no option '--nothing-like-it'. See `nn-tui summary --help`.",
        ),
        ("summary iris wine", "'wine' is a word too many. See `nn-tui summary --help`."),
        ("train iris --epochs x", "Argument --epochs: invalid int value: 'x'. See `nn-tui train --help`."),
        ("train iris --epochs", "Argument --epochs: expected one argument. See `nn-tui train --help`."),
        ("evaluate", "The following arguments are required: RUN. See `nn-tui evaluate --help`."),
    ],
)
def test_a_mistake_in_options_is_one_line(words: str, told: str, capsys: Told) -> None:
    assert main(words.split()) == 2
    printed = capsys.readouterr()
    assert printed.err.rstrip("\n").removeprefix("nn-tui: ").lower().startswith(told.lower()[:60])
    assert printed.err.count("\n") == 1 and printed.out == ""
    assert told.split(". ")[-1] in printed.err


@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
@pytest.mark.parametrize(
    "words",
    [
        ["train", "?"],
        ["train", "?", "iris"],
        ["?"],
        ["--plain", "?"],
        ["summary", "?"],
        ["code", "?"],
        ["line", "?"],
        ["evaluate", "?"],
        ["evaluate", "last", "?"],
        ["predict", "?", "iris"],
        ["predict", "last", "?"],
        ["predict", "last", "iris", "--output", "?"],
        ["export", "?", "--to", "python"],
        ["export", "last", "--to", "?"],
        ["export", "last", "--output", "?"],
        ["evaluate", "last", "--report", "?"],
        ["train", "iris", "--set", "?"],
        ["train", "iris", "--set", "data.source=?"],
        ["train", "iris", "--save", "?"],
        ["train", "--resume", "?"],
        ["train", "iris", "--start", "?"],
        ["train", "iris", "--until", "?"],
        ["sweep", "?", "--vary", "fit.epochs=1,2"],
        ["sweep", "iris", "--vary", "?"],
        ["sweep", "iris", "--vary", "fit.epochs=1,2", "--save", "?"],
        ["sweep", "iris", "--vary", "fit.epochs=1,2", "--scheduler", "?"],
    ],
    ids=" ".join,
)
def test_nothing_is_refused_where_something_is_wanted(
    words: list[str], blank: str, capsys: Told, folder: Path, home: Path
) -> None:
    assert main([word.replace("?", blank) for word in words]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.count("\n") == 1
    assert not list(folder.iterdir()) and not (home / "runs").exists()


def test_every_command_refuses_a_source_that_is_nothing(capsys: Told) -> None:
    for name in set(COMMANDS) - {"runs"}:
        assert main([name, ""]) == 2, name
        assert capsys.readouterr().err.count("\n") == 1, name


@pytest.mark.parametrize("blank", ["", " "])
def test_lines_refuse_nothing_too(blank: str, monkeypatch: pytest.MonkeyPatch, capsys: Told) -> None:
    lines = [f"{verb} '{blank}'" for verb in ("open", "save", "resume", "take")]
    for line in lines:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{line}\nquit\n"))
        assert main(["--plain", "circle"]) in (1, 2), line
        assert "fault" not in capsys.readouterr().out
    assert not list(Path().iterdir())


NAMES = [
    "with x.csv", "WITH x.csv", "select.csv", "select a from b.csv", "from x.csv", "values (1).csv",
    "16r.csv", "4t-2t.csv", "circle 4t.csv", "lr=.03.csv", "007.csv", "1e-3.csv", "https.csv",
    "playground.tensorflow.org.csv", "#a=b.csv", "# x.csv", "iris.csv", "train.csv", "last.csv", "none.csv",
    "a b.csv", "données é.csv", "数据.csv", "a'b.csv", 'a"b.csv', "x;y.csv", "%s.csv", "{a}.csv",
    "$HOME.csv", "~.csv", "[m].csv", "*.csv", "what?.csv", "file:x.csv", "x.CSV", "-.csv", "h=3/x.csv",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_any_name_is_read_as_that_file(name: str, capsys: Told) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text(ROWS)
    for other in ("m.csv", "whatX.csv", "other.csv"):
        Path(other).write_text("z\n1\n2\n")
    source = name if not name.startswith("-") else f"./{name}"
    assert main(["line", source]) == 0
    assert "64r" in capsys.readouterr().out
    assert main(["train", source, "--epochs", "1", "--verbose", "0", "--save", "run"]) == 0
    assert main(["evaluate", "run", source, "--json"]) == 0
    assert '"rows": 60' in capsys.readouterr().out


def test_a_file_beside_a_spec_comes_before_a_query_too(capsys: Told, folder: Path) -> None:
    (folder / "apart").mkdir()
    (folder / "apart" / "with x.csv").write_text(ROWS)
    spec = example("iris")
    spec = replace(spec, data=replace(spec.data, source="with x.csv", target="y"))
    (folder / "apart" / "spec.toml").write_text(dumps(spec))
    assert main(["train", "apart/spec.toml", "--epochs", "1", "--set", "layers.2.units=2"]) == 0
    assert "query" not in capsys.readouterr().err


def test_a_file_is_told_where_it_could_be_something_else(capsys: Told) -> None:
    for name in ("iris", "with x.csv", "train"):
        Path(name).write_text(ROWS)
    for words, told in (
        (["line", "iris"], "iris is the bundled example; ./iris is what has that name in this folder."),
        (
            ["line", "iris", "4r"],
            "iris is the bundled example; ./iris is what has that name in this folder.",
        ),
        (["line", "with x.csv"], "'with x.csv' is read as the file of that name, not as a query."),
    ):
        main(words)
        assert told in capsys.readouterr().err
    assert main(["line", "./iris"]) == 2 and "known form" in capsys.readouterr().err
    assert main(["train"]) == 0
    assert capsys.readouterr().err.startswith("nn-tui: train is the command; ./train is the file here.\n")


def test_a_file_that_begins_with_a_dash_is_asked_for_with_its_folder(capsys: Told) -> None:
    Path("-x.csv").write_text(ROWS)
    for words in (["line", "-x.csv"], ["evaluate", "last", "-x.csv"]):
        assert main(words) == 2
        assert capsys.readouterr().err == (
            "nn-tui: '-x.csv' begins as an option does. For the file of that name write ./-x.csv.\n"
        )
    assert main(["line", "--", "-x.csv"]) == 0


def test_a_query_is_one_where_no_file_has_its_name(capsys: Told) -> None:
    Path("b.csv").write_text(ROWS)
    assert main(["line", "select a, y from 'b.csv'"]) == 0
    assert "query" not in capsys.readouterr().err
