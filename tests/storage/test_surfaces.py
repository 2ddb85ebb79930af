"""Files of surfaces: the promised arrays, and parts that belong to one request only."""

import numpy as np
import pytest

from gdviz.analysis.cost_surface import CostSurface
from gdviz.analysis.plane import Plane
from gdviz.nn.parameters import Architecture
from gdviz.storage.surfaces import (
    forget_part,
    load_part,
    part_path,
    request_digest,
    save_part,
    save_surface,
)

ARCHITECTURE = Architecture((4, 3, 2))


@pytest.fixture
def surface():
    generator = np.random.default_rng(0)
    plane = Plane(*generator.normal(size=(3, ARCHITECTURE.n_parameters)), "random", "u", "v", 0)
    cost = generator.random((3, 4))
    cost[0, 1] = np.nan
    u, v = np.arange(4.0), np.arange(3.0)
    return CostSurface(plane, u, v, cost, cost / 10, 7, "quadratic", np.empty((0, 2)))


def digest_of(surface, **changes):
    request = {
        "architecture": ARCHITECTURE, "cost": "quadratic", "plane": surface.plane,
        "u": surface.u, "v": surface.v, "images": np.eye(4, dtype=np.uint8), "labels": np.arange(4),
    }  # fmt: skip
    return request_digest(**{**request, **changes})


def test_a_saved_surface_has_the_promised_arrays(surface, tmp_path):
    path = tmp_path / "a.npz"
    save_surface(path, surface, np.arange(7))
    with np.load(path) as saved:
        assert saved["cost"].shape == (3, 4)
        np.testing.assert_array_equal(saved["cost"], surface.cost)
        for name in ("origin", "direction_u", "direction_v"):
            np.testing.assert_array_equal(saved[name], getattr(surface.plane, name))
        assert (saved["u"].tolist(), saved["v"].tolist()) == ([0, 1, 2, 3], [0, 1, 2])
        assert saved["example_indices"].tolist() == list(range(7))


def test_a_part_comes_back_for_the_same_request_only(surface, tmp_path):
    path = tmp_path / "a.npz"
    assert load_part(path, digest_of(surface)) is None
    save_part(path, digest_of(surface), surface)
    cost, error = load_part(path, digest_of(surface))
    np.testing.assert_array_equal(cost, surface.cost)
    np.testing.assert_array_equal(error, surface.standard_error)
    other = Plane(
        surface.plane.origin + 1e-6, surface.plane.direction_u, surface.plane.direction_v,
        "random", "u", "v", 0,
    )  # fmt: skip
    for change in (
        {"architecture": Architecture((4, 3, 2), "tanh")},
        {"cost": "cross_entropy"},
        {"plane": other},
        {"u": surface.u * 2},
        {"v": surface.v[:2]},
        {"images": np.eye(4, dtype=np.uint8)[:, ::-1]},
        {"labels": np.arange(4)[::-1]},
    ):
        assert load_part(path, digest_of(surface, **change)) is None, change
    forget_part(path)
    assert not part_path(path).exists()
    forget_part(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not an archive", b"\x93NUMPY"])
def test_a_part_that_cannot_be_read_is_no_part(surface, tmp_path, content):
    path = tmp_path / "a.npz"
    part_path(path).write_bytes(content)
    assert load_part(path, digest_of(surface)) is None


def test_another_file_of_arrays_is_no_part(surface, tmp_path):
    path = tmp_path / "a.npz"
    with part_path(path).open("wb") as file:
        np.savez(file, cost=surface.cost)
    assert load_part(path, digest_of(surface)) is None
