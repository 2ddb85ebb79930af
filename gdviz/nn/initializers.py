"""Where the descent starts: random weights and biases.

Each entry draws one layer's weights; biases start at 0 unless the entry says otherwise.
Randomness is a `numpy.random.Generator` passed in: the same generator state gives the same
bytes. Imports NumPy only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gdviz.nn.parameters import Architecture, FloatArray, Parameters


@dataclass(frozen=True, slots=True)
class Initializer:
    """One way of drawing the first weights.

    Parameters
    ----------
    key, title : str
        What files say and what people read.
    weights : callable
        ``weights(generator, n_out, n_in) -> (n_out, n_in)`` in float64.
    biases : callable
        ``biases(generator, n_out) -> (n_out,)`` in float64.
    """

    key: str
    title: str
    weights: Callable[[np.random.Generator, int, int], FloatArray]
    biases: Callable[[np.random.Generator, int], FloatArray]


def _zeros(_generator: np.random.Generator, n_out: int) -> FloatArray:
    return np.zeros(n_out)


def _normal_biases(generator: np.random.Generator, n_out: int) -> FloatArray:
    return generator.standard_normal(n_out)


def scaled_normal(generator: np.random.Generator, n_out: int, n_in: int) -> FloatArray:
    """Give N(0, 1/n_in): a weighted input of unit size whatever the number of inputs.

    References
    ----------
    Nielsen, *Neural Networks and Deep Learning* (2015), chapter 3, weight initialization.
    """
    return np.asarray(generator.standard_normal((n_out, n_in)) / np.sqrt(n_in))


def standard_normal(generator: np.random.Generator, n_out: int, n_in: int) -> FloatArray:
    """Give N(0, 1): the plain start, which saturates sigmoids behind 784 inputs.

    References
    ----------
    Nielsen, *Neural Networks and Deep Learning* (2015), chapter 1.
    """
    return generator.standard_normal((n_out, n_in))


def he(generator: np.random.Generator, n_out: int, n_in: int) -> FloatArray:
    """Give N(0, 2/n_in), made for ReLU.

    References
    ----------
    He, Zhang, Ren, Sun, *Delving deep into rectifiers* (2015), section 2.2.
    """
    return np.asarray(generator.standard_normal((n_out, n_in)) * np.sqrt(2 / n_in))


def xavier(generator: np.random.Generator, n_out: int, n_in: int) -> FloatArray:
    """Give the uniform distribution on ±√(6/(n_in+n_out)), made for tanh.

    References
    ----------
    Glorot, Bengio, *Understanding the difficulty of training deep feedforward networks*
    (2010), equation 16.
    """
    limit = np.sqrt(6 / (n_in + n_out))
    return generator.uniform(-limit, limit, (n_out, n_in))


def zeros(_generator: np.random.Generator, n_out: int, n_in: int) -> FloatArray:
    """Give zeros: all neurons of a layer stay the same for ever. To be seen, not used.

    References
    ----------
    Goodfellow, Bengio, Courville, *Deep Learning* (2016), section 8.4: breaking symmetry.
    """
    return np.zeros((n_out, n_in))


INITIALIZERS: dict[str, Initializer] = {
    entry.key: entry
    for entry in (
        Initializer("scaled", "1/√n", scaled_normal, _zeros),
        Initializer("normal", "N(0, 1)", standard_normal, _normal_biases),
        Initializer("he", "He", he, _zeros),
        Initializer("xavier", "Xavier", xavier, _zeros),
        Initializer("zeros", "Zeros", zeros, _zeros),
    )
}


def initial_parameters(
    architecture: Architecture, initializer: str, generator: np.random.Generator
) -> Parameters:
    """Draw a start.

    Parameters
    ----------
    architecture : Architecture
    initializer : str
        A key of `INITIALIZERS`.
    generator : numpy.random.Generator
        Its state moves on; layers are drawn first to last, weights before biases.

    Returns
    -------
    Parameters
        float32, owned by the caller.

    Raises
    ------
    ValueError
        If the key is in no table.
    """
    if initializer not in INITIALIZERS:
        raise ValueError(f"unknown initializer {initializer!r}; one of {', '.join(INITIALIZERS)}")
    entry = INITIALIZERS[initializer]
    layout = architecture.layout
    parameters = Parameters(np.empty(layout.size, np.float32), layout)
    for weights, biases in zip(parameters.weights, parameters.biases, strict=True):
        weights[...] = entry.weights(generator, *weights.shape)
        biases[...] = entry.biases(generator, len(biases))
    return parameters
