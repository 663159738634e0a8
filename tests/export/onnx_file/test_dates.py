"""The calendar written in whole numbers agrees with NumPy's."""

import numpy as np
import pytest

from nn_tui.data.features import date_parts
from nn_tui.export.onnx_file.dates import Calendar
from nn_tui.export.onnx_file.graph import Graph, file_bytes
from tests.export.onnx_file.sessions import answers

PARTS = ("year", "month", "day", "weekday", "hour")


@pytest.fixture(scope="module")
def calendar() -> bytes:
    graph = Graph()
    seconds = graph.input("seconds", np.int64, ("N",))
    written = Calendar(graph, seconds)
    for part in PARTS:
        graph.output(part, written.part(part), np.int64, ("N",))
    return file_bytes(graph.made("calendar"), {}, "0", "")


def same(calendar: bytes, dates: np.ndarray) -> None:  # type: ignore[type-arg]
    made = answers(calendar, {"seconds": dates.astype(np.int64)})
    for name, expected in date_parts(dates).items():
        np.testing.assert_array_equal(made[name], expected)


def test_every_day_of_four_centuries_and_around_it(calendar: bytes) -> None:
    days = np.arange("1590-01-01", "2105-01-01", dtype="datetime64[D]")
    same(calendar, days.astype("datetime64[s]"))


def test_seconds_before_and_after_1970_and_before_the_year_0(calendar: bytes) -> None:
    random = np.random.default_rng(6).integers(-(10**11), 10**11, 5000)
    edges = np.array([-1, 0, 1, 3599, 3600, 86_399, 86_400, -86_400, -86_401])
    same(calendar, np.concatenate([random, edges]).astype("datetime64[s]"))
