"""What a person may name to open an experiment: an example, a file, data, a line, an address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from nn_tui.declare import nearest
from nn_tui.errors import SpecError
from nn_tui.experiment.examples import example, names
from nn_tui.experiment.playground import is_address, read_address
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import load

if TYPE_CHECKING:
    from nn_tui.data.files.looking import Watch

DEFAULT = "clinical-trial"


def _ignore(note: str) -> None:
    """Tell nobody."""


def open_source(source: str, watch: Watch | None = None, tell: Callable[[str], None] = _ignore) -> Spec:
    """Give the experiment that a name, a path, a line or an address stands for.

    Args:
        source: an example's name, the path of a spec (`.toml`), a data file, a folder of images, or a
            query; for data a network is proposed. Or the address of a TensorFlow Playground page.
        watch: is told how far reading data is, and may cancel. Default none.
        tell: is told what a person should know about how it was read. Default: nobody.

    Raises:
        SpecError: neither; says the nearest name.
    """
    if source in names():
        return example(source)
    if is_address(source):
        reading = read_address(source)
        for note in reading.notes:
            tell(note)
        return reading.spec
    path = Path(source)
    if path.suffix == ".toml" and path.exists():
        return load(path)
    from nn_tui.data.sources import kind_of

    if kind_of(source) is not None:
        from nn_tui.experiment.proposal import propose

        return propose(source, watch=watch).spec
    if path.exists():
        raise SpecError(
            f"{source} is neither an experiment nor data of a known form.",
            "Give a .toml spec, a table, arrays, a folder of images or an example.",
        )
    raise SpecError(f"There is no example and no file named {source!r}.", nearest(source, names()))
