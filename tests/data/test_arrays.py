"""Arrays from strangers: exact values, and one sentence for every known attack."""

import io
import os
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gdviz.data.arrays import ArrayFileError, ArrayLimits, read_arrays


def _npy_header(shape, descr="<f4", version=(1, 0)):
    text = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape!r}, }}\n".encode()
    length = struct.pack("<H" if version == (1, 0) else "<I", len(text))
    return b"\x93NUMPY" + bytes(version) + length + text


def _npz(path, members, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_read_arrays_npz_gives_equal_arrays_in_order(tmp_path, save):
    arrays = {
        "z": np.arange(12, dtype=np.float64).reshape(3, 4),
        "fortran": np.asfortranarray(np.arange(6, dtype=np.int16).reshape(2, 3)),
        "text": np.array("sigmoid"),
        "scalar": np.float32(2.5),
        "empty": np.empty((0, 5)),
        "large": np.random.default_rng(1).normal(size=(700, 800)),
    }
    save(tmp_path / "a.npz", **arrays)
    found = read_arrays(tmp_path / "a.npz")
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].dtype == np.asarray(array).dtype


def test_read_arrays_npy_of_another_suffix_is_told_by_content(tmp_path):
    with (tmp_path / "a.txt").open("wb") as file:
        np.save(file, np.arange(5))
    np.testing.assert_array_equal(read_arrays(tmp_path / "a.txt")["array"], np.arange(5))


def test_read_arrays_small_npz_declaring_terabytes_is_refused_before_memory_is_taken(tmp_path):
    path = _npz(tmp_path / "a.npz", [("W0.npy", _npy_header((2**40,), "<f8"))])
    assert path.stat().st_size < 300
    with pytest.raises(ArrayFileError, match=r"a\.npz: W0: 8,796,093,022,208 bytes .* limit of"):
        read_arrays(path)


def test_read_arrays_header_larger_than_member_is_refused(tmp_path):
    path = _npz(tmp_path / "a.npz", [("W0.npy", _npy_header((100,)) + b"\0" * 396)])
    with pytest.raises(ArrayFileError, match="declares 400 bytes, the file holds 396"):
        read_arrays(path)


def test_read_arrays_objects_are_refused(tmp_path):
    np.savez(tmp_path / "a.npz", W=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ArrayFileError, match="pickled Python objects"):
        read_arrays(tmp_path / "a.npz")


@pytest.mark.parametrize(
    ("descr", "shape"),
    [
        ("|S0", (2**50,)),
        ("|V8", (2,)),
        ("<f4", (-1,)),
        ("<f4", (2**70,)),
        ("<M8[s]", (1,)),
        ([("a", "<f4")], (1,)),
        ("nonsense", (1,)),
    ],
)
def test_read_arrays_strange_header_is_refused(tmp_path, descr, shape):
    path = _npz(tmp_path / "a.npz", [("a.npy", _npy_header(shape, descr) + b"\0" * 8)])
    with pytest.raises(ArrayFileError, match=r"a\.npz"):
        read_arrays(path)


@pytest.mark.parametrize("text", [b"(" * 9000, b"-" * 9000 + b"1", b"\xff" * 50, b"[" * 300, b""])
def test_read_arrays_header_that_is_no_dictionary_is_refused(tmp_path, text):
    header = b"\x93NUMPY\x01\0" + struct.pack("<H", len(text)) + text
    with pytest.raises(ArrayFileError, match="header is damaged"):
        read_arrays(_npz(tmp_path / "a.npz", [("a.npy", header)]))


def test_read_arrays_header_declaring_gigabytes_is_refused(tmp_path):
    """Version 2 has a 32-bit length; a deflated member could back it with zeros."""
    header = b"\x93NUMPY\x02\0" + struct.pack("<I", 2**31) + b" " * 100_000
    with pytest.raises(ArrayFileError, match="header is damaged"):
        read_arrays(_npz(tmp_path / "a.npz", [("a.npy", header)], zipfile.ZIP_DEFLATED))


def test_read_arrays_bomb_is_refused_by_the_sum_of_sizes(tmp_path):
    zeros = _npy_header((40_000_000,), "|u1") + bytes(40_000_000)
    path = _npz(tmp_path / "a.npz", [(f"{k}.npy", zeros) for k in range(3)], zipfile.ZIP_DEFLATED)
    with pytest.raises(
        ArrayFileError, match=r"bytes declared are more than the limit of 100,000,0"
    ):
        read_arrays(path, ArrayLimits(total_bytes=100_000_000))


