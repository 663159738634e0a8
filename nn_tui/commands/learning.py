"""`nn-tui learn`: the lessons of the course."""

from __future__ import annotations

import argparse

from nn_tui.commands.opening import only_on_a_terminal


def learn_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "number", metavar="N", nargs="?", type=int, help="which lesson; default: the next one to do"
    )
    parser.add_argument("--list", action="store_true", help="list the lessons and what is done of each")
    parser.add_argument(
        "--lang", metavar="LANGUAGE", help="en or zh; default: as before, else the locale's"
    )
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")


def learn(options: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    from nn_tui.lessons.language import asked_language, language_for
    from nn_tui.lessons.listing import list_lines, next_lesson
    from nn_tui.lessons.progress import keep_progress, read_progress
    from nn_tui.lessons.shelf import name_of, preset

    if options.lang is not None:
        keep_progress(language=asked_language(options.lang))
    progress = read_progress()
    language = language_for(progress.language)
    if options.list:
        print("\n".join(list_lines(language, progress)))
        return 0
    name = next_lesson(progress) if options.number is None else name_of(options.number)
    only_on_a_terminal("Use `nn-tui learn --list` to see the lessons there are.")
    from nn_tui.tui.app import NnTuiApp
    from nn_tui.tui.program import run_program

    app = NnTuiApp(preset(name))
    app.first_lesson = (name, language)
    return run_program(app, mouse=not options.no_mouse, debug=options.debug)
