"""Easy and hard images: what is drawn, and when each verdict is given."""

import numpy as np
import pytest

from gdviz.data.dataset import Split
from gdviz.experiments.easy_and_hard import EasyAndHardSettings, claims_of, tasks_of
from gdviz.experiments.easy_and_hard_pictures import image_rows
from gdviz.experiments.uneven_errors import unevenness_of

LABELS = np.zeros(400, np.uint8)
ALIKE = np.full(400, 0.5)
UNEVEN = np.tile([0.05, 0.95], 200)
HARDLY_UNEVEN = np.tile([0.4, 0.6], 200)


def found(chances, n_runs=40, seed=0):
    generator = np.random.default_rng(seed)
    return unevenness_of(generator.random((n_runs, 400)) < chances, LABELS, generator)


@pytest.mark.parametrize(
    ("true", "random", "holds"),
    [
        (UNEVEN, ALIKE, [True, True, True]),
        (ALIKE, UNEVEN, [None, False, False]),
        (UNEVEN, HARDLY_UNEVEN, [True, False, True]),
        (ALIKE, ALIKE, [None, True, None]),
    ],
)
def test_claims_say_what_was_made_up(true, random, holds):
    claims = claims_of(found(true), found(random, seed=1))
    assert [claim.holds for claim in claims] == holds
    assert ("Beyond luck" in claims[1].verdict) == (holds[1] is False)


def test_tasks_learn_the_same_random_labels_from_different_starts():
    settings = EasyAndHardSettings(n_runs=3, seed=20)
    tasks = [task.training for task in tasks_of(settings)]
    assert [task.config.seed for task in tasks] == [20, 20, 21, 21, 22, 22]
    assert [task.config.shuffle_labels for task in tasks] == [0.0, 1.0] * 3
    assert {task.damage_seed for task in tasks} == {20}


def test_image_rows_begin_with_the_easiest_and_the_hardest():
    images = np.arange(3 * 4, dtype=np.uint8).reshape(3, 4) * 20
    split = Split(images, np.array([7, 8, 9], np.uint8))
    # The first is always right, the last never; the middle one is right in one run of two.
    said = np.array([[7, 8, 4], [7, 3, 4]], np.uint8)
    costs = np.array([[0.1, 0.2, 3.0], [0.1, 2.0, 3.0]], np.float32)
    easiest, hardest = image_rows(split, said, costs)
    assert easiest.captions == ("7: 0 % wrong", "8: 50 % wrong, as 3", "9: 100 % wrong, as 4")
    assert hardest.captions == easiest.captions[::-1]
    np.testing.assert_allclose(easiest.images[2], images[2].reshape(2, 2) / 255, rtol=1e-6)
