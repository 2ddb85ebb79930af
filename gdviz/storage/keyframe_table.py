"""Keyframes as a table and two tensors: what several branches share is written once.

The first keyframe is the newest state of the branch that is trained: its arrays stand in the file
as those of a checkpoint do, so that everything that opens a checkpoint opens a session too. Those
of all others are rows of ``session/parameters`` (n, P) and ``session/memory`` (rows, P).
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import FloatArray, Parameters
from gdviz.storage.checkpoint import float32_of, mark_entry
from gdviz.storage.readers import NetworkFile, NetworkFileError
from gdviz.storage.readers.gdviz_tensors import parsed_config, parsed_marks
from gdviz.storage.session_checks import check_mark, index_in, is_whole, listed, rows_of
from gdviz.training.config import TrainingConfig
from gdviz.training.marks import Mark
from gdviz.training.state import Keyframe, TrainingState

PARAMETERS, MEMORY = "session/parameters", "session/memory"

_MOST_MARKS = 10_000_000
"""Of all keyframes together: a few bytes of a file could otherwise ask for any amount."""

_MOST_ARRAYS = 16
"""Of an optimizer."""
_ENGINES = ("compiled", "numpy")

Array = npt.NDArray[Any]
Marks = tuple[Mark, ...]
Key = TypeVar("Key")


class KeyframeTable:
    """Collects keyframes to be written; equal ones become one.

    Parameters
    ----------
    live : Keyframe
        The newest state of the branch that is trained.
    """

    def __init__(self, live: Keyframe) -> None:
        self._rows: dict[tuple[object, ...], int] = {}
        self._known: dict[int, tuple[Keyframe, int]] = {}
        self._arrays: dict[bytes, int] = {}
        self._vectors: list[FloatArray] = []
        self._memories: list[FloatArray] = []
        self._configs: dict[TrainingConfig, int] = {}
        self._marks: dict[Marks, int] = {}
        self.add(live)

    def add(self, keyframe: Keyframe) -> int:
        """Give the row of a keyframe, which is a new one if there was no equal."""
        # Branches mostly share the very object. It is kept, so that its identity stays its own.
        if id(keyframe) not in self._known:
            self._known[id(keyframe)] = keyframe, self._row(keyframe)
        return self._known[id(keyframe)][1]

    def metadata(self) -> dict[str, object]:
        """Give all but the arrays, as JSON knows it."""
        return {
            "configs": [normal(config).to_toml() for config in self._configs],
            "marks": _mark_entries(list(self._marks)),
            "memory_rows": [len(memory) for memory in self._memories],
            "keyframes": [list(row) for row in self._rows],
        }

    def tensors(self) -> dict[str, Array]:
        """Give the arrays of all keyframes but the first."""
        tensors: dict[str, Array] = {}
        if len(self._vectors) > 1:
            tensors[PARAMETERS] = np.stack(self._vectors[1:])
        if any(len(memory) for memory in self._memories[1:]):
            tensors[MEMORY] = np.concatenate(self._memories[1:])
        return tensors

    def _row(self, keyframe: Keyframe) -> int:
        state = keyframe.state
        row = (
            self._array_index(state),
            _index(self._configs, keyframe.config),
            keyframe.engine,
            state.step,
            state.epoch,
            state.position,
            state.optimizer_step,
            _index(self._marks, state.marks),
        )
        return _index(self._rows, row)

    def _array_index(self, state: TrainingState) -> int:
        vector, memory = float32_of(state.parameters.vector), float32_of(state.optimizer_state)
        digest = blake2b(vector.data, digest_size=32)
        digest.update(memory.tobytes())
        index = _index(self._arrays, digest.digest() + len(memory).to_bytes(2))
        if index == len(self._vectors):
            self._vectors.append(vector)
            self._memories.append(memory)
        return index


def normal(config: TrainingConfig) -> TrainingConfig:
    """Give an equal configuration as it is read: 25 where 25.0 is meant prints otherwise."""
    return TrainingConfig.from_toml(config.to_toml())


def keyframes_of(
    said: Mapping[str, Any], tensors: Mapping[str, Array], network: NetworkFile, name: str
) -> list[Keyframe]:
    """Give the keyframes that `KeyframeTable` wrote.

    Parameters
    ----------
    said : mapping
        What `KeyframeTable.metadata` gave.
    tensors : mapping of str to ndarray
    network : NetworkFile
        The newest state of the branch that is trained, with its configuration.
    name : str
        Named in an error.

    Raises
    ------
    NetworkFileError
        If a part is damaged or contradicts another.
    """
    configs = [_config(text, network, name) for text in listed(said, "configs", name)]
    marks = _marks_of(listed(said, "marks", name), name)
    arrays = _arrays_of(listed(said, "memory_rows", name), tensors, network, name)
    rows = listed(said, "keyframes", name)
    keyframes = [_keyframe(row, arrays, configs, marks, name) for row in rows]
    if not keyframes or _place(keyframes[0].config, keyframes[0].state) != _place(
        network.config, network.state
    ):
        raise NetworkFileError(f"{name}: its first keyframe is not the state that it goes on from")
    return keyframes


def _place(config: TrainingConfig | None, state: TrainingState | None) -> tuple[object, ...]:
    if state is None:
        return (config,)
    return config, state.step, state.epoch, state.position, state.optimizer_step, state.marks


def _index(known: dict[Key, int], key: Key) -> int:
    return known.setdefault(key, len(known))


def _mark_entries(lists: list[Marks]) -> list[object]:
    """Give lists of marks, each by how many it shares with the one before, and the others."""
    entries: list[object] = []
    before: Marks = ()
    for marks in lists:
        pairs = enumerate(zip(before, marks, strict=False))
        n_shared = next((k for k, (a, b) in pairs if a != b), min(len(before), len(marks)))
        for mark in marks[n_shared:]:
            check_mark(mark, "the session")
        entries.append([n_shared, [mark_entry(mark) for mark in marks[n_shared:]]])
        before = marks
    return entries


def _marks_of(entries: list[Any], name: str) -> list[Marks]:
    lists: list[Marks] = []
    before: Marks = ()
    n_marks = 0
    for entry in entries:
        is_pair = isinstance(entry, list) and len(entry) == 2
        if not is_pair or not is_whole(entry[0], len(before)):
            raise NetworkFileError(f"{name}: its list of changed settings is damaged")
        own = parsed_marks(entry[1], name)
        for mark in own:
            check_mark(mark, name)
        before = before[: entry[0]] + own
        n_marks += len(before)
        if n_marks > _MOST_MARKS:
            raise NetworkFileError(
                f"{name}: the changed settings of its keyframes are more than the limit of "
                f"{_MOST_MARKS:,}"
            )
        lists.append(before)
    return lists


def _config(text: object, network: NetworkFile, name: str) -> TrainingConfig:
    config = parsed_config(text, name)
    if config.layer_sizes != network.architecture.layer_sizes:
        raise NetworkFileError(
            f"{name}: a keyframe is of {config.architecture.name}, the rest of the file of "
            f"{network.architecture.name}"
        )
    return config


def _arrays_of(
    memory_rows: list[Any], tensors: Mapping[str, Array], network: NetworkFile, name: str
) -> list[tuple[Parameters, FloatArray]]:
    """Give parameters and optimizer's memory of each entry, private and read-only."""
    if network.state is None or not memory_rows:
        raise NetworkFileError(f"{name}: it holds no state to go on from")
    if not all(is_whole(rows, _MOST_ARRAYS) for rows in memory_rows):
        raise NetworkFileError(f"{name}: its list of optimizer arrays is damaged")
    layout = network.parameters.layout
    n_memory = sum(memory_rows[1:])
    vectors = rows_of(tensors, PARAMETERS, (len(memory_rows) - 1, layout.size), np.float32, name)
    memories = rows_of(tensors, MEMORY, (n_memory, layout.size), np.float32, name)
    arrays = [(network.parameters, network.state.optimizer_state)]
    start = 0
    for vector, n_rows in zip(vectors, memory_rows[1:], strict=True):
        memory = memories[start : start + n_rows].copy()
        memory.flags.writeable = False
        arrays.append((Parameters(vector, layout).frozen_copy(), memory))
        start += n_rows
    return arrays


