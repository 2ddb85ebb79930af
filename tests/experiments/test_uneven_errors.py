"""Whether images differ, against images that do and do not."""

import numpy as np
import pytest

from gdviz.experiments.uneven_errors import unevenness_of


def wrong_answers(chances, n_runs, seed=0):
    return np.random.default_rng(seed).random((n_runs, len(chances))) < chances


def test_alike_images_stay_within_the_null_in_19_of_20_cases():
    """Runs of very different accuracy: the null must not take them for different images."""
    inside = []
    for seed in range(200):
        generator = np.random.default_rng(seed)
        chances = generator.random((20, 1)) * np.ones(150)
        found = unevenness_of(generator.random((20, 150)) < chances, generator)
        inside.append(found.null[0] <= found.ratio <= found.null[1])
    assert 0.90 <= np.mean(inside) <= 0.99


def test_ratio_is_cochrans_q_by_its_textbook_formula():
    wrong = wrong_answers(np.linspace(0.1, 0.9, 12), 9)
    images, runs, total = wrong.sum(axis=0), wrong.sum(axis=1), wrong.sum()
    q = 11 * (12 * (images**2).sum() - total**2) / (12 * total - (runs**2).sum())
    found = unevenness_of(wrong, np.random.default_rng(1))
    assert found.ratio == pytest.approx(q / 11)


def test_deviation_beyond_luck_is_that_of_the_chances():
    chances = np.repeat([0.2, 0.8], 2_000)
    found = unevenness_of(wrong_answers(chances, 40), np.random.default_rng(1))
    assert found.deviation == pytest.approx(0.3, abs=0.01)
    assert found.interval[0] > found.null[1]
    np.testing.assert_allclose(found.alike.mean(), found.rates.mean())
    assert np.var(found.alike) < 1.2 * np.var(found.rates) / found.ratio


def test_bootstrap_interval_holds_the_ratio_of_many_images():
    """The ratio that 20,000 images of the same kind have, in about 19 of 20 intervals of 300."""
    generator = np.random.default_rng(3)
    runs = 30
    many = unevenness_of(
        generator.random((runs, 100_000)) < generator.beta(2, 5, 100_000), generator
    )
    hits = 0
    for _ in range(100):
        few = unevenness_of(generator.random((runs, 300)) < generator.beta(2, 5, 300), generator)
        hits += few.interval[0] <= many.ratio <= few.interval[1]
    assert hits >= 85


@pytest.mark.parametrize("answer", [False, True])
def test_runs_that_are_always_or_never_wrong_tell_nothing(answer):
    found = unevenness_of(np.full((5, 30), answer), np.random.default_rng(1))
    assert found.ratio == 1.0
    assert found.deviation == 0.0
    assert found.ratio_interval_to(found) == (1.0, 1.0)
