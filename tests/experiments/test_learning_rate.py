"""The learning rate: what is marked and judged, on made-up networks and descents."""

import math

import numpy as np
import pytest

from gdviz.experiments import learning_rate
from gdviz.experiments.learning_rate import EXPERIMENT
from gdviz.experiments.rate_pictures import charts_of
from gdviz.experiments.rate_runs import (
    LESSON,
    OTHER,
    AtRate,
    Descent,
    Path,
    RateSettings,
    descend,
    descents_of,
    sweep_tasks,
    sweeps_of,
)
from gdviz.experiments.rate_verdicts import Known, claims_of
from gdviz.experiments.training_task import TrainingOutcome, dataset_of
from gdviz.nn import network
from gdviz.nn.parameters import Parameters
from gdviz.training.state import initial_state

SETTINGS = RateSettings(
    rates=(0.01, 0.1, 1.0),
    n_starts=2,
    full_batch_rates=(0.5, 0.2),
    full_batch_starts=1,
    steps=4,
    looks=5,
)


class NoChannel:
    def look(self):
        pass

    def tell(self, share, part):
        pass


def outcome(accuracy, *, diverged_at=None, epochs=3.0):
    return TrainingOutcome(
        np.array([0.0, epochs]),
        np.array([2.0, 0.1]),
        np.array([2.0, 0.1]),
        np.array([100, 900]),
        np.array([1000, round(100 * accuracy)]),
        1_000,
        10_000,
        np.zeros(1, np.float32),
        diverged_at,
    )


def sweep(*groups):
    config = SETTINGS.network(LESSON)
    return [
        AtRate(rate, config.replace(learning_rate=rate), tuple(map(outcome, group)))
        for rate, group in zip(SETTINGS.rates, groups, strict=True)
    ]


def path(ratios, costs=(4, 3, 3.5, 2), rate=0.5, diverged_at=None):
    config = SETTINGS.network(OTHER).replace(learning_rate=rate)
    curvatures = np.array(ratios) * 2 / rate
    steps = np.arange(len(ratios), dtype=float)
    vector = np.zeros(1, np.float32)
    return Path(config, np.array(costs, float), steps, curvatures, diverged_at, vector)


def known(*paths, sweeps=None):
    return Known(SETTINGS, sweeps or {LESSON: [], OTHER: []}, paths, is_done=bool(paths))


@pytest.mark.parametrize(
    ("groups", "holds"),
    [
        (((50, 50.1), (90, 90.1), (10, 10.1)), True),
        (((90, 90.1), (90, 90.1), (10, 10.1)), None),
        (((10, 10.1), (50, 50.1), (90, 90.1)), None),
        (((50, 60), (90, 90.1), (10, 10.1)), None),
    ],
)
def test_far_rates_are_judged_on_both_sides(groups, holds):
    claim, *_ = claims_of(known(sweeps={LESSON: sweep(*groups), OTHER: []}))
    assert claim.holds is holds
    best = max(np.mean(group) for group in groups)
    if holds:
        assert claim.measured == pytest.approx(best - 50.05)
    if groups[2][0] == 90:
        assert "nothing was tried on the other side" in claim.verdict


def test_what_diverged_and_what_is_at_chance_is_marked_by_name():
    config = SETTINGS.network(LESSON)
    gone = AtRate(1.0, config, (outcome(90.0), outcome(12.0, diverged_at=1234)))
    assert gone.fate == "diverged in 1 of 2, at step 1,234 first"
    stuck = AtRate(0.1, config, (outcome(19.9), outcome(20.1)))
    assert stuck.fate == "at chance in 1 of 2"
    assert AtRate(0.01, config, (outcome(90.0),)).fate == ""
    charts = charts_of(known(sweeps={LESSON: [stuck, gone], OTHER: []}))
    labels = {series.label: series for series in charts[0].series}
    assert labels["diverged: Sigmoid, sigmoid, quadratic"].x.tolist() == [1.0]
    assert labels["at chance: Sigmoid, sigmoid, quadratic"].x.tolist() == [0.1]


def test_costs_are_drawn_without_what_is_not_finite():
    """A mean cost has no interval below 0, and infinite ones leave a gap."""
    sound, lost = outcome(90.0), outcome(12.0, diverged_at=5)
    lost.train_cost[-1] = np.inf
    sound.train_cost[-1] = 4.0
    config = SETTINGS.network(LESSON)
    rates = [AtRate(0.1, config, (sound, outcome(90.0))), AtRate(1.0, config, (sound, lost))]
    charts = {chart.key: chart for chart in charts_of(known(sweeps={LESSON: rates, OTHER: []}))}
    curve = charts["cost-lesson"].series[0]
    np.testing.assert_allclose(curve.y, [np.sqrt(0.4), np.nan])
    assert 0 < curve.low[0] < curve.y[0] < curve.high[0]


def test_sweep_knows_its_tasks_by_their_places():
    tasks = sweep_tasks(SETTINGS)
    assert len(tasks) == 2 * 3 * 2
    known_outcomes = [None] * 12
    known_outcomes[2:4] = outcome(80.0), outcome(81.0)
    known_outcomes[10:12] = outcome(70.0), outcome(71.0, epochs=1.0)
    known_outcomes[8:10] = outcome(60.0), outcome(61.0)
    sweeps = sweeps_of(SETTINGS, known_outcomes)
    assert [(one.rate, one.accuracies.tolist()) for one in sweeps[LESSON]] == [(0.1, [80, 81])]
    assert [one.rate for one in sweeps[OTHER]] == [0.1]
    assert sweeps[OTHER][0].config.hidden_activation == "relu"


