"""The few kinds of picture that insights make and painters draw: data, not pixels.

A picture is frozen and compared by identity. Every one has a `caption`: one line that says what
one sees, with the numbers, so that it is understood without the drawing and without colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import is_
from typing import Any, Literal

from numpy.typing import NDArray

from nn_tui.text import clean_line

Array = NDArray[Any]

Role = Literal["text", "faint", "strong", "train", "validation", "mark", "positive", "negative"]
"""What a piece of text is; the screen gives it a colour."""

Span = tuple[str, Role]
"""A piece of text and what it is."""


class Shown:
    """The base of what is only there to be looked at: its words are clean from the start.

    Names of columns and classes come into pictures as they are, and pictures are drawn, printed and told.
    """

    def __post_init__(self) -> None:
        """Clean every text that it was made of."""
        for name, value in vars(self).items():
            if (clean := _clean(value)) is not value:
                object.__setattr__(self, name, clean)


def _clean(value: Any) -> Any:
    """Return a text, or a tuple that may hold texts, clean; itself where it is."""
    if isinstance(value, str):
        clean = clean_line(value)
        return value if clean == value else clean
    if type(value) is tuple:
        parts = tuple(map(_clean, value))
        return value if all(map(is_, parts, value)) else parts
    return value


@dataclass(frozen=True)
class Control(Shown):
    """Something of a picture that a person can turn: which sample, which unit, a thing on or off.

    The insight's function says what there is to turn and where it stands; the screen sends another place
    back as the option of that name.
    """

    option: str
    """The parameter of the insight's function, a whole number from 0."""
    label: str
    """As the screen names it: `sample`."""
    words: str
    """Where it stands, as the screen says it: `12 of 1890`, `on`, `age`."""
    at: int
    count: int
    """How many places there are; after the last comes the first."""


@dataclass(frozen=True, eq=False)
class Turned(Shown):
    """What every picture has: the controls that it was made with."""

    controls: tuple[Control, ...] = field(default=(), kw_only=True)
    unfinished: bool = field(default=False, kw_only=True)
    """Whether it is made in several calls and there is more to come: it is asked for again."""


@dataclass(frozen=True, eq=False)
class Series(Shown):
    """One line or cloud of points."""

    name: str
    x: Array
    y: Array
    role: Literal["train", "validation", "test", "model", "class", "mark", "former", "best"] = "model"
    kind: Literal["line", "points"] = "line"
    class_number: int = 0
    """For role "class": which class's colour and mark."""


@dataclass(frozen=True, eq=False)
class Lines(Turned):
    """Lines and points over two axes."""

    series: tuple[Series, ...]
    x_label: str
    y_label: str
    caption: str
    x_bounds: tuple[float, float] | None = None
    y_bounds: tuple[float, float] | None = None
    x_log: bool = False
    """Whether the axis across is logarithmic; all of x is above 0 then."""
    x_marks: tuple[float, ...] = ()
    """Places across that get an upright line."""
    y_log: bool = False
    """Whether the axis up is logarithmic; values that are not above 0 have no place on it."""
    usual: tuple[float, float] | None = None
    """Where values usually lie: marked by a faint line at either end."""
    last_values: bool = False
    """Whether the legend says the last value of each line."""
    name_points: bool = False
    """Whether there is a legend though some series are points."""


@dataclass(frozen=True, eq=False)
class Points:
    """Rows drawn over a heat map; `values` are class numbers, or -1..1 for a regression."""

    x: Array
    y: Array
    values: Array
    role: Literal["train", "validation", "test"] = "train"


@dataclass(frozen=True, eq=False)
class Heatmap(Turned):
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
    x_names: tuple[str, ...] = ()
    """Of the places 0, 1, 2 across, where they are choices."""
    y_names: tuple[str, ...] = ()
    ends: tuple[float, float] | None = None
    """What -1 and 1 stand for, where they are values."""
    square: bool = True
    """Whether both axes have one scale, or the picture takes all the room."""


@dataclass(frozen=True, eq=False)
class Column(Shown):
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
    maps: Array | None = None
    """What each node answers over a plane, `(nodes, rows, columns)`, -1..1, first row at the top."""
    place: int | None = None
    """The layer's place among those whose units can be chosen; None where they cannot."""


@dataclass(frozen=True, eq=False)
class Graph(Turned):
    """A network as columns of nodes; `edges[i]` `(from, to)` joins columns i and i+1.

    None stands where two columns are not joined by a plain matrix.
    """

    columns: tuple[Column, ...]
    edges: tuple[Array | None, ...]
    caption: str
    chosen: tuple[int, int] | None = None
    """The column and the node that is written out below."""
    page: Page | None = None
    curve: Lines | None = None
    """The chosen node's sum, and its activation with the point on it."""


