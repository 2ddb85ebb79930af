"""What steeper neurons do to a given network: from σ(kz) to the hard step, which k = ∞ stands for.

A network that was trained goes on recognising when its sigmoids become steps; what is lost is
the slope. The cost of a network of steps is constant between the places where some neuron jumps
for some image, and its gradient is 0 wherever there is one: nothing says where downhill is.

Before it vanishes the gradient becomes erratic: σ′ is a peak of height k/4 and width 1/k, so that
fewer and fewer images feel an ever larger slope. The mean over the images, |∇C|, is then that of
the few images which happen to stand on a peak; `Smoothness.typical_gradient_norm` is of the image
in the middle.

Imports `gdviz.nn`, and what `inspection` calls saturated. Pure: any thread may call.

References
----------
Nielsen, *Neural Networks and Deep Learning* (2015), chapter 1: perceptrons and sigmoid neurons.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.neuron_bench import FLAT_SLOPE
from gdviz.nn.activations import sigmoid_derivative
from gdviz.nn.costs import COSTS
from gdviz.nn.network import Forward, forward, gain_of, one_hot, output_of, slope_of
from gdviz.nn.parameters import Architecture, FloatArray, Parameters

HARD = math.inf
"""The steepness of a hard step."""

_AT_ONCE = 1_000
"""Examples between two looks whether to stop: some 20 ms for 13,002 parameters."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Smoothness:
    """A network at one steepness.

    Parameters
    ----------
    steepness : float
        k of σ(kz); `HARD` for steps.
    cost : float
        Mean over the examples, sum over the outputs.
    gradient_norm : float
        |∇C|, of the mean over the examples. 0 for steps.
    typical_gradient_norm : float
        Median over the examples of |∇C_i|, the gradient of the cost of one.
    n_correct : int
        Examples whose label has the largest weighted input in the last layer. σ(kz) rises with z:
        its largest is the same for every k, only that rounding makes large ones equal.
    n_alone : int
        Examples whose label's output is above ½ and no other is: what is left to be read where
        outputs are steps. Of a softmax output, whose label's output is above ½.
    n_examples : int
    saturated : tuple of float
        For each hidden layer the share, 0 to 1, of its activations, over neurons and examples,
        that are so near 0 or 1 that σ′ is below `FLAT_SLOPE`: below 0.053 or above 0.947.
    """

    steepness: float
    cost: float
    gradient_norm: float
    typical_gradient_norm: float
    n_correct: int
    n_alone: int
    n_examples: int
    saturated: tuple[float, ...]

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0 to 1."""
        return self.n_correct / self.n_examples


def with_steepness(architecture: Architecture, steepness: float) -> Architecture:
    """Give the architecture of the same network at another steepness.

    Parameters
    ----------
    architecture : Architecture
        Of sigmoids in its hidden layers.
    steepness : float
        Above 0 and at most 1,000, or `HARD`: then the hidden layers are steps. The output stays
        smooth, for a network's outputs cannot be steps; `smoothness` treats them as such.

    Raises
    ------
    ValueError
        If hidden layers are of something else, or the steepness is out of its range.
    """
    if architecture.hidden_activation != "sigmoid":
        raise ValueError(
            f"only sigmoids have a steepness, not {architecture.hidden_activation} in hidden layers"
        )
    if steepness == HARD:
        return dataclasses.replace(architecture, hidden_activation="step")
    return dataclasses.replace(architecture, steepness=steepness)


def smoothness(
    architecture: Architecture,
    parameters: Parameters,
    images: npt.NDArray[Any],
    labels: npt.NDArray[np.integer[Any]],
    cost: str,
    steepness: float,
    should_stop: Callable[[], bool] = _never,
) -> Smoothness | None:
    """Give what a network costs, feels and recognises at another steepness.

    Any thread may call, with parameters that nobody writes meanwhile. Some 20 ms for 1,000
    images and 13,002 parameters.

    Parameters
    ----------
    architecture : Architecture
        Of sigmoids in its hidden layers; its own steepness does not matter.
    parameters : Parameters
        Computed with in float64: steep sigmoids leave nothing of a slope in less.
    images : ndarray of shape (n, n_in)
        uint8, 0 to 255, or floating, 0 to 1.
    labels : ndarray of shape (n,)
    cost : str
        A key of `gdviz.nn.costs.COSTS`.
    steepness : float
        k of every sigmoid, hidden and output; `HARD` for steps.
    should_stop : callable, optional
        Asked every 1,000 examples.

    Returns
    -------
    Smoothness or None
        None: told to stop.

    Raises
    ------
    ValueError
        If there is no example, or the steepness is impossible; see `with_steepness`.

    Notes
    -----
    Of one example ∂C_i/∂W is the outer product of the layer's error δ and what it was given, a:
    |∇C_i|² = Σ over the layers of |δ|² (|a|² + 1).

    With steps in the output the quadratic cost counts the outputs that are wrong; the
    cross-entropy of sigmoids is infinite as soon as one of them is.
    """
    if len(labels) < 1:
        raise ValueError("a mean over no examples is not defined")
    steep = with_steepness(architecture, steepness)
    precise = Parameters(parameters.vector.astype(float), parameters.layout)
    measured = _Sums(steep, precise, cost, has_step_outputs=_has_step_outputs(steep))
    for start in range(0, len(labels), _AT_ONCE):
        if should_stop():
            return None
        where = slice(start, start + _AT_ONCE)
        block = images[where].astype(float)
        measured.add(block / 255 if images.dtype == np.uint8 else block, labels[where])
    return measured.smoothness(steepness)


def _has_step_outputs(architecture: Architecture) -> bool:
    return architecture.hidden_activation == "step" and architecture.output_activation == "sigmoid"


class _Sums:
    """Adds up over blocks of examples."""

    def __init__(
        self, architecture: Architecture, parameters: Parameters, cost: str, *,
        has_step_outputs: bool,
    ) -> None:  # fmt: skip
        self._architecture, self._parameters, self._cost = architecture, parameters, cost
        self._has_step_outputs = has_step_outputs
        self._costs: list[FloatArray] = []
        self._norms: list[FloatArray] = []
        self._slope = np.zeros_like(parameters.vector)
        self._saturated = np.zeros(parameters.layout.n_layers - 1)
        self._n_correct = self._n_alone = 0

    def add(self, images: FloatArray, labels: npt.NDArray[np.integer[Any]]) -> None:
        """Take in some examples."""
        passed = forward(self._architecture, self._parameters, images)
        answers = passed.weighted_inputs[-1]
        is_sigmoid = self._architecture.output_activation == "sigmoid"
        lit = answers > 0 if is_sigmoid else passed.outputs > 0.5
        targets = one_hot(labels, answers.shape[1], answers.dtype)
        self._n_correct += int((answers.argmax(axis=1) == labels).sum())
        self._n_alone += int((lit == (targets > 0)).all(axis=1).sum())
        self._saturated += [flat_share(a) * len(labels) for a in passed.unmasked[:-1]]
        self._costs.append(self._costs_of(passed, lit, targets))
        self._norms.append(self._add_gradients(passed, targets))

    def _costs_of(
        self, passed: Forward, lit: npt.NDArray[np.bool_], targets: FloatArray
    ) -> FloatArray:
        output = output_of(self._architecture, passed, targets)
        if not self._has_step_outputs:
            return COSTS[self._cost].example_costs(*output)
        n_wrong: FloatArray = (lit != (targets > 0)).sum(axis=1).astype(float)
        if self._cost == "quadratic":
            return n_wrong
        return np.asarray(np.where(n_wrong > 0, np.inf, 0.0))

    def _add_gradients(self, passed: Forward, targets: FloatArray) -> FloatArray:
        """Add the examples' gradients to the sum; give the length of each, shape (n,)."""
        architecture, parameters = self._architecture, self._parameters
        squares = np.zeros(len(targets))
        if self._has_step_outputs:
            return squares
        slope = Parameters(self._slope, parameters.layout)
        last = parameters.layout.n_layers - 1
        error = COSTS[self._cost].output_error(*output_of(architecture, passed, targets))
        error = error * gain_of(architecture, last)
        for k in reversed(range(last + 1)):
            given = passed.activations[k]
            slope.weights[k][:] += error.T @ given
            slope.biases[k][:] += error.sum(axis=0)
            squares += (error * error).sum(axis=1) * ((given * given).sum(axis=1) + 1)
            if k > 0:
                error = error @ parameters.weights[k] * slope_of(architecture, passed, k - 1)
        return np.asarray(np.sqrt(squares))

    def smoothness(self, steepness: float) -> Smoothness:
        """Give what all examples taken in say."""
        costs, norms = np.concatenate(self._costs), np.concatenate(self._norms)
        n = len(costs)
        return Smoothness(
            steepness,
            float(costs.mean()),
            float(np.linalg.norm(self._slope)) / n,
            float(np.median(norms)),
            self._n_correct,
            self._n_alone,
            n,
            tuple((self._saturated / n).tolist()),
        )


def flat_share(activations: FloatArray) -> float:
    """Give the share of a sigmoid's or step's activations at which σ′ is below `FLAT_SLOPE`."""
    return float((sigmoid_derivative(activations, activations) < FLAT_SLOPE).mean())
