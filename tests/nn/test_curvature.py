"""Hessian-vector products against differences of the gradient and an oracle with loops.

As for the gradient (`test_gradients`), no weighted input may be so near to a kink that a
displacement crosses it: there the Hessian of straight pieces says nothing.
"""

import dataclasses
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdviz.nn import network
from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.costs import COSTS
from gdviz.nn.curvature import hessian_product
from gdviz.nn.initializers import initial_parameters
from gdviz.nn.parameters import Architecture, Parameters

COMBINATIONS = [
    (hidden, output, cost)
    for hidden, output, cost in itertools.product(ACTIVATIONS, OUTPUT_ACTIVATIONS, COSTS)
    if output in COSTS[cost].outputs
]
STEEPNESSES = (1.0, 2.5)
SIZES = (5, 4, 3, 3)


def problem(architecture, seed=0, n_examples=6):
    sizes = architecture.layer_sizes
    generator = np.random.default_rng(seed)
    start = initial_parameters(architecture, "xavier", generator).vector.astype(np.float64)
    vector = start + 0.1 * generator.standard_normal(start.size)
    images = generator.random((n_examples, sizes[0]))
    labels = generator.integers(0, sizes[-1], n_examples)
    targets = network.one_hot(labels, sizes[-1], np.float64)
    return Parameters(vector, architecture.layout), images, targets


def directions(architecture, count, seed=9):
    return np.random.default_rng(seed).standard_normal((count, architecture.n_parameters))


def nearest_kink(architecture, parameters, images):
    hidden = network.forward(architecture, parameters, images).weighted_inputs[:-1]
    return min(np.abs(z).min() for z in hidden)


def difference_of_gradients(architecture, parameters, images, targets, cost, along):
    """Richardson's extrapolation of central differences: its error is of fourth order."""

    def central(step):
        ends = [
            network.gradient(
                architecture,
                Parameters(parameters.vector + sign * step * along, parameters.layout),
                images,
                targets,
                cost,
            )[1].vector
            for sign in (1, -1)
        ]
        return (ends[0] - ends[1]) / (2 * step)

    return (4 * central(2e-4) - central(4e-4)) / 3


@pytest.mark.parametrize("steepness", STEEPNESSES)
@pytest.mark.parametrize(("hidden", "output", "cost"), COMBINATIONS)
def test_product_matches_differences_of_the_gradient(hidden, output, cost, steepness):
    architecture = Architecture(SIZES, hidden, output, steepness)
    parameters, images, targets = problem(architecture)
    for direction in directions(architecture, 3):
        along = direction / np.linalg.norm(direction)
        reach = 4e-4 * 10  # what a direction of length 1 may do to a weighted input, generously
        assert nearest_kink(architecture, parameters, images) > reach
        product = hessian_product(architecture, parameters, images, targets, cost, along)
        numeric = difference_of_gradients(architecture, parameters, images, targets, cost, along)
        assert np.abs(numeric).max() > 1e-3  # else the comparison would say nothing
        assert np.abs(product - numeric).max() / np.abs(numeric).max() < 1e-6


@pytest.mark.parametrize("steepness", STEEPNESSES)
@pytest.mark.parametrize(("hidden", "output", "cost"), COMBINATIONS)
def test_the_hessian_is_symmetric(hidden, output, cost, steepness):
    architecture = Architecture(SIZES, hidden, output, steepness)
    parameters, images, targets = problem(architecture, seed=2)
    v, w = directions(architecture, 2)
    of_v, of_w = (
        hessian_product(architecture, parameters, images, targets, cost, d) for d in (v, w)
    )
    assert w @ of_v == pytest.approx(v @ of_w, rel=1e-9)
    assert abs(w @ of_v) > 1e-6


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 6), min_size=2, max_size=5),
    st.sampled_from(COMBINATIONS),
    st.sampled_from(STEEPNESSES),
    st.integers(1, 5),
    st.floats(-100, 100),
    st.floats(-100, 100),
    st.integers(0, 2**32 - 1),
)
def test_the_product_is_linear_and_symmetric(sizes, combination, steepness, n, s, t, seed):
    """Of any depth, a single layer too."""
    hidden, output, cost = combination
    architecture = Architecture(tuple(sizes), hidden, output, steepness)
    parameters, images, targets = problem(architecture, seed, n)
    v, w = directions(architecture, 2, seed)

    def product(direction):
        return hessian_product(architecture, parameters, images, targets, cost, direction)

    of_v, of_w, of_both = product(v), product(w), product(s * v + t * w)
    scale = 1 + abs(s) * np.abs(of_v).max() + abs(t) * np.abs(of_w).max()
    np.testing.assert_allclose(of_both, s * of_v + t * of_w, atol=1e-11 * scale)
    assert w @ of_v == pytest.approx(v @ of_w, rel=1e-8, abs=1e-10 * scale)


