"""How many rows keep their label, and what pseudo-labels are worth where there are very few."""

from __future__ import annotations

from nn_tui.lessons.numbers.of_preset import Trained
from nn_tui.lessons.numbers.registry import Preset, number


class _Labelled:
    def __init__(self, of: Preset) -> None:
        self._of = of

    def __getitem__(self, name: str) -> int:
        rows = self._of.other(name).session().training.labelled
        if rows is None:
            raise LookupError(f"{name} hides no labels")
        return len(rows)


@number
def labelled(of: Preset) -> _Labelled:
    """The rows that keep their label in another experiment of the lesson: `{labelled[few]}`."""
    return _Labelled(of)


class _FewLabels:
    """What the lesson's network is worth with still fewer labels, alone and with pseudo-labels."""

    share = 0.98

    def __init__(self, of: Preset) -> None:
        fewer = f"fit.callbacks.0.share={self.share}"
        alone, pseudo = (Trained(of.other(name).with_settings(fewer)) for name in ("few", "pseudo"))
        assert alone.session.training.labelled is not None
        self.labelled = len(alone.session.training.labelled)
        self.alone, self.pseudo = alone.test["accuracy"], pseudo.test["accuracy"]


@number
def few_labels(of: Preset) -> _FewLabels:
    """Where pseudo-labels do harm: `{few_labels.alone:.0%}` against `{few_labels.pseudo:.0%}`."""
    return _FewLabels(of)
