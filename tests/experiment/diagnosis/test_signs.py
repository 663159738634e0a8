"""Every sign: a run that has the illness, one that has not, and the remedy that makes it better."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nn_tui.declare import registered
from nn_tui.experiment.build import load_data
from nn_tui.experiment.diagnosis.examining import examine_spec
from nn_tui.experiment.diagnosis.finding import Finding
from nn_tui.experiment.diagnosis.measuring import data_facts
from nn_tui.experiment.diagnosis.signs import Signs
from nn_tui.experiment.history import GrowingCurves
from nn_tui.experiment.spec_file import set_value
from tests.experiment.diagnosis.runs import CIRCLE, dense, found, spec, trained, well
from tests.experiment.specs import small

PLANE = 'source = "plane"\nrows = 200'
SQUARES = 'loss = "mean_squared_error"'
CLASSES = 'loss = "sparse_categorical_crossentropy"'
FLATTEN = 'type = "Flatten"'
WIDE = '{type = "random_normal", stddev = 30.0}'


def headline(signs: Signs) -> Finding:
    return next(iter(found(signs).values()))


def cured(finding: Finding) -> Signs:
    assert finding.remedy is not None and finding.remedy.spec is not None
    return trained(finding.remedy.spec)


def last(signs: Signs, name: str = "loss") -> float:
    return float(signs.curve(name)[-1])


def test_a_run_that_learns_is_said_to_learn_and_has_nothing_wrong() -> None:
    (finding,) = found(well()).values()
    assert (finding.name, finding.text) == ("well", "learning well, validation follows training")
    assert not finding.ill


def test_a_rate_that_is_too_high_makes_the_loss_jump_and_a_lower_one_mends_it() -> None:
    # A straight line at the edge of what its rate allows: it jumps, yet the same on every processor.
    noisy = f"{PLANE}\nnoise = 0.5"
    signs = trained(spec([dense(1)], data=noisy, learns=SQUARES, optimizer="SGD", rate=0.075))
    finding = headline(signs)
    assert finding.name == "learning_rate_high"
    assert finding.text == "Loss rose in 5 of the last 10 epochs: the learning rate 0.075 is too high."
    assert finding.remedy and finding.remedy.text == "Lower the learning rate to 0.0075."
    assert last(cured(finding)) < 0.1 * last(signs)


def test_a_rate_that_is_too_low_hardly_moves_the_loss_and_a_higher_one_mends_it() -> None:
    signs = trained(spec([dense(16, "relu"), dense(2, "softmax")], rate=1e-6))
    finding = headline(signs)
    assert finding.name == "learning_rate_low"
    assert "in 20 epochs: the learning rate 1e-06 is too low" in finding.text
    assert finding.remedy and finding.remedy.text == "Raise the learning rate to 0.001."
    assert last(cured(finding)) < 0.6 * last(signs)


@pytest.mark.parametrize("optimizer", ["SGD", "RMSprop"])
def test_a_low_rate_is_found_whatever_the_optimizer(optimizer: str) -> None:
    rate = {"SGD": 1e-4, "RMSprop": 1e-6}[optimizer]
    signs = trained(spec([dense(16, "relu"), dense(2, "softmax")], optimizer=optimizer, rate=rate))
    assert headline(signs).name == "learning_rate_low"


def test_a_network_that_learns_its_rows_by_heart_overfits_and_dropout_helps() -> None:
    data = 'source = "diabetes"\ntarget_scaling = "standard"\nscaling = "standard"\nvalidation_split = 0.4'
    layers = [dense(64, "relu"), dense(64, "relu"), dense(1)]
    signs = trained(spec(layers, data=data, learns=SQUARES, rate=0.003, epochs=60))
    finding = headline(signs)
    assert finding.name == "overfitting"
    assert ": val_loss 0.4848 -> 0.8" in finding.text and ", loss down to 0.0" in finding.text
    assert finding.remedy and 0 < finding.remedy.epoch < 30
    assert [layer.type for layer in finding.remedy.spec.layers].count("Dropout") == 2  # type: ignore[union-attr]
    assert last(cured(finding), "val_loss") < 0.8 * last(signs, "val_loss")


def test_dropout_that_is_there_is_raised_and_without_dense_layers_training_stops_early() -> None:
    from nn_tui.experiment.diagnosis.remedies import stopped_early, with_dropout

    dropping = spec([dense(8, "relu"), 'type = "Dropout"\nrate = 0.2', dense(2, "softmax")])
    raised = with_dropout(dropping)
    assert raised is not None and raised.layers[1].get("rate") == pytest.approx(0.4)
    alone = spec([dense(2, "softmax")])
    assert with_dropout(alone) is None
    stopped = stopped_early(alone)
    assert stopped is not None and stopped.fit.callbacks[0].type == "EarlyStopping"
    assert stopped_early(stopped) is None


def test_a_network_that_is_too_small_underfits_and_a_hidden_layer_helps() -> None:
    signs = trained(spec([dense(2, "softmax")], data=CIRCLE.replace("circle", "xor")))
    finding = headline(signs)
    assert finding.name == "underfitting"
    assert "loss stands still at 0.69" in finding.text
    assert last(cured(finding)) < 0.1 * last(signs)


def test_gradients_vanish_in_a_deep_stack_of_sigmoids_and_relu_mends_it() -> None:
    deep = [*[dense(8, "sigmoid")] * 7, dense(2, "softmax")]
    signs = trained(spec(deep, optimizer="SGD", rate=0.1))
    finding = headline(signs)
    assert finding.name == "vanishing"
    assert finding.text.startswith("Gradients vanish: layer 1 gets 5e-05 of what layer 8 gets")
    assert last(cured(finding)) < 0.1 * last(signs)


def test_a_shallow_stack_of_sigmoids_has_gradients() -> None:
    layers = [dense(8, "sigmoid"), dense(8, "sigmoid"), dense(2, "softmax")]
    assert "vanishing" not in found(trained(spec(layers, optimizer="SGD", rate=0.1, epochs=5)))


def test_gradients_explode_where_weights_begin_too_large_and_scaled_ones_mend_it() -> None:
    # Large enough that the norm stays 30 times the limit, wherever training of such a network wanders to.
    large = dense(32, "relu", kernel_initializer='{type = "random_normal", stddev = 1.5}')
    signs = trained(spec([*[large] * 5, dense(2, "softmax")], optimizer="SGD", rate=1e-5))
    finding = headline(signs)
    assert finding.name == "exploding"
    assert finding.remedy and "he_normal instead of random_normal" in finding.remedy.text
    better = cured(finding)
    assert "exploding" not in found(better)
    assert last(better) < 0.5 * last(signs)


def test_exploding_gradients_of_scaled_weights_are_clipped() -> None:
    data = 'source = "diabetes"\nscaling = "none"\ntarget_scaling = "none"'
    signs = trained(spec([dense(8, "relu"), dense(1)], data=data, learns=SQUARES, rate=1e-5, epochs=3))
    finding = found(signs)["exploding"]
    assert finding.remedy and finding.remedy.spec
    assert finding.remedy.spec.compile.optimizer.get("global_clipnorm") == 1.0


def test_relu_units_killed_by_long_steps_are_counted_and_a_lower_rate_keeps_them_alive() -> None:
    layers = [dense(16, "relu"), dense(16, "relu"), dense(2, "softmax")]
    signs = trained(spec(layers, optimizer="SGD", rate=3.0))
    finding = headline(signs)
    assert finding.name == "dead_relu"
    assert finding.text == "16 of 16 relu units in layer 2 are dead."
    assert "have killed the others" in finding.why
    assert last(cured(finding)) < 0.1 * last(signs)


def test_relu_units_that_begin_dead_get_another_activation() -> None:
    dead = dense(16, "relu", bias_initializer='{type = "constant", value = -10.0}')
    signs = trained(spec([dead, dense(2, "softmax")]))
    finding = headline(signs)
    assert finding.name == "dead_relu"
    assert finding.remedy and finding.remedy.text.startswith("Use leaky_relu")
    assert "16 were at the start." in finding.why
    assert last(cured(finding)) < 0.1 * last(signs)


def test_units_that_begin_dead_are_no_illness_where_the_loss_falls() -> None:
    # One input from 0 to 1 and biases of 0: every unit with a negative weight is dead from the start.
    data = 'source = "clinical-trial"\nscaling = "minmax"\nvalidation_split = 0.1'
    signs = trained(spec([dense(16, "relu"), dense(2, "softmax")], data=data, rate=0.001, epochs=4))
    assert (signs.layers[0].dead or 0) > 0.3
    assert "dead_relu" not in found(signs)


def test_saturated_tanh_has_no_gradient_and_smaller_weights_mend_it() -> None:
    wide = dense(16, "tanh", kernel_initializer=WIDE)
    data = CIRCLE.replace("circle", "spiral")
    signs = trained(spec([wide, wide, dense(2, "softmax")], data=data, epochs=40))
    finding = headline(signs)
    assert finding.name == "saturated"
    assert "are at the limits of tanh" in finding.text
    assert finding.remedy and "glorot_uniform" in finding.remedy.text
    better = cured(finding)
    assert last(better, "val_loss") < last(signs, "val_loss")
    assert (better.layers[0].saturated or 0) < (signs.layers[0].saturated or 0)


def unequal(folder: Path) -> str:
    """A table of 400 rows of which 20 are rare, told by two weak features."""
    import random

    draw = random.Random(0)
    lines = ["a,b,label"]
    for number in range(400):
        rare = number % 20 == 0
        lines.append(
            f"{draw.gauss(1.0 * rare, 1):.3f},{draw.gauss(0, 1):.3f},{'rare' if rare else 'usual'}"
        )
    path = folder / "rows.csv"
    path.write_text("\n".join(lines) + "\n")
    return f'source = "{path}"\nscaling = "standard"'


@pytest.mark.parametrize("units", [(4, 2), (8, 8, 8)])
def test_units_that_steps_too_long_have_saturated_get_a_lower_rate_whatever_is_said_of_them(
    units: tuple[int, ...],
) -> None:
    layers = [*(dense(each, "tanh") for each in units), dense(2, "softmax")]
    signs = trained(spec(layers, rate=3.0))
    told = found(signs)
    assert {"saturated", "vanishing"} & set(told)
    for name in {"saturated", "vanishing", "learning_rate_high"} & set(told):
        remedy = told[name].remedy
        assert remedy and remedy.text.startswith("Lower the learning rate to 0.0"), name
    assert last(cured(headline(signs))) < 0.3 * last(signs)


def test_of_a_wrecked_network_the_cause_is_said_first() -> None:
    layers = [dense(4, "tanh"), dense(2, "tanh"), dense(2, "softmax")]
    signs = trained(spec(layers, data='source = "circle"', rate=3.0, epochs=40))
    assert headline(signs).text.endswith("the learning rate 3 is too high.")
    assert "vanishing" not in found(signs)


def test_a_rate_that_killed_the_network_is_not_said_to_be_too_low() -> None:
    much_too_high = set_value(small(), "compile.optimizer.learning_rate", 30.0)
    for epochs in (10, 12):
        signs = trained(set_value(much_too_high, "fit.epochs", epochs))
        assert max(signs.updates) < 4e-4  # of weights that the first steps have made huge
        finding = headline(signs)
        assert finding.name == "learning_rate_high"
        assert finding.remedy and finding.remedy.text == "Lower the learning rate to 0.03 and start again."
    assert last(cured(finding)) < 0.5 * last(signs)


def test_a_network_that_does_worse_than_guessing_is_not_said_to_overfit() -> None:
    # Curves as a rate of 30 can make them; which a training gets there hangs on every last digit.
    curves = GrowingCurves()
    for epoch in range(1, 17):
        curves.append(epoch, {"loss": 8.0 - 0.3 * epoch, "val_loss": 0.4 + 0.2 * abs(epoch - 6)})
    facts = data_facts(load_data(small().data), small())
    signs = Signs(small(), facts, curves.view(), epochs=16, learning_rate=30.0)
    held_out = signs.curve("val_loss")
    assert held_out[-1] > 2 * held_out.min() and last(signs) > 2 * signs.scale
    assert "overfitting" not in found(signs)
    guessing_is_worse = replace(facts, baseline=10.0)
    assert "overfitting" in found(replace(signs, data=guessing_is_worse))
    assert headline(signs).text == "the loss falls, but guessing would still be better: 0.6870"


def test_unequal_classes_are_told_when_accuracy_is_no_better_than_the_majority(tmp_path: Path) -> None:
    signs = trained(spec([dense(4, "relu"), dense(2, "softmax")], data=unequal(tmp_path), epochs=10))
    finding = found(signs)["imbalance"]
    assert finding.text == "Accuracy 0.950 is no better than always answering 'usual' (0.950)."
    assert finding.remedy and finding.remedy.spec and finding.remedy.spec.fit.class_weight == "balanced"
    better = cured(finding)
    assert signs.answers == 1.0 and (better.answers or 1.0) < 0.9  # rare ones are answered as well
    assert last(better) < 0.9 * (better.data.baseline or 0)


def test_equal_classes_are_no_imbalance() -> None:
    assert "imbalance" not in found(trained(spec([dense(2, "softmax")], epochs=5)))


@pytest.mark.parametrize(
    ("layers", "learns", "data", "told"),
    [
        ([dense(8, "tanh"), dense(1, "sigmoid")], SQUARES, CIRCLE, "mean_squared_error is for numbers"),
        ([dense(1, "softmax")], 'loss = "binary_crossentropy"', CIRCLE, "softmax over 1 unit"),
        ([dense(8), dense(2)], 'loss = "sparse_categorical_crossentropy"', CIRCLE, "the output is linear"),
        ([dense(2, "relu")], 'loss = "sparse_categorical_crossentropy"', CIRCLE, "the output is relu"),
        ([dense(1, "sigmoid")], SQUARES, PLANE, "The output is sigmoid, which gives 0 to 1"),
        ([dense(1, "sigmoid"), FLATTEN], SQUARES, PLANE, "The output is sigmoid, which gives 0 to 1"),
        ([dense(2, "relu"), FLATTEN], CLASSES, CIRCLE, "the output is relu"),
        ([dense(1, "relu")], SQUARES, PLANE, "The output is relu, which gives 0 or more"),
        ([dense(1, "tanh")], SQUARES, PLANE, "The output is tanh, which gives -1 to 1"),
    ],
)  # fmt: skip
def test_an_output_that_does_not_suit_is_told_before_training_and_the_remedy_suits(
    layers: list[str], learns: str, data: str, told: str
) -> None:
    finding = examine_spec(spec(layers, learns=learns, data=data)).headline
    assert finding.name == "output" and told in finding.text
    assert finding.remedy and finding.remedy.spec
    assert "output" not in {one.name for one in examine_spec(finding.remedy.spec).findings}
    trained(set_value(finding.remedy.spec, "fit.epochs", 2))  # it can be trained


@pytest.mark.parametrize(
    ("layers", "learns"),
    [
        ([dense(1, "sigmoid")], 'loss = "binary_crossentropy"'),
        ([dense(2, "softmax")], 'loss = "sparse_categorical_crossentropy"'),
        ([dense(1, "sigmoid"), FLATTEN], 'loss = "binary_crossentropy"'),
        ([dense(2, "sigmoid")], 'loss = "sparse_categorical_crossentropy"'),  # the course's own
        ([dense(2)], 'loss = {type = "sparse_categorical_crossentropy", from_logits = true}'),
    ],
)
def test_an_output_that_suits_is_left_alone(layers: list[str], learns: str) -> None:
    assert examine_spec(spec(layers, learns=learns)).headline.name == "early"


def test_an_output_that_cannot_reach_its_targets_is_mended_by_a_linear_one() -> None:
    signs = trained(spec([dense(8, "tanh"), dense(1, "sigmoid")], data=PLANE, learns=SQUARES))
    assert last(cured(headline(signs))) < 0.1 * last(signs)


def test_squares_for_classes_learn_slower_than_cross_entropy_from_a_wrong_start() -> None:
    # The bias makes every first answer wrong and sure of itself: squares have hardly any gradient there.
    wrong = dense(1, "sigmoid", bias_initializer='{type = "constant", value = 8.0}')
    signs = trained(
        spec(
            [dense(8, "tanh"), wrong],
            learns=SQUARES + '\nmetrics = ["accuracy"]',
            optimizer="SGD",
            rate=0.1,
        )
    )
    finding = headline(signs)
    assert finding.name == "output"
    assert last(cured(finding), "accuracy") > last(signs, "accuracy") + 0.2


@pytest.mark.parametrize("rate", [1.0, 10.0, 1e6])
def test_nan_is_told_with_its_place_and_the_lower_rate_trains(rate: float) -> None:
    signs = trained(spec([dense(1)], data=PLANE, learns=SQUARES, optimizer="SGD", rate=rate))
    finding = headline(signs)
    assert finding.name == "not_finite"
    assert finding.text.startswith("NaN or infinity in epoch 1, batch ")
    better = cured(finding)
    assert not better.diverged and last(better) < 0.05


def test_the_remedies_that_need_the_start_say_so() -> None:
    deep = [*[dense(8, "sigmoid")] * 7, dense(2, "softmax")]
    finding = headline(trained(spec(deep, optimizer="SGD", rate=0.1, epochs=4)))
    assert finding.remedy and finding.remedy.restart and finding.remedy.epoch == 0


def test_every_sign_has_a_sentence_and_is_silent_about_a_run_that_learns() -> None:
    for name, sign in registered("sign").items():
        assert sign.__doc__, name
        said = sign(well())
        assert said is None or not said.ill, name


def test_two_epochs_are_too_early() -> None:
    signs = trained(spec([dense(4, "relu"), dense(2, "softmax")], epochs=2))
    assert headline(signs).text == "2 epochs are too early to tell"


def test_balanced_classes_weigh_alike(tmp_path: Path) -> None:
    from nn_tui.experiment.build import class_weights
    from nn_tui.experiment.session import Session

    what = spec([dense(2, "softmax")], data=unequal(tmp_path))
    assert class_weights(what, Session(what).data) is None
    balanced = set_value(what, "fit.class_weight", "balanced")
    data = Session(balanced).data
    weights = class_weights(balanced, data)
    assert weights is not None
    rare, usual = sorted(weights.values(), reverse=True)
    assert (rare, usual) == (400 / (2 * 20), 400 / (2 * 380))
