"""The specs that a person went through: undo and redo are steps along this list."""

from __future__ import annotations

from nn_tui.experiment.spec import Spec

MOST = 500
"""Steps remembered; a spec is small, but nobody goes back further."""


class SpecHistory:
    """A list of specs, where one stands in it, and what each step was called.

    Args:
        spec: the first one.
    """

    def __init__(self, spec: Spec) -> None:
        self._specs = [spec]
        self._labels = [""]
        self._position = 0

    @property
    def spec(self) -> Spec:
        """The spec one stands at."""
        return self._specs[self._position]

    @property
    def undo_label(self) -> str:
        """What undo would take back; empty when there is nothing."""
        return self._labels[self._position]

    @property
    def redo_label(self) -> str:
        """What redo would do again; empty when there is nothing."""
        after = self._position + 1
        return self._labels[after] if after < len(self._labels) else ""

    @property
    def before(self) -> Spec:
        """The spec that undo would give."""
        return self._specs[max(0, self._position - 1)]

    @property
    def after(self) -> Spec:
        """The spec that redo would give."""
        return self._specs[min(len(self._specs) - 1, self._position + 1)]

    def push(self, spec: Spec, label: str, *, fold: bool = False) -> None:
        """Take a step; what could be redone is forgotten.

        Args:
            spec: the spec after the step.
            label: what the step did, as `remove Dropout`.
            fold: make it one step with the last one if that had the same label, so that a number typed
                digit by digit is taken back by one undo. Each press of a stepping key is its own step.
        """
        del self._specs[self._position + 1 :], self._labels[self._position + 1 :]
        if fold and self._labels[-1] == label:
            self._specs[-1] = spec
            return
        self._specs.append(spec)
        self._labels.append(label)
        del self._specs[:-MOST], self._labels[:-MOST]
        self._position = len(self._specs) - 1

    def undo(self) -> Spec:
        """Go one step back, if there is one."""
        self._position = max(0, self._position - 1)
        return self.spec

    def redo(self) -> Spec:
        """Go one step forward again, if there is one."""
        self._position = min(len(self._specs) - 1, self._position + 1)
        return self.spec
