"""Many starts: luck of images, lines of a pair, and what is said of made-up ends."""

import dataclasses

import numpy as np
import pytest

from gdviz.analysis.inspection.matching import permuted
from gdviz.experiments.many_starts import Width, width_of
from gdviz.experiments.minima import End, Pair, end_of, lines_between, luck_of_images
from gdviz.experiments.runner import Runner
from gdviz.experiments.starts import StartsSettings, _conclude, _configs, _widths, run
from gdviz.experiments.starts_verdicts import claims_of
from gdviz.experiments.training_task import TrainingTask
from gdviz.nn.parameters import Parameters
from gdviz.runtime.executors import AtOnce
from gdviz.training.config import TrainingConfig

N_IMAGES = 1_000


class _Silent:
    def look(self):
        pass

    def tell(self, share, part):
        pass


def _end(accuracy, cost=0.1):
    return End(
        2.0, cost, cost, 500, round(500 * accuracy), N_IMAGES, round(N_IMAGES * accuracy),
        np.zeros(N_IMAGES // 8, np.uint8), np.zeros(3, np.float32), has_diverged=False,
    )  # fmt: skip


def _width(accuracies, width=16, **more):
    config = TrainingConfig(layer_sizes=(784, width, width, 10))
    return Width(width, config, tuple(map(_end, accuracies)), **more)


def _claims(*widths):
    return {claim.claim.split()[0]: claim for claim in claims_of(widths, widths[-1])}


def test_luck_is_how_far_equally_good_networks_are_apart():
    """Images of all difficulties, networks that throw the same coins: spread and luck agree."""
    random = np.random.default_rng(1)
    difficulty = random.beta(8, 1, N_IMAGES)
    rights = random.random((2_000, N_IMAGES)) < difficulty
    spread = rights.mean(axis=1).std(ddof=1)
    assert luck_of_images(rights) == pytest.approx(spread, rel=0.05)
    binomial = np.sqrt(rights.mean() * (1 - rights.mean()) / N_IMAGES)
    assert luck_of_images(rights) < 0.95 * binomial


def test_luck_of_two_networks_is_mcnemars():
    """Cochran's Q of two is (b − c)² / (b + c), b and c the images that only one gets right."""
    rights = np.random.default_rng(2).random((2, 200)) < 0.8
    only_one = int((rights[0] & ~rights[1]).sum()), int((rights[1] & ~rights[0]).sum())
    observed = rights.mean(axis=1).var(ddof=1)
    wanted = (only_one[0] - only_one[1]) ** 2 / sum(only_one)
    assert observed / luck_of_images(rights) ** 2 == pytest.approx(wanted)


@pytest.fixture(scope="module")
def trained():
    config = TrainingConfig(layer_sizes=(784, 6, 6, 10), epochs=4, n_examples=2_000)
    task = TrainingTask(config.replace(epochs=12), n_train=500, n_test=200)
    return task, end_of(task, _Silent())


def test_line_to_a_network_with_its_own_neurons_in_another_order(trained):
    """A wall stands between a network and itself reordered; matching takes all of it away."""
    task, end = trained
    parameters = Parameters(end.vector, task.config.architecture.layout)
    orders = [np.array([3, 0, 5, 1, 2, 4]), np.array([1, 2, 3, 4, 5, 0])]
    other = permuted(parameters, orders).vector
    lines = lines_between(Pair(task, end.vector.tobytes(), other.tobytes(), 500, 7), _Silent())
    assert lines.barrier > 0.1
    assert lines.matched_barrier < 1e-6
    assert lines.index == 7
    np.testing.assert_array_equal(lines.matched, end.vector)
    assert lines.straight.costs[0] == pytest.approx(lines.straight.costs[-1], rel=1e-4)
    assert lines.straight.costs[0] == pytest.approx(end.cost, rel=1e-4)


def test_end_keeps_which_images_are_right(trained):
    _, end = trained
    rights = np.unpackbits(end.right, count=end.n_test)
    assert rights.sum() == end.test_right
    assert end.test_right > 60


@pytest.mark.parametrize(("apart", "holds"), [(0.001, True), (0.05, False), (0.005, None)])
def test_verdict_about_equal_follows_the_spread(apart, holds):
    random = np.random.default_rng(3)
    claim = _claims(_width(0.9 + apart * random.standard_normal(20)))["Different"]
    assert claim.holds is holds
    assert claim.interval[0] < claim.measured < claim.interval[1]


def test_verdict_of_networks_that_are_all_right_holds():
    """Networks that learnt all of a few shuffled labels by heart do not differ at all."""
    claim = _claims(_width([1.0] * 5))["Different"]
    assert claim.holds is True
    assert claim.measured == 0


def test_verdict_of_three_networks_cannot_be_told():
    claims = _claims(_width([0.9, 0.91, 0.92]))
    assert claims["Different"].holds is None
    assert "What" not in claims


@pytest.mark.parametrize(("luck", "holds"), [(0.1, True), (0.0001, False)])
def test_verdict_of_luck_compares_with_it(luck, holds):
    accuracies = 0.9 + 0.01 * np.random.default_rng(4).standard_normal(20)
    assert _claims(_width(accuracies, luck=luck))["What"].holds is holds


def test_verdict_of_larger_networks_compares_smallest_and_largest():
    draw = np.random.default_rng(5).standard_normal((2, 30))
    wide, narrow = 0.8 + 0.05 * draw[0], 0.9 + 0.002 * draw[1]

    def larger(small, large):
        claims = claims_of((_width(small, 4), _width(large, 64)), _width(large, 64))
        return next(claim for claim in claims if "alike" in claim.claim)

    assert larger(wide, narrow).holds is True
    assert larger(narrow, wide).holds is False


def test_partial_outcomes_are_concluded_whatever_is_known():
    """Ends come in any order; luck waits for all of them, as it looks at every image."""
    settings = StartsSettings(widths=(4, 16), n_starts=3)
    configs = _configs(settings)
    ends = [
        dataclasses.replace(
            _end(0.8 + 0.01 * k), vector=np.zeros(configs[k % 2].architecture.n_parameters, "f4")
        )
        for k in range(6)
    ]
    assert not _conclude(settings, _widths(configs, [None] * 6)).claims
    for known in (ends[:1], [None, ends[1]], ends[:5], ends):
        whole = [*known, *[None] * (6 - len(known))]
        widths = _widths(configs, whole)
        result = _conclude(settings, widths)
        assert result.claims
        assert sum(len(width.ends) for width in widths) == sum(end is not None for end in known)
        assert all((width.luck is not None) == (known is ends) for width in widths)
        for network in result.networks:
            assert network.vector.shape == (network.config.architecture.n_parameters,)


def _run(**changes):
    small = {
        "widths": (4,), "n_starts": 2, "epochs": 1, "n_pairs": 1, "n_line_images": 100,
        "n_examples": 200,
    }  # fmt: skip
    runner = Runner(AtOnce(), lambda _report: None, lambda: False)
    return run(StartsSettings(**(small | changes)), runner)


def test_shuffled_labels_are_judged_on_what_was_trained():
    result = _run(shuffle_labels=1.0)
    assert "200 training images, 100 % of their labels shuffled" in result.claims[0].verdict
    assert "test images" in _run().claims[0].verdict


def test_networks_are_kept_with_the_labels_they_learnt():
    result = _run(shuffle_labels=1.0, seed=11)
    assert {network.config.seed for network in result.networks} == {11}
    assert all(network.config.shuffle_labels == 1.0 for network in result.networks)


def test_no_pairs_gives_no_lines():
    charts = {chart.key for chart in _run(n_pairs=0).charts}
    assert "lines" not in charts
    assert "lines" in {chart.key for chart in _run().charts}


def test_diverged_networks_are_counted_and_left_out():
    lost = dataclasses.replace(_end(0.1), has_diverged=True, cost=np.nan)
    found = width_of(16, TrainingConfig(), [_end(0.9), None, lost, _end(0.8)], with_luck=False)
    assert found.n_diverged == 1
    assert len(found.ends) == 2
