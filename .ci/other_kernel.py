"""Print settings for `env` under which NumPy computes with other instructions than it does here.

Sums of products then differ in their last digits, as they do between two people's machines: another kernel
of OpenBLAS, and NumPy's own loops as on the plainest processor.
"""

import os
import subprocess
import sys

import numpy as np

KERNELS = ("Haswell", "Nehalem", "Prescott", "ARMV8")
"""In the order of how many people have them; the first that runs here and is not in use is taken."""
ASK = """
import numpy as np
from threadpoolctl import threadpool_info
assert (np.ones((9, 9), np.float32) @ np.ones((9, 9), np.float32) == 9).all()
print(*[pool["architecture"] for pool in threadpool_info() if pool["internal_api"] == "openblas"])
"""


def in_use(**settings: str) -> str:
    """Return the kernel under environment variables; empty where it does not run or is not OpenBLAS's."""
    command = [sys.executable, "-c", ASK]
    told = subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True)
    return told.stdout.strip() if told.returncode == 0 else ""


usual = in_use()
for kernel in KERNELS:
    if in_use(OPENBLAS_CORETYPE=kernel) not in ("", usual):
        print(f"OPENBLAS_CORETYPE={kernel}")
        break
found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
print(f"NPY_DISABLE_CPU_FEATURES={','.join(found)}")
