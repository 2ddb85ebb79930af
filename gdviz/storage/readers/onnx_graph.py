"""What an ONNX file says: operations, their attributes and the arrays it carries.

The few messages of ``onnx.proto`` that a fully connected network needs; everything else in the
file is passed over. ONNX's own library is not used: it parses in native code, takes memory for
whatever a file declares, and by default opens the other files that this one names.

References
----------
https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, whose field numbers are these.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.storage.readers import protobuf_wire as wire
from gdviz.storage.readers.network_file import Limits, NetworkFileError
from gdviz.storage.readers.stored_numbers import bfloat16_as_float32

Array = npt.NDArray[Any]

_N_FIELDS = 500_000
_N_DIMENSIONS = 8
_EXTERNAL = 1

_MODEL_GRAPH = 7
_GRAPH_NODE, _GRAPH_INITIALIZER, _GRAPH_INPUT, _GRAPH_SPARSE = 1, 5, 11, 15
_NODE_INPUT, _NODE_OUTPUT, _NODE_TYPE, _NODE_ATTRIBUTE, _NODE_DOMAIN = 1, 2, 4, 5, 7
_ATTRIBUTE_NAME, _ATTRIBUTE_FLOAT, _ATTRIBUTE_INT, _ATTRIBUTE_TEXT, _ATTRIBUTE_TENSOR = (
    1, 2, 3, 4, 5,
)  # fmt: skip
_ATTRIBUTE_FLOATS, _ATTRIBUTE_INTS = 7, 8
_VALUE_NAME, _VALUE_TYPE, _TYPE_TENSOR, _TENSOR_SHAPE, _SHAPE_EXTENT, _EXTENT_VALUE = (
    1, 2, 1, 2, 1, 1,
)  # fmt: skip
_DIMS, _DATA_TYPE, _FLOATS, _INT32S, _INT64S, _NAME, _RAW, _DOUBLES, _EXTERNAL_DATA, _LOCATION = (
    1, 2, 4, 5, 7, 8, 9, 10, 13, 14,
)  # fmt: skip

_TYPES = {
    # ONNX's number of the type: type as it stands in the raw bytes.
    1: "<f4", 2: "u1", 3: "i1", 4: "<u2", 5: "<i2", 6: "<i4", 7: "<i8", 9: "?", 10: "<f2",
    11: "<f8", 12: "<u4", 13: "<u8", 16: "<u2",
}  # fmt: skip
_BFLOAT16 = 16
_HALVES = (10, _BFLOAT16)


@dataclass(frozen=True, slots=True)
class Node:
    """One operation.

    Parameters
    ----------
    operation : str
        ``"Gemm"``; with its domain before it where that is not ONNX's own.
    inputs, outputs : tuple of str
        Names of tensors.
    attributes : dict
        Whole numbers, floating numbers, texts, lists of these, arrays.
    """

    operation: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Graph:
    """The operations of a file, in the order in which they are computed.

    Parameters
    ----------
    nodes : list of Node
    constants : dict of str to ndarray
    inputs : dict of str to list
        For each input its extents, the first of which counts examples; None where it is open.
    """

    nodes: list[Node]
    constants: dict[str, Array]
    inputs: dict[str, list[int | None]]


def parse_graph(content: bytes, name: str, limits: Limits) -> Graph:
    """Give what an ONNX file says.

    Raises
    ------
    NetworkFileError
        If it is damaged, beyond a limit, or keeps its numbers in other files.
    """
    try:
        return _Parser(name, limits).model(memoryview(content))
    except wire.WireError as error:
        raise NetworkFileError(f"{name}: a damaged ONNX file ({error})") from None


class _Parser:
    """One reading of one file."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits
        self._wire = wire.WireReader(_N_FIELDS)
        self._n_values = 0
        self._attribute_kinds: tuple[tuple[int, Callable[[list[wire.Value]], Any]], ...] = (
            (_ATTRIBUTE_TENSOR, lambda values: self._tensor(wire.message(values[-1]))[1]),
            (_ATTRIBUTE_INT, lambda values: wire.signed(wire.number(values[-1]))),
            (_ATTRIBUTE_FLOAT, lambda values: wire.float32(values[-1])),
            (_ATTRIBUTE_TEXT, lambda values: wire.text(values[-1])),
            (_ATTRIBUTE_INTS, lambda values: [wire.signed(n) for n in self._wire.varints(values)]),
            (_ATTRIBUTE_FLOATS, lambda values: self._packed(values, np.dtype("<f4")).tolist()),
        )

    def model(self, content: memoryview) -> Graph:
        found = self._grouped(content)
        graphs = found[_MODEL_GRAPH]
        if len(graphs) != 1:
            raise NetworkFileError(f"{self._name}: an ONNX file of {len(graphs)} graphs, not 1")
        parts = self._grouped(wire.message(graphs[0]))
        n_tensors = len(parts[_GRAPH_INITIALIZER])
        if n_tensors > self._limits.tensors:
            raise NetworkFileError(
                f"{self._name}: {n_tensors:,} tensors are more than the limit of "
                f"{self._limits.tensors:,}"
            )
        if parts[_GRAPH_SPARSE]:
            raise NetworkFileError(f"{self._name}: sparse weights are not read")
        constants = dict(self._tensor(wire.message(part)) for part in parts[_GRAPH_INITIALIZER])
        nodes = [self._node(wire.message(part)) for part in parts[_GRAPH_NODE]]
        inputs = dict(self._input(wire.message(part)) for part in parts[_GRAPH_INPUT])
        # Files of the first versions list the initializers among the inputs too.
        inputs = {key: extents for key, extents in inputs.items() if key not in constants}
        return Graph(nodes, constants, inputs)

    def _grouped(self, content: memoryview) -> defaultdict[int, list[wire.Value]]:
        grouped: defaultdict[int, list[wire.Value]] = defaultdict(list)
        for number, value in self._wire.fields(content):
            grouped[number].append(value)
        return grouped

    def _node(self, content: memoryview) -> Node:
        found = self._grouped(content)
        operation = wire.text(found[_NODE_TYPE][-1])[:60] if found[_NODE_TYPE] else ""
        domain = wire.text(found[_NODE_DOMAIN][-1])[:60] if found[_NODE_DOMAIN] else ""
        return Node(
            operation if domain in ("", "ai.onnx") else f"{domain}.{operation}",
            tuple(wire.text(value) for value in found[_NODE_INPUT]),
            tuple(wire.text(value) for value in found[_NODE_OUTPUT]),
            dict(self._attribute(wire.message(value)) for value in found[_NODE_ATTRIBUTE]),
        )

    def _attribute(self, content: memoryview) -> tuple[str, Any]:
        found = self._grouped(content)
        name = wire.text(found[_ATTRIBUTE_NAME][-1]) if found[_ATTRIBUTE_NAME] else ""
        for number, decoded in self._attribute_kinds:
            if found[number]:
                return name, decoded(found[number])
        return name, None

    def _input(self, content: memoryview) -> tuple[str, list[int | None]]:
        found = self._grouped(content)
        name = wire.text(found[_VALUE_NAME][-1]) if found[_VALUE_NAME] else ""
        for number in (_VALUE_TYPE, _TYPE_TENSOR, _TENSOR_SHAPE):
            if not found[number]:
                return name, []
            found = self._grouped(wire.message(found[number][-1]))
        extents: list[int | None] = []
        for part in found[_SHAPE_EXTENT]:
            extent = self._grouped(wire.message(part))[_EXTENT_VALUE]
            extents.append(wire.number(extent[-1]) if extent else None)
        return name, extents

    def _tensor(self, content: memoryview) -> tuple[str, Array]:
        found = self._grouped(content)
        name = wire.text(found[_NAME][-1]) if found[_NAME] else ""
        if found[_EXTERNAL_DATA] or (found[_LOCATION] and found[_LOCATION][-1] == _EXTERNAL):
            raise NetworkFileError(
                f"{self._name}: {name[:60]!r} is kept in another file, which is not opened; save "
                "the network as one file"
            )
        data_type = wire.number(found[_DATA_TYPE][-1]) if found[_DATA_TYPE] else 0
        if data_type not in _TYPES:
            raise NetworkFileError(
                f"{self._name}: {name[:60]!r} is of ONNX's type {data_type}, which is not read"
            )
        shape = self._shape(self._wire.varints(found[_DIMS]), name)
        values = self._values(found, data_type)
        if values.size != math.prod(shape):
            raise NetworkFileError(
                f"{self._name}: {name[:60]!r} has {values.size:,} values, its shape is {shape}"
            )
        return name, values.reshape(shape)

    def _shape(self, extents: list[int], name: str) -> tuple[int, ...]:
        if len(extents) > _N_DIMENSIONS or any(extent >> 40 for extent in extents):
            raise NetworkFileError(f"{self._name}: {name[:60]!r} has a shape that is not possible")
        self._n_values += math.prod(extents)
        # Each layer may have its numbers twice, as shapes and other texts of the graph do.
        if self._n_values > 2 * self._limits.parameters:
            raise NetworkFileError(
                f"{self._name}: {self._n_values:,} parameters are more than the limit of "
                f"{self._limits.parameters:,}"
            )
        return tuple(extents)

    def _values(self, found: defaultdict[int, list[wire.Value]], data_type: int) -> Array:
        dtype = np.dtype(_TYPES[data_type])
        if found[_RAW]:
            raw = wire.message(found[_RAW][-1])
            if len(raw) % dtype.itemsize:
                raise wire.WireError("half a number")
            values: Array = np.frombuffer(raw, dtype)
        elif found[_FLOATS]:
            values = self._packed(found[_FLOATS], np.dtype("<f4"))
        elif found[_DOUBLES]:
            values = self._packed(found[_DOUBLES], np.dtype("<f8"))
        else:
            numbers = self._wire.varints(found[_INT32S] or found[_INT64S])
            values = np.array([n & 0xFFFFFFFFFFFFFFFF for n in numbers], np.uint64)
            if data_type in _HALVES:
                values = values.astype("<u2").view(dtype)
            else:
                values = values.view(np.int64).astype(dtype)
        if data_type == _BFLOAT16:
            values = bfloat16_as_float32(values)
        return values

    def _packed(self, values: list[wire.Value], dtype: np.dtype[Any]) -> Array:
        """Give a repeated field of floating numbers, packed or one by one."""
        parts = [wire.message(value) for value in values]
        if any(len(part) % dtype.itemsize for part in parts):
            raise wire.WireError("half a number")
        joined = parts[0] if len(parts) == 1 else b"".join(parts)
        return np.frombuffer(joined, dtype)
