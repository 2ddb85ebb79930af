"""Straight lines to the end: what is measured of line and path, and what is said of it."""

import numpy as np
import pytest

from gdviz.data.mnist import load_mnist
from gdviz.experiments.interpolation import InterpolationSettings, _conclude
from gdviz.experiments.training_task import TrainingTask
from gdviz.experiments.walked_line import Walk, Walking, highest_rise, seen_from_line, walked
from gdviz.nn.network import costs_of, forward, one_hot, predictions
from gdviz.nn.parameters import Parameters
from gdviz.training.config import TrainingConfig
from gdviz.training.state import initial_state


class _Listening:
    def __init__(self):
        self.shares = []

    def look(self):
        pass

    def tell(self, share, part):
        assert part is None
        self.shares.append(share)


@pytest.mark.parametrize(
    ("costs", "rise"),
    [([3, 2, 1], 0), ([3, 1, 2, 1.5, 2.5, 0], 1.5), ([1, 2, 0], 1), ([5], 0), ([1, 1, 1], 0)],
)
def test_highest_rise_is_from_the_lowest_before(costs, rise):
    assert highest_rise(np.array(costs, float)) == rise


def test_path_on_the_line_is_not_off_it():
    line = np.outer([0, 0.25, 0.5, 1], [3.0, 4.0, 12.0]) + 1
    places, off, length = seen_from_line(line)
    np.testing.assert_allclose(places, [0, 0.25, 0.5, 1])
    np.testing.assert_allclose(off, 0, atol=1e-12)
    assert length == pytest.approx(1)


def test_path_over_a_right_angle():
    """Up a square's side and along the next: half-way off by half of the diagonal."""
    places, off, length = seen_from_line(np.array([[0.0, 0], [0, 2], [2, 2]]))
    np.testing.assert_allclose(places, [0, 0.5, 1])
    np.testing.assert_allclose(off, [0, 0.5, 0])
    assert length == pytest.approx(np.sqrt(2))


@pytest.fixture(scope="module")
def walk():
    config = TrainingConfig(epochs=2, n_examples=1_000, seed=3)
    channel = _Listening()
    found = walked(Walking(TrainingTask(config, score_at=(0.5, 1), n_train=200), 5), channel)
    assert channel.shares == sorted(channel.shares)
    assert channel.shares[-1] == 1
    return found


def test_line_is_what_numpy_computes_at_its_points(walk):
    config, split = walk.config, load_mnist().train.first(200)
    start = initial_state(config).parameters
    np.testing.assert_allclose(walk.places, [0, 0.25, 0.5, 0.75, 1, 1.25])
    for k, place in enumerate(walk.places):
        vector = (1 - place) * start.vector.astype(float) + place * walk.vector
        parameters = Parameters(vector, start.layout)
        passed = forward(config.architecture, parameters, split.inputs(slice(None), float))
        costs = costs_of(config.architecture, passed, one_hot(split.labels, 10), config.cost)
        assert walk.costs[k] == pytest.approx(costs.mean(), rel=1e-4)
        right = (predictions(passed.outputs) == split.labels).mean()
        assert walk.accuracies[k] == pytest.approx(right, abs=0.006)


def test_path_begins_and_ends_where_the_line_does(walk):
    assert len(walk.path_costs) == len(walk.path_places) == 4
    assert walk.path_places[[0, -1]] == pytest.approx([0, 1])
    assert walk.path_off[[0, -1]] == pytest.approx([0, 0], abs=1e-6)
    assert walk.path_costs[0] == pytest.approx(walk.costs[0])
    assert walk.path_costs[-1] == pytest.approx(walk.costs[4], rel=1e-4)
    assert walk.length > 1
    assert walk.is_finite


def test_training_that_diverges_is_no_line():
    config = TrainingConfig(
        epochs=1, n_examples=500, learning_rate=1e9, hidden_activation="identity",
        output_activation="identity",
    )  # fmt: skip
    with np.errstate(all="ignore"):
        found = walked(Walking(TrainingTask(config, n_train=50), 3), _Listening())
    assert not found.is_finite
    assert not _conclude(InterpolationSettings(), [found, None]).claims


def _made_up(costs, off=0.3):
    costs = np.array(costs, float)
    n = len(costs)
    return Walk(
        TrainingConfig(), np.zeros(13_002, np.float32), np.linspace(0, 1, n), costs,
        np.zeros(n), n, 100, np.array([0, 0.5, 1]), np.array([0, off, 0]), np.ones(3), 1.5,
    )  # fmt: skip


FALLING, CLIMBING = [2, 1, 0.5], [2, 1, 1.5, 0.5]


@pytest.mark.parametrize(
    ("n_falling", "n_climbing", "holds"), [(20, 0, True), (2, 18, False), (10, 10, None)]
)
def test_verdict_counts_lines_that_only_fall(n_falling, n_climbing, holds):
    walks = [_made_up(FALLING)] * n_falling + [_made_up(CLIMBING)] * n_climbing
    claim = _conclude(InterpolationSettings(), walks).claims[0]
    assert claim.holds is holds
    assert claim.measured == pytest.approx(5 * n_falling)
    assert claim.interval[0] <= claim.measured <= claim.interval[1]


def test_climb_of_less_than_a_hundredth_is_no_wall():
    assert _conclude(InterpolationSettings(), [_made_up([2, 1, 1.01, 0])]).claims[0].measured == 100
    assert _conclude(InterpolationSettings(), [_made_up([2, 1, 1.03, 0])]).claims[0].measured == 0


def test_line_that_does_not_end_lower_is_left_out_and_said():
    walks = [_made_up(FALLING), _made_up([1, 0.5, 2])]
    result = _conclude(InterpolationSettings(), walks)
    assert result.figures["n_lines"] == 1
    assert "1 more" in result.claims[0].verdict


@pytest.mark.parametrize(("off", "holds"), [(0.3, True), (0.02, False)])
def test_verdict_about_the_path_follows_its_distance(off, holds):
    walks = [_made_up(FALLING, off * share) for share in (0.95, 1, 1.05)]
    claim = _conclude(InterpolationSettings(), walks).claims[1]
    assert claim.holds is holds
    assert claim.measured == pytest.approx(100 * off)
