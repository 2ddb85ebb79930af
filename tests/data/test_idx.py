"""The IDX format: exact values, and damage named."""

import gzip
import struct

import numpy as np
import pytest

from gdviz.data import idx
from gdviz.data.dataset import DataError
from gdviz.data.idx import parse_idx, read_bytes


def _content(array):
    return (
        b"\0\0\x08"
        + bytes([array.ndim])
        + struct.pack(f">{array.ndim}I", *array.shape)
        + (array.tobytes())
    )


@pytest.mark.parametrize("shape", [(5,), (2, 3), (4, 2, 2), (0, 3)])
def test_parse_idx_gives_shape_and_values(shape):
    array = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    np.testing.assert_array_equal(parse_idx(_content(array), "x"), array)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "not an IDX"),
        (b"\0\0\x0d\x01" + b"\0" * 8, "not an IDX"),
        (b"\0\0\x08\x03\0\0", "cut short"),
        (b"\0\0\x08\x01\0\0\0\x05abcd", "declares 5 values, the file holds 4"),
        (b"\0\0\x08\x01\0\0\0\x03abcd", "declares 3 values, the file holds 4"),
        (
            b"\0\0\x08\x02\xff\xff\xff\xff\xff\xff\xff\xffabcd",
            "declares 18,446,744,065,119,617,025",
        ),
    ],
)
def test_parse_idx_damaged_content_is_named(content, match):
    with pytest.raises(DataError, match=f"labels: .*{match}"):
        parse_idx(content, "labels")


def test_read_bytes_plain_and_gzip_are_told_by_content(tmp_path):
    (tmp_path / "plain.gz").write_bytes(b"abc")
    # Two members and padding, as gzip allows.
    (tmp_path / "packed").write_bytes(gzip.compress(b"ab") + gzip.compress(b"c") + bytes(8))
    assert read_bytes(tmp_path / "plain.gz") == read_bytes(tmp_path / "packed") == b"abc"


@pytest.mark.parametrize("cut", [5, 15, -1])
def test_read_bytes_truncated_gzip_names_the_file(tmp_path, cut):
    (tmp_path / "packed.gz").write_bytes(gzip.compress(bytes(range(256)))[:cut])
    with pytest.raises(DataError, match=r"packed\.gz: the file is damaged or cut short"):
        read_bytes(tmp_path / "packed.gz")


def test_read_bytes_missing_or_folder_names_it(tmp_path):
    with pytest.raises(DataError, match="none: the file is missing"):
        read_bytes(tmp_path / "none")
    with pytest.raises(DataError, match="cannot be read"):
        read_bytes(tmp_path)


def test_read_bytes_more_than_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(idx, "MAXIMUM_BYTES", 1000)
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes(1001)))
    with pytest.raises(DataError, match=r"bomb\.gz: more than"):
        read_bytes(tmp_path / "bomb.gz")