@dataclasses.dataclass
class HyperDual:
    """A number with its derivatives along two directions, and the mixed second one.

    Their arithmetic is that of a Taylor series in ε₁ and ε₂ with ε₁² = ε₂² = 0: nothing is
    rounded off but what float64 rounds (Fike, Alonso, *The development of hyper-dual numbers
    for exact second-derivative calculations*, 2011).
    """

    value: float
    first: float = 0.0
    second: float = 0.0
    mixed: float = 0.0

    def of(self, value, slope, bend):
        """A function of this number, by the chain rule."""
        mixed = slope * self.mixed + bend * self.first * self.second
        return HyperDual(value, slope * self.first, slope * self.second, mixed)

    def __add__(self, other):
        other = other if isinstance(other, HyperDual) else HyperDual(other)
        return HyperDual(
            self.value + other.value,
            self.first + other.first,
            self.second + other.second,
            self.mixed + other.mixed,
        )

    __radd__ = __add__

    def __mul__(self, other):
        other = other if isinstance(other, HyperDual) else HyperDual(other)
        return HyperDual(
            self.value * other.value,
            self.value * other.first + self.first * other.value,
            self.value * other.second + self.second * other.value,
            self.value * other.mixed
            + self.first * other.second
            + self.second * other.first
            + self.mixed * other.value,
        )

    __rmul__ = __mul__


def exp(x):
    return x.of(math.exp(x.value), math.exp(x.value), math.exp(x.value))


def log(x):
    return x.of(math.log(x.value), 1 / x.value, -1 / x.value**2)


def reciprocal(x):
    return x.of(1 / x.value, -1 / x.value**2, 2 / x.value**3)


def erf(x):
    slope = 2 / math.sqrt(math.pi) * math.exp(-(x.value**2))
    return x.of(math.erf(x.value), slope, -2 * x.value * slope)


def logistic(x):
    return reciprocal(1 + exp(-1 * x))


ORACLE = {
    "identity": lambda z: z,
    "sigmoid": logistic,
    "tanh": lambda z: 2 * logistic(2 * z) + -1,
    "relu": lambda z: z if z.value > 0 else HyperDual(0.0),
    "leaky_relu": lambda z: z if z.value > 0 else 0.01 * z,
    "silu": lambda z: z * logistic(z),
    "gelu": lambda z: 0.5 * z * (1 + erf(math.sqrt(0.5) * z)),
    "softplus": lambda z: log(1 + exp(z)),
    "step": lambda z: HyperDual(1.0 if z.value > 0 else 0.0),
}


def oracle_cost(architecture, theta, image, target, cost):
    """One example with loops over numbers of any kind: shares no code with gdviz.nn."""
    sizes, activation, used = architecture.layer_sizes, list(image), 0
    for k, (n_in, n_out) in enumerate(itertools.pairwise(sizes)):
        weights, biases = theta[used : used + n_in * n_out], theta[used + n_in * n_out :]
        used += n_in * n_out + n_out
        z = [
            sum((weights[j * n_in + i] * activation[i] for i in range(n_in)), biases[j])
            for j in range(n_out)
        ]
        is_last = k == len(sizes) - 2
        key = architecture.output_activation if is_last else architecture.hidden_activation
        if key == "softmax":
            share = reciprocal(sum(map(exp, z)))
            activation = [exp(value) * share for value in z]
        else:
            gain = architecture.steepness if key == "sigmoid" else 1.0
            activation = [ORACLE[key](gain * value) for value in z]
    pairs = list(zip(activation, target, strict=True))
    if cost == "quadratic":
        return sum((a + -y) * (a + -y) for a, y in pairs)
    if architecture.output_activation == "softmax":
        return sum(-y * log(a) for a, y in pairs)
    return sum(-y * log(a) + (y - 1) * log(1 + -1 * a) for a, y in pairs)


