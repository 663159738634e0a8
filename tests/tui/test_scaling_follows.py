"""The scaling of the data follows the network in the app too, and one undo takes both back."""

from __future__ import annotations

from pathlib import Path

from nn_tui.experiment.edits import insert_layer
from nn_tui.experiment.proposal import propose
from nn_tui.experiment.spec import Thing
from tests.tui.conftest import Start
from tests.tui.waiting import settled


async def test_an_embedding_put_first_takes_the_scaling_away(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    rows = (f"{at % 7},{at % 5},{'good' if at % 3 else 'bad'}" for at in range(80))
    path.write_text("\n".join(["w1,w2,label", *rows]) + "\n")
    async with start() as (app, pilot):
        app.edit(propose(str(path)).spec, "open words")
        await settled(app, pilot)
        assert app.spec.data.scaling == "standard"
        app.edit(insert_layer(app.spec, 0, Thing("Embedding", {"input_dim": 9, "output_dim": 2})), "add")
        await settled(app, pilot)
        assert app.spec.data.scaling == "none"
        await pilot.press("u")
        await settled(app, pilot)
        assert app.spec.data.scaling == "standard" and app.spec.layers[0].type == "Dense"
