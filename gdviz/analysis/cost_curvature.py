"""The largest curvatures of the cost of a network on given examples.

Imports `curvature`, which searches, and `gdviz.engine`, which multiplies.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.curvature import Curvature, start_vector, top_curvature
from gdviz.engine import mean_hessian_product
from gdviz.nn.parameters import Architecture, Parameters


def _never() -> bool:
    return False


def cost_curvature(
    architecture: Architecture,
    parameters: Parameters,
    images: npt.NDArray[Any],
    labels: npt.NDArray[np.integer[Any]],
    cost: str,
    generator: np.random.Generator,
    *,
    previous: Curvature | None = None,
    step: int = 0,
    should_stop: Callable[[], bool] = _never,
) -> Curvature | None:
    """Find the two directions in which the cost curves most, and how much.

    Any thread may call, with parameters that nobody writes meanwhile.

    Parameters
    ----------
    architecture : Architecture
    parameters : Parameters
    images : ndarray of shape (n, n_in)
    labels : ndarray of shape (n,)
    cost : str
        A key of `gdviz.nn.costs.COSTS`.
    generator : numpy.random.Generator
        Of the vector that the search begins from.
    previous : Curvature, optional
        Found near by: the directions keep their sides.
    step : int
        Of the run; handed on.
    should_stop : callable, optional

    Returns
    -------
    Curvature or None
        None: told to stop.

    Raises
    ------
    ValueError
        If the cost is not finite here.
    """

    def product(vector: npt.NDArray[np.float64]) -> npt.NDArray[np.float64] | None:
        return mean_hessian_product(
            architecture, parameters, images, labels, cost, vector, should_stop
        )

    if previous is not None and previous.vectors.shape[1] != parameters.layout.size:
        previous = None
    return top_curvature(
        product,
        start_vector(parameters.layout.size, generator, previous),
        generator=generator,
        should_stop=should_stop,
        n_examples=len(labels),
        step=step,
    )
