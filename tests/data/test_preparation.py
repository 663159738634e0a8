"""What is learned from the training rows, and only from them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn_tui.data.columns import plan_columns, recognize_task
from nn_tui.data.from_table import dataset_of, rows_for
from nn_tui.data.preparation import fit, restore
from nn_tui.data.settings import TableSource
from nn_tui.data.sources import load_dataset, read
from nn_tui.data.table import Table, column_of
from nn_tui.errors import DataError

RANDOM = np.random.default_rng(0)
ROWS = 60


def people(rows: int = ROWS, **changed: Any) -> Table:
    random = np.random.default_rng(1)
    age = random.integers(20, 60, rows).astype(float)
    age[3] = np.nan
    columns = {
        "number": np.arange(1, rows + 1),
        "age": age,
        "city": np.array(random.choice(["Rome", "Oslo", "Bern"], rows), object),
        "member": random.random(rows) < 0.5,
        "born": np.datetime64("1990-01-01") + random.integers(0, 9000, rows),
        "note": np.array([f"row {at} says word{at % 7} and more" for at in range(rows)], object),
        "planet": np.full(rows, "Earth", object),
        "income": np.array(["high" if value > 40 else "low" for value in age], object),
        **changed,
    }
    return Table("people", tuple(column_of(name, values) for name, values in columns.items()))


def test_columns_are_recognized_and_say_why() -> None:
    plans = {plan.name: plan for plan in plan_columns(people(), "income", None, {})}
    assert {name: plan.kind for name, plan in plans.items()} == {
        "number": "ignore", "age": "number", "city": "category", "member": "boolean", "born": "date",
        "note": "text", "planet": "ignore",
    }  # fmt: skip
    assert "row number" in plans["number"].why and "same in every row" in plans["planet"].why
    assert "1 missing" in plans["age"].why


def test_a_person_overrules_what_is_recognized() -> None:
    plans = {
        plan.name: plan for plan in plan_columns(people(), "income", ["age", "city"], {"age": "category"})
    }
    assert plans["age"].kind == "category" and plans["age"].chosen
    assert plans["member"].kind == "ignore"
    with pytest.raises(DataError, match="no column 'agee'"):
        plan_columns(people(), "income", ["agee"], {})
    with pytest.raises(DataError, match="cannot be taken as 'numbr'"):
        plan_columns(people(), "income", None, {"age": "numbr"})


def test_only_training_rows_are_learned_from() -> None:
    """Whatever stands in the other rows, what was learned is the same to the last digit."""
    parts = []
    for strange in (False, True):
        table = people()
        if strange:
            age = table.column("age").values.copy()
            city = table.column("city").values.copy()
            note = table.column("note").values.copy()
            age[-20:], city[-20:], note[-20:] = 1e9, "Atlantis", "zzz zzz zzz zzz"
            table = people(age=age, city=city, note=note, income=table.column("income").values)
        data = dataset_of(
            table, TableSource(order="file"), scaling="standard", validation_split=0.2, test_split=0.2,
            target="income",
        )  # fmt: skip
        assert data.preparation is not None
        parts.append((data.preparation.document(), data.train.x))
    assert parts[0][0] == parts[1][0]
    np.testing.assert_array_equal(parts[0][1], parts[1][1])


def test_a_preparation_survives_being_written_down() -> None:
    preparation = fit(
        people(), TableSource(), scaling="standard", target="income", features=None, columns={}
    )
    again = restore(json.loads(json.dumps(preparation.document())))
    x, notes = preparation.transform(people())
    np.testing.assert_array_equal(again.transform(people())[0], x)
    assert not notes and again.classes == ("high", "low")
    assert x.shape == (ROWS, len(preparation.outputs))
    scaled = x[:, preparation.outputs.index("age")]
    known = ~np.isnan(people().column("age").values)
    assert abs(scaled[known].mean()) < 1e-6 and x[3, preparation.outputs.index("age missing")] == 1


def test_rows_read_later_get_a_clear_answer() -> None:
    preparation = fit(
        people(), TableSource(), scaling="none", target="income", features=("age", "city"), columns={}
    )
    later = Table("later", (column_of("age", [30.0]), column_of("city", np.array(["Mars"], object))))
    split, notes = rows_for(preparation, later, TableSource(), with_targets=False)
    assert split.x[0, 0] == 30 and not split.x[0, 2:].any()
    assert "'Mars', which no training row had" in notes[0]
    with pytest.raises(DataError, match="no column 'city', which the network was trained with"):
        preparation.transform(Table("later", (column_of("age", [30.0]),)))
    wrong = Table("later", (column_of("age", np.array(["x"], object)), later.columns[1]))
    with pytest.raises(DataError, match="'age' holds text, but numbers in training"):
        preparation.transform(wrong)


def test_rare_words_share_a_category() -> None:
    city = np.array(["Rome"] * 30 + ["Oslo"] * 20 + [f"village {n}" for n in range(10)], object)
    settings = TableSource(most_categories=2)
    preparation = fit(
        people(city=city),
        settings,
        scaling="none",
        target="income",
        features=("city",),
        columns={"city": "category"},
    )
    assert preparation.outputs == ("city=Oslo", "city=Rome", "city=other")


@pytest.mark.parametrize(("missing", "filled"), [("median", 3.0), ("frequent", 1.0)])
def test_gaps_are_filled_as_asked(missing: Any, filled: float) -> None:
    numbers = [1.0, 1.0, 3.0, 4.0, 9.0, np.nan]
    table = Table("t", (column_of("a", numbers), column_of("y", [0, 1, 0, 1, 0, 1])))
    learned = fit(
        table, TableSource(missing=missing), scaling="none", target="y", features=None, columns={}
    )
    assert learned.transform(table)[0][5].tolist() == [filled, 1.0]
    dropped = dataset_of(table, TableSource(missing="drop"), target="y")
    assert len(dropped.train) == 5 and dropped.notes == ("1 rows with gaps are left out",)


def test_texts_become_bags_or_numbers_in_order() -> None:
    texts = np.array(["the cat sat", "the dog", "a bird sings loudly"], object)
    table = Table("t", (column_of("text", texts), column_of("y", np.array(["a", "b", "a"], object))))
    chosen = {"scaling": "none", "target": "y", "features": None, "columns": {"text": "text"}}
    bag = fit(table, TableSource(vocabulary=2), **chosen)  # type: ignore[arg-type]
    assert bag.outputs[0] == "text:the" and bag.transform(table)[0][:, 0].tolist() == [1, 1, 0]
    words = fit(table, TableSource(text="sequence", length=3, vocabulary=1), **chosen)  # type: ignore[arg-type]
    # 0 pads, 1 is a word outside the vocabulary, 2 its first word.
    assert words.transform(table)[0].tolist() == [[2, 1, 1], [0, 2, 1], [1, 1, 1]]


def test_the_target_is_recognized() -> None:
    assert recognize_task(column_of("y", [0, 1, 2, 1, 0] * 10))[0] == "classification"
    assert recognize_task(column_of("y", RANDOM.normal(size=50)))[0] == "regression"
    assert recognize_task(column_of("y", np.arange(50)))[0] == "regression"
    assert recognize_task(column_of("y", [0, 1] * 5), "regression")[0] == "regression"


def table_of(text: str, folder: Path) -> str:
    path = folder / "t.csv"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a,b\n1,x\n", "has one row only"),
        ("a,b\n" + "1,x\n2,x\n" * 9, "one class only: 'x'"),
        ("a,b\n" + "".join(f"{n},x{n}\n" for n in range(9)), "9 classes in 9 rows"),
        ("a,b\n" + "1,2\n" * 20 + "abc,4\n", "column 'a' holds numbers, but 'abc' in line 22"),
        ("a,b\nx,y\n" + "1,2\n3,4\n" * 9, "line 2 looks like a second header"),
        ("a,b\n" + "1,\n" * 5, "target 'b' has no values"),
        ("a,b\n" + ",1\n,2\n" * 5, "no column to learn from"),
        ("b\n" + "1\n2\n" * 5, "the target is the only column"),
    ],
)
def test_a_table_from_which_nothing_can_be_learned_says_so(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=told):
        load_dataset(table_of(text, tmp_path), {"order": "file"})


def test_a_split_by_class_keeps_the_shares() -> None:
    data = load_dataset("iris", {"stratify": True}, validation_split=0.2, test_split=0.2)
    for part in (data.train, data.validation, data.test):
        assert part is not None
        counts = np.bincount(part.y)
        assert counts.max() - counts.min() <= 1
    total = sum(len(part) for part in (data.train, data.validation, data.test) if part)
    assert total == 150


def test_the_split_is_another_with_another_seed_only() -> None:
    one, same, other = (load_dataset("iris", {"split_seed": seed}, test_split=0.2) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.train.x, same.train.x)
    assert (one.train.x != other.train.x).any()


def test_validation_and_test_rows_may_come_from_files(tmp_path: Path) -> None:
    table = read("iris")
    text = "\n".join([",".join(table.names), "5,3,1,0.2,setosa", "6,3,5,2,virginica"])
    data = load_dataset("iris", {"test": table_of(text, tmp_path)}, validation_split=0.1)
    assert data.test is not None and data.test.y.tolist() == [0, 2] and len(data.train) == 135


def test_windows_of_a_series_never_see_the_future() -> None:
    data = load_dataset("co2", {"window": 12, "order": "file"}, scaling="none", test_split=0.2)
    values = read("co2").column("co2").values.astype(np.float32)
    assert data.train.x.shape == (len(values[: int(521 * 0.8)]) - 12, 12, 4)
    co2 = data.feature_names.index("co2")
    np.testing.assert_allclose(data.train.x[5, :, co2], values[5:17])
    assert data.train.y[5] == values[17]
    assert data.test is not None and data.test.y[0] == values[int(521 * 0.8)]
    with pytest.raises(DataError, match="A window of 600 rows needs more"):
        load_dataset("co2", {"window": 600})


def test_series_become_sequences(tmp_path: Path) -> None:
    lines = ["who,step,value,kind"]
    for who in range(10):
        lines += [
            f"p{who},{step},{who + step},{'odd' if who % 2 else 'even'}" for step in range(2 + who % 3)
        ]
    source = table_of("\n".join(lines), tmp_path)
    data = load_dataset(source, {"series": "who", "order": "file"}, test_split=0.2)
    assert data.train.x.shape == (8, 4, 2) and data.class_names == ("even", "odd")
    assert data.train.y.tolist() == [0, 1] * 4
    # The first series has two rows: it begins with zeros.
    assert data.train.x[0, :, 1].tolist() == [0, 0, 0, 1]


def test_an_autoencoder_has_its_input_as_target() -> None:
    data = load_dataset("wine", {"autoencoder": True}, scaling="standard")
    np.testing.assert_array_equal(data.train.x, data.train.y)
    assert data.task == "regression"
    images = load_dataset("digits", {"autoencoder": True}, scaling="minmax")
    np.testing.assert_array_equal(images.train.x, images.train.y)
