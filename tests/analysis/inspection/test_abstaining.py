"""Risk and coverage against answering by hand at each threshold."""

import math

import numpy as np
import pytest

from gdviz.analysis.inspection.abstaining import risk_coverage


@pytest.fixture
def answers():
    """Give 500 outputs, many of them equal, and whether they are right."""
    random = np.random.default_rng(0)
    largest = np.round(random.random(500), 2).astype(np.float32)
    return largest, random.random(500) < largest


def test_each_threshold_answers_what_is_at_least_as_sure(answers):
    largest, right = answers
    curve = risk_coverage(largest, right)
    for threshold in (0.0, 0.125, 0.5, 0.777, 0.99, 1.0, 1.1):
        chosen = [i for i in range(500) if largest[i] >= threshold]
        found = curve.at(threshold)
        assert found.n_answered == len(chosen)
        assert found.n_right == sum(right[i] for i in chosen)
        assert found.coverage == len(chosen) / 500
    exact = float(largest[7])
    assert curve.at(exact).n_answered == int((largest >= exact).sum())


def test_the_curve_has_a_point_for_each_output_that_occurs(answers):
    largest, right = answers
    curve = risk_coverage(largest, right)
    assert curve.thresholds.tolist() == sorted(set(largest.tolist()), reverse=True)
    for k, threshold in enumerate(curve.thresholds):
        chosen = largest >= threshold
        assert curve.coverage[k] == pytest.approx(chosen.mean())
        assert curve.risk[k] == pytest.approx(1 - right[chosen].mean())
    assert curve.coverage[-1] == 1
    assert curve.risk[-1] == pytest.approx(1 - right.mean())


@pytest.mark.parametrize("coverage", [0.0, 0.004, 0.5, 0.92, 1.0])
def test_the_threshold_for_a_coverage_is_the_highest_that_answers_so_many(answers, coverage):
    largest, right = answers
    curve = risk_coverage(largest, right)
    found = curve.threshold_for(coverage)
    assert curve.at(found).coverage >= coverage
    higher = [t for t in set(largest.tolist()) if t > found]
    assert all((largest >= t).mean() < coverage for t in higher)


def test_thinning_keeps_the_ends_and_points_of_the_curve(answers):
    curve = risk_coverage(*answers)
    coverage, risk = curve.thinned(20)
    assert len(coverage) <= 20
    assert (coverage[0], coverage[-1]) == (curve.coverage[0], curve.coverage[-1])
    points = set(zip(curve.coverage.tolist(), curve.risk.tolist(), strict=True))
    assert set(zip(coverage.tolist(), risk.tolist(), strict=True)) <= points
    assert len(curve.thinned(1_000)[0]) == len(curve.thresholds)


def test_what_is_not_a_number_is_never_answered():
    curve = risk_coverage(np.array([np.nan, 0.5, np.nan]), np.array([True, True, True]))
    assert curve.at(-1).n_answered == 1
    assert curve.at(0).coverage == pytest.approx(1 / 3)
    nothing = risk_coverage(np.array([np.nan]), np.array([True]))
    assert nothing.at(0).coverage == 0
    assert math.isnan(nothing.at(0).risk)
    assert len(nothing.thinned(5)[0]) == 0
    assert math.isnan(nothing.threshold_for(0.5))
