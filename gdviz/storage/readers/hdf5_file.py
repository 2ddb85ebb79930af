"""HDF5 from strangers: the arrays below a group and the texts at one, and nothing else.

pyfive reads the file's structure, in Python; it knows nothing of hostile files, so that it reads
through a file that counts (`_CountedFile`) and its objects check what they are about to take memory
for. The numbers themselves are read here: their size and place must lie within the file. What is
compressed, cut into chunks, or kept in another file is refused.

References
----------
The HDF Group, *HDF5 File Format Specification Version 3.0*.
"""

from __future__ import annotations

import io
import math
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.storage.readers.network_file import Limits, NetworkFileError

Array = npt.NDArray[Any]

HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"

_STRUCTURE_BYTES = 4 << 20
_STRUCTURE_READS = 40_000
_SECONDS = 10.0
_ATTRIBUTE_VALUES = 4_096
_DEPTH = 12
_NAMES = 50_000

_COMPACT, _CONTIGUOUS = 0, 1
_LAYOUTS = {2: "cut into chunks or compressed", 3: "virtual, kept in other files"}
_UNDEFINED_ADDRESS = 2**64 - 1
_EXTERNAL_LINK, _HAS_LINK_TYPE = 64, 8
_EXTERNAL_FILES_MESSAGE = 7


class MissingExtraError(NetworkFileError):
    """The file is of a format that needs a package which is not installed."""


class _StructureError(ValueError):
    """What this module refuses while pyfive reads."""


class Hdf5Group:
    """A group in an HDF5 file; made by `open_hdf5`, used by the thread that made it.

    Attributes
    ----------
    names : list of str
        Of what is in this group, in the order of the file.
    """

    def __init__(self, file: _OpenFile, group: Any, path: str) -> None:
        self._file = file
        self._group = group
        self._path = path
        self.names: list[str] = file.guarded(lambda: list(group))
        file.count_names(len(self.names))

    def text(self, attribute: str) -> str | None:
        """Give a text kept at this group; None if there is none of that name."""
        value = self._file.guarded(lambda: self._group.attrs.get(attribute))
        if isinstance(value, bytes):
            return value.decode("utf-8", "replace")
        return value if isinstance(value, str) else None

    def texts(self, attribute: str) -> list[str]:
        """Give a list of texts kept at this group; empty if there is none of that name."""
        values = self._file.guarded(lambda: self._group.attrs.get(attribute))
        listed = values.tolist() if isinstance(values, np.ndarray) else []
        return [
            value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
            for value in (listed if isinstance(listed, list) else [listed])
        ]

    def group(self, name: str) -> Hdf5Group | None:
        """Give the group of that name in this one; None if there is none."""
        child = self._child(name)
        is_group = child is not None and not self._file.is_dataset(child)
        return Hdf5Group(self._file, child, f"{self._path}{name}/") if is_group else None

    def _child(self, name: str) -> Any:
        # Lazy: where an array is cut into chunks, the list of these is not read. (To ask pyfive
        # whether a name is in a group is not.)
        is_there = name in self.names
        return self._file.guarded(lambda: self._group.get_lazy_view(name)) if is_there else None

    def arrays(self, depth: int = _DEPTH) -> Iterator[tuple[str, Array]]:
        """Give (path below this group, array) for all arrays below, in the order of the file."""
        for name in self.names:
            child = self._file.guarded(lambda name=name: self._group.get_lazy_view(name))
            if child is not None and self._file.is_dataset(child):
                yield name, self._file.array(child, f"{self._path}{name}")
            elif (group := self.group(name)) is not None:
                if depth == 0:
                    raise NetworkFileError(
                        f"{self._file.name}: more than {_DEPTH} groups within each other"
                    )
                for path, array in group.arrays(depth - 1):
                    yield f"{name}/{path}", array


def open_hdf5(content: bytes, name: str, limits: Limits) -> Hdf5Group:
    """Give the outermost group of an HDF5 file.

    Parameters
    ----------
    content : bytes
    name : str
        Named in an error.
    limits : Limits

    Raises
    ------
    MissingExtraError
        If pyfive is not installed.
    NetworkFileError
        If the file is damaged, beyond a limit, or refers to another file.
    """
    try:
        import pyfive  # noqa: PLC0415  an extra, which may be missing
    except ImportError:
        raise MissingExtraError(
            f"{name}: Keras files are kept as HDF5, which needs one more package: "
            'pip install "gdviz[keras]"'
        ) from None
    file = _OpenFile(content, name, limits, pyfive.Dataset)
    root = file.guarded(lambda: _checked_file(_CountedFile(content)))
    return Hdf5Group(file, root, "/")


