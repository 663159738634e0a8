"""`RunCard`: what a list of runs says of one of them, kept as `run.json` beside its state.

The card in the folder is the truth; an index over many runs may be lost and is made anew from the cards.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nn_tui.engine.callbacks.watching import larger_is_better
from nn_tui.errors import RunError
from nn_tui.experiment.files import read_plain, write_whole
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_words import stack_words

CARD = "run.json"
FORMAT = 1
SPARKS = 32
"""At most twice as many values are kept for the small curve of a list."""
LARGEST = 4 << 20
"""Bytes of a card that is read; a larger one is none of ours."""


@dataclass(frozen=True)
class RunCard:
    """One run in a few words and numbers.

    Args:
        id: its name in the index and of its folder.
        name: what people call it; may be changed.
        created: when it began, in seconds since 1970 (UTC).
        source: the data.
        network: the stack in short.
    """

    id: str
    name: str
    created: float
    source: str
    network: str
    note: str = ""
    changed: float = 0.0
    """When it was saved last."""
    status: str = "new"
    """new, training, paused, done, stopped, interrupted, diverged or failed."""
    epoch: int = 0
    """Epochs completed."""
    epochs: int = 0
    seconds: float = 0.0
    """Spent training."""
    last: Mapping[str, float] = field(default_factory=dict)
    """What the last epoch measured, by Keras's names."""
    best: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    """The best value of each, and its epoch."""
    sparks: tuple[float, ...] = ()
    """The loss at a few evenly spaced epochs; `val_loss` where it is measured."""
    stride: int = 1
    """Epochs from one spark to the next."""
    marks: tuple[tuple[float, str], ...] = ()
    """Moments on the curves: changes made while it trained."""
    parent: str = ""
    """The run that this one was forked from."""
    parent_epoch: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""
    """Where it is; not written, as folders may be moved."""
    deleted: float = 0.0
    """When it was deleted; 0 for a run that is there."""

    @property
    def began(self) -> str:
        """The local time it began, as `2026-11-24 09:30`."""
        return datetime.fromtimestamp(self.created, UTC).astimezone().strftime("%Y-%m-%d %H:%M")

    @property
    def headline(self) -> tuple[str, float, int] | None:
        """The value a list shows: the best validation metric, else the best metric, else the loss."""
        for prefix in ("val_", ""):
            names = [name for name in self.best if name.startswith("val_") == bool(prefix)]
            names.sort(key=lambda name: name.endswith("loss"))
            if names:
                value, epoch = self.best[names[0]]
                return names[0], value, epoch
        return None

    def with_epochs(self, epochs: Iterable[tuple[int, Mapping[str, float]]]) -> RunCard:
        """Take what epochs measured, in their order."""
        best, sparks, stride = dict(self.best), self.sparks, self.stride
        epoch, values = self.epoch, self.last
        for epoch, values in epochs:
            for name, value in values.items():
                sign = 1 if larger_is_better(name) else -1
                if value == value and (name not in best or sign * value > sign * best[name][0]):
                    best[name] = (float(value), epoch)
            if (epoch - 1) % stride == 0:
                sparks = (*sparks, float(values.get("val_loss", values.get("loss", 0.0))))
                if len(sparks) >= 2 * SPARKS:
                    sparks, stride = sparks[::2], 2 * stride
        last = {name: float(value) for name, value in values.items()}
        return replace(self, epoch=epoch, last=last, best=best, sparks=sparks, stride=stride)


def new_card(identity: str, spec: Spec, created: float) -> RunCard:
    """Make the card of a run that begins."""
    import platform

    import numpy

    from nn_tui import __version__

    versions = {"nn-tui": __version__, "numpy": numpy.__version__, "python": platform.python_version()}
    return RunCard(
        id=identity,
        name=spec.name,
        created=created,
        changed=created,
        source=spec.data.source.partition("\n")[0],
        network=stack_words(spec, ""),
        epochs=spec.fit.epochs,
        versions=versions,
    )


def write_card(folder: Path, card: RunCard) -> None:
    """Write a card into its run's folder, which must be there.

    Raises:
        RunError: the folder is gone, or cannot be written.
    """
    document = asdict(card)
    document.pop("folder")
    document["format"] = FORMAT
    write_whole(folder / CARD, json.dumps(document, ensure_ascii=False).encode(), make_folder=False)


def read_card(folder: Path) -> RunCard:
    """Read the card of a run.

    Raises:
        RunError: there is none, or it is damaged.
    """
    path = folder / CARD
    try:
        return card_of(json.loads(read_plain(path, LARGEST)), str(folder))
    except FileNotFoundError:
        raise RunError(f"{folder} holds no run.", "Give the folder of a run.") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise RunError(f"{path} is damaged.", "The run itself may still be resumed.") from None


def card_of(document: Mapping[str, Any], folder: str) -> RunCard:
    """Make a card of what its file says; what a later version added is passed over.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: it is no card.
    """
    words = {"id", "name", "source", "network", "note", "status", "parent"}
    numbers = {"created", "changed", "seconds", "deleted"}
    counts = {"epoch", "epochs", "stride", "parent_epoch"}
    known: dict[str, Any] = {name: str(document[name]) for name in words if name in document}
    known |= {name: float(document[name]) for name in numbers if name in document}
    known |= {name: int(document[name]) for name in counts if name in document}
    known["stride"] = max(1, known.get("stride", 1))
    known["last"] = {str(name): float(value) for name, value in document.get("last", {}).items()}
    known["best"] = {
        str(name): (float(value), int(epoch)) for name, (value, epoch) in document.get("best", {}).items()
    }
    known["sparks"] = tuple(float(value) for value in document.get("sparks", ()))[: 2 * SPARKS]
    known["marks"] = tuple((float(epoch), str(text)) for epoch, text in document.get("marks", ()))
    known["versions"] = {str(name): str(value) for name, value in document.get("versions", {}).items()}
    return RunCard(**known, folder=folder)
