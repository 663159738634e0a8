"""Forms follow the declarations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nn_tui.declare import params, registered
from nn_tui.errors import SpecError
from nn_tui.experiment import edits
from nn_tui.experiment.spec import Spec, Thing
from nn_tui.tui.forms.fields import field_for
from nn_tui.tui.forms.sections import Entry, Section, assign, section


def entry(part: Section, path: str) -> Entry:
    return next(entry for entry in part.entries if entry.path == path)


def test_every_registered_layer_has_a_field_for_each_parameter(spec: Spec) -> None:
    for name, kind in registered("layer").items():
        layer = edits.new_layer(replace(spec, layers=()), name, 0)
        part = section(replace(spec, layers=(layer,)), "layers.0")
        own = [entry.param.name for entry in part.entries if entry.owner is None]
        assert own == [param.name for param in params(kind)]
        for one in part.entries:
            field_for(one)


def test_every_optimizer_and_loss_has_its_settings_in_the_form(spec: Spec) -> None:
    for kind, part in (("optimizer", "optimizer"), ("loss", "loss")):
        for name, thing in registered(kind).items():  # type: ignore[arg-type]
            compiled = replace(spec.compile, **{part: Thing(name)})
            names = [
                entry.param.name
                for entry in section(replace(spec, compile=compiled), "compile").entries
                if entry.owner is not None and entry.owner.path == f"compile.{part}" and not entry.label
            ]
            assert names[: len(params(thing))] == [param.name for param in params(thing)]


def test_a_setting_of_a_setting_is_assigned_through_its_owner(spec: Spec) -> None:
    part = section(spec, "layers.0")
    spec = assign(spec, entry(part, "layers.0.kernel_regularizer"), "L2")
    inner = entry(section(spec, "layers.0"), "layers.0.kernel_regularizer.l2")
    spec = assign(spec, inner, 0.02)
    assert spec.layers[0].settings["kernel_regularizer"] == {"type": "L2", "l2": 0.02}


def test_none_takes_a_setting_away(spec: Spec) -> None:
    changed = assign(spec, entry(section(spec, "layers.0"), "layers.0.activation"), None)
    assert changed.layers[0].settings == {"units": 16}


def test_another_optimizer_keeps_the_learning_rate(spec: Spec) -> None:
    changed = assign(spec, entry(section(spec, "compile"), "compile.optimizer"), "SGD")
    assert changed.compile.optimizer == Thing("SGD", {"learning_rate": 0.0001})


def test_a_schedule_takes_the_place_of_the_learning_rate_and_gives_it_back(spec: Spec) -> None:
    rate = "compile.optimizer.learning_rate"
    scheduled = assign(spec, entry(section(spec, "compile"), f"{rate}.type"), "ExponentialDecay")
    told = {"type": "ExponentialDecay", "initial_learning_rate": 0.0001}
    assert scheduled.compile.optimizer.get("learning_rate") == told
    part = section(scheduled, "compile")
    slower = assign(scheduled, entry(part, f"{rate}.decay_steps"), 50)
    assert slower.compile.optimizer.get("learning_rate") == {**told, "decay_steps": 50}
    other = assign(slower, entry(section(slower, "compile"), rate), "CosineDecay")
    assert other.compile.optimizer.get("learning_rate")["initial_learning_rate"] == 0.0001
    assert assign(other, entry(section(other, "compile"), rate), None) == spec


def test_every_callback_has_a_field_for_each_parameter(spec: Spec) -> None:
    for name, kind in registered("callback").items():
        with_it = edits.with_callback(spec, edits.new_callback(spec, name))
        part = section(with_it, "fit.callbacks.0")
        assert [one.param.name for one in part.entries if one.owner is None] == [
            param.name for param in params(kind)
        ]
        for one in part.entries:
            field_for(one)


def test_another_data_set_keeps_what_it_knows(spec: Spec) -> None:
    spec = assign(spec, entry(section(spec, "data"), "data.rows"), 300)
    changed = assign(spec, entry(section(spec, "data"), "data.source"), "spiral")
    assert changed.data.source == "spiral"
    assert changed.data.settings == {"rows": 300}


def test_a_value_out_of_bounds_is_refused_with_its_path(spec: Spec) -> None:
    with pytest.raises(SpecError) as caught:
        assign(spec, entry(section(spec, "fit"), "fit.epochs"), 0)
    assert caught.value.path == "fit.epochs"