def _keyframe(
    row: object,
    arrays: list[tuple[Parameters, FloatArray]],
    configs: list[TrainingConfig],
    marks: list[Marks],
    name: str,
) -> Keyframe:
    if not isinstance(row, list) or len(row) != 8:
        raise NetworkFileError(f"{name}: the entry of a keyframe is damaged")
    parameters, memory = arrays[index_in(arrays, row[0], "arrays of a keyframe", name)]
    config = configs[index_in(configs, row[1], "configuration of a keyframe", name)]
    at, counters = row[2], row[3:7]
    if at not in _ENGINES:
        raise NetworkFileError(f"{name}: a keyframe is of the engine {str(at)[:40]!r}, not known")
    if not all(is_whole(counter) for counter in counters):
        raise NetworkFileError(f"{name}: a keyframe's step {str(counters)[:60]} cannot be used")
    if len(memory) != len(OPTIMIZERS[config.optimizer].arrays):
        raise NetworkFileError(
            f"{name}: {len(memory)} arrays of a keyframe are not those of {config.optimizer}"
        )
    known = marks[index_in(marks, row[7], "marks of a keyframe", name)]
    step, epoch, position, n_updates = counters
    state = TrainingState(parameters, memory, n_updates, step, epoch, position, known)
    return Keyframe(state, config, at)
