"""Every kind of file through the one door: what opens, what is refused, and that nothing runs."""

import contextlib
import json
import os
from types import SimpleNamespace

import network_samples as samples
import numpy as np
import pytest
from audited_reading import read_watched
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors import SafetensorError, deserialize
from safetensors.numpy import save

from gdviz.storage.readers import READERS, Limits, NetworkFileError, pickle_state, read_network
from gdviz.storage.readers.checksum import sealed
from gdviz.storage.readers.json_text import parse_json


@pytest.mark.parametrize("kind", samples.GOOD)
def test_read_network_good_file_gives_the_parameters_whatever_its_name(tmp_path, kind):
    path = tmp_path / "network.jpg"
    path.write_bytes(samples.GOOD[kind])
    network = read_network(path)
    assert network.architecture.layer_sizes == samples.SIZES
    assert network.is_finite
    np.testing.assert_array_equal(network.parameters.vector, samples.STATE.parameters.vector)
    assert network.parameters.vector.dtype == np.float32
    assert not network.parameters.vector.flags.writeable
    is_said = kind.startswith("scikit-learn") or kind in _SAYING
    assert ("hidden_activation" in network.guessed) != is_said


_SAYING = ("own session", "own checkpoint", "own weights", "npz of columns")


@pytest.mark.parametrize("kind", samples.BAD)
def test_read_network_bad_file_gives_one_sentence(tmp_path, kind, monkeypatch):
    # Which sentence it is does not hang on how busy the machine is; time has a test of its own.
    monkeypatch.setattr(pickle_state, "time", SimpleNamespace(monotonic=lambda: 0.0))
    content, match = samples.BAD[kind]
    path = tmp_path / "network.safetensors"
    path.write_bytes(content)
    with pytest.raises(NetworkFileError, match=match) as caught:
        read_network(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_read_network_not_a_file_is_named(tmp_path):
    with pytest.raises(NetworkFileError, match="no such file"):
        read_network(tmp_path / "none")
    with pytest.raises(NetworkFileError, match="a folder, not a file"):
        read_network(tmp_path)
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(NetworkFileError, match="cannot be read"):
        read_network(tmp_path / "file" / "below")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
def test_read_network_pipe_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NetworkFileError, match="not an ordinary file"):
        read_network(tmp_path / "pipe")


@pytest.mark.parametrize(
    ("kind", "limits", "match"),
    [
        ("npz", Limits(file_bytes=100), "bytes are more than the limit of 100"),
        ("npz", Limits(parameters=22), "23 parameters are more than the limit of 22"),
        ("npz", Limits(archive_entries=3), "4 entries are more than the limit of 3"),
        ("npz", Limits(array_bytes=30), "bytes declared are more than the limit of 30"),
        ("npz", Limits(tensors=3), "4 tensors are more than the limit of 3"),
        ("own weights", Limits(header_bytes=10), "header of .* more than the limit of 10"),
        ("nielsen", Limits(json_bytes=50), "bytes of JSON are more than the limit of 50"),
        ("nielsen", Limits(json_depth=3), "4 levels of nesting .* the limit of 3"),
        ("nielsen", Limits(parameters=22), "values in JSON|23 parameters"),
    ],
)
def test_read_network_limit_and_value_are_named(tmp_path, kind, limits, match):
    (tmp_path / "a").write_bytes(samples.GOOD[kind])
    with pytest.raises(NetworkFileError, match=match):
        read_network(tmp_path / "a", limits=limits)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("kind", ["safetensors", "npz"])
def test_read_network_not_finite_is_accepted_and_flagged(tmp_path, kind, value):
    weights = np.zeros((2, 3), np.float32)
    weights[1, 2] = value
    tensors = {"w": weights, "b": np.zeros(2, np.float32)}
    if kind == "npz":
        np.savez(tmp_path / "a.npz", **tensors)
    else:
        (tmp_path / "a.npz").write_bytes(save(tensors))
    network = read_network(tmp_path / "a.npz")
    assert (network.is_finite, network.n_not_finite) == (False, 1)
    np.testing.assert_array_equal(network.parameters.weights[0], weights)


def test_read_network_float64_beyond_float32_becomes_infinite(tmp_path):
    np.savez(tmp_path / "a.npz", w=np.array([[1e300, 1.0], [2.0, 3.0]]), b=np.zeros(2))
    assert read_network(tmp_path / "a.npz").n_not_finite == 1


