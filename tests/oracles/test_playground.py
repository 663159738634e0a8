"""Pages of TensorFlow Playground, against a plain reading of its behaviour that Node runs."""

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from nn_tui.errors import DivergedError
from tests.experiment.playground.pages import ALL, SETS, Settings, furthest, losses, page
from tests.oracles.differences import noted

pytestmark = pytest.mark.oracle
NODE = shutil.which("node")
if NODE is None:
    pytest.skip("needs Node", allow_module_level=True)
SCRIPT = Path(__file__).parent / "playground.mjs"
WEIGHT = "const w = random() - 0.5; return"


def theirs(pages: list[Settings], script: str = "") -> list[dict[str, Any]]:
    """Give what the page shows: a loss that left the numbers is None."""
    text = script or SCRIPT.read_text()
    command = [str(NODE), "--input-type=module", "-e", text]
    told = subprocess.run(command, input=json.dumps(pages), capture_output=True, text=True, check=True)
    return list(json.loads(told.stdout))


def drawn(count: int) -> list[Settings]:
    """Draw pages with settings of every kind."""
    draw = random.Random(5)
    pages = []
    for number in range(count):
        regularization = draw.choice(["none", "L1", "L2"])
        pages.append(
            page(
                SETS[number % len(SETS)],
                noise=draw.choice([0, 25, 50, 80]),
                features=draw.choice([["x", "y"], list(ALL), draw.sample(ALL, draw.randint(1, 7))]),
                shape=[draw.randint(1, 8) for _ in range(draw.randint(0, 6))],
                activation=draw.choice(["tanh", "relu", "sigmoid", "linear"]),
                learningRate=draw.choice([0.003, 0.01, 0.03, 0.1]),
                regularization=regularization,
                regularizationRate=0 if regularization == "none" else draw.choice([0.001, 0.01, 0.1]),
                batchSize=draw.randint(1, 30),
                percTrainData=draw.choice([10, 30, 50, 70, 90]),
                initZero=draw.random() < 0.1,
                seed=f"{draw.random():.5f}",
                epochs=[0, 1, 10, 30],  # some have six hidden layers and batches of one row
            )
        )
    return pages


PAGES = [
    *(page(name, noise=noise) for name in SETS for noise in (0, 25)),
    *(
        page(name, regularization=regularization, regularizationRate=0.01, activation=activation)
        for name in SETS
        for regularization in ("L1", "L2")
        for activation in ("tanh", "relu", "sigmoid", "linear")
    ),
    *(page(name, features=[feature], shape=[3]) for name in ("circle", "reg-gauss") for feature in ALL),
    *drawn(60),
]
PARTS = 4
"""So many tests share the pages, as many as processes may run them side by side."""


@pytest.mark.parametrize("part", range(PARTS))
def test_the_losses_agree_wherever_the_page_agrees_with_itself(part: int) -> None:
    """Where the page's own losses change with the last bit of its weights, none can agree with it."""
    moved = SCRIPT.read_text().replace(WEIGHT, "const w = (random() - 0.5) * (1 + 2 ** -52); return")
    assert moved != SCRIPT.read_text()
    pages = PAGES[part::PARTS]
    compared = chaotic = 0
    for settings, told, again in zip(pages, theirs(pages), theirs(pages, moved), strict=True):
        epochs = [str(epoch) for epoch in settings["epochs"]]
        known = {epoch: told[epoch] for epoch in epochs if None not in told[epoch]}
        if len(known) < len(epochs):
            with pytest.raises(DivergedError):
                losses(settings)
            continue
        if furthest(known, again) > 1e-9:
            chaotic += 1
            continue
        assert noted(furthest(losses(settings), told)) < 1e-6, settings
        compared += 1
    assert compared > len(pages) * 3 / 4 and chaotic < len(pages) / 10
