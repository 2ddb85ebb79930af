"""Two networks: counts by hand, the test against exact fractions, the way against slices."""

import dataclasses
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.inspection.comparing import (
    N_POINTS,
    RightAndWrong,
    mcnemar,
    ways_between,
    why_no_way,
)
from gdviz.analysis.inspection.matching import permuted
from gdviz.analysis.inspection.outcomes import Outcomes, outcomes_of
from gdviz.analysis.line_costs import costs_along
from gdviz.nn.parameters import Parameters

from .random_networks import random_network


def quiet():
    pass


def outcomes(said, labels):
    said, labels = np.array(said), np.array(labels, np.uint8)
    outputs = np.eye(10, dtype=np.float32)[said]
    return Outcomes(None, "test", labels, outputs, outputs, np.zeros(len(said)), said)


def test_images_fall_into_four_cells():
    labels = [1, 2, 3, 4, 5, 6]
    one, other = outcomes([1, 2, 0, 4, 0, 7], labels), outcomes([1, 0, 3, 4, 0, 0], labels)
    found = RightAndWrong(one, other)
    np.testing.assert_array_equal(found.counts, [[2, 1], [1, 2]])
    np.testing.assert_array_equal(found.images(True, False), [1])
    np.testing.assert_array_equal(found.images(False, True), [2])
    np.testing.assert_array_equal(found.images(False, False), [4, 5])
    assert found.n_alike == 3
    assert found.chance == 1
    with pytest.raises(ValueError, match="same images"):
        RightAndWrong(one, outcomes([1], [1]))


@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_is_twice_the_tail_of_a_fair_coin(b, c):
    n = b + c
    tail = sum(Fraction(math.comb(n, i), 2**n) for i in range(min(b, c) + 1))
    assert mcnemar(b, c) == pytest.approx(float(min(Fraction(1), 2 * tail)), rel=1e-10)
    assert mcnemar(b, c) == mcnemar(c, b)


def test_mcnemar_of_many_images_is_that_of_scipy():
    from scipy.stats import binomtest

    assert mcnemar(1_010, 1_200) == pytest.approx(binomtest(1_010, 2_210).pvalue, rel=1e-8)
    assert mcnemar(0, 20_000) == 0  # 2⁻¹⁹⁹⁹⁹ is below every number


def test_the_way_is_the_exact_slice_along_the_difference(mnist):
    split = mnist.test.first(300)
    first, second = random_network(), random_network(seed=1)
    told = []
    (way,) = ways_between(first, [second], split, quiet, told.append)
    direction = second.parameters.vector - first.parameters.vector
    wide = Parameters(first.parameters.vector.astype(np.float64), first.parameters.layout)
    costs, errors, _ = costs_along(
        first.architecture,
        wide,
        split.images,
        split.labels,
        "quadratic",
        [direction.astype(np.float64)],
        way.t,
        compiled=False,
        should_stop=lambda: False,
    )
    np.testing.assert_allclose(way.costs, costs[0], rtol=1e-4)
    np.testing.assert_allclose(way.errors, errors[0], rtol=1e-3)
    assert len(way.t) == N_POINTS
    assert told == sorted(told)
    assert way.right[0] == outcomes_of(first, "test", split, quiet).n_right
    assert way.right[-1] == outcomes_of(second, "test", split, quiet).n_right


def test_two_orders_of_one_network_are_apart_and_the_network_itself_is_not(mnist):
    split = mnist.test.first(200)
    network = random_network()
    orders = [np.roll(np.arange(16), 1)] * 2
    other = dataclasses.replace(network, parameters=permuted(network.parameters, orders))
    ways = ways_between(network, [other, network], split, quiet, lambda _: None)
    assert ways[0].costs[-1] == pytest.approx(ways[0].costs[0], rel=1e-6)
    assert ways[0].right[-1] == ways[0].right[0]
    assert ways[1].barrier == pytest.approx(0, abs=1e-6)
    assert abs(ways[0].costs[N_POINTS // 2] - ways[0].costs[0]) > 1e-3


def test_two_steepnesses_are_brought_to_one(mnist):
    split = mnist.test.first(100)
    first = random_network()
    steep = dataclasses.replace(first.architecture, steepness=2.0)
    second = dataclasses.replace(first, architecture=steep)
    (way,) = ways_between(first, [second], split, quiet, lambda _: None)
    wanted = outcomes_of(second, "test", split, quiet)
    assert way.costs[-1] == pytest.approx(wanted.costs.mean(), rel=1e-4)
    assert way.right[-1] == wanted.n_right


def test_what_is_between_is_not_said_of_networks_of_another_kind():
    first = random_network((784, 16, 10))
    assert why_no_way(first, random_network((784, 16, 10), 1)) == ""
    assert "784-16-10" in why_no_way(first, random_network())
    relu = random_network((784, 16, 10), hidden_activation="relu")
    assert "activation" in why_no_way(first, relu)
    # Without hidden layers nobody asks for their activation.
    flat = random_network((784, 10)), random_network((784, 10), hidden_activation="relu")
    assert why_no_way(*flat) == ""


def test_costs_that_are_no_numbers_do_not_raise(mnist):
    first = random_network()
    vector = first.parameters.vector.copy()
    vector[-1] = np.nan
    broken = dataclasses.replace(first, parameters=Parameters(vector, first.parameters.layout))
    (way,) = ways_between(first, [broken], mnist.test.first(50), quiet, lambda _: None)
    assert np.isnan(way.barrier)
    assert np.isfinite(way.costs[0])