def test_read_arrays_too_many_entries_is_refused(tmp_path):
    path = _npz(tmp_path / "a.npz", [(f"{k}.npy", b"") for k in range(10_001)])
    with pytest.raises(ArrayFileError, match="10,001 entries are more than the limit of 10,000"):
        read_arrays(path)


def test_read_arrays_long_table_of_contents_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = _npz(tmp_path / "a.npz", [("a.npy", b"")])
    content = bytearray(path.read_bytes())
    content[-10:-6] = struct.pack("<I", 400 << 20)
    path.write_bytes(content)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(ArrayFileError, match="table of contents of 419,430,400 bytes"):
        read_arrays(path)


def test_read_arrays_overlapping_entries_are_refused(tmp_path):
    """Two entries of the table point at the same bytes."""
    buffer = io.BytesIO()
    np.savez(buffer, aa=np.zeros(50), bb=np.zeros(50))
    content = bytearray(buffer.getvalue())
    second = content.rfind(b"PK\x01\x02")
    content[second + 42 : second + 46] = struct.pack("<I", 0)
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(ArrayFileError, match="overlaps another entry"):
        read_arrays(tmp_path / "a.npz")


def test_read_arrays_encrypted_entry_is_refused(tmp_path):
    np.savez(tmp_path / "a.npz", a=np.zeros(3))
    content = bytearray((tmp_path / "a.npz").read_bytes())
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(ArrayFileError, match="encrypted"):
        read_arrays(tmp_path / "a.npz")


def test_read_arrays_other_compression_is_refused(tmp_path):
    path = _npz(tmp_path / "a.npz", [("a.npy", _npy_header((0,)))], zipfile.ZIP_LZMA)
    with pytest.raises(ArrayFileError, match="only stored and deflate"):
        read_arrays(path)


def test_read_arrays_changed_value_fails_the_checksum(tmp_path):
    np.savez(tmp_path / "a.npz", a=np.zeros(300))
    content = bytearray((tmp_path / "a.npz").read_bytes())
    content[1500] ^= 1
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(ArrayFileError, match="CRC"):
        read_arrays(tmp_path / "a.npz")


def test_read_arrays_entry_twice_is_refused(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        path = _npz(tmp_path / "a.npz", [("a.npy", b""), ("a.npy", b"")])
    with pytest.raises(ArrayFileError, match="two entries"):
        read_arrays(path)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.99])
def test_read_arrays_cut_short_is_refused(tmp_path, share):
    np.savez(tmp_path / "a.npz", a=np.zeros(3000))
    content = (tmp_path / "a.npz").read_bytes()
    (tmp_path / "a.npz").write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ArrayFileError, match=r"a\.npz"):
        read_arrays(tmp_path / "a.npz")


def test_read_arrays_not_a_file_is_refused_with_the_reason(tmp_path):
    with pytest.raises(ArrayFileError, match="missing"):
        read_arrays(tmp_path / "none.npz")
    with pytest.raises(ArrayFileError, match="folder"):
        read_arrays(tmp_path)
    (tmp_path / "a.npz").write_text("hello")
    with pytest.raises(ArrayFileError, match="neither"):
        read_arrays(tmp_path / "a.npz")
    with pytest.raises(ArrayFileError, match="5 bytes are more than the limit of 4"):
        read_arrays(tmp_path / "a.npz", ArrayLimits(file_bytes=4))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
def test_read_arrays_pipe_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ArrayFileError, match="not an ordinary file"):
        read_arrays(tmp_path / "pipe")


def _sample():
    stream = io.BytesIO()
    np.savez_compressed(stream, a=np.arange(20.0), b=np.array("x"))
    return stream.getvalue()


_SAMPLE = _sample()


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    changes=st.lists(
        st.tuples(st.integers(0, len(_SAMPLE) - 1), st.integers(0, 255)), min_size=1, max_size=4
    )
)
def test_read_arrays_any_changed_bytes_give_arrays_or_one_sentence(tmp_path, changes):
    content = bytearray(_SAMPLE)
    for where, value in changes:
        content[where] = value
    (tmp_path / "a.npz").write_bytes(content)
    sentence = ""
    try:
        read_arrays(tmp_path / "a.npz")
    except ArrayFileError as error:
        sentence = str(error)
    assert not sentence or str(tmp_path / "a.npz") in sentence
    assert "\n" not in sentence
