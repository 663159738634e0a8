"""The Predict screen: typed rows, sentences and drawings, answered by the network itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot

from nn_tui.experiment import commands as command
from nn_tui.experiment.build import load_data
from nn_tui.experiment.examples import example
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import set_value
from nn_tui.insight.pictures import Bars, Page
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.forms.editors import ChoiceEditor, NumberEditor, TextEditor
from nn_tui.tui.forms.typed import RowField
from nn_tui.tui.screens.predict import PredictScreen
from tests.data.digits_drawn import DIGITS
from tests.tui.conftest import Start
from tests.tui.trainers import FakeFactory
from tests.tui.waiting import settled, until


async def opened(app: NnTuiApp, pilot: Pilot[None]) -> PredictScreen:
    await pilot.press("P")
    await settled(app, pilot)
    screen = app.screen
    assert isinstance(screen, PredictScreen)
    await until(pilot, lambda: screen.row is not None)
    return screen


def field(screen: PredictScreen, name: str) -> RowField:
    return next(one for one in screen.query(RowField) if one.field.name == name)


def spec_of(name: str, epochs: int) -> Spec:
    return set_value(example(name), "fit.epochs", epochs)


@asynccontextmanager
async def trained(
    name: str, epochs: int, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[NnTuiApp, Pilot[None], Session]]:
    """The real program with a trained example, and the same trained by hand."""
    spec = spec_of(name, epochs)
    by_hand = Session(spec)
    for _ in by_hand.steps():
        pass
    app = NnTuiApp(spec, ascii_only=False)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status.phase == "ready")
        await settled(app, pilot)
        await pilot.press("space")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status.phase == "finished")
        yield app, pilot, by_hand


def asked(factory: FakeFactory) -> list[np.ndarray]:
    return [order.row for order in factory.trainer.orders(command.Ask)]


async def test_typed_features_are_asked_as_they_are_typed(start: Start, factory: FakeFactory) -> None:
    async with start(begin=example("penguins"), size=(80, 24)) as (app, pilot):
        screen = await opened(app, pilot)
        assert screen.data is not None and screen.data.preparation is not None
        place = screen.data.preparation.outputs.index("bill_length_mm")
        field(screen, "bill_length_mm").query_one(NumberEditor).focus()
        await pilot.pause()
        assert "bill_length_mm: 32.1 to 59.6" in str(screen.told.content)
        before = len(asked(factory))
        await pilot.press("5", "0")
        await until(pilot, lambda: len(asked(factory)) == before + 2)
        own = [
            row[0, place] * screen.data.scale[place] + screen.data.shift[place] for row in asked(factory)
        ]
        assert own[-2:] == pytest.approx([5, 50], rel=1e-4)
        await pilot.press("+")
        await until(pilot, lambda: len(asked(factory)) == before + 3)
        assert float(field(screen, "bill_length_mm").text) > 50


async def test_a_choice_is_asked_and_a_wrong_value_is_said_and_not_asked(
    start: Start, factory: FakeFactory
) -> None:
    async with start(begin=example("penguins"), size=(80, 24)) as (app, pilot):
        screen = await opened(app, pilot)
        island = field(screen, "island").query_one(ChoiceEditor)
        island.focus()
        before = island.chosen
        count = len(asked(factory))
        await pilot.press("right")
        await until(pilot, lambda: len(asked(factory)) == count + 1)
        assert island.chosen != before and screen.values["island"] == island.chosen
        year = field(screen, "year").query_one(NumberEditor)
        year.focus()
        await pilot.press("n", "o")
        await pilot.pause()
        assert len(asked(factory)) == count + 1
        assert "! year is a number, got 'no'" in str(screen.told.content)
        assert field(screen, "year").has_class("-wrong")


async def test_the_answer_is_that_of_predict(start: Start) -> None:
    async with trained("penguins", 20) as (app, pilot, by_hand):
        screen = await opened(app, pilot)
        await pilot.press("pagedown", "pagedown")
        split = by_hand.data.validation
        assert split is not None
        await until(
            pilot, lambda: screen.row is not None and np.allclose(screen.row, split.x[1:2], atol=1e-5)
        )
        expected = by_hand.model.predict(split.x[1:2])[0]

        def told() -> bool:
            picture = screen.answers.picture
            return isinstance(picture, Bars) and np.allclose(picture.numbers, expected, atol=1e-5)

        await until(pilot, told)
        name = by_hand.data.class_names[split.y[1]]
        assert f"validation row 2 of 27: species {name}" in str(screen.told.content)
        await pilot.press("ctrl+r")
        assert field(screen, "year").text == "2008"
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.workbench)
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.answer is None)


async def test_it_answers_anew_while_it_trains() -> None:
    app = NnTuiApp(spec_of("circle", 100_000), ascii_only=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status.phase == "ready")
        screen = await opened(app, pilot)
        await until(pilot, lambda: screen.answers.picture is not None)
        first = screen.answers.picture
        await pilot.press("ctrl+t")
        await until(pilot, lambda: app.situation.training and screen.answers.picture is not first)
        second = screen.answers.picture
        await until(pilot, lambda: screen.answers.picture is not second)
        assert "training, epoch" in str(screen.title_line.content)
        await pilot.press("ctrl+t")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status.phase == "paused")


async def test_a_sentence_is_answered_and_unknown_words_are_said() -> None:
    async with trained("reviews", 5) as (app, pilot, by_hand):
        screen = await opened(app, pilot)
        editor = screen.query_one(TextEditor)
        assert editor.has_focus
        await pilot.press("a", "space", "b", "a", "d", "space", "z", "o", "r", "g", "l", "e")
        assert "not in its vocabulary, read as a rare word: zorgle" in str(screen.told.content)
        feature = by_hand.data.preparation.features[0]  # type: ignore[union-attr]  # a table
        row = np.zeros((1, *by_hand.data.input_shape), np.float32)
        row[0, -3:] = [feature.vocabulary.index(word) + 2 for word in ("a", "bad")] + [1]  # type: ignore[attr-defined]  # its words
        expected = by_hand.model.predict(row)[0]

        def told() -> bool:
            picture = screen.answers.picture
            return isinstance(picture, Bars) and np.allclose(picture.numbers, expected, atol=1e-5)

        await until(pilot, told)


async def test_a_number_is_told_with_its_error() -> None:
    async with trained("diabetes", 5) as (app, pilot, _):
        screen = await opened(app, pilot)
        await until(pilot, lambda: isinstance(screen.answers.picture, Page))


async def draw(pilot: Pilot[None], screen: PredictScreen, digit: int) -> None:
    """Draw a digit with the mouse."""
    view = screen.drawing
    scale, left, top = view._layout(*view.size)
    wide, high = view.form.grid[1] * scale, view.form.grid[0] * scale / 2
    for line in DIGITS[digit]:
        points = [
            (left + int(wide * (0.05 + 0.8 * x)), top + int(high * (0.05 + 0.8 * y))) for x, y in line
        ]
        await pilot.mouse_down(view, offset=points[0])
        for point in points[1:]:
            await pilot.hover(view, offset=point)
        await pilot.mouse_up(view, offset=points[-1])


@pytest.mark.slow
async def test_a_digit_drawn_with_the_mouse_at_80x24_is_read() -> None:
    async with trained("digits", 8) as (app, pilot, by_hand):
        screen = await opened(app, pilot)
        right = 0
        for digit in range(10):
            await pilot.press("c")
            await draw(pilot, screen, digit)
            assert screen.row is not None and screen.form is not None
            np.testing.assert_array_equal(screen.row, screen.form.image(screen.drawing.ink))  # type: ignore[union-attr]  # a grid
            expected = by_hand.model.predict(screen.row)[0]

            def told(expected: np.ndarray = expected) -> bool:
                picture = screen.answers.picture
                return isinstance(picture, Bars) and np.allclose(picture.numbers, expected, atol=1e-5)

            await until(pilot, told)
            right += int(expected.argmax() == digit)
        assert right >= 8


async def test_a_row_of_the_data_is_asked_as_it_is_and_can_be_drawn_on(
    start: Start, factory: FakeFactory
) -> None:
    async with start(begin=example("digits"), size=(80, 24)) as (app, pilot):
        screen = await opened(app, pilot)
        data = load_data(example("digits").data)
        assert data.validation is not None
        await pilot.press("pagedown", "pagedown", "pagedown", "pageup")
        np.testing.assert_array_equal(asked(factory)[-1], data.validation.x[1:2])
        assert f"validation row 2 of 143: digit {data.validation.y[1]}" in str(screen.told.content)
        await pilot.press("space")
        changed = asked(factory)[-1] - data.validation.x[1:2]
        assert np.count_nonzero(np.abs(changed) > 1e-5) in range(1, 10)
        await pilot.press("c")
        assert not asked(factory)[-1].any() and screen.fitted
        await pilot.press("f")
        assert not screen.fitted and "as drawn" in str(screen.told.content)


async def test_nothing_else_is_computed_while_it_is_open(start: Start, factory: FakeFactory) -> None:
    async with start(begin=example("circle"), size=(120, 36)) as (app, pilot):
        before = factory.trainer.orders(command.Watch)[-1]
        assert before.insights
        await opened(app, pilot)
        assert factory.trainer.orders(command.Watch)[-1].insights == ()
        await pilot.press("escape")
        await pilot.pause()
        assert factory.trainer.orders(command.Watch)[-1] == before
        assert asked(factory)[-1] is None


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("digits", (120, 36)),
        ("digits", (40, 12)),
        ("penguins", (20, 5)),
        ("reviews", (40, 12)),
        ("co2", (80, 24)),
    ],
)
async def test_no_size_breaks_it(start: Start, name: str, size: tuple[int, int]) -> None:
    async with start(begin=example(name), size=size, ascii_only=True) as (app, pilot):
        await opened(app, pilot)
        await pilot.press("pagedown", "down", "up")
        strips = app.screen._compositor.render_strips()
        assert "\n".join("".join(part.text for part in strip) for strip in strips).isascii()
        await pilot.press("escape")
        assert app.screen is app.workbench


async def test_a_key_that_comes_while_the_form_is_made_does_no_harm(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed: list[str] = []

    def compose(self: RowField) -> ComposeResult:
        # The form is there, its fields are not: what the keys do must not look for them.
        screen = self.screen
        assert isinstance(screen, PredictScreen)
        if not pressed:
            pressed.append("n")
            screen.action_take_row(1)
            screen.action_begin_again()
        self.complain("wrong")
        self.complain("")
        yield from composed(self)

    composed = RowField.compose
    monkeypatch.setattr(RowField, "compose", compose)
    async with start(begin=example("iris")) as (app, pilot):
        screen = await opened(app, pilot)
        assert pressed and screen.form is not None
        await pilot.press("ctrl+r")
        assert screen.is_running
