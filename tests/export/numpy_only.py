"""Runs written files in a process that can import the standard library and NumPy, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

GUARD = """
import sys
sys.path = [p for p in sys.path if p not in ("", ".")]
import numpy as np
import numpy.lib.stride_tricks

class Guard:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in sys.stdlib_module_names | {"numpy"}:
            raise ImportError(f"{name} is none of the standard library and no NumPy")

sys.meta_path.insert(0, Guard())
import runpy
"""
MANY = """
for at in range(int(sys.argv[1])):
    scope = runpy.run_path(f"model{at}.py")
    rows = np.load(f"rows{at}.npy", allow_pickle=False)
    np.save(f"outputs{at}.npy", scope["predict"](rows))
"""
SCRIPT = """
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def predict_all(folder: Path, count: int) -> None:
    """Predict `rowsN.npy` with `modelN.py` into `outputsN.npy`, for N below `count`."""
    run_python(folder, MANY, str(count))


def run_script(path: Path, *words: str) -> str:
    """Run a file as a script and give what it prints."""
    return run_python(path.parent, SCRIPT, str(path), *words)


def run_python(folder: Path, code: str, *words: str) -> str:
    """Run code behind the guard; a failure is an AssertionError with what it printed."""
    command = [sys.executable, "-I", "-X", "utf8", "-W", "error", "-c", GUARD + code, *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout
