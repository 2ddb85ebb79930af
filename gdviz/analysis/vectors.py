"""Single directions through parameter space: downhill, random, and one beside another.

Imports `gdviz.nn`. Next: `planes`, which puts two of them together.

References
----------
Li, Xu, Taylor, Studer, Goldstein, *Visualizing the loss landscape of neural nets* (2018):
section 4, "filter normalization".
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from gdviz.nn.parameters import FloatArray, Parameters

Normalize = Literal["neuron", "layer", "none"]
NORMALIZE: dict[Normalize, str] = {
    "neuron": "neuron-normalised",
    "layer": "layer-normalised",
    "none": "not normalised",
}

_SMALLEST_SINE = 1e-6
"""Two directions closer to parallel than this differ by the rounding of float32 alone."""


def downhill(gradient: Parameters) -> npt.NDArray[np.float64]:
    """Give the unit vector of −∇C.

    Raises
    ------
    ValueError
        If the gradient is zero or not finite.
    """
    down = unit(-gradient.vector)
    if down is None:
        size = float(np.linalg.norm(gradient.vector.astype(np.float64)))
        raise ValueError(f"a gradient of norm {size} has no direction")
    return down


def random_across(
    parameters: Parameters,
    along: npt.NDArray[np.float64],
    generator: np.random.Generator,
    normalize: Normalize = "neuron",
) -> npt.NDArray[np.float64]:
    """Draw a random unit vector that is orthogonal to a unit vector.

    Raises
    ------
    ValueError
        If there is no direction beside it: the vectors are of one number.
    """
    kinds: tuple[Normalize, ...] = (normalize,) if parameters.vector.any() else ()
    # Normalised like a network whose weights are nearly all zero, all draws may be parallel.
    for kind in (*kinds, "none", "none"):
        across = orthogonal_part(random_direction(parameters, generator, kind), along)
        if across is not None:
            return across
    raise ValueError("one parameter alone has no second direction")


def unit(vector: FloatArray) -> npt.NDArray[np.float64] | None:
    """Give a vector at length 1; None if it is zero or not finite."""
    exact = vector.astype(np.float64)
    size = float(np.linalg.norm(exact))
    return exact / size if np.isfinite(size) and size > 0 else None


def orthogonal_part(
    vector: npt.NDArray[np.float64], along: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64] | None:
    """Give the part of a vector orthogonal to a unit vector, at length 1; None if there is none."""
    part = unit(vector)
    for _ in range(2):  # once leaves what rounding leaves
        if part is None:
            return None
        part = part - (part @ along) * along
        if np.linalg.norm(part) < _SMALLEST_SINE:
            return None
        part = unit(part)
    return part


def random_direction(
    parameters: Parameters, generator: np.random.Generator, normalize: Normalize
) -> npt.NDArray[np.float64]:
    """Draw N(0, 1) for every parameter and normalise; `planes.random_plane` says how."""
    drawn = Parameters(generator.standard_normal(parameters.vector.size), parameters.layout)
    if normalize == "none":
        return np.asarray(drawn.vector, np.float64)
    axis = 1 if normalize == "neuron" else None
    for k in range(parameters.layout.n_layers):
        _scale_like(drawn.weights[k], parameters.weights[k], axis)
        _scale_like(drawn.biases[k], parameters.biases[k], None)
    return np.asarray(drawn.vector, np.float64)


def _scale_like(direction: FloatArray, model: FloatArray, axis: int | None) -> None:
    """Scale rows, or the whole, to the norm that the model's rows, or whole, have."""
    wanted = np.sqrt(np.square(model, dtype=np.float64).sum(axis=axis, keepdims=True))
    direction *= wanted / np.sqrt(np.square(direction).sum(axis=axis, keepdims=True))
