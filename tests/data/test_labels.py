"""Labels are told as the file has them; those that look alike are one, and that is said."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn_tui.data.features import CategoryFeature
from nn_tui.data.files.arrays import raw_of
from nn_tui.data.files.tables import read_table
from nn_tui.data.from_table import dataset_of
from nn_tui.data.labels import finder, label_key, labels_of
from nn_tui.data.preparation import restore
from nn_tui.data.settings import TableSource
from nn_tui.data.sources import opened_rows
from nn_tui.data.table import column_of
from nn_tui.errors import DataError

LONG = 2**53


def written(folder: Path, labels: list[str], heading: str = "label", times: int = 10) -> Path:
    path = folder / "rows.csv"
    rows = (f"{at * 0.37 % 1:.3f},{labels[at % len(labels)]}" for at in range(times * len(labels)))
    path.write_text("\n".join([f"a,{heading}", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (["Yes", "No"], ("No", "Yes")),
        (["yes", "no"], ("no", "yes")),
        (["True", "False"], ("False", "True")),
        (["TRUE", "FALSE"], ("FALSE", "TRUE")),
        (["T", "F"], ("F", "T")),
        (["t", "f"], ("f", "t")),
        (["Y", "N"], ("N", "Y")),
        (["on", "off"], ("off", "on")),
        (["1", "0"], ("0", "1")),
        (["01", "02", "10"], ("01", "02", "10")),
        (["1", "01"], ("01", "1")),
        (["1.0", "2.0"], ("1.0", "2.0")),
        (["1", "yes"], ("1", "yes")),
        (["ja", "nein", "true"], ("ja", "nein", "true")),
        (["yes", " yes", "yes ", "no"], ("no", "yes")),
        (["Yes", "yes", " yes", "YES ", "yes", "no", "No", "no"], ("no", "yes")),
        (["m\u00e4nnlich", "ma\u0308nnlich", "weiblich"], None),
        (["yes", "yes\u200b", "\ufeffyes", "no\u00a0", "no", "yes", "no"], ("no", "yes")),
        (["Iris  setosa", "Iris setosa", "Iris setosa", "other"], ("Iris setosa", "other")),
        (["m", "M", "f", "m", "f", "f"], ("f", "m")),
        (["a", "A", "b", "B", "c", "C"], ("A", "B", "C", "a", "b", "c")),
        (["Nan", "7", "10", "x"], ("7", "10", "Nan", "x")),
        ([str(LONG), str(LONG + 1)], (str(LONG), str(LONG + 1))),
        ([f"-{LONG + 1}", f"-{LONG}", "3"], (f"-{LONG + 1}", f"-{LONG}", "3")),
        ([str(2**64 - 1), str(2**64 - 2)], (str(2**64 - 2), str(2**64 - 1))),
        ([f"{LONG}.0", f"{LONG + 1}.0"], (f"{LONG}.0", f"{LONG + 1}.0")),
        ([f"{10**30}", f"{10**30 + 1}"], (f"{10**30}", f"{10**30 + 1}")),
    ],
    ids=str,
)
def test_classes_are_told_as_the_file_has_them(tmp_path: Path, labels: list[str], classes: Any) -> None:
    path = written(tmp_path, labels)
    data = dataset_of(read_table(path), TableSource(task="classification"))
    if classes is None:
        assert len(data.class_names) == 2
    else:
        assert data.class_names == classes
    told = [data.class_names[int(y)] for y in data.train.y]
    assert data.train.table is not None and data.train.rows is not None
    own = [label_key(labels[int(row) % len(labels)]) for row in data.train.rows]
    assert all(label_key(one) == other for one, other in zip(told, own, strict=True))
    # Read block by block, as for a prediction or an evaluation, the rows have the same classes.
    assert data.preparation is not None
    with opened_rows(str(path)) as rows:
        numbers = data.preparation.targets(rows.rows(0, len(rows)))
    np.testing.assert_array_equal(numbers[data.train.rows], data.train.y)


def test_what_is_taken_as_one_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, ["yes", " yes", "yes ", "no"], " label ")
    data = dataset_of(read_table(path), TableSource())
    assert data.target_name == "label"
    assert "label: ' yes', 'yes', 'yes ' are 'yes'" in data.notes
    assert "spaces around the headings ' label ' are left out" in data.notes


def test_names_with_the_spaces_of_the_file_are_found_all_the_same(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, ["x", "y"], " label "))
    assert table.column(" label ") is table.column("label")
    data = dataset_of(table, TableSource(), target=" label ")
    assert data.preparation is not None and data.feature_names == ("a",)
    kept = data.preparation.document()
    kept["features"][0]["column"] = " a"
    x, _ = restore(kept).transform(table)
    np.testing.assert_array_equal(x[data.train.rows], data.train.x)


def test_headings_that_are_alike_without_their_spaces_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_text("a, a,label\n1,2,x\n3,4,y\n")
    with pytest.raises(DataError, match="'a' occurs more than once"):
        read_table(path)


def test_one_class_is_told_as_the_file_has_it(tmp_path: Path) -> None:
    for label in ("Yes", "TRUE", "1.0", "01"):
        with pytest.raises(DataError, match=f"one class only: '{label}'"):
            dataset_of(read_table(written(tmp_path, [label])), TableSource(task="classification"))


def test_other_files_may_spell_classes_otherwise_but_not_change_them(tmp_path: Path) -> None:
    data = dataset_of(read_table(written(tmp_path, ["Yes", "No"])), TableSource())
    assert data.preparation is not None
    for labels in (["YES", "no"], [" yes", "No "], ["true", "false"], ["T", "F"]):
        table = read_table(written(tmp_path, labels))
        np.testing.assert_array_equal(data.preparation.targets(table), [1, 0] * 10)
    with pytest.raises(DataError, match="class '1' of 'label' occurs in no training row"):
        data.preparation.targets(read_table(written(tmp_path, ["1", "0"])))


def test_a_category_s_spellings_are_one(tmp_path: Path) -> None:
    column = column_of("city", np.array(["Paris", "paris ", " PARIS", "Rome", "Paris"], object))
    feature = CategoryFeature(column, 20)
    assert feature.categories == ["Paris", "Rome"]
    out = np.zeros((5, 2))
    assert not feature.write(column, out)
    np.testing.assert_array_equal(out.argmax(axis=1), [0, 0, 0, 1, 0])


def test_a_run_kept_with_spellings_apart_finds_each_by_itself() -> None:
    find = finder(["yes", " yes", "no"])
    assert [find(word) for word in ("yes", " yes", "no", "NO ", "YES", "true")] == [0, 1, 2, 2, -1, -1]


def test_a_cell_of_spaces_is_a_gap(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, ["x", "  ", "y"]))
    assert table.column("label").missing.sum() == 10
    assert set(labels_of(table.column("label"))) == {"x", None, "y"}


@pytest.mark.parametrize(
    ("y", "names"),
    [
        (np.array([LONG, LONG + 1] * 10), (str(LONG), str(LONG + 1))),
        (np.array([2**64 - 1, 2**64 - 2] * 10, np.uint64), (str(2**64 - 2), str(2**64 - 1))),
        (np.array(["yes", "No"] * 10), ("No", "yes")),
        (np.array([b"yes", b"No"] * 10), ("No", "yes")),
        (np.array([True, False] * 10), ("0", "1")),
        (np.array([1e17, 2e17] * 10), (str(10**17), str(2 * 10**17))),
    ],
    ids=str,
)
def test_labels_of_arrays_are_kept_exactly(y: Any, names: tuple[str, ...]) -> None:
    x = np.arange(40.0).reshape(20, 2)
    raw = raw_of("arrays", x, y, (x, y))
    assert raw.class_names == names and raw.test is not None
    np.testing.assert_array_equal(raw.target, np.unique(y, return_inverse=True)[1])
    np.testing.assert_array_equal(raw.test[1], raw.target)


def test_yes_and_no_of_a_feature_may_have_spaces_later(tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    path.write_text(
        "a,smokes,label\n"
        + "".join(f"{at},{'Yes' if at % 3 else 'No'},{'xy'[at % 2]}\n" for at in range(20))
    )
    data = dataset_of(read_table(path), TableSource())
    assert data.preparation is not None and data.preparation.features[-1].kind == "boolean"
    path.write_text("a,smokes\n1,yes \n2, NO\n3,\n")
    out, _ = data.preparation.transform(read_table(path))
    np.testing.assert_array_equal(out[:, -1], [1, 0, 0.5])
