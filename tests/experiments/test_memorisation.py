"""Learning by heart: capacities, the split, and when each verdict is given."""

import math

import numpy as np
import pytest

from gdviz.data.corruption import shuffle_labels
from gdviz.experiments.memorisation import MemorisationSettings, split_right, tasks_of
from gdviz.experiments.memorisation_pictures import charts_of
from gdviz.experiments.memorisation_verdicts import (
    Capacities,
    Cell,
    Splits,
    capacity,
    claims_of,
    half_way,
)
from gdviz.experiments.training_task import Moment, TrainingOutcome
from gdviz.nn import network
from gdviz.nn.parameters import Parameters
from gdviz.training.config import TrainingConfig


def test_capacity_is_where_the_curve_crosses_on_a_logarithmic_axis():
    counts = np.array([100.0, 1_000.0, 10_000.0])
    assert capacity(counts, np.array([1.0, 0.9, 0.2])) == pytest.approx(math.sqrt(100 * 1_000))
    assert capacity(counts, np.array([1.0, 0.95, 0.2])) == pytest.approx(1_000)
    assert capacity(counts, np.array([0.9, 0.99, 0.2])) == 0.0
    assert capacity(counts, np.array([1.0, 0.99, 0.96])) == math.inf


def test_split_right_counts_one_image_after_the_other(blobs):
    damaged = shuffle_labels(blobs, 0.6, 3)
    config = TrainingConfig(layer_sizes=(16, 8, 3))
    generator = np.random.default_rng(2)
    vector = generator.standard_normal(config.architecture.n_parameters).astype(np.float32)
    parameters = Parameters(vector, config.architecture.layout)
    found = split_right(Moment(config, parameters, damaged, blobs, 300))
    inputs = damaged.train.inputs(slice(None))
    said = network.predictions(network.forward(config.architecture, parameters, inputs).outputs)
    counts = dict.fromkeys(("clean", "n_clean", "false", "restored", "n_corrupted"), 0)
    for answer, given, true in zip(said, damaged.train.labels, blobs.train.labels, strict=True):
        if given == true:
            counts["n_clean"] += 1
            counts["clean"] += answer == true
        else:
            counts["n_corrupted"] += 1
            counts["false"] += answer == given
            counts["restored"] += answer == true
    assert found["n_clean"] == counts["n_clean"] > 0
    assert found["n_corrupted"] == counts["n_corrupted"] > 0
    assert found["clean"] == counts["clean"] / counts["n_clean"]
    for key in ("false", "restored"):
        assert found[key] == counts[key] / counts["n_corrupted"]


def test_split_right_of_true_labels_alone_has_no_corrupted_part(blobs):
    config = TrainingConfig(layer_sizes=(16, 8, 3))
    parameters = Parameters(np.zeros(config.architecture.n_parameters, np.float32),
                            config.architecture.layout)  # fmt: skip
    found = split_right(Moment(config, parameters, blobs, blobs, 300))
    assert found["n_corrupted"] == 0
    assert math.isnan(found["false"])
    assert math.isnan(found["restored"])


def split(clean, false, restored, epochs=(0.0, 1.0, 2.0)):
    """A training on 100 partly shuffled labels that was split so at three moments."""
    zeros = np.zeros(3)
    measured = {"clean": clean, "false": false, "restored": restored, "n_corrupted": (45,) * 3}
    return TrainingOutcome(
        np.array(epochs), zeros, zeros, zeros.astype(int), zeros.astype(int), 100, 100,
        np.zeros(5, np.float32),
        measured={key: np.array(values, float) for key, values in measured.items()},
    )  # fmt: skip


LEARNED_BY_HEART = [
    split((0.1, 0.6 + k, 1), (0.1, 0.05, 0.95), (0.1, 0.5 + k, 0)) for k in (0, 0.01)
]
NEVER_BY_HEART = [
    split((0.1, 0.6 + k, 0.8), (0.1, 0.05, 0.1 + k), (0.1, 0.5 + k, 0.7)) for k in (0, 0.01)
]
NOTHING = [split((0.1, 0.2, 0.2), (0.1, 0.1, 0.1 + k), (0.1, 0.1, 0.1)) for k in (0, 0.1)]


def capacities(narrow, wide):
    """Accuracies of two widths at 100 and 1,000 images, two starts each."""
    cells = [
        Cell(width, n, tuple(accuracies))
        for width, rows in ((4, narrow), (8, wide))
        for n, accuracies in zip((100, 1_000), rows, strict=True)
    ]
    return Capacities(tuple(cells), {4: 3_000, 8: 6_000}, 8, 2, 2)


HOLDS_SOME = ([0.97, 0.972], [0.3, 0.302]), ([0.998, 1.0], [0.7, 0.702])


@pytest.mark.parametrize(
    ("cells", "splits", "holds"),
    [
        (HOLDS_SOME, LEARNED_BY_HEART, [True, True, True, True]),
        (HOLDS_SOME, NEVER_BY_HEART, [True, True, True, False]),
        (HOLDS_SOME, NOTHING, [True, True, None, None]),
        ((HOLDS_SOME[1], HOLDS_SOME[0]), LEARNED_BY_HEART, [True, False, True, True]),
        ((([1, 1], [1, 1]),) * 2, LEARNED_BY_HEART, [False, None, True, True]),
    ],
)
def test_claims_say_what_was_made_up(cells, splits, holds):
    found = claims_of(capacities(*cells), Splits(tuple(splits), 2, 100))
    assert [claim.holds for claim in found] == holds


def test_half_way_is_the_first_moment_at_which_half_of_the_clean_are_right():
    assert half_way(LEARNED_BY_HEART[0]) == 1
    assert half_way(NOTHING[0]) is None


def test_claims_and_charts_of_what_is_known_by_now():
    nothing = Capacities((), {}, 8, 2, 2)
    under_way = Splits((split((0, 0, 0), (0, 0, 0), (0, 0, 0), (0, 0.5, 1)),), 2, 100)
    assert claims_of(nothing, under_way) == ()
    (chart,) = charts_of(nothing, under_way, 50.0)
    assert chart.key == "split"
    assert len(chart.series) == 4


def test_tasks_cover_every_width_and_number_of_images():
    settings = MemorisationSettings(n_examples=(20, 10), widths=(3, 2, 5), n_starts=2)
    tasks = tasks_of(settings)
    assert [task.config.layer_sizes[1] for task in tasks[:2]] == [3, 3]
    rest = [
        (task.config.n_examples, task.config.layer_sizes[1:3], task.config.seed)
        for task in tasks[2:]
    ]
    assert len(set(rest)) == len(rest) == 2 * 3 * 2
    assert all(task.config.shuffle_labels == 1.0 for task in tasks[2:])
    assert all(task.config.schedule_epochs == settings.epochs for task in tasks)
