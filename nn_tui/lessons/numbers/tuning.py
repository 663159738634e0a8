"""What starting with the weights of the lesson's own network is worth: `tuned`, and `frozen`."""

from __future__ import annotations

from dataclasses import replace

from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import StartSpec
from nn_tui.experiment.start import stack_signatures, taken_layers, weights_of
from nn_tui.lessons.numbers.of_preset import Trained
from nn_tui.lessons.numbers.registry import Preset, number


class _Started(Preset):
    """The experiment `few` of a lesson, with weights of the lesson's first one after its training.

    Args:
        of: the first one.
        freeze: whether the layers that take weights stay as they are. Default no.
    """

    def __init__(self, of: Preset, *, freeze: bool = False) -> None:
        few = of.other("few")
        donor = Trained(of).session
        self._weights = weights_of(of.spec.layers, donor.model)
        probe = replace(few.spec, start=StartSpec("", of.spec.name))
        signatures = stack_signatures(few.spec, few.data.input_shape)
        self._taken = taken_layers(probe, signatures, self._weights)
        layers = tuple(
            layer.with_settings(trainable=False) if freeze and at in self._taken else layer
            for at, layer in enumerate(few.spec.layers)
        )
        super().__init__(replace(few.spec, layers=layers), of.lesson)

    def session(self) -> Session:
        """Give a new session of it, with the weights taken."""
        session = super().session()
        for new, old in self._taken.items():
            session.model.layers[new].set_weights(list(self._weights.weights[old]))
        return session


@number
def tuned(of: Preset) -> Trained:
    """Training that goes on from the taken weights: `{tuned.test.accuracy:.0%}`."""
    return Trained(_Started(of))


@number
def frozen(of: Preset) -> Trained:
    """Training of the new head alone, behind the taken layers: `{frozen.test.accuracy:.0%}`."""
    return Trained(_Started(of, freeze=True))
