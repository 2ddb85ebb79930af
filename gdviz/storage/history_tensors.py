"""Histories of several branches as a few tensors; what a branch shares with its parent stands once.

The rows of all branches stand one after the other: ``session/steps`` (n,), ``session/epochs``,
``session/costs``, ``session/learning_rates``, ``session/gradient_norms`` (n, layers),
``session/smoothed``. Evaluations likewise: ``session/evaluation_counts`` (k, 5) and
``session/evaluation_values`` (k, 3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.history_arrays import HistoryArrays
from gdviz.analysis.thinning import copied_rows
from gdviz.storage.readers import Limits, NetworkFileError
from gdviz.storage.session_checks import index_in, is_whole, listed, rows_of, whole
from gdviz.training.evaluation import Evaluation
from gdviz.training.records import record_dtype

Array = npt.NDArray[Any]

_COLUMNS = {
    "session/steps": "step",
    "session/epochs": "epoch",
    "session/costs": "cost",
    "session/learning_rates": "learning_rate",
    "session/gradient_norms": "gradient_norm",
}
_SMOOTHED = "session/smoothed"
_COUNTS, _VALUES = "session/evaluation_counts", "session/evaluation_values"


def history_tensors(
    histories: Sequence[HistoryArrays | None], parents: Sequence[int | None], n_layers: int
) -> tuple[dict[str, Array], list[dict[str, object] | None]]:
    """Give the tensors of some histories, and what stands of each in the metadata.

    Parameters
    ----------
    histories : sequence of HistoryArrays or None
    parents : sequence of int or None
        For each an earlier one with which it may share its first rows.
    n_layers : int
        Layers with weights.
    """
    entries: list[dict[str, object] | None] = []
    own: list[tuple[Array, Array]] = [
        (np.empty(0, record_dtype(n_layers)), np.empty(0, np.float32))
    ]
    evaluations: list[Evaluation] = []
    for history, parent in zip(histories, parents, strict=True):
        if history is None:
            entries.append(None)
            continue
        elder = None if parent is None else histories[parent]
        n_shared = 0 if elder is None else _shared_rows(elder, history)
        own.append((history.records[n_shared:], history.smoothed[n_shared:]))
        evaluations += history.evaluations
        entries.append(_entry(history, parent if n_shared else None, n_shared))
    tensors = {
        # Each column on its own: NumPy joins rows of several fields four times more slowly.
        key: np.concatenate([rows[column] for rows, _ in own])
        for key, column in _COLUMNS.items()
    }
    tensors[_SMOOTHED] = np.concatenate([rows for _, rows in own])
    tensors |= _evaluation_tensors(evaluations)
    return {key: tensor for key, tensor in tensors.items() if len(tensor)}, entries


def histories_of(
    entries: Sequence[Any],
    tensors: Mapping[str, Array],
    n_layers: int,
    name: str,
    limits: Limits,
) -> list[HistoryArrays | None]:
    """Give the histories that `history_tensors` wrote, still to be checked.

    Parameters
    ----------
    entries : sequence
        One for each branch, from the metadata.
    tensors : mapping of str to ndarray
    n_layers : int
    name : str
        Named in an error.
    limits : Limits

    Raises
    ------
    NetworkFileError
        If a part is damaged or contradicts another.
    """
    for entry in entries:
        if entry is not None and not isinstance(entry, dict):
            raise NetworkFileError(f"{name}: the entry of a branch's curves is damaged")
    present = [entry for entry in entries if entry is not None]
    records, smoothed = _all_rows(
        sum(whole(e, "rows", name) for e in present), tensors, n_layers, name
    )
    evaluations = _all_evaluations(
        sum(whole(e, "evaluations", name) for e in present), tensors, name
    )
    n_bytes = sum(whole(e, "rows", name) + whole(e, "shared", name) for e in present) * (
        records.itemsize + 4
    )
    if n_bytes > limits.array_bytes:
        raise NetworkFileError(
            f"{name}: {n_bytes:,} bytes of curves are more than the limit of {limits.array_bytes:,}"
        )
    histories: list[HistoryArrays | None] = []
    row = evaluation = 0
    for entry in entries:
        if entry is None:
            histories.append(None)
            continue
        rows = slice(row, row := row + entry["rows"])
        scored = evaluations[evaluation : (evaluation := evaluation + entry["evaluations"])]
        before = _elder_rows(entry, histories, name)
        own = (records[rows], smoothed[rows])
        if before is not None:
            own = (np.concatenate([before[0], own[0]]), np.concatenate([before[1], own[1]]))
        histories.append(_history(entry, own, tuple(scored), name))
    return histories


def _shared_rows(elder: HistoryArrays, younger: HistoryArrays) -> int:
    """Count the rows at the beginning that are equal to the bit."""
    n_rows = min(len(elder.records), len(younger.records))
    equal = np.ones(n_rows, bool)
    for name in ("records", "smoothed"):
        one, other = (_bytes_of_rows(getattr(h, name)[:n_rows]) for h in (elder, younger))
        equal &= (one == other).all(axis=1)
    return n_rows if equal.all() else int(equal.argmin())


def _bytes_of_rows(array: Array) -> npt.NDArray[np.uint8]:
    plain = np.ascontiguousarray(array)
    return plain.view(np.uint8).reshape(len(plain), array.dtype.itemsize)


def _entry(history: HistoryArrays, elder: int | None, n_shared: int) -> dict[str, object]:
    return {
        "elder": elder,
        "shared": n_shared,
        "rows": len(history.records) - n_shared,
        "evaluations": len(history.evaluations),
        "restarts": list(history.restarts),
        "stretches": [list(stretch) for stretch in history.stretches],
        "smoothing_sums": list(history.smoothing_sums),
        "most_rows": history.most_rows,
    }


def _evaluation_tensors(evaluations: Sequence[Evaluation]) -> dict[str, Array]:
    counts = [
        [e.step, e.test_correct, e.test_total, e.train_correct, e.train_total] for e in evaluations
    ]
    values = [[e.epoch, e.test_cost, e.train_cost] for e in evaluations]
    return {
        _COUNTS: np.array(counts, np.int64).reshape(-1, 5),
        _VALUES: np.array(values, np.float64).reshape(-1, 3),
    }


def _all_rows(
    n_rows: int, tensors: Mapping[str, Array], n_layers: int, name: str
) -> tuple[Array, Array]:
    dtype = record_dtype(n_layers)
    columns = {
        column: rows_of(tensors, key, (n_rows, *dtype[column].shape), dtype[column].base, name)
        for key, column in _COLUMNS.items()
    }
    records = np.empty(n_rows, dtype)
    for column, values in columns.items():
        records[column] = values
    return records, rows_of(tensors, _SMOOTHED, (n_rows,), np.float32, name)


def _all_evaluations(
    n_evaluations: int, tensors: Mapping[str, Array], name: str
) -> list[Evaluation]:
    counts = rows_of(tensors, _COUNTS, (n_evaluations, 5), np.int64, name).tolist()
    values = rows_of(tensors, _VALUES, (n_evaluations, 3), np.float64, name).tolist()
    evaluations = []
    for (step, right, total, train_right, train_total), (epoch, cost, train_cost) in zip(
        counts, values, strict=True
    ):
        if step < 0 or not 0 <= right <= total or not 0 <= train_right <= train_total or total < 1:
            raise NetworkFileError(f"{name}: an evaluation says {right:,} right of {total:,}")
        evaluations.append(
            Evaluation(step, epoch, cost, right, total, train_cost, train_right, train_total)
        )
    return evaluations


def _elder_rows(
    entry: dict[str, Any], histories: Sequence[HistoryArrays | None], name: str
) -> tuple[Array, Array] | None:
    if entry.get("elder") is None:
        return None
    elder = histories[index_in(histories, entry["elder"], "curves shared with", name)]
    if elder is None or len(elder.records) < entry["shared"]:
        raise NetworkFileError(f"{name}: a branch shares more of its curves than there is")
    return elder.records[: entry["shared"]], elder.smoothed[: entry["shared"]]


def _history(
    entry: dict[str, Any],
    rows: tuple[Array, Array],
    evaluations: tuple[Evaluation, ...],
    name: str,
) -> HistoryArrays:
    restarts = listed(entry, "restarts", name)
    stretches = listed(entry, "stretches", name)
    sums = listed(entry, "smoothing_sums", name)
    most_rows = entry.get("most_rows")
    fits = (
        all(is_whole(step) for step in restarts)
        and all(
            isinstance(pair, list) and len(pair) == 2 and all(map(is_whole, pair))
            for pair in stretches
        )
        and len(sums) == 2
        and all(isinstance(value, float) for value in sums)
        and (most_rows is None or is_whole(most_rows))
    )
    if not fits:
        raise NetworkFileError(f"{name}: the entry of a branch's curves is damaged")
    records, smoothed = (copied_rows(array) for array in rows)
    records.flags.writeable = smoothed.flags.writeable = False
    return HistoryArrays(
        records,
        smoothed,
        evaluations,
        tuple(restarts),
        tuple((rows, times) for rows, times in stretches),
        (sums[0], sums[1]),
        most_rows,
    )
