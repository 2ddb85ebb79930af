"""The gradient of a mini-batch beside that of all examples: how far it is off, and why.

A mini-batch of B examples gives g_B, an estimate of the full gradient G. How much it errs is said
by Σ, the covariance matrix of the gradients of single examples. Imports `gdviz.nn`; any thread may
call.

References
----------
McCandlish, Kaplan, Amodei and the OpenAI Dota Team, *An empirical model of large-batch training*,
arXiv 1812.06162 (2018): section 2.2, the simple noise scale tr(Σ)/|G|².
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.nn import network
from gdviz.nn.costs import COSTS
from gdviz.nn.parameters import Architecture, FloatArray, Parameters

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class GradientComparison:
    """Gradients of mini-batches beside the full one.

    Parameters
    ----------
    full_norm : float
        |G|.
    angles : ndarray of shape (n,)
        Between g_B and G, in degrees, 0 to 180; NaN where one of them is zero.
    norm_ratios : ndarray of shape (n,)
        |g_B| / |G|; NaN if G is zero.
    square_distances : ndarray of shape (n,)
        |g_B − G|².
    """

    full_norm: float
    angles: Floats
    norm_ratios: Floats
    square_distances: Floats


def compare_gradients(mini_gradients: FloatArray, full_gradient: FloatArray) -> GradientComparison:
    """Put gradients of mini-batches beside the full one.

    Parameters
    ----------
    mini_gradients : ndarray of shape (n, P)
        One gradient a row: whole ones, or the same part of each, such as one layer's.
    full_gradient : ndarray of shape (P,)

    Raises
    ------
    ValueError
        If the shapes do not belong together.
    """
    if mini_gradients.ndim != 2 or mini_gradients.shape[1:] != full_gradient.shape:
        raise ValueError(
            f"gradients of shape {mini_gradients.shape} do not stand beside one of shape "
            f"{full_gradient.shape}"
        )
    minis, full = mini_gradients.astype(np.float64), full_gradient.astype(np.float64)
    norms, full_norm = np.linalg.norm(minis, axis=1), float(np.linalg.norm(full))
    with np.errstate(divide="ignore", invalid="ignore"):
        directions = minis / norms[:, np.newaxis]
        ratios = np.where(full_norm > 0, norms / full_norm, np.nan)
        direction = full / full_norm
    # Half the angle by the sides of an isosceles triangle: unlike the arc cosine, exact near 0.
    opposite = np.linalg.norm(directions - direction, axis=1)
    beside = np.linalg.norm(directions + direction, axis=1)
    angles = np.degrees(2 * np.arctan2(opposite, beside))
    return GradientComparison(full_norm, angles, ratios, np.square(minis - full).sum(axis=1))


@dataclass(frozen=True, slots=True)
class NoiseScale:
    """How far the gradients of single examples are from their mean.

    Parameters
    ----------
    spread : float
        tr(Σ): the mean of |g_i − G|² over the examples.
    square_norm : float
        |G|².
    """

    spread: float
    square_norm: float

    @property
    def simple(self) -> float:
        """B_simple = tr(Σ)/|G|², in examples: infinite where the full gradient is zero.

        The size of mini-batch at which noise and gradient are equally large. The simple one of
        the two of the source: it takes the cost to curve alike in all directions.
        """
        return self.spread / self.square_norm if self.square_norm > 0 else math.inf

    def square_distance(self, mini_batch: int, n_examples: int | None = None) -> float:
        """Give the mean of |g_B − G|² to be expected: tr(Σ)/B, times `sampling_factor`."""
        factor = 1.0 if n_examples is None else sampling_factor(mini_batch, n_examples)
        return self.spread / mini_batch * factor

    def angle(self, mini_batch: int, n_examples: int | None = None) -> float:
        """Give the angle of a g_B whose parts along and across G are as large as is expected.

        In degrees, 0 to 90.

        Notes
        -----
        E[g_B · G] = |G|² and E|g_B|² = |G|² + E|g_B − G|², so that cos θ ≈ 1/√(1 + B_simple/B)
        where many directions share the noise.
        """
        noise = self.square_distance(mini_batch, n_examples)
        return math.degrees(math.atan2(math.sqrt(noise), math.sqrt(self.square_norm)))


def sampling_factor(mini_batch: int, n_examples: int) -> float:
    """Give what the 1/B law is multiplied by where no example is taken twice: (N − B)/(N − 1).

    An epoch is such a sample. All examples together, B = N, have no noise.

    Raises
    ------
    ValueError
        If the mini-batch is empty or larger than the examples.
    """
    if not 1 <= mini_batch <= n_examples:
        raise ValueError(f"{mini_batch} of {n_examples} examples cannot be drawn")
    return (n_examples - mini_batch) / max(n_examples - 1, 1)


def noise_scale(square_norms: FloatArray, full_gradient: FloatArray) -> NoiseScale:
    """Give the noise scale of all examples, exactly.

    Parameters
    ----------
    square_norms : ndarray of shape (n,)
        |g_i|² of each example: see `example_square_norms`.
    full_gradient : ndarray of shape (P,)
        The mean of the same examples' gradients.

    Notes
    -----
    tr(Σ) is the mean of |g_i|² less |G|²; Σ is that of these n examples, not an estimate for
    others.
    """
    square_norm = float(np.square(full_gradient, dtype=np.float64).sum())
    spread = float(np.mean(square_norms, dtype=np.float64)) - square_norm
    return NoiseScale(max(spread, 0.0), square_norm)


def estimated_noise_scale(
    comparison: GradientComparison, mini_batch: int, n_examples: int
) -> NoiseScale:
    """Give the noise scale as some mini-batches of one size show it.

    Parameters
    ----------
    comparison : GradientComparison
        Of mini-batches in which no example stands twice.
    mini_batch : int
        B, fewer than all.
    n_examples : int
        N, over which the full gradient was taken.
    """
    mean = float(comparison.square_distances.mean())
    spread = mean * mini_batch / sampling_factor(mini_batch, n_examples)
    return NoiseScale(spread, comparison.full_norm**2)


def example_square_norms(
    architecture: Architecture,
    parameters: Parameters,
    images: FloatArray,
    targets: FloatArray,
    cost: str,
) -> Floats:
    """Give |g_i|² of each example, without the gradients of the single examples.

    Parameters
    ----------
    architecture : Architecture
    parameters : Parameters
    images : ndarray of shape (n, n_in)
        In the dtype of the parameters.
    targets : ndarray of shape (n, n_out)
    cost : str
        A key of `gdviz.nn.costs.COSTS`.

    Returns
    -------
    ndarray of shape (n,)

    Notes
    -----
    Of one example ∂C/∂W is the outer product δ aᵀ and ∂C/∂b is δ, so that a layer adds
    |δ|² (|a|² + 1).

    References
    ----------
    Goodfellow, *Efficient per-example gradient computations*, arXiv 1510.01799 (2015).
    """
    passed = network.forward(architecture, parameters, images)
    n_layers = parameters.layout.n_layers
    error = COSTS[cost].output_error(*network.output_of(architecture, passed, targets))
    error = error * network.gain_of(architecture, n_layers - 1)
    total = np.zeros(len(images))
    for k in reversed(range(n_layers)):
        total += _square_norms(error) * (_square_norms(passed.activations[k]) + 1)
        if k > 0:
            error = error @ parameters.weights[k] * network.slope_of(architecture, passed, k - 1)
    return total


def _square_norms(rows: FloatArray) -> Floats:
    return np.asarray(np.square(rows, dtype=np.float64).sum(axis=1))
