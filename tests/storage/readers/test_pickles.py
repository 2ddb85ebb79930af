"""The machine for pickles against Python's own, and within its limits."""

import io
import math
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pickle_samples as samples
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from network_samples import GOOD
from pickle_writer import Call, Name, pickled

from gdviz.storage.readers import Limits, NetworkFileError, read_network
from gdviz.storage.readers.pickle_state import Pairs, PickleError, PickleLimits, PickleState
from gdviz.storage.readers.pickled_arrays import ARRAY_NAMES, PickledArray
from gdviz.storage.readers.unpickling import unpickled

ROOT = Path(__file__).parents[3]

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**200), 2**200) | st.floats() | st.text()
    | st.binary(max_size=300),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
    | st.tuples(inner) | st.tuples(inner, inner) | st.lists(inner, max_size=5).map(tuple),
)  # fmt: skip


def _plain(value):
    """What the machine gives in Python's own types, NaN by a word."""
    if isinstance(value, Pairs):
        return {key: _plain(inner) for key, inner in value.items}
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_plain, value))
    if isinstance(value, memoryview):
        return bytes(value)
    return "NaN" if isinstance(value, float) and math.isnan(value) else value


@settings(max_examples=300, deadline=None)
@given(value=PLAIN, protocol=st.integers(0, 5))
def test_unpickled_gives_what_python_gives(value, protocol):
    state = PickleState(pickle.dumps(value, protocol), ARRAY_NAMES)
    found = unpickled(state)
    assert _plain(found) == _plain(value)
    assert state.position == len(state.content)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("kind", ["<f4", ">f8", "<f2", "<i8", "|u1", "|b1", ">i2"])
