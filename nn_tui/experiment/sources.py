"""What a person may name to open an experiment: an example, a spec file, data, a saved run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nn_tui.declare import nearest
from nn_tui.errors import SpecError
from nn_tui.experiment.examples import example, names
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import load

if TYPE_CHECKING:
    from nn_tui.data.files.looking import Watch

DEFAULT = "clinical-trial"


def open_source(source: str, watch: Watch | None = None) -> Spec:
    """Give the experiment that a name or a path stands for.

    Args:
        source: an example's name, the path of a spec (`.toml`), a data file, a folder of images, or a
            query; for data a network is proposed.
        watch: is told how far reading data is, and may cancel. Default none.

    Raises:
        SpecError: neither; says the nearest name.
    """
    if source in names():
        return example(source)
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
