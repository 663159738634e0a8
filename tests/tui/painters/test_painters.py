"""Painters are pure: a picture, a size and colours in; strips out."""

import numpy as np
import pytest

from nn_tui.insight.pictures import (
    Bars,
    Board,
    Column,
    Contour,
    Graph,
    Heatmap,
    Intervals,
    Lines,
    Page,
    Picture,
    Points,
    Sentence,
    Series,
    Table,
    Tiles,
)
from nn_tui.tui.painters.canvas import caption_lines
from nn_tui.tui.painters.lines import AxisBounds, round_step, tick_labels, ticks
from nn_tui.tui.painters.look import Look
from nn_tui.tui.painters.paint import paint

X = np.linspace(0, 10, 50)
GRID = np.linspace(-1, 1, 100).reshape(10, 10)
POINTS = Points(np.array([1.0, 9.0]), np.array([1.0, 9.0]), np.array([-1.0, 1.0]))
PICTURES: dict[str, Picture] = {
    "lines": Lines(
        (Series("a", X, np.sin(X)), Series("b", X, np.cos(X), "train", "points")), "x", "y", "Waves."
    ),
    "powers": Lines(
        (
            Series("1 Dense", X[1:], 10 ** -X[1:], "class"),
            Series("2 Dense", X, np.zeros(50), "class", class_number=1),
        ),
        "epoch",
        "norm",
        "Falling.",
        y_log=True,
        usual=(3e-4, 3e-3),
        last_values=True,
    ),
    "histogram": Bars(
        tuple(map(str, range(24))), tuple(X[:24]), "Now and then.", upright=True, former=tuple(X[24:0:-1])
    ),
    "contour": Contour(
        X[:40, None] ** 2 + X[None, :40],
        np.linspace(0, 80, 13),
        (-1, 1),
        (-2, 2),
        "across",
        "up",
        "A valley.",
        (Series("path", np.sin(X), np.cos(X)), Series("next 2 steps", X[:3], 4 * X[:3], "mark")),
        (0.1, -0.2),
    ),
    "smooth": Contour(
        np.full((7, 7), np.inf),
        np.linspace(0, 1, 13),
        (-1, 1),
        (-2, 2),
        "across",
        "up",
        "High.",
        smooth=True,
    ),
    "heatmap": Heatmap(GRID, (0, 10), (0, 10), "x", "y", "A slope.", points=(POINTS,)),
    "classes": Heatmap(
        (GRID > 0).astype(int), (0, 10), (0, 10), "x", "y", "Two.", "classes", np.abs(GRID), ("a", "b")
    ),
    "graph": Graph(
        (
            Column("Input", "2", 2, (2,), labels=("age", "weight")),
            Column("Dense 40", "relu", 40, (40,), biases=np.linspace(-1, 1, 40)),
            Column("Conv2D", "3x3x4", 36, (3, 3, 4)),
            Column("Dense 2", "softmax", 2, (2,), labels=("no", "yes")),
        ),
        (np.linspace(-1, 1, 80).reshape(2, 40), None, np.linspace(-1, 1, 72).reshape(36, 2)),
        "A network.",
    ),
    "log": Lines(
        (Series("loss", 10.0 ** (X - 9), np.cos(X)),), "rate", "loss", "Falls.", x_log=True, x_marks=(0.01,)
    ),
    "intervals": Intervals(
        ("8", "sixteen units", "32"), (0.5, 0.75, 0.7), (0.1, 0.02, 0.0), (3, 3, 1), "Means.", best=1
    ),
    "tiles": Tiles(
        tuple(np.linspace(-1, 1, 9).reshape(3, 3, 1) for _ in range(6)), tuple("abcdef"), "Six.", "signed"
    ),
    "page": Page(tuple(((f"w = {number}", "text"), (" x", "faint")) for number in range(30)), "A step."),
    "table": Table(
        ("", "cat", "dog"), (("cat", "3", "1"), ("dog", "2", "4")), "Counts.", np.eye(2, 3, 1), chosen=1
    ),
    "board": Board(("one", "two"), (Sentence("Nothing."), Bars(("a",), (1.0,), "A bar.")), "Both."),
    "sentence": Sentence("There is nothing to be seen here, and this says why in some words."),
}
SIZES = [(1, 1), (5, 3), (12, 4), (30, 8), (46, 20), (60, 20), (100, 40), (200, 60)]


def text_of(picture: Picture, width: int, height: int, look: Look) -> list[str]:
    return ["".join(segment.text for segment in strip) for strip in paint(picture, width, height, look)]


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(
    "look", [Look(), Look(ascii=True), Look(colour=False)], ids=["colour", "ascii", "plain"]
)
def test_every_picture_fills_its_place_exactly(name: str, size: tuple[int, int], look: Look) -> None:
    width, height = size
    strips = paint(PICTURES[name], width, height, look)
    assert len(strips) == height
    assert all(strip.cell_length == width for strip in strips)


