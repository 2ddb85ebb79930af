"""The ways of other branches on a plane, and what of them lays it."""

import numpy as np
import pytest

from gdviz.analysis.plane import Plane
from gdviz.runtime.other_ways import (
    FARTHEST,
    MOST_BRANCHES,
    NEAR_POINTS,
    WAY_POINTS,
    branch_ways,
    last_parted,
    near_points,
    spread,
)

SIZE = 20
PLANE = Plane(np.zeros(SIZE), np.eye(SIZE)[0], np.eye(SIZE)[1], "principal", "u", "v", 0)


def path_to(u, v, beside=0.0, n_points=5):
    end = np.zeros(SIZE, np.float32)
    end[:3] = u, v, beside
    return tuple(end * share for share in np.linspace(0, 1, n_points, dtype=np.float32))


def test_ways_are_the_projected_points_and_how_far_beside_they_end():
    (way,) = branch_ways([(3, path_to(3, 4, beside=12))], PLANE)
    assert way.branch == 3
    np.testing.assert_allclose(way.points[:, 0], [0, 0.75, 1.5, 2.25, 3])
    np.testing.assert_allclose(way.points[:, 1], [0, 1, 2, 3, 4])
    assert way.off_plane == pytest.approx(12 / 13)
    assert not way.points.flags.writeable


def test_a_way_that_diverged_ends_where_it_still_was_a_number():
    lost = np.full(SIZE, np.nan, np.float32)
    (way,) = branch_ways([(2, (*path_to(1, 1), lost))], PLANE)
    np.testing.assert_allclose(way.points[-1], [1, 1])
    assert branch_ways([(2, (lost,))], PLANE) == ()


def test_of_many_branches_the_newest_are_shown_each_with_few_points():
    ways = branch_ways([(k, path_to(1, k, n_points=500)) for k in range(12)], PLANE)
    assert [way.branch for way in ways] == list(range(12 - MOST_BRANCHES, 12))
    assert all(len(way.points) == WAY_POINTS for way in ways)
    np.testing.assert_allclose(ways[-1].points[[0, -1]], [[0, 0], [1, 11]])


def test_points_that_lay_a_plane_are_few_and_not_too_far():
    path = np.stack(path_to(2, 0))
    near, far = path_to(0, 2, n_points=300), path_to(2 + 2.1 * FARTHEST, 0)
    found = near_points([(2, near)], path)
    assert len(found) == NEAR_POINTS
    np.testing.assert_array_equal(found[-1], near[-1])
    assert np.abs(near_points([(2, far)], path)[:, 0]).max() < far[-1][0]


def test_no_other_branch_lays_no_plane():
    assert near_points([], np.stack(path_to(1, 0))) is None


def test_the_branch_that_parted_last_is_found_where_it_did():
    path = path_to(5, 0, n_points=6)
    early = (path[1].copy(), *path_to(1, 2)[1:])
    late = (path[2].copy(), path[3].copy(), *path_to(3, 4)[1:])
    found = last_parted([(2, early), (3, late)], path)
    np.testing.assert_array_equal(found.way[0], path[3])
    np.testing.assert_array_equal(found.way[-1], late[-1])
    np.testing.assert_array_equal(found.own, path[3:])


def test_what_goes_on_from_here_has_not_parted():
    path = path_to(5, 0, n_points=6)
    assert last_parted([(1, (path[-1], *path_to(7, 0)[1:]))], path) is None
    assert last_parted([(1, path[:3])], path) is None
    assert last_parted([(1, path_to(0, 9)[1:])], path) is None


@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 100])
def test_spread_keeps_both_ends(count):
    path = path_to(1, 2, n_points=count)
    kept = spread(path, 8)
    assert len(kept) == min(count, 8)
    assert kept[0] is path[0]
    assert kept[-1] is path[-1]