def oracle_curvature(architecture, parameters, images, targets, cost, v, w):
    """vᵀHw, by hyper-dual numbers."""
    theta = [
        HyperDual(*numbers)
        for numbers in zip(parameters.vector.tolist(), v.tolist(), w.tolist(), strict=True)
    ]
    costs = [
        oracle_cost(architecture, theta, image, target, cost)
        for image, target in zip(images.tolist(), targets.tolist(), strict=True)
    ]
    return sum(one.mixed for one in costs) / len(costs)


@pytest.mark.parametrize("steepness", STEEPNESSES)
@pytest.mark.parametrize(("hidden", "output", "cost"), COMBINATIONS)
def test_curvature_matches_an_oracle_with_hyper_dual_numbers(hidden, output, cost, steepness):
    architecture = Architecture(SIZES, hidden, output, steepness)
    parameters, images, targets = problem(architecture, seed=5, n_examples=3)
    for v, w in directions(architecture, 4).reshape(2, 2, -1):
        product = hessian_product(architecture, parameters, images, targets, cost, v)
        expected = oracle_curvature(architecture, parameters, images, targets, cost, v, w)
        scale = np.linalg.norm(w) * np.linalg.norm(product)
        assert w @ product == pytest.approx(expected, rel=1e-9, abs=1e-12 * scale)


@pytest.mark.parametrize(
    ("hidden", "output", "cost"),
    [("tanh", "softmax", "quadratic"), ("sigmoid", "sigmoid", "cross_entropy")],
)
def test_every_entry_of_a_whole_hessian(hidden, output, cost):
    architecture = Architecture((2, 2, 2), hidden, output, 2.5)
    parameters, images, targets = problem(architecture, seed=4, n_examples=3)
    unit = np.eye(architecture.n_parameters)
    whole = np.array(
        [hessian_product(architecture, parameters, images, targets, cost, e) for e in unit]
    )
    expected = [
        [oracle_curvature(architecture, parameters, images, targets, cost, v, w) for w in unit]
        for v in unit
    ]
    np.testing.assert_allclose(whole, expected, rtol=1e-10, atol=1e-12)
    assert np.linalg.eigvalsh(whole)[0] < 0 < np.linalg.eigvalsh(whole)[-1]


def test_product_by_hand():
    """1-1-1 with identity, all on paper: C = (w2 (w1 x + b1) + b2 − y)².

    At w1 = 2, b1 = 1, w2 = 3, b2 = −1, x = 4, y = 1 the output is o = 26 and o − y = 25. Along
    w1: ∂o = w2 x = 12, and ∂o/∂w2 changes by x = 4. Hence with ∇o = (12, 3, 9, 1):
    2 (12 ∇o + 25 (0, 0, 4, 0)).
    """
    architecture = Architecture((1, 1, 1), "identity", "identity")
    parameters = Parameters(np.array([2.0, 1.0, 3.0, -1.0]), architecture.layout)
    product = hessian_product(
        architecture,
        parameters,
        np.array([[4.0]]),
        np.array([[1.0]]),
        "quadratic",
        np.array([1.0, 0, 0, 0]),
    )
    np.testing.assert_array_equal(product, [288, 72, 416, 24])


def test_single_precision_stays_and_agrees():
    architecture = Architecture((30, 16, 10), "gelu", "softmax")
    parameters, images, targets = problem(architecture, n_examples=50)
    along = directions(architecture, 1)[0]
    exact = hessian_product(architecture, parameters, images, targets, "cross_entropy", along)
    single = hessian_product(
        architecture,
        Parameters(parameters.vector.astype(np.float32), architecture.layout),
        images.astype(np.float32),
        targets.astype(np.float32),
        "cross_entropy",
        along,
    )
    assert single.dtype == np.float32
    assert np.abs(single - exact).max() < 2e-5 * np.abs(exact).max()


def test_nothing_that_is_given_is_written():
    architecture = Architecture((3, 2, 2))
    parameters, images, targets = problem(architecture)
    along = directions(architecture, 1)[0]
    given_arrays = (parameters.vector, images, targets, along)
    before = [array.copy() for array in given_arrays]
    for array in given_arrays:
        array.flags.writeable = False
    hessian_product(architecture, parameters, images, targets, "quadratic", along)
    for array, copy in zip(given_arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_a_direction_of_another_network_is_refused():
    architecture = Architecture((3, 2, 2))
    parameters, images, targets = problem(architecture)
    with pytest.raises(ValueError, match=r"a vector of shape \(13,\)"):
        hessian_product(architecture, parameters, images, targets, "quadratic", np.ones(13))
