"""What an experiment says of hidden labels, and that it trains them as it says."""

import pytest

from nn_tui.experiment.checkup import check_up
from nn_tui.experiment.examples import example
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.spec_words import callback_words
from nn_tui.experiment.validation import problems
from nn_tui.export.keras_code.writing import keras_code

HIDE = {"type": "HideLabels", "share": 0.9}
PSEUDO = {"type": "PseudoLabels", "confidence": 0.6, "start_from_epoch": 2}


def spec(*callbacks: object) -> Spec:
    return set_value(example("circle"), "fit.callbacks", list(callbacks))


def test_the_build_panel_says_how_many_rows_have_labels() -> None:
    rows = len(Session(spec()).data.train)
    session = Session(spec(HIDE))
    assert session.training.labelled is not None
    kept = len(session.training.labelled)
    assert kept == rows - int(0.9 * rows)
    assert check_up(spec(HIDE)).rows_words.startswith(f"{rows} train ({kept} labels)")
    assert [callback_words(one) for one in spec(HIDE, PSEUDO).fit.callbacks] == [
        "HideLabels 90%",
        "PseudoLabels after 2 epochs",
    ]


def test_pseudo_labels_without_hidden_ones_are_a_problem() -> None:
    assert problems(spec(HIDE, PSEUDO)) == problems(spec(PSEUDO, HIDE)) == ()
    (found,) = problems(spec(PSEUDO))
    assert found.path == "fit.callbacks.0"
    assert found.remedy == "Add the callback HideLabels."


@pytest.mark.parametrize("measure", ["during", "after"])
def test_samples_are_counted_as_they_were_trained(measure: str) -> None:
    session = Session(set_value(spec(HIDE, PSEUDO), "fit.measure", measure))
    trained = before = 0
    for ended in session.steps():
        if ended:
            pseudo = session.training.pseudo
            assert session.training.labelled is not None
            trained += len(session.training.labelled) + (0 if pseudo is None else len(pseudo[0]))
            assert session.samples == trained
        assert session.samples >= before
        before = session.samples
        if session.epoch == 4:
            break
    assert trained > 0


def test_keras_code_says_what_keras_cannot_do() -> None:
    early = {"type": "EarlyStopping", "monitor": "loss"}
    code = keras_code(spec(HIDE, PSEUDO, early))
    assert "# Keras has no callback HideLabels" in code
    assert "# Keras has no callback PseudoLabels" in code
    assert "# Here all labels are known." in code
    assert "callbacks=[callbacks.EarlyStopping(monitor='loss')]" in code
    compile(code, "code", "exec")
