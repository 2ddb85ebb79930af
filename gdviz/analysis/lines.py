"""Directions along which the cost is sliced: single weights and steepest descent.

Imports `gdviz.nn.parameters`. Next: `line_slice`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gdviz.nn.parameters import FloatArray, Layout, Parameters


class Line(NamedTuple):
    """A direction, and what people call it.

    Parameters
    ----------
    title : str
    direction : ndarray of shape (P,)
        One unit of the line's coordinate t; finite and not zero.
    """

    title: str
    direction: FloatArray


def unit_direction(n_parameters: int, index: int) -> npt.NDArray[np.float64]:
    """Give the direction of one weight or bias: t is what is added to it.

    Parameters
    ----------
    n_parameters : int
        P.
    index : int
        Position in the vector, 0 to P − 1.

    Raises
    ------
    IndexError
        If there is no such component.
    """
    if not 0 <= index < n_parameters:
        raise IndexError(f"component {index} is outside a vector of {n_parameters}")
    direction = np.zeros(n_parameters)
    direction[index] = 1
    return direction


def descent_direction(gradient: FloatArray) -> npt.NDArray[np.float64]:
    """Give −∇C/|∇C|, the direction of steepest descent, of length 1.

    Raises
    ------
    ValueError
        If the gradient is zero or not finite.
    """
    slope = gradient.astype(np.float64)
    size = float(np.linalg.norm(slope))
    if not (np.isfinite(size) and size > 0):
        raise ValueError(f"a gradient of norm {size} has no direction")
    return np.asarray(slope / -size)


def extreme_weights(gradient: Parameters) -> tuple[int, int]:
    """Give the weights that matter most and least now.

    Parameters
    ----------
    gradient : Parameters

    Returns
    -------
    most, least : int
        Positions in the vector of the largest and the smallest nonzero |∂C/∂w|. Biases do not
        count, nor does what is exactly 0, such as the weights of a pixel that no image lights.
        Of equal ones the first.

    Raises
    ------
    ValueError
        If no weight has a slope, or the gradient is not finite.
    """
    if not np.isfinite(gradient.vector).all():
        raise ValueError("the gradient is not finite: no weight matters most")
    sizes = np.zeros(gradient.layout.size)
    for where in gradient.layout.weight_slices:
        sizes[where] = np.abs(gradient.vector[where])
    if not sizes.any():
        raise ValueError("the gradient is 0 in every weight: none matters more than another")
    most = int(np.argmax(sizes))
    sizes[sizes == 0] = np.inf
    return most, int(np.argmin(sizes))


def weight_line(layout: Layout, index: int) -> Line:
    """Give the line along one weight or bias, titled with its name."""
    return Line(layout.component_title(index), unit_direction(layout.size, index))


def descent_line(gradient: FloatArray) -> Line:
    """Give the line down the steepest slope; t is the distance."""
    return Line("−∇C", descent_direction(gradient))
