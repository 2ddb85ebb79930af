"""Every kind of plane of the table: laid where promised, refused in a sentence."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdviz.analysis.directions import DIRECTIONS, NORMALIZE, Situation, axes_text
from gdviz.analysis.frames import frame_coordinates
from gdviz.analysis.plane import Plane
from gdviz.nn.parameters import Architecture, Parameters

ARCHITECTURE = Architecture((20, 6, 4))
SIZE = ARCHITECTURE.n_parameters
ORTHONORMAL = sorted(set(DIRECTIONS) - {"random", "networks"})


def parameters_of(generator, spread=1.0):
    vector = generator.normal(0, spread, SIZE).astype(np.float32)
    return Parameters(vector, ARCHITECTURE.layout)


def situation_of(seed=0, **changes):
    """A situation that lacks nothing."""
    generator = np.random.default_rng(seed)
    path = generator.normal(size=(8, SIZE)).cumsum(axis=0).astype(np.float32)
    complete = Situation(
        parameters=Parameters(path[-1], ARCHITECTURE.layout),
        step=7,
        generator=generator,
        path=path,
        gradient=parameters_of(generator, 1e-4),
        previous_gradient=parameters_of(generator, 1e-4),
        curvature=np.linalg.qr(generator.normal(size=(SIZE, 2)))[0].T,
        weights=(3, SIZE - 1),
        other=generator.normal(size=SIZE).astype(np.float32),
        other_title="sixteen",
        fork=(path[3], path[3] + generator.normal(size=SIZE).astype(np.float32)),
    )
    return dataclasses.replace(complete, **changes)


def lay(kind, situation):
    return DIRECTIONS[kind].lay(situation)


@pytest.mark.parametrize("kind", DIRECTIONS)
def test_every_kind_is_laid_through_the_ball_and_says_its_kind_and_axes(kind):
    situation = situation_of()
    plane = lay(kind, situation)
    assert (plane.kind, plane.step) == (kind, 7)
    np.testing.assert_array_equal(plane.origin, situation.parameters.vector)
    assert not np.shares_memory(plane.origin, situation.parameters.vector)
    assert "{" not in axes_text(plane)
    assert axes_text(plane).startswith("along ")


def test_names_and_titles_are_all_different():
    for field in ("title", "name"):
        assert len({getattr(kind, field) for kind in DIRECTIONS.values()}) == len(DIRECTIONS)


@pytest.mark.parametrize(
    ("kind", "need"),
    [(kind, need) for kind, entry in DIRECTIONS.items() for need in sorted(entry.needs)],
)
def test_what_is_needed_and_missing_is_told_in_a_sentence(kind, need):
    with pytest.raises(ValueError, match=r"^(there is no|choose|the directions of curvature)"):
        lay(kind, situation_of(**{need: None}))


@pytest.mark.parametrize("kind", DIRECTIONS)
def test_what_is_not_needed_may_be_missing(kind):
    optional = {
        "path", "gradient", "previous_gradient", "curvature", "weights", "other",
        "fork",
    } - DIRECTIONS[kind].needs  # fmt: skip
    assert lay(kind, situation_of(**dict.fromkeys(optional))).kind == kind


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ORTHONORMAL), st.integers(0, 10**6), st.sampled_from(sorted(NORMALIZE)))
def test_unit_directions_are_orthonormal(kind, seed, normalize):
    plane = lay(kind, situation_of(seed, normalize=normalize))
    lengths = np.linalg.norm([plane.direction_u, plane.direction_v], axis=1)
    np.testing.assert_allclose(lengths, 1, atol=1e-12)
    assert abs(plane.cosine) < 1e-12


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_gradients_go_down_now_and_went_down_before(seed):
    situation = situation_of(seed)
    plane = lay("gradients", situation)
    down, before = -situation.gradient.vector, -situation.previous_gradient.vector
    assert plane.direction_u @ down == pytest.approx(np.linalg.norm(down))
    assert plane.direction_v @ before > 0
    # Both gradients lie in the plane: from the ball, neither leaves it.
    for slope in (down, before):
        point = plane.origin.astype(np.float64) + slope / np.linalg.norm(slope)
        assert plane.off_plane(point) < 1e-7


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.floats(1e-3, 100))
def test_the_last_two_steps_lie_on_their_plane(seed, size):
    path = size * np.random.default_rng(seed).normal(size=(6, SIZE)).cumsum(axis=0)
    plane = lay("steps", situation_of(path=path))
    assert max(plane.off_plane(point) for point in path[-3:]) < 1e-9
    last = np.linalg.norm(path[-1] - path[-2])
    assert plane.project(path[-2]) == pytest.approx((-last, 0), abs=1e-9 * last)
    assert plane.project(path[-3])[1] < 0


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_the_other_network_is_at_one_on_its_line(seed, has_gradient):
    situation = situation_of(seed)
    if not has_gradient:
        situation = dataclasses.replace(situation, gradient=None)
    plane = lay("networks", situation)
    assert plane.project(situation.other) == pytest.approx((1, 0), abs=1e-9)
    assert plane.off_plane(situation.other) < 1e-9
    lengths = np.linalg.norm([plane.direction_u, plane.direction_v], axis=1)
    assert lengths[0] == pytest.approx(lengths[1])
    assert abs(plane.cosine) < 1e-12
    assert plane.label_u == "to sixteen"
    assert plane.label_v == ("−∇C" if has_gradient else "random")
    if has_gradient:
        assert plane.direction_v @ situation.gradient.vector < 0


def test_a_gradient_along_the_line_itself_leaves_the_other_axis_to_chance():
    situation = situation_of()
    difference = situation.parameters.vector.astype(float) - situation.other
    gradient = Parameters(difference, ARCHITECTURE.layout)
    assert lay("networks", dataclasses.replace(situation, gradient=gradient)).label_v == "random"


def test_networks_that_are_of_another_shape_or_the_same_are_refused():
    with pytest.raises(ValueError, match=r"sixteen has 5 parameters and this one has 154"):
        lay("networks", situation_of(other=np.zeros(5)))
    here = situation_of()
    with pytest.raises(ValueError, match="no finite distance away"):
        lay("networks", dataclasses.replace(here, other=here.parameters.vector))


def test_two_weights_move_alone_and_are_named():
    plane = lay("weights", situation_of(weights=(25, 120 + 6 + 24 + 1)))
    moved = plane.at(2, -3) - plane.origin
    assert np.flatnonzero(moved).tolist() == [25, 151]
    assert moved[[25, 151]] == pytest.approx([2, -3])
    assert (plane.label_u, plane.label_v) == ("hidden 1 1 ← 5", "output bias 1")
    assert axes_text(plane) == "along hidden 1 1 ← 5 (across) and output bias 1 (up)"


@pytest.mark.parametrize("weights", [(3, 3), (-1, 3), (0, SIZE)])
def test_impossible_weights_are_refused(weights):
    with pytest.raises(ValueError, match=r"two different weights|no parameter"):
        lay("weights", situation_of(weights=weights))


def test_curvature_points_downhill_and_then_keeps_its_signs():
    situation = situation_of()
    plane = lay("curvature", situation)
    for direction in (plane.direction_u, plane.direction_v):
        assert direction @ situation.gradient.vector < 0
    other = dataclasses.replace(situation, previous=plane, curvature=-situation.curvature)
    after = lay("curvature", other)
    np.testing.assert_array_equal(after.direction_u, plane.direction_u)
    np.testing.assert_array_equal(after.direction_v, plane.direction_v)
    turned = Plane(plane.origin, -plane.direction_u, plane.direction_v, "curvature", "u", "v", 0)
    flipped = lay("curvature", dataclasses.replace(situation, previous=turned))
    np.testing.assert_array_equal(flipped.direction_u, -plane.direction_u)


@pytest.mark.parametrize("vectors", [np.ones((1, SIZE)), np.ones((2, SIZE)), np.zeros((2, SIZE))])
def test_curvature_without_two_directions_is_refused(vectors):
    with pytest.raises(ValueError, match=r"directions of curvature"):
        lay("curvature", situation_of(curvature=vectors))


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        ("gradients", {"previous_gradient": "gradient"}, "parallel"),
        ("steps", {"path": np.ones((4, SIZE))}, "did not move"),
        ("steps", {"path": np.outer([0, 1, 2], np.ones(SIZE))}, "one line"),
        ("steps", {"path": np.ones((2, SIZE))}, "take two steps first"),
    ],
)
def test_two_directions_that_are_one_are_refused(kind, changes, message):
    situation = situation_of()
    changes = {k: getattr(situation, v) if isinstance(v, str) else v for k, v in changes.items()}
    with pytest.raises(ValueError, match=message):
        lay(kind, dataclasses.replace(situation, **changes))


def test_a_random_plane_has_the_norms_that_it_is_normalised_to():
    for normalize, axis in (("layer", None), ("neuron", 1)):
        situation = situation_of(normalize=normalize)
        direction = Parameters(lay("random", situation).direction_u, ARCHITECTURE.layout)
        for k in range(2):
            np.testing.assert_allclose(
                np.linalg.norm(direction.weights[k], axis=axis),
                np.linalg.norm(situation.parameters.weights[k], axis=axis),
                rtol=1e-6,
            )


def test_a_random_direction_beside_a_gradient_that_has_one_weight_only_is_found():
    """All draws normalised like such a network lie along its one weight."""
    vector = np.zeros(SIZE)
    vector[5] = 2
    alone = Parameters(vector, ARCHITECTURE.layout)
    with np.errstate(invalid="raise"):
        plane = lay("gradient", situation_of(parameters=alone, gradient=alone))
    assert abs(plane.cosine) < 1e-12


@pytest.mark.parametrize("kind", DIRECTIONS)
def test_unit_shares_are_lengths_over_that_of_the_parameters(kind):
    plane = lay(kind, situation_of())
    size = np.linalg.norm(plane.origin)
    expected = [np.linalg.norm(d) / size for d in (plane.direction_u, plane.direction_v)]
    assert plane.unit_shares == pytest.approx(expected)


def test_unit_shares_of_zero_parameters_are_not_numbers():
    zero = Parameters(np.zeros(SIZE), ARCHITECTURE.layout)
    assert all(
        math.isnan(share) for share in lay("weights", situation_of(parameters=zero)).unit_shares
    )


def frame(kind, situation, aspect=1.5, **options):
    path = np.empty((0, SIZE)) if situation.path is None else situation.path
    return frame_coordinates(lay(kind, situation), path, 31, 21, aspect, **options)


@given(st.sampled_from(sorted(DIRECTIONS)), st.integers(0, 10**6), st.floats(0.3, 4))
@settings(max_examples=40, deadline=None)
def test_every_frame_has_equal_scales_and_holds_the_ball(kind, seed, aspect):
    u, v = frame(kind, situation_of(seed), aspect)
    assert (u[-1] - u[0]) / (v[-1] - v[0]) == pytest.approx(aspect)
    assert u[0] < 0 < u[-1]
    assert v[0] < 0 < v[-1]


def test_a_frame_of_two_networks_holds_both():
    situation = situation_of()
    plane = lay("networks", situation)
    u, v = frame_coordinates(plane, situation.path[-1:], 17, 17, 1.6)
    assert (u[0], u[-1]) == pytest.approx((-0.3, 1.3))
    assert (v[0], v[-1]) == pytest.approx((-0.5, 0.5))


@pytest.mark.parametrize("aspect", [0.5, 2.0])
def test_a_frame_of_two_weights_reaches_three_units(aspect):
    u, v = frame("weights", situation_of(path=None), aspect)
    assert (min(u[-1], v[-1]), max(u[0], v[0])) == pytest.approx((3, -3))


def test_a_frame_of_the_last_steps_holds_them_and_not_the_whole_path():
    situation = situation_of()
    path = np.vstack([situation.path[:-3] * 1000, situation.path[-3:]])
    situation = dataclasses.replace(situation, path=path)
    plane = lay("steps", situation)
    points = plane.project_path(path[-3:])
    u, v = frame("steps", situation)
    extent = np.ptp(points, axis=0)
    assert np.all(points.min(axis=0) - 0.9 * extent >= [u[0], v[0]])
    assert np.all(points.max(axis=0) + 0.9 * extent <= [u[-1], v[-1]])
    assert u[-1] - u[0] < 20 * extent.max()


def test_a_span_is_what_is_shown_whatever_the_path_does():
    u, v = frame("principal", situation_of(), 1.5, span=0.25)
    assert (u[0], u[-1], v[0], v[-1]) == pytest.approx((-0.375, 0.375, -0.25, 0.25))
    assert (u[15], v[10]) == (0, 0), "the middle of an odd grid is the network itself"
    with pytest.raises(ValueError, match="a span must be above 0"):
        frame("principal", situation_of(), span=0.0)
