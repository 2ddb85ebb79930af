"""Terms of a cost against the cost itself, against logarithms, and columns that add up."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.inspection.cost_terms import cost_terms, decimals_for, rounded_to_sum
from gdviz.nn.activations import OUTPUT_ACTIVATIONS
from gdviz.nn.costs import COSTS

PAIRS = [(output, cost) for cost, entry in COSTS.items() for output in entry.outputs]


@pytest.mark.parametrize(("output", "cost"), PAIRS)
def test_terms_add_up_to_the_cost(output, cost):
    t = np.random.default_rng(2).normal(0, 5, (20, 10))
    outputs = OUTPUT_ACTIVATIONS[output].function(t)
    target = np.eye(10)[np.arange(20) % 10]
    whole = COSTS[cost].example_costs(t, outputs, target, output)
    for row in range(20):
        found = cost_terms(t[row], outputs[row], target[row], output, cost)
        assert found.total == pytest.approx(whole[row], rel=1e-9)
        assert (found.terms >= -1e-12).all()


def test_terms_of_three_outputs_by_hand():
    t = np.array([0.0, math.log(3), -math.log(4)])
    target = np.array([0.0, 1.0, 0.0])
    half = np.array([0.5, 0.75, 0.2])
    squares = cost_terms(t, half, target, "sigmoid", "quadratic")
    np.testing.assert_allclose(squares.terms, [0.25, 0.0625, 0.04])
    logs = cost_terms(t, half, target, "sigmoid", "cross_entropy")
    np.testing.assert_allclose(logs.terms, [math.log(2), -math.log(0.75), -math.log(0.8)])
    shares = np.array([1, 3, 0.25]) / 4.25
    logs = cost_terms(t, shares, target, "softmax", "cross_entropy")
    np.testing.assert_allclose(logs.terms, [0, -math.log(3 / 4.25), 0], atol=1e-15)


def test_a_saturated_output_costs_a_number():
    found = cost_terms(
        np.array([800.0, -800.0]), np.array([1.0, 0.0]), np.array([0.0, 1.0]), "sigmoid",
        "cross_entropy",
    )  # fmt: skip
    np.testing.assert_allclose(found.terms, [800, 800])
    assert found.is_finite


@pytest.mark.parametrize("cost", list(COSTS))
def test_what_is_not_finite_is_said_and_does_not_raise(cost):
    t = np.array([np.nan, np.inf, 0.0])
    found = cost_terms(t, t, np.array([0.0, 1.0, 0.0]), "sigmoid", cost)
    assert not found.is_finite
    assert len(found.shown()) == 3


@given(
    st.lists(st.floats(-50, 50, allow_nan=False), max_size=30),
    st.integers(0, 6),
)
def test_a_column_adds_up_and_no_number_is_off_by_a_unit(values, decimals):
    shown = rounded_to_sum(values, decimals)
    unit = 10.0**-decimals
    assert (np.abs(shown - values) < unit * (1 + 1e-5)).all()
    units = shown / unit
    np.testing.assert_allclose(units, np.rint(units), atol=1e-6)
    assert abs(shown.sum() - math.fsum(values)) <= unit * (0.5 + 1e-4)


def test_the_picture_of_the_film_adds_up():
    """Squares of ten outputs that plain rounding would let add up to 0.1223."""
    squares = [0, 0.00019, 0.01764, 0, 1e-6, 0.00004, 0.09986, 0.00004, 0.00462, 1e-6]
    total = round(math.fsum(squares), 4)
    plain = math.fsum(round(value, 4) for value in squares)
    assert plain != pytest.approx(total, abs=1e-9)
    assert rounded_to_sum(squares, 4).sum() == pytest.approx(total, abs=1e-9)


def test_what_needs_no_rounding_is_not_changed():
    exact = [0.0, 0.3, -0.25, 0.1]
    np.testing.assert_array_equal(rounded_to_sum(exact, 4), exact)
    huge = [1e300, 1.0]
    np.testing.assert_array_equal(rounded_to_sum(huge, 4), huge)


def test_small_costs_get_more_decimals():
    assert [decimals_for(size) for size in (12.0, 0.1224, 0.0, 0.002, 1e-6, math.inf)] == [
        4, 4, 4, 6, 8, 4,
    ]  # fmt: skip
