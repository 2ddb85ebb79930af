import dataclasses

import numpy as np
import pytest

from gdviz.analysis.cost_surface import CostSurface, Plane
from gdviz.analysis.surface_picture import REFINEMENT, picture_of

PLANE = Plane(np.zeros(3), np.eye(3)[0], np.eye(3)[1], "random", "u", "v", 0)


def bowl(offset=0.5, side=21):
    """A round bowl: contours are circles about the origin."""
    axis = np.linspace(-2, 2, side)
    cost = offset + axis[:, None] ** 2 + axis[None, :] ** 2
    return CostSurface(PLANE, axis, axis, cost, 0 * cost, 10, "quadratic", np.zeros((1, 2)))


@pytest.mark.parametrize("logarithmic", [False, True])
def test_contours_of_a_bowl_are_circles(logarithmic):
    contours = picture_of(bowl()).contours(logarithmic=logarithmic)
    levels = [level for level, _ in contours.lines]
    assert len(levels) >= 4
    for level, lines in contours.lines:
        for line in lines:
            radius = np.hypot(line[:, 0], line[:, 1])
            np.testing.assert_allclose(radius, np.sqrt(level - 0.5), atol=0.01)
    assert {label.level for label in contours.labels} <= set(levels)
    assert contours.labels


def test_fine_grid_passes_through_the_computed_costs():
    surface = bowl()
    fine = picture_of(surface).fine
    assert fine.shape[0] >= REFINEMENT * 20
    np.testing.assert_allclose([fine[0, 0], fine[-1, -1], fine.min()], [8.5, 8.5, 0.5], atol=1e-3)


def test_a_cost_of_zero_has_no_logarithmic_contours():
    picture = picture_of(bowl(offset=0.0))
    assert picture.logarithmic is None
    assert picture.contours(logarithmic=True) is picture.linear


def test_the_same_costs_are_drawn_once():
    surface = bowl()
    before = picture_of(surface)
    moved = dataclasses.replace(surface, step=5)
    after = picture_of(moved, before)
    assert after.surface is moved
    assert after.fine is before.fine
    assert after.linear is before.linear
    assert picture_of(bowl(), before).fine is not before.fine


@pytest.mark.parametrize("fill", [np.nan, 1.0])
def test_nothing_to_trace_gives_no_lines(fill):
    surface = bowl()
    flat = dataclasses.replace(surface, cost=np.full_like(surface.cost, fill))
    assert picture_of(flat).linear.lines == ()
