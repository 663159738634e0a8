"""Pages of TensorFlow Playground, their addresses, and the losses of the experiments they open."""

from __future__ import annotations

from typing import Any

from nn_tui.experiment.playground import read_address
from nn_tui.experiment.session import Session

Settings = dict[str, Any]
SETS = ("circle", "xor", "gauss", "spiral", "reg-plane", "reg-gauss")
ALL = ("x", "y", "xTimesY", "xSquared", "ySquared", "sinX", "sinY")
EPOCHS = (0, 1, 10, 100)


def page(data: str, **changed: Any) -> Settings:
    """Give the settings of a page as the oracle takes them."""
    return {
        "seed": "0.12345", "data": data, "noise": 0, "percTrainData": 50, "features": ["x", "y"],
        "shape": [4, 2], "activation": "tanh", "initZero": False, "learningRate": 0.03,
        "regularization": "none", "regularizationRate": 0, "batchSize": 10, "epochs": list(EPOCHS),
        **changed,
    }  # fmt: skip


def address_of(settings: Settings) -> str:
    """Write the address of a page, without asking the program."""
    regression = settings["data"].startswith("reg-")
    values = {
        name: settings[name]
        for name in (
            "activation", "regularization", "batchSize", "learningRate", "regularizationRate", "noise",
            "seed", "percTrainData",
        )
    }  # fmt: skip
    values["regDataset" if regression else "dataset"] = settings["data"]
    values["problem"] = "regression" if regression else "classification"
    values["networkShape"] = ",".join(map(str, settings["shape"]))
    values["initZero"] = str(settings["initZero"]).lower()
    values |= {name: str(name in settings["features"]).lower() for name in ALL}
    return "https://playground.tensorflow.org/#" + "&".join(
        f"{key}={value}" for key, value in values.items()
    )


def losses(settings: Settings) -> dict[str, list[float]]:
    """Train what the page's address opens; give the losses on training and test rows after some epochs."""
    reading = read_address(address_of(settings))
    assert reading.notes == ()
    session = Session(reading.spec, keep_history=False)
    session.training.epochs = max(settings["epochs"])
    told = {}
    if 0 in settings["epochs"]:
        parts = (session.data.train, session.data.validation)
        told["0"] = [
            session.model.evaluate(part.x, part.y, return_dict=True)["loss"] for part in parts if part
        ]
    for ended in session.steps():
        if ended and session.epoch in settings["epochs"]:
            values = session.last_epoch()
            told[str(session.epoch)] = [values["loss"], values["val_loss"]]
    return told


def furthest(ours: dict[str, list[float]], theirs: dict[str, Any]) -> float:
    """Give the largest relative difference of two tables of losses."""
    pairs = [pair for epoch in ours for pair in zip(ours[epoch], theirs[epoch], strict=True)]
    return max(abs(one - other) / max(abs(other), 1e-12) for one, other in pairs)
