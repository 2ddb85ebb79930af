"""The sweep against a trainer moved by hand, and the reading of curves whose valley is known."""

import numpy as np
import pytest

from gdviz.analysis.rate_range import (
    FEWEST_STEPS,
    MOST_STEPS,
    find_rate_range,
    highest_rate,
    suggested_rate,
    sweep_steps,
)
from gdviz.engine.engine import N_GROUPS
from gdviz.training.trainer import Trainer

RATES = np.geomspace(1e-4, 100, 601)


@pytest.fixture
def begun(blobs, small_config):
    """A run in the middle of its second epoch, with a memory and a schedule."""
    config = small_config.replace(optimizer="adam", learning_rate=0.01, schedule="cosine")
    trainer = Trainer(config, blobs)
    for _ in range(3):
        trainer.advance(9)
    return trainer


def test_sweep_is_the_trainer_moved_by_hand(blobs, begun):
    found = find_rate_range(begun.config, blobs, begun.state(), n_steps=80, highest=0.5)
    copy = Trainer(begun.config.replace(schedule="constant"), blobs, begun.state())
    costs, rates = [], []
    for k in range(80):
        copy.set_learning_rate(1e-5 * (0.5 / 1e-5) ** (k / 79))
        records = copy.advance(1)
        costs.append(records["cost"][0])
        rates.append(records["learning_rate"][0])
    assert found.step == begun.step
    assert np.array_equal(found.costs, np.array(costs, float))
    assert np.array_equal(found.learning_rates.astype(np.float32), np.array(rates))
    weights = np.exp(-np.arange(80)[::-1] / 4)  # a twentieth of the steps
    assert found.smoothed[-1] == pytest.approx((weights * costs).sum() / weights.sum())


def test_sweep_does_not_touch_the_run(blobs, begun, small_config):
    before = begun.state()
    find_rate_range(begun.config, blobs, before, n_steps=60)
    assert begun.parameters.vector.tobytes() == before.parameters.vector.tobytes()
    assert (begun.step, begun.config.learning_rate, begun.marks) == (before.step, 0.01, ())


def test_sweep_ends_where_the_cost_breaks_out(blobs, small_config):
    config = small_config.replace(
        hidden_activation="relu", output_activation="softmax", cost="cross_entropy"
    )
    found = find_rate_range(config, blobs, highest=1e6)
    assert found.broke_at is not None
    assert found.learning_rates[-1] <= found.broke_at < 1e6
    assert f"From η = {found.broke_at:.2g} on the cost breaks out." in found.reason
    assert found.suggestion < found.lowest_at < found.broke_at
    # What is suggested learns, and what breaks out does not.
    level = found.smoothed[5]
    reached = {}
    for rate in (found.suggestion, found.broke_at):
        trainer = Trainer(config.replace(learning_rate=rate), blobs)
        while trainer.step < 190 and trainer.diverged_at is None:
            records = trainer.advance(190)
        reached[rate] = np.inf if trainer.diverged_at is not None else records["cost"].mean()
    assert reached[found.suggestion] < 0.5 * level < reached[found.broke_at]


def test_a_cost_that_is_not_finite_ends_the_sweep(blobs, small_config):
    config = small_config.replace(
        hidden_activation="relu", output_activation="softmax", cost="cross_entropy"
    )
    config = config.replace(layer_sizes=(16, 8, 8, 8, 8, 3), optimizer="momentum")
    found = find_rate_range(config, blobs, lowest=1e7, highest=1e9, n_steps=200)
    assert found.broke_at is not None
    assert len(found.costs) < 200
    assert np.isfinite(found.costs).all()
    assert found.suggestion is None
    assert found.reason.startswith("Already the smallest steps make the cost break out.")


