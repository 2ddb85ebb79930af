"""Which neurons and layers of a network are drawn one by one when not all have room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

MOST_NEURONS = 24
"""A layer of up to so many is drawn whole."""
FOLDED_TO = 20
"""Of a larger one so many are drawn: there must be room to say how many are not."""


def strongest_neurons(
    strengths: npt.NDArray[np.floating[Any]], kept: Iterable[int] = ()
) -> npt.NDArray[np.intp]:
    """Give the neurons of a layer that are drawn, in their order.

    Parameters
    ----------
    strengths : ndarray of shape (size,)
        0 or more, the larger the more worth drawing; NaN is worth least.
    kept : iterable of int
        Drawn in any case.

    Returns
    -------
    ndarray of shape (n,), intp
        All of a layer of up to `MOST_NEURONS`, else `FOLDED_TO` of them; rising. Of equals the
        first are drawn.
    """
    size = len(strengths)
    if size <= MOST_NEURONS:
        return np.arange(size)
    worth = np.where(np.isnan(strengths), -1.0, strengths).astype(np.float64)
    worth[list(kept)] = np.inf
    order = np.argsort(-worth, kind="stable")
    return np.sort(order[:FOLDED_TO])


def shown_layers(n_layers: int, room: int) -> tuple[int, ...]:
    """Give the layers with weights that are drawn where there is room for so many columns.

    The output is always drawn, and of the others the first: a gap in the answer is a fold.
    """
    room = max(room, 1)
    if n_layers <= room:
        return tuple(range(n_layers))
    return (*range(room - 1), n_layers - 1)
