"""A network for data that nobody has built one for yet."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nn_tui.experiment.proposal import propose
from nn_tui.experiment.session import Session
from nn_tui.experiment.sources import open_source
from nn_tui.experiment.spec_file import dumps, loads
from nn_tui.experiment.validation import problems

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("name", ["iris", "wine", "penguins", "digits", "diabetes", "reviews", "co2"])
def test_what_is_proposed_can_be_trained_and_written(name: str) -> None:
    proposal = propose(name)
    assert problems(proposal.spec) == ()
    assert loads(dumps(proposal.spec)) == proposal.spec
    assert proposal.why.endswith(".") and len(proposal.why) < 200


def test_it_learns(tmp_path: Path) -> None:
    session = Session(propose("wine").spec)
    for _ in session.steps():
        pass
    test = session.data.test
    assert test is not None
    assert session.model.evaluate(test.x, test.y, return_dict=True)["accuracy"] > 0.9


def test_images_get_convolutions_and_series_a_recurrent_layer(tmp_path: Path) -> None:
    x = RANDOM.integers(0, 255, (50, 20, 20, 3), np.uint8)
    np.savez(tmp_path / "images.npz", x=x, y=np.arange(50) % 2)
    spec = open_source(str(tmp_path / "images.npz"))
    assert [layer.type for layer in spec.layers][:3] == ["Conv2D", "MaxPooling2D", "Conv2D"]
    np.savez(tmp_path / "series.npz", x=RANDOM.normal(size=(50, 6, 2)), y=RANDOM.normal(size=50))
    spec = open_source(str(tmp_path / "series.npz"))
    assert spec.layers[0].type == "LSTM" and spec.compile.loss.type == "mean_squared_error"


def test_a_table_trains_with_no_other_argument(tmp_path: Path) -> None:
    rows = ["age,city,happy"]
    rows += [
        f"{20 + n % 50},{'Rome' if n % 3 else 'Oslo'},{'yes' if n % 50 > 20 else 'no'}" for n in range(300)
    ]
    (tmp_path / "people.csv").write_text("\n".join(rows))
    done = subprocess.run(
        [sys.executable, "-m", "nn_tui", "train", "people.csv", "--json"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0 and lines[-1]["event"] == "end"
    assert lines[-2]["val_accuracy"] > 0.9


def test_a_spec_finds_its_data_beside_itself(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "t.csv").write_text("a,b\n" + "1,x\n2,y\n3,x\n" * 30)
    spec = propose(str(tmp_path / "inner" / "t.csv")).spec
    text = dumps(spec).replace(str(tmp_path / "inner" / "t.csv"), "t.csv")
    (tmp_path / "inner" / "t.toml").write_text(text)
    assert problems(open_source(str(tmp_path / "inner" / "t.toml"))) == ()


def test_bad_data_end_with_status_2_and_one_line(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n3\n")
    done = subprocess.run(
        [sys.executable, "-m", "nn_tui", "train", "bad.csv"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and "line 3 has 1 field" in done.stderr


@pytest.mark.parametrize(
    ("sides", "expected"), [((300, 300, 300), (96, 96)), ((20, 20, 20), None), ((20, 30, 400), (30, 30))]
)
def test_images_are_brought_to_their_usual_size_but_none_too_large(
    tmp_path: Path, sides: tuple[int, ...], expected: tuple[int, int] | None
) -> None:
    image = pytest.importorskip("PIL.Image", reason="needs the extra `images`")
    for label in ("a", "b"):
        (tmp_path / label).mkdir()
        for number, side in enumerate(sides * 8):
            image.new("RGB", (side, side), (number * 9, 10, 10)).save(tmp_path / label / f"{number}.png")
    proposal = propose(str(tmp_path))
    assert proposal.spec.data.settings.get("size") == expected
    assert ("brought to" in proposal.why) == (expected is not None)
