"""Networks that are too large are counted without being made, and not trained; deep files are refused."""

import os
import tracemalloc
from pathlib import Path

import pytest

from nn_tui.engine.layers import BatchNormalization, Dense, Input
from nn_tui.engine.models import Sequential
from nn_tui.errors import NnTuiError, SpecError
from nn_tui.experiment import validation
from nn_tui.experiment.document import set_value
from nn_tui.experiment.examples import example
from nn_tui.experiment.runs.card import read_card
from nn_tui.experiment.spec_file import load, loads


def test_a_summary_allocates_nothing() -> None:
    tracemalloc.start()
    model = Sequential([Input((300,)), Dense(27_000), BatchNormalization(), Dense(27_000, trainable=False)])
    model.compile(optimizer="adam", loss="mse")
    lines: list[str] = []
    model.summary(print_fn=lines.append)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    dense, norm, frozen = 301 * 27_000, 4 * 27_000, 27_001 * 27_000
    assert model.count_params() == dense + norm + frozen
    assert f"Total params: {dense + norm + frozen:,}" in lines[0]
    assert f" Trainable params: {dense + norm // 2:,}" in lines[0]
    assert f"Non-trainable params: {norm // 2 + frozen:,}" in lines[0]
    assert peak < 1 << 20


def test_training_what_does_not_fit_into_memory_is_refused_with_the_figure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(validation, "free_memory", lambda: 8 << 30)
    spec = set_value(example("circle"), "layers.0.units", 100_000_000)
    (problem,) = validation.problems(spec)
    # 300 million for the inputs, and as many as units times those of the next layer.
    assert "Training needs" in problem.message and "8.0 GB are free" in problem.message
    with pytest.raises(SpecError, match="Training needs"):
        validation.require_valid(spec)
    validation.require_valid(spec, memory=False)
    monkeypatch.setattr(validation, "free_memory", lambda: 1 << 50)
    assert validation.problems(spec) == ()


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0.0 bytes"), (1536, "1.5 KB"), (3 << 30, "3.0 GB"), (10**40, "more than")]
)
def test_bytes_are_written_in_their_unit(count: int, words: str) -> None:
    assert validation.shown_bytes(count).startswith(words)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100_000,
        "a = " + "{b=" * 100_000,
        "a." * 50_000 + "b = 1",
        "[" + "a." * 50_000 + "b]",
        "x = {" + "a . " * 50_000 + "b = 1}",
        '"a".' * 50_000 + "b = 1",
        "seed = " + "9" * 5000,
    ],
    ids=lambda text: text[:12],
)
def test_a_deep_spec_is_refused_at_once(text: str) -> None:
    with pytest.raises(SpecError, match=r"[Nn]ested too deeply|not valid TOML"):
        loads(text)


def test_numbers_and_sentences_with_many_dots_are_no_deep_names() -> None:
    text = f'note = "{"End of it. " * 150}"\nrates = [{", ".join(["0.5"] * 1000)}]\n'
    with pytest.raises(SpecError, match=r"no setting|has no"):
        loads(text)


def test_pipes_and_devices_are_no_specs_and_no_runs(tmp_path: Path) -> None:
    for name in ("spec.toml", "run.json"):
        os.mkfifo(tmp_path / name)
    (tmp_path / "zero.toml").symlink_to("/dev/zero")
    readers = (
        lambda: load(tmp_path / "spec.toml"),
        lambda: load(tmp_path / "zero.toml"),
        lambda: read_card(tmp_path),
    )
    for read in readers:
        with pytest.raises(NnTuiError, match=r"no plain file|damaged"):
            read()
