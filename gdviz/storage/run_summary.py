"""What a list shows of a saved session, found in the first bytes of its file.

A curve of at most `MOST_POINTS` points and a picture of what the first neurons look for; both are
bounded, so that two hundred files are listed without reading what they hold.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.history_arrays import HistoryArrays
from gdviz.analysis.weight_images import image_shape, mosaic, symmetric_limit
from gdviz.nn.parameters import FloatArray
from gdviz.storage.readers import NetworkFileError
from gdviz.storage.session_checks import is_whole, text, whole
from gdviz.training.config import TrainingConfig
from gdviz.training.state import Keyframe

MOST_POINTS = 64
MOST_PIXELS = 16 * 28 * 28
_COLUMNS = 4
_MIDDLE = 128


@dataclass(frozen=True, eq=False, slots=True)
class RunSummary:
    """A saved session as a list shows it.

    Parameters
    ----------
    path : Path
    title : str
    saved_at : str
        As it was given when it was saved.
    config : TrainingConfig
        Of the branch that is trained, at its newest step.
    step : int
        The newest step of that branch.
    epoch : float
        Passes over the training examples there.
    n_branches : int
    cost : float or None
        Over the test examples, by the newest evaluation; None before the first.
    correct, total : int or None
        Test examples by that evaluation.
    curve : ndarray of shape (2, m), float32
        Steps and smoothed costs, m at most `MOST_POINTS`.
    picture : ndarray of shape (height, width), uint8
        Weights into the first neurons, as many as have room in `MOST_PIXELS`, in rows of four:
        0 is the most negative, 128 is zero. Without a pixel if not even one has room.
    """

    path: Path
    title: str
    saved_at: str
    config: TrainingConfig
    step: int
    epoch: float
    n_branches: int
    cost: float | None
    correct: int | None
    total: int | None
    curve: npt.NDArray[np.float32]
    picture: npt.NDArray[np.uint8]


def summary_entry(head: Keyframe, history: HistoryArrays | None) -> dict[str, object]:
    """Give what stands in the metadata for a list."""
    evaluations = [] if history is None else history.evaluations
    newest = next((e for e in reversed(evaluations) if e.step <= head.step), None)
    picture = _picture(head.parameters.weights[0])
    return {
        "epoch": _epoch(head, history),
        "cost": newest.test_cost if newest else None,
        "correct": newest.test_correct if newest else None,
        "total": newest.test_total if newest else None,
        "curve": _text_of(_curve(history)),
        "picture": _text_of(picture),
        "picture_shape": list(picture.shape),
    }


def summary_of(
    path: Path, said: Mapping[str, Any], config: TrainingConfig, step: int, n_branches: int
) -> RunSummary:
    """Give the summary that a session's metadata says; see `summary_entry`.

    Raises
    ------
    NetworkFileError
        If it is damaged.
    """
    name = str(path)
    entry = said.get("summary")
    if not isinstance(entry, dict):
        raise NetworkFileError(f"{name}: its summary is missing")
    cost, epoch = entry.get("cost"), entry.get("epoch")
    if not isinstance(epoch, int | float) or not (cost is None or isinstance(cost, int | float)):
        raise NetworkFileError(f"{name}: its summary is damaged")
    is_scored = entry.get("total") is not None
    return RunSummary(
        path=path,
        title=text(said, "title", name),
        saved_at=text(said, "saved_at", name),
        config=config,
        step=step,
        epoch=float(epoch),
        n_branches=n_branches,
        cost=None if cost is None else float(cost),
        correct=whole(entry, "correct", name) if is_scored else None,
        total=whole(entry, "total", name) if is_scored else None,
        curve=_curve_of(entry, name),
        picture=_picture_of(entry, name),
    )


def bytes_of_text(said: Mapping[str, Any], key: str, name: str) -> bytes:
    """Give the bytes that stand as base64 in an object."""
    value = said.get(key)
    try:
        return base64.b64decode(value if isinstance(value, str) else "?", validate=True)
    except (binascii.Error, ValueError):
        raise NetworkFileError(f"{name}: its {key} is damaged") from None


def _epoch(head: Keyframe, history: HistoryArrays | None) -> float:
    """Give the passes at the head; without its row only the whole ones are known."""
    rows = [] if history is None else history.records[history.records["step"] == head.step]
    return float(rows[0]["epoch"]) if len(rows) else float(head.state.epoch)


def _curve(history: HistoryArrays | None) -> npt.NDArray[np.float32]:
    if history is None or not len(history.records):
        return np.empty((2, 0), np.float32)
    # Older rows may be merged: even in steps, not in rows.
    steps = history.records["step"].copy()
    wanted = np.linspace(steps[0], steps[-1], MOST_POINTS)
    rows = np.unique(np.searchsorted(steps, wanted).clip(0, len(steps) - 1))
    return np.stack([steps[rows].astype(np.float32), history.smoothed[rows]])


def _picture(weights: FloatArray) -> npt.NDArray[np.uint8]:
    height, width = image_shape(weights.shape[1])
    count = min(len(weights), MOST_PIXELS // (height * width))
    if count == 0:
        return np.empty((0, 0), np.uint8)
    # Whole rows only: what is left over would be black cells.
    columns = min(_COLUMNS, count) if height > 1 else 1
    shown = weights[: count // columns * columns]
    limit = symmetric_limit(shown).limit
    shades = np.nan_to_num(shown / limit, nan=0.0, posinf=1.0, neginf=-1.0).clip(-1, 1)
    levels = np.rint(_MIDDLE + (_MIDDLE - 1) * shades).astype(np.uint8)
    return mosaic(levels.reshape(-1, height, width), columns, 0, 0)


def _text_of(array: npt.NDArray[Any]) -> str:
    little = array.astype(array.dtype.newbyteorder("<"))
    return base64.b64encode(little.tobytes()).decode("ascii")


def _curve_of(entry: Mapping[str, Any], name: str) -> npt.NDArray[np.float32]:
    content = bytes_of_text(entry, "curve", name)
    if len(content) % 8 or len(content) > 8 * MOST_POINTS:
        raise NetworkFileError(f"{name}: its curve has {len(content):,} bytes")
    return np.frombuffer(content, "<f4").reshape(2, -1)


def _picture_of(entry: Mapping[str, Any], name: str) -> npt.NDArray[np.uint8]:
    content, shape = bytes_of_text(entry, "picture", name), entry.get("picture_shape")
    if (
        not isinstance(shape, list)
        or len(shape) != 2
        or not all(is_whole(side, MOST_PIXELS) for side in shape)
        or math.prod(shape) != len(content)
        or len(content) > MOST_PIXELS
    ):
        raise NetworkFileError(f"{name}: its picture has {len(content):,} bytes and another shape")
    return np.frombuffer(content, np.uint8).reshape(shape)
