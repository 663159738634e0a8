"""What the guide promises is what the program does, and its pages are found, read and searched."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import nn_tui.data.generators
import nn_tui.plain.verbs  # noqa: F401  # registered when imported
from nn_tui.cli import COMMANDS, main
from nn_tui.declare import registered
from nn_tui.errors import NnTuiError, UsageError
from nn_tui.experiment.examples import example
from nn_tui.experiment.sources import open_source
from nn_tui.experiment.spec_file import loads
from nn_tui.export.pages import views
from nn_tui.export.targets import names as export_names
from nn_tui.guide import anchor_of, find, page_named, pages
from nn_tui.guide.pages import FOLDER, NAMES, passages
from nn_tui.lessons.shelf import names as lesson_names
from nn_tui.plain.verbs.verb import VERBS
from nn_tui.tui.actions import key_table

ROOT = Path(__file__).parent.parent
WRITTEN = [
    ROOT / "README.md",
    *sorted((ROOT / ".github").glob("*.md")),
    *(FOLDER / f"{name}.md" for name in NAMES),
]
"""Every Markdown file for people."""


def source_of(name: str) -> str:
    """Return a page as it is written, pictures and comments included."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def without_code(text: str) -> str:
    """Leave the blocks of code out, whose lines may look like headings and links."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def table_under(heading: str, page: str) -> str:
    """Return what stands under a heading of a page."""
    return source_of(page).split(f"## {heading}\n")[1].split("\n## ")[0]


# What the program does


def test_the_keys_are_those_of_the_program() -> None:
    shown = source_of("keys").split("<!-- keys -->\n")[1].split("\n<!-- /keys -->")[0]
    assert shown == key_table()


def test_every_command_is_named() -> None:
    for name in COMMANDS:
        assert name == "open" or f"`nn-tui {name}" in source_of("commands"), name


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "open"])
def test_a_command_has_the_options_that_are_named(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    items = [item for item in source_of("commands").split("\n- ") if item.startswith(f"`nn-tui {name}")]
    with pytest.raises(SystemExit):
        main([name, "--help"])
    known = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    assert items and set(re.findall(r"--[a-z][a-z-]+", " ".join(items).split("\n\n")[0])) <= known


def test_every_command_of_the_plain_mode_is_named_in_its_group() -> None:
    rows = [row for row in table_under("Commands", "plain").splitlines() if " | `" in row]
    listed = {row.split("| ")[1].strip(): re.findall(r"`(\w+)`", row) for row in rows}
    known: dict[str, set[str]] = {}
    for one in VERBS.values():
        known.setdefault(one.group, set()).add(one.name)
    assert {group: set(names) for group, names in listed.items()} == known


def test_every_insight_form_of_export_and_callback_is_named() -> None:
    for name in views():
        assert f"| {re.sub('[-_]', ' ', name)} |" in source_of("watch"), name
    for name in export_names():
        assert f"| `{name}` |" in source_of("export"), name
    assert {f"`{name}`" for name in registered("callback")} == set(
        re.findall(r"^\| (`\w+`)", table_under("Callbacks", "build"), re.MULTILINE)
    )


def test_it_counts_what_there_is() -> None:
    for kind in ("activation", "optimizer"):
        assert f"{len(registered(kind))} {kind}s" in source_of("build")
    assert f"{len(registered('loss'))} losses" in source_of("build")
    assert f"{len(lesson_names())} lessons" in source_of("lessons")


def test_the_whole_spec_is_one() -> None:
    toml = source_of("spec").split("A whole spec file:\n\n```toml\n")[1].split("```")[0]
    spec = loads(toml)
    assert spec.name == "clinical-trial" and spec.data == example("clinical-trial").data


def test_the_parts_of_a_spec_can_be_read() -> None:
    whole = source_of("spec").split("```toml\n")[1].split("```")[0]
    parts = source_of("spec").split("```toml\n")[2].split("```")[0]
    spec = loads(whole.partition("[compile.optimizer]")[0] + parts)
    assert spec.fit.callbacks[0].type == "EarlyStopping" and spec.compile.optimizer.type == "SGD"
    data = source_of("data").split("```toml\n")[1].split("```")[0]
    rest = whole[whole.index("[[layers]]") :]
    assert loads(data + rest).data.columns == {"zip": "category"}


def test_lines_and_addresses_open() -> None:
    page = source_of("lines")
    line = re.findall(r"nn-tui train (circle [^`]*) --epochs", page)[0]
    address = re.findall(r"nn-tui train '([^']*)'", page)[0]
    assert len(open_source(line).layers) == 3  # the output follows from the data
    assert len(open_source(address).layers) == 3


# Links


def links() -> list[tuple[Path, str]]:
    """Return each link and picture of every file for people, but those to the web."""
    return [
        (file, target)
        for file in WRITTEN
        for target in re.findall(r"\]\(([^)]+)\)", without_code(file.read_text(encoding="utf-8")))
        if not target.startswith("https://")
    ]


def test_every_link_and_picture_leads_somewhere() -> None:
    for file, target in links():
        path, _, anchor = target.partition("#")
        there = (file.parent / path).resolve() if path else file
        assert there.exists(), f"{file.name}: {target}"
        if anchor:
            text = without_code(there.read_text(encoding="utf-8"))
            headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
            assert anchor in map(anchor_of, headings), f"{file.name}: {target}"
    assert len(links()) > 40


# Pages


def test_every_file_is_a_page_with_a_title_and_a_first_sentence() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(NAMES)
    for page in pages():
        assert page.title and page.title[0].isupper(), page.name
        assert page.sentence.endswith(".") and len(page.sentence) < 140, page.name
        assert "![" not in page.text and "<!--" not in page.text, page.name


def test_a_page_is_found_by_its_name_and_its_title() -> None:
    assert page_named("data").title == "Data"
    assert page_named(" Runs and Safety ").name == "runs"
    with pytest.raises(UsageError, match=r"no page 'datta'\. Did you mean 'data'"):
        page_named("datta")


def test_a_search_finds_all_words_headings_first() -> None:
    found = find("QUERIES")
    assert found[0].place == "data > Queries" and found[0].anchor == "queries"
    assert {place.page.name for place in find("restore weights")} == {"build"}
    assert all("early" in place.text.lower() for place in find("early stop"))
    assert find("zzzz") == [] and find("  ") == []


def test_a_passage_is_whole_and_lines_of_code_are_their_own() -> None:
    texts = [place.text for place in passages(page_named("python"))]
    assert "from nn_tui.engine.layers import Dense" in texts
    assert any(
        text.startswith("With the same weights") and text.endswith("differences).") for text in texts
    )
    assert "`space`: train, or pause after the present batch" in [
        place.text for place in passages(page_named("build"))
    ]


# `nn-tui guide`


def test_the_command_lists_prints_and_searches(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["guide"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(NAMES)
    assert main(["guide", "keras"]) == 0
    assert capsys.readouterr().out.startswith("# Keras code\n")
    assert main(["guide", "--search", "early", "stopping"]) == 0
    assert "build > Callbacks: `EarlyStopping`" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["kears"], 2, "Did you mean 'keras'?"),
        (["--search", "zzzz"], 1, "nothing with the words 'zzzz'"),
        (["--search", ""], 2, "--search is empty"),
        (["data", "--search", "rows"], 2, "Leave one out"),
    ],
)
def test_the_command_says_what_is_wrong_in_a_line(
    words: list[str], status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["guide", *words]) == status
    printed = capsys.readouterr()
    assert said in printed.err and len(printed.err.splitlines()) == 1 and printed.out == ""


def test_a_search_without_a_place_is_a_fault_with_a_remedy() -> None:
    from nn_tui.guide import place_lines

    with pytest.raises(NnTuiError, match="other words"):
        place_lines("zzzz")
    with pytest.raises(UsageError, match="nothing to search for"):
        place_lines(" ")
