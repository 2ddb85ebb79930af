"""The first images of a split, and what they are called."""

import numpy as np

from gdviz.analysis.inspection.sample import FILM_EXAMPLES, Sample


def test_the_first_images_are_views_of_all(drawn):
    outcomes = drawn(1_000)
    first = Sample("test", FILM_EXAMPLES).of(outcomes)
    assert len(first) == 300
    for name in ("labels", "weighted_inputs", "outputs", "costs", "said"):
        part, whole = getattr(first, name), getattr(outcomes, name)
        np.testing.assert_array_equal(part, whole[:300])
        assert np.shares_memory(part, whole)
    assert first.network is outcomes.network
    assert first.n_right == int((outcomes.said == outcomes.labels)[:300].sum())


def test_all_images_are_the_outcomes_themselves(drawn):
    outcomes = drawn(200)
    assert Sample().of(outcomes) is outcomes
    assert Sample("test", 300).of(outcomes) is outcomes


def test_titles_say_which_and_how_many():
    assert Sample().title(10_000) == "10,000 test images"
    assert Sample("train").title(60_000) == "60,000 training images"
    assert Sample("test", 300).title(300) == "the first 300 test images"