@pytest.mark.parametrize("shape", [(), (5,), (3, 4), (0, 3)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_unpickled_array_is_numpys(protocol, kind, shape, order):
    values = np.random.default_rng(1).normal(size=shape) * 9
    array = np.asarray(values, order=order).astype(kind)
    found = unpickled(PickleState(pickle.dumps(array, protocol), ARRAY_NAMES))
    assert isinstance(found, PickledArray)
    assert found.array is not None
    np.testing.assert_array_equal(found.array.reshape(shape), array)
    assert not array.size or not found.array.flags.writeable


@pytest.mark.parametrize(
    ("limits", "match"),
    [
        (PickleLimits(operations=9), "operations are more than the limit of 9"),
        (PickleLimits(text_bytes=9), "10 bytes of text are more than the limit of 9"),
        (PickleLimits(seconds=-1), "takes more than the limit of -1 s"),
    ],
)
def test_unpickled_limit_and_value_are_named(limits, match):
    content = pickle.dumps(["a" * 10, 1, 2, 3, 4, 5], 2)
    with pytest.raises(PickleError, match=match):
        unpickled(PickleState(content, ARRAY_NAMES, limits))


def test_unpickled_operations_up_to_the_limit_are_carried_out():
    content = b"\x80\x02]" + b"N0" * 5_000 + b"."
    assert unpickled(PickleState(content, {}, PickleLimits(operations=10_003))) == []
    with pytest.raises(PickleError, match="limit of 10,002"):
        unpickled(PickleState(content, {}, PickleLimits(operations=10_002)))


def _file(tmp_path, content):
    path = tmp_path / "network"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("code", ["float64", "float16", "bfloat16"])
def test_read_network_torch_numbers_of_other_sizes(tmp_path, code, legacy):
    values = np.array([[1.5, -2.0, 0.15625], [0.0, 3.0, -0.5]], np.float32)
    if code == "bfloat16":
        stored = (values.view(np.uint32) >> 16).astype("<u2").tobytes()
    else:
        stored = values.astype(code).tobytes()
    where = samples.storage("0", 6, samples.CODES[code], *([None] if legacy else []))
    saved = {"w": samples.tensor(where, (2, 3))}
    if legacy:
        content = samples.torch_legacy(saved, {"0": stored}, item_bytes=len(stored) // 6)
    else:
        content = samples.torch_zip(saved, {"0": stored})
    network = read_network(_file(tmp_path, content))
    np.testing.assert_array_equal(network.parameters.weights[0], values)


def test_read_network_torch_big_endian_and_cut_out_of_a_storage(tmp_path):
    """Columns 1 and 2 of the transposed middle of a storage."""
    values = np.arange(40, dtype=np.float32)
    saved = {"w": samples.tensor(samples.storage("0", 40), (3, 2), (1, 5), 7)}
    contents = {"0": values.astype(">f4").tobytes()}
    network = read_network(_file(tmp_path, samples.torch_zip(saved, contents, byteorder=b"big")))
    expected = values[7:].reshape(-1)[[[0, 5], [1, 6], [2, 7]]]
    np.testing.assert_array_equal(network.parameters.weights[0], expected)


def test_read_network_archive_in_any_order_is_told_by_what_is_in_it(tmp_path):
    saved, contents = samples.state_dict({"w": np.ones((2, 3), np.float32)})
    content = samples.torch_zip(saved, contents)
    assert read_network(_file(tmp_path, content)).format.startswith("PyTorch")
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in reversed(old.namelist()):
            new.writestr(name, old.read(name))
    assert not stream.getvalue()[:60].count(b"data.pkl")
    assert read_network(_file(tmp_path, stream.getvalue())).format.startswith("PyTorch")


def test_read_network_scikit_learn_says_its_activations_and_keeps_fortran_order(tmp_path):
    weights = [np.arange(12.0).reshape(3, 4), np.arange(6.0).reshape(2, 3)]
    biases = [np.arange(3.0), np.arange(2.0)]
    coefficients = [
        samples.joblib_array(np.asfortranarray(matrix.T), padding, "F")
        for matrix, padding in zip(weights, (0, 11), strict=True)
    ]
    content = pickled(samples.classifier(weights, biases, "tanh", coefs_=coefficients))
    network = read_network(_file(tmp_path, content))
    assert network.architecture.hidden_activation == "tanh"
    assert network.architecture.output_activation == "softmax"
    for found, matrix in zip(network.parameters.weights, weights, strict=True):
        np.testing.assert_array_equal(found, matrix)


def test_read_network_numbers_in_the_order_of_biases_and_weights(tmp_path):
    """One output: its weights are a row like its biases, and the two lists tell them apart."""
    weights = [np.arange(12.0).reshape(3, 4), np.arange(3.0).reshape(1, 3)]
    biases = [np.arange(3.0)[:, None], np.arange(1.0)[:, None]]
    network = read_network(_file(tmp_path, pickle.dumps([biases, weights])))
    assert network.architecture.layer_sizes == (4, 3, 1)
    np.testing.assert_array_equal(network.parameters.weights[1], weights[1])


def test_read_network_default_factory_and_namespace_beside_arrays_are_passed_over(tmp_path):
    saved, contents = samples.state_dict({"w": np.ones((2, 3), np.float32)})
    factory = Call(Name("collections", "defaultdict"), (Name("__builtin__", "list"),))
    namespace = Call(Name("argparse", "Namespace"), (), state={"rate": 0.5})
    whole = {"model": saved, "log": factory, "arguments": namespace}
    network = read_network(_file(tmp_path, samples.torch_zip(whole, contents)))
    assert network.architecture.layer_sizes == (3, 2)


@pytest.mark.parametrize(
    ("kind", "limits", "match"),
    [
        ("torch", Limits(pickle_operations=30), "operations are more than the limit of 30"),
        ("torch", Limits(pickle_bytes=30), r"data\.pkl is \d+ bytes; at most 30 bytes are read"),
        ("torch", Limits(archive_entries=3), "entries are more than the limit of 3"),
        ("torch", Limits(array_bytes=30), "bytes declared are more than the limit of 30"),
        ("torch", Limits(parameters=22), "23 values in tensors are more than the limit of 22"),
        ("torch legacy", Limits(tensors=3), "4 tensors are more than the limit of 3"),
        ("pickle by name", Limits(pickle_text_bytes=9), "bytes of text .* the limit of 9"),
        ("scikit-learn packed", Limits(unpacked_bytes=99), "more bytes than the limit of 99"),
    ],
)
def test_read_network_limit_of_pickles_is_named(tmp_path, kind, limits, match):
    with pytest.raises(NetworkFileError, match=match):
        read_network(_file(tmp_path, GOOD[kind]), limits=limits)


_MEASURED = """
import sys, time
from pathlib import Path
from gdviz.data.mnist import load_mnist
from gdviz.storage.readers import NetworkFileError, read_network

digits, path, n = load_mnist().test, Path(sys.argv[1]), 1_999_990
cases = {
    "dictionaries": lambda: b"\\x80\\x02" + b"}" * n,
    "bytes": lambda: b"\\x80\\x04" + b"C\\x08abcdefgh" * n,
    "long texts": lambda: b"\\x80\\x02" + (b"T\\x01\\x02\\0\\0" + bytes(513)) * 800_000,
}

def held(word):
    status = Path("/proc/self/status").read_text()
    return int(status.partition(word)[2].split()[0]) >> 10

for name, make in cases.items():
    path.write_bytes(make())
    Path("/proc/self/clear_refs").write_text("5")
    before, began = held("VmRSS:"), time.process_time()
    try:
        read_network(path, digits)
    except NetworkFileError:
        print(name, round(time.process_time() - began, 1), held("VmHWM:") - before, flush=True)
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells")
def test_read_network_slowest_and_largest_pickles_take_seconds_and_less_than_a_gibibyte(tmp_path):
    ended = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(tmp_path / "network")],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    rows = [line.rsplit(maxsplit=2) for line in ended.stdout.splitlines()]
    assert len(rows) == 3, ended.stderr
    for name, seconds, mebibytes in rows:
        assert float(seconds) < 10, (name, seconds)
        assert int(mebibytes) < 1024, (name, mebibytes)
