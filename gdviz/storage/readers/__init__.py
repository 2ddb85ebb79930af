"""Readers of saved networks: the door through which strangers' files come in.

One file per format, chosen by content and never by suffix, each with ``recognises(head)`` and
``read(path, limits)``. A reader builds arrays and plain text; it never builds, imports or calls
anything that a file names.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gdviz.data.archive import ArrayFileError, ArrayLimits, member_names
from gdviz.data.dataset import Split
from gdviz.storage.readers import (
    joblib_file,
    keras_file,
    nielsen_json,
    npz_file,
    onnx_file,
    pickle_file,
    safetensors_file,
    torch_legacy_file,
    torch_zip_file,
)
from gdviz.storage.readers.guessing import with_guesses
from gdviz.storage.readers.network_file import Limits, NetworkFile, NetworkFileError
from gdviz.storage.readers.refused import REFUSED
from gdviz.storage.readers.zip_head import first_member, head_with

DEFAULT_LIMITS = Limits()

HEAD_BYTES = 512
"""What a reader sees of a file to say whether it is its own."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One format.

    Parameters
    ----------
    title : str
        What people read where the formats are listed.
    suffixes : tuple of str
        For file dialogs; the content decides.
    recognises, read : callable
        See the module.
    """

    title: str
    suffixes: tuple[str, ...]
    recognises: Callable[[bytes], bool]
    read: Callable[[Path, Limits], NetworkFile]


# In this order: a safetensors header of 123 bytes begins with "{" and is not JSON.
READERS: tuple[Reader, ...] = (
    Reader(
        "safetensors",
        (".safetensors", ".gdviz"),
        safetensors_file.recognises,
        safetensors_file.read,
    ),
    Reader("NumPy .npz", (".npz", ".npy"), npz_file.recognises, npz_file.read),
    Reader("PyTorch", (".pt", ".pth"), torch_zip_file.recognises, torch_zip_file.read),
    Reader(
        "PyTorch before 1.6",
        (".pt", ".pth"),
        torch_legacy_file.recognises,
        torch_legacy_file.read,
    ),
    Reader("scikit-learn", (".joblib", ".pkl"), joblib_file.recognises, joblib_file.read),
    Reader("pickles of arrays", (".pkl", ".pickle"), pickle_file.recognises, pickle_file.read),
    Reader("Keras", (".keras", ".h5", ".hdf5"), keras_file.recognises, keras_file.read),
    Reader("ONNX", (".onnx",), onnx_file.recognises, onnx_file.read),
    Reader("Nielsen JSON", (".json",), nielsen_json.recognises, nielsen_json.read),
)


def read_network(
    path: str | os.PathLike[str], digits: Split | None = None, limits: Limits = DEFAULT_LIMITS
) -> NetworkFile:
    """Give the network in a file of any known format, safely.

    Any thread may call.

    Parameters
    ----------
    path : path
    digits : Split, optional
        MNIST's test images, on which a guess is made; loaded if they are needed and not given.
    limits : Limits

    Returns
    -------
    NetworkFile

    Raises
    ------
    NetworkFileError
        One sentence that names the file and what is wrong with it.
    """
    path = Path(path)
    try:
        network = _reader_of(path, limits).read(path, limits)
    except OSError as error:
        raise NetworkFileError(f"{path}: cannot be read ({error.strerror or error})") from None
    except (ValueError, MemoryError) as error:
        if isinstance(error, NetworkFileError):
            raise
        raise NetworkFileError(f"{path}: cannot be read ({error})") from None
    return with_guesses(network, digits)


def _reader_of(path: Path, limits: Limits) -> Reader:
    """Give the reader of a file, by its first bytes; of an archive, by any entry's name."""
    head = read_head(path, limits)
    reader = _first_to_recognise([head])
    if reader is None and first_member(head):
        reader = _first_to_recognise(_heads_of_archive(path, limits))
    if reader is not None:
        return reader
    title = next((kind.title for kind in REFUSED if kind.recognises(head)), "no known format")
    known = ", ".join(reader.title for reader in READERS[:-1])
    raise NetworkFileError(
        f"{path}: this is {title}; networks open from {known} and {READERS[-1].title}"
    )


def _first_to_recognise(heads: list[bytes]) -> Reader | None:
    return next(
        (reader for reader in READERS if any(reader.recognises(head) for head in heads)), None
    )


def _heads_of_archive(path: Path, limits: Limits) -> list[bytes]:
    """Give the heads that an archive would have with each of its entries as the first one."""
    allowed = ArrayLimits(limits.file_bytes, limits.archive_entries, limits.array_bytes)
    try:
        return [head_with(name) for name in member_names(path, allowed)]
    except ArrayFileError:
        return []


def read_head(path: Path, limits: Limits) -> bytes:
    """Give the first `HEAD_BYTES` of an ordinary file that is not too large."""
    try:
        status = path.stat()
    except FileNotFoundError:
        raise NetworkFileError(f"{path}: no such file") from None
    if stat.S_ISDIR(status.st_mode):
        raise NetworkFileError(f"{path}: a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        # A pipe or a device could be read for ever.
        raise NetworkFileError(f"{path}: not an ordinary file")
    if status.st_size == 0:
        raise NetworkFileError(f"{path}: the file is empty")
    if status.st_size > limits.file_bytes:
        raise NetworkFileError(
            f"{path}: {status.st_size:,} bytes are more than the limit of {limits.file_bytes:,}"
        )
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


__all__ = [
    "READERS",
    "Limits",
    "NetworkFile",
    "NetworkFileError",
    "Reader",
    "read_head",
    "read_network",
]
