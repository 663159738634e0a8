"""Files are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from nn_tui.data.files.looking import require_file
from nn_tui.errors import DataError, RunError
from nn_tui.experiment.files import write_whole


def test_a_name_with_a_zero_byte_is_no_path(tmp_path: Path) -> None:
    path = tmp_path / "red\0"
    with pytest.raises(DataError, match="is no path"):
        require_file(path)
    with pytest.raises(RunError, match="is no path"):
        write_whole(path, b"text")
    assert not list(tmp_path.iterdir())
