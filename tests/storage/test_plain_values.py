"""Plain values as bytes: nothing is lost, nothing that a file says is called."""

import dataclasses
import hashlib
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gdviz.nn.parameters import Architecture, Parameters
from gdviz.storage import plain_values
from gdviz.storage.plain_values import digest_of, value_bytes, value_of
from gdviz.training.config import TrainingConfig

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.floats(width=32).map(np.float32)
    | st.integers(-(2**63), 2**63 - 1).map(np.int64)
)
ARRAYS = hnp.arrays(
    st.sampled_from([np.dtype(name) for name in ("?", "u1", "<i4", ">i8", "<f2", "<f4", ">f8")]),
    hnp.array_shapes(min_dims=0, min_side=0, max_side=4),
)
VALUES = st.recursive(
    SCALARS | ARRAYS,
    lambda part: (
        st.lists(part, max_size=4)
        | st.lists(part, max_size=4).map(tuple)
        | st.dictionaries(st.text() | st.integers() | st.tuples(st.integers()), part, max_size=4)
    ),
    max_leaves=12,
)


def assert_same(one, other):
    """Equal in type and to the bit, NaN and all."""
    assert type(one) is type(other)
    if isinstance(one, np.ndarray | np.generic):
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        assert one.tobytes() == other.tobytes()
    elif isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            assert_same(one[key], other[key])
    elif isinstance(one, list | tuple):
        assert len(one) == len(other)
        for pair in zip(one, other, strict=True):
            assert_same(*pair)
    elif isinstance(one, float):
        assert repr(one) == repr(other)
    else:
        assert one == other


@given(VALUES)
def test_values_come_back_the_same_to_the_bit(value):
    content = value_bytes(value)
    assert_same(value_of(content), value)
    assert value_bytes(value_of(content)) == content


@given(VALUES, st.integers(0), st.integers(1, 255))
def test_one_changed_byte_is_told(value, place, change):
    content = bytearray(value_bytes(value))
    content[place % len(content)] ^= change
    with pytest.raises(ValueError, match="damaged"):
        value_of(bytes(content))


@given(st.binary(max_size=200))
def test_any_other_bytes_are_a_value_error(content):
    with pytest.raises(ValueError, match="damaged"):
        value_of(content)


def test_values_of_gdviz_come_back_with_what_they_hold():
    config = TrainingConfig(layer_sizes=(4, 3, 2), mini_batch="all")
    architecture = Architecture((4, 3, 2))
    vector = np.arange(architecture.n_parameters, dtype=np.float32)
    given_value = {"config": config, "network": Parameters(vector, architecture.layout)}
    back = value_of(value_bytes(given_value))
    assert back["config"] == config
    assert back["network"].layout == architecture.layout
    np.testing.assert_array_equal(back["network"].weights[0], vector[:12].reshape(3, 4))


def test_arrays_come_back_writable_and_in_the_order_of_rows():
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    back = value_of(value_bytes([array[:, ::2]]))[0]
    np.testing.assert_array_equal(back, array[:, ::2])
    back[0, 0] = -1


@pytest.mark.parametrize(
    "value",
    [object(), len, {1, 2}, 1j, b"x", np.array(["a"]), np.array([None]), np.zeros(1, complex)],
)
def test_what_is_not_plain_is_refused(value):
    with pytest.raises(TypeError, match="cannot be kept"):
        value_bytes((value,))


def top_level(_moment):
    return {}


def test_digest_tells_functions_by_their_names_and_refuses_those_without():
    assert digest_of((1, top_level)) == digest_of((1, top_level))
    assert digest_of((1, top_level)) != digest_of((1, assert_same))
    with pytest.raises(TypeError):
        digest_of(lambda: 0)


@given(st.lists(SCALARS, min_size=2, max_size=2))
def test_digest_tells_values_apart(pair):
    one, other = pair
    is_same = value_bytes(one) == value_bytes(other)
    assert (digest_of(one) == digest_of(other)) == is_same
    if type(one) is type(other) and one != other:
        assert not is_same


def forged(coded, arrays=b""):
    """Give bytes with a checksum of their own: anyone can compute it."""
    text = json.dumps(coded).encode()
    body = len(text).to_bytes(8, "little") + text + arrays
    return plain_values._MAGIC + hashlib.sha256(body).digest() + body


@pytest.mark.parametrize(
    "name",
    [
        "os:system",
        "builtins:eval",
        "gdviz.storage.atomic:write_atomically",
        "gdviz.training.trainer:Trainer",
        "gdviz.training.config:TrainingConfig.replace",
        "gdviz.training.config:dataclass",
        "gdviz.not_there:Value",
        "gdviz.cli.interruption:Interruption",
        "subprocess:Popen",
        "",
    ],
)
def test_only_frozen_values_of_gdviz_are_made_and_nothing_is_imported(name):
    with pytest.raises(ValueError, match="no plain values"):
        value_of(forged(["value", name, {}]))


@pytest.mark.parametrize(
    "coded",
    [
        ["named", "os:system"],
        [],
        ["array", "|O", [1], 0],
        ["array", "<f8", [4], 0],
        ["array", "<f8", [-1, -1], 0],
        ["array", "<f8", [2**70], 0],
        ["array", "<f8", [1], 2**70],
        ["array", "nonsense", [1], 0],
        ["dict", [[["list", []], 1]]],
        ["value", "gdviz.training.config:TrainingConfig", {"epochs": -1}],
        ["value", "gdviz.training.config:TrainingConfig", {"speed": 1}],
        ["tuple"],
        [["list"]],
    ],
)
def test_forged_values_are_a_value_error(coded):
    with pytest.raises(ValueError, match="no plain values"):
        value_of(forged(coded, bytes(16)))


def test_forged_nesting_is_a_value_error():
    body = b"[" * 100_000
    body = len(body).to_bytes(8, "little") + body
    with pytest.raises(ValueError, match="no plain values"):
        value_of(plain_values._MAGIC + hashlib.sha256(body).digest() + body)


def test_numbers_that_are_not_finite_come_back():
    back = value_of(value_bytes((math.nan, math.inf, -math.inf, -0.0)))
    assert [repr(number) for number in back] == ["nan", "inf", "-inf", "-0.0"]


def test_a_dataclass_of_another_package_is_written_but_not_made():
    value = dataclasses.make_dataclass("Foreign", ["x"], frozen=True)(1)
    with pytest.raises(ValueError, match="is no value of gdviz"):
        value_of(value_bytes(value))
