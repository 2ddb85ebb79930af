"""Steep neurons: what is tried, which learning rate counts, and verdicts on made-up networks."""

import math

import numpy as np
import pytest

from gdviz.analysis.smoothness import HARD, Smoothness
from gdviz.experiments import step_activations
from gdviz.experiments.step_activations import EXPERIMENT
from gdviz.experiments.step_runs import (
    LOOKED_AT,
    Attempt,
    Seen,
    StepSettings,
    Trained,
    attempts_of,
    tasks_of,
    trained_of,
)
from gdviz.experiments.step_verdicts import Known, claims_of
from gdviz.experiments.training_task import TrainingOutcome, TrainingTask, dataset_of, train
from gdviz.training.config import TrainingConfig
from gdviz.training.state import initial_state
from gdviz.training.trainer import Trainer

SETTINGS = StepSettings(steepnesses=(10.0,), n_starts=2, epochs=4)


class NoChannel:
    def look(self):
        pass

    def tell(self, share, part):
        pass


def outcome(accuracy, cost=0.1, *, config=None, epochs=4.0, diverged_at=None):
    """A network that got so many per cent of 10,000 test images, where its start was."""
    vector = np.zeros(1, np.float32)
    if config is not None:
        vector = initial_state(config).parameters.vector
    return TrainingOutcome(
        np.array([0.0, epochs]),
        np.array([2.0, cost]),
        np.array([2.0, 0.1]),
        np.array([100, 900]),
        np.array([1000, round(100 * accuracy)]),
        1_000,
        10_000,
        vector,
        diverged_at,
    )


def trained(steepness, *accuracies):
    attempt = Attempt(steepness, 0.7)
    config = attempt.config(SETTINGS)
    outcomes = [
        outcome(accuracy, config=config.replace(seed=config.seed + start))
        for start, accuracy in enumerate(accuracies)
    ]
    return Trained(attempt, config, tuple(outcomes))


def seen(hard, *, fall=1e-9):
    """A network that has 90 % at k ≤ 1 and `hard` with steps; above k = 1 its gradient falls."""
    looks = [
        Smoothness(k, 0.1, 0.05, 1.0 if k <= 1 else fall, 900, 900, 1_000, (0.5, 0.2))
        for k in LOOKED_AT
    ]
    right = round(10 * hard)
    return Seen((*looks, Smoothness(HARD, 0.3, 0, 0, right, right, 1_000, (1, 1))), np.empty(0))


def known(networks, looks=()):
    return Known(SETTINGS, {one.attempt.steepness: one for one in networks}, tuple(looks))


def test_every_steepness_is_tried_with_three_rates_and_one_and_steps_once():
    attempts = attempts_of(StepSettings(steepnesses=(0.5, 10.0), learning_rate=2.0))
    assert [(a.steepness, a.learning_rate) for a in attempts] == [
        (1, 2),
        (HARD, 2),
        (0.5, 2),
        (0.5, 4),
        (0.5, 8),
        (10, 2),
        (10, 0.2),
        (10, pytest.approx(0.02)),
    ]
    assert len(tasks_of(SETTINGS)) == 2 * 5


def test_steep_network_is_the_gentle_one_with_larger_weights():
    """σ(kz) of W, b with η/k² goes where σ(z) of kW, kb goes with η."""
    gentle = TrainingConfig(layer_sizes=(784, 4, 10), n_examples=200, mini_batch=20)
    steep = gentle.replace(steepness=4.0, learning_rate=gentle.learning_rate / 16)
    dataset = dataset_of("mnist")
    start = initial_state(gentle).parameters.vector
    ends = []
    for config, factor in ((gentle, 4), (steep, 1)):
        trainer = Trainer(config, dataset)
        trainer.move_to(factor * start)
        trainer.advance(10)
        ends.append(trainer.parameters.vector / factor)
    assert np.abs(ends[0] - start).max() > 1e-3
    np.testing.assert_allclose(ends[0], ends[1], atol=1e-5)


