"""The directions in which the cost curves most: largest eigenvalues of the Hessian, by Lanczos.

The Hessian is never there; only its product with a vector is (`gdviz.engine.mean_hessian`). A
few dozen products span a space in which the largest eigenvalues stand out.

Measured on one core, 784-16-16-10 on 1,000 images: 14 to 18 products for the two largest, some
55 ms, after a step or after an epoch, with sigmoids or ReLUs; 28 at the very start.

Imports `gdviz.nn.parameters`. Next: `stability`, which sets the largest eigenvalue against the
learning rate.

References
----------
Golub, Van Loan, *Matrix Computations* (4th ed., 2013), sections 10.1 and 10.3.
Ghorbani, Krishnan, Xiao, *An investigation into neural net optimization via Hessian eigenvalue
density* (2019), for Lanczos with full re-orthogonalisation on networks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.nn.parameters import FloatArray

Vector = npt.NDArray[np.float64]
Product = Callable[[Vector], FloatArray | None]
"""Gives Hv, or None if it was told to stop."""

MAXIMUM_STEPS = 100
TOLERANCE = 1e-3
_CLOSED = 1e-12
"""A part of Hq outside the space that is so small, against H, is rounding: the space is closed."""
_LEAST_OUTSIDE = 1e-6
"""Share of a random vector that has to lie outside a closed space for a way out of it."""
_FRESH = 0.1
"""Length of what is random in a warm start, beside vectors of length 1."""


def _never() -> bool:
    return False


@dataclass(frozen=True, eq=False, slots=True)
class Curvature:
    """Largest eigenvalues of the Hessian and their directions; arrays are read-only.

    Parameters
    ----------
    values : float64 ndarray of shape (k,)
        Algebraically largest first: second derivatives of the cost along the vectors, vᵀHv.
    vectors : float64 ndarray of shape (k, P)
        Of length 1.
    residuals : float64 ndarray of shape (k,)
        |Hv − λv|, measured: within so much of each value there is a true eigenvalue.
    n_examples : int
        Over which the cost is the mean.
    step : int
        Of the run.
    n_products : int
        Products with the Hessian that were taken.
    """

    values: Vector
    vectors: Vector
    residuals: Vector
    n_examples: int
    step: int
    n_products: int = 0


def start_vector(
    n_parameters: int, generator: np.random.Generator, previous: Curvature | None = None
) -> Vector:
    """Give a vector to start Lanczos from.

    Parameters
    ----------
    n_parameters : int
    generator : numpy.random.Generator
    previous : Curvature, optional
        Of parameters near by: its vectors make up most of the start, which saves one product
        in five or none, and the new vectors point to the same side. A random part remains,
        without which a direction that has newly become the steepest might be missed.
    """
    drawn = generator.standard_normal(n_parameters)
    drawn /= np.linalg.norm(drawn)
    if previous is None:
        return drawn
    return np.asarray(previous.vectors.sum(axis=0) + _FRESH * drawn)


def top_curvature(
    product: Product,
    start: FloatArray,
    k: int = 2,
    *,
    generator: np.random.Generator,
    max_steps: int = MAXIMUM_STEPS,
    tolerance: float = TOLERANCE,
    should_stop: Callable[[], bool] = _never,
    n_examples: int = 0,
    step: int = 0,
) -> Curvature | None:
    """Find the k algebraically largest eigenvalues of a symmetric matrix.

    Any thread may call.

    Parameters
    ----------
    product : callable
        ``product(v)`` gives Hv (P,), or None if it was told to stop.
    start : ndarray of shape (P,)
        Not zero; see `start_vector`.
    k : int
        1 to P.
    generator : numpy.random.Generator
        Asked only if the space closes before k eigenvalues are certain.
    max_steps : int
        Products before the result is taken as it is, at least k; P float64 numbers are kept
        for each. `k` more measure the residuals.
    tolerance : float
        Residuals to stop at, as a share of the largest |eigenvalue| seen.
    should_stop : callable, optional
        Asked before every product.
    n_examples, step : int
        Handed on.

    Returns
    -------
    Curvature or None
        None: told to stop. Where it did not converge the residuals say so. A vector points
        to the side of `start`, so that warm starts do not flip the picture.

    Raises
    ------
    ValueError
        If the start is zero or not finite, k or max_steps do not fit, or a product is not
        finite: then the network has diverged.

    Notes
    -----
    With orthonormal q_1 ... q_m the matrix T = QᵀHQ is tridiagonal; its eigenpairs (λ, s) give
    v = Qs with |Hv − λv| = β_m |s_m|. Each new vector is made orthogonal to all others, twice:
    without that, copies of what has converged come up again.

    If β_m is 0 the space is invariant and all its eigenpairs are exact, but it holds each
    eigenvalue once. Then the search goes on from a random vector outside, until what is
    outside lies no higher than the k-th. Before that an exactly repeated eigenvalue counts
    once; Hessians of networks have none but by symmetry.
    """
    first = np.array(start, np.float64)
    size = float(np.linalg.norm(first))
    if not (np.isfinite(size) and size > 0):
        raise ValueError(f"a start of length {size} has no direction")
    if not 1 <= k <= first.size:
        raise ValueError(f"a matrix of {first.size} rows has no {k} eigenvalues")
    if max_steps < k:
        raise ValueError(f"{k} eigenvalues need at least {k} steps, not {max_steps}")
    space = _KrylovSpace(first / size, min(max_steps, first.size))
    while space.size < space.room and not (space.size and space.holds(k, tolerance)):
        if space.is_closed:
            space.leave(generator)
        image = None if should_stop() else product(space.next)
        if image is None:
            return None
        space.add(_finite(image))
    return _measured(product, space.leading(k), first, should_stop, n_examples, step, space.size)


def _measured(
    product: Product,
    vectors: Vector,
    start: Vector,
    should_stop: Callable[[], bool],
    n_examples: int,
    step: int,
    n_steps: int,
) -> Curvature | None:
    """Give the vectors with vᵀHv and |Hv − λv| from a product with each."""
    values, residuals = np.empty((2, len(vectors)))
    for index, vector in enumerate(vectors):
        image = None if should_stop() else product(vector)
        if image is None:
            return None
        exact = _finite(image)
        values[index] = vector @ exact
        residuals[index] = np.linalg.norm(exact - values[index] * vector)
    sides = np.where(vectors @ start < 0, -1.0, 1.0)
    order = np.argsort(-values, kind="stable")
    found = values[order], (sides[:, np.newaxis] * vectors)[order], residuals[order]
    for array in found:
        array.flags.writeable = False
    return Curvature(*found, n_examples, step, n_steps + len(vectors))


def _finite(image: FloatArray) -> Vector:
    if not np.isfinite(image).all():
        raise ValueError("the curvature is not finite: the network has diverged")
    return image.astype(np.float64)


class _KrylovSpace:
    """Orthonormal vectors q and T = QᵀHQ, as far as they are known.

    T is made of blocks: where the space closed, the next vector stands in no relation to the
    ones before.
    """

    def __init__(self, first: Vector, room: int) -> None:
        self.size, self.room = 0, room
        self.next = first
        self.is_closed = False
        self._basis = np.empty((room, first.size))
        self._diagonal: list[float] = []
        self._beside: list[float] = []
        """β after each vector: what binds it to the next one."""
        self._block = 0

    def add(self, image: Vector) -> None:
        """Take in the next vector q, of which this is Hq."""
        self._basis[self.size] = self.next
        self.size += 1
        self._diagonal.append(float(self.next @ image))
        outside = self._outside(image)
        beside = float(np.linalg.norm(outside))
        scale = max(np.abs(self._diagonal).max(), max(self._beside, default=0.0))
        self.is_closed = beside <= _CLOSED * scale or self.size == outside.size
        self._beside.append(0.0 if self.is_closed else beside)
        if not self.is_closed:
            self.next = outside / beside

    def leave(self, generator: np.random.Generator) -> None:
        """Go on from a random vector outside a closed space."""
        share = 0.0
        while share < _LEAST_OUTSIDE:
            # One that lies in the space, as the start does where it is drawn by the same numbers,
            # has nothing but rounding outside.
            drawn = generator.standard_normal(self.next.size)
            outside = self._outside(drawn)
            length = float(np.linalg.norm(outside))
            share = length / float(np.linalg.norm(drawn))
        self.next = outside / length
        self.is_closed = False
        self._block = self.size

    def holds(self, k: int, tolerance: float) -> bool:
        """True if the k largest eigenvalues of H are in here, to a tolerance."""
        values, estimates, _ = self._eigenpairs(0)
        if len(values) < k:
            return False
        outer, outer_estimates, _ = self._eigenpairs(self._block)
        allowed = tolerance * float(np.abs(values).max())
        if max(*estimates[-k:], outer_estimates[-1]) > allowed:
            return False
        # What is outside a closed space lies no higher than its last block.
        return not self.is_closed or bool(outer[-1] <= values[-k] + allowed)

    def leading(self, k: int) -> Vector:
        """Give the vectors of the k largest eigenvalues, of length 1: (k, P)."""
        _, _, coordinates = self._eigenpairs(0)
        vectors = coordinates[:, : -k - 1 : -1].T @ self._basis[: self.size]
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))

    def _eigenpairs(self, begin: int) -> tuple[Vector, Vector, Vector]:
        """Give eigenvalues of T from a row on, rising, estimated residuals and eigenvectors."""
        beside = self._beside[begin:-1]
        matrix = np.diag(self._diagonal[begin:]) + np.diag(beside, 1) + np.diag(beside, -1)
        values, coordinates = np.linalg.eigh(matrix)
        return values, self._beside[-1] * np.abs(coordinates[-1]), coordinates

    def _outside(self, vector: Vector) -> Vector:
        """Give the part of a vector that is orthogonal to all of the space."""
        basis = self._basis[: self.size]
        outside = vector - (basis @ vector) @ basis
        return np.asarray(outside - (basis @ outside) @ basis)
