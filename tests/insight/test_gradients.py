"""The numbers of the gradients over time, against finite differences and the record itself."""

from __future__ import annotations

import numpy as np
import pytest

from nn_tui.experiment.diagnosis.desk import DiagnosisDesk
from nn_tui.experiment.examples import example
from nn_tui.experiment.recorder import Recorder
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import set_value
from nn_tui.insight.gradients import gradients
from nn_tui.insight.pictures import InsightRequest, Lines, Sentence
from nn_tui.insight.telling import picture_sentences
from tests.experiment.diagnosis.runs import dense, spec


def trained(what: Spec, found: dict[str, str] | None = None) -> InsightRequest:
    session = Session(what)
    recorder = Recorder(DiagnosisDesk().probe_for, work=lambda: 0.0)
    recorder.follow(session)
    for epoch_ended in session.steps():
        if epoch_ended:
            recorder.epoch_ended(session)
    while recorder.behind:
        recorder.catch_up(session)
    return InsightRequest(session.model, session.data, record=recorder.record(found or {}))


def lines(request: InsightRequest, **places: int) -> Lines:
    picture = gradients(request, **places)
    assert isinstance(picture, Lines)
    return picture


def test_the_last_norm_is_that_of_the_slopes_found_by_finite_differences() -> None:
    what = set_value(spec([dense(3, "tanh"), dense(2, "softmax")], epochs=2), "compile.dtype", "float64")
    request = trained(what)
    picture = lines(request)
    model, data = request.model, request.data
    rows = np.linspace(0, len(data.train) - 1, request.record.rows).astype(int)
    x, y = data.train.x[rows], data.train.y[rows]
    weights = model.get_weights()
    for at, series in enumerate(picture.series):
        squares = 0.0
        for array in weights[2 * at : 2 * at + 2]:
            for place in np.ndindex(array.shape):
                kept, losses = array[place], []
                for step in (1e-5, -1e-5):
                    array[place] = kept + step
                    model.set_weights(weights)
                    losses.append(model.evaluate(x, y, verbose=0, return_dict=True)["loss"])
                array[place] = kept
                squares += ((losses[0] - losses[1]) / 2e-5) ** 2
        model.set_weights(weights)
        assert series.y[-1] == pytest.approx(squares**0.5, rel=1e-3)
    np.testing.assert_array_equal(picture.series[0].x, [0, 1, 2])
    assert picture.y_log and picture.last_values


def test_the_caption_says_how_much_of_the_gradient_reaches_the_first_layer() -> None:
    request = trained(spec([dense(4, "relu"), dense(3, "relu"), dense(2, "softmax")], epochs=2))
    kernel, bias, *_, last, last_bias = request.model.gradients(
        *(
            part[np.linspace(0, len(request.data.train) - 1, request.record.rows).astype(int)]
            for part in (request.data.train.x, request.data.train.y)
        )
    )
    sizes = [np.sqrt(np.mean(np.append(a, b) ** 2)) for a, b in ((kernel, bias), (last, last_bias))]
    assert f"layer 1 gets {sizes[0] / sizes[1]:.3g} of what layer 3 gets" in lines(request).caption


def test_what_the_diagnosis_says_is_said_here_in_its_words() -> None:
    told = {"vanishing": "Gradients vanish: layer 1 (Dense) gets 1e-05 of what layer 5 (Dense) gets."}
    request = trained(spec([dense(4, "relu"), dense(2, "softmax")], epochs=1), told)
    assert lines(request).caption == told["vanishing"]
    assert "vanish" not in lines(request, shown=1).caption


def test_the_ratio_of_update_to_weight_has_its_usual_range_marked() -> None:
    picture = lines(trained(example("xor")), shown=1)
    assert picture.usual == (3e-4, 3e-3)
    assert "Usual is 3.00e-04 to 0.003." in picture_sentences(picture)


def test_dead_and_saturated_units_are_shares_of_hidden_layers() -> None:
    request = trained(spec([dense(4, "relu"), dense(3, "tanh"), dense(2, "softmax")], epochs=2))
    picture = lines(request, shown=2)
    assert [one.name for one in picture.series] == ["1 Dense 4 relu dead", "2 Dense 3 tanh saturated"]
    rows = np.linspace(0, len(request.data.train) - 1, request.record.rows).astype(int)
    first, second, _ = request.model.activations(request.data.train.x[rows])
    assert picture.series[0].y[-1] == (first <= 0).all(axis=0).mean()
    assert picture.series[1].y[-1] == pytest.approx((1 - second**2 < 0.1).mean())
    assert picture.y_bounds == (0, 1)


def test_one_layer_is_chosen_by_its_control() -> None:
    request = trained(spec([dense(4, "relu"), dense(2, "softmax")], epochs=1))
    assert len(lines(request).series) == 2
    picture = lines(request, layer=2)
    assert [one.name for one in picture.series] == ["2 Dense 2 softmax"]
    assert [control.words for control in picture.controls] == ["norm", "2 Dense 2 softmax"]
    assert lines(request, layer=3).controls == lines(request).controls


def test_where_nothing_applies_a_sentence_says_why() -> None:
    request = trained(spec([dense(4, "linear"), dense(2, "softmax")], epochs=1))
    picture = gradients(request, shown=2)
    assert isinstance(picture, Sentence) and "relu" in picture.caption
    assert isinstance(gradients(InsightRequest(request.model, request.data)), Sentence)