def test_read_network_bfloat16_and_float16(tmp_path):
    values = np.array([[1.5, -2.0, 0.15625], [0.0, 3.0, -0.5]], np.float32)
    upper = (values.view(np.uint32) >> 16).astype("<u2").tobytes()
    half = np.array([0.5, -4], "<f2").tobytes()
    header = {
        "w": {"dtype": "BF16", "shape": [2, 3], "data_offsets": [0, 12]},
        "b": {"dtype": "F16", "shape": [2], "data_offsets": [12, 16]},
    }
    (tmp_path / "a").write_bytes(samples.safetensors(header, upper + half))
    network = read_network(tmp_path / "a")
    np.testing.assert_array_equal(network.parameters.weights[0], values)
    np.testing.assert_array_equal(network.parameters.biases[0], [0.5, -4])


def test_read_network_header_of_123_bytes_is_no_json(tmp_path):
    """The length 123 is the byte "{"."""
    header = {"w": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}}
    text = json.dumps(header).encode().ljust(123)
    (tmp_path / "a").write_bytes(samples.safetensors(text, bytes(16)))
    assert read_network(tmp_path / "a").format == "safetensors"


def test_readers_every_format_is_recognised_by_one_reader_alone():
    for kind, content in samples.GOOD.items():
        assert sum(reader.recognises(content[:512]) for reader in READERS) == 1, kind


def test_parse_json_brackets_in_texts_do_not_count():
    content = json.dumps({"a": "[" * 100 + '\\"' + "{" * 100}).encode()
    assert parse_json(content, "x", Limits()) == json.loads(content)


@given(
    value=st.recursive(
        st.text('[]{}"\\a', max_size=6), lambda inner: st.lists(inner, max_size=3), max_leaves=8
    ).map(lambda inner: [inner])
)
def test_parse_json_depth_is_the_depth_of_the_lists(value):
    def depth(item):
        return 1 + max(map(depth, item), default=0) if isinstance(item, list) else 0

    content = json.dumps(value).encode()
    assert parse_json(content, "x", Limits(json_depth=depth(value))) == value
    with pytest.raises(NetworkFileError, match=f"{depth(value)} levels"):
        parse_json(content, "x", Limits(json_depth=depth(value) - 1))


@pytest.mark.parametrize("kind", samples.GOOD)
def test_read_network_cut_short_anywhere_is_refused(tmp_path, kind):
    content = samples.GOOD[kind]
    for length in range(0, len(content), max(1, len(content) // 25)):
        (tmp_path / "a").write_bytes(content[:length])
        with pytest.raises(NetworkFileError):
            read_network(tmp_path / "a")


@pytest.mark.parametrize("kind", samples.GOOD)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_read_network_changed_bytes_open_or_give_one_sentence(tmp_path, kind, data):
    content = bytearray(samples.GOOD[kind])
    for _ in range(data.draw(st.integers(1, 5))):
        where = data.draw(st.integers(0, len(content) - 1))
        content[where] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ValueError):
        # Else the checksum would be all that is tried.
        content = sealed(bytes(content))
    (tmp_path / "a").write_bytes(content)
    sentence = ""
    try:
        network = read_network(tmp_path / "a")
        assert network.parameters.vector.size == network.architecture.n_parameters
    except NetworkFileError as error:
        sentence = str(error)
    assert "\n" not in sentence
    assert len(sentence) < 1000


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_read_network_opens_no_safetensors_that_the_library_refuses(tmp_path, data):
    """The library as oracle: this reader may be stricter, never laxer."""
    content = bytearray(samples.GOOD["foreign safetensors"])
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, 300))] = data.draw(st.integers(32, 126))
    (tmp_path / "a").write_bytes(content)
    try:
        deserialize(bytes(content))
    except SafetensorError:
        with pytest.raises(NetworkFileError):
            read_network(tmp_path / "a")


def test_read_network_opens_that_one_file_and_nothing_else_happens(tmp_path):
    """No import, no call, no other file: Python's audit events during each reading."""
    contents = samples.GOOD | {kind: content for kind, (content, _) in samples.BAD.items()}
    contents.pop("empty")
    for number, content in enumerate(contents.values()):
        (tmp_path / f"{number:03}").write_bytes(content)
    assert read_watched(tmp_path) == len(contents)
