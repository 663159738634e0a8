"""`Graph`: an ONNX graph as it is written, node by node.

Names tell where a node comes from: `dense_1/MatMul`. The same writing gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nn_tui.errors import not_installed

Array = NDArray[Any]
Size = int | str
"""An axis of a shape: how long, or the name of a length that is open."""

ROWS = "N"
"""The name of the number of rows, which is open."""
OPSET, ML_OPSET, IR_VERSION = 17, 3, 8
"""Old enough for the runtimes of the last years: ONNX 1.12."""
_ML = "ai.onnx.ml"
_ML_OPERATORS = ("LabelEncoder",)


def onnx() -> Any:
    """Import onnx.

    Raises:
        RunError: it is not installed.
    """
    try:
        import onnx as module
    except ImportError:
        raise not_installed("ONNX files", "onnx", "onnx") from None
    return module


class Flow(NamedTuple):
    """A value between two layers, as the graph knows it.

    The engine's channels come last, ONNX's windows want them right behind the rows; a value is turned
    when a layer asks for it the other way, so that several windows in a row turn it once.
    """

    name: str
    rank: int
    """Axes, that of the rows included."""
    channels_first: bool = False

    @property
    def channels(self) -> int:
        """The axis of the channels."""
        return 1 if self.channels_first else -1

    def again(self, name: str) -> Flow:
        """Give a value of the same shape and order under another name."""
        return self._replace(name=name)


class Graph:
    """Nodes and constants in the order of their writing.

    Args:
        outer: the graph of which this one is the body of a loop; constants go there. Default none.
    """

    def __init__(self, outer: Graph | None = None) -> None:
        self._onnx = onnx()
        self._outer = outer
        self._nodes: list[Any] = []
        self._inputs: list[Any] = []
        self._outputs: list[Any] = []
        self._constants: dict[Any, Any] = {}
        self._names: set[str] = outer._names if outer else set()
        self._scope: str = outer._scope if outer else ""

    @contextmanager
    def scope(self, name: str) -> Iterator[None]:
        """Put a name before the names of all that is written meanwhile."""
        before, self._scope = self._scope, f"{name}/"
        yield
        self._scope = before

    def fresh(self, name: str) -> str:
        """Give the name if it is free, else the name with a number behind; it is taken then."""
        made, count = name, 1
        while made in self._names:
            count += 1
            made = f"{name}_{count}"
        self._names.add(made)
        return made

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Write a node with one output and give the output's name."""
        return self.add_several(operator, 1, *inputs, **attributes)[0]

    def add_several(self, operator: str, count: int, *inputs: str, **attributes: Any) -> list[str]:
        """Write a node with several outputs and give their names."""
        name = self.fresh(self._scope + operator)
        others = [self.fresh(f"{name}:{number}") for number in range(1, count)]
        domain = _ML if operator in _ML_OPERATORS else ""
        node = self._onnx.helper.make_node(
            operator, list(inputs), [name, *others], name=name, domain=domain, **attributes
        )
        self._nodes.append(node)
        return [name, *others]

    def cast(self, value: str, kind: Any) -> str:
        """Write a value as another NumPy type."""
        return self.add("Cast", value, to=self._onnx.helper.np_dtype_to_tensor_dtype(np.dtype(kind)))

    def constant(self, value: Any, name: str, dtype: Any = None) -> str:
        """Write numbers or words that never change, and give their name; equal ones are written once.

        Args:
            value: the numbers; a list of str for words.
            name: what they are, in short.
            dtype: their type. Default: their own.
        """
        if self._outer is not None:
            return self._outer.constant(value, name, dtype)
        if isinstance(value, list) and value and isinstance(value[0], str):
            key: Any = tuple(value)
            if key not in self._constants:
                made = [word.encode() for word in value]
                kind = self._onnx.TensorProto.STRING
                made_name = self.fresh(self._scope + name)
                self._constants[key] = self._onnx.helper.make_tensor(made_name, kind, [len(made)], made)
            return str(self._constants[key].name)
        array = np.ascontiguousarray(np.asarray(value, dtype)).reshape(np.shape(value))
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._constants:
            made_name = self.fresh(self._scope + name)
            self._constants[key] = self._onnx.numpy_helper.from_array(array, made_name)
        return str(self._constants[key].name)

    def whole(self, *numbers: int) -> str:
        """Write whole numbers, as the operators take axes and shapes."""
        return self.constant(np.array(numbers, np.int64), "numbers")

    def input(self, name: str, kind: Any, shape: Sequence[Size], told: str = "") -> str:
        """Write an input of the graph.

        Args:
            name: its name, if that is free.
            kind: the NumPy type of its values; str for words.
            shape: its axes.
            told: how it is to be given, in a sentence.

        Returns:
            The name it got.
        """
        self._inputs.append(self._value(self.fresh(self._scope + name), kind, shape, told))
        return str(self._inputs[-1].name)

    def output(self, name: str, value: str, kind: Any, shape: Sequence[Size], told: str = "") -> str:
        """Write an output of the graph, a value under a name of its own; give the name it got."""
        name = self.fresh(self._scope + name)
        self._nodes.append(self._onnx.helper.make_node("Identity", [value], [name], name=name))
        self._outputs.append(self._value(name, kind, shape, told))
        return name

    def _value(self, name: str, kind: Any, shape: Sequence[Size], told: str) -> Any:
        helper, types = self._onnx.helper, self._onnx.TensorProto
        made = types.STRING if kind is str else helper.np_dtype_to_tensor_dtype(np.dtype(kind))
        return helper.make_tensor_value_info(name, made, list(shape), told)

    def made(self, name: str) -> Any:
        """Give it as ONNX's own graph."""
        constants = list(self._constants.values())
        return self._onnx.helper.make_graph(self._nodes, name, self._inputs, self._outputs, constants)

    def last(self, flow: Flow) -> str:
        """Give a value with its channels last."""
        if not flow.channels_first:
            return flow.name
        return self.add("Transpose", flow.name, perm=[0, *range(2, flow.rank), 1])

    def first(self, flow: Flow) -> str:
        """Give a value with its channels right behind the rows."""
        if flow.channels_first or flow.rank == 2:
            return flow.name
        return self.add("Transpose", flow.name, perm=[0, flow.rank - 1, *range(1, flow.rank - 1)])


def file_bytes(graph: Any, metadata: dict[str, str], version: str, told: str) -> bytes:
    """Give a graph as a file, checked by ONNX's own checker.

    Args:
        graph: ONNX's graph.
        metadata: what else is to be known, by name.
        version: of this program.
        told: what it is, in a sentence or two.
    """
    module = onnx()
    helper = module.helper
    model = helper.make_model(
        graph,
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(_ML, ML_OPSET)],
        producer_name="nn-tui",
        producer_version=version,
        doc_string=told,
    )
    helper.set_model_props(model, metadata)
    module.checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString(deterministic=True)
    return content
