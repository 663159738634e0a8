"""Where the training stands, in words."""

from __future__ import annotations

from nn_tui.experiment.snapshot import Snapshot, Status
from nn_tui.experiment.spec_words import number_words
from nn_tui.experiment.words import branch_words, speed_words, time_words

PHASES = {
    "ready": "Ready, nothing is trained yet",
    "training": "Training",
    "paused": "Paused",
    "finished": "Finished",
    "failed": "Stopped",
    "closed": "Closed",
}


def place_words(status: Status) -> str:
    """Say how far the training is: `epoch 12 of 20`, with the batch where it stands within an epoch."""
    if not status.batch:
        return f"epoch {status.epoch} of {status.epochs}"
    return f"epoch {status.epoch + 1} of {status.epochs}, batch {status.batch} of {status.batches}"


def left_seconds(status: Status) -> float | None:
    """Give how long the rest will take at the present speed; None where that cannot be told."""
    done = status.epoch + status.batch / max(1, status.batches)
    if not done or status.phase != "training" or status.seconds <= 0:
        return None
    return (status.epochs - done) * status.seconds / done


def status_sentences(snapshot: Snapshot) -> list[str]:
    """Say where the training stands, how fast it goes, what is set and where it is kept."""
    status = snapshot.status
    told = f"{PHASES[status.phase]}: {place_words(status)}"
    if status.samples_per_second:
        told += f", {speed_words(status.samples_per_second).replace('/s', ' a second')}"
    left = left_seconds(status)
    told += "." if left is None else f", {time_words(left)} left."
    found = [told]
    if status.stopped:
        found.append(f"Paused by {status.stopped}.")
    if status.error:
        found.append(f"{status.error} {status.remedy}".strip())
    rate = f"Learning rate {number_words(float(f'{status.learning_rate:.6g}'))}"
    pace = "" if status.pace is None else f", at most {status.pace:g} epochs a second"
    found.append(f"{rate}{pace}, {time_words(status.seconds)} spent training.")
    if snapshot.place is not None:
        found.append(
            f"At epoch {snapshot.place.epoch} of {snapshot.place.last:g} of {snapshot.place.run.name}: "
            "training on begins a new run."
        )
    if snapshot.branch is not None:
        found.append(branch_words(snapshot.branch))
    if snapshot.trouble:
        found.append(snapshot.trouble)
    elif snapshot.run is not None:
        found.append(f"Kept as run {snapshot.run.id}.")
    return found
