"""Compile the engine once: Numba keeps the result on disk beside the modules."""

from __future__ import annotations

import numpy as np

from gdviz.engine.availability import compiler_problem
from gdviz.engine.engine import Examples, Method
from gdviz.engine.gaps import NEVER_HELD
from gdviz.engine.making import example_results, make_engine
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
    from gdviz.engine.augmenting import compiled_augmented  # noqa: PLC0415  # needs the compiler
    from gdviz.engine.gap_kernel import sleep_until_gap  # noqa: PLC0415  # as above
    from gdviz.engine.rasters import warm_up as warm_up_rasters  # noqa: PLC0415  # as above
    from gdviz.engine.slices import warm_up as warm_up_slices  # noqa: PLC0415  # needs the compiler

    # First what training begins with, so that it can be taken over as soon as can be.
    for images in (np.ones((4, 4), np.uint8), np.ones((4, 4), np.float32)):
        _train(images)
    sleep_until_gap(NEVER_HELD)
    warm_up_slices()
    warm_up_rasters()
    for images in (np.ones((1, 4), np.uint8), np.ones((1, 4), np.float32)):
        compiled_augmented(
            images, np.arange(1), 0, 1.0, 1.0, 0.1, (0, 1), np.zeros(4096, np.float32)
        )
    return True


def _train(images: np.ndarray) -> None:
    architecture = Architecture((4, 3, 2))
    parameters = initial_parameters(architecture, "scaled", np.random.default_rng(0))
    labels, rows = np.zeros(4, np.uint8), np.arange(4)
    memory = np.zeros((0, parameters.vector.size), np.float32)
    engine = make_engine("compiled", architecture, Method("quadratic"), 2)
    engine.load(parameters.vector, memory, 0)
    examples = Examples(images, labels)
    rates, costs, norms = np.ones(2, np.float32), np.zeros(2, np.float32), np.zeros((2, 2))
    engine.burst(examples, rows, 2, rates, costs, norms.astype(np.float32))
    found = engine.large_gradient(examples, rows, lambda: False)
    assert found is not None, "nobody tells it to stop"
    engine.update(found[1], 1.0, norms[0].astype(np.float32))
    example_results(architecture, parameters, images, labels, "quadratic")
