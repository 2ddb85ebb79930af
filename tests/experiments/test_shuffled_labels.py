"""The twin races: who runs, and when each verdict is given."""

import numpy as np
import pytest

from gdviz.experiments.shuffled_labels import (
    ShuffledLabelsSettings,
    _conclude,
    kinds_of,
    tasks_of,
)
from gdviz.experiments.shuffled_labels_pictures import shown_images
from gdviz.experiments.shuffled_labels_verdicts import Races, claims_of
from gdviz.experiments.training_task import TrainingOutcome

EPOCHS = np.linspace(0, 100, 201)
KINDS = tuple(kinds_of(ShuffledLabelsSettings()))
PARAMETERS = 13_002


def race(errors, epochs=EPOCHS):
    """A race whose training error is given: 1,000 images."""
    right = np.round(1_000 * (1 - np.broadcast_to(errors, epochs.shape))).astype(np.int64)
    return TrainingOutcome(
        epochs, 1 - right / 1_000, np.ones(len(epochs)), right, right // 10, 1_000, 1_000,
        np.zeros(PARAMETERS, np.float32), measured={"largest_class": np.full(len(epochs), 0.11)},
    )  # fmt: skip


def straight(over, end=0.0):
    return lambda late: race(0.9 - (0.9 - end) * np.clip(EPOCHS / (over + late), 0, 1))


def sudden(at):
    return lambda late: race(np.where(at + late > EPOCHS, 0.9, 0.0))


def claims(n_starts=4, **courses):
    """Verdicts where each kind's starts differ by fractions of an epoch."""
    usual = dict.fromkeys(KINDS, sudden(6)) | {"shuffled labels": straight(80)}
    usual |= {kind.replace("_", " "): course for kind, course in courses.items()}
    outcomes = {
        kind: [course(start) for start in range(n_starts)] for kind, course in usual.items()
    }
    found, figures = claims_of(Races(outcomes, 1_000, PARAMETERS, 100))
    return [claim.holds for claim in found], found, figures


def test_claims_of_the_textbook_case_all_hold():
    holds, found, figures = claims()
    assert holds == [True] * 6
    assert found[0].measured == pytest.approx(0.0)
    assert found[3].measured == pytest.approx(10, abs=0.5)
    assert figures["shuffled_accuracy"] == [1.0] * 4


def test_claims_labels_that_cannot_be_held_are_a_finding():
    holds, found, _ = claims(shuffled_labels=straight(80, end=0.85))
    assert holds[:4] == [False, None, None, None]
    assert "13,002 weights and biases do not hold so many" in found[0].verdict
    assert "11.0 %" in found[0].verdict
    assert found[1].measured is None


@pytest.mark.parametrize(
    ("courses", "place"),
    [
        ({"shuffled_labels": straight(9)}, 1),
        ({"true_labels": straight(40)}, 2),
        ({"shuffled_labels": sudden(60)}, 3),
        ({"shuffled_pixels": sudden(30)}, 4),
        ({"random_pixels": straight(95)}, 5),
        ({"Gaussian_images": straight(80, end=0.3)}, 5),
    ],
)
def test_claims_that_do_not_hold_say_so(courses, place):
    holds, found, _ = claims(**courses)
    assert holds[place] is False or (place == 2 and holds[2] is not True)
    assert found[place].measured is not None


def test_claims_of_one_start_cannot_be_told():
    holds, found, _ = claims(n_starts=1)
    assert holds == [None] * 6
    assert all("One start cannot tell." in claim.verdict for claim in found)


def test_conclude_shows_races_that_are_under_way_and_judges_none():
    settings = ShuffledLabelsSettings(n_starts=2, epochs=100)
    known = [None] * len(tasks_of(settings))
    assert _conclude(settings, known).charts == ()
    known[0] = race(0.5, EPOCHS[:7])
    partial = _conclude(settings, known)
    assert partial.claims == ()
    assert partial.charts[0].series[0].label == "true labels, n = 1"
    np.testing.assert_allclose(partial.charts[0].series[0].y, 50.0)
    known[2] = race(0.5)
    assert _conclude(settings, known).claims == ()
    known[0] = race(0.0)
    assert len(_conclude(settings, known).claims) == 4


def test_tasks_are_twins_with_one_seed_for_each_start():
    settings = ShuffledLabelsSettings(n_starts=2, share=30.0, seed=11)
    tasks = tasks_of(settings)
    assert [task.config.seed for task in tasks] == [11] * 6 + [12] * 6
    assert [task.config.shuffle_labels for task in tasks[:6]] == [0, 0.3, 1, 0, 0, 0]
    assert [task.damage for task in tasks[:3]] == ["", "", ""]
    twins = {task.config.replace(shuffle_labels=0.0) for task in tasks[:6]}
    assert len(twins) == 1


def test_shown_images_are_one_image_and_its_damages():
    row = shown_images("mnist", 7)
    true, shuffled, scattered, noise = row.images
    assert row.images.shape == (4, 28, 28)
    np.testing.assert_array_equal(np.sort(shuffled.ravel()), np.sort(true.ravel()))
    np.testing.assert_array_equal(np.sort(scattered.ravel()), np.sort(true.ravel()))
    assert (noise > 0).mean() > 0.5
