"""A thing says its name and its knobs once; everybody else reads them."""

from typing import Annotated, Literal

import pytest

from nn_tui import declare
from nn_tui.declare import Knob, check, check_value, params, register
from nn_tui.errors import SpecError

Rate = Annotated[float, Knob(above=0, at_most=1, scale="log", live=True)]


class Sample:
    """Do a thing to numbers. The second sentence is not in the list.

        y = rate * x

    Args:
        rate: how much, above 0. Default 0.5.
        units: how many,
            at least 1.
        mode: which way. Default "up".
    Returns:
        nothing.
    """

    def __init__(
        self,
        units: Annotated[int, Knob(at_least=1)],
        rate: Rate = 0.5,
        mode: Literal["up", "down"] = "up",
        size: tuple[int, int] = (2, 2),
        flag: bool = False,
        note: str | None = None,
        limit: Annotated[float, Knob(above=0)] | None = None,
    ) -> None:
        self.units = units


def by_name(name: str) -> declare.Param:
    return next(param for param in params(Sample) if param.name == name)


def test_params_are_read_from_the_signature_and_the_docstring() -> None:
    assert [param.name for param in params(Sample)] == [
        "units", "rate", "mode", "size", "flag", "note", "limit",
    ]  # fmt: skip
    assert [param.form for param in params(Sample)] == [
        "int", "float", "choice", "shape", "bool", "str", "float",
    ]  # fmt: skip
    assert by_name("units").required
    assert by_name("units").help == "how many, at least 1."
    assert by_name("rate").default == 0.5
    assert by_name("rate").knob.live
    assert by_name("mode").choices == ("up", "down")
    assert by_name("note").optional
    assert by_name("limit").optional and by_name("limit").knob.above == 0


def test_the_docstring_gives_sentence_and_formula() -> None:
    assert declare.sentence(Sample).startswith("Do a thing to numbers.")
    assert declare.formula(Sample) == "y = rate * x"


def test_values_are_coerced() -> None:
    assert check(Sample, {"units": 4.0, "rate": 1, "size": [3, 3]}) == {
        "units": 4,
        "rate": 1.0,
        "size": (3, 3),
    }


@pytest.mark.parametrize(
    ("values", "message", "path"),
    [
        ({"units": 0}, "Sample: 'units' must be at least 1, got 0.", "layers.2.units"),
        ({"units": 2.5}, "Sample: 'units' must be a whole number, got 2.5.", "layers.2.units"),
        ({"units": True}, "Sample: 'units' must be a whole number, got True.", "layers.2.units"),
        ({}, "Sample: 'units' is missing.", "layers.2.units"),
        ({"units": 1, "unit": 3}, "Sample has no setting 'unit'.", "layers.2.unit"),
        ({"units": 1, "rate": "a"}, "'rate' must be a number, got 'a'.", "layers.2.rate"),
        ({"units": 1, "rate": float("nan")}, "must be a finite number", "layers.2.rate"),
        ({"units": 1, "rate": 2}, "must be at most 1, got 2.0.", "layers.2.rate"),
        ({"units": 1, "mode": "upp"}, "must be one of up, down, got 'upp'.", "layers.2.mode"),
        ({"units": 1, "size": ["a"]}, "must be whole numbers", "layers.2.size"),
        ({"units": 1, "flag": 1}, "must be true or false, got 1.", "layers.2.flag"),
        ({"units": 1, "note": 3}, "must be text in quotes, got 3.", "layers.2.note"),
        ({"units": 1, "limit": -1}, "must be greater than 0, got -1.0.", "layers.2.limit"),
    ],
)
def test_a_bad_value_is_refused_with_place_and_reason(
    values: dict[str, object], message: str, path: str
) -> None:
    with pytest.raises(SpecError) as caught:
        check(Sample, values, path="layers.2")
    assert message in caught.value.message
    assert caught.value.path == path


def test_the_nearest_name_is_offered() -> None:
    with pytest.raises(SpecError, match="Did you mean 'units'"):
        check(Sample, {"unit": 3})


def test_none_is_taken_only_where_it_is_allowed() -> None:
    assert check_value(by_name("note"), None) is None
    with pytest.raises(SpecError):
        check_value(by_name("rate"), None)


def test_a_name_cannot_be_registered_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declare, "_registry", {})
    monkeypatch.setattr(declare, "_aliases", {})
    register("layer", "Sample", aliases=["sample"])(Sample)
    assert declare.find("layer", "sample") is Sample
    with pytest.raises(ValueError, match="registered twice"):
        register("layer", "sample")(Sample)
    with pytest.raises(SpecError, match="Did you mean 'Sample'"):
        declare.find("layer", "Sampel")
