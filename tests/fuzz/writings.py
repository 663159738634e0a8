"""Inputs that are written: specs, queries, Keras code, bundles, lines, addresses, formulas, names."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.experiment.specs import TEXT
from tests.fuzz.attempt import Case, Command
from tests.fuzz.words import CELLS, NAMES, NUMBERS, Random, damaged, name, ordinary

SAMPLES = Path(__file__).parents[1] / "export" / "files"
SPOKEN = "show\nlayers\ncheck\ntrain 1\nquit\n"


def _commands(random: Random, source: str) -> tuple[Command, ...]:
    return (
        random.choice(
            (
                ("summary", source),
                ("summary", source),
                ("code", source),
                ("line", source),
                ("train", source, "--epochs", "1"),
                ("open", "--plain", source),
                ("screen", source) if random.random() < 0.4 else ("summary", source),
            )
        ),
    )


def spec(random: Random, folder: Path) -> Case:
    """Write a spec with some of its values, keys or lines changed."""
    lines = TEXT.strip().splitlines()
    for _ in range(random.choice((1, 1, 2, 3))):
        place = random.randrange(len(lines))
        key, equals, _ = lines[place].partition("=")
        match random.randrange(7):
            case 6:
                number = random.choice(
                    ("0.1", "1", "2", "3", "7", "64", '"sigmoid"', '"mse"', '"SGD"', '"iris"')
                )
                lines[place] = f"{key}= {number}"
            case 0 if equals:
                lines[place] = f"{key}= {random.choice(NUMBERS)}"
            case 1 if equals:
                lines[place] = f"{key}= {json.dumps(random.choice(NAMES + CELLS))}"
            case 2:
                lines.insert(place, lines[random.randrange(len(lines))])
            case 3:
                del lines[place]
            case 4:
                lines.insert(place, f"{json.dumps(name(random))} = {json.dumps(name(random))}")
            case _:
                layer = random.choice(
                    ("Conv2D", "LSTM", "Embedding", "Reshape", "Flatten", "Bidirectional", "GRU", "x")
                )
                lines.insert(place, f'[[layers]]\ntype = "{layer}"\nunits = {random.choice(NUMBERS)}')
    content = "\n".join(lines).encode("utf-8", "replace")
    if random.random() < 0.15:
        content = damaged(random, content)
    if random.random() < 0.03:
        content = b"a = " + random.choice((b"[", b"{a=", b'"""')) * 50_000
    path = folder / (ordinary(random) + ".toml")
    path.write_bytes(content)
    return Case("spec", _commands(random, str(path)), SPOKEN)


ACTS = (
    "COPY (SELECT 1) TO '{f}/written.csv'",
    "COPY (SELECT 1 AS a) TO '{f}/rows.csv' (USE_TMP_FILE false)",
    "WITH a AS (COPY (SELECT 1) TO '{f}/w.csv') SELECT range x, range % 2 t FROM range(60)",
    "WITH a AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM a",
    "SELECT * FROM '{f}/rows.csv'; COPY (SELECT 1) TO '{f}/w2.csv'",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('{f}/*')",
    "SELECT content AS x, size AS t FROM read_text('/proc/self/environ')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT getenv('HOME') AS x, range AS t FROM range(20)",
    "ATTACH '{f}/d.db' AS d",
    "SELECT * FROM sqlite_scan('{f}/rows.csv', 't')",
    "INSTALL httpfs; LOAD httpfs; SELECT 1",
    "PRAGMA database_list",
    "SET memory_limit='100GB'; SELECT 1",
    "EXPORT DATABASE '{f}/out'",
    "SELECT range x, 1 t FROM range(1000000000000)",
    "SELECT * FROM range(100000) a, range(100000) b, range(100000) c",
    "WITH RECURSIVE r AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM r) SELECT x, x % 2 AS t FROM r",
    "SELECT repeat('x', 2000000000) AS x, range % 2 AS t FROM range(50)",
    "SELECT list_sum(range(1000000000)) AS x, 1 AS t FROM range(10)",
    "SELECT x, t, count(*) OVER () AS n FROM '{f}/rows.csv'",
    "SELECT x, t FROM '{f}/rows.csv' WHERE x > (SELECT avg(x) FROM '{f}/rows.csv')",
    "SELECT x, t FROM '{f}/../../../etc/passwd'",
    "SELECT * FROM 'https://example.org/a.csv'",
    "SELECT * FROM '/dev/zero'",
    "SELECT * FROM '{f}/rows.csv' UNION ALL SELECT * FROM '{f}/rows.csv'",
    "FROM '{f}/rows.csv'",
    'SELECT x AS "\x1b[2J", t AS "[/]" FROM \'{f}/rows.csv\'',
    "SELECT * FROM duckdb_settings()",
    "SELECT nextval('s'), 1",
    "SELECT error('\x1b[2Jboo')",
    "/* a */ SELECT /* b */ x, t FROM '{f}/rows.csv' -- end",
    "SELECT * FROM (PIVOT '{f}/rows.csv' ON t USING sum(x))",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{f}/w3.csv'",
    "CREATE TABLE a AS SELECT 1",
    "WITH x AS MATERIALIZED (SELECT * FROM '{f}/rows.csv') SELECT * FROM x",
    "SELECT * FROM query('COPY (SELECT 1) TO ''{f}/w4.csv''')",
    "SELECT * FROM query_table('{f}/rows.csv')",
)


