"""Archives with tables of contents of the 64-bit kind, which PyTorch writes."""

import io
import struct
import zipfile

import pytest

from gdviz.data.archive import ArrayFileError, ArrayLimits, damage_named, member_names


def _archive(tmp_path, count=2, directory_bytes=None, signature=b"PK\x06\x06"):
    """Two entries, and the end as PyTorch writes it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a", b"x")
        archive.writestr("b", b"y")
    content = stream.getvalue()
    end = content[-22:]
    n_bytes, offset = struct.unpack("<LL", end[12:20])
    n_bytes = n_bytes if directory_bytes is None else directory_bytes
    record = struct.pack("<4sQ2H2L4Q", signature, 44, 45, 45, 0, 0, count, count, n_bytes, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(content) - 22, 1)
    path = tmp_path / "archive"
    path.write_bytes(content[:-22] + record + locator + end)
    return path


def test_member_names_of_a_64_bit_table_of_contents(tmp_path):
    path = _archive(tmp_path)
    with zipfile.ZipFile(path) as archive:
        assert member_names(path, ArrayLimits()) == archive.namelist() == ["a", "b"]


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"count": 10_001}, "10,001 entries are more than the limit of 10,000"),
        ({"directory_bytes": 2**40}, "table of contents of 1,099,511,627,776 bytes"),
        ({"signature": b"PK\x06\x05"}, "table of contents of the archive is damaged"),
    ],
)
def test_member_names_64_bit_record_is_believed_as_zipfile_does(
    tmp_path, monkeypatch, changes, match
):
    path = _archive(tmp_path, **changes)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(ArrayFileError, match=match):
        member_names(path, ArrayLimits())


@pytest.mark.parametrize("name", ["a\nb", "n" * 256])
def test_member_names_that_fit_no_sentence_are_refused(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "archive", "w") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(ArrayFileError, match="name of an entry is long or cannot be printed"):
        member_names(tmp_path / "archive", ArrayLimits())


def test_damage_named_lets_named_errors_pass(tmp_path):
    with pytest.raises(KeyError), damage_named(tmp_path, passing=KeyError):
        raise KeyError
    with pytest.raises(ArrayFileError, match="the file is damaged"), damage_named(tmp_path):
        raise KeyError