def test_arrays_are_read_only(blobs, small_config):
    found = find_rate_range(small_config, blobs, n_steps=40)
    for array in (found.learning_rates, found.costs, found.smoothed):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_told_to_stop_gives_nothing_and_progress_rises_to_one(blobs, small_config):
    shares = []
    assert find_rate_range(small_config, blobs, n_steps=40, progress=shares.append) is not None
    assert shares == [(k + 1) / 40 for k in range(40)]
    shares.clear()
    stopped = find_rate_range(
        small_config, blobs, n_steps=40, progress=shares.append,
        should_stop=lambda: len(shares) == 7,
    )  # fmt: skip
    assert stopped is None
    assert len(shares) == 7


def test_told_to_stop_within_a_large_step_gives_nothing(mnist, small_config):
    asked = []
    config = small_config.replace(layer_sizes=(784, 8, 10), mini_batch="all", n_examples=3000)

    def should_stop():
        asked.append(None)
        return len(asked) > 2  # before the step, and in the second part of it

    assert find_rate_range(config, mnist, should_stop=should_stop) is None
    assert 3 <= len(asked) <= 1 + N_GROUPS


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"lowest": 0.0}, "0 to 100 is no range"),
        ({"lowest": 1.0, "highest": 1.0}, "1 to 1 is no range"),
        ({"n_steps": 1}, "at least two steps, not 1"),
    ],
)
def test_what_is_no_sweep_is_refused(blobs, small_config, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        find_rate_range(small_config, blobs, **options)


def test_bounds_of_a_sweep():
    taken = [sweep_steps(mini_batch, 60_000) for mini_batch in (1, 32, 1000, 60_000)]
    assert taken == [MOST_STEPS, MOST_STEPS, 480, FEWEST_STEPS]
    assert sweep_steps(16, 300) == 150
    assert highest_rate("gradient_descent") == highest_rate("adagrad") > highest_rate("adam")


def valley(at, depth=0.9, width=1.5):
    """A cost that is 1, falls to a single lowest point and rises as it fell."""
    distance = np.log10(RATES / at)
    return 1 - depth * np.exp(-((distance / width) ** 2)) + 3 * np.clip(distance, 0, None)


@pytest.mark.parametrize("at", [0.02, 0.3, 4.0])
def test_suggestion_is_a_tenth_of_the_lowest_point(at):
    lowest_at, suggestion, reason = suggested_rate(RATES, valley(at), 30, None)
    assert lowest_at == pytest.approx(at, rel=0.03)
    assert suggestion == float(f"{lowest_at / 10:.2g}")
    assert f"and then rises; a tenth of that, {suggestion:g}, is suggested." in reason


def test_a_second_valley_behind_a_rise_does_not_count():
    curve = np.minimum(valley(0.05, 0.5, 0.5), valley(30.0, 0.9, 0.5))
    lowest_at, _, _ = suggested_rate(RATES, curve, 30, None)
    assert lowest_at == pytest.approx(0.05, rel=0.1)


def test_without_a_fall_there_is_no_suggestion_but_a_reason():
    curve = np.where(RATES < 10, 1 - 0.05 * np.log10(RATES / 1e-4) / 5, 5.0)
    lowest_at, suggestion, reason = suggested_rate(RATES, curve, 30, 10.0)
    assert (lowest_at, suggestion) == (None, None)
    assert reason.startswith(
        "The smoothed cost never falls by a tenth below its first level of 0.997"
    )
    assert reason.endswith("From η = 10 on the cost breaks out.")


def test_a_fall_to_the_end_says_that_more_was_not_tried():
    curve = 1 / (1 + RATES)
    lowest_at, suggestion, reason = suggested_rate(RATES, curve, 30, None)
    assert (lowest_at, suggestion) == (pytest.approx(100.0), 10.0)
    assert "the highest that was tried" in reason


def test_start_that_does_not_count_yet_is_no_level():
    """One easy mini-batch at the start of the mean is not what the fall is measured from."""
    curve = valley(1.0)
    curve[:30] = 0.0001
    assert suggested_rate(RATES, curve, 30, None)[0] == pytest.approx(1.0, rel=0.03)
