"""The conversation: commands from a file, and typed by a person while it trains."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nn_tui.experiment.examples import example
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import load, set_value
from tests.experiment.specs import small
from tests.plain.typist import conversation, told


def long_one() -> Spec:
    """Give a network that trains until it is stopped."""
    return set_value(small(), "fit.epochs", 1_000_000)


def test_commands_of_a_file_wait_for_the_training_and_end_with_status_0() -> None:
    lines, status = told(small(), "train", "status", "quit", "show")
    assert status == 0
    text = "\n".join(lines)
    assert "Training test to epoch 4, 9 batches an epoch." in lines
    assert "Done: 4 epochs. Loss 0." in text and "Best validation accuracy " in text
    assert "Finished: epoch 4 of 4." in lines and not any(line.startswith("Layer 1") for line in lines)
    (card,) = RunStore().runs()
    assert (card.status, card.epoch) == ("done", 4) and f"Saved as run {card.id}." in lines


def test_the_numbers_told_are_those_that_training_without_a_shell_gives() -> None:
    from nn_tui.experiment.headless import train

    *_, last, _ = train(small())
    lines, _ = told(small(), "train 2 epochs", "step 3", "pause", "train")
    assert any(f"validation accuracy {last.values['val_accuracy']:.4f}" in line for line in lines)
    assert any(f"Loss {last.values['loss']:.4f}" in line for line in lines)


@pytest.mark.parametrize(
    ("line", "answer", "status"),
    [
        ("trian", "There is no command 'trian'. Did you mean 'train'?", 2),
        ("train often", "The number of epochs must be a whole number, got 'often'.", 2),
        ("train 5 hours", "train takes a number of epochs, got '5 hours'. Type train 5 epochs.", 2),
        ("set lr fast", "There is no schedule named 'fast'.", 2),
        ("set layers.0.unit 3", "Dense has no setting 'unit'. Did you mean 'units'?", 2),
        ("set lr", "lr needs a value.", 2),
        ("add Dence", "There is no layer named 'Dence'. Did you mean 'Dense'?", 2),
        ("add Dense unis=3", "Did you mean 'units'?", 2),
        ("add", "add needs a layer.", 2),
        ("remove 7", "There is no layer 7. There are 1 to 3.", 2),
        ("remove", "Which layer? Give its number.", 2),
        ("move 1 up", "Layer 1 is the first.", 2),
        ("move 1 sideways", "A layer moves up or down, got 'sideways'.", 2),
        ("until accuray > 1", "'accuray' is not measured here. Did you mean 'accuracy'?", 2),
        ("until", "Training pauses at no condition.", 0),
        ("rate sideways", "rate is up, down or a number, got 'sideways'.", 2),
        ("pace fast", "A pace is up, down, max or epochs a second, got 'fast'.", 2),
        ("curve loss", "No epoch has ended yet. Type train.", 1),
        ("predict 1 2", "Nothing is trained yet. Type train.", 1),
        ("evaluate", "Nothing is trained yet. Type train.", 1),
        ("back", "This is the start", 1),
        ("open spirl", "Did you mean 'spiral'?", 2),
        ("resume nothing-here", "There is no run 'nothing-here'.", 1),
        ("save", "save needs the name of a file.", 2),
        ("say often", "'often' is no rhythm.", 2),
        ("bell loud", "The bell is on or off, got 'loud'.", 2),
        ("insight fti", "There is no insight 'fti'. Did you mean 'fit'?", 2),
        ("insight step layer 9", "There is no layer 9. There are 1 to 2.", 2),
        ("insight step sample", "'sample' turns nothing here.", 2),
        ("help trian", "There is no command 'trian'.", 2),
        ("remedy", "Nothing is wrong, so there is no remedy.", 1),
        ("data nothing", "The data have no column 'nothing'.", 2),
        ("undo", "There is nothing to undo.", 0),
        ("export keras", "Nothing is trained yet. Type train.", 1),
        ("", "", 0),
    ],
)
def test_every_mistake_is_one_clear_line(line: str, answer: str, status: int) -> None:
    lines, ended = told(small(), line)
    said = lines[2:]
    assert len(said) == (1 if answer else 0), said
    assert answer in "".join(said)
    assert ended == status


def test_the_stack_is_edited_and_every_step_taken_back() -> None:
    lines, status = told(
        small(),
        "add 16r after 1",
        "move 2 down",
        "remove 1",
        "undo",
        "undo",
        "undo",
        "redo",
        "undo",
        "line",
    )
    assert status == 0
    assert (
        "Added layer 2: Dense 16 relu." in lines
        and "Layer 2: Dense 16 relu, gives (16,), 112 parameters." in lines
    )
    assert "Layer 2 is layer 3 now." in lines and "Removed layer 1: Dense 6 relu." in lines
    assert [line for line in lines if line.startswith("Undone")][:2] == [
        "Undone: remove Dense.",
        "Undone: move Dense down.",
    ]
    before, _ = told(small(), "line")
    assert lines[-2:] == before[-2:]


def test_a_layer_without_a_place_comes_before_the_output() -> None:
    lines, _ = told(small(), "add dense units=5 activation=tanh", "add Dropout rate=0.25 after 1")
    assert "Added layer 3: Dense 5 tanh." in lines and "Added layer 2: Dropout 0.25." in lines


def test_a_network_that_cannot_be_trained_says_why_and_is_mended() -> None:
    lines, status = told(small(), "remove 3", "train", "status", "undo", "train")
    problems = [line for line in lines if line.startswith("It cannot be trained: ")]
    assert len(problems) == 2 and status == 2
    assert "Undone: remove Dense." in lines and any(line.startswith("Done: 4 epochs.") for line in lines)


def test_a_setting_is_changed_while_it_trains_and_said_with_its_epoch() -> None:
    lines, _ = told(small(), "train 2", "set lr 0.003", "rate up", "set layers.1.rate 0.5", "curve loss")
    assert "learning_rate from 0.01 to 0.003." in lines and "Learning rate 0.003 from epoch 3 on." in lines
    assert "Learning rate 0.01, from 0.003." in lines and "Layer 2 rate from 0.1 to 0.5." in lines
    assert "At epoch 2: learning_rate 0.003." in lines


def test_another_stack_keeps_weights_and_other_data_begin_a_new_run() -> None:
    lines, _ = told(small(), "train 2", "set layer 1 activation tanh", "set data.noise 0.3", "status")
    assert "Layer 1 activation from relu to tanh." in lines and "noise from its default to 0.3." in lines
    assert any("eights" in line and " kept" in line for line in lines)
    assert (
        "The data are others: a new run begins." in lines
        and "Ready, nothing is trained yet: epoch 0 of 4." in lines
    )


def test_the_diagnosis_is_told_with_its_remedy_which_is_applied_and_taken_back() -> None:
    spec = set_value(small(), "compile.optimizer.learning_rate", 1e-7)
    lines, status = told(spec, "train 8", "diagnose", "remedy", "rate", "undo", "rate")
    (found,) = [line for line in lines if "Type remedy to apply it." in line]
    assert "the learning rate 1e-07 is too low. Remedy: Raise the learning rate to 0.0001." in found
    assert "Remedy: Raise the learning rate to 0.0001." in lines
    rates = [line for line in lines if line.startswith("Learning rate ") and "epoch" not in line]
    assert rates == ["Learning rate 0.0001.", "Learning rate 1e-07."] and status == 0


def test_a_remedy_that_starts_again_says_so_and_not_that_weights_are_kept() -> None:
    spec = set_value(small(), "compile.optimizer.learning_rate", 30.0)
    lines, _ = told(set_value(spec, "fit.epochs", 12), "train", "diagnose", "remedy")
    after = lines[next(at for at, line in enumerate(lines) if line.startswith("Applied: ")) :]
    assert "Weights as seed 3 gives them." in after
    assert not any("are kept" in line for line in after)


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("add dropout 0.2 after 1", "Added layer 2: Dropout 0.2."),
        ("add dense 16 relu after 1", "Added layer 2: Dense 16 relu."),
        ("add 8t use_bias=no after 1", "Added layer 2: Dense 8 tanh."),
        ("add Dense units=3 activatoin=relu", "Dense units=3 [activatoin]=relu: what stands in brackets"),
        ("set learning_rate 0.02", "learning_rate from 0.01 to 0.02."),
        ("set batch_size 7", "batch_size from 8 to 7."),
        ("set validation_split 0.3", "validation_split from 0.2 to 0.3."),
        ("set units 5", "units is a setting of a layer. Type set layer 1 units VALUE."),
    ],
)
def test_layers_and_settings_are_said_as_one_says_them(line: str, answer: str) -> None:
    lines, _ = told(small(), line)
    assert any(said.startswith(answer) for said in lines), lines


def test_templates_are_told_with_what_they_would_be_and_taken() -> None:
    lines, status = told(
        small(), "template", "template classifier", "undo", "template lstn", "template lstm"
    )
    assert (
        "classifier: Two hidden layers, then a share for each class. Here: 32 relu - 16 relu - 2 softmax."
        in lines
    )
    assert any(line.startswith("regressor: ") and "does not suit" in line for line in lines)
    assert "Layer 2: Dense 16 relu, gives (16,), 528 parameters." in lines
    assert "Undone: template classifier." in lines
    assert "There is no template 'lstn'. Did you mean 'LSTM'?" in lines
    assert any(line.startswith("An LSTM needs series") for line in lines)
    assert status == 2


def test_a_training_that_diverges_says_so_and_ends_with_status_3() -> None:
    spec = set_value(small(), "compile.optimizer", {"type": "SGD", "learning_rate": 1e30})
    lines, status = told(spec, "train")
    assert status == 3 and any("learning rate" in line for line in lines)


def test_a_breakpoint_pauses_and_is_told_once() -> None:
    lines, _ = told(small(), "train until epoch 2", "status")
    assert "Paused by epoch 2 after epoch 2." in lines
    assert any(line.startswith("Paused at epoch 2 of 4.") for line in lines)
    assert "Paused: epoch 2 of 4." in lines


def test_a_condition_that_never_held_is_told_at_the_end() -> None:
    lines, status = told(small(), "train until accuracy >= 2", "train 2 epochs until loss < 0")
    told_of = [line for line in lines if "never held" in line]
    assert told_of[0].startswith("Accuracy >= 2 never held: the nearest was ") and status == 0
    assert len(told_of) == 2 and "loss < 0 never held: the nearest was " in told_of[1]


def test_every_panel_of_the_app_has_its_words() -> None:
    asked = (
        "data",
        "show",
        "weights",
        "gradients",
        "insight fit",
        "insight network",
        "confusion",
        "log",
        "runs",
    )
    lines, status = told(small(), "train", *asked)
    text = "\n".join(lines)
    assert status == 0
    for words in (
        "Predicted is class, 2 classes: ",
        "x: number from ",
        "Layer 1, Dense: kernel 2x6 from ",
        "of its units are dead",
        "Layer 3, Dense: gradient ",
        "Centre: ",
        "rows there right",
        "Column 0, Input 2, 2 nodes: x, y.",
        "test rows are right",
        "Epoch 4/4",
        "1. test: done, epoch 4 of 4",
    ):
        assert words in text, words


def test_an_insight_is_turned_by_its_controls_one_after_the_other() -> None:
    lines, status = told(small(), "insight step layer 2 from 4 to 2 show 5", "insight code show 2")
    assert status == 0
    assert any("moves the weight from unit 4 to " in line for line in lines)
    assert "from: unit 4; 7 to choose from." in lines and "import keras" in lines
    assert any(line.startswith("        layers.Dense(units=6") for line in lines)


def test_one_row_is_predicted_as_the_command_line_predicts_it(tmp_path: Path) -> None:
    from nn_tui.experiment.prediction import open_run

    lines, _ = told(
        example("iris"), "train 20", "predict", "predict 5.1 3.5 1.4 0.2", "predict 1 2", "predict a 1 1 1"
    )
    assert "Type predict and then: sepal_length sepal_width petal_length petal_width." in lines
    (answer,) = [line for line in lines if "Probabilities" in line]
    file = tmp_path / "row.csv"
    file.write_text("sepal_length,sepal_width,petal_length,petal_width\n5.1,3.5,1.4,0.2\n")
    run = open_run("last")
    with run.rows(str(file), with_targets=False) as rows:
        _, cells = run.predict(rows)
    name, *shares = cells[0]
    assert answer.startswith(f"{run.target}: {name}. Probabilities: {name} {max(map(float, shares)):.1%}")
    assert any(line.startswith("A row needs 4 values, got 2.") for line in lines)
    assert "sepal_length is a number, got 'a'." in lines


def test_columns_of_words_and_gaps_are_predicted_too() -> None:
    lines, status = told(example("penguins"), "train 3", "predict", "data", "data island")
    asked = next(line for line in lines if line.startswith("Type predict and then: "))
    names = asked.removeprefix("Type predict and then: ").rstrip(".").split()
    row = {"island": "Biscoe", "sex": "male"}
    values = " ".join(row.get(name, "?") for name in names)
    lines, status = told(example("penguins"), "train 3", f"predict {values}")
    assert status == 0 and any(line.startswith("species: ") for line in lines)


def test_a_saved_experiment_and_run_are_opened_again(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    lines, status = told(
        small(),
        "train 2",
        f"save {file}",
        "open iris",
        f"open {file}",
        "resume last",
        "runs",
        "resume 1",
        "train",
        "status",
    )
    assert load(file) == small()
    assert f"Saved {file}. Train it without the screen: nn-tui train {file}" in lines
    assert any("taken up after epoch 2" in line for line in lines)
    assert "test is open already. Type train to go on." in lines and status == 1
    assert "Finished: epoch 4 of 4." in lines
    again, status = told(small(), f"save {file}", f"save {file} overwrite")
    assert any(f"{file} is there already." in line for line in again) and status == 2


def test_epochs_are_told_in_the_rhythm_asked_for() -> None:
    lines, _ = told(replace(small(), seed=1), "say every 2 epochs", "train")
    epochs = [line.split(":")[0] for line in lines if line.startswith("Epoch ")]
    assert epochs == ["Epoch 2 of 4"], "the last epoch is told with the end"


def test_a_person_types_while_it_trains_pauses_and_leaves_with_the_run_kept() -> None:
    lines, status = conversation(
        long_one(),
        [
            ("Type help", "train"),
            ("Training test to epoch", "status"),
            ("spent training", "rate up"),
            ("Learning rate 0.03 from epoch", "trian"),
            ("Did you mean 'train'?", "evaluate"),
            ("test rows:", "pause"),
            ("Paused at epoch", "train 3"),
            ("Paused at epoch", "quit"),
        ],
    )
    assert status == 0, "a mistake of a person is no failure of the program"
    assert any(line.startswith("Training: epoch ") for line in lines)
    assert any(line.startswith("As it was saved after epoch ") for line in lines)
    (card,) = RunStore().runs()
    assert card.status == "paused" and any(card.id in line for line in lines[-1:])


def test_the_input_ends_while_it_trains_and_the_run_is_saved() -> None:
    lines, status = conversation(long_one(), [("Type help", "train"), ("Training test", "say nothing")])
    assert status == 0 and any(line.startswith("Left at epoch ") for line in lines)
    assert RunStore().runs()[0].epoch > 0 or RunStore().runs()[0].status == "paused"
