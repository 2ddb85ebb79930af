"""PyTorch's `.pt` and `.pth` since version 1.6: an archive of one pickle and the storages' bytes.

A state_dict, or a dictionary that holds one. Whole modules and TorchScript are programs: refused,
with the names of their classes and the lines that save the state_dict.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from gdviz.data.archive import (
    ArrayFileError,
    ArrayLimits,
    checked_archive,
    damage_named,
)
from gdviz.storage.readers.network_file import Limits, NetworkFile, NetworkFileError
from gdviz.storage.readers.pickle_state import PickleError, PickleState
from gdviz.storage.readers.pickled_tensors import faults_named, pickle_limits
from gdviz.storage.readers.torch_objects import TORCH_NAMES, Tensor, storage_of
from gdviz.storage.readers.torch_tensors import needed_leaves, network_of_leaves
from gdviz.storage.readers.unpickling import ForeignNamesError, unpickled
from gdviz.storage.readers.zip_head import first_member

TITLE = "PyTorch state_dict"

_PICKLE = "data.pkl"
_SCRIPT = "constants.pkl"
_BYTE_ORDERS = {b"little": "<", b"big": ">"}


def recognises(head: bytes) -> bool:
    """Say whether a file that begins so is an archive whose first entry is PyTorch's pickle."""
    name = first_member(head)
    return name == _PICKLE.encode() or name.endswith(b"/" + _PICKLE.encode())


def read(path: Path, limits: Limits) -> NetworkFile:
    """Give the network in PyTorch's archive.

    Raises
    ------
    NetworkFileError
        If it is damaged, beyond a limit, a program or no fully connected network.
    """
    allowed = ArrayLimits(limits.file_bytes, limits.archive_entries, limits.array_bytes)
    try:
        with (
            damage_named(path, passing=NetworkFileError),
            path.open("rb") as file,
            checked_archive(file, path, allowed) as (archive, members),
            faults_named(str(path), resaving(path)),
        ):
            by_name = {member.filename: member for member in members}
            return _Archive(archive, by_name, path).network(limits)
    except ArrayFileError as error:
        raise NetworkFileError(str(error)) from None


class _Archive:
    """The entries of one archive, all below one folder."""

    def __init__(
        self, archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], path: Path
    ) -> None:
        self.archive = archive
        self.members = members
        self.path = path
        pickles = [name for name in members if name.rpartition("/")[2] == _PICKLE]
        if len(pickles) != 1:
            raise PickleError(f"it has {len(pickles)} pickles of the name {_PICKLE}")
        self.folder = pickles[0].removesuffix(_PICKLE)
        self.read_before: dict[str, memoryview] = {}

    def network(self, limits: Limits) -> NetworkFile:
        """Give the network; the pickle is done with before the first storage is read."""
        leaves = self.leaves(limits)
        byte_order = _BYTE_ORDERS.get(self.content("byteorder", b"little", 16))
        if byte_order is None:
            raise PickleError("its byte order is neither little nor big")
        return network_of_leaves(TITLE, leaves, self.storage, self.path, limits, byte_order)

    def leaves(self, limits: Limits) -> dict[str, object]:
        """Give the tensors of the network, whose storages are still to be read."""
        state = PickleState(
            self.content(_PICKLE, None, limits.pickle_bytes),
            TORCH_NAMES,
            pickle_limits(limits),
            lambda identifier: storage_of(identifier, "archive"),
        )
        is_script = self.folder + _SCRIPT in self.members
        try:
            root = unpickled(state)
        except ForeignNamesError as fault:
            if is_script:
                raise _script_refused(fault, self.path) from None
            raise
        if is_script:
            raise _script_refused(None, self.path)
        leaves = needed_leaves(root, limits)
        for leaf in leaves.values():
            if isinstance(leaf, Tensor):
                self.check_storage(leaf)
        return leaves

    def check_storage(self, tensor: Tensor) -> None:
        """Require that a tensor's storage is there and as large as it is said to be."""
        storage = tensor.storage
        member = self.members.get(f"{self.folder}data/{storage.key}")
        if member is None:
            raise PickleError(f"its storage {ascii(storage.key)[:40]} is missing")
        if storage.n_bytes > member.file_size:
            raise PickleError(
                f"its storage {ascii(storage.key)[:40]} is said to have {storage.n_bytes:,} "
                f"bytes and has {member.file_size:,}"
            )

    def storage(self, key: str) -> memoryview:
        """Give the bytes of a storage, read once."""
        if key not in self.read_before:
            content = self.archive.read(self.members[f"{self.folder}data/{key}"])
            self.read_before[key] = memoryview(content)
        return self.read_before[key]

    def content(self, name: str, default: bytes | None, most: int) -> bytes:
        """Give the bytes of a small entry."""
        member = self.members.get(self.folder + name)
        if member is None and default is not None:
            return default
        if member is None or member.file_size > most:
            size = "missing" if member is None else f"{member.file_size:,} bytes"
            raise PickleError(f"its {name} is {size}; at most {most:,} bytes are read")
        return self.archive.read(member)


def _script_refused(fault: ForeignNamesError | None, path: Path) -> NetworkFileError:
    names = f" ({', '.join(fault.names[:6])})" if fault else ""
    return NetworkFileError(
        f"{path}: a TorchScript program{names}. Nothing that a file names is ever run here; where "
        f"PyTorch is, the lines model = torch.jit.load({path.name!r}) and "
        f"torch.save(model.state_dict(), {path.stem + '_state_dict.pt'!r}) save what opens"
    )


def resaving(path: Path) -> str:
    """Give the two lines that save a whole module's state_dict."""
    return (
        "where its own program is, the lines model = torch.load("
        f"{path.name!r}, weights_only=False) and torch.save(model.state_dict(), "
        f"{path.stem + '_state_dict.pt'!r}) save what opens"
    )
