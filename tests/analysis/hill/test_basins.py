"""Basins against one walk per start, and against what is known of parabolas and tops."""

import math

import numpy as np
import pytest

from gdviz.analysis.hill.basins import NOWHERE, basins
from gdviz.analysis.hill.formula import parse_formula
from gdviz.analysis.hill.hills import CURVES
from gdviz.analysis.hill.walks import stability_limit

WIGGLY = CURVES["wiggly"]
PARABOLA = CURVES["parabola"].formula


def of(text, low, high, n=101, learning_rate=0.05, n_steps=400):
    return basins(parse_formula(text, ("w",)), low, high, n, learning_rate, n_steps)


def test_minima_of_the_lessons_curve_are_where_its_derivative_is_zero():
    """An oracle of its own: the roots of the derivative's polynomial."""
    inner = np.polynomial.Polynomial.fromroots([-2, 1, 3])
    cost = 0.05 * inner**2 + 2 + 0.3 * np.polynomial.Polynomial([-3, 1])
    roots = cost.deriv().roots().real
    exact = np.sort(roots[cost.deriv(2)(roots) > 0])
    found = basins(WIGGLY.formula, -2.6, 3.6, 50, 0.01, 100)
    np.testing.assert_allclose(found.minima, exact, atol=1e-9)


def plain_walk(w, learning_rate, n_steps):
    """All places of gradient descent on the lesson's curve, its derivative taken by hand."""
    path = [w]
    for _ in range(n_steps):
        inner = (w + 2) * (w - 1) * (w - 3)
        slope = 0.1 * inner * ((w - 1) * (w - 3) + (w + 2) * (2 * w - 4)) + 0.3
        w -= learning_rate * slope
        path.append(w)
        if abs(w) > 1e6:
            break
    return path


@pytest.mark.parametrize("learning_rate", [0.01, 0.06, 0.09, 0.2])
def test_every_start_leads_where_a_walk_of_its_own_does(learning_rate):
    found = basins(WIGGLY.formula, -2.6, 3.6, 63, learning_rate, 1500)
    for start, end, valley in zip(found.starts, found.ends, found.valley, strict=True):
        path = plain_walk(start, learning_rate, 1500)
        if abs(path[-1]) > 1e6:
            assert math.isnan(end)
            assert valley == NOWHERE
        elif np.ptp(path[-17:]) < 1e-3:
            assert end == pytest.approx(path[-1], abs=1e-6)
            assert valley == np.abs(found.minima - path[-1]).argmin()
        else:
            assert valley == NOWHERE


def test_small_steps_lead_into_the_valley_they_start_in():
    """The tops between the valleys are the other roots of the derivative."""
    found = basins(WIGGLY.formula, -2.6, 3.6, 1400, 0.005, 3000)
    inner = np.polynomial.Polynomial.fromroots([-2, 1, 3])
    cost = 0.05 * inner**2 + 2 + 0.3 * np.polynomial.Polynomial([-3, 1])
    roots = np.sort(cost.deriv().roots().real)
    tops = roots[cost.deriv(2)(roots) < 0]
    np.testing.assert_array_equal(found.valley, np.searchsorted(tops, found.starts))
    assert found.shares.sum() == pytest.approx(1)
    np.testing.assert_allclose(found.ends, found.minima[found.valley], atol=1e-3)


def test_a_valley_too_narrow_for_the_step_attracts_no_start():
    """η between the limits of the narrow left valley and of the two others."""
    limits = [stability_limit(WIGGLY.formula, w) for w in (-2.013059, 0.919577, 2.967879)]
    assert limits[0] < 0.1 < min(limits[1:])
    found = basins(WIGGLY.formula, -2.6, 3.6, 300, 0.1, 1000)
    assert found.shares[0] == 0
    assert (found.shares[1:] > 0).all()
    assert found.is_undecided.any()