@dataclass(frozen=True, eq=False)
class Bars(Turned):
    """A number for each of several names: how many rows of each class, a histogram."""

    names: tuple[str, ...]
    numbers: tuple[float, ...]
    caption: str
    role: Literal["train", "class"] = "train"
    """For "class" each bar has its class's colour."""
    upright: bool = False
    """Whether the bars stand side by side, as in a histogram, with the first and last name below."""
    former: tuple[float, ...] = ()
    """What each number was at the start, drawn as a dash across its upright bar; empty where unknown."""
    full: float | None = None
    """What a bar of the whole length stands for; None: the largest number."""
    written: tuple[str, ...] = ()
    """How the numbers are written beside the bars; empty: as numbers."""
    best: int | None = None
    """The place of a bar that is marked."""


@dataclass(frozen=True, eq=False)
class Intervals(Turned):
    """For each of several names a middle and how far values spread around it, on one axis."""

    names: tuple[str, ...]
    middles: tuple[float, ...]
    spreads: tuple[float, ...]
    """To each side; 0 where there is a single value."""
    counts: tuple[int, ...]
    """How many values each stands for."""
    caption: str
    best: int | None = None
    """The place of the name that is best, if any."""


@dataclass(frozen=True, eq=False)
class Tiles(Turned):
    """Small images side by side, each with a name, `(height, width, channels)`.

    Their values are shades, 0..1 with 1 or 3 channels, or -1..1 with one channel for `meaning` "signed".
    """

    images: tuple[Array, ...]
    names: tuple[str, ...]
    caption: str
    meaning: Literal["shades", "signed"] = "shades"
    unit: float | None = None
    """What the value 1 stands for, where the images are told as numbers; None where they are only named."""


@dataclass(frozen=True, eq=False)
class Contour(Turned):
    """A landscape: how high it is over a plane, with ways across it."""

    values: Array
    """Heights `(rows, columns)`, the first row at the top; what is not finite is higher than all."""
    levels: Array
    """Heights that are drawn apart, from the lowest to the highest."""
    x_bounds: tuple[float, float]
    y_bounds: tuple[float, float]
    x_label: str
    y_label: str
    caption: str
    trails: tuple[Series, ...] = ()
    """Ways over it, each from its first point on; role "mark" for one that is only foreseen."""
    here: tuple[float, float] = (0.0, 0.0)
    """Where one stands: across, up."""
    smooth: bool = False
    """Whether it is shaded without lines between the levels."""


@dataclass(frozen=True, eq=False)
class Sentence(Turned):
    """Why there is no picture here, and which network or data would show it."""

    caption: str


@dataclass(frozen=True, eq=False)
class Page(Turned):
    """Text to read, as a calculation written out; it scrolls where there is no room for all."""

    lines: tuple[tuple[Span, ...], ...]
    """Lines of pieces; a line that is too long is broken at its spaces, under its first word."""
    caption: str
    whole: bool = False
    """Whether lines are cut where there is no room, as those of code, not broken."""


@dataclass(frozen=True, eq=False)
class Table(Turned):
    """Words and numbers in rows and columns; the head stays where the rows scroll."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str
    shades: Array | None = None
    """How strong the ground of each cell is, `(rows, columns)`, -1..1; 0 is none."""
    left: int = 1
    """How many columns, from the first, stand at the left end of their room, as names do."""
    chosen: int | None = None
    """A row that is marked."""


@dataclass(frozen=True, eq=False)
class Board(Turned):
    """Several pictures side by side and below each other, each under its title."""

    titles: tuple[str, ...]
    pictures: tuple[Lines | Heatmap | Bars | Tiles | Table | Page | Sentence, ...]
    caption: str
    width: int = 28
    """Cells that a picture should have at least."""
    height: int = 8
    """Lines that a picture should have at least, its title included."""


Picture = Lines | Heatmap | Contour | Graph | Bars | Intervals | Tiles | Page | Table | Board | Sentence


@dataclass(frozen=True, eq=False)
class InsightRequest:
    """What an insight is given by the worker between two batches; it must not change the model."""

    model: Any
    """The `nn_tui.engine.models.Sequential` as it is now."""
    data: Any
    """The `nn_tui.data.dataset.Dataset`."""
    options: dict[str, Any] = field(default_factory=dict)
    resting: bool = False
    """Whether nothing is trained meanwhile, so that a picture may take longer: all rows of large data."""
    batch_size: int = 32
    """Rows of a training batch."""
    class_weight: Mapping[int, float] | None = None
    """How much the rows of each class count in training; None where all count alike."""
    record: Any = None
    """The `nn_tui.insight.record.Record` of the run so far; None where nothing is recorded."""
    kept: dict[str, Any] = field(default_factory=dict)
    """What the insight keeps from one call to its next, its options changed or not."""
    seconds: float = 0.015
    """How long one call may take, about; more is done in the next ones, see `Turned.unfinished`."""
