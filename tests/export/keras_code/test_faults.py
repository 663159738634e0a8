"""What cannot be read is named by its line; nothing in a program is run, and nothing runs away."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from nn_tui.errors import NnTuiError, SpecError
from nn_tui.experiment.spec import Spec
from nn_tui.export.keras_code import read_file, read_keras_code
from tests.export.keras_code.snippets import COMPILES, COURSE, LAYERS

STACK = "model = Sequential([Dense(3, input_dim=2)])\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("model = Sequential([\n Dens(3),\n])", "Line 2: the layer Dens(3) cannot be read"),
        ("model = Sequential([\n Dens(3),\n])", "Did you mean 'Dense'?"),
        ("\nmodel.add(keras.layers.Dnse(3))", "Line 2: the engine has no layer named 'Dnse'. Did you"),
        ("model.add(keras.layers.TimeDistributed(Dense(3)))", "no layer named 'TimeDistributed'"),
        ("model.add(keras.layers.Lambda(lambda x: x))", "Line 1: Lambda carries code of its own"),
        ("model.add(Dense(units=n))", "Line 1: Dense: units is n, whose value the text does not say"),
        ("n = int(input())\nmodel.add(Dense(n))", "Line 2: Dense: units is int(input())"),
        ("model.add(Dense(**options))", "Line 1: Dense: the text does not say what **options holds"),
        ("model.add(Dense(0))", "Line 1: Dense: 'units' must be at least 1, got 0"),
        ("model.add(Dense('many'))", "Line 1: Dense: 'units' must be a whole number, got 'many'"),
        ("model.add(Dense(units=3, unit=4))", "Line 1: Dense with unit = 4 is not in the engine"),
        ("model.add(Dense(3, 'relu', activation='tanh'))", "'activation' is given twice"),
        ("model.add(Dense(*range(20)))", "Dense takes 10 arguments without a name, got 20"),
        ("model.add(Dense(3, activation='rellu'))", "no activation named 'rellu'. Did you mean 'relu'?"),
        ("model.add(Dense(3, activation=lambda x: x * 2))", "code of its own, which is never run"),
        ("model.add(layers.ReLU(threshold=1))", "no activation ReLU(threshold=1)"),
        ("model.add(Dense(3, activity_regularizer='l2'))", "with activity_regularizer = 'l2' is not in"),
        ("model.add(keras.layers.GRU(3, reset_after=False))", "with reset_after = False is not in"),
        ("model.add(3)", "Line 1: 3 is no layer"),
        ("model = Sequential(stack)", "Line 1: the layers of Sequential are stack"),
        ("model.add(keras.applications.VGG16())", "Line 1: VGG16 is a ready-made network"),
        ("x = keras.Input((2,))\ny = Dense(3)(x)\nm = keras.Model(x, y)", "Line 2: the functional API"),
        ("class Net(keras.Model):\n    pass\nnet = Net()", "Line 1: a model that is a class of its own"),
        ("class Mine(keras.layers.Layer):\n    pass\nmodel.add(Mine())", "Line 3: the layer Mine()"),
        ("model = Sequential()\nfor n in sizes:\n    model.add(Dense(n))", "Line 2: a loop over sizes"),
        ("model = Sequential()\nwhile a:\n    model.add(Dense(1))", "Line 2: a `while` loop builds"),
        ("model = Sequential()\nif deep:\n    model.add(Dense(1))", "Line 2: whether deep holds"),
        ("def f():\n    m = Sequential()\n    return f()\nmodel = f()", "calls itself too often"),
        ("model = Sequential()\nfor i in range(2000):\n    model.add(Dense(1))", "has 2,000 layers"),
        ("model = Sequential()\nfor i in range(9999):\n    model.add(Dense(1))", "does too much to be"),
        ("model = Sequential()\nfor i in range(99999999):\n    model.add(Dense(1))", "a loop over range"),
        (STACK + "model.compile('adm', 'mse')", "Line 2: the engine has no optimizer named 'adm'. Did"),
        (STACK + "model.compile('adam', 'msee')", "Line 2: the engine has no loss named 'msee'. Did"),
        ("def own(y, p): return 0\n" + STACK + "model.compile('sgd', own)", "Line 3: the loss own is code"),
        (STACK + "model.compile(Adam(learning_rate=rate), 'mse')", "Line 2: Adam: learning_rate is rate"),
        (STACK + "model.compile(Adam(lr=-1), 'mse')", "'learning_rate' must be greater than 0, got -1"),
        (STACK + "model.fit(x, y, epochs=args.epochs)", "Line 2: fit: epochs is args.epochs"),
        (STACK + "model.fit(x, y, batch_size=0)", "Line 2: fit: batch_size must be a whole number from 1"),
        (STACK + "model.fit(x, y, validation_split=2)", "Line 2: fit: validation_split must be from 0"),
        (STACK + "model.fit(x, callbacks=[LearningRateScheduler(own)])", "Line 2: the schedule own"),
        ("model = Sequential([Dense(3)", "Line 1: this is no valid Python"),
        ("model.compile('sgd', 'mse')", "Line 1: the model has no layers"),
        ("print('keras')", "There is no Sequential model in it"),
        ("\0", "This is no Python program"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text: str, told: str) -> None:
    with pytest.raises(SpecError, match=re.escape(told)) as fault:
        read_keras_code(text)
    assert "\n" not in str(fault.value) and len(str(fault.value)) < 700


@pytest.mark.parametrize(
    "text",
    [
        "10 ** 10 ** 10",
        "2 ** 9999999999",
        "1 << 9999999999",
        "'a' * 10 ** 9",
        "[0] * 10 ** 9",
        "'%999999999d' % 1",
        "f'{1:999999999}'",
        "sum([[0] * 9999] * 9999, [])",
        "[x for x in range(10 ** 9)]",
        "[[0] * 9999 for x in range(9999)]",
        "list(range(10 ** 12))",
        "int('9' * 5000)",
        "float('nan')",
        "-" * 50_000 + "1",
        "(" * 5_000 + "1" + ")" * 5_000,
        "+".join(["1"] * 20_000),
        "a" + "()" * 3_000,
        "a" + ".b()" * 3_000,
        "lambda: " * 2_000 + "1",
        "[" * 90 + "0" + "]" * 90,
    ],
)
def test_nothing_runs_away(text: str) -> None:
    with pytest.raises(NnTuiError) as fault:
        read_keras_code(f"model = Sequential([Dense({text})])")
    assert len(str(fault.value)) < 400


def test_lists_that_hold_each_other_do_not_run_away() -> None:
    growing = "a = [0] * 9999\n" + "".join("a = [a] * 9999\n" for _ in range(9))
    for text in (f"{growing}model.add(Dense(a))", "a = []\na.append(a)\nmodel.add(Dense(a))"):
        with pytest.raises(SpecError, match="whose value the text does not say"):
            read_keras_code(text)


def test_nothing_of_a_program_is_run_or_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "trap.py").write_text("open('sprung', 'w')")
    (tmp_path / "mine.py").write_text(
        "import trap\nopen('sprung', 'w')\n__import__('os').system('touch sprung')\n"
        "eval(\"open('sprung', 'w')\")\nn = [open('sprung', 'w') for _ in range(2)]\n"
        f"@open('sprung', 'w')\ndef f(a=open('sprung', 'w')):\n    open('sprung', 'w')\nf()\n{STACK}"
    )
    assert read_file(tmp_path / "mine.py").spec.name == "mine"
    assert not (tmp_path / "sprung").exists()


def test_a_file_that_is_no_text_or_too_large_is_told(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_bytes(b"\xff\xfe\x00keras")
    with pytest.raises(SpecError, match="is not UTF-8"):
        read_file(file)
    file.write_text("# keras\n" * 1_000_000)
    with pytest.raises(SpecError, match="too large for Keras code"):
        read_file(file)
    with pytest.raises(SpecError, match="cannot be read"):
        read_file(tmp_path)


PIECES = (
    "(", ")", "[", "]", "{", "}", ",", "=", "**", "*", ".", ":", "\n", "\n    ", "'", "0", "-1", "1e999",
    "10**10**10", "None", "lambda x: x", "Dense", "model", "model.add(model)", "for i in range(9): ",
    "input_shape=(None,)", "True", "[model] * 99", "{'a': 1}", "x", "…", "\x00", "\\", "async def f(): ",
    "while True: ", "return ", "break", "Sequential()", "*", "del model\n", "del model.layers[0]\n", "1j",
    "model.layers.append(1)\n", "model.layers", "b'a'", "...", "keras", "metrics=[", "loss=", "range(99)",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_damaged_programs_are_read_or_refused_and_never_crash(seed: int) -> None:
    dice = random.Random(seed)
    texts = [*COURSE.values(), *LAYERS.values(), *COMPILES.values()]
    read = refused = 0
    for _ in range(25):
        text = dice.choice(texts)
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(text) + 1)
            much = dice.choice((0, 0, 1, 3, 20))
            text = text[:at] + dice.choice(PIECES) + text[at + much :]
        try:
            assert isinstance(read_keras_code(text).spec, Spec)
            read += 1
        except NnTuiError as fault:
            assert fault.message and "\n" not in str(fault)
            refused += 1
    assert read + refused == 25


def swapped(text: str, dice: random.Random) -> str:
    """Put one word of a program in the place of another: it stays valid Python more often."""
    words = re.findall(r"[\w.]+|'[^'\n]*'|\([^()\n]*\)", text)
    for _ in range(dice.randint(1, 4)):
        text = text.replace(dice.choice(words), dice.choice(words), dice.randint(1, 2))
    return text


@pytest.mark.parametrize("seed", range(20))
def test_programs_with_words_exchanged_are_read_or_refused(seed: int) -> None:
    dice = random.Random(1000 + seed)
    texts = [*COURSE.values(), *LAYERS.values(), *COMPILES.values()]
    for _ in range(25):
        try:
            assert isinstance(read_keras_code(swapped(dice.choice(texts), dice)).spec, Spec)
        except NnTuiError as fault:
            assert fault.message and "\n" not in str(fault)