@dataclass(slots=True)
class _OpenFile:
    """What is open, and the one place in which pyfive's errors become sentences."""

    content: bytes
    name: str
    limits: Limits
    dataset_type: type
    n_values: int = 0
    n_tensors: int = 0
    n_names: int = 0

    def guarded(self, read: Any) -> Any:
        """Give what a reading with pyfive gives."""
        try:
            return read()
        except NetworkFileError:
            raise
        except _StructureError as error:
            raise NetworkFileError(f"{self.name}: {error}") from None
        except Exception as error:  # noqa: BLE001  on damage pyfive raises whatever comes of it
            reason = " ".join(str(error).split())[:120] or type(error).__name__
            raise NetworkFileError(f"{self.name}: a damaged HDF5 file ({reason})") from None

    def is_dataset(self, child: Any) -> bool:
        """Say whether something in a group is an array."""
        return isinstance(child, self.dataset_type)

    def array(self, dataset: Any, path: str) -> Array:
        """Give the numbers of a dataset, as a view of the file where they stand in a row."""
        shape, dtype, layout = self.guarded(
            lambda: (dataset.shape, dataset.dtype, dataset.id.layout_class)
        )
        where = f"{self.name}: {path[:80]}"
        if shape is None or not isinstance(dtype, np.dtype) or dtype.kind not in "biuf":
            raise NetworkFileError(f"{where}: values of type {str(dtype)[:40]}, not numbers")
        if layout not in (_COMPACT, _CONTIGUOUS):
            raise NetworkFileError(f"{where}: {_LAYOUTS.get(layout, 'of an unknown layout')}")
        count = math.prod(shape)
        self._count(count)
        if layout == _COMPACT:
            values = self.guarded(lambda: np.asarray(dataset[()]))
            if values.size != count:
                raise NetworkFileError(f"{where}: {values.size:,} values, its shape is {shape}")
            return np.asarray(values).reshape(shape)
        offset = self.guarded(lambda: dataset.id.data_offset)
        if count == 0:
            return np.empty(shape, dtype)
        if offset == _UNDEFINED_ADDRESS:
            raise NetworkFileError(f"{where}: its numbers are not in this file")
        if offset + count * dtype.itemsize > len(self.content):
            raise NetworkFileError(
                f"{where}: {count * dtype.itemsize:,} bytes at {offset:,} reach beyond the end of "
                "the file"
            )
        return np.frombuffer(self.content, dtype, count, offset).reshape(shape)

    def count_names(self, n_names: int) -> None:
        """Count the names in a group: groups within each other in circles have no end of them."""
        self.n_names += n_names
        if self.n_names > _NAMES:
            raise NetworkFileError(
                f"{self.name}: {self.n_names:,} names of groups and arrays are more than the limit "
                f"of {_NAMES:,}"
            )

    def _count(self, n_values: int) -> None:
        self.n_values += n_values
        self.n_tensors += 1
        for what, value, limit in (
            ("parameters", self.n_values, self.limits.parameters),
            ("tensors", self.n_tensors, self.limits.tensors),
        ):
            if value > limit:
                raise NetworkFileError(
                    f"{self.name}: {value:,} {what} are more than the limit of {limit:,}"
                )


class _CountedFile:
    """Bytes as a file that allows so many reads, bytes and seconds.

    Every loop of pyfive over what a file declares reads from the file, so that trees whose
    branches lead back to their root end here.
    """

    def __init__(self, content: bytes) -> None:
        self._stream = io.BytesIO(content)
        self._n_bytes = _STRUCTURE_BYTES
        self._n_reads = _STRUCTURE_READS
        self._ends_at = time.monotonic() + _SECONDS

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._stream.seek(min(offset, 2**62), whence)

    def tell(self) -> int:
        return self._stream.tell()

    def read(self, size: int = -1) -> bytes:
        self._n_reads -= 1
        content = self._stream.read(min(size, self._n_bytes + 1) if size >= 0 else 0)
        self._n_bytes -= len(content)
        if self._n_reads < 0 or self._n_bytes < 0 or time.monotonic() > self._ends_at:
            raise _StructureError(
                f"the structure of this HDF5 file takes more than {_STRUCTURE_READS:,} reads, "
                f"{_STRUCTURE_BYTES:,} bytes or {_SECONDS:g} s"
            )
        return content


def _checked_file(stream: _CountedFile) -> Any:
    """Give a pyfive file whose objects take no memory and follow no link without a check.

    Three inner functions of pyfive are overridden, which is why its version is pinned to what
    the tests have seen.
    """
    from pyfive.dataobjects import DataObjects  # noqa: PLC0415  an extra, which may be missing
    from pyfive.high_level import File  # noqa: PLC0415  the same

    class CheckedObjects(DataObjects):  # type: ignore[misc]  # pyfive is untyped
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            if self.find_msg_type(_EXTERNAL_FILES_MESSAGE):
                raise _StructureError("an array of it is kept in another file, which is not opened")

        def _attr_value(self, ptype: Any, buf: Any, count: int, offset: int) -> Any:
            if not 0 <= count <= _ATTRIBUTE_VALUES:
                raise _StructureError(
                    f"an attribute of {count:,} values; the limit is {_ATTRIBUTE_VALUES:,}"
                )
            return super()._attr_value(ptype, buf, count, offset)

        @staticmethod
        def _decode_link_msg(data: Any, offset: int) -> Any:
            if data[offset + 1] & _HAS_LINK_TYPE and data[offset + 2] == _EXTERNAL_LINK:
                raise _StructureError("it links to another file, which is not opened")
            return DataObjects._decode_link_msg(data, offset)  # noqa: SLF001  it is overridden here

    class CheckedFile(File):  # type: ignore[misc]  # pyfive is untyped
        def _get_dataobjects(self, address: int) -> Any:
            known = self._dataobjects_cache
            if address not in known:
                known[address] = CheckedObjects(
                    self._fh,
                    address,
                    decode_strings=self.decode_strings,
                    global_heaps=self._global_heaps,
                )
            return known[address]

    return CheckedFile(stream, decode_strings=True)
