"""The command line: parses, imports what the command needs, turns every fault into one line.

`--help` must stay quick, so nothing that knows NumPy or Textual is imported at the top.
"""

from __future__ import annotations

import argparse
import codecs
import contextlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from nn_tui import __version__
from nn_tui.commands.asking import SOURCE_HELP, no_options, source_of_words, take_source, warn
from nn_tui.commands.guide import guide_options, tell_guide
from nn_tui.commands.learning import learn, learn_options
from nn_tui.commands.opening import open_app, open_options
from nn_tui.commands.runs import runs_options, tell_runs
from nn_tui.commands.showing import (
    code_options,
    line_options,
    tell_code,
    tell_doctor,
    tell_examples,
    tell_line,
    tell_summary,
)
from nn_tui.commands.sweeping import sweep, sweep_options
from nn_tui.commands.training import train, train_options
from nn_tui.commands.using import (
    evaluate,
    evaluate_options,
    export,
    export_options,
    predict,
    predict_options,
)
from nn_tui.errors import NnTuiError, UsageError
from nn_tui.text import LONGEST_MESSAGE, clean_line, clean_streams


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and give its exit status.

    0 done; 1 failed; 2 bad usage or bad input; 3 training diverged; 130 interrupted.
    """
    _print_anywhere()
    with clean_streams():
        return _run(list(sys.argv[1:] if arguments is None else arguments))


def _run(words: list[str]) -> int:
    debug = "--debug" in words
    try:
        options = _read(words)
        run: Callable[[argparse.Namespace], int] = options.run
        status = run(options)
        sys.stdout.flush()  # what cannot be written is told here, not when Python ends
        return status
    except NnTuiError as error:
        if debug:
            raise
        warn(str(error))
        return error.exit_status
    except KeyboardInterrupt:
        warn("interrupted.")
        return 130
    except BrokenPipeError:
        # The reader of our output has gone (`nn-tui examples | head`); that is no fault.
        _print_no_more()
        return 0
    except OSError as error:
        if debug:
            raise
        nameless = error.filename is None  # what is printed
        told = f"The output cannot be written: {error.strerror or error}" if nameless else str(error)
        warn(f"{told}.")
        _print_no_more()
        return 1
    except Exception as error:
        if debug:
            raise
        from nn_tui.errors import fault_words

        warn(fault_words(error))
        return 1


_LINES = dict.fromkeys(range(9472, 9600), "+") | str.maketrans("━─═┃│║", "---|||")


def _print_anywhere() -> None:
    """Let every text be printed, whatever the encoding of the output lacks: lines of tables as ASCII."""

    def replaced(error: UnicodeError) -> tuple[str | bytes, int]:
        if isinstance(error, UnicodeEncodeError):
            text = error.object[error.start : error.end].translate(_LINES)
            return "".join(
                letter if letter.isascii() else ascii(letter)[1:-1] for letter in text
            ), error.end
        raise error

    codecs.register_error("nn_tui.printed", replaced)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="nn_tui.printed")


def _read(words: list[str]) -> argparse.Namespace:
    """Read the command line.

    Raises:
        UsageError: it is not understood; says what was probably meant.
    """
    if not any(word in COMMANDS or word in ("-h", "--help", "--version") for word in words[:1]):
        if words:
            _refuse_misspelled(words[0])
        words.insert(0, "open")
    elif len(words) == 1 and os.path.isfile(words[0]):
        warn(f"{words[0]} is the command; ./{words[0]} is the file here.")
    parser, command = _parser(words[0])
    options, unknown = parser.parse_known_args(words)
    if unknown:
        raise _not_known(unknown[0], command)
    _refuse_blanks(options, command)
    if hasattr(options, "words"):
        options.source = source_of_words(options.words)
    return options


def _refuse_blanks(options: argparse.Namespace, command: argparse.ArgumentParser) -> None:
    """Refuse what is given and empty, such as a variable of the shell that is not set.

    Raises:
        UsageError: says which.
    """
    for action in command._actions:  # argparse has no other list of what a command takes
        name = action.option_strings[-1] if action.option_strings else str(action.metavar)
        given = getattr(options, action.dest, None)
        values = given if isinstance(given, list) else [given]
        if name in MAY_BE_BLANK or given == action.const:
            continue
        if any(isinstance(one, str) and not one.strip() for one in values):
            remedy = f"Leave {name} out, or give it a value."
            raise UsageError(
                f"{name} is empty.", remedy if action.option_strings else f"Give {action.help}."
            )


def _refuse_misspelled(word: str) -> None:
    """Refuse a first word that is nearly a command and names nothing that could be opened.

    Raises:
        UsageError: says which command was probably meant.
    """
    from difflib import get_close_matches

    plain = word.isalpha() and not os.path.exists(word)
    if not plain or not get_close_matches(word.lower(), COMMANDS, cutoff=0.6):
        return
    from nn_tui.data.sources import kind_of
    from nn_tui.experiment.examples import names
    from nn_tui.experiment.runs.store import RunStore

    meant = get_close_matches(word.lower(), [*COMMANDS, *names()], n=1, cutoff=0.6)
    openable = word in (*names(), "playground") or kind_of(word) is not None
    if meant[0] in COMMANDS and not openable and RunStore().named(word) is None:
        raise UsageError(f"There is no command {word!r}.", f"Did you mean {meant[0]!r}?")


def _not_known(word: str, command: argparse.ArgumentParser) -> UsageError:
    """Make the error for a word that a command does not take."""
    option = word.startswith("-")
    if option and os.path.exists(word):
        return UsageError(
            f"{word!r} begins as an option does.", f"For the file of that name write ./{word}."
        )
    from difflib import get_close_matches

    flags = [flag for action in command._actions for flag in action.option_strings]
    close = get_close_matches(word.partition("=")[0], flags, n=1)
    remedy = f"Did you mean {close[0]!r}?" if close else f"See `{command.prog} --help`."
    return UsageError(
        f"There is no option {word!r}." if option else f"{word!r} is a word too many.", remedy
    )


class _Parser(argparse.ArgumentParser):
    """Tells a mistake in the one line that all mistakes are told in."""

    def error(self, message: str) -> NoReturn:
        """Refuse the command line."""
        told = clean_line(message, LONGEST_MESSAGE)
        raise UsageError(f"{told[:1].upper()}{told[1:]}.", f"See `{self.prog} --help`.")


def _print_no_more() -> None:
    """Let what is not printed yet go nowhere, as Python would try once more at its end."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser(chosen: str) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """Make the parser, and give that of the chosen command too.

    Of the commands only the chosen one has its options, which may read a registry.
    """
    parser = _Parser(
        prog="nn-tui",
        description="A neural-network workbench for the terminal.",
        epilog="`nn-tui [SOURCE]` opens the app; SOURCE is "
        + SOURCE_HELP
        + ". Its options are those of `nn-tui open --help`: --plain for screen readers, --keep to train on "
        "after leaving.",
    )
    parser.add_argument("--version", action="version", version=f"nn-tui {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    asked: argparse.ArgumentParser = parser
    for name, (run, summary, add_options) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        if name == chosen:
            add_options(command)
            asked = command
        command.add_argument("--debug", action="store_true", help="show the traceback of a fault")
        command.set_defaults(run=run)
    return parser, asked


MAY_BE_BLANK = ("WORD", "--note", "--set", "--vary", "--until")
"""What takes an empty value, or says by itself what is wrong with it: a note is removed by one."""

COMMANDS: dict[
    str,
    tuple[
        Callable[[argparse.Namespace], int],
        str,
        Callable[[argparse.ArgumentParser], None],
    ],
] = {
    "open": (open_app, "open the app (the default)", open_options),
    "learn": (learn, "do a lesson of the course", learn_options),
    "train": (train, "train without the screen", train_options),
    "sweep": (sweep, "train many variations and compare them", sweep_options),
    "evaluate": (evaluate, "loss and metrics of a saved run", evaluate_options),
    "predict": (predict, "one prediction a row, as CSV", predict_options),
    "export": (export, "a saved run as a file for other programs", export_options),
    "summary": (tell_summary, "the model's layers, shapes and parameters", take_source),
    "code": (tell_code, "the experiment as runnable Keras code", code_options),
    "line": (tell_line, "the experiment as one line, and as an address", line_options),
    "runs": (tell_runs, "what is saved", runs_options),
    "examples": (tell_examples, "what is bundled", no_options),
    "guide": (tell_guide, "the pages of the guide, one page, or a search in them", guide_options),
    "doctor": (tell_doctor, "what this terminal and machine can do", no_options),
}
