"""Programs whose arithmetic has no end are read, or refused, at once."""

import time

import pytest

from nn_tui.errors import NnTuiError
from nn_tui.export.keras_code import read_keras_code

MODEL = """
from keras.models import Sequential
from keras.layers import Dense
model = Sequential([Dense(2, input_shape=(2,))])
"""
DOUBLED = "a = [1]\n" + "a = [*a, *a]\n" * 60
HANGING = {
    "round": "x = round(3, -10**9)",
    "round of a number of 256 bits": "x = round(2**255, -10**70)",
    "round to many digits": "x = round(3.5, 10**9)",
    "round of a list": "x = [round(i, -10**8) for i in range(9000)]",
    "a power": "x = 9**9**9**9",
    "a negative power": "x = (-9)**(-9**99)",
    "pow": "x = pow(3, 10**9)",
    "a power with a modulus": "x = pow(3, 10**9, 7**100000)",
    "a shift": "x = 1 << 10**9",
    "a shift back": "x = 1 >> 10**9",
    "a text again and again": "x = 'x' * 10**10",
    "a list again and again": "x = [1] * 10**10",
    "a list times a list": "x = [[1] * 9999] * 9999\ny = sum(x, [])",
    "a range": "x = list(range(10**12))",
    "a loop": "for i in range(10**12):\n    pass",
    "loops in loops": "for i in range(9999):\n    for j in range(9999):\n        x = i * j",
    "a factorial": "x = 1\nfor i in range(1, 9999):\n    x = x * i",
    "a product of texts": "x = 'ab'\nfor i in range(9999):\n    x = x + x",
    "a list that is doubled": DOUBLED,
    "a tuple that is doubled": DOUBLED.replace("[", "(").replace("]", ",)").replace("(1,)", "(1,)"),
    "a list in a list": "a = [1]\n" + "a = [a, a]\n" * 60 + "b = list(a)\nc = sum(a)\nd = a in [a]",
    "a mapping that is doubled": "a = {'x': 1}\n" + "a = {**a, **a}\n" * 60,
    "arguments that are doubled": DOUBLED.replace("a = [*a, *a]", "a = list(zip(*[a, a], *[a, a]))"),
    "sums of lists": "x = sum([[1]] * 9000, [])\n" * 50,
    "looking in a long list": "a = [1] * 9999\n" + "b = 2 in a\n" * 9999,
    "the length of a long list": "a = [1] * 9999\n" + "b = len(a)\n" * 9999,
    "a literal of a million digits": f"x = 0x{'f' * 900_000}\ny = x * x\nz = x % 3",
    "a literal that is shown": f"x = 0x{'f' * 90_000}\nmodel = Sequential(x)",
    "a number from a text": "x = int('f' * 9999, 16)\ny = x * x",
    "a format": "x = '%1000000000d' % 1\ny = '{:>1000000000}'.format(1)\nz = f'{1:>1000000000}'",
    "a join": "x = ('x' * 9999).join(['y'] * 9999)\ny = ('x' * 9999).replace('x', 'y' * 9999)",
    "parentheses": "x = " + "(" * 150 + "1" + ")" * 150,
    "signs": "x = " + "-" * 50_000 + "1",
    "negations": "x = " + "not " * 50_000 + "1",
    "a sum": "x = " + "1 + " * 50_000 + "1",
    "attributes": "x = a" + ".b" * 50_000,
    "calls": "x = f" + "()" * 50_000,
    "lambdas": "x = " + "lambda: " * 20_000 + "1",
    "choices": "x = " + "1 if y else " * 20_000 + "1",
    "comparisons": "x = " + "1 < " * 50_000 + "1",
    "a function of itself": "def f(x):\n    return f(x)\ny = f(1)",
    "two functions of each other": "def f(x):\n    return g(g(x))\ndef g(x):\n    return f(f(x))\ny = f(1)",
    "a loop without end": "while True:\n    x = 1",
    "units": "model.add(Dense(10**400))",
    "a shape": "model.add(Dense(3, input_shape=(10**9,) * 9999))",
}  # fmt: skip


@pytest.mark.parametrize("name", HANGING)
def test_a_program_of_endless_arithmetic_is_answered_at_once(name: str) -> None:
    began = time.process_time()
    try:
        spec = read_keras_code(MODEL + HANGING[name]).spec
    except NnTuiError as error:
        assert len(str(error)) < 500
    else:
        assert spec.layers
    assert time.process_time() - began < 5
