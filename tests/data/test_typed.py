"""Rows that a person types: what is asked for, and that they become what the data's own rows became."""

import numpy as np
import pytest

from nn_tui.data.typed import TypedField, TypedRow
from nn_tui.errors import DataError
from nn_tui.experiment.build import load_data
from nn_tui.experiment.examples import example


def typed(name: str) -> TypedRow:
    return TypedRow(load_data(example(name).data))


def starts(row: TypedRow) -> dict[str, str]:
    return {field.name: field.start for field in row.fields}


@pytest.mark.parametrize(
    "name", ["clinical-trial", "iris", "penguins", "diabetes", "reviews", "co2", "circle", "multi-gaussian"]
)
def test_a_row_of_the_data_typed_again_is_that_row(name: str) -> None:
    row = typed(name)
    split = row.data.validation or row.data.test or row.data.train
    for number in range(min(20, len(split))):
        x, _ = row.row(row.values_of(split, number))
        assert x.shape == (1, *row.data.input_shape) and x.dtype == split.x.dtype
        np.testing.assert_allclose(x[0], split.x[number], atol=2e-5)


def test_a_column_starts_at_its_median_and_tells_its_range() -> None:
    row = typed("penguins")
    fields = {field.name: field for field in row.fields}
    assert list(fields) == [
        "island", "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "sex", "year",
    ]  # fmt: skip
    train = row.data.train
    assert train.table is not None and train.rows is not None
    values = train.table.column("bill_length_mm").values[train.rows]
    bill = fields["bill_length_mm"]
    assert float(bill.start) == pytest.approx(np.nanmedian(values))
    assert (bill.low, bill.high) == (np.nanmin(values), np.nanmax(values))
    assert bill.told.startswith("32.1 to 59.6, median ")
    assert fields["island"].kind == "choice" and set(fields["island"].choices) == {
        "Biscoe", "Dream", "Torgersen",
    }  # fmt: skip
    assert "missing" in fields["sex"].choices


def test_a_missing_value_is_taken_as_the_training_rows_say() -> None:
    row = typed("penguins")
    x, _ = row.row({**starts(row), "bill_length_mm": ""})
    prepared = row.data.preparation
    assert prepared is not None
    feature = next(one for one in prepared.features if one.column == "bill_length_mm")
    place = prepared.outputs.index("bill_length_mm")
    own = x[0, place] * row.data.scale[place] + row.data.shift[place]
    assert own == pytest.approx(feature.fill)  # type: ignore[attr-defined]  # a NumberFeature


def test_numbers_step_within_the_range_of_the_training_rows() -> None:
    field = TypedField("age", "number", "50", low=13, high=100, step=5)
    assert [field.stepped("50", 1), field.stepped("52", 1), field.stepped("100", 1)] == ["55", "55", "100"]
    assert field.stepped("14", -1) == "13" and field.stepped("wrong", -1) == "45"
    assert field.stepped("120", 1) == "120", "what was typed may lie outside"


def test_a_column_starts_with_no_more_digits_than_a_field_shows() -> None:
    x = next(field for field in typed("circle").fields if field.name == "x")
    assert x.start == "0.08"
    assert x.told == "-4.97 to 4.93, median 0.08"


def test_a_wrong_value_is_said_with_its_column() -> None:
    row = typed("penguins")
    with pytest.raises(DataError, match="year is a number, got 'never'"):
        row.check("year", "never")
    with pytest.raises(DataError, match="x is a finite number"):
        typed("circle").row({"x": "inf", "y": "0"})
    row.check("bill_length_mm", "")


def test_a_number_of_rows_without_columns_cannot_be_missing() -> None:
    row = typed("circle")
    for text in (" ", "", "nan"):
        with pytest.raises(DataError, match="x is a"):
            row.check("x", text)
        with pytest.raises(DataError, match="x is a"):
            row.row({**starts(row), "x": text})


def test_unknown_words_are_said_and_words_that_are_too_many() -> None:
    row = typed("reviews")
    x, notes = row.row({"review": "A zorgle film"})
    assert notes == ["not in its vocabulary, read as a rare word: zorgle"]
    feature = row.data.preparation.features[0]  # type: ignore[union-attr]  # a table
    numbers = [feature.vocabulary.index("a") + 2, 1, feature.vocabulary.index("film") + 2]  # type: ignore[attr-defined]  # its words
    assert x[0, -3:].tolist() == numbers and not x[0, :-3].any()
    _, notes = row.row({"review": "a " * 100})
    assert notes == [f"only the first {feature.length} of 100 words are read"]  # type: ignore[attr-defined]  # its length


def test_the_last_steps_of_a_series_are_asked_for_and_the_rest_stays() -> None:
    row = typed("co2")
    split = row.data.validation
    assert split is not None
    values = row.values_of(split, 5)
    assert next(iter(values)) == "co2 -1"
    x, _ = row.row({**values, "co2 -1": "300"})
    different = np.argwhere(~np.isclose(x[0], split.x[5], atol=2e-5))
    assert different.tolist() == [[23, 3]]
    assert x[0, 23, 3] * row.data.scale[3] + row.data.shift[3] == pytest.approx(300, rel=1e-5)
