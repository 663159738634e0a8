"""The few kinds of picture that insights make and painters draw: data, not pixels.

A picture is frozen and compared by identity. Every one has a `caption`: one line that says what
one sees, with the numbers, so that it is understood without the drawing and without colour.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Series:
    """One line or cloud of points."""

    name: str
    x: Array
    y: Array
    role: Literal["train", "validation", "test", "model", "class", "mark", "former", "best"] = "model"
    kind: Literal["line", "points"] = "line"
    class_number: int = 0
    """For role "class": which class's colour and mark."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines and points over two axes."""

    series: tuple[Series, ...]
    x_label: str
    y_label: str
    caption: str
    x_bounds: tuple[float, float] | None = None
    y_bounds: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)
class Points:
    """Rows drawn over a heat map; `values` are class numbers, or -1..1 for a regression."""

    x: Array
    y: Array
    values: Array
    role: Literal["train", "validation", "test"] = "train"


@dataclass(frozen=True, eq=False)
class Heatmap:
    """A function of two variables on a grid, with points on it.

    `values` `(rows, columns)`, first row at the top (largest y). For `meaning` "signed" they lie
    in -1..1 and 0 is the boundary; for "classes" they are class numbers and `strength` (0..1)
    says how sure.
    """

    values: Array
    x_bounds: tuple[float, float]
    y_bounds: tuple[float, float]
    x_label: str
    y_label: str
    caption: str
    meaning: Literal["signed", "classes"] = "signed"
    strength: Array | None = None
    class_names: tuple[str, ...] = ()
    points: tuple[Points, ...] = ()


@dataclass(frozen=True, eq=False)
class Column:
    """One layer of a network graph: its nodes, or a block when it is too large to show them."""

    title: str
    """As `Dense 16`."""
    detail: str
    """As `relu`; may be empty."""
    nodes: int
    shape: tuple[int, ...]
    values: Array | None = None
    """What each node gives for the sample shown, `(nodes,)`; None when there is no sample."""
    labels: tuple[str, ...] = ()
    """A name for each node (features, classes); may be empty."""
    biases: Array | None = None


@dataclass(frozen=True, eq=False)
class Graph:
    """A network as columns of nodes; `edges[i]` `(from, to)` joins columns i and i+1.

    None stands where two columns are not joined by a plain matrix.
    """

    columns: tuple[Column, ...]
    edges: tuple[Array | None, ...]
    caption: str


@dataclass(frozen=True, eq=False)
class Bars:
    """A number for each of several names: how many rows of each class, a histogram."""

    names: tuple[str, ...]
    numbers: tuple[float, ...]
    caption: str
    role: Literal["train", "class"] = "train"
    """For "class" each bar has its class's colour."""
    upright: bool = False
    """Whether the bars stand side by side, as in a histogram, with the first and last name below."""


@dataclass(frozen=True, eq=False)
class Tiles:
    """Small images side by side, each with a name; values 0..1, `(height, width, channels)`."""

    images: tuple[Array, ...]
    names: tuple[str, ...]
    caption: str


@dataclass(frozen=True, eq=False)
class Sentence:
    """Why there is no picture here, and which network or data would show it."""

    caption: str


Picture = Lines | Heatmap | Graph | Bars | Tiles | Sentence


@dataclass(frozen=True, eq=False)
class InsightRequest:
    """What an insight is given by the worker between two batches; it must not change the model."""

    model: Any
    """The `nn_tui.engine.models.Sequential` as it is now."""
    data: Any
    """The `nn_tui.data.dataset.Dataset`."""
    options: dict[str, Any] = field(default_factory=dict)
