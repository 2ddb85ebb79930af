"""Real images beside a made one: averages, and the nearest of the training images.

Any thread may call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.subject import InspectedNetwork, NeuronPlace
from gdviz.data.dataset import Split

AT_ONCE = 2_000
N_STRONGEST = 100
N_COMPARED = 20

Look = Callable[[], None]
Tell = Callable[[float], None]
Images = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False, slots=True)
class Average:
    """The mean of some images.

    Parameters
    ----------
    image : ndarray of shape (n_inputs,), float32
    n_images : int
        Above 0.
    """

    image: Images
    n_images: int


@dataclass(frozen=True, eq=False, slots=True)
class Nearest:
    """The training images nearest to others, by the length of the difference.

    Parameters
    ----------
    rows : ndarray of shape (n,), intp
        Rows of the training split.
    labels : ndarray of shape (n,), uint8
    distances : ndarray of shape (n,), float64
    """

    rows: npt.NDArray[np.intp]
    labels: npt.NDArray[np.uint8]
    distances: npt.NDArray[np.float64]


def class_average(split: Split, label: int, look: Look) -> Average | None:
    """Give the mean of all images with a label; None if there is none."""
    rows = np.flatnonzero(split.labels == label)
    if not len(rows):
        return None
    total = np.zeros(split.images.shape[1])
    for start in range(0, len(rows), AT_ONCE):
        look()
        total += split.inputs(rows[start : start + AT_ONCE]).sum(axis=0, dtype=np.float64)
    return Average((total / len(rows)).astype(np.float32), len(rows))


def strongest_average(
    network: InspectedNetwork, place: NeuronPlace, split: Split, look: Look
) -> Average:
    """Give the mean of the images with the largest weighted inputs of a neuron."""
    heights = np.empty(len(split), np.float32)
    for start in range(0, len(split), AT_ONCE):
        look()
        part = slice(start, start + AT_ONCE)
        passed = network.passed(split.inputs(part))
        heights[part] = passed.weighted_inputs[place.layer][:, place.index]
    count = min(N_STRONGEST, len(split))
    heights[np.isnan(heights)] = -np.inf
    rows = np.sort(np.argpartition(heights, len(split) - count)[len(split) - count :])
    return Average(split.inputs(rows).mean(axis=0, dtype=np.float64).astype(np.float32), count)


def nearest_images(split: Split, images: Images, look: Look, tell: Tell) -> Nearest:
    """Find for each image the nearest one of a split.

    Parameters
    ----------
    split : Split
    images : ndarray of shape (n, n_inputs), float32
        0 to 1.
    look, tell : callable
        As in `gdviz.analysis.inspection.fragility.correct_under`.

    Notes
    -----
    ‖x − y‖² = ‖x‖² − 2 x·y + ‖y‖² finds the row; its distance is then computed from the
    difference itself, since the three large numbers cancel where images are alike.
    """
    best = np.full(len(images), np.inf)
    rows = np.zeros(len(images), np.intp)
    for start in range(0, len(split), AT_ONCE):
        look()
        known = split.inputs(slice(start, start + AT_ONCE))
        squares = np.einsum("ij,ij->i", known, known) - 2 * (images @ known.T)
        closest = squares.argmin(axis=1)
        found = squares[np.arange(len(images)), closest]
        is_better = found < best
        best[is_better], rows[is_better] = found[is_better], closest[is_better] + start
        tell(min((start + AT_ONCE) / len(split), 1.0))
    difference = split.inputs(rows).astype(np.float64) - images
    return Nearest(rows, split.labels[rows], np.linalg.norm(difference, axis=1))


def usual_images(split: Split, label: int | None) -> Images:
    """Give some images, at most twenty, evenly spread over those with a label or over all."""
    rows = np.arange(len(split)) if label is None else np.flatnonzero(split.labels == label)
    count = min(N_COMPARED, len(rows))
    chosen = rows[np.arange(count) * len(rows) // max(count, 1)]
    return split.inputs(chosen).astype(np.float32, copy=False)
