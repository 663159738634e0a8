"""What the proposed networks reach on the bundled sets, beside scikit-learn's networks with their defaults.

Both get the same training and test rows, scaled alike, in every round another split; ours keeps a tenth of
the training rows for stopping early, theirs trains on all of them. Figures are means over the rounds.

    python -m tests.benchmarks.own_data [--rounds 12] [--json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import warnings
from typing import Any

import numpy as np

SETS = ("iris", "wine", "breast-cancer", "penguins", "digits", "diabetes")


def ours(name: str, seed: int) -> tuple[float, Any]:
    """Train the proposed network on one split; give its score on the test rows, and the data."""
    from nn_tui.experiment.proposal import propose
    from nn_tui.experiment.session import Session
    from nn_tui.experiment.spec_file import set_value

    spec = set_value(propose(name).spec, "data.split_seed", seed)
    spec = set_value(spec, "seed", seed)
    session = Session(spec)
    for _ in session.steps():
        pass
    data = session.data
    assert data.test is not None
    values = session.model.evaluate(data.test.x, data.test.y, return_dict=True)
    return values["accuracy" if data.classes else "r2_score"], data


def theirs(data: Any, seed: int) -> float:
    """Train scikit-learn's network of the same purpose with its defaults on the same rows."""
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    parts = [data.train, *([data.validation] if data.validation is not None else [])]
    x = np.concatenate([part.x.reshape(len(part), -1) for part in parts])
    y = np.concatenate([part.y for part in parts])
    kind = MLPClassifier if data.classes else MLPRegressor
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = kind(random_state=seed).fit(x, y)
    score: float = model.score(data.test.x.reshape(len(data.test), -1), data.test.y)
    return score


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    for name in SETS:
        scores: tuple[list[float], list[float]] = ([], [])
        for seed in range(options.rounds):
            score, data = ours(name, seed)
            scores[0].append(score)
            scores[1].append(theirs(data, seed))
        found[name] = {"ours": statistics.mean(scores[0]), "scikit-learn": statistics.mean(scores[1])}
        if not options.json:
            measure = "accuracy" if data.classes else "R2"
            print(
                f"{name:<14} {measure:<9}" + "".join(f"  {who} {v:.4f}" for who, v in found[name].items())
            )
    if options.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
