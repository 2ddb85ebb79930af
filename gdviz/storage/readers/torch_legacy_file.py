"""PyTorch's files from before version 1.6: five pickles in a row, then the storages' bytes.

A magic number, a protocol, facts about the machine, what was saved, and the storages' keys in the
order of their bytes, each storage behind the number of its values.
"""

from __future__ import annotations

from pathlib import Path

from gdviz.storage.readers.network_file import Limits, NetworkFile
from gdviz.storage.readers.pickle_heads import is_torch_pickle
from gdviz.storage.readers.pickle_state import Named, PickleError, PickleState
from gdviz.storage.readers.pickled_tensors import faults_named, pickle_limits
from gdviz.storage.readers.torch_objects import TORCH_NAMES, Storage, storage_of
from gdviz.storage.readers.torch_tensors import needed_leaves, network_of_leaves
from gdviz.storage.readers.torch_zip_file import resaving
from gdviz.storage.readers.unpickling import unpickled

TITLE = "PyTorch state_dict (before 1.6)"

_PROTOCOL = 1001
_COUNT_BYTES = 8


def recognises(head: bytes) -> bool:
    """Say whether a file that begins so is PyTorch's old kind."""
    return is_torch_pickle(head)


def read(path: Path, limits: Limits) -> NetworkFile:
    """Give the network in PyTorch's old kind of file.

    Raises
    ------
    NetworkFileError
        If it is damaged, beyond a limit, a program or no fully connected network.
    """
    with faults_named(str(path), resaving(path)):
        reading = _Reading(path, limits)
        leaves, places = reading.leaves(), reading.places()
        return network_of_leaves(TITLE, leaves, places.__getitem__, path, limits)


class _Reading:
    """One file, read from the front to the end."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.limits = limits
        self.storages: dict[str, Storage] = {}
        self.state = PickleState(
            path.read_bytes(), TORCH_NAMES, pickle_limits(limits), self.storage
        )

    def storage(self, identifier: object) -> Storage | Named:
        """Give the storage of an identifier: the same one for the same key."""
        storage = storage_of(identifier, "file")
        if isinstance(storage, Named):
            return storage
        known = self.storages.setdefault(storage.key, storage)
        if (known.code, known.n_values) != (storage.code, storage.n_values):
            raise PickleError(f"two storages have the key {ascii(storage.key)[:40]}")
        return known

    def leaves(self) -> dict[str, object]:
        """Give the tensors of the network: the first four pickles."""
        unpickled(self.state)
        protocol = unpickled(self.state)
        if protocol != _PROTOCOL:
            raise PickleError(f"PyTorch's protocol is not {_PROTOCOL}")
        unpickled(self.state)
        return needed_leaves(unpickled(self.state), self.limits)

    def places(self) -> dict[str, memoryview]:
        """Give the bytes of each storage: the fifth pickle and what follows it."""
        keys = unpickled(self.state)
        if not isinstance(keys, list):
            raise PickleError("the list of its storages is damaged")
        places: dict[str, memoryview] = {}
        for key in keys:
            storage = self.storages.get(key) if isinstance(key, str) else None
            if storage is None or storage.key in places:
                raise PickleError("the list of its storages is damaged")
            n_values = self.state.number(_COUNT_BYTES)
            if n_values != storage.n_values:
                raise PickleError(
                    f"its storage {ascii(storage.key)[:40]} is said to have {storage.n_values:,} "
                    f"values and has {n_values:,}"
                )
            places[storage.key] = self.state.take(storage.n_bytes)
        if places.keys() != self.storages.keys():
            raise PickleError("the bytes of a storage are missing")
        return places
