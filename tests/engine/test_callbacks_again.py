"""One callback object serves several trainings: every one begins as if the object were new."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn_tui.declare import registered
from nn_tui.engine import layers
from nn_tui.engine.callbacks import Callback, HideLabels
from nn_tui.engine.models import Sequential

RANDOM = np.random.default_rng(1)
X = RANDOM.normal(size=(60, 3)).astype(np.float32)
Y = RANDOM.integers(0, 2, 60)

SETTINGS: dict[str, dict[str, Any]] = {
    "EarlyStopping": {"patience": 3, "restore_best_weights": True},
    "ReduceLROnPlateau": {"patience": 1, "factor": 0.5, "cooldown": 2},
    "PseudoLabels": {"confidence": 0.5, "start_from_epoch": 2},
    "CSVLogger": {"filename": "log.csv"},
    "TensorBoard": {"log_dir": "logs"},
}


def network(units: int, seed: int, last: str = "softmax") -> Sequential:
    made = Sequential(
        [layers.Input((3,)), layers.Dense(units, activation="tanh"), layers.Dense(2, activation=last)],
        seed=seed,
    )
    made.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
    made.optimizer.learning_rate = 0.05
    return made


@pytest.fixture(params=registered("callback"))
def maker(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Callback]]:
    if request.param == "TensorBoard":
        pytest.importorskip("tensorboardX")
    monkeypatch.chdir(tmp_path)
    kind: Any = registered("callback")[request.param]
    yield lambda: kind(**SETTINGS.get(request.param, {}))


def beside(callback: Callback) -> list[Callback]:
    """Return the callbacks of a training: pseudo-labels are for labels that are hidden."""
    return [HideLabels(0.5), callback] if type(callback).__name__ == "PseudoLabels" else [callback]


def trained(model: Sequential, callback: Callback, rows: int = 60, epochs: int = 12) -> tuple[Any, ...]:
    history = model.fit(
        X[:rows], Y[:rows], epochs=epochs, validation_split=0.4, verbose=0, callbacks=beside(callback)
    )
    log = Path("log.csv")
    return history.history, model.trained_weights.copy(), log.read_text() if log.exists() else ""


def test_one_callback_needs_no_list() -> None:
    stop = registered("callback")["EarlyStopping"]("loss", min_delta=9.0)
    assert len(network(4, seed=0).fit(X, Y, epochs=9, verbose=0, callbacks=stop).epoch) == 2


def assert_same(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    assert one[0] == other[0] and one[2] == other[2]
    np.testing.assert_array_equal(one[1], other[1])


def test_a_second_model_of_another_size_is_trained_as_with_an_object_of_its_own(
    maker: Callable[[], Callback],
) -> None:
    shared = maker()
    trained(network(16, seed=0), shared)
    assert_same(trained(network(5, seed=1), shared), trained(network(5, seed=1), maker()))


def test_a_second_training_of_one_model_begins_anew(maker: Callable[[], Callback]) -> None:
    one, other, shared = network(16, seed=0), network(16, seed=0), maker()
    assert_same(trained(one, shared), trained(other, maker()))
    assert_same(trained(one, shared, rows=40), trained(other, maker(), rows=40))


def test_a_training_that_was_broken_off_leaves_nothing_behind(maker: Callable[[], Callback]) -> None:
    class Breaks(Callback):
        def on_epoch_end(self, training: Any, values: dict[str, float]) -> None:
            if training.epoch == 3:
                raise KeyboardInterrupt

    shared = maker()
    with pytest.raises(KeyboardInterrupt):
        network(16, seed=0).fit(
            X, Y, epochs=9, validation_split=0.4, verbose=0, callbacks=[*beside(shared), Breaks()]
        )
    assert_same(trained(network(5, seed=1), shared), trained(network(5, seed=1), maker()))
