"""scikit-learn's MLPClassifier with the same settings; dense networks only."""

from __future__ import annotations

import warnings
from collections.abc import Callable

from tests.benchmarks.workloads import Workload


def prepare(workload: Workload) -> Callable[[], None] | None:
    """Give a run that fits a fresh classifier for the workload's epochs."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    if workload.kind != "mlp":
        return None
    x, y = workload.data()
    warnings.simplefilter("ignore", ConvergenceWarning)

    def run(epochs: int = workload.epochs) -> None:
        MLPClassifier(
            hidden_layer_sizes=workload.sizes[1:-1],
            learning_rate_init=workload.learning_rate,
            batch_size=workload.batch_size,
            max_iter=epochs,
            n_iter_no_change=epochs + 1,
            alpha=0.0,
            tol=0.0,
            epsilon=1e-7,
        ).fit(x, y)

    run(1)
    return run
