"""The choice between the engines, and what is scored with either."""

from __future__ import annotations

import numpy as np

from gdviz.engine.availability import compiler_problem, is_ready
from gdviz.engine.engine import (
    CHUNK,
    Answers,
    Engine,
    EngineName,
    Examples,
    Labels,
    Method,
    Order,
    Stored,
    scaled,
)
from gdviz.engine.numpy_engine import NumpyEngine
from gdviz.engine.plan import MOST_INPUTS
from gdviz.nn import network
from gdviz.nn.parameters import Architecture, Parameters


def make_engine(
    name: EngineName, architecture: Architecture, method: Method, mini_batch: int
) -> Engine:
    """Give an engine for one network; its parameters are zero until some are loaded.

    Parameters
    ----------
    name : str
        ``"auto"`` takes the compiled engine if there is one.
    architecture : Architecture
    method : Method
    mini_batch : int
        Largest number of examples in a step; sizes the buffers.

    Raises
    ------
    ValueError
        If the compiled engine is asked for by name and cannot be had.
    """
    if name == "compiled" and compiler_problem():
        raise ValueError(f"the compiled engine cannot be loaded: {compiler_problem()}")
    # NumPy needs no compiler: then nobody waits until it is loaded.
    fits = architecture.layer_sizes[0] <= MOST_INPUTS
    if name == "numpy" or (name == "auto" and not (fits and is_ready())):
        return NumpyEngine(architecture, method)
    from gdviz.engine.compiled_engine import CompiledEngine  # noqa: PLC0415  # needs the compiler

    return CompiledEngine(architecture, method, mini_batch)


def example_results(
    architecture: Architecture,
    parameters: Parameters,
    images: Stored,
    labels: Labels,
    cost: str,
    rows: Order | None = None,
) -> Answers:
    """Give the cost of each example and what the network says.

    Any thread may call, with parameters that nobody writes meanwhile; buffers are its own.

    Parameters
    ----------
    architecture : Architecture
    parameters : Parameters
        float32.
    images : ndarray of shape (n, n_in)
        uint8 from 0 to 255, or float32 from 0 to 1.
    labels : ndarray of shape (n,), uint8
    cost : str
    rows : ndarray of int64, optional
        Only these. It is quicker to name rows of an array that lives on than to hand over a
        part of it, which has to be looked through anew each time.

    Returns
    -------
    costs : ndarray of shape (n,), float64
    said : ndarray of shape (n,), int64
        Index of the largest output.
    """
    if rows is None:
        rows = np.arange(len(labels))
    if images.shape[1] <= MOST_INPUTS and is_ready():
        from gdviz.engine.compiled_engine import CompiledScorer  # noqa: PLC0415  # the compiler

        return CompiledScorer(architecture, parameters.vector, cost).score(images, labels, rows)
    costs, said = np.zeros(len(rows)), np.zeros(len(rows), np.int64)
    n_outputs = architecture.layer_sizes[-1]
    for start in range(0, len(rows), CHUNK):
        where = slice(start, start + CHUNK)
        chunk = rows[where]
        with np.errstate(over="ignore", invalid="ignore"):
            passed = network.forward(architecture, parameters, scaled(images[chunk]))
            targets = network.one_hot(labels[chunk], n_outputs)
            costs[where] = network.costs_of(architecture, passed, targets, cost)
        said[where] = network.predictions(passed.outputs)
    return costs, said


def mean_gradient(
    architecture: Architecture,
    parameters: Parameters,
    images: Stored,
    labels: Labels,
    cost: str,
) -> Parameters:
    """Give ∇C over all given examples, added up part by part; any thread may call."""
    engine = make_engine("auto", architecture, Method(cost), min(len(labels), CHUNK))
    engine.load(parameters.vector, np.zeros((0, parameters.layout.size), np.float32), 0)
    found = engine.large_gradient(Examples(images, labels), np.arange(len(labels)), lambda: False)
    assert found is not None, "nobody tells it to stop"
    return Parameters(engine.unpacked(found[1]), parameters.layout)
