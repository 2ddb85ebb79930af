"""ONNX: initializers and the chain of Gemm, MatMul, Add and activations between them.

The chain is followed from the graph's one input. Where exporters write one activation as several
operations (SiLU, GELU, a guarded softplus) the pattern is known; any other operation is refused by
its name. What only reads the outputs, like the largest one's index, is passed over.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.storage.readers.layer_chain import LayerChain
from gdviz.storage.readers.network_file import Limits, NetworkFile
from gdviz.storage.readers.onnx_graph import Graph, Node, parse_graph

Array = npt.NDArray[Any]

TITLE = "ONNX"

_ACTIVATIONS = {
    "Relu": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "Softplus": "softplus",
}  # fmt: skip
_LAST_AXIS = {"Softmax": "softmax", "LogSoftmax": "log_softmax"}
_PASSED_OVER = frozenset({"Identity", "Dropout", "Flatten", "Reshape", "Cast"})
_FLOATING_TYPES = (1, 10, 11, 16)
"""float32, float16, float64, bfloat16: to what numbers may be cast on their way."""
_AFTER_OUTPUT = frozenset({"ArgMax", "ai.onnx.ml.ZipMap", "TopK"})


def recognises(head: bytes) -> bool:
    """Say whether a file that begins so is meant as ONNX.

    A message whose first field is the version, a small number, and whose second one is another
    of the model's: see ``ModelProto`` in ``onnx.proto``.
    """
    return re.match(rb"\x08[\x01-\x20][\x12\x1a\x22\x28\x32\x3a\x42]", head) is not None


def read(path: Path, limits: Limits) -> NetworkFile:
    """Give the network in an ONNX file.

    Raises
    ------
    NetworkFileError
        If it is damaged, beyond a limit, keeps its numbers elsewhere or is no chain of fully
        connected layers.
    """
    name = str(path)
    graph = parse_graph(path.read_bytes(), name, limits)
    chain = _Follower(graph, LayerChain(name)).chain()
    return chain.network(TITLE, limits)


class _Follower:
    """Follows one graph from its input to its output."""

    def __init__(self, graph: Graph, chain: LayerChain) -> None:
        self._chain = chain
        self._inputs = graph.inputs
        self._constants = dict(graph.constants)
        self._consumers: defaultdict[str, list[Node]] = defaultdict(list)
        self._n_nodes = len(graph.nodes)
        for node in graph.nodes:
            if not self._is_constant(node):
                for tensor in dict.fromkeys(node.inputs):
                    self._consumers[tensor].append(node)

    def chain(self) -> LayerChain:
        """Give the operations as a chain."""
        if len(self._inputs) != 1:
            raise self._chain.refused(f"its graph has {len(self._inputs)} inputs, not 1")
        ((tensor, extents),) = self._inputs.items()
        self._chain.expect_inputs(extents[1:])
        for _ in range(self._n_nodes + 1):
            consumers = [
                node for node in self._consumers[tensor] if node.operation not in _AFTER_OUTPUT
            ]
            if not consumers:
                return self._chain
            tensor = (
                self._one(consumers[0], tensor)
                if len(consumers) == 1
                else self._several(consumers, tensor)
            )
        raise self._chain.refused("its operations go in a circle")

    def _is_constant(self, node: Node) -> bool:
        """Say whether a node computes from constants alone, and note what it gives."""
        if node.operation == "Constant":
            values = next((v for v in node.attributes.values() if v is not None), None)
            if isinstance(values, np.ndarray | int | float | list):
                self._constants[node.outputs[0]] = np.asarray(values)
            return True
        if len(node.inputs) != 1 or node.inputs[0] not in self._constants or not node.outputs:
            return False
        array = self._constants[node.inputs[0]]
        if node.operation == "Transpose" and array.ndim == 2:
            array = array.T if node.attributes.get("perm", [1, 0]) == [1, 0] else array
        elif node.operation != "Identity":
            return False
        self._constants[node.outputs[0]] = array
        return True

    def _one(self, node: Node, tensor: str) -> str:
        """Add the only operation on a tensor; give what it gives."""
        chain, operation = self._chain, node.operation
        if operation in _ACTIVATIONS:
            chain.add_activation(_ACTIVATIONS[operation])
        elif operation in _LAST_AXIS:
            axis = node.attributes.get("axis", -1)
            if axis not in (1, -1):
                raise chain.refused(f"{operation} along axis {axis}")
            chain.add_activation(_LAST_AXIS[operation])
        elif operation in _BY_OPERATION:
            _BY_OPERATION[operation](self, node, tensor)
        elif operation not in _PASSED_OVER:
            raise chain.refused(
                f"the operation {operation or '(without a name)'} is not read; only fully "
                "connected layers and their activations are"
            )
        if operation in _PASSED_OVER and node.inputs[0] != tensor:
            raise chain.refused(f"{operation} takes its shape from the data")
        if operation == "Cast" and node.attributes.get("to") not in _FLOATING_TYPES:
            raise chain.refused("a Cast to whole numbers")
        if not node.outputs:
            raise chain.refused(f"{operation} gives nothing")
        return node.outputs[0]

    def _several(self, nodes: list[Node], tensor: str) -> str:
        """Add an activation that is written as several operations on one tensor."""
        by_operation = {node.operation: node for node in nodes}
        if len(by_operation) == len(nodes):
            for operations, match in _PATTERNS.items():
                if set(operations) == set(by_operation):
                    found = match(self, by_operation, tensor)
                    if found is not None:
                        key, output = found
                        self._chain.add_activation(key)
                        return output
        names = ", ".join(node.operation for node in nodes)
        raise self._chain.refused(f"its graph branches ({names}); only a chain of layers is read")

    def gemm(self, node: Node, tensor: str) -> None:
        """Add A·B + C, or A·Bᵀ + C."""
        attributes = node.attributes
        factors = [float(attributes.get(key, 1.0)) for key in ("alpha", "beta")]
        if attributes.get("transA", 0) or factors != [1.0, 1.0] or node.inputs[0] != tensor:
            raise self._chain.refused("a Gemm that transposes or multiplies its inputs")
        matrix = self._constant(node, 1)
        self._chain.add_weights(matrix if attributes.get("transB", 0) else matrix.T)
        if len(node.inputs) > 2 and node.inputs[2]:
            self._chain.add_biases(self._constant(node, 2))

    def mat_mul(self, node: Node, tensor: str) -> None:
        """Add x·B, or B·x for columns."""
        matrix = self._constant(node, 1 if node.inputs[0] == tensor else 0)
        self._chain.add_weights(matrix.T if node.inputs[0] == tensor else matrix)

    def arithmetic(self, node: Node, tensor: str) -> None:
        """Add biases, or the rescaling of the inputs."""
        is_first = node.inputs[0] == tensor
        value = self._constant(node, 1 if is_first else 0)
        if node.operation == "Add" and self._chain.awaits_biases:
            self._chain.add_biases(value)
            return
        if value.size != 1 or (node.operation in ("Sub", "Div") and not is_first):
            raise self._chain.refused(
                f"{node.operation} with {value.size:,} values is not read there"
            )
        number = float(value.reshape(-1)[0])
        if node.operation == "Div" and number == 0:
            raise self._chain.refused("it divides by 0")
        scale, offset = {
            "Add": (1.0, number), "Sub": (1.0, -number), "Mul": (number, 0.0),
            "Div": (1 / number if number else 0.0, 0.0),
        }[node.operation]  # fmt: skip
        self._chain.add_rescaling(scale, offset)

    def leaky_relu(self, node: Node, _tensor: str) -> None:
        """Add a leaky ReLU of the slope that the file says."""
        self._chain.add_leaky_relu(float(node.attributes.get("alpha", 0.01)))

    def gelu(self, node: Node, _tensor: str) -> None:
        """Add GELU, if it is the exact one."""
        if node.attributes.get("approximate", "none") != "none":
            raise self._chain.refused("GELU approximated by tanh; networks here have the exact one")
        self._chain.add_activation("gelu")

    def swish(self, node: Node, _tensor: str) -> None:
        """Add SiLU."""
        if float(node.attributes.get("alpha", 1.0)) != 1:
            raise self._chain.refused("Swish of another steepness than 1")
        self._chain.add_activation("silu")

    def silu_pattern(self, nodes: dict[str, Node], tensor: str) -> tuple[str, str] | None:
        """Give SiLU where z · sigmoid(z) is computed."""
        product = nodes["Mul"]
        if set(product.inputs) != {tensor, nodes["Sigmoid"].outputs[0]}:
            return None
        return "silu", product.outputs[0]

    def gelu_pattern(self, nodes: dict[str, Node], tensor: str) -> tuple[str, str] | None:
        """Give GELU where z · (1 + erf(z / √2)) · ½ is computed, in any order of the factors."""
        root, product = nodes["Div"], nodes["Mul"]
        if not self._is_number(root, tensor, math.sqrt(2)):
            return None
        erf = self._only(root.outputs[0], "Erf")
        added = erf and self._only(erf.outputs[0], "Add")
        if not erf or not added or not self._is_number(added, erf.outputs[0], 1.0):
            return None
        factor = added.outputs[0]
        if self._is_number(product, tensor, 0.5):
            last = self._only(factor, "Mul")
            is_whole = last is not None and set(last.inputs) == {product.outputs[0], factor}
        else:
            last = self._only(product.outputs[0], "Mul")
            is_whole = (
                set(product.inputs) == {tensor, factor}
                and last is not None
                and self._is_number(last, product.outputs[0], 0.5)
            )
        return ("gelu", last.outputs[0]) if is_whole and last is not None else None

    def softplus_pattern(self, nodes: dict[str, Node], tensor: str) -> tuple[str, str] | None:
        """Give softplus where z itself is taken above 20, from which on it is the same."""
        chosen = nodes["Where"]
        expected = (nodes["Greater"].outputs[0], tensor, nodes["Softplus"].outputs[0])
        if chosen.inputs != expected or not self._is_number(nodes["Greater"], tensor, 20.0):
            return None
        return "softplus", chosen.outputs[0]

    def _constant(self, node: Node, index: int) -> Array:
        tensor = node.inputs[index] if index < len(node.inputs) else ""
        if tensor not in self._constants:
            raise self._chain.refused(f"{node.operation} of two things that are computed")
        return self._constants[tensor]

    def _is_number(self, node: Node, tensor: str, value: float) -> bool:
        """Say whether a node's other input is that number."""
        others = [other for other in node.inputs if other != tensor]
        constant = self._constants.get(others[0]) if len(others) == 1 else None
        return (
            constant is not None
            and constant.size == 1
            and math.isclose(float(constant.reshape(-1)[0]), value, rel_tol=1e-3)
        )

    def _only(self, tensor: str, operation: str) -> Node | None:
        """Give the only node that takes a tensor, if it is such an operation."""
        consumers = self._consumers[tensor]
        is_one = len(consumers) == 1 and consumers[0].operation == operation
        return consumers[0] if is_one and consumers[0].outputs else None


_BY_OPERATION: dict[str, Callable[[_Follower, Node, str], None]] = {
    "Gemm": _Follower.gemm,
    "MatMul": _Follower.mat_mul,
    "Add": _Follower.arithmetic,
    "Sub": _Follower.arithmetic,
    "Mul": _Follower.arithmetic,
    "Div": _Follower.arithmetic,
    "LeakyRelu": _Follower.leaky_relu,
    "Gelu": _Follower.gelu,
    "Swish": _Follower.swish,
}
_PATTERNS: dict[
    tuple[str, ...], Callable[[_Follower, dict[str, Node], str], tuple[str, str] | None]
] = {
    ("Sigmoid", "Mul"): _Follower.silu_pattern,
    ("Div", "Mul"): _Follower.gelu_pattern,
    ("Softplus", "Greater", "Where"): _Follower.softplus_pattern,
}
