"""The workbench as a person uses it: by keys alone, by mouse alone."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, OptionList, Static

from nn_tui.experiment import commands as command
from nn_tui.experiment.examples import example
from nn_tui.experiment.spec import Thing
from nn_tui.experiment.spec_file import load
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.forms.fields import Field
from nn_tui.tui.panels.build import BuildPanel
from nn_tui.tui.screens.dialogs import Help
from nn_tui.tui.screens.workbench import Workbench
from tests.tui.conftest import FakeTrainer

MakeApp = Callable[..., NnTuiApp]
SIZE = (120, 36)


def message(app: NnTuiApp) -> str:
    return str(app.workbench.query_one("#message", Static).content)


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


async def type_text(pilot: Pilot[None], text: str) -> None:
    await press(pilot, "home", "shift+end", "delete")
    names = {".": "full_stop", "-": "minus", "/": "slash", " ": "space", "_": "underscore"}
    await press(pilot, *(names.get(letter, letter) for letter in text))


async def test_space_trains_and_pauses(make_app: MakeApp, fakes: list[FakeTrainer]) -> None:
    async with make_app().run_test(size=SIZE) as pilot:
        await pilot.pause(0.2)
        await press(pilot, "space")
        assert fakes[0].orders == [command.Play()]
        fakes[0].be("training")
        await pilot.pause(0.2)
        await press(pilot, "space")
        assert fakes[0].orders[1:] == [command.Pause()]


async def test_keys_step_reset_and_change_rate_and_pace(
    make_app: MakeApp, fakes: list[FakeTrainer]
) -> None:
    async with make_app().run_test(size=SIZE) as pilot:
        await pilot.pause(0.2)
        await press(pilot, "full_stop", "greater_than_sign", "r")
        spec = example("clinical-trial")
        assert fakes[0].orders == [command.RunBatches(1), command.RunEpoch(), command.Rebuild(spec, False)]
        await press(pilot, "right_square_bracket", "left_square_bracket", "left_curly_bracket")
        rate = "compile.optimizer.learning_rate"
        assert fakes[0].orders[3:] == [
            command.SetParam(rate, 0.0003),
            command.SetParam(rate, 0.0001),
            command.SetPace(30),
        ]


async def test_a_network_is_built_by_keys_alone(make_app: MakeApp, fakes: list[FakeTrainer]) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.2)
        await press(pilot, "a")  # below the first layer
        await press(pilot, *"dro", "enter")
        await type_text(pilot, "0.25")
        await press(pilot, "enter")
        assert app.spec.layers[1] == Thing("Dropout", {"rate": 0.25})
        await press(pilot, "J")
        assert [layer.type for layer in app.spec.layers] == ["Dense", "Dense", "Dropout", "Dense"]
        await press(pilot, "up", "enter")
        await type_text(pilot, "24")
        await press(pilot, "plus", "enter")
        assert app.spec.layers[1].get("units") == 25
        await press(pilot, "d")
        assert [layer.get("units") for layer in app.spec.layers] == [16, 25, 25, None, 2]
        await press(pilot, "x")
        assert len(app.spec.layers) == 4
        await press(pilot, "space")
        assert fakes[0].orders[-1] == command.Play()
        rebuilt = [order for order in fakes[0].orders if isinstance(order, command.Rebuild)]
        assert rebuilt[-1].spec == app.spec and rebuilt[-1].keep_weights


async def test_a_network_is_built_by_mouse_alone(make_app: MakeApp, fakes: list[FakeTrainer]) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.2)
        build = app.workbench.query_one(BuildPanel)
        rows = [option.id for option in build.options]
        await pilot.click(BuildPanel, offset=(6, 1 + rows.index("add")))
        await pilot.pause()
        chooser = app.screen.query_one(OptionList)
        names = [option.id for option in chooser.options]
        await pilot.click(OptionList, offset=(5, names.index("Flatten")))
        await pilot.pause()
        await pilot.click("#apply")
        await pilot.pause()
        assert [layer.type for layer in app.spec.layers] == ["Dense", "Dense", "Flatten", "Dense"]
        await pilot.click(BuildPanel, offset=(6, 1 + rows.index("layers.2")))
        await pilot.pause()
        await pilot.click("#remove")
        await pilot.pause()
        assert [layer.type for layer in app.spec.layers] == ["Dense", "Dense", "Dense"]
        await pilot.click("#keys", offset=(3, 0))
        await pilot.pause()
        assert fakes[0].orders[-1] == command.Play()


async def test_undo_and_redo(make_app: MakeApp, fakes: list[FakeTrainer]) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.2)
        before = app.spec
        await press(pilot, "d")
        after = app.spec
        await press(pilot, "u")
        assert app.spec == before
        assert fakes[0].orders[-1] == command.Rebuild(before)
        await press(pilot, "ctrl+r")
        assert app.spec == after
        await press(pilot, "ctrl+r")
        assert message(app) == "Nothing to redo."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0", "'units' must be at least 1, got 0."),
        ("abc", "'units' must be a whole number, got 'abc'."),
        ("", "'units' must be a whole number, got ''."),
    ],
)
async def test_a_wrong_value_is_told_at_once_and_not_taken(make_app: MakeApp, text: str, told: str) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.2)
        await press(pilot, "enter")
        await type_text(pilot, text)
        field = app.screen.query(Field).first()
        assert told in str(field.query_one(".problem", Static).content)
        before = app.spec
        await press(pilot, "enter")
        assert app.screen.query(Field)  # the form is still open
        await press(pilot, "escape")
        assert app.spec == before


async def test_a_layer_that_does_not_fit_is_told_in_the_form_and_in_the_list(
    make_app: MakeApp, fakes: list[FakeTrainer]
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.2)
        await press(pilot, "down", "down", "enter")
        await type_text(pilot, "3")
        preview = app.screen.query_one(".preview", Static)
        told = "The last layer has 3 units, the targets need 2. Give the last layer 2 units."
        assert str(preview.content) == told
        await press(pilot, "enter")
        assert message(app) == told
        fakes[0].sent.clear()
        await press(pilot, "space")
        assert fakes[0].orders == []
        assert message(app) == told
        await press(pilot, "u")
        assert message(app) == ""


async def test_the_form_of_the_data_changes_settings_and_starts_a_new_run(
    make_app: MakeApp, fakes: list[FakeTrainer]
) -> None:
    app = make_app("circle")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.2)
        app.workbench.query_one(BuildPanel).select("data")
        await press(pilot, "enter")
        await type_text(pilot, "200")
        await press(pilot, "enter")
        assert app.spec.data.settings == {"rows": 200}
        assert len(fakes) == 2 and fakes[0].closed


async def test_a_regularizer_is_chosen_with_its_own_setting(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.2)
        await press(pilot, "enter")
        fields = {field.param.name: field for field in app.screen.query(Field)}
        fields["kernel_regularizer"]._take("L2")
        await pilot.pause(0.1)
        inner = next(field for field in app.screen.query(Field) if field.param.name == "l2")
        inner.query_one(Input).value = "0.05"
        await pilot.pause()
        app.screen.query_one("#apply", Button).press()
        await pilot.pause()
        assert app.spec.layers[0].get("kernel_regularizer") == {"type": "L2", "l2": 0.05}


async def test_an_example_is_opened_and_saved_as_a_file(make_app: MakeApp, tmp_path) -> None:  # type: ignore[no-untyped-def]
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.2)
        await press(pilot, "e", *"spir", "enter")
        assert app.spec == example("spiral")
        await press(pilot, "s")
        target = tmp_path / "mine.toml"
        app.screen.query_one(Input).value = str(target)
        await press(pilot, "enter")
        assert load(target) == example("spiral")
        await press(pilot, "o")
        app.screen.query_one(Input).value = str(tmp_path / "absent.toml")
        await press(pilot, "enter")
        assert "no file named" in str(app.screen.query_one(".problem", Static).content)
        app.screen.query_one(Input).value = "xor"
        await press(pilot, "enter")
        assert app.spec == example("xor")


async def test_insights_are_chosen_by_number(make_app: MakeApp, fakes: list[FakeTrainer]) -> None:
    async with make_app().run_test(size=SIZE) as pilot:
        await pilot.pause(0.2)
        assert fakes[0].sent[0] == command.Watch(("fit",), {})
        await press(pilot, "1")
        assert fakes[0].sent[-1] == command.Watch(("network",), {})


async def test_a_failed_run_says_why(make_app: MakeApp, fakes: list[FakeTrainer]) -> None:
    from dataclasses import replace

    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.2)
        status = replace(fakes[0].snapshot.status, phase="failed", error="It diverged.", remedy="Lower it.")
        fakes[0].snapshot = replace(fakes[0].snapshot, status=status)
        await pilot.pause(0.3)
        assert message(app) == "It diverged. Lower it."


@pytest.mark.parametrize("size", [(200, 60), (120, 36), (80, 24), (60, 20), (40, 12), (30, 8), (10, 3)])
async def test_every_size_is_drawn_and_every_view_is_reached(
    make_app: MakeApp, size: tuple[int, int]
) -> None:
    app = make_app(phase="finished", epochs_done=20)
    async with app.run_test(size=size) as pilot:
        await pilot.pause(0.2)
        for _ in range(4):
            await press(pilot, "v")
        await press(pilot, "question_mark")
        assert isinstance(app.screen, Help)
        await press(pilot, "escape")
        await press(pilot, "ctrl+o", "l")
        await pilot.resize_terminal(120, 36)
        await pilot.pause()
        assert isinstance(app.screen, Workbench)


async def test_nothing_is_repainted_when_nothing_changed(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(phase="training", epochs_done=12)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.5)
        painted: list[object] = []
        monkeypatch.setattr(app, "_display", lambda screen, update: painted.append(update))
        await pilot.pause(0.5)
        assert painted == []


async def test_the_command_palette_has_every_action(make_app: MakeApp) -> None:
    from nn_tui.tui.actions import ACTIONS

    app = make_app()
    async with app.run_test(size=SIZE):
        titles = [command.title for command in app.get_system_commands(app.screen)]
        assert titles == [action.title for action in ACTIONS]
        assert all(hasattr(app, f"action_{action.name}") for action in ACTIONS)


async def test_an_ascii_terminal_gets_ascii_only(make_app: MakeApp) -> None:
    app = make_app(phase="finished", epochs_done=20)
    app.ascii_only = True
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "1")
        await pilot.pause(0.3)
        for line in app.screen._compositor.render_strips():
            text = "".join(segment.text for segment in line)
            assert text.isascii(), text
