"""Pictures of the screens, the same on every machine."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from nn_tui.tui.app import NnTuiApp

SIZES = [(120, 36), (80, 24)]


@pytest.mark.parametrize("size", SIZES, ids=["wide", "small"])
@pytest.mark.parametrize("keys", [(), ("v",), ("v", "v"), ("enter",), ("a",), ("question_mark",)], ids=str)
def test_the_course_network_in_training(
    snap_compare: Callable[..., bool],
    make_app: Callable[..., NnTuiApp],
    size: tuple[int, int],
    keys: tuple[str, ...],
) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await pilot.pause(0.3)
        for key in keys:
            await pilot.press(key)
            await pilot.pause(0.1)

    assert snap_compare(make_app("clinical-trial", "training", 12), terminal_size=size, run_before=before)


@pytest.mark.parametrize("name", ["spiral", "multi-gaussian"])
def test_a_boundary(
    snap_compare: Callable[..., bool], make_app: Callable[..., NnTuiApp], name: str
) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await pilot.pause(0.3)

    assert snap_compare(make_app(name, "ready"), terminal_size=(120, 36), run_before=before)


def test_the_light_theme_with_the_network(
    snap_compare: Callable[..., bool], make_app: Callable[..., NnTuiApp]
) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await pilot.pause(0.3)
        await pilot.press("ctrl+t", "1")
        await pilot.pause(0.3)

    assert snap_compare(make_app("xor", "finished", 20), terminal_size=(120, 36), run_before=before)
