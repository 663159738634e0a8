"""Names of other people's files are seen whole on every screen, and are neither orders nor markup there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.content import Content
from textual.pilot import Pilot

import nn_tui.tui
from nn_tui.experiment.headless import train
from nn_tui.experiment.proposal import propose
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.spec_file import dumps, set_value
from nn_tui.export.pages import views
from nn_tui.text import clean_line
from nn_tui.tui.actions import ACTIONS
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.content import LONGEST_CELL, NoOrders, assembled, cell, words
from nn_tui.tui.painters.canvas import fit_text, letters
from nn_tui.tui.panels.insights import InsightsPanel
from nn_tui.tui.screens.predict import PredictScreen
from nn_tui.tui.wording import shortened
from tests.experiment.specs import small
from tests.hostile import NAMES, is_clean, write_table
from tests.tui.conftest import Start
from tests.tui.test_end_to_end import reached
from tests.tui.waiting import settled, until

NAME = "[red]name\x1b]52;c;QQ==\x07 \x9b2J\u202e\n[m/s]"
LABELS = ("[sic]", "class [/m2]", "\x1b[2J\x1b[31mred", "[@click=app.exit]leave[/]", "身高", "line\nbreak")


def drawn(app: NnTuiApp) -> list[list[Segment]]:
    """Return the segments of each line on screen, as they go to the terminal."""
    compositor = app.screen._compositor
    compositor.reflow(app.screen, app.size)
    return [[part for strip in line for part in strip] for line in map(_strips, compositor.render_strips())]


def _strips(line: Any) -> list[Any]:
    return [line] if hasattr(line, "cell_length") else list(line)


def seen(app: NnTuiApp) -> str:
    """Look at the screen: it is text, as wide as the terminal, with no order of a file; return the text."""
    assert app.is_running and app._exception is None
    lines = drawn(app)
    assert len(lines) == app.size.height
    for line in lines:
        text = "".join(part.text for part in line)
        assert is_clean(text) and "\n" not in text, ascii(text)
        assert cell_len(text) == app.size.width, (cell_len(text), text)
        for part in line:
            style = part.style
            assert style is None or style.link is None
            assert "app.exit" not in str({} if style is None else style.meta)
    return "\n".join("".join(part.text for part in line) for line in lines)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder of tables and files with hostile names."""
    monkeypatch.chdir(tmp_path)
    write_table(tmp_path / "rows.parquet", LABELS)
    for name in NAMES:
        if name.strip() and not {"/", "\0"} & set(name) and len(name) < 100:
            (tmp_path / f"{name.replace(chr(0xD800), chr(0xDCFF))}.csv").write_bytes(b"")
    return tmp_path


@pytest.mark.parametrize("size", [(120, 36), pytest.param((80, 24), marks=pytest.mark.slow)])
async def test_every_screen_shows_text(folder: Path, size: tuple[int, int]) -> None:
    spec = replace(set_value(propose("rows.parquet").spec, "fit.epochs", 2), name=NAME)
    for number in range(2):
        shorter = replace(spec, fit=replace(spec.fit, epochs=1 + number))
        list(train(shorter, save=str(folder / f"kept{number}")))
        RunStore().change(RunStore().runs()[0], name=NAME, note=NAME)
    app = NnTuiApp(spec, ascii_only=False)
    # What is drawn is clean without the last look, which is for what nobody has thought of.
    app._filters = [one for one in app._filters if not isinstance(one, NoOrders)]
    async with app.run_test(size=size) as pilot:
        await reached(app, pilot, "ready")
        assert "[red]name" in seen(app)
        await pilot.press("space")
        await reached(app, pilot, "finished")
        await pilot.press("greater_than_sign")
        seen(app)
        await _insights(app, pilot)
        for key, then in _tour():
            await pilot.press(key)
            await pilot.pause()
            assert len(app.screen_stack) > 1, (key, app.notice)
            seen(app)
            for more in then:
                await pilot.press(more)
                await pilot.pause()
                seen(app)
            while len(app.screen_stack) > 1:
                await pilot.press("escape")
                await pilot.pause()
        await pilot.press("b", *["down"] * 12)
        for _ in range(6):
            await pilot.press("enter")
            await pilot.pause()
            seen(app)
            await pilot.press("escape", "up")
        app.say(NAME)
        await pilot.pause()
        assert r"\n[m/s]" in seen(app)


async def _insights(app: NnTuiApp, pilot: Pilot[None]) -> None:
    """Look at every insight, drawn and in words, and at what its controls turn to."""
    panel = app.workbench.query_one(InsightsPanel)
    await pilot.press("i", "I")
    for at in range(1, len(views()) + 1):
        if at > len(panel.names):
            break
        await pilot.press("i")
        app.workbench.action_show_insight(at)
        await until(pilot, lambda: panel._newest() is not None)
        seen(app)
        await pilot.press("X")
        seen(app)
        await pilot.press("X")
    await pilot.press("I")


