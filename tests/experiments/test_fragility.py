"""Digits that move: trials against direct counts, and what is said of made-up trials."""

import numpy as np
import pytest

from gdviz.analysis.inspection.fragility import DEGREES, SIGMAS
from gdviz.analysis.inspection.resampling import shifted
from gdviz.analysis.interval import wilson_interval
from gdviz.data.mnist import load_mnist
from gdviz.experiments.experiment import run_experiment
from gdviz.experiments.fragility import EXPERIMENT, FragilitySettings, _conclude
from gdviz.experiments.moved_digits import Trial, Tried, groups_of, tried
from gdviz.experiments.training_task import TrainingTask
from gdviz.nn.network import predictions
from gdviz.runtime.executors import AtOnce
from gdviz.training.config import PRESETS, TrainingConfig
from gdviz.training.state import initial_state

N = 200


class _Listening:
    def __init__(self):
        self.shares = []

    def look(self):
        pass

    def tell(self, share, part):
        assert part is None
        self.shares.append(share)


def _tried(seed, centred=0.95, moved=0.4, inverted=0.02, shift=0.0):
    shifts = np.full((17, 17), round(N * moved))
    shifts[8, 8] = round(N * centred)
    config = PRESETS["lesson"].replace(seed=seed, augment_shift=shift)
    vector = initial_state(config).parameters.vector.astype(np.float32)
    return Tried(
        config, N, shifts, np.full(len(DEGREES), 100), np.full(len(SIGMAS), 100),
        round(N * inverted), vector,
    )  # fmt: skip


def _claims(*known):
    result = _conclude(FragilitySettings(), [*known, None])
    return {claim.claim.split()[0]: claim for claim in result.claims}


def test_trial_counts_what_the_network_says_of_moved_images():
    """One pixel down is not one up: each is counted again, image by image."""
    config = TrainingConfig(epochs=6, n_examples=3_000)
    channel = _Listening()
    found = tried(Trial(TrainingTask(config), 100, 2, 0), channel)
    test = load_mnist().test
    rows = np.arange(100) * 100
    pictures = test.inputs(rows).reshape(-1, 28, 28)
    for direction, pixels, down, right in (("down", 2, 2, 0), ("left", 1, 0, -1)):
        moved = shifted(pictures, down, right).reshape(100, -1)
        said = predictions(found.network().passed(moved).outputs)
        assert found.moved(direction, pixels) == (said == test.labels[rows]).mean()
    said = predictions(found.network().passed(1 - pictures.reshape(100, -1)).outputs)
    assert found.inverted == (said == test.labels[rows]).sum()
    untouched = found.shifts[2, 2]
    assert untouched == found.turned[DEGREES.index(0.0)] == found.noisy[0]
    assert untouched > 30
    assert channel.shares == sorted(channel.shares)
    assert channel.shares[-1] == 1


def test_mean_of_four_directions():
    one = _tried(1)
    one.shifts[8 + 3, 8], one.shifts[8 - 3, 8] = 10, 20
    one.shifts[8, 8 + 3], one.shifts[8, 8 - 3] = 30, 60
    assert one.moved("down", 3) == 10 / N
    assert one.moved("right", 3) == 30 / N
    assert one.moved_by(3) == pytest.approx(120 / 4 / N)


def test_group_of_one_network_has_wilsons_interval():
    group = groups_of([_tried(1)])[0]
    low, high = wilson_interval(80, N)
    assert group.interval(group.moved_by(3)) == pytest.approx((100 * low, 100 * high))


@pytest.mark.parametrize(
    ("shares", "holds"),
    [((0.3, 0.32, 0.31), True), ((0.8, 0.82, 0.81), False), ((0.4, 0.5, 0.6), None)],
)
def test_verdict_about_moved_digits(shares, holds):
    claims = _claims(*(_tried(seed, moved=share) for seed, share in enumerate(shares)))
    assert claims["Digits"].holds is holds
    assert claims["Digits"].measured == pytest.approx(100 * np.mean(shares))


@pytest.mark.parametrize(("inverted", "holds"), [(0.02, True), (0.3, False)])
def test_verdict_about_inverted_digits_compares_with_guessing(inverted, holds):
    assert _claims(_tried(1, inverted=inverted))["On"].holds is holds


def test_gain_of_moved_training_images_is_of_the_same_starts():
    """Starts that differ more than the gain do not hide it: it is taken start by start."""
    plain = [_tried(seed, moved=share) for seed, share in enumerate((0.2, 0.4, 0.6))]
    better = [_tried(seed, 0.9, share, shift=3.0) for seed, share in enumerate((0.305, 0.5, 0.705))]
    claim = _claims(*better[::-1], *plain)["Training"]
    assert claim.holds is True
    assert claim.measured == pytest.approx(10.333, abs=0.2)
    assert "5.0 points" in claim.verdict
    assert _claims(*plain)["Digits"].holds is None
    assert "Training" not in _claims(*plain)


def test_one_start_gives_a_gain_without_an_interval():
    claim = _claims(_tried(1), _tried(1, moved=0.8, shift=3.0))["Training"]
    assert claim.holds is None
    assert claim.interval is None
    assert claim.measured == pytest.approx(40)


def test_images_that_are_not_square_are_refused_in_words(tmp_path):
    path = tmp_path / "points.npz"
    random = np.random.default_rng(1)
    arrays = {
        "x_train": random.random((20, 6), np.float32), "y_train": np.arange(20) % 2,
        "x_test": random.random((10, 6), np.float32), "y_test": np.arange(10) % 2,
    }  # fmt: skip
    np.savez(path, **arrays)
    settings = FragilitySettings(data=str(path))
    with pytest.raises(ValueError, match="square"):
        run_experiment(EXPERIMENT, settings, AtOnce(), lambda _report: None, lambda: False)
