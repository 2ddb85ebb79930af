"""The Hessian's product with a direction over many stored examples, block by block.

NumPy does the work (`gdviz.nn.curvature`): most of it is products of matrices, in which the
interpreter's lock is free.

Measured on one core (AVX2, one BLAS thread), sigmoid, quadratic cost, float32, processor time
of the thread: 784-16-16-10 takes 4.2 ms for 1,000 images from uint8, 48 ms for 10,000, a third
more than the gradient by the same means.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.engine.engine import CHUNK
from gdviz.nn.curvature import hessian_product
from gdviz.nn.network import gradient, one_hot
from gdviz.nn.parameters import Architecture, FloatArray, Parameters

_WORK = 1.5e8
"""Parameters times examples between two looks at `should_stop`: about 50 ms."""

Vector = npt.NDArray[np.float64]
_OfBlock = Callable[[FloatArray, FloatArray], FloatArray]


def _never() -> bool:
    return False


def mean_hessian_product(
    architecture: Architecture,
    parameters: Parameters,
    images: npt.NDArray[Any],
    labels: npt.NDArray[np.integer[Any]],
    cost: str,
    direction: FloatArray,
    should_stop: Callable[[], bool] = _never,
) -> Vector | None:
    """Give Hv over all given examples.

    Any thread may call, with parameters that nobody writes meanwhile. No more than `CHUNK`
    examples are held as floating numbers at a time.

    Parameters
    ----------
    architecture : Architecture
    parameters : Parameters
        Each block is computed in their dtype.
    images : ndarray of shape (n, n_in)
        uint8 from 0 to 255, or floating from 0 to 1; at least one.
    labels : ndarray of shape (n,)
    cost : str
        A key of `gdviz.nn.costs.COSTS`.
    direction : ndarray of shape (P,)
        v; see `gdviz.nn.curvature.hessian_product`.
    should_stop : callable, optional
        Asked before every block, about every 50 ms at most.

    Returns
    -------
    float64 ndarray of shape (P,)
        The blocks' products are added up in float64. Not finite if the network has diverged.
    None
        If it was told to stop.

    Raises
    ------
    ValueError
        If there is no example or the direction is not as long as the parameters.
    """

    def of_block(block: FloatArray, targets: FloatArray) -> FloatArray:
        return hessian_product(architecture, parameters, block, targets, cost, direction)

    return _mean_of_blocks(of_block, parameters, images, labels, should_stop)


def mean_reference_gradient(
    architecture: Architecture,
    parameters: Parameters,
    images: npt.NDArray[Any],
    labels: npt.NDArray[np.integer[Any]],
    cost: str,
    should_stop: Callable[[], bool] = _never,
) -> Vector | None:
    """Give ∇C over all given examples as `mean_hessian_product` gives Hv: in any dtype.

    `gdviz.engine.mean_gradient` is quicker, in float32. Arguments, result and errors are
    those of `mean_hessian_product`.
    """

    def of_block(block: FloatArray, targets: FloatArray) -> FloatArray:
        return gradient(architecture, parameters, block, targets, cost)[1].vector

    return _mean_of_blocks(of_block, parameters, images, labels, should_stop)


def _mean_of_blocks(
    of_block: _OfBlock,
    parameters: Parameters,
    images: npt.NDArray[Any],
    labels: npt.NDArray[np.integer[Any]],
    should_stop: Callable[[], bool],
) -> Vector | None:
    """Give the mean over the examples of what is a mean over a block: float64 (P,)."""
    if len(labels) < 1:
        raise ValueError("a mean over no examples is not defined")
    dtype, n_outputs = parameters.vector.dtype, parameters.layout.layer_sizes[-1]
    total = np.zeros(parameters.vector.shape)
    size = max(1, min(CHUNK, int(_WORK / total.size)))
    for start in range(0, len(labels), size):
        if should_stop():
            return None
        where = slice(start, start + size)
        block = images[where].astype(dtype)
        if images.dtype == np.uint8:
            block /= 255
        targets = one_hot(labels[where], n_outputs, dtype)
        # Overflow is not a warning here: the result that comes of it says so.
        with np.errstate(over="ignore", invalid="ignore"):
            total += of_block(block, targets) * (len(block) / len(labels))
    return total
