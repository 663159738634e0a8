"""The command line, in fresh processes and as a function."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nn_tui.cli import main
from nn_tui.experiment.spec_file import dumps, set_value
from tests.experiment.specs import small


@pytest.fixture
def spec_file(tmp_path: Path) -> str:
    (tmp_path / "spec.toml").write_text(dumps(small()))
    return str(tmp_path / "spec.toml")


def test_json_is_one_object_an_epoch_and_one_at_the_end(
    spec_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", spec_file, "--json", "--no-save"]) == 0
    printed = capsys.readouterr()
    lines = [json.loads(line) for line in printed.out.splitlines()]
    assert [line["epoch"] for line in lines[:-1]] == [1, 2, 3, 4]
    assert list(lines[0]) == [
        "epoch", "epochs", "loss", "accuracy", "val_loss", "val_accuracy",
        "learning_rate", "seconds",
    ]  # fmt: skip
    end = lines[-1]
    assert (end["event"], end["status"], end["epochs_run"], end["run"]) == ("end", "done", 4, None)
    assert end["samples_per_second"] > 0
    (finding,) = end["diagnosis"]
    assert (finding["name"], finding["remedy"]) == ("well", None)
    assert finding["text"].startswith("learning well")
    assert printed.err == ""


def test_the_diagnosis_is_said_at_the_end_with_its_remedy(
    spec_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--epochs", "6", "--set", "compile.optimizer.learning_rate=1e-7"]
    assert main(["train", spec_file, *words, "--no-save"]) == 0
    told = capsys.readouterr().err
    assert told.startswith("nn-tui: diagnosis: Loss ")
    assert told.endswith(" the learning rate 1e-07 is too low. Raise the learning rate to 0.0001.\n")
    assert main(["train", spec_file, *words, "--no-save", "--verbose", "0"]) == 0
    assert capsys.readouterr().err == ""


def test_a_resumed_run_is_judged_by_all_of_its_epochs(
    spec_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "run")
    main(["train", spec_file, "--save", folder, "--epochs", "2"])
    assert "2 epochs are too early" in capsys.readouterr().err
    main(["train", "--resume", folder, "--epochs", "3"])
    assert "learning well" in capsys.readouterr().err


def test_the_same_command_prints_the_same_numbers(
    spec_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = []
    for _ in range(2):
        main(["train", spec_file, "--json"])
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()[:-1]]
        outputs.append([{**line, "seconds": 0} for line in lines])
    assert outputs[0] == outputs[1]


def test_lines_are_keras_words(spec_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", spec_file, "--epochs", "2"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("Epoch 1/2 0s - loss: 0.") and " - accuracy: 0." in first
    assert " - val_loss: " in second


def test_settings_are_changed_on_the_command_line(
    spec_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--set", "layers.0.units=9", "--set", "compile.optimizer.learning_rate=0.5"]
    assert main(["train", spec_file, "--json", "--epochs", "1", "--seed", "5", *words]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["learning_rate"] == 0.5
    assert main(["summary", spec_file, *words]) == 0
    assert " 27 " in capsys.readouterr().out  # 2 * 9 + 9 parameters


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["train", "spirl"], "Did you mean 'spiral'?"),
        (["train", "spiral", "--set", "layers.0.unit=3"], "Did you mean 'units'?"),
        (["train", "spiral", "--set", "layers.0.units=0"], "must be at least 1"),
        (["train", "spiral", "--set", "layers.2.units=1"], "units"),
        (["train", "spiral", "--epochs", "0"], "fit.epochs must be at least 1"),
        (["train", "spiral", "--set", "nonsense"], "KEY=VALUE"),
        (["summary", "nothing-here.toml"], "There is no file nothing-here.toml. Check the path."),
        (["summary", "nothing-here"], "There is no example and no file named"),
        (["spiral"], "needs a terminal"),
        ([], "needs a terminal"),
    ],
)
def test_bad_input_is_one_line_and_exit_status_2(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert told in printed.err and printed.err.count("\n") == 1


def test_divergence_has_its_own_exit_status(spec_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--set", "compile.optimizer={type='SGD', learning_rate=1e30}"]
    assert main(["train", spec_file, "--json", *words]) == 3
    printed = capsys.readouterr()
    assert json.loads(printed.out.splitlines()[-1])["status"] == "diverged"
    assert "learning rate" in printed.err


def test_every_example_has_a_summary_and_trains_one_epoch(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["examples"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert {"clinical-trial", "circle", "xor", "gauss", "spiral", "plane"} <= set(names)
    for name in names:
        assert main(["summary", name]) == 0
        assert main(["train", name, "--epochs", "1", "--verbose", "0"]) == 0
    assert "642" in capsys.readouterr().out


def test_the_doctor_speaks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    assert "textual" in capsys.readouterr().out


def test_a_reader_that_leaves_is_no_fault() -> None:
    program = f"{sys.executable} -m nn_tui examples | head -n 1"
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == "" and done.stdout.startswith("clinical-trial")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_is_saved_and_says_how_to_go_on(tmp_path: Path, number: int) -> None:
    (tmp_path / "long.toml").write_text(dumps(set_value(small(), "fit.epochs", 10**7)))
    process = subprocess.Popen(
        [sys.executable, "-m", "nn_tui", "train", "long.toml", "--save", "run"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(number)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "--resume" in told and "Traceback" not in told
    assert (tmp_path / "run" / "state.safetensors").exists()


def test_a_callback_of_the_spec_ends_the_training(
    spec_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stop = "fit.callbacks=[{type='EarlyStopping', monitor='loss', min_delta=10.0, patience=1}]"
    assert main(["train", spec_file, "--json", "--epochs", "50", "--set", stop]) == 0
    printed = capsys.readouterr()
    end = json.loads(printed.out.splitlines()[-1])
    assert (end["status"], end["epochs_run"]) == ("stopped", 2)
    assert "loss was best in epoch 1" in printed.err


def test_runs_are_listed_changed_and_deleted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs"]) == 0
    assert "no run is kept yet" in capsys.readouterr().err
    assert main(["train", "xor", "--epochs", "2", "--save", str(tmp_path / "mine"), "--verbose", "0"]) == 0
    assert main(["runs", "--rename", "last", "first try"]) == 0
    capsys.readouterr()
    assert main(["runs", "first", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["name"] == "first try" and record["epoch"] == 2 and record["status"] == "done"
    assert main(["train", "--resume", "first try", "--epochs", "3", "--verbose", "0"]) == 0
    assert main(["evaluate", "last", "--json"]) == 0
    assert main(["runs", "--delete", record["run"]]) == 0
    capsys.readouterr()
    assert main(["runs", "first"]) == 0 and "with these words" in capsys.readouterr().err
    assert main(["runs", "--undelete", record["run"]]) == 0
    assert main(["runs", "--delete", "nothing"]) == 1
    assert "There is no run 'nothing'" in capsys.readouterr().err


def test_the_help_names_what_a_screen_reader_needs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "--plain for screen readers" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_every_output_is_printed_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    import os

    table = tmp_path / "größe.csv"
    table.write_text("größe,t\n" + "".join(f"{n}.5,{'漢ä'[n % 2]}\n" for n in range(40)), encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "NN_TUI_HOME": str(tmp_path / "home")}
    for words in (["summary", "größe.csv"], ["code", "größe.csv"], ["summary", "none\udcff.csv"]):
        done = subprocess.run(
            [sys.executable, "-m", "nn_tui", *words], cwd=tmp_path, env=environment, capture_output=True
        )
        told = done.stderr.decode(encoding)
        assert done.returncode == (2 if "none" in words[1] else 0), told
        assert "fault in the program" not in told and "Traceback" not in told
        done.stdout.decode(encoding)


def test_a_query_in_a_spec_writes_nothing_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NN_TUI_HOME", str(tmp_path / "home"))
    writing = "WITH a AS (COPY (SELECT 1) TO 'out.csv') SELECT range x, range % 2 t FROM range(60)"
    reading = "SELECT range + 0.5 x, range % 2 t FROM range(60)"
    for query, status in ((writing, 2), (reading, 0)):
        Path("spec.toml").write_text(dumps(set_value(small(), "data.source", query)), encoding="utf-8")
        for words in (["summary", "spec.toml"], ["code", "spec.toml"]):
            told = main(words)
            errors = capsys.readouterr().err
            assert f"come from a query in the file: {query}" in errors
            assert told == status or words[0] == "code"
        assert [path.name for path in tmp_path.iterdir()] == ["spec.toml"]
