"""Known hills: every entry is tried, its minima are minima and its start leads somewhere."""

import numpy as np
import pytest

from gdviz.analysis.hill.hills import CURVES, HILLS
from gdviz.analysis.hill.walks import walk

ALL = [*CURVES.values(), *HILLS.values()]
BOTH = pytest.mark.parametrize("hill", ALL, ids=lambda hill: hill.key)


def hessian(formula, point, step=1e-4):
    moves = step * np.eye(len(point))
    return (formula.gradient(point + moves) - formula.gradient(point - moves)) / (2 * step)


@BOTH
def test_known_minima_are_minima_with_the_deepest_first(hill):
    formula = hill.formula
    for minimum in hill.known_minima:
        # They are given with six decimals; Rastrigin's bends are the sharpest, about 400.
        bends = np.linalg.eigvalsh(hessian(formula, np.array(minimum)))
        slope = np.linalg.norm(formula.gradient([minimum]))
        assert slope <= 1e-6 * max(1, bends.max())
        assert bends.min() >= 0
        around = np.array(minimum) + 1e-2 * np.vstack([np.eye(len(minimum)), -np.eye(len(minimum))])
        assert (formula.value(around) > formula.value([minimum])).all()
    costs = [formula.value([minimum])[0] for minimum in hill.known_minima]
    assert np.all(np.diff(costs) >= -1e-9)


@BOTH
def test_start_and_minima_are_in_sight(hill):
    ranges = (hill.x_range, hill.y_range)[: len(hill.start)]
    for point in (hill.start, *hill.known_minima):
        assert all(low <= number <= high for number, (low, high) in zip(point, ranges, strict=True))
    assert all(low < high for low, high in (hill.x_range, hill.y_range))


@BOTH
def test_gradient_descent_from_the_start_goes_downhill(hill):
    found = walk(hill.formula, hill.start, "gradient_descent", hill.learning_rate, 500)
    assert found.diverged_at is None
    assert found.costs[-1] < found.costs[0]
    # A kink's last steps go back and forth, Beale's and Himmelblau's first ones leap.
    assert np.mean(np.diff(found.costs) <= 1e-12) > (0.45 if hill.key == "kink" else 0.95)


@BOTH
def test_all_that_is_shown_is_finite(hill):
    x = np.linspace(*hill.x_range, 41)
    y = np.linspace(*hill.y_range, 41)
    points = x[:, None]
    if len(hill.start) == 2:
        points = np.stack([axis.ravel() for axis in np.meshgrid(x, y)], axis=1)
    assert np.isfinite(hill.formula.value(points)).all()
    assert np.isfinite(hill.formula.gradient(points)).all()


def test_tables_are_keyed_by_their_entries_and_titles_differ():
    for table, variables in ((CURVES, ("w",)), (HILLS, ("x", "y"))):
        assert all(key == hill.key for key, hill in table.items())
        assert all(hill.variables == variables for hill in table.values())
        assert len({hill.title for hill in table.values()}) == len(table)


def test_the_lessons_curves_are_the_lessons():
    w = np.linspace(-3, 4, 30)
    points = w[:, None]
    np.testing.assert_allclose(CURVES["parabola"].formula.value(points), 0.5 * (w - 3) ** 2 + 2)
    np.testing.assert_allclose(
        CURVES["wiggly"].formula.value(points),
        0.05 * ((w + 2) * (w - 1) * (w - 3)) ** 2 + 2 + 0.3 * (w - 3),
    )
    assert HILLS["three_to_one"].formula.gradient([[1, 1]]).tolist() == [[3, 1]]
