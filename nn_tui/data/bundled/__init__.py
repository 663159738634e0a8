"""Small real data sets that come with the program; each function's docstring says source and licence."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import numpy as np

from nn_tui.data.raw import RawData
from nn_tui.data.table import Column, Table, column_of

SETS: dict[str, Callable[[], Table | RawData]] = {}


def _bundled(function: Callable[[], Table | RawData]) -> Callable[[], Table | RawData]:
    SETS[function.__name__.replace("_", "-")] = function
    return function


@_bundled
def iris() -> Table:
    """Three species of iris by the sizes of their leaves; 150 rows.

    Source: R. A. Fisher, "The use of multiple measurements in taxonomic problems", 1936; UCI repository.
    Licence: CC BY 4.0.
    """
    return _table("iris", "iris.csv")


@_bundled
def wine() -> Table:
    """Three cultivars of wine by thirteen chemical measures; 178 rows.

    Source: M. Forina and others, PARVUS, 1988; UCI repository. Licence: CC BY 4.0.
    """
    return _table("wine", "wine.csv")


@_bundled
def breast_cancer() -> Table:
    """Malignant or benign, by thirty measures of cell nuclei in an image; 569 rows.

    Source: W. Wolberg, W. Street, O. Mangasarian, Wisconsin Diagnostic Breast Cancer, 1995; UCI
    repository. Licence: CC BY 4.0.
    """
    return _table("breast-cancer", "breast-cancer.csv.gz")


@_bundled
def penguins() -> Table:
    """Three species of penguin by sizes, sex and island, with gaps; 344 rows.

    Source: A. Horst, A. Hill, K. Gorman, palmerpenguins, 2020; data of Palmer Station LTER. Licence: CC0.
    """
    return _table("penguins", "penguins.csv")


@_bundled
def digits() -> RawData:
    """Handwritten digits as images of 8x8 grey cells; 1797 rows.

    Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits (its test set), 1998; UCI
    repository. Licence: CC BY 4.0.
    """
    rows = list(csv.reader(io.StringIO(_text("digits.csv.gz"))))[1:]
    numbers = np.array(rows, np.uint8)
    return RawData(
        name="digits",
        task="classification",
        features=numbers[:, :-1].reshape(-1, 8, 8, 1),
        target=numbers[:, -1].astype(np.int64),
        feature_names=(),
        target_name="digit",
        class_names=tuple(map(str, range(10))),
    )


@_bundled
def diabetes() -> Table:
    """How far diabetes went in a year, by ten measures of the year before; 442 rows.

    Source: B. Efron, T. Hastie, I. Johnstone, R. Tibshirani, "Least Angle Regression", 2004, whose authors
    offer the data for free use. Columns s1 to s6 bear the names of what they measure.
    """
    return _table("diabetes", "diabetes.csv")


@_bundled
def co2() -> Table:
    """Carbon dioxide in the air at Mauna Loa, month by month from 1958 to 2001; 521 rows.

    Source: C. D. Keeling, T. P. Whorf, "Atmospheric CO2 concentrations", CDIAC, 2004: weekly values, of
    which the means of each month are taken. Licence: public domain.
    """
    return _table("co2", "co2.csv")


@_bundled
def reviews() -> Table:
    """Short reviews that praise or complain, many in words that mean the opposite; 602 rows.

    Source: written for this program. Licence: the program's.
    """
    return _table("reviews", "reviews.csv")


def load(name: str) -> Table | RawData:
    """Give the rows of a bundled set."""
    return SETS[name]()


def _text(name: str) -> str:
    content = files(__name__).joinpath(name).read_bytes()
    return (gzip.decompress(content) if name.endswith(".gz") else content).decode()


def _table(name: str, file: str) -> Table:
    header, *rows = csv.reader(io.StringIO(_text(file)))
    columns = zip(*rows, strict=True)
    return Table(name, tuple(_column(head, values) for head, values in zip(header, columns, strict=True)))


def _column(name: str, values: tuple[str, ...]) -> Column:
    """Read a column of text: numbers where all that is there are numbers, dates where all are."""
    known: Any = [value or None for value in values]
    for kind in (float, "datetime64[s]"):
        try:
            gap = np.nan if kind is float else "NaT"
            return column_of(name, np.array([gap if value is None else value for value in known], kind))
        except ValueError:
            continue
    return column_of(name, np.array(known, object))