@pytest.mark.parametrize("name", PICTURES)
def test_ascii_pictures_hold_ascii_only(name: str) -> None:
    assert all(line.isascii() for line in text_of(PICTURES[name], 60, 20, Look(ascii=True)))


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_without_colour_have_none(name: str) -> None:
    for strip in paint(PICTURES[name], 60, 20, Look(colour=False)):
        assert all(segment.style is None or segment.style.color is None for segment in strip)


def test_the_boundary_has_its_colours_points_and_ranges() -> None:
    look = Look()
    strips = paint(PICTURES["heatmap"], 40, 16, look)
    colours = {
        segment.style.color.triplet
        for strip in strips
        for segment in strip
        if segment.style and segment.style.color and "▀" in segment.text
    }
    assert any(colour.red > colour.blue + 60 for colour in colours)  # orange where it is negative
    assert any(colour.blue > colour.red + 60 for colour in colours)  # blue where it is positive
    text = "\n".join(text_of(PICTURES["heatmap"], 40, 16, look))
    assert "A slope." in text and "10" in text
    plain = "\n".join(text_of(PICTURES["heatmap"], 40, 16, Look(colour=False)))
    assert "x" in plain and "o" in plain
    rows = text_of(PICTURES["heatmap"], 40, 16, Look(colour=False))
    assert "=" in rows[0] and "#" not in rows[0]  # surely negative at the top
    assert "#" in rows[13] and "=" not in rows[13]  # surely positive at the bottom


def test_the_network_names_its_ends_and_folds_what_is_too_tall() -> None:
    text = "\n".join(text_of(PICTURES["graph"], 100, 24, Look()))
    for word in ("age", "weight", "no", "yes", "Dense 40", "relu", "…", "●", "A network."):
        assert word in text
    assert text.count("●") < 80


def test_what_has_a_shape_is_a_stack_and_large_layers_fold() -> None:
    large = Graph(
        (
            Column("Input", "8x8x3", 192, (8, 8, 3)),
            Column("Dense 128", "relu", 128, (128,)),
            Column("Dense 10", "", 10, (10,)),
        ),
        (None, None),
        "Digits.",
    )
    for look, line in ((Look(), "╭"), (Look(ascii=True), "+")):
        text = "\n".join(text_of(large, 80, 16, look))
        assert "8x8x3" in text and line in text and ("..." if look.ascii else "…") in text


def test_lines_show_axis_caption_and_both_series() -> None:
    text = "\n".join(text_of(PICTURES["lines"], 60, 20, Look()))
    assert "Waves." in text and "x across, y up" in text and "•" in text
    assert any(0x2800 < ord(letter) < 0x2900 for letter in text)


def test_ticks_are_round_and_inside() -> None:
    assert ticks((0.0, 1.0), 5) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    assert ticks((1.0, 20.0), 4, whole=True) == [5, 10, 15, 20]
    assert tick_labels([0.25, 0.5]) == ["0.25", "0.50"]
    assert [round_step(x) for x in (0.03, 0.7, 3, 12)] == pytest.approx([0.05, 1, 5, 20])


def test_an_axis_stays_as_it_is_while_it_can() -> None:
    axis = AxisBounds()
    first = axis.update(0.30, 0.69)
    assert first[0] <= 0.30 and first[1] >= 0.69
    assert all(axis.update(0.30 + step / 1000, 0.69) == first for step in range(100))
    grown = axis.update(0.30, 1.4)
    assert grown != first and grown[1] >= 1.4
    assert axis.update(0.9, 0.95) != grown  # the values fill too little of it
    assert axis.update(float("nan"), 1.0) == axis.bounds


def test_an_axis_across_can_be_logarithmic() -> None:
    rates = 10.0 ** np.linspace(-6, 0, 60)
    picture = Lines(
        (Series("loss", rates, np.linspace(0, 1, 60)),), "rate", "loss", "", x_log=True, x_marks=(1e-3,)
    )
    lines = text_of(picture, 80, 20, Look(ascii=True))
    axis = next(line for line in lines if "1e-06" in line)
    places = [axis.index(word) for word in ("1e-06", "0.0001", "0.01")]
    assert abs((places[1] - places[0]) - (places[2] - places[1])) <= 2  # two powers each
    column = lines[2].index("|", 8)
    share = (column - lines[2].index("|")) / (80 - lines[2].index("|"))
    assert 0.45 < share < 0.55  # the mark stands in the middle of six powers


def test_means_stand_on_one_axis_with_their_spreads_and_numbers() -> None:
    picture = Intervals(("8", "16", "32"), (0.5, 0.75, 0.7), (0.1, 0.05, 0.0), (3, 3, 1), "Means.", best=1)
    lines = text_of(picture, 60, 8, Look(ascii=True))
    dots = [lines[row].index("o") for row in range(3)]
    assert dots[0] < dots[2] < dots[1]
    assert lines[0].count("|") == 2 and lines[2].count("|") == 0
    assert lines[1].startswith("> 16") and lines[0].rstrip().endswith("0.5 +-0.1 (3)")
    assert lines[2].rstrip().endswith("0.7 (1)")
    assert "0.4" in lines[3] and "0.8" in lines[3]