def query(random: Random, folder: Path) -> Case:
    """Write a query, harmless or hostile, bare or within a spec, with a small table beside it."""
    rows = "x,t\n" + "".join(f"{n / 7},{n % 2}\n" for n in range(60))
    (folder / "rows.csv").write_text(rows, encoding="utf-8")
    text = random.choice(ACTS)
    if random.random() < 0.3:
        cut = random.randrange(len(text))
        text = text[:cut] + random.choice((" ", "(", ")", ";", "'", "SELECT", ",", "--", "/*")) + text[cut:]
    text = text.replace(
        "{f}", random.choice((str(folder), ".")) if random.random() < 0.8 else str(folder.parent)
    )
    if random.random() < 0.4:
        return Case("query", _commands(random, text), SPOKEN)
    path = folder / "spec.toml"
    path.write_text(TEXT.replace('"circle"\nrows = 120', json.dumps(text)), encoding="utf-8")
    return Case("query", _commands(random, str(path)), SPOKEN)


STATEMENTS = (
    "model.add(Dense(8, activation='relu'))",
    "model.add(Dense({n}))",
    "model.add(Dense({n}, input_shape=({n},)))",
    "model.add(Dropout({n}))",
    "model.add(Conv2D({n}, (3, 3)))",
    "model.add(LSTM({n}))",
    "x = {n} ** {n}",
    "x = {n} << {n}",
    "x = 'a' * {n}",
    "x = [1] * {n}",
    "x = round({n}, {n})",
    "x = range({n})",
    "x = sum(range(10 ** 9))",
    "x = 'x'.zfill(10 ** 9)",
    "x = '%1000000000d' % 3",
    "x = f'{{3:1000000000}}'",
    "x = pow(10, 10 ** 9)",
    "x = 10 ** 10 ** 10",
    "x = int('9' * 5000)",
    "x = max([{n}] * 10)",
    "for i in range({n}): model.add(Dense(2))",
    "while True: model.add(Dense(2))",
    "def f(): return f()\nf()",
    "[model.add(Dense(k)) for k in range({n})]",
    "import os; os.system('touch executed')",
    "open('executed', 'w').write('x')",
    "__import__('os').system('touch executed')",
    "exec('open(\"executed\", \"w\")')",
    "model.layers.pop()",
    "del model.layers[{n}]",
    "model.pop()",
    "model.compile(loss='mse', optimizer=Adam(lr={n}))",
    "model.compile(loss={t}, optimizer={t}, metrics=[{t}])",
    "model.fit(x, y, batch_size={n}, epochs={n}, validation_split={n})",
    "print({t})",
    "name = {t}",
    "model = Sequential(name={t})",
    "model.add(Dense(2, name={t}))",
    "lambda: model.add(Dense(3))",
    "class A: pass",
    "try:\n    model.add(Dense(3))\nexcept Exception: pass",
    "if {n} > 1: model.add(Dense(5))",
    "%matplotlib inline",
    "!pip install keras",
    "x = " + "(" * 300 + ")" * 300,
    "x = " + "-" * 90_000 + "1",
)  # fmt: skip


def keras_code(random: Random, folder: Path) -> Case:
    """Write a Keras program of ordinary and hostile statements."""
    lines = [
        "from keras.models import Sequential",
        "from keras.layers import Dense, Dropout, Conv2D, LSTM",
        "from keras.optimizers import Adam",
        "model = Sequential()",
        "model.add(Dense(4, input_shape=(2,)))",
    ]
    for _ in range(random.randint(1, 5)):
        statement = random.choice(STATEMENTS)
        while "{n}" in statement:
            statement = statement.replace("{n}", random.choice((*NUMBERS, "2", "3", "4")), 1)
        while "{t}" in statement:
            statement = statement.replace("{t}", repr(random.choice(NAMES)), 1)
        lines.insert(random.randint(3, len(lines)), statement)
    lines.append(random.choice(("model.summary()", "model.fit(x, y)", "", "model.compile('adam', 'mse')")))
    content = "\n".join(lines).encode("utf-8", "surrogatepass")
    if random.random() < 0.1:
        content = damaged(random, content)
    path = folder / (ordinary(random) + ".py")
    path.write_bytes(content)
    return Case("keras code", _commands(random, str(path)), SPOKEN)


