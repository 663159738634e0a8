"""A callback that writes every epoch's values as TensorBoard reads them, while the training goes on."""

from __future__ import annotations

import importlib.util
import os
import time
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from nn_tui.declare import register
from nn_tui.engine.callbacks.callback import Callback
from nn_tui.errors import RunError, SpecError

if TYPE_CHECKING:
    from nn_tui.engine.training import Training

__all__ = ["TensorBoard"]


@register("callback", "TensorBoard")
class TensorBoard(Callback):
    """Write every epoch's loss, metrics and learning rate as event files that TensorBoard reads.

    Training values go to the folder `train` in `log_dir`, those of validation rows to `validation`. A
    training that goes on adds files; of an epoch that is trained again the newer values count.

    Args:
        log_dir: the folder; in an experiment, a path below the working folder. Default "logs".
        update_freq: when values are written: after every epoch. Default "epoch".
    Raises:
        SpecError: tensorboardX is not installed; says how to.
        RunError: the folder cannot be written; says why.
    Source: agrees with keras.callbacks.TensorBoard in folders, tags and steps: the first epoch is 0.
    """

    def __init__(self, log_dir: str = "logs", update_freq: Literal["epoch"] = "epoch") -> None:
        if importlib.util.find_spec("tensorboardX") is None:
            raise SpecError("TensorBoard needs tensorboardX.", "Install nn-tui[tensorboard].")
        self.log_dir = log_dir
        self.update_freq = update_freq
        self._files: dict[str, _EventFile] = {}

    def on_train_begin(self, training: Training) -> None:
        """Begin new files: a training that was broken off has left its own open."""
        super().on_train_begin(training)
        self.on_train_end(training)

    def on_epoch_end(self, training: Training, values: dict[str, float]) -> None:
        """Write the epoch's values."""
        of_training = {name: value for name, value in values.items() if not name.startswith("val_")}
        of_training.setdefault("learning_rate", float(training.model.optimizer.learning_rate))
        of_validation = {
            name.removeprefix("val_"): value for name, value in values.items() if name not in of_training
        }
        for part, measured in (("train", of_training), ("validation", of_validation)):
            if not measured:
                continue
            try:
                if part not in self._files:
                    self._files[part] = _EventFile(Path(os.path.expanduser(self.log_dir), part))
                    weakref.finalize(self, self._files[part].close)
                self._files[part].add(training.epoch - 1, measured)
            except OSError as error:
                raise RunError(
                    f"TensorBoard cannot write {self.log_dir}: {error.strerror}.", "Choose another folder."
                ) from None

    def on_train_end(self, training: Training) -> None:
        """Close the files; a training that goes on begins new ones."""
        for file in self._files.values():
            file.close()
        self._files.clear()


class _EventFile:
    """An event file that is whole after every epoch."""

    def __init__(self, folder: Path) -> None:
        from tensorboardX.event_file_writer import EventsWriter

        folder.mkdir(parents=True, exist_ok=True)
        # Its name holds seconds only: files of one second are told apart, and kept in order, by the rest.
        self._writer: Any = EventsWriter(str(folder / "events"), f".{time.time_ns() % 10**9:09d}")
        self._last: int | None = None

    def add(self, step: int, values: Mapping[str, float]) -> None:
        """Write the values of an epoch."""
        from tensorboardX.proto.event_pb2 import Event, SessionLog
        from tensorboardX.proto.summary_pb2 import Summary

        now = time.time()
        if self._last is None or step <= self._last:
            # A reader forgets what it has read of this step and later ones.
            start = SessionLog(status=SessionLog.START)
            self._writer.write_event(Event(wall_time=now, step=step, session_log=start))
        scalars = [Summary.Value(tag=f"epoch_{name}", simple_value=value) for name, value in values.items()]
        self._writer.write_event(Event(wall_time=now, step=step, summary=Summary(value=scalars)))
        self._writer.flush()
        self._last = step

    def close(self) -> None:
        """Close it; closed once is enough."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()