def test_more_names_than_lines_are_counted() -> None:
    names = tuple(map(str, range(30)))
    picture = Intervals(names, (1.0,) * 30, (0.0,) * 30, (1,) * 30, "Many.")
    lines = text_of(picture, 40, 8, Look())
    assert any("and 25 more" in line for line in lines)


def test_several_lines_have_a_legend() -> None:
    x = np.arange(5.0)
    series = tuple(
        Series(name, x, x * k, "class", class_number=k) for k, name in enumerate(("co2", "month"))
    )
    assert text_of(Lines(series, "step", "input", ""), 40, 12, Look())[0].split() == [
        "━",
        "co2",
        "━",
        "month",
    ]
    assert text_of(Lines(series, "step", "input", ""), 40, 12, Look(ascii=True))[0].split()[:2] == [
        "a",
        "co2",
    ]


def test_a_heat_map_that_need_not_be_square_takes_all_the_room() -> None:
    values = np.linspace(-1, 1, 12).reshape(3, 4)
    wide = Heatmap(values, (1, 4), (3, 1), "step", "unit", "", square=False)
    square = Heatmap(values, (1, 4), (3, 1), "step", "unit", "")
    cells = [len(text_of(one, 80, 10, Look())[0].split(maxsplit=1)[1]) for one in (wide, square)]
    assert cells[0] > 1.4 * cells[1]


def test_a_logarithmic_axis_has_powers_of_ten_and_leaves_out_what_has_no_place_there() -> None:
    picture = Lines(
        (
            Series("one", np.arange(3.0), np.array([1e-5, 1e-3, 0.1]), "class"),
            Series("two", np.arange(3.0), np.array([0.0, 1e-3, np.nan]), "class", class_number=1),
        ),
        "epoch",
        "norm",
        "",
        y_log=True,
        last_values=True,
    )
    lines = text_of(picture, 60, 20, Look(ascii=True))
    assert lines[0].strip() == "a one 0.1  b two 0.001"
    places = {line.split("|")[0].strip(): row for row, line in enumerate(lines) if "|" in line}
    rows = [places[label] for label in ("0.1", "0.001", "1e-05")]
    assert abs((rows[1] - rows[0]) - (rows[2] - rows[1])) <= 1
    assert sum("b" in line for line in lines[1:-2]) == 1


def test_where_values_usually_lie_has_two_lines_and_a_name() -> None:
    lines = text_of(PICTURES["powers"], 100, 40, Look(ascii=True))
    assert "usual: 0.0003 to 0.003" in lines[0]
    assert sum(line.count(".") > 60 for line in lines[1:]) == 2


def test_bars_have_a_dash_at_what_they_were() -> None:
    picture = Bars(("0", "1"), (8.0, 2.0), "", upright=True, former=(4.0, 8.0))
    lines = text_of(picture, 20, 5, Look(ascii=True))
    half = len(lines[0]) // 2
    assert "#" in lines[0][:half] and "-" in lines[0][half:]
    assert "-" in lines[1][:half] and "#" not in lines[1]


def test_a_landscape_without_colour_has_a_digit_for_each_band_and_marks_for_its_ways() -> None:
    values = np.tile(np.linspace(0, 12, 13), (5, 1))
    way = Series("path", np.array([0.5, 6.5]), np.array([0.5, 0.5]))
    picture = Contour(
        values, np.linspace(0, 12, 13), (0, 12), (0, 1), "a", "b", "", (way,), here=(11.5, 0.5)
    )
    lines = text_of(picture, 69, 12, Look(colour=False))
    top = lines[0][2:-1]
    assert list(dict.fromkeys(top)) == list("0123456789ab") and sorted(top) == list(top)
    middle = next(line for line in lines if "S" in line and "X" in line)
    assert middle.index("S") < middle.index("*") < middle.index("X")
    assert any("loss 0 0 to b 12" in line and "S start" in line for line in lines)


def test_a_caption_is_whole_where_there_is_room_for_three_lines() -> None:
    caption = "Share of 'side effects' by age. It says 0.5 at age 13. The truth is what the recipe says."
    assert len(caption_lines(caption, 36, 12, Look())) == 2
    assert caption_lines(caption, 36, 12, Look())[-1].endswith("…")
    assert " ".join(caption_lines(caption, 36, 22, Look())) == caption


def test_a_caption_takes_as_many_lines_whatever_its_numbers_are() -> None:
    for width in range(30, 60):
        taken = {
            len(
                caption_lines(
                    f"Blue is {a}, orange {b}; mean error: training {c}, test {d}.", width, 22, Look()
                )
            )
            for a, b, c, d in [(1, -1, 2, 3), (0.972, -0.972, 0.0906, 0.0983), (6304, 7001, 5003, 5351)]
        }
        assert len(taken) == 1, width
