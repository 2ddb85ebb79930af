"""Error over ε: the slopes of its branches, the best ε, and one curve against its formula."""

import numpy as np
import pytest

from gdviz.analysis.difference_errors import (
    DTYPES,
    ErrorCurve,
    epsilons,
    error_curves,
    sampled_components,
)
from gdviz.analysis.gradient_check import gradient_problem
from gdviz.nn.parameters import Architecture, Parameters


def problem():
    draws = np.random.default_rng(1)
    architecture = Architecture((8, 6, 4))
    vector = draws.normal(0, 0.7, architecture.n_parameters).astype(np.float32)
    images = draws.random((20, 8)).astype(np.float32)
    parameters = Parameters(vector, architecture.layout)
    return gradient_problem(architecture, parameters, images, draws.integers(0, 4, 20), "quadratic")


@pytest.fixture(scope="module")
def curves():
    asked, told = problem(), []
    gradient = asked.backpropagated().vector
    which = sampled_components(gradient, np.random.default_rng(0))
    found = error_curves(asked, which, look=lambda: None, tell=told.append)
    assert told[-1] == 1
    assert (np.diff(told) > 0).all()
    return {(curve.dtype, curve.is_central): curve for curve in found}


def test_there_is_a_curve_for_each_kind_and_precision(curves):
    assert set(curves) == {(dtype, kind) for dtype in DTYPES for kind in (False, True)}
    for curve in curves.values():
        np.testing.assert_array_equal(curve.epsilon, epsilons())
        assert np.isfinite(curve.error).all()
        assert not curve.error.flags.writeable


@pytest.mark.parametrize(("is_central", "order"), [(False, 1), (True, 2)])
def test_truncation_is_of_first_and_second_order_and_rounding_of_order_minus_one(
    curves, is_central, order
):
    curve = curves["float64", is_central]
    assert curve.truncation_slope == pytest.approx(order, abs=0.1)
    assert curve.rounding_slope == pytest.approx(-1, abs=0.15)


@pytest.mark.parametrize("is_central", [False, True])
def test_best_step_is_near_the_root_that_theory_says(curves, is_central):
    for dtype in DTYPES:
        curve = curves[dtype, is_central]
        assert abs(np.log10(curve.best / curve.recommended)) < 2


def test_central_and_float64_are_better(curves):
    for dtype in DTYPES:
        assert curves[dtype, True].least_error < curves[dtype, False].least_error
    for kind in (False, True):
        assert curves["float64", kind].least_error < curves["float32", kind].least_error / 1000


def test_errors_of_one_weight_are_those_of_its_formula():
    """One sigmoid neuron, target 1 at output 0: C(b) = (σ(b) − 1)² of the bias alone."""
    architecture = Architecture((1, 1))
    parameters = Parameters(np.array([0.0, 0.5]), architecture.layout)
    asked = gradient_problem(architecture, parameters, np.zeros((1, 1)), np.array([0]), "quadratic")
    forward, central, *_ = error_curves(
        asked, np.array([1]), look=lambda: None, tell=lambda _share: None
    )

    def cost(b):
        return (1 / (1 + np.exp(-b)) - 1) ** 2

    sigmoid = 1 / (1 + np.exp(-0.5))
    slope = 2 * (sigmoid - 1) * sigmoid * (1 - sigmoid)
    for k in (0, 3, 6):  # 1, 0.1, 0.01: truncation alone
        step = forward.epsilon[k]
        expected = abs((cost(0.5 + step) - cost(0.5)) / step - slope)
        assert forward.error[k] == pytest.approx(expected, rel=1e-9)
        expected = abs((cost(0.5 + step) - cost(0.5 - step)) / (2 * step) - slope)
        assert central.error[k] == pytest.approx(expected, rel=1e-8)


def test_sample_leaves_out_what_has_no_gradient():
    gradient = np.zeros(50)
    gradient[10:20] = 1.0
    drawn = sampled_components(gradient, np.random.default_rng(0), 6)
    assert len(set(drawn.tolist())) == 6
    assert ((drawn >= 10) & (drawn < 20)).all()
    assert (np.diff(drawn) > 0).all()
    assert sampled_components(gradient, np.random.default_rng(0), 99).size == 10


def test_without_a_gradient_there_is_no_curve():
    nothing = np.empty(0, np.intp)
    assert error_curves(problem(), nothing, look=lambda: None, tell=lambda _share: None) == ()


def test_curve_that_is_nowhere_finite_has_no_best_step():
    tried = epsilons()
    curve = ErrorCurve("float64", True, tried, np.full(tried.size, np.nan))
    assert np.isnan([curve.best, curve.least_error, curve.truncation_slope]).all()
