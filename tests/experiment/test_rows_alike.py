"""Arrays, images and generated rows for a saved run: in their order, by its classes, with or without y."""

import csv
import gzip
import io
from pathlib import Path

import numpy as np
import pytest

from nn_tui.cli import main
from nn_tui.errors import DataError
from nn_tui.experiment.evaluation import measure
from nn_tui.experiment.headless import train
from nn_tui.experiment.prediction import open_run
from nn_tui.experiment.proposal import propose
from nn_tui.experiment.sources import open_source
from nn_tui.experiment.spec_file import set_value

RANDOM = np.random.default_rng(0)


def trained_on(source: str, folder: Path, epochs: int = 1) -> Path:
    list(train(set_value(propose(source).spec, "fit.epochs", epochs), save=str(folder)))
    return folder


def shaded(labels: np.ndarray) -> np.ndarray:
    """Images whose brightness is their class."""
    noise = RANDOM.integers(0, 20, (len(labels), 8, 8))
    return (labels[:, None, None] * 80 + noise).astype(np.uint8)


@pytest.fixture(scope="module")
def arrays(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("arrays")
    y = RANDOM.integers(0, 3, 240) * 5  # classes 0, 5 and 10
    x = np.column_stack([y + RANDOM.normal(0, 0.3, 240), RANDOM.normal(size=(240, 3))])
    np.savez(folder / "train.npz", x=x, y=y)
    return trained_on(str(folder / "train.npz"), folder / "run", 60)


def test_rows_stay_in_their_order_and_need_no_targets(
    arrays: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    x = np.column_stack([[10, 0, 5, 5, 0, 10], np.zeros((6, 3))]).astype(np.float32)
    np.savez(tmp_path / "new.npz", x=x)
    np.save(tmp_path / "new.npy", x)
    for name in ("new.npz", "new.npy"):
        assert main(["predict", str(arrays), str(tmp_path / name), "--id", "row"]) == 0
        header, *rows = csv.reader(io.StringIO(capsys.readouterr().out))
        assert header[:3] == ["row", "y", "p(0)"]
        assert [row[:2] for row in rows] == [
            ["1", "10"], ["2", "0"], ["3", "5"], ["4", "5"], ["5", "0"], ["6", "10"],
        ]  # fmt: skip
    assert main(["evaluate", str(arrays), str(tmp_path / "new.npz")]) == 2
    assert "no targets to compare with" in capsys.readouterr().err


def test_classes_are_known_by_their_names_even_if_some_are_absent(arrays: Path, tmp_path: Path) -> None:
    x = np.column_stack([[10, 10, 5], np.zeros((3, 3))]).astype(np.float32)
    run = open_run(str(arrays))
    for y, right in (([10, 10, 5], 1.0), ([10, 0, 5], 2 / 3), ([5, 5, 5], 1 / 3)):
        np.savez(tmp_path / "new.npz", x=x, y=np.array(y))
        with run.rows(str(tmp_path / "new.npz"), with_targets=True) as rows:
            assert measure(run, rows).values["accuracy"] == pytest.approx(right)
    # The target as the last column of a single array, as in training.
    np.save(tmp_path / "new.npy", np.column_stack([x, [10, 10, 5]]))
    with run.rows(str(tmp_path / "new.npy"), with_targets=True) as rows:
        assert measure(run, rows).values["accuracy"] == 1
    np.savez(tmp_path / "new.npz", x=x, y=np.array([10, 7, 5]))
    with (
        pytest.raises(DataError, match="the class '7' is none the network knows: 0, 5, 10"),
        run.rows(str(tmp_path / "new.npz"), with_targets=True),
    ):
        pass


def test_test_rows_of_a_file_come_first_and_that_is_told(arrays: Path, tmp_path: Path) -> None:
    x = np.zeros((4, 4), np.float32)
    np.savez(tmp_path / "a.npz", x_train=x, y_train=[0, 5, 0, 5], x_test=x[:3], y_test=[0, 0, 5])
    run = open_run(str(arrays))
    with run.rows(str(tmp_path / "a.npz"), with_targets=True) as rows:
        assert len(measure(run, rows)) == 3 and rows.notes() == ["the rows are those of x_test"]


def test_rows_of_another_shape_are_refused(arrays: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros((3, 7)))
    run = open_run(str(arrays))
    with pytest.raises(DataError, match=r"rows of shape \(7,\), not \(4,\)"):
        run.rows_of(str(tmp_path / "a.npy"), with_targets=False)


def write_idx(path: Path, array: np.ndarray) -> None:
    head = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    path.write_bytes(gzip.compress(head + array.astype(np.uint8).tobytes()))


def test_idx_files_are_measured_on_their_test_images(tmp_path: Path) -> None:
    folder = tmp_path / "idx"
    folder.mkdir()
    for part, count in (("train", 120), ("t10k", 30)):
        labels = RANDOM.integers(0, 3, count)
        write_idx(folder / f"{part}-images-idx3-ubyte.gz", shaded(labels))
        write_idx(folder / f"{part}-labels-idx1-ubyte.gz", labels)
    run = open_run(str(trained_on(str(folder), tmp_path / "run")))
    with run.rows(str(folder), with_targets=True) as rows:
        outside = measure(run, rows)
        assert rows.notes() == ["the rows are those of t10k-images"]
    assert len(outside) == 30
    # The run's own test rows are the same images.
    from nn_tui.experiment.evaluation import rows_to_measure

    with rows_to_measure(run, None) as rows:
        assert measure(run, rows).values == pytest.approx(outside.values)
    for name in ("t10k-labels-idx1-ubyte.gz", "train-labels-idx1-ubyte.gz"):
        (folder / name).unlink()
    assert len(run.rows_of(str(folder), with_targets=False)[0]) == 30
    images = folder / "train-images-idx3-ubyte.gz"
    assert len(run.rows_of(str(images), with_targets=False)[0]) == 120


def test_images_need_no_class_folders_to_be_predicted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = pytest.importorskip("PIL.Image")
    for name, label in (("dark", 0), ("light", 2)):
        (tmp_path / "train" / name).mkdir(parents=True)
        for at, pixels in enumerate(shaded(np.full(25, label))):
            image.fromarray(pixels).save(tmp_path / "train" / name / f"{at}.png")
    folder = trained_on(str(tmp_path / "train"), tmp_path / "run")
    flat = tmp_path / "flat"
    flat.mkdir()
    for name, label in (("b.png", 0), ("a.png", 2), ("c.png", 2)):
        # Larger and in colour: they are brought to what the network was trained with.
        pixels = shaded(np.full(1, label))[0].repeat(2, 0).repeat(2, 1)
        image.fromarray(pixels).convert("RGB").save(flat / name)
    assert main(["predict", str(folder), str(flat), "--id", "file"]) == 0
    header, *rows = csv.reader(io.StringIO(capsys.readouterr().out))
    assert header == ["file", "label", "p(dark)", "p(light)"] or header[0] == "file"
    assert [row[0] for row in rows] == ["a.png", "b.png", "c.png"]
    run = open_run(str(folder))
    split, _ = run.rows_of(str(flat), with_targets=False)
    assert split.x.shape == (3, 8, 8, 1) and split.x[0].mean() > split.x[1].mean()
    # One class alone, known by its folder's name.
    (tmp_path / "some" / "light").mkdir(parents=True)
    (flat / "a.png").rename(tmp_path / "some" / "light" / "a.png")
    assert run.rows_of(str(tmp_path / "some"), with_targets=True)[0].y.tolist() == [1]
    with pytest.raises(DataError, match="has no targets"):
        run.rows_of(str(flat), with_targets=True)


def test_a_network_of_generated_rows_takes_a_table_with_their_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = set_value(set_value(open_source("clinical-trial"), "fit.epochs", 30), "fit.batch_size", 32)
    list(train(set_value(spec, "compile.optimizer.learning_rate", 0.01), save=str(tmp_path / "run")))
    path = tmp_path / "people.csv"
    path.write_text("name,age\nAnn,20\nBob,90\n")
    assert main(["predict", str(tmp_path / "run"), str(path), "--id", "name"]) == 0
    _, young, old = csv.reader(io.StringIO(capsys.readouterr().out))
    assert young[0] == "Ann" and old[0] == "Bob" and young[1] != old[1]
    assert main(["evaluate", str(tmp_path / "run"), "clinical-trial"]) == 0
    assert "clinical-trial rows" in capsys.readouterr().out
    path.write_text("name,years\nAnn,20\n")
    assert main(["predict", str(tmp_path / "run"), str(path)]) == 2
    assert "no column 'age'" in capsys.readouterr().err


def test_data_that_have_changed_are_not_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    rows = [f"{at},{RANDOM.normal():.3f},{'yes' if at % 3 else 'no'}\n" for at in range(60)]
    path.write_text("a,b,c\n" + "".join(rows))
    trained_on(str(path), tmp_path / "run")
    assert main(["evaluate", str(tmp_path / "run")]) == 0
    path.write_text("a,b,c\n" + "".join(reversed(rows)))
    assert main(["evaluate", str(tmp_path / "run")]) == 1
    assert "have changed since the run was trained" in capsys.readouterr().err
    assert main(["evaluate", str(tmp_path / "run"), str(path)]) == 0
