"""Slices along lines against brute force, differences, and networks whose cost is a parabola."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdviz.analysis import line_costs
from gdviz.analysis.line_slice import LineSlice, line_slices
from gdviz.analysis.lines import Line, descent_line, unit_direction, weight_line
from gdviz.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from gdviz.nn.costs import COSTS
from gdviz.nn.network import example_costs, gradient, mean_cost, one_hot
from gdviz.nn.parameters import Architecture, Parameters

COMBINATIONS = [
    (hidden, output, cost)
    for hidden, output, cost in itertools.product(ACTIVATIONS, OUTPUT_ACTIVATIONS, COSTS)
    if output in COSTS[cost].outputs
]
SMALL = Architecture((6, 5, 4), "tanh", "softmax")
T = np.linspace(-2, 3, 11)


def problem(architecture, n=40, seed=0):
    draws = np.random.default_rng(seed)
    vector = draws.normal(0, 0.5, architecture.n_parameters)
    images = draws.random((n, architecture.layer_sizes[0]))
    labels = draws.integers(0, architecture.layer_sizes[-1], n)
    return Parameters(vector, architecture.layout), images, labels


def random_lines(architecture, count, seed=5):
    draws = np.random.default_rng(seed)
    return [
        Line(f"line {k}", draws.normal(0, 0.5, architecture.n_parameters)) for k in range(count)
    ]


def targets_of(architecture, labels):
    return one_hot(labels, architecture.layer_sizes[-1], np.float64)


def brute_force(architecture, parameters, direction, t, images, labels, cost):
    return [
        mean_cost(
            architecture,
            Parameters(parameters.vector + at * direction, parameters.layout),
            images,
            targets_of(architecture, labels),
            cost,
        )
        for at in t
    ]


def sliced(architecture, lines, parameters, images, labels, cost="quadratic", **settings):
    settings = {"dtype": np.float64, "t": T, **settings}
    return line_slices(architecture, parameters, lines, images, labels, cost, **settings)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(1, 7), min_size=2, max_size=4),
    st.sampled_from(COMBINATIONS),
    st.sampled_from([1.0, 2.5]),
    st.integers(1, 5),
    st.integers(1, 30),
    st.lists(st.floats(-5, 5), min_size=2, max_size=9, unique=True),
    st.integers(0, 2**32 - 1),
    st.booleans(),
)
def test_costs_equal_brute_force_in_float64(
    sizes, combination, steepness, n_lines, n, t, seed, in_rows
):
    hidden, output, cost = combination
    architecture = Architecture(tuple(sizes), hidden, output, steepness)
    parameters, images, labels = problem(architecture, n, seed)
    lines = random_lines(architecture, n_lines, seed)
    t = np.sort(t)
    with pytest.MonkeyPatch.context() as patch:
        if in_rows:
            patch.setattr(line_costs, "_ROWS", 7)
        found = sliced(architecture, lines, parameters, images, labels, cost, t=t)
    assert [one.title for one in found] == [line.title for line in lines]
    for line, one in zip(lines, found, strict=True):
        expected = brute_force(architecture, parameters, line.direction, t, images, labels, cost)
        np.testing.assert_allclose(one.cost, expected, rtol=1e-9, atol=1e-12)
        np.testing.assert_array_equal(one.t, t)
        assert one.n_examples == n
        start = mean_cost(architecture, parameters, images, targets_of(architecture, labels), cost)
        assert one.start_cost == pytest.approx(start, rel=1e-9)


def test_single_precision_is_near_brute_force(mnist):
    architecture = Architecture((784, 16, 16, 10))
    images, labels = mnist.train.images[:500], mnist.train.labels[:500]
    parameters, _, _ = problem(architecture, 1)
    lines = [Line(line.title, 0.1 * line.direction) for line in random_lines(architecture, 3)]
    found = sliced(architecture, lines, parameters, images, labels, dtype=np.float32)
    for line, one in zip(lines, found, strict=True):
        expected = brute_force(
            architecture, parameters, line.direction, T, images / 255, labels, "quadratic"
        )
        np.testing.assert_allclose(one.cost, expected, rtol=1e-5)


@pytest.mark.parametrize("rows", [3, 40, 1000])
def test_error_is_that_of_the_mean_over_the_examples(rows, monkeypatch):
    monkeypatch.setattr(line_costs, "_ROWS", rows)
    parameters, images, labels = problem(SMALL)
    line = random_lines(SMALL, 1)[0]
    (one,) = sliced(SMALL, [line], parameters, images, labels, "cross_entropy")
    for at, error in zip(T, one.error, strict=True):
        moved = Parameters(parameters.vector + at * line.direction, parameters.layout)
        costs = example_costs(SMALL, moved, images, targets_of(SMALL, labels), "cross_entropy")
        assert error == pytest.approx(costs.std(ddof=1) / math.sqrt(len(costs)), rel=1e-8)


def test_of_a_single_example_there_is_no_error():
    parameters, images, labels = problem(SMALL, 1)
    (one,) = sliced(SMALL, random_lines(SMALL, 1), parameters, images, labels)
    assert np.isfinite(one.cost).all()
    assert np.isnan(one.error).all()


@pytest.mark.parametrize(("hidden", "output", "cost"), COMBINATIONS)
def test_tangent_and_curvature_are_those_of_the_slice(hidden, output, cost):
    architecture = Architecture((6, 5, 4), hidden, output, 1.5)
    parameters, images, labels = problem(architecture, seed=2)
    step = 1e-3
    t = step * np.arange(-2.0, 3.0)
    for one in sliced(
        architecture, random_lines(architecture, 2), parameters, images, labels, cost, t=t
    ):
        two_behind, behind, here, ahead, two_ahead = one.cost
        slope = (8 * (ahead - behind) - (two_ahead - two_behind)) / (12 * step)
        second = (16 * (ahead + behind) - (two_ahead + two_behind) - 30 * here) / (12 * step**2)
        if hidden in {"relu", "leaky_relu", "step"}:  # a kink within the five points shows
            assert abs(one.slope - slope) < 2e-2 * (1 + abs(slope))
            continue
        assert one.slope == pytest.approx(slope, rel=1e-7, abs=1e-9)
        assert one.curvature == pytest.approx(second, rel=1e-5, abs=1e-6)


def test_a_parabola_is_the_cost_where_the_cost_is_one():
    """One affine layer and the quadratic cost: along any direction, however far."""
    architecture = Architecture((6, 4), "identity", "identity")
    parameters, images, labels = problem(architecture)
    for one in sliced(architecture, random_lines(architecture, 3), parameters, images, labels):
        np.testing.assert_allclose(one.parabola(one.t), one.cost, rtol=1e-9)
        np.testing.assert_allclose(
            one.tangent(one.t), one.start_cost + one.t * one.slope, rtol=1e-12
        )


def test_a_step_to_the_limit_comes_out_as_high_as_it_began():
    """In a deep network of identities the cost is a parabola along each single weight."""
    architecture = Architecture((6, 5, 4), "identity", "identity")
    parameters, images, labels = problem(architecture)
    for index in (0, 17, 38):
        line = weight_line(parameters.layout, index)
        (one,) = sliced(architecture, [line], parameters, images, labels)
        assert one.curvature > 0
        at_limit = brute_force(
            architecture, parameters, line.direction, [one.limit], images, labels, "quadratic"
        )
        assert at_limit[0] == pytest.approx(one.start_cost, rel=1e-9)
        assert one.limit * one.slope < 0


def test_plain_descent_goes_beyond_the_limit_above_2_over_the_curvature():
    architecture = Architecture((6, 4), "identity", "identity")
    parameters, images, labels = problem(architecture)
    line = Line("any", 3 * random_lines(architecture, 1)[0].direction)
    (one,) = sliced(architecture, [line], parameters, images, labels)
    critical = 2 * one.unit**2 / one.curvature
    for learning_rate in (0.99 * critical, 1.01 * critical):
        (one,) = sliced(
            architecture, [line], parameters, images, labels, learning_rate=learning_rate
        )
        assert one.learning_rate == learning_rate
        assert (abs(one.step) > abs(one.limit)) == (learning_rate > critical)
        assert one.step * one.limit > 0


def test_limit_is_unknown_where_the_cost_does_not_bend_upwards():
    flat = LineSlice("", T, T, T, -1.0, 0.0, math.nan, 1.0, 1, math.nan)
    assert math.isnan(flat.limit)
    hollow = LineSlice("", T, T, T, -1.0, -2.0, math.nan, 1.0, 1, math.nan)
    assert math.isnan(hollow.limit)
    unknown = LineSlice("", T, T, T, -1.0, math.nan, math.nan, 1.0, 1, math.nan)
    assert math.isnan(unknown.limit)
    assert LineSlice("", T, T, T, -1.0, 4.0, math.nan, 1.0, 1, math.nan).limit == 0.5


def test_the_next_step_is_plain_descent_s_or_the_one_that_is_given():
    parameters, images, labels = problem(SMALL)
    _, slope = gradient(SMALL, parameters, images, targets_of(SMALL, labels), "quadratic")
    lines = [
        descent_line(slope.vector),
        weight_line(parameters.layout, 3),
        *random_lines(SMALL, 1),
    ]
    along, weight, other = sliced(SMALL, lines, parameters, images, labels, learning_rate=0.25)
    size = float(np.linalg.norm(slope.vector))
    assert along.slope == pytest.approx(-size)
    assert along.step == pytest.approx(0.25 * size)
    assert weight.step == pytest.approx(-0.25 * slope.vector[3])
    assert other.unit == pytest.approx(np.linalg.norm(lines[2].direction))
    given_step = 0.5 * lines[2].direction + lines[1].direction
    (one,) = sliced(
        SMALL, lines[2:], parameters, images, labels, next_step=given_step, learning_rate=0.25
    )
    residual = given_step - one.step * lines[2].direction
    assert residual @ lines[2].direction == pytest.approx(0, abs=1e-12)
    (unknown,) = sliced(SMALL, lines[2:], parameters, images, labels)
    assert math.isnan(unknown.step)


def test_a_gradient_that_is_known_is_not_computed_again():
    parameters, images, labels = problem(SMALL)
    line = Line("one weight", unit_direction(SMALL.n_parameters, 3))
    told = np.arange(SMALL.n_parameters, dtype=np.float32)
    (one,) = sliced(SMALL, [line], parameters, images, labels, gradient=told)
    assert one.slope == 3


@pytest.mark.parametrize("seed", range(4))
def test_by_default_limit_and_steps_are_well_inside(seed):
    parameters, images, labels = problem(SMALL, seed=seed)
    _, slope = gradient(SMALL, parameters, images, targets_of(SMALL, labels), "quadratic")
    lines = [descent_line(slope.vector), weight_line(parameters.layout, 2)]
    found = sliced(SMALL, lines, parameters, images, labels, t=None, learning_rate=0.5, n_points=31)
    size = np.linalg.norm(parameters.vector)
    for one in found:
        assert one.t.shape == one.cost.shape == (31,)
        assert one.t[15] == 0
        assert one.cost[15] == pytest.approx(one.start_cost, rel=1e-12)
        assert one.t[-1] == -one.t[0]
        assert 0.01 * size <= one.t[-1] <= 0.5 * size * (1 + 1e-12)
        assert abs(one.step) < one.t[-1]
        np.testing.assert_array_equal(one.t, found[0].t)
    limit = found[0].limit
    assert math.isnan(limit) or limit < one.t[-1] or one.t[-1] == pytest.approx(0.5 * size)


def test_without_step_or_limit_a_tenth_of_the_parameters_is_shown():
    """A network of steps: flat along the weights of its first layer."""
    architecture = Architecture((6, 5, 4), "step", "identity")
    parameters, images, labels = problem(architecture)
    line = weight_line(parameters.layout, 0)
    (one,) = sliced(architecture, [line], parameters, images, labels, t=None)
    assert (one.slope, one.curvature) == (0, 0)
    assert one.t[-1] == pytest.approx(0.1 * np.linalg.norm(parameters.vector))


def test_told_to_stop_at_any_time_nothing_comes_back(monkeypatch):
    monkeypatch.setattr(line_costs, "_ROWS", 16)
    parameters, images, labels = problem(SMALL)
    asked = []

    def run(last):
        asked.clear()

        def should_stop():
            asked.append(True)
            return len(asked) == last

        return sliced(
            SMALL, random_lines(SMALL, 3), parameters, images, labels, should_stop=should_stop
        )

    assert len(run(0)) == 3
    total = len(asked)
    assert total >= 1 + 3 + 2 * 3  # gradient, products, blocks of each pair
    for last in range(1, total + 1):
        assert run(last) is None
        assert len(asked) == last


def test_the_wider_the_first_layer_the_fewer_examples_between_two_looks(monkeypatch):
    parameters, images, labels = problem(SMALL)
    line = random_lines(SMALL, 1)
    asked = []

    def times_asked():
        asked.clear()
        sliced(SMALL, line, parameters, images, labels, should_stop=lambda: bool(asked.append(1)))
        return len(asked)

    before = times_asked()
    monkeypatch.setattr(line_costs, "_WORK", 3.0 * 6 * 5 * 10)  # ten of the 40 examples
    assert times_asked() == before + 3 * 2  # before each set, and within it


def test_nothing_to_slice_gives_nothing():
    parameters, images, labels = problem(SMALL)
    assert sliced(SMALL, [], parameters, images, labels, t=None) == []


def test_a_diverged_network_gives_no_numbers_and_no_warning():
    parameters, images, labels = problem(SMALL)
    parameters.vector[:] = np.inf
    (one,) = sliced(
        SMALL, random_lines(SMALL, 1), parameters, images, labels, t=None, learning_rate=0.1
    )
    assert not np.isfinite(one.cost).any()
    assert math.isnan(one.slope)
    assert np.isfinite(one.t).all()


def test_arrays_are_read_only():
    parameters, images, labels = problem(SMALL)
    t = T.copy()
    (one,) = sliced(SMALL, random_lines(SMALL, 1), parameters, images, labels, t=t)
    assert not any(array.flags.writeable for array in (one.t, one.cost, one.error))
    assert t.flags.writeable


@pytest.mark.parametrize(
    ("direction", "settings", "message"),
    [
        (np.zeros(59), {}, "'bad' must be finite and not zero"),
        (np.full(59, np.nan), {}, "'bad' must be finite and not zero"),
        (np.ones(58), {}, r"'bad' has shape \(58,\), not \(59,\)"),
        (np.ones(59), {"t": np.array([0.0])}, "at least two numbers that rise"),
        (np.ones(59), {"t": np.array([0.0, 1.0, 1.0])}, "at least two numbers that rise"),
        (np.ones(59), {"t": None, "n_points": 1}, "at least two points, not 1"),
    ],
)
def test_what_does_not_fit_is_refused(direction, settings, message):
    parameters, images, labels = problem(SMALL)
    with pytest.raises(ValueError, match=message):
        sliced(SMALL, [Line("bad", direction)], parameters, images, labels, **settings)
