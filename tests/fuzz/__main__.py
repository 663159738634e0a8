"""Try the program on thousands of inputs such as strangers bring, and print what it did wrong.

    python -m tests.fuzz [--inputs 3000] [--seed 0] [--only KIND] [--workers 2] [--show N]

An input is the same for the same seed and number; `--first N --inputs 1` does one again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.fuzz.attempt import Outcome, attempt, prepared
from tests.fuzz.rows import ROWS
from tests.fuzz.writings import WRITINGS

MAKERS = (*ROWS, *WRITINGS)


def tried(number: int, seed: int, only: str = "") -> tuple[int, str, list[Outcome]]:
    """Make the input of a number and try the program on it.

    Args:
        number: which one.
        seed: of all inputs.
        only: the name of the function that makes inputs; empty: all in turn.

    Returns:
        The number, the kind of input, and what each command did.
    """
    makers = [maker for maker in MAKERS if maker.__name__ == only] if only else MAKERS
    drawn = random.Random(f"{seed}/{number}")
    place = Path(tempfile.mkdtemp(prefix="fuzz-"))
    try:
        folder = place / "input"
        folder.mkdir()
        case = makers[number % len(makers)](drawn, folder)
        return number, case.kind, attempt(case, folder)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _tried(job: tuple[int, int, str]) -> tuple[int, str, list[Outcome]]:
    return tried(*job)


def main() -> int:
    """Try the inputs and print a table; return 1 where there was a fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--inputs", type=int, default=3000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="the name of a function that makes inputs")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--verbose", action="store_true", help="print all that the commands said")
    options = parser.parse_args()
    prepared()
    jobs = [
        (number, options.seed, options.only)
        for number in range(options.first, options.first + options.inputs)
    ]
    statuses: Counter[str] = Counter()
    faulty = 0
    slowest, largest = 0.0, 0
    with multiprocessing.get_context("fork").Pool(options.workers, maxtasksperchild=200) as pool:
        for number, kind, outcomes in pool.imap_unordered(_tried, jobs):
            for outcome in outcomes:
                statuses[f"{kind}: status {outcome.status}"] += 1
                slowest, largest = max(slowest, outcome.seconds), max(largest, outcome.memory)
                if options.verbose:
                    print(
                        number,
                        outcome.command,
                        outcome.status,
                        outcome.output[-3000:],
                        outcome.errors[-3000:],
                        sep="\n",
                    )
                if outcome.faults:
                    faulty += 1
                    words = " ".join(
                        part if len(part) < 200 else part[:200] + "..." for part in outcome.command
                    )
                    print(
                        f"{number} {kind}: {words!a}",
                        *(f"    {fault!a}" for fault in outcome.faults),
                        sep="\n",
                    )
                    sys.stdout.flush()
    for status, count in sorted(statuses.items()):
        print(f"{count:6} {status}")
    megabytes = largest / (1 << 20)
    print(
        f"{faulty} faults in {options.inputs} inputs; slowest {slowest:.1f} s, largest {megabytes:,.0f} MB"
    )
    return int(faulty > 0)


if __name__ == "__main__":
    sys.exit(main())
