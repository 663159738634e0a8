"""A monkey at the keyboard: random keys, bursts, clicks, pastes and sizes at the real program.

`python -m tests.monkey --steps 10000 --seed 1` plays it in many short programs, each in a process of its
own; what fails is recorded in a file, which `--replay FILE` plays again and `--shrink FILE` makes as short
as it can be.
"""

from tests.monkey.player import Found, Monkey, run
from tests.monkey.recording import Recording
from tests.monkey.steps import Step, all_keys, steps_of

__all__ = ["Found", "Monkey", "Recording", "Step", "all_keys", "run", "steps_of"]
