"""Whether images differ, against images that do and do not."""

import numpy as np
import pytest

from gdviz.experiments.uneven_errors import unevenness_of

ONE_LABEL = np.zeros(10_000, np.uint8)


def unevenness(chances, n_runs, generator, labels=ONE_LABEL):
    wrong = generator.random((n_runs, np.shape(chances)[-1])) < chances
    return unevenness_of(wrong, labels[: wrong.shape[1]], generator)


def test_alike_images_stay_within_the_null_in_19_of_20_cases():
    """Runs and labels of very different accuracy: not to be taken for different images."""
    inside = []
    for seed in range(200):
        generator = np.random.default_rng(seed)
        labels = generator.integers(0, 3, 150)
        chances = generator.random((20, 3))[:, labels]
        found = unevenness(chances, 20, generator, labels)
        inside.append(found.null[0] <= found.ratio <= found.null[1])
    assert 0.90 <= np.mean(inside) <= 0.99


def test_ratio_of_one_label_is_cochrans_q_by_its_textbook_formula():
    wrong = np.random.default_rng(0).random((9, 12)) < np.linspace(0.1, 0.9, 12)
    images, runs, total = wrong.sum(axis=0), wrong.sum(axis=1), wrong.sum()
    q = 11 * (12 * (images**2).sum() - total**2) / (12 * total - (runs**2).sum())
    found = unevenness_of(wrong, ONE_LABEL[:12], np.random.default_rng(1))
    assert found.ratio == pytest.approx(q / 11)
    assert found.by_label == pytest.approx(0, abs=1e-12)


def test_deviation_beyond_luck_is_that_of_the_chances():
    generator = np.random.default_rng(1)
    found = unevenness(np.repeat([0.2, 0.8], 2_000), 40, generator)
    assert found.deviation == pytest.approx(0.3, abs=0.01)
    assert found.interval[0] > found.null[1]
    np.testing.assert_allclose(found.alike.mean(), found.rates.mean())
    assert np.var(found.alike) < 1.2 * np.var(found.rates) / found.ratio


def test_labels_that_are_said_more_often_make_no_image_easy():
    labels = np.repeat([0, 1], 1_000)
    found = unevenness(np.where(labels, 0.9, 0.3), 50, np.random.default_rng(1), labels)
    assert found.null[0] <= found.ratio <= found.null[1]
    # All but the luck of 50 runs: (0.09 + 0.21)/2/50 beside a variance of 0.3².
    assert found.by_label == pytest.approx(0.09 / (0.09 + 0.003), abs=0.01)


def test_bootstrap_interval_holds_the_ratio_of_many_images():
    """The ratio that 10,000 images of the same kind have, in about 19 of 20 intervals of 300."""
    generator = np.random.default_rng(3)
    many, hits = unevenness(generator.beta(2, 5, 10_000), 30, generator), 0
    for _ in range(100):
        few = unevenness(generator.beta(2, 5, 300), 30, generator)
        hits += few.interval[0] <= many.ratio <= few.interval[1]
    assert hits >= 85


@pytest.mark.parametrize("answer", [False, True])
def test_runs_that_are_always_or_never_wrong_tell_nothing(answer):
    found = unevenness_of(np.full((5, 30), answer), ONE_LABEL[:30], np.random.default_rng(1))
    assert found.ratio == 1.0
    assert found.deviation == 0.0
    assert found.ratio_interval_to(found) == (1.0, 1.0)