def test_path_arrives_at_the_first_look_near_the_edge_after_the_start():
    assert path([1.5, 0.5, 0.85, 0.9, 0.7]).arrival == 2
    assert path([1.5, 0.5, 0.6]).arrival is None
    assert path([1.5, 0.5, 0.6]).since_arrival.size == 0
    one = path([0.2, 0.9, 1.0, 1.1, 1.0], costs=(4, 3, 3.5, 2))
    # From cost 3 on, after step 1: up once, down once.
    assert one.rises(after=True) == (1, 2)
    assert one.rises(after=False) == (0, 1)
    assert one.fall == 1.0


@pytest.mark.parametrize(
    ("ratios", "comes", "stays"),
    [
        (([0.2, 0.9, 1.0, 1.1, 1.0], [0.3, 0.95, 1.0, 1.05, 1.0]), True, True),
        (([0.2, 0.9, 1.0, 1.1, 1.0], [0.3, 0.4, 0.4, 0.3, 0.3]), None, None),
        (([0.2, 0.3, 0.3, 0.3, 0.3], [0.3, 0.4, 0.4, 0.3, 0.3]), False, "absent"),
        (([0.2, 2.9, 3.0, 3.1, 3.0], [0.3, 3.0, 3.0, 3.0, 3.0]), True, False),
        (([0.2, 0.9, 1.0, 1.1, 1.0], [0.3, 3.0, 3.0, 3.0, 3.0]), True, None),
    ],
)
def test_edge_is_judged_by_the_medians_after_the_arrival(ratios, comes, stays):
    claims = claims_of(known(*map(path, ratios)))
    assert claims[0].holds is comes
    assert (claims[1].holds if len(claims) > 1 else "absent") is stays


@pytest.mark.parametrize(
    ("costs", "holds"),
    [
        (((4, 3, 3.5, 2), (4, 3, 3.5, 2)), True),
        (((4, 3, 3.5, 3.6), (4, 3, 3.5, 2)), False),
        (((4, 3, 2.5, 2), (4, 3, 2.5, 2)), None),
    ],
)
def test_cost_must_end_lower_and_rise_meanwhile(costs, holds):
    edge = [0.2, 0.9, 1.0, 1.1, 1.0]
    claim = claims_of(known(*(path(edge, each) for each in costs)))[2]
    # Equal shares have an interval of no width; from no rises at all nothing follows.
    assert claim.holds is holds


def test_descent_is_full_batch_gradient_descent_by_hand():
    """Costs and parameters against the reference, the curvature against its definition."""
    settings = RateSettings(full_batch_images=60, steps=3, looks=4, full_batch_rates=(0.2,))
    task = descents_of(settings)[0]
    found = descend(task, NoChannel())
    config = task.config
    train = dataset_of("mnist").train.first(60)
    images, targets = train.inputs(slice(None), float), network.one_hot(train.labels, 10, float)
    start = initial_state(config).parameters
    here = Parameters(start.vector.astype(float), start.layout)
    costs = []
    for _ in range(3):
        cost, slope = network.gradient(config.architecture, here, images, targets, config.cost)
        costs.append(cost)
        here = Parameters(here.vector - 0.2 * slope.vector, here.layout)
    np.testing.assert_allclose(found.costs, costs, rtol=1e-4)
    np.testing.assert_allclose(found.vector, here.vector, atol=1e-5)
    assert found.looked_at.tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(found.ratios, found.curvatures * 0.2 / 2)
    # No direction curves more than the largest curvature says, and the gradient's is near it.
    steepest = slope.vector / np.linalg.norm(slope.vector)
    bend = _bend(config, here, images, targets, steepest)
    assert 0 < bend <= found.curvatures[-1] * 1.01


def _bend(config, here, images, targets, direction, step=1e-4):
    slopes = [
        network.gradient(
            config.architecture,
            Parameters(here.vector + sign * step * direction, here.layout),
            images,
            targets,
            config.cost,
        )[1].vector
        for sign in (1, -1)
    ]
    return (slopes[0] - slopes[1]) @ direction / (2 * step)


def test_descent_that_diverges_says_so_and_ends():
    config = RateSettings(full_batch_images=60).network(OTHER).replace(
        mini_batch="all", n_examples=60, epochs=400, learning_rate=1e6,
        output_activation="identity", cost="quadratic",
    )  # fmt: skip
    found = descend(Descent(config, 11), NoChannel())
    assert found.diverged_at is not None
    assert found.diverged_at < 400
    assert np.isfinite(found.curvatures).all()
    assert learning_rate._is_whole(found, RateSettings(steps=400))


def test_partial_result_makes_no_claim():
    half = path([0.2, 0.9, 1.0], costs=(4, 3))
    partial = learning_rate._conclude(SETTINGS, [None] * 12, [half, None])
    assert partial.claims == ()
    assert EXPERIMENT.prediction.answer(partial) is None
    assert {chart.key for chart in partial.charts} == {"curvature", "descent"}
    assert learning_rate._conclude(SETTINGS, [None] * 12, []).charts == ()
    assert math.isclose(partial.figures["descents"][0]["ratios"][1], 0.9)