def _tour() -> Iterator[tuple[str, list[str]]]:
    """Yield the key of each screen, and what is pressed there."""
    yield "D", ["down", "t", "space", "i", "end"]
    yield "D", [*["down"] * 3, "o", "tab", "down", "down"]
    yield "P", ["tab", "r", "tab", "question_mark"]
    yield "v", ["space", "down", "space", "c"]
    yield "v", ["n", "m"]
    yield "v", ["slash", "m"]
    yield "f", ["enter", "down"]
    yield "V", ["down", "enter"]
    yield "y", ["c", "tab", *"circle [x"]
    yield "h", ["down"]
    yield "E", ["down"]
    yield "B", [*"v [m] > 2", "enter"]
    yield "w", ["down"]
    yield "g", ["down"]
    yield "o", ["tab", *["down"] * 12, "question_mark"]
    yield "e", ["down"]
    yield "T", ["down"]
    yield "a", ["down"]
    yield "s", ["down"]
    yield "question_mark", []
    yield "ctrl+p", [*"show"]
    yield "ctrl+o", []
    yield "N", ["down"]
    yield "G", []
    yield "v", ["x", "u"]
    yield "D", ["p"]


async def test_headings_and_cells_keep_their_brackets(start: Start, folder: Path) -> None:
    heads = "height [cm],flow [/min],word,class [/m2]"
    classes = ["no [/]", "yes [b]", "yes [b]"] * 20
    lines = (
        f"{row},{row % 7},{'[sic]' if row % 4 else '[m/s]'},{name}" for row, name in enumerate(classes)
    )
    (folder / "units.csv").write_text("\n".join([heads, *lines]))
    app = NnTuiApp(propose("units.csv").spec, ascii_only=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await reached(app, pilot, "ready")
        await pilot.press("D")
        await settled(app, pilot)
        text = seen(app)
        for word in ("height [cm]", "flow [/min]", "class [/m2]", "[sic]", "no [/]"):
            assert text.count(word) >= 1, (word, text)
        await pilot.press("escape", "greater_than_sign")
        await reached(app, pilot, "paused", epoch=1)
        await pilot.press("P")
        await settled(app, pilot)
        screen = app.screen
        assert isinstance(screen, PredictScreen)
        await until(pilot, lambda: screen.answers.picture is not None)
        text = seen(app)
        assert "height [cm]" in text and "flow [/min]" in text and "yes [b]" in text


async def test_a_class_column_of_cells_like_markup_is_shown(start: Start, folder: Path) -> None:
    spec = propose("rows.parquet").spec
    (folder / "spec.toml").write_text(dumps(spec))
    async with start(begin=spec) as (app, pilot):
        await pilot.press("D")
        await settled(app, pilot)
        assert "[/s]" in seen(app)


def test_the_last_look_takes_orders_out_of_every_line() -> None:
    style = Style(bold=True)
    line = [Segment("a\x1b[2J\x9b", style), Segment("│▁身é")]
    made = NoOrders().apply(line, Color(0, 0, 0))
    assert made == [Segment("a[2J", style), Segment("│▁身é")]
    signs = "❤️ 1️⃣ 🏳️‍🌈 👩‍🚀 👩️"
    (made,) = NoOrders().apply([Segment(signs)], Color(0, 0, 0))
    assert made.text == "❤  1⃣  🏳️‍🌈 👩‍🚀 👩" and cell_len(made.text) == cell_len(signs)
    assert any(isinstance(one, NoOrders) for one in NnTuiApp(small())._filters)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_words_of_any_name_are_one_line_without_markup(name: str) -> None:
    for made in (words(name), words(name, "bold"), assembled(name, (name, "$muted"), words(name))):
        assert is_clean(made.plain) and "\n" not in made.plain
        assert all(not span.style or span.style in ("bold", "$muted") for span in made.spans)
    assert cell(name).plain == clean_line(name, LONGEST_CELL) and not cell(name).spans
    for width in (1, 5, 30):
        assert cell_len(fit_text(words(name).plain, width)) <= width
        assert cell_len(shortened(name, width)) <= width


def test_what_stands_in_a_cell_stays_together() -> None:
    assert list(letters("é👩‍🚀❤️身a")) == [("é", 1), ("👩‍🚀", 2), ("❤️", 2), ("身", 2), ("a", 1)]
    assert list(letters("e\u0301x")) == [("e\u0301", 1), ("x", 1)]


def test_titles_of_the_palette_are_no_markup() -> None:
    for action in ACTIONS:
        for text in (f"{action.title}  ({action.keys_shown})", action.sentence):
            assert Content.from_markup(text).plain == text


MARKUP = {"from_markup", "from_text", "notify", "border_title", "border_subtitle", "tooltip"}
MAKERS = {"Content", "Text", "Option", "Static", "Label", "OptionList", "DataTable", "Button", "Markdown"}


def test_no_string_is_given_to_what_would_read_it_as_markup() -> None:
    """All words that are drawn are made in one module, the only one that knows what reads markup."""
    folder = Path(nn_tui.tui.__file__).parent
    for path in folder.rglob("*.py"):
        if path.name == "content.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        ours = {
            name.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "nn_tui.tui.content"
            for name in node.names
        }
        for node in ast.walk(tree):
            place = f"{path.relative_to(folder)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call):
                called = node.func
                name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
                owner = getattr(getattr(called, "value", None), "id", "")
                assert name not in MARKUP, place
                assert name not in MAKERS - ours, place
                assert owner not in {"Content", "Text"}, place
                assert not any(keyword.arg == "markup" for keyword in node.keywords), place
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    assert not (isinstance(target, ast.Attribute) and target.attr in MARKUP), place