def keras_file(random: Random, folder: Path) -> Case:
    """Damage a `.keras` file, or the description of its layers."""
    sample = SAMPLES / random.choice(("dense.keras", "image.keras", "series.keras"))
    path = folder / sample.name
    if random.random() < 0.5:
        path.write_bytes(damaged(random, sample.read_bytes()))
    else:
        path.write_bytes(_changed_archive(random, sample, folder.parent))
    return Case("keras file", _commands(random, str(path)), SPOKEN)


def _changed_archive(random: Random, sample: Path, outside: Path) -> bytes:
    store = io.BytesIO()
    with zipfile.ZipFile(sample) as before, zipfile.ZipFile(store, "w") as after:
        for part in before.namelist():
            content = before.read(part)
            if part.endswith(".json") and random.random() < 0.7:
                content = _changed_json(random, content)
            elif random.random() < 0.3:
                content = damaged(random, content)
            after.writestr(
                random.choice(("../escaped", f"{outside}/escaped", part, part, part, part)), content
            )
    return store.getvalue()


def _changed_json(random: Random, content: bytes) -> bytes:
    text = content.decode("utf-8", "replace")
    for _ in range(random.randint(1, 3)):
        quotes = [place for place, letter in enumerate(text) if letter in '":0123456789']
        place = random.choice(quotes)
        if text[place].isdigit():
            text = text[:place] + random.choice(NUMBERS[:12]) + text[place + 1 :]
        else:
            text = text[:place] + json.dumps(random.choice(NAMES[:40]))[1:-1] + text[place:]
    return text.encode("utf-8", "surrogatepass")


@cache
def _bundle() -> bytes:
    import tempfile

    from nn_tui.experiment.headless import train
    from nn_tui.experiment.runs.bundle import pack
    from nn_tui.experiment.spec_file import loads

    place = Path(tempfile.mkdtemp())
    try:
        list(train(loads(TEXT), save=str(place / "run")))
        return pack(place / "run")[0]
    finally:
        shutil.rmtree(place)


def bundle(random: Random, folder: Path) -> Case:
    """Damage a bundled run, or what stands in it."""
    path = folder / (ordinary(random) + ".nntui")
    content = _bundle()
    if random.random() < 0.5:
        path.write_bytes(damaged(random, content))
    else:
        plain = folder / "sound.zip"
        plain.write_bytes(content)
        path.write_bytes(_changed_archive(random, plain, folder.parent))
        plain.unlink()
    command = random.choice(
        (
            ("summary", str(path)),
            ("evaluate", str(path)),
            ("train", "--resume", str(path), "--epochs", "6"),
            ("open", "--plain", str(path)),
            ("export", str(path), "--to", "python", "--output", "-"),
            ("predict", str(path), str(path)),
        )
    )
    return Case("bundle", (command, ("runs",)), SPOKEN)


PARTS = (
    "circle", "spiral", "iris", "penguins", "co2", "digits", "4t-2t", "8r-8r", "1s", "16",
    "lr=.03", "lr=abc", "lr=1e400",
    "epochs=3", "epochs=-1", "batch=0", "seed=1", "dropout=.3", "l2=1", "adam", "sgd",
    "rmsprop", "mse", "conv8-pool-flat",
    "lstm8", "99999999999r", "0r", "-3t", "r", "4t-", "--", "=", "lr=", "=3", "target=x",
    "features=a,b", "'", '"', "with",
    "x" * 5000, "[red]", "\x1b[2J", "数据", "noise=.9", "noise=nan", "test=.5", "validation=2",
    "1e9", "#", "?", "@", "\x00",
)  # fmt: skip


SOUND = (
    "4t-2t",
    "8r-8r",
    "lr=.03",
    "epochs=3",
    "seed=1",
    "dropout=.3",
    "adam",
    "sgd",
    "batch=7",
    "test=.5",
    "l2=.1",
)


def line(random: Random, folder: Path) -> Case:
    """Make a line of words."""
    words = [random.choice(PARTS) for _ in range(random.randint(1, 6))]
    if random.random() < 0.5:
        words = [random.choice(SOUND) for _ in words[:3]] + words[:1] * (random.random() < 0.3)
    if random.random() < 0.8:
        words.insert(0, random.choice(PARTS[:6]))
    text = " ".join(words)
    command = random.choice(
        (
            ("summary", text),
            ("train", text, "--epochs", "1"),
            ("line", text),
            ("code", text),
            ("open", "--plain", text),
        )
    )
    return Case("line", (command,), SPOKEN)


