"""Answers to noise: the images, the shares, and what is said of made-up answers."""

import numpy as np
import pytest

from gdviz.analysis.interval import wilson_interval
from gdviz.data.mnist import load_mnist
from gdviz.experiments.noise import NoiseSettings, _conclude
from gdviz.experiments.noise_answers import DIGITS, KINDS, Answers, Said, images_of, sure_share
from gdviz.training.config import PRESETS
from gdviz.training.state import initial_state

N = 200


def _said(n_sure, n=N):
    largest = np.full(n, 0.5, np.float32)
    largest[:n_sure] = 0.95
    return Said(largest, np.zeros(n, np.uint8))


def _answers(preset="lesson", initializer=None, before=0, after=0, digits=150):
    config = PRESETS[preset]
    config = config.replace(initializer=initializer or config.initializer)
    vector = initial_state(config).parameters.vector.astype(np.float32)
    kinds = dict.fromkeys(KINDS)
    return Answers(
        config,
        {kind: _said(before) for kind in (*kinds, DIGITS)},
        {kind: _said(after) for kind in kinds} | {DIGITS: _said(digits)},
        0.9,
        vector,
    )


def _claims(*answers):
    pictures = images_of("mnist", 2, 0)
    result = _conclude(NoiseSettings(), [*answers, None], pictures)
    return {claim.claim.split()[0]: claim for claim in result.claims}, result


def test_noise_of_every_kind_is_between_black_and_white_and_of_the_seed():
    one, again, other = (images_of("mnist", 50, seed) for seed in (3, 3, 4))
    for kind, images in one.items():
        assert images.shape == (50, 784)
        assert images.min() >= 0
        assert images.max() <= 1
        np.testing.assert_array_equal(images, again[kind])
        assert (kind == DIGITS) == np.array_equal(images, other[kind])


def test_scattered_digits_have_each_digits_own_pixels():
    images = images_of("mnist", 20, 1)
    scattered, digits = images["scattered digits"], images[DIGITS]
    np.testing.assert_array_equal(np.sort(scattered, axis=1), np.sort(digits, axis=1))
    assert not np.array_equal(scattered, digits)


def test_share_of_one_network_has_wilsons_interval():
    share = sure_share([_said(30)])
    low, high = wilson_interval(30, N)
    assert share.percent == 15.0
    assert share.interval == pytest.approx((100 * low, 100 * high))


def test_share_of_several_networks_has_an_interval_of_networks():
    """Three networks that differ widely know less of the next than 600 images pretend."""
    share = sure_share([_said(0), _said(100), _said(200)])
    low, high = wilson_interval(300, 3 * N)
    assert share.percent == 50.0
    assert share.interval[0] < 100 * low
    assert share.interval[1] > 100 * high
    assert share.interval == (0.0, 100.0)
    assert share.n_mostly == 1


def test_share_of_networks_that_are_never_sure_still_has_an_interval():
    share = sure_share([_said(0)] * 3)
    assert share.interval[0] == 0
    assert share.interval[1] == pytest.approx(100 * wilson_interval(0, 3 * N)[1])


@pytest.mark.parametrize(
    ("counts", "holds"), [((180, 182, 184), True), ((2, 4, 6), False), ((60, 100, 140), None)]
)
def test_verdict_about_the_trained_network_follows_the_share(counts, holds):
    claims, _ = _claims(*(_answers(after=count) for count in counts))
    assert claims["The"].holds is holds
    assert claims["The"].measured == pytest.approx(np.mean(counts) / 2)
    assert "not probabilities" in claims["The"].verdict


def test_verdict_about_softmax_does_not_speak_of_sigmoids():
    claims, _ = _claims(_answers("sixteen", after=190))
    assert "not probabilities" not in claims["The"].verdict


@pytest.mark.parametrize(("before", "holds"), [(0, True), (20, False), (2, None)])
def test_verdict_about_small_weights_counts_untrained_answers(before, holds):
    claims, _ = _claims(*(_answers(before=before) for _ in range(3)))
    assert claims["An"].holds is holds
    assert "Large" not in claims


def test_verdict_about_large_weights_takes_only_those():
    claims, _ = _claims(_answers(before=0), _answers(initializer="normal", before=198))
    assert claims["Large"].holds is True
    assert claims["An"].measured == 0
    assert claims["Large"].measured == 99.0


def test_pictures_say_what_the_first_trained_network_says():
    answers = _answers()
    _, result = _claims(answers)
    images = images_of("mnist", 2, 0)
    row = result.images[0]
    outputs = answers.network().passed(images["uniform"]).outputs
    assert row.captions[0] == f"uniform: {outputs[0].argmax()} ({outputs[0].max():.2f})"
    np.testing.assert_array_equal(row.images[0].ravel(), images["uniform"][0])
    assert len(row.images) == 2 * len(images)


def test_test_digits_are_spread_over_the_whole_split():
    digits = images_of("mnist", 4, 0)[DIGITS]
    wanted = load_mnist().test.inputs(np.array([0, 2_500, 5_000, 7_500]))
    np.testing.assert_array_equal(digits, wanted)
