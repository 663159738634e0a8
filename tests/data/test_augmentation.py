"""Training batches changed at random: by how much, and nothing else."""

import numpy as np

from nn_tui.data.augmentation import Augmentation
from nn_tui.engine import layers
from nn_tui.engine.models import Sequential
from nn_tui.engine.training import Training

IMAGES = np.zeros((50, 9, 9, 1), np.float32)
IMAGES[:, 4, 4] = 1
IMAGES[:, 4, 1] = 0.5


def test_nothing_asked_for_changes_nothing() -> None:
    np.testing.assert_array_equal(Augmentation()(IMAGES, np.random.default_rng(0)), IMAGES)


def test_half_of_the_images_are_mirrored() -> None:
    changed = Augmentation(flip=True)(IMAGES, np.random.default_rng(0))
    mirrored = changed[:, 4, 7, 0] == 0.5
    assert 10 < mirrored.sum() < 40
    np.testing.assert_array_equal(changed[~mirrored], IMAGES[~mirrored])


def test_a_shift_keeps_within_its_share() -> None:
    changed = Augmentation(shift=0.2)(IMAGES, np.random.default_rng(0))
    at = changed.reshape(50, -1).argmax(axis=1)
    rows, columns = at // 9, at % 9
    assert np.abs(rows - 4).max() <= 2 and np.abs(columns - 4).max() <= 2
    assert len(set(at.tolist())) > 5


def test_a_turn_keeps_the_middle() -> None:
    changed = Augmentation(rotate=90)(IMAGES, np.random.default_rng(0))
    np.testing.assert_allclose(changed[:, 4, 4, 0], 1, atol=1e-5)
    assert (np.abs(changed - IMAGES).reshape(50, -1).max(axis=1) > 0.1).sum() > 40


def test_noise_has_its_deviation() -> None:
    changed = Augmentation(noise=0.3)(IMAGES, np.random.default_rng(0))
    assert abs((changed - IMAGES).std() - 0.3) < 0.01


def test_only_training_batches_are_changed_and_going_on_is_bit_for_bit() -> None:
    x = np.random.default_rng(1).normal(size=(40, 3)).astype(np.float32)
    y = (x[:, 0] > 0).astype(np.int64)

    def made() -> tuple[Sequential, Training]:
        model = Sequential([layers.Input((3,)), layers.Dense(2, activation="softmax")], seed=1)
        model.compile("sgd", "sparse_categorical_crossentropy")
        training = Training(
            model, x, y, batch_size=8, epochs=4, validation_data=(x, y), augment=Augmentation(noise=0.5)
        )
        return model, training

    whole, training = made()
    for _ in training:
        pass
    assert training.history["val_loss"][-1] == whole.evaluate(x, y)
    part, begun = made()
    steps = iter(begun)
    for _ in range(7):
        next(steps)
    again, continued = made()
    again.restore(part.state())
    continued.restore(begun.state())
    for _ in continued:
        pass
    np.testing.assert_array_equal(again.trained_weights, whole.trained_weights)
