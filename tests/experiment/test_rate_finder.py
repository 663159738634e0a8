"""The range test: what it tries, what it suggests, and that it leaves everything as it was."""

import json
from pathlib import Path

import numpy as np
import pytest

from nn_tui.cli import main
from nn_tui.experiment.checkpoint import digest_of
from nn_tui.experiment.rate_chart import chart_lines
from nn_tui.experiment.rate_finder import BATCHES, find_rate, longest_fall, suggest
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec_file import dumps, set_value
from tests.experiment.specs import small


def test_the_rate_grows_by_one_factor_from_1e_7_to_10() -> None:
    rates = np.array(find_rate(set_value(small(), "layers.0.activation", "tanh")).rates)
    assert rates[0] == 1e-7
    np.testing.assert_allclose(np.diff(np.log(rates)), np.log(1e8) / (BATCHES - 1), rtol=1e-6)
    if len(rates) == BATCHES:
        assert rates[-1] == pytest.approx(10)


def test_the_first_loss_is_that_of_the_untouched_network() -> None:
    test = find_rate(set_value(small(), "fit.batch_size", 72))
    session = Session(set_value(small(), "fit.batch_size", 72))
    session.model.optimizer.learning_rate = 1e-7
    model, rows = session.model, session.data.train
    order = np.sort(model.next_order(len(rows)))
    assert test.losses[0] == pytest.approx(model.train_on_batch(rows.x[order], rows.y[order])[0])


def test_a_session_is_as_before_bit_for_bit_and_trains_on_as_if_nothing_had_been_tried() -> None:
    session, alone = Session(small()), Session(small())
    for one in (session, alone):
        steps = one.steps()
        for _ in range(13):
            next(steps)
    before = digest_of(session.state())
    find_rate(session.spec, session.state())
    assert digest_of(session.state()) == before
    for one in (session, alone):
        for _ in one.steps():
            pass
    assert digest_of(session.state()) == digest_of(alone.state())


def test_it_ends_when_the_loss_explodes() -> None:
    spec = set_value(small(), "compile.optimizer", {"type": "SGD"})
    for at in (0, 2):
        spec = set_value(spec, f"layers.{at}.activation", "linear")
    spec = set_value(set_value(spec, "compile.loss", "mse"), "layers.2.units", 1)
    test = find_rate(spec)
    assert len(test.rates) < BATCHES
    assert "times its lowest" in test.ending or "finite" in test.ending


def test_the_suggestion_trains_better_than_rates_far_from_it() -> None:
    spec = set_value(small(), "fit.epochs", 8)
    suggestion = find_rate(spec).suggestion
    assert suggestion is not None

    def last_loss(rate: float) -> float:
        session = Session(set_value(spec, "compile.optimizer.learning_rate", rate))
        for _ in session.steps():
            pass
        return session.last_epoch()["loss"]

    assert last_loss(suggestion) < last_loss(suggestion / 100)


def test_the_middle_of_the_valley_is_suggested_without_the_ends() -> None:
    rates = [10.0 ** (-7 + 0.1 * at) for at in range(80)]
    losses = [1.0] * 20 + [1.0 - 0.01 * at for at in range(1, 41)] + [1.0] * 20
    found, reason = suggest(rates, losses)
    assert found == pytest.approx(rates[(19 + 59) // 2], rel=0.05)
    assert "falls from 1 to 0.6" in reason


def test_a_loss_that_never_falls_gives_no_suggestion() -> None:
    rates = [10.0 ** (-7 + 0.1 * at) for at in range(80)]
    found, reason = suggest(rates, [float(at) for at in range(80)])
    assert found is None and "did not fall" in reason


def test_the_longest_fall_may_leave_points_out() -> None:
    assert longest_fall([5, 9, 4, 6, 3, 2, 8]) == [1, 3, 4, 5]
    assert longest_fall([]) == []
    assert longest_fall([1, 2, 3]) == [0]


def test_a_schedule_and_callbacks_do_not_disturb_the_test() -> None:
    plain = find_rate(small())
    spec = set_value(small(), "fit.callbacks", [{"type": "EarlyStopping", "monitor": "loss"}])
    schedule = {
        "type": "ExponentialDecay",
        "initial_learning_rate": 0.1,
        "decay_steps": 3,
        "decay_rate": 0.1,
    }
    assert find_rate(set_value(spec, "compile.optimizer.learning_rate", schedule)) == plain


def test_the_chart_has_a_logarithmic_axis_and_marks_the_suggestion() -> None:
    lines = chart_lines(find_rate(small()), ascii_only=True)
    axis = next(line for line in lines if "1e-7" in line)
    places = [axis.index(f"1e{power}") for power in range(-7, 2)]
    assert max(np.diff(places)) - min(np.diff(places)) <= 1
    assert "^" in lines[-1]


def test_the_command_says_the_rate_and_trains_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "spec.toml"
    path.write_text(dumps(small()))
    assert main(["train", str(path), "--find-lr"]) == 0
    printed = capsys.readouterr()
    assert "--set compile.optimizer.learning_rate=" in printed.out
    assert "Epoch" not in printed.out
    assert main(["train", str(path), "--find-lr", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert set(lines[0]) == {"learning_rate", "loss"}
    assert lines[-1]["event"] == "end" and lines[-1]["suggestion"] == find_rate(small()).suggestion
