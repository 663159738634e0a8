"""`nn-tui guide`: the pages of the guide."""

from __future__ import annotations

import argparse


def guide_options(parser: argparse.ArgumentParser) -> None:
    """Add the name of a page and the words to search for."""
    parser.add_argument("page", metavar="PAGE", nargs="?", help="the page's name; default: list the pages")
    parser.add_argument(
        "--search", metavar="WORDS", nargs="+", help="list the places that have all of the words"
    )


def tell_guide(options: argparse.Namespace) -> int:
    """List the pages, print one, or list the places that have some words; return the exit status."""
    from nn_tui.errors import UsageError
    from nn_tui.guide import page_lines, place_lines

    if options.search and options.page:
        raise UsageError(
            f"--search looks in all pages, got the page {options.page!r} as well.", "Leave one out."
        )
    lines = place_lines(" ".join(options.search)) if options.search else page_lines(options.page or "")
    print("\n".join(lines))
    return 0