def address(random: Random, folder: Path) -> Case:
    """Make an address of TensorFlow Playground with odd values."""
    keys = (
        "activation", "batchSize", "dataset", "regDataset", "learningRate",
        "regularizationRate", "noise", "networkShape",
        "seed", "showTestData", "discretize", "percTrainData", "x", "y", "xTimesY", "xSquared",
        "sinX", "problem",
        "initZero", "hideText", "regularization", "collectStats", "[/]",
    )  # fmt: skip
    values = (*NUMBERS, "tanh", "relu", "circle", "spiral", "4,2", "8,8,8,8,8,8", "4,,2",
        "true", "false", "%1b[2J", "%00",
              "reg-plane", "L1", "%f0%9f", "classification", "9" * 300)  # fmt: skip
    body = "&".join(f"{random.choice(keys)}={random.choice(values)}" for _ in range(random.randint(1, 9)))
    host = random.choice(
        ("https://playground.tensorflow.org/#", "http://playground.tensorflow.org/#", "#", "https://a.b/#")
    )
    return Case(
        "address", (random.choice((("summary", host + body), ("train", host + body, "--epochs", "1"))),), ""
    )


ATOMS = ("x", "y", "z", "1", "0", "2", "1e308", "pi", "e", "9" * 400, "1e400", "sin(x)",
    "log(x)", "exp(x)", "sqrt(y)",
         "abs(x)", "tan(y)", "min(x, y)", "f(x)", "x.real", "x[0]", "'a'", "(x, y)", "not x",
         "True")  # fmt: skip
SIGNS = (
    "+",
    "-",
    "*",
    "/",
    "**",
    "//",
    "%",
    "<",
    ">",
    "<=",
    "==",
    " and ",
    " or ",
    "^",
    "@",
    "<<",
    "",
    ",",
    " if ",
)


def formula(random: Random, folder: Path) -> Case:
    """Make a formula of x and y."""
    atoms, signs = (ATOMS[:14], SIGNS[:9]) if random.random() < 0.6 else (ATOMS, SIGNS)
    text = random.choice(atoms)
    for _ in range(random.randint(0, 6)):
        text = f"{text}{random.choice(signs)}{random.choice(atoms)}"
        if random.random() < 0.3:
            text = f"({text})"
    if random.random() < 0.05:
        text = random.choice(
            ("(" * 5000 + "x", "x" + "**9" * 400, "-" * 5000 + "x", "exp(" * 90 + "x" + ")" * 90)
        )
    command = ("train", "formula", "--epochs", "1", "--set", f"data.expression={text}")
    other = (
        "summary",
        "circle",
        "--set",
        f"{random.choice(('data.source', 'fit.epochs', 'x', 'layers.9.units'))}={text}",
    )
    return Case("formula", (command if random.random() < 0.7 else other,), "")


def names(random: Random, folder: Path) -> Case:
    """Give hostile names where commands take names, numbers and paths."""
    word = random.choice(NAMES + CELLS)
    command = random.choice(
        (
            (word,), ("summary", word), ("train", word), ("train", "iris", "--epochs", word),
            ("evaluate", word),
            ("train", "iris", "--epochs", "1", "--set", word), ("train", "iris", "--set",
            f"{word}={word}"),
            ("train", "iris", "--set", f"name={json.dumps(word)}", "--epochs", "1"),
            ("predict", "last", word),
            ("export", word, "--to", word), ("sweep", "circle", "--epochs", "1", "--vary",
            f"{word}=1,2"),
            ("sweep", "circle", "--epochs", "1", "--vary", f"layers.0.units={word}",
            "--workers", "1"),
            ("train", "iris", "--until", word), ("train", "--resume", word), ("learn", word),
            ("runs", word),
            ("train", "iris", "--epochs", "1", "--seed", word), ("open", "--plain", "circle"),
            ("code", word),
        )
    )  # fmt: skip
    usable = tuple(part.replace("\x00", "\\0") for part in command)
    typed = (
        "\n".join(f"{random.choice(PLAIN)} {random.choice(NAMES + CELLS + NUMBERS)}" for _ in range(6))
        + "\nquit\n"
    )
    return Case("names", (usable,), typed)


PLAIN = ("set layer 1 units", "set", "add", "open", "train", "name", "note", "stop when",
    "help", "compare", "runs",
         "predict", "", "remove", "set optimizer learning_rate", "fork", "data",
         "line", "race")  # fmt: skip

WRITINGS: tuple[Callable[[Random, Path], Case], ...] = (
    spec, spec, query, query, keras_code, keras_code, keras_file, bundle, line, address,
    formula, names, names,
)  # fmt: skip
