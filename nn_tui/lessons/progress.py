"""What a person has done of the course, and in which language: one small file in the program's folder.

HOME/lessons.json   {"language": "en", "done": {"09-learning-rate": ["overshoot"]}}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from nn_tui.experiment.files import write_whole
from nn_tui.experiment.runs.store import home

FILE = "lessons.json"
_LARGEST = 1 << 20


@dataclass(frozen=True)
class Progress:
    """The language that was chosen, empty for none, and the tasks done of each lesson."""

    language: str = ""
    done: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, lesson: str) -> frozenset[str]:
        """Give the tasks done of a lesson."""
        return self.done.get(lesson, frozenset())

    def with_done(self, lesson: str, task: str) -> Progress:
        """Give it with one more task done."""
        return replace(self, done={**self.done, lesson: self.of(lesson) | {task}})


def read_progress(folder: Path | None = None) -> Progress:
    """Read what was kept; whatever in it cannot be understood is left out.

    Args:
        folder: where. Default: the program's own.
    """
    path = (folder or home()) / FILE
    try:
        if path.stat().st_size > _LARGEST:
            return Progress()
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return Progress()
    if not isinstance(document, dict):
        return Progress()
    language, done = document.get("language"), document.get("done")
    known = {
        str(lesson): frozenset(task for task in tasks if isinstance(task, str))
        for lesson, tasks in (done.items() if isinstance(done, dict) else ())
        if isinstance(tasks, list)
    }
    return Progress(language if isinstance(language, str) else "", known)


def keep_progress(
    lesson: str = "", task: str = "", *, language: str = "", folder: Path | None = None
) -> Progress:
    """Keep that a task is done, or which language was chosen; what another window has kept stays.

    Raises:
        RunError: the file cannot be written.
    """
    place = folder or home()
    progress = read_progress(place)
    after = progress.with_done(lesson, task) if task else progress
    after = replace(after, language=language or after.language)
    if after != progress:
        document = {
            "language": after.language,
            "done": {name: sorted(tasks) for name, tasks in sorted(after.done.items())},
        }
        write_whole(place / FILE, (json.dumps(document, indent=1) + "\n").encode())
    return after
