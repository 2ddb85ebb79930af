"""Compile the engine once: Numba keeps the result on disk beside the modules."""

from __future__ import annotations

import numpy as np

from gdviz.engine.availability import compiler_problem
from gdviz.engine.making import example_results, make_engine, mean_gradient
from gdviz.nn.initializers import initial_parameters
from gdviz.nn.parameters import Architecture


def warm_up() -> bool:
    """Run every compiled function on small data, as training would.

    Returns
    -------
    bool
        False if there is no compiler: everything then runs on NumPy.
    """
    if compiler_problem():
        return False
    from gdviz.engine.slices import warm_up as warm_up_slices  # noqa: PLC0415  # needs the compiler

    architecture = Architecture((4, 3, 2))
    parameters = initial_parameters(architecture, "scaled", np.random.default_rng(0))
    images = np.zeros((4, 4), np.uint8)
    labels = np.zeros(4, np.uint8)
    memory = np.zeros((0, parameters.vector.size), np.float32)
    images.flags.writeable = labels.flags.writeable = False
    engine = make_engine("compiled", architecture, "quadratic", "gradient_descent", 2)
    engine.burst(
        parameters.vector,
        memory,
        0,
        images,
        labels,
        np.arange(4),
        2,
        np.ones(2, np.float32),
        np.zeros(2, np.float32),
        np.zeros((2, 2), np.float32),
    )
    gradient = np.zeros_like(parameters.vector)
    engine.chunk_gradient(parameters.vector, images, labels, np.arange(2), 1.0, gradient)
    engine.update(parameters.vector, memory, 0, gradient, 1.0, np.zeros(2, np.float32))
    # What runs beside the training is given frozen copies: a type of its own to the compiler.
    for given in (parameters, parameters.frozen_copy()):
        example_results(architecture, given, images, labels, "quadratic")
        mean_gradient(architecture, given, images, labels, "quadratic")
    warm_up_slices()
    return True
