"""ONNX without its library: the wire format, the graph, and what is refused."""

import contextlib
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.storage.readers import Limits, NetworkFileError, onnx_graph, read_network
from gdviz.storage.readers.protobuf_wire import WireError, WireReader, signed


def _varint(number):
    parts = []
    while number >= 0x80:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def _field(number, value):
    """One field, written as Google's page on the encoding says."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    if isinstance(value, float):
        return _varint(number << 3 | 5) + struct.pack("<f", value)
    content = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _message(*fields):
    return b"".join(_field(number, value) for number, value in fields)


def _tensor(name, array):
    extents = [(1, extent) for extent in array.shape]
    return _message(*extents, (2, 1), (8, name), (9, array.astype("<f4").tobytes()))


def _node(operation, inputs, output, *attributes, domain=""):
    return _message(
        *[(1, name) for name in inputs],
        (2, output),
        (4, operation),
        *[(5, attribute) for attribute in attributes],
        (7, domain),
    )


def _input(name, *extents):
    shape = _message(*[(1, _message((1, extent))) for extent in extents])
    return _message((1, name), (2, _message((1, _message((1, 1), (2, shape))))))


_X = (_input("x", 1, 3),)


def _model(nodes, tensors, inputs=_X):
    graph = _message(
        *[(1, node) for node in nodes],
        (2, "graph"),
        *[(5, tensor) for tensor in tensors],
        *[(11, value) for value in inputs],
    )
    return _message((1, 9), (2, "test"), (7, graph))


W = np.arange(6, dtype=np.float32).reshape(3, 2)
B = np.array([0.5, -1], np.float32)
NODES = (_node("MatMul", ["x", "w"], "p"), _node("Add", ["p", "b"], "z"))
TENSORS = (_tensor("w", W), _tensor("b", B))


def _read(tmp_path, content, **limits):
    path = tmp_path / "a.onnx"
    path.write_bytes(content)
    return read_network(path, limits=Limits(**limits))


def test_onnx_smallest_chain_opens(tmp_path):
    network = _read(tmp_path, _model(NODES, TENSORS))
    np.testing.assert_array_equal(network.parameters.weights[0], W.T)
    np.testing.assert_array_equal(network.parameters.biases[0], B)
    assert network.architecture.output_activation == "identity"


def test_onnx_initializers_among_the_inputs_are_no_inputs(tmp_path):
    """As files of the first versions list them."""
    inputs = (_input("w", 3, 2), _input("x", 1, 3), _input("b", 2))
    assert _read(tmp_path, _model(NODES, TENSORS, inputs)).architecture.layer_sizes == (3, 2)


def test_onnx_two_matrices_without_activation_are_a_network_of_identity(tmp_path):
    nodes = (*NODES, _node("MatMul", ["z", "v"], "y"))
    tensors = (*TENSORS, _tensor("v", np.ones((2, 4))))
    network = _read(tmp_path, _model(nodes, tensors))
    assert network.architecture.layer_sizes == (3, 2, 4)
    assert network.architecture.hidden_activation == "identity"
    np.testing.assert_array_equal(network.parameters.biases[1], np.zeros(4))


REFUSED = {
    "no graph": (_message((1, 9), (2, "test")), "of 0 graphs"),
    "no layer": (_model([_node("Relu", ["x"], "y")], []), "before any weights"),
    "no operation": (_model([], []), "no fully connected layer"),
    "two inputs": (_model(NODES, TENSORS, (_input("x", 1, 3), _input("u", 1))), "2 inputs, not 1"),
    "another domain": (
        _model([_node("Gemm", ["x", "w"], "y", domain="evil")], TENSORS),
        "operation evil.Gemm",
    ),
    "circle": (
        _model([*NODES, _node("Identity", ["z"], "x")], TENSORS),
        "go in a circle|two activations|outputs",
    ),
    "branches": (
        _model([*NODES, _node("Relu", ["z"], "r"), _node("Tanh", ["z"], "t")], TENSORS),
        r"branches \(Relu, Tanh\)",
    ),
    "shape from the data": (
        _model([*NODES, _node("Reshape", ["w", "z"], "y")], TENSORS),
        "takes its shape from the data",
    ),
    "product of two computed": (
        _model([*NODES, _node("MatMul", ["z", "z"], "y")], TENSORS),
        "two things that are computed",
    ),
    "divided by 0": (
        _model([_node("Div", ["x", "n"], "s")], [_tensor("n", np.zeros(1))]),
        "divides by 0",
    ),
    "values of a vector": (
        _model([_node("Mul", ["x", "w"], "s")], TENSORS),
        "Mul with 6 values",
    ),
    "rescaled within": (
        _model([*NODES, _node("Mul", ["z", "n"], "s")], [*TENSORS, _tensor("n", np.ones(1))]),
        "rescales what a layer gives",
    ),
    "inputs of another size": (
        _model(NODES, TENSORS, (_input("x", 1, 2, 3),)),
        "3 of 6 inputs at a time",
    ),
    "layers that do not fit": (
        _model([*NODES, _node("MatMul", ["z", "w"], "y")], TENSORS),
        "layer 1 has 2 outputs, layer 2 3 inputs",
    ),
    "biases of another size": (
        _model(NODES, [TENSORS[0], _tensor("b", np.zeros(3))]),
        r"biases of shape \(3,\), not \(2,\)",
    ),
    "a Gemm that multiplies": (
        _model([_node("Gemm", ["x", "w"], "y", _message((1, "alpha"), (2, 2.0)))], TENSORS),
        "a Gemm that transposes or multiplies",
    ),
    "softmax along another axis": (
        _model([*NODES, _node("Softmax", ["z"], "y", _message((1, "axis"), (3, 0)))], TENSORS),
        "along axis 0",
    ),
    "cast to whole numbers": (
        _model([*NODES, _node("Cast", ["z"], "y", _message((1, "to"), (3, 7)))], TENSORS),
        "whole numbers",
    ),
    "shape that is not its values": (
        _model(NODES, [_message((1, 3), (1, 3), (2, 1), (8, "w"), (9, bytes(8)))]),
        r"'w' has 2 values, its shape is \(3, 3\)",
    ),
    "shape of a terabyte": (
        _model(NODES, [_message((1, 2**39), (1, 2), (2, 1), (8, "w"))]),
        "1,099,511,627,776 parameters are more than the limit of 50,000,000",
    ),
    "negative extent": (
        _model(NODES, [_message((1, 2**64 - 1), (8, "w"), (2, 1))]),
        "not possible",
    ),
    "many dimensions": (_model(NODES, [_message(*[(1, 1)] * 9, (2, 1))]), "not possible"),
    "half a number": (_model(NODES, [_message((1, 1), (2, 1), (9, b"abc"))]), "half a number"),
    "type of texts": (_model(NODES, [_message((1, 1), (2, 8), (8, "w"))]), "ONNX's type 8"),
    "number for a message": (_message((1, 9), (2, "test"), (7, 3)), "where a message should be"),
    "text for a number": (
        _model(NODES, [_message((1, 1), (2, "text"), (8, "w"))]),
        "where a number should be",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_onnx_what_is_no_chain_of_layers_is_refused_by_name(tmp_path, kind):
    content, match = REFUSED[kind]
    with pytest.raises(NetworkFileError, match=match) as caught:
        _read(tmp_path, content)
    assert str(tmp_path / "a.onnx") in str(caught.value)


def test_onnx_sparse_weights_are_refused(tmp_path):
    graph = _message((15, b""))
    with pytest.raises(NetworkFileError, match="sparse"):
        _read(tmp_path, _message((1, 9), (2, "test"), (7, graph)))


def test_onnx_limits_are_named(tmp_path, monkeypatch):
    content = _model(NODES, TENSORS)
    with pytest.raises(NetworkFileError, match="2 tensors are more than the limit of 1"):
        _read(tmp_path, content, tensors=1)
    with pytest.raises(NetworkFileError, match="8 parameters are more than the limit of 7"):
        _read(tmp_path, content, parameters=7)
    monkeypatch.setattr(onnx_graph, "_N_FIELDS", 20)
    with pytest.raises(NetworkFileError, match="more fields than the limit of 20"):
        _read(tmp_path, content)


_FIELDS = st.lists(
    st.tuples(
        st.integers(1, 2**29 - 1),
        st.integers(0, 2**64 - 1) | st.binary(max_size=40) | st.floats(width=32, allow_nan=False),
    ),
    max_size=12,
)


@given(fields=_FIELDS)
def test_wire_reader_gives_the_fields_that_were_written(fields):
    content = memoryview(_message(*fields))
    read = list(WireReader(100).fields(content))
    plain = [(n, v if isinstance(v, int) else bytes(v)) for n, v in read]
    expected = [(n, struct.pack("<f", v) if isinstance(v, float) else v) for n, v in fields]
    assert plain == expected


@given(fields=_FIELDS, cut=st.integers(1, 60))
def test_wire_reader_cut_short_gives_whole_fields_or_an_error(fields, cut):
    content = _message(*fields)[:-cut]
    try:
        read = list(WireReader(100).fields(memoryview(content)))
    except WireError:
        return
    assert len(read) < len(fields) or not fields


@given(content=st.binary(max_size=200))
def test_wire_reader_any_bytes_end_within_the_limit(content):
    read = []
    with contextlib.suppress(WireError):
        read.extend(WireReader(30).fields(memoryview(content)))
    assert len(read) <= 30


@given(numbers=st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20))
def test_wire_varints_packed_and_single_are_the_same(numbers):
    encoded = [number % 2**64 for number in numbers]
    packed = memoryview(b"".join(map(_varint, encoded)))
    reader = WireReader(1000)
    assert [signed(n) for n in reader.varints([packed])] == numbers
    assert [signed(n) for n in reader.varints(list(encoded))] == numbers


@pytest.mark.parametrize(
    "content", [b"\x80" * 11, b"\x08" + b"\xff" * 9 + b"\x7f", b"\x0b", b"\x00\x00", b"\x08"]
)
def test_wire_reader_damage_is_an_error(content):
    with pytest.raises(WireError):
        list(WireReader(100).fields(memoryview(content)))
