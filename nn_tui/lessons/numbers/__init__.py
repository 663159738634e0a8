"""The numbers in the texts: functions that compute them, one module a subject; adding one is adding a file.

    @number
    def forward(of: Preset) -> ...:    # {forward.hidden[0]:.4f} in a text
        ...

A function gets the lesson's experiment and gives a number, a mapping, an array or an object; a placeholder
names the function and leads into what it gave. Each is computed once, when a text first asks for it.
"""

from nn_tui.lessons.numbers.registry import Preset as Preset
from nn_tui.lessons.numbers.registry import number as number
from nn_tui.lessons.numbers.registry import numbers_of as numbers_of
