"""All components of a gradient in an order, filtered, and how much each one says.

The lesson says of a weight that changing it matters "a lot", "somewhat" or "a little". Here the
words are thresholds of |∂C/∂w|: *a lot* is what is at least as large as the least of the weights
that carry half of |∇C|², *somewhat* what is at least as large as the least of those that carry
90 %, *a little* the rest.

Imports `gdviz.nn.parameters`, `component_places` and `gradient_summary`, which counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.component_places import component_places, found_by
from gdviz.analysis.gradient_summary import carried
from gdviz.nn.parameters import FloatArray, Layout, Parameters

Order = npt.NDArray[np.intp]

WORDS = ("a lot", "somewhat", "a little")
SHARES = (0.5, 0.9)
"""Of |∇C|²: up to the first share *a lot*, up to the second *somewhat*."""
KEYS = ("size", "component", "value", "position")
"""What rows can be sorted by: |∂C/∂w|, −∂C/∂w, the weight, or its position in the vector."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which |∂C/∂w| on a word holds.

    Parameters
    ----------
    a_lot, somewhat : float
        Infinite if the gradient is zero: then nothing matters.
    n_half, n_most : int
        How many weights carry 50 % and 90 % of |∇C|² of the weights, biases not counted.
    """

    a_lot: float
    somewhat: float
    n_half: int
    n_most: int

    def words_of(self, gradient: FloatArray) -> npt.NDArray[np.intp]:
        """Give an index of `WORDS` for each component, of the shape of `gradient`.

        A bias gets the word of its size; what is not finite matters a lot.
        """
        sizes = _sizes(gradient)
        return np.where(sizes >= self.a_lot, 0, np.where(sizes >= self.somewhat, 1, 2))


def thresholds(gradient: Parameters) -> Thresholds:
    """Give the thresholds of the three words for a gradient."""
    half, most = carried(gradient, SHARES)
    if half == 0:
        return Thresholds(np.inf, np.inf, 0, 0)
    falling = _falling_sizes(gradient)
    return Thresholds(float(falling[half - 1]), float(falling[most - 1]), half, most)


def concentration(gradient: Parameters) -> npt.NDArray[np.float64]:
    """Give how much of |∇C|² of the weights the largest 1, 2, 3, ... weights carry.

    Returns
    -------
    float64 ndarray of shape (n_weights,)
        0 to 1, rising; the last is exactly 1. Zeros if the gradient is zero. Biases do not count.
    """
    sizes = _falling_sizes(gradient)
    sums = np.cumsum(sizes * sizes)
    return sums / sums[-1] if sums[-1] > 0 else np.zeros_like(sums)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which components are listed: those that pass all of this.

    Parameters
    ----------
    search : str
        See `gdviz.analysis.component_places.found_by`.
    layer, neuron : int or None
        None: any.
    sign : int
        Of −∂C/∂w: +1 what descent raises, −1 what it lowers, 0 any.
    word : int or None
        An index of `WORDS`; None: any.
    """

    search: str = ""
    layer: int | None = None
    neuron: int | None = None
    sign: int = 0
    word: int | None = None

    def passes(self, gradient: Parameters, limits: Thresholds) -> npt.NDArray[np.bool_]:
        """Give which components pass, bool of shape (P,).

        Raises
        ------
        ValueError
            If the search cannot be read.
        """
        passed = found_by(gradient.layout, self.search)
        places = component_places(gradient.layout)
        if self.layer is not None:
            passed &= places.layer == self.layer
        if self.neuron is not None:
            passed &= places.neuron == self.neuron
        if self.sign:
            passed &= np.sign(gradient.vector) == -self.sign
        if self.word is not None:
            passed &= limits.words_of(gradient.vector) == self.word
        return passed


def ordered(
    gradient: Parameters,
    parameters: Parameters,
    key: str,
    passes: npt.NDArray[np.bool_],
    *,
    reverse: bool = False,
) -> Order:
    """Give the components that pass, in an order.

    Parameters
    ----------
    gradient, parameters : Parameters
        Of one layout.
    key : str
        One of `KEYS`. Largest first, but positions rise; of equal ones the first comes first.
    passes : bool ndarray of shape (P,)
    reverse : bool
        The other way round.

    Returns
    -------
    intp ndarray
        Positions in the vector.

    Raises
    ------
    ValueError
        If there is no such key, or the layouts differ.
    """
    if gradient.layout.layer_sizes != parameters.layout.layer_sizes:
        raise ValueError("a gradient and the parameters beside it must be of one layout")
    indices = np.flatnonzero(passes)
    if key == "position":
        return indices[::-1] if reverse else indices
    if key == "size":
        keys = _sizes(gradient.vector)
    elif key == "component":
        keys = -gradient.vector
    elif key == "value":
        keys = parameters.vector
    else:
        raise ValueError(f"rows are sorted by one of {', '.join(KEYS)}, not by {key!r}")
    chosen = keys[indices]
    return indices[np.argsort(chosen if reverse else -chosen, kind="stable")]


def rank_of(gradient: Parameters, index: int) -> int:
    """Give the rank of a component by |∂C/∂w| among all: 1 is the largest, equal ones share it."""
    sizes = _sizes(gradient.vector)
    return int((sizes > sizes[index]).sum()) + 1


def n_neurons(layout: Layout, layer: int | None) -> int:
    """Give how many neurons a layer has; the most that one has if none is given."""
    sizes = layout.layer_sizes[1:]
    return max(sizes) if layer is None else sizes[layer]


def _falling_sizes(gradient: Parameters) -> npt.NDArray[np.float64]:
    weights = np.concatenate([w.ravel() for w in gradient.weights]).astype(np.float64)
    return np.sort(np.abs(weights))[::-1]


def _sizes(gradient: FloatArray) -> FloatArray:
    return np.nan_to_num(np.abs(gradient), nan=np.inf, posinf=np.inf)
