"""A person at the shell: reads what is told, and types a line when certain words have been told."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Sequence

from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.spec import Spec
from nn_tui.plain.shell import Shell
from nn_tui.plain.workbench import Workbench


def told(spec: Spec, *lines: str) -> tuple[list[str], int]:
    """Give what is told when these lines come from a file, and the exit status."""
    tells = io.StringIO()
    shell = Shell(Workbench(spec, RunStore()), io.StringIO("\n".join(lines) + "\n"), tells)
    status = shell.run()
    return tells.getvalue().splitlines(), status


def session(spec: Spec, typed: Sequence[str]) -> str:
    """Give a session as the guide shows it: what is typed behind `>`, what is told below it."""
    tells = io.StringIO()
    shell = Shell(Workbench(spec, RunStore()), io.StringIO(), tells)
    shell.greet()
    for line in typed:
        tells.write(f"> {line}\n")
        shell.obey(line)
        shell.tell_news()
    shell.bench.close()
    return tells.getvalue()


class Told(io.StringIO):
    """A stream that can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = threading.Condition()

    def write(self, text: str) -> int:
        """Take a text, and wake who waits."""
        with self.changed:
            count = super().write(text)
            self.changed.notify_all()
        return count

    def wait_for(self, words: str, start: int, seconds: float = 30.0) -> int:
        """Wait until words are told behind a place; give the place after them, -1 if they never come."""
        with self.changed:
            found = self.changed.wait_for(lambda: words in self.getvalue()[start:], seconds)
            return self.getvalue().index(words, start) + len(words) if found else -1


def conversation(spec: Spec, turns: Sequence[tuple[str, str]]) -> tuple[list[str], int]:
    """Type lines as a person does, each after words were told; give what was told and the status.

    The last turn should leave; where words never come the input ends.
    """
    read, write = os.pipe()
    tells = Told()
    with os.fdopen(read, encoding="utf-8") as hears, os.fdopen(write, "w", encoding="utf-8") as types:

        def type_all() -> None:
            place = 0
            for words, line in turns:
                place = tells.wait_for(words, place)
                if place < 0:
                    tells.write(f"never told: {words}\n")
                    break
                types.write(f"{line}\n")
                types.flush()
            types.close()

        typist = threading.Thread(target=type_all)
        typist.start()
        status = Shell(Workbench(spec, RunStore()), hears, tells, typed=True).run()
        typist.join()
    return tells.getvalue().splitlines(), status