def test_learning_rate_of_the_lowest_cost_counts():
    attempts = attempts_of(SETTINGS)
    costs = {0: 0.1, 1: 0.9, 2: 0.5, 3: 0.2, 4: 0.4}
    outcomes = [outcome(90.0, costs[i]) for i in range(len(attempts)) for _ in range(2)]
    found = trained_of(SETTINGS, outcomes)
    assert list(found) == [1.0, 10.0, HARD]
    assert found[10.0].attempt == attempts[3]
    outcomes[6] = outcome(90.0, math.nan, diverged_at=3)
    assert trained_of(SETTINGS, outcomes)[10.0].attempt == attempts[4]


def test_steepness_counts_when_all_its_rates_are_done():
    outcomes = [outcome(90.0) for _ in range(9)] + [outcome(90.0, epochs=2.0)]
    assert list(trained_of(SETTINGS, outcomes)) == [1.0, HARD]
    partial = step_activations._conclude(SETTINGS, outcomes, [None, None])
    assert EXPERIMENT.prediction.answer(partial) is None
    assert step_activations._conclude(SETTINGS, [None] * 10, []).charts == ()


@pytest.mark.parametrize(
    ("hard", "holds", "answer"),
    [((88, 87.8), True, 0), ((60, 59.9), False, 1), ((40, 39), False, 2), ((88, 60), None, 1)],
)
def test_recognising_is_judged_by_what_is_kept_above_chance(hard, holds, answer):
    claim = claims_of(known([trained(1.0, 90, 90.2)], map(seen, hard)))[0]
    assert claim.holds is holds
    assert claim.measured == pytest.approx(np.mean([100 * (h - 10) / 80 for h in hard]))
    outcomes = [outcome(90.0) for _ in range(10)]
    result = step_activations._conclude(SETTINGS, outcomes, list(map(seen, hard)))
    assert EXPERIMENT.prediction.answer(result) == answer


@pytest.mark.parametrize(("falls", "holds"), [((1e-9, 1e-4), True), ((1e-9, 0.5), False)])
def test_gradient_is_gone_only_if_it_is_in_all_networks(falls, holds):
    looks = [seen(88, fall=fall) for fall in falls]
    claim = claims_of(known([trained(1.0, 90, 90.2)], looks))[1]
    assert claim.holds is holds
    assert claim.measured == (2.0 if holds else None)


@pytest.mark.parametrize(
    ("hard", "holds"), [((30, 31), True), ((95, 95.1), False), ((20, 95), None), ((30,), None)]
)
def test_steps_cannot_learn_only_if_they_do_worse(hard, holds):
    networks = [trained(1.0, 90, 90.2), trained(HARD, *hard)]
    claim = claims_of(known(networks))[0]
    assert claim.holds is holds
    assert "None of its 12,832" in claim.verdict


def test_steps_whose_hidden_layers_moved_did_learn():
    steps = trained(HARD, 30, 31)
    steps.outcomes[1].vector.flags.writeable = True
    steps.outcomes[1].vector[[3, 12_831, 12_832]] += 1
    assert steps.n_moved() == 2
    assert claims_of(known([trained(1.0, 90, 90.2), steps]))[0].holds is False


@pytest.mark.parametrize(("steep", "holds"), [((20, 21), True), ((95, 95.1), False)])
def test_steep_sigmoids_are_compared_with_gentle_ones(steep, holds):
    networks = [trained(1.0, 90, 90.2), trained(10.0, *steep), trained(HARD, 30, 31)]
    claim = claims_of(known(networks))[-1]
    assert claim.holds is holds
    assert claim.measured == pytest.approx(90.1 - np.mean(steep))


def test_network_of_steps_really_moves_its_last_layer_alone():
    settings = StepSettings(n_starts=1, epochs=1)
    config = Attempt(HARD, 0.7).config(settings).replace(n_examples=300)
    found = train(TrainingTask(config, n_train=100, n_test=100), NoChannel())
    one = Trained(Attempt(HARD, 0.7), config, (found,))
    assert one.n_moved() == 0
    assert not np.array_equal(found.vector, initial_state(config).parameters.vector)
