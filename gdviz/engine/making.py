"""The choice between the engines, and what is scored with either."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.engine.availability import compiler_problem
from gdviz.engine.engine import CHUNK, Engine, EngineName, Labels, Stored, scale_of, scaled
from gdviz.engine.numpy_engine import NumpyEngine
from gdviz.nn import network
from gdviz.nn.costs import COSTS
from gdviz.nn.parameters import Architecture, Parameters


def make_engine(
    name: EngineName,
    architecture: Architecture,
    cost: str,
    optimizer: str,
    mini_batch: int,
) -> Engine:
    """Give an engine for one network.

    Parameters
    ----------
    name : str
        ``"auto"`` takes the compiled engine if there is one.
    architecture : Architecture
    cost, optimizer : str
        Keys of the tables in `gdviz.nn`.
    mini_batch : int
        Largest number of examples in a step; sizes the buffers.

    Raises
    ------
    ValueError
        If the compiled engine is asked for by name and cannot be had.
    """
    problem = compiler_problem()
    if name == "compiled" and problem:
        raise ValueError(f"the compiled engine cannot be loaded: {problem}")
    if name == "numpy" or problem:
        return NumpyEngine(architecture, cost, optimizer)
    from gdviz.engine.compiled_engine import CompiledEngine  # noqa: PLC0415  # needs the compiler

    return CompiledEngine(architecture, cost, optimizer, min(mini_batch, CHUNK))


def example_results(
    architecture: Architecture,
    parameters: Parameters,
    images: Stored,
    labels: Labels,
    cost: str,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
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

    Returns
    -------
    costs : ndarray of shape (n,), float64
    said : ndarray of shape (n,), int64
        Index of the largest output.
    """
    costs, said = np.zeros(len(labels)), np.zeros(len(labels), np.int64)
    if not compiler_problem():
        from gdviz.engine import kernels  # noqa: PLC0415  # needs the compiler
        from gdviz.engine.compiled_engine import Buffers  # noqa: PLC0415  # needs the compiler

        buffers = Buffers(architecture, cost, min(500, max(len(labels), 1)))
        kernels.score(
            parameters.vector, buffers.sizes, buffers.offsets, buffers.capacity,
            buffers.codes, buffers.cost_code, images, labels, scale_of(images),
            np.arange(len(labels)), buffers.activations, buffers.logits,
            costs, said,
        )  # fmt: skip
        return costs, said
    n_outputs = architecture.layer_sizes[-1]
    for start in range(0, len(labels), CHUNK):
        where = slice(start, start + CHUNK)
        with np.errstate(over="ignore", invalid="ignore"):
            passed = network.forward(architecture, parameters, scaled(images[where]))
            costs[where] = COSTS[cost].example_costs(
                passed.weighted_inputs[-1],
                passed.outputs,
                network.one_hot(labels[where], n_outputs),
                architecture.output_activation,
            )
        said[where] = network.predictions(passed.outputs)
    return costs, said


def mean_gradient(
    architecture: Architecture,
    parameters: Parameters,
    images: Stored,
    labels: Labels,
    cost: str,
) -> Parameters:
    """Give ∇C over all given examples, added up chunk by chunk; any thread may call."""
    engine: Any = make_engine("auto", architecture, cost, "gradient_descent", CHUNK)
    total = np.zeros(parameters.layout.size, np.float32)
    order = np.arange(len(labels))
    for start in range(0, len(labels), CHUNK):
        engine.chunk_gradient(
            parameters.vector, images, labels, order[start : start + CHUNK], 1 / len(labels), total
        )
    return Parameters(total, parameters.layout)