@pytest.mark.parametrize(("share", "leads"), [(0.98, True), (1.02, False)])
def test_a_parabola_is_one_basin_up_to_its_stability_limit(share, leads):
    rate = share * stability_limit(PARABOLA, 3.0)
    found = basins(PARABOLA, -2.0, 8.0, 100, rate, 2000)
    assert (found.valley == 0).all() == leads
    assert np.isnan(found.ends).all() != leads
    assert found.minima == pytest.approx([3.0])


def test_a_ball_that_leaps_to_and_fro_for_ever_is_undecided():
    """At exactly 2/C″ a parabola's balls swing forever without growing."""
    found = basins(PARABOLA, -2.0, 8.0, 20, 2.0, 300)
    assert (found.valley == NOWHERE).all()
    assert found.is_undecided.all()
    assert np.isfinite(found.ends).all()


def test_divergence_is_not_undecided():
    found = of("w^4", -3, 3, n=61, learning_rate=0.5, n_steps=100)
    diverged = np.isnan(found.ends)
    # |1 − 2w²| > 1 beyond |w| = 1, and within it w shrinks.
    np.testing.assert_array_equal(diverged, np.abs(found.starts) > 1 + 1e-9)
    assert (found.valley[diverged] == NOWHERE).all()
    assert not found.is_undecided[diverged].any()


def test_a_ball_on_the_very_top_rests_there():
    found = of("(w^2-1)^2", -1.5, 1.5, n=3)
    assert found.ends[1] == 0
    assert found.valley.tolist() == [0, NOWHERE, 1]
    assert found.is_undecided.tolist() == [False, True, False]


def test_a_valley_outside_the_axis_counts_if_it_is_reached():
    found = of("0.5(w-3)^2", -1, 1, n_steps=500)
    assert found.minima == pytest.approx([3.0])
    assert (found.valley == 0).all()
    far = of("0.5(w-50)^2", -1, 1, n_steps=2000)
    assert far.minima == pytest.approx([50.0])
    assert of("0.5(w-2.5)^2", -1, 1, learning_rate=0).minima == pytest.approx([2.5])


def test_valleys_on_the_axis_are_named_even_if_none_leads_there():
    found = of("0.5(w-0.3)^2", -1, 1, learning_rate=10.0)
    assert found.minima == pytest.approx([0.3])
    assert (found.valley == NOWHERE).all()


def test_a_flat_floor_is_one_valley():
    found = of("(abs(w-1)+abs(w+1)-2)^2", -3, 3, n=31, n_steps=3000)
    assert len(found.minima) == 1
    assert (found.valley == 0).all()


def test_slopes_without_a_bottom_and_poles_have_no_valley():
    slide = of("exp(-w)", -1, 1)
    assert len(slide.minima) == 0
    assert slide.is_undecided.all()
    pole = of("-1/w^2", 0.5, 2, n_steps=50)
    assert len(pole.minima) == 0
    assert (pole.valley == NOWHERE).all()


def test_an_undefined_part_of_the_axis_diverges_without_a_warning():
    found = of("(log(w)-0.5)^2", -1, 3, n=41, learning_rate=0.2, n_steps=2000)
    outside = found.starts <= 0
    assert np.isnan(found.ends[outside]).all()
    right = found.starts > 1
    assert (found.valley[right] == 0).all()
    assert found.minima == pytest.approx([math.exp(0.5)])


def test_the_bottom_of_a_kink_is_a_minimum_where_fixed_steps_do_not_rest():
    found = of("abs(w-0.123)", -1, 1, learning_rate=0.1)
    assert found.minima == pytest.approx([0.123])
    assert found.is_undecided.all()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((1, 1, 5, 0.1, 5), "axis"),
        ((0, 1, 1, 0.1, 5), "2 starts"),
        ((0, 1, 5, -0.1, 5), "learning rate"),
    ],
)
def test_impossible_numbers_are_refused(arguments, word):
    with pytest.raises(ValueError, match=word):
        basins(PARABOLA, *arguments)
