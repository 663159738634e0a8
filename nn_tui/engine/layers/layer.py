"""`Layer`: what every layer is made of, and how to write another one.

A layer declares its constructor's parameters (see `nn_tui.declare`) and says, without allocating, which
shape it makes (`output_shape_for`) and which weights it has (`weights_for`). The model then lays all
weights of all layers into one flat vector; `layer.weight(name)` is a view into it and `layer.slope(name)`
the same place in the flat gradient vector.

For each batch size the model asks a layer once to *plan*: `forward_calls` and `backward_calls` give
functions with their arrays bound, which every step replays in order. A `Signal` is an array that flows
between two layers and, at training, its slope: the loss's slope by it, summed over the batch.

    forward_calls(x, y, training)   write y.value from x.value
    backward_calls(x, y)            from y.slope write the slopes of the weights, and x.slope
                                    unless x.slope is None (nobody needs it)

A `Signal` may carry a column of ones after its last column (`ones`): then `full` has it and `value` has
not. With it a Dense layer gets its kernel's and its bias's part from one matrix product. A layer that
does not know about it reads and writes `value` and `slope` only, and gets signals without it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nn_tui.declare import Knob, plain
from nn_tui.engine.activation import Activation, Call
from nn_tui.engine.checked import Checked
from nn_tui.engine.initializers import Initializer
from nn_tui.engine.regularizers import Regularizer
from nn_tui.errors import ShapeError, SpecError

if TYPE_CHECKING:
    from numpy.random import Generator

Array = NDArray[Any]
Shape = tuple[int, ...]

Units = Annotated[int, Knob(at_least=1, at_most=100_000_000)]
Fraction = Annotated[float, Knob(at_least=0, below=1, live=True)]
ActivationName = Annotated[str | None, Knob(kind="activation")]
InitializerName = Annotated[str, Knob(kind="initializer")]
RegularizerName = Annotated[str | None, Knob(kind="regularizer")]


class WeightSpec(NamedTuple):
    """One weight array that a layer has, before it has its place."""

    name: str
    shape: Shape
    initializer: Initializer
    regularizer: Regularizer | None = None


class Signal:
    """An array between two layers and its slope.

    Args:
        full: the array with its column of ones, if it has one; `(batch, ...)`.
        slope: the slope's array, of the same shape, or None where nobody needs it.
        ones: whether the last column of `full` is made of ones.
    """

    __slots__ = ("full", "full_slope", "ones")

    def __init__(self, full: Array, slope: Array | None, ones: bool = False) -> None:
        self.full = full
        self.full_slope = slope
        self.ones = ones

    @property
    def value(self) -> Array:
        """The array without the column of ones."""
        return self.full[:, :-1] if self.ones else self.full

    @property
    def slope(self) -> Array | None:
        """The slope without the column of ones."""
        if self.full_slope is None:
            return None
        return self.full_slope[:, :-1] if self.ones else self.full_slope


class Layer(metaclass=Checked):
    """The base of every layer.

    Class attributes:
        EXAMPLES: (constructor arguments, input shape) pairs that the tests of every layer use.
        keeps_ones: whether a column of ones comes out as it went in.
        takes_integers: whether the input is class or word numbers rather than measurements.
        keeps_range: whether, but for noise in training, every output lies among the inputs of its row, so
            that probabilities stay such: they are laid out anew, averaged, or the largest of some.
    """

    COMMON: ClassVar[tuple[str, ...]] = (
        "name",
        "input_shape",
        "input_dim",
        "batch_input_shape",
        "trainable",
        "dtype",
    )
    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = []
    keeps_ones = False
    takes_integers = False
    keeps_range = False
    trainable = True
    name = ""
    given_input_shape: Shape | None = None

    def take_common(self, common: dict[str, Any]) -> None:
        """Take the keywords that every layer's constructor has in Keras."""
        self.name = common.get("name") or ""
        if "trainable" in common:
            self.trainable = bool(common["trainable"])
        shape = common.get("input_shape")
        if "input_dim" in common:
            shape = (common["input_dim"],)
        if "batch_input_shape" in common:
            shape = tuple(common["batch_input_shape"])[1:]
        if shape is not None:
            self.given_input_shape = checked_shape(shape)

    def output_shape_for(self, shape: Shape) -> Shape:
        """Give the shape of one row's output; the shapes are without the batch.

        Raises:
            ShapeError: this layer cannot take that input.
        """
        return shape

    def weights_for(self, shape: Shape) -> list[WeightSpec]:
        """Give the trained weights for an input shape, in Keras's order."""
        del shape
        return []

    def states_for(self, shape: Shape) -> list[WeightSpec]:
        """Give the weights that are kept but not trained by slopes, in Keras's order."""
        del shape
        return []

    def parameter_count_for(self, shape: Shape) -> int:
        """Give the number of parameters for an input shape, without allocating one."""
        self.output_shape_for(shape)
        specs = self.weights_for(shape) + self.states_for(shape)
        return sum(math.prod(spec.shape) for spec in specs)

    @property
    def output_activation(self) -> Activation | None:
        """The activation that the outputs come out of; None where it is none, or that of a layer before."""
        activation: Activation | None = self.__dict__.get("activation")
        return activation

    def check_input(self, x: Array) -> None:
        """Refuse rows whose values this layer, being the first, cannot take.

        Raises:
            DataError: says which values.
        """

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        """Plan the writing of `y.value` from `x.value`."""
        raise NotImplementedError

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        """Plan the writing of the weights' slopes, and of `x.slope` if it is not None."""
        raise NotImplementedError

    # What follows is the model's business: where the weights live.

    input_shape: Shape = ()
    output_shape: Shape = ()
    random: Generator
    """The model's generator for what is random in training."""

    def place(self, weights: dict[str, Array], slopes: dict[str, Array]) -> None:
        """Take the views of the weights and of their slopes."""
        self._weights = weights
        self._slopes = slopes

    def place_vector(self, weights: Array, slopes: Array | None) -> None:
        """Take all trained weights as one vector, each after the other, and their slopes."""

    _weights: dict[str, Array]
    _slopes: dict[str, Array]
    make_weights: Callable[[], Any] | None = None
    """Makes the weights of the whole model, once they are asked for."""

    def _own(self) -> dict[str, Array]:
        if not self.built and self.make_weights is not None:
            self.make_weights()
        if not self.built:
            raise ShapeError(f"{self.name} has no weights yet.", "Build the model first.")
        return self._weights

    def weight(self, name: str) -> Array:
        """Give the view of a weight by its name."""
        return self._own()[name]

    def slope(self, name: str) -> Array | None:
        """Give the view of a weight's slope by its name; None where it is not trained."""
        return self._slopes.get(name)

    @property
    def weight_names(self) -> tuple[str, ...]:
        """The names of the weights, in Keras's order."""
        return tuple(self._own())

    @property
    def built(self) -> bool:
        """Whether the weights exist."""
        return hasattr(self, "_weights")

    def __getattr__(self, name: str) -> Any:
        # Weights are read as in Keras: `layer.kernel`, `layer.bias`.
        weights = self.__dict__.get("_weights", {})
        if name in weights:
            return weights[name]
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    def get_weights(self) -> list[Array]:
        """Give copies of the weights in Keras's order and layout."""
        return [array.copy() for array in self._own().values()]

    def set_weights(self, weights: list[Array]) -> None:
        """Put weights in, in Keras's order and layout.

        Raises:
            ShapeError: their number or a shape differs.
        """
        own = list(self._own().values())
        if len(own) != len(weights):
            raise ShapeError(
                f"{self.name} has {len(own)} weight arrays, got {len(weights)}.",
                "Give as many as get_weights() gives.",
            )
        for array, given in zip(own, weights, strict=True):
            if array.shape != np.shape(given):
                raise ShapeError(
                    f"{self.name}: weights of shape {array.shape} expected, got {np.shape(given)}.",
                    "Give them in the order of get_weights().",
                )
        for array, given in zip(own, weights, strict=True):
            array[...] = given

    def count_params(self) -> int:
        """Give the number of parameters."""
        return sum(array.size for array in self._own().values())

    def get_config(self) -> dict[str, Any]:
        """Give every constructor argument, things as names or mappings."""
        from nn_tui.declare import params
        from nn_tui.engine.resolving import config_of

        return {param.name: config_of(getattr(self, param.name)) for param in params(type(self))}


def checked_shape(shape: Any) -> Shape:
    """Read a shape as a person writes it: `(28, 28)`, `[3]`, `3`; with numbers of Python or NumPy.

    Raises:
        SpecError: not whole numbers, or one is below 1.
    """
    shape = plain(shape)
    parts = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    if not parts or any(isinstance(part, bool) or not isinstance(part, int) for part in parts):
        raise SpecError(f"A shape must be whole numbers, got {shape!r}.", "Write (4,) for 4 inputs.")
    if min(parts) < 1:
        raise SpecError(f"A shape's numbers must be at least 1, got {shape!r}.", "")
    return parts


Maker = Callable[[], Layer]
