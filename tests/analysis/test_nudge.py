"""One weight moved by hand, against the reference network."""

import numpy as np
import pytest

from gdviz.analysis.nudge import nudge, weight_slices
from gdviz.nn.network import gradient, mean_cost, one_hot
from gdviz.nn.parameters import Architecture, Parameters

SMALL = Architecture((6, 5, 4))


def problem(n=40):
    draws = np.random.default_rng(0)
    parameters = Parameters(draws.normal(0, 0.7, SMALL.n_parameters), SMALL.layout)
    return parameters, draws.random((n, 6)), draws.integers(0, 4, n)


def cost_at(parameters, images, labels):
    return mean_cost(SMALL, parameters, images, one_hot(labels, 4), "quadratic")


@pytest.mark.parametrize("index", [0, 31, SMALL.n_parameters - 1])
@pytest.mark.parametrize("change", [0.8, -2.0, 1e-5])
def test_nudge_gives_the_cost_of_the_moved_network(index, change):
    parameters, images, labels = problem()
    found = nudge(SMALL, parameters, images, labels, "quadratic", index, change)
    moved = parameters.copy()
    moved.vector[index] += change
    before, after = cost_at(parameters, images, labels), cost_at(moved, images, labels)
    assert found.before == pytest.approx(before, rel=1e-12)
    assert found.true_change == pytest.approx(after - before, rel=1e-7, abs=1e-14)
    slope = gradient(SMALL, parameters, images, one_hot(labels, 4), "quadratic")[1].vector[index]
    assert found.predicted_change == pytest.approx(slope * change, rel=1e-12)
    assert (found.n_examples, found.index, found.change) == (40, index, change)


def test_prediction_is_right_for_small_moves():
    """The error of the tangent is of second order: a tenth of the move, a hundredth of it."""
    parameters, images, labels = problem()
    errors = []
    for change in (1e-2, 1e-3):
        found = nudge(SMALL, parameters, images, labels, "quadratic", 20, change)
        errors.append(abs(found.true_change - found.predicted_change))
    assert errors[1] == pytest.approx(errors[0] / 100, rel=0.05)


def test_network_that_is_nudged_stays_as_it_is():
    parameters, images, labels = problem()
    before = parameters.vector.copy()
    nudge(SMALL, parameters, images, labels, "quadratic", 3, 0.5)
    np.testing.assert_array_equal(parameters.vector, before)


@pytest.mark.parametrize("change", [0.0, np.nan, np.inf])
def test_nudge_by_nothing_is_refused(change):
    parameters, images, labels = problem()
    with pytest.raises(ValueError, match="finite number that is not 0"):
        nudge(SMALL, parameters, images, labels, "quadratic", 0, change)


def test_nudge_stops_when_told():
    parameters, images, labels = problem()
    assert nudge(SMALL, parameters, images, labels, "quadratic", 0, 1.0, lambda: True) is None


def test_slices_of_single_weights_share_one_scale_and_are_exact():
    parameters, images, labels = problem()
    lines = weight_slices(SMALL, parameters, images, labels, "quadratic", (4, 30))
    assert [line.title for line in lines] == [SMALL.layout.component_title(k) for k in (4, 30)]
    for line, index in zip(lines, (4, 30), strict=True):
        np.testing.assert_array_equal(line.t, lines[0].t)
        moved = parameters.copy()
        moved.vector[index] += line.t[7]
        assert line.cost[7] == pytest.approx(cost_at(moved, images, labels), rel=1e-5)
