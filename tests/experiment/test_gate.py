"""Trainers wait at a closed gate, and not for ever."""

from __future__ import annotations

import threading

from nn_tui.experiment import commands as command
from nn_tui.experiment.gate import Gate
from nn_tui.experiment.trainer import Trainer
from tests.experiment.specs import small


def test_who_waits_at_a_closed_gate_goes_on_when_it_opens() -> None:
    gate, passed = Gate(), threading.Event()
    gate.close()

    def go() -> None:
        gate.wait()
        passed.set()

    thread = threading.Thread(target=go)
    thread.start()
    gate.open()
    assert passed.wait(10)
    thread.join()


def test_an_open_gate_holds_nobody_up() -> None:
    gate = Gate()
    gate.wait()
    gate.close()
    gate.close()
    assert gate.closed
    gate.open()
    gate.open()
    assert not gate.closed
    gate.wait()


def test_training_goes_on_when_the_gate_stays_closed() -> None:
    gate = Gate()
    gate.close()
    trainer = Trainer(small(), gate=gate)
    trainer.send(command.Play())
    trainer.wait_for(lambda now: now.status.phase == "finished")
    trainer.close()
    assert not trainer.alive
