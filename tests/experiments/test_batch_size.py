"""Mini-batches of many sizes: against the reference, and when each verdict is given."""

import numpy as np
import pytest

from gdviz.analysis.gradient_noise import NoiseScale
from gdviz.experiments.batch_size import BatchSizeSettings, Looking, look_at
from gdviz.experiments.batch_size_pictures import charts_of
from gdviz.experiments.batch_size_verdicts import Noise, claims_of
from gdviz.experiments.training_task import dataset_of
from gdviz.nn import network
from gdviz.nn.parameters import Parameters
from gdviz.training.config import TrainingConfig
from gdviz.training.state import initial_state

N = 10**6
SIZES = (1, 10, 100, 1_000)


class Silent:
    def look(self):
        pass

    def tell(self, share, part):
        pass


def noise(exponent, simple, *, is_trained, sizes=SIZES, miss=0.0, angle=None):
    """Mini-batches whose errors fall by a power of the size, at angles that are foretold."""
    made = Noise(is_trained, N, 10, NoiseScale(simple, 1.0))
    for size in sizes:
        angles = np.full(50, made.scale.angle(size, N) + miss if angle is None else angle)
        distances = np.full(50, simple * size**exponent)
        made = made.with_size(size, angles, np.ones(50), distances)
    return made


def holds(start, trained):
    return [claim.holds for claim in claims_of(start, trained)]


def noises(exponent=-1.0, after=20.0, **more):
    start = [noise(exponent + e, 2 + e, is_trained=False, **more) for e in (-0.001, 0.001)]
    return start, [noise(exponent + e, after + e, is_trained=True, **more) for e in (-0.001, 0.001)]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (noises(), [True, True, True, True]),
        (noises(exponent=-0.5), [False, True, True, True]),
        (noises(angle=91.0), [True, False, True, False]),
        (noises(after=1.0), [True, True, False, True]),
        (noises(miss=6.0), [True, True, True, False]),
    ],
)
def test_claims_say_what_was_made_up(made, expected):
    assert holds(*made) == expected


def test_claims_of_one_start_cannot_tell_what_differs_from_start_to_start():
    start, trained = noises()
    assert holds(start[:1], trained[:1]) == [True, None, None, True]
    assert holds(start[:1], []) == [None, True]


def test_slope_allows_for_the_limited_supply_of_images():
    """Of 100 images 50 have half the error that one over the size foretells."""
    made = Noise(False, 100, 10, NoiseScale(1.0, 1.0))
    for size in (1, 10, 50, 100):
        distances = np.full(3, made.scale.square_distance(size, 100))
        made = made.with_size(size, np.zeros(3), np.ones(3), distances)
    assert made.slope == pytest.approx(-1.0)


def test_look_at_gives_what_the_reference_gives():
    config = TrainingConfig(n_examples=40, layer_sizes=(784, 6, 10))
    start = initial_state(config).parameters
    task = Looking(config, False, start.vector.tobytes(), (1, 40), 60)
    found = look_at(task, Silent())
    split = dataset_of("mnist").train.first(40)
    parameters = Parameters(start.vector.astype(np.float64), start.layout)
    images, targets = split.inputs(slice(None), np.float64), network.one_hot(split.labels)

    def slope(rows):
        about = config.architecture, parameters, images[rows], targets[rows], config.cost
        return network.gradient(*about)[1].vector

    single = np.array([slope(np.array([row])) for row in range(40)])
    full = single.mean(axis=0)
    assert found.scale.spread == pytest.approx(
        np.square(single - full).sum(axis=1).mean(), rel=1e-4
    )
    # Each mini-batch of one is one of the forty; all forty together are the full gradient.
    known = np.linalg.norm(single, axis=1) / np.linalg.norm(full)
    apart = np.abs(found.norm_ratios[0][:, np.newaxis] - known).min(axis=1)
    assert apart.max() < 1e-4
    assert len(np.unique(found.norm_ratios[0].round(5))) > 20
    np.testing.assert_allclose(found.angles[1], 0, atol=0.05)
    np.testing.assert_allclose(found.norm_ratios[1], 1, rtol=1e-4)


def test_charts_stay_within_what_can_be_and_stand_a_mini_batch_of_all():
    start, trained = noises(sizes=(1, 100, N))
    angle, ratio, error = charts_of(start, trained, 5)
    for series in angle.series[::2]:
        assert series.low.min() >= 0
        assert series.high.max() <= 180
    for series in (*ratio.series, error.series[0], error.series[2]):
        np.testing.assert_array_less(0, series.low)
    foretold = error.series[1].y
    assert foretold[0] == pytest.approx(2.0, rel=1e-3)
    assert np.isnan(foretold[-1])


def test_settings_out_of_range_are_refused():
    with pytest.raises(ValueError, match="Sizes"):
        BatchSizeSettings(sizes=(0, 10))
