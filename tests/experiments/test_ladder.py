"""The ladder: one change a rung, and what it says of made-up networks."""

import dataclasses

import numpy as np
import pytest

from gdviz.experiments import ladder
from gdviz.experiments.ladder import EXPERIMENT
from gdviz.experiments.ladder_rungs import Climbed, LadderSettings, configs_of, gains_of, rungs_of
from gdviz.experiments.ladder_verdicts import claims_of, figures_of
from gdviz.experiments.training_task import TrainingOutcome

SETTINGS = LadderSettings(n_starts=3, epochs=4)
RUNGS = rungs_of(SETTINGS, is_square=True)
CONFIGS = configs_of(SETTINGS, RUNGS)


def outcome(accuracy, *, epochs=4.0, diverged_at=None):
    """A network that got so many per cent of 10,000 test images."""
    right = round(100 * accuracy)
    return TrainingOutcome(
        np.array([0.0, epochs]),
        np.array([2.0, 0.1]),
        np.array([2.0, 0.1]),
        np.array([100, 900]),
        np.array([1000, right]),
        1_000,
        10_000,
        np.zeros(1, np.float32),
        diverged_at,
        {"film_correct": np.array([30.0, 285.0])},
    )


def climbed(*groups):
    """One rung for each group of accuracies."""
    return [
        Climbed(rung, config, tuple(map(outcome, group)))
        for rung, config, group in zip(RUNGS, CONFIGS, groups, strict=False)
    ]


def claims(*groups):
    rungs = climbed(*groups)
    return claims_of(rungs, gains_of(rungs), is_done=True)


def test_each_rung_changes_what_it_says_and_nothing_else():
    for before, after, rung in zip(CONFIGS, CONFIGS[1:], RUNGS[1:], strict=False):
        changed = {
            field.name
            for field in dataclasses.fields(after)
            if getattr(before, field.name) != getattr(after, field.name)
        }
        named = {"layer_sizes" if key == "hidden" else key for key in rung.changes}
        assert changed == named
        assert changed - {"learning_rate", "cost", "initializer"}


def test_settings_reach_the_networks():
    settings = LadderSettings(hidden=(30, 20, 10), shift=2.5, epochs=3, seed=11)
    configs = configs_of(settings, rungs_of(settings, is_square=True))
    assert configs[-1].layer_sizes == (784, 30, 20, 10, 10)
    assert configs[-1].augment_shift == 2.5
    assert {(c.epochs, c.schedule_epochs, c.seed) for c in configs} == {(3, 3.0, 11)}


def test_images_that_are_not_square_are_not_moved():
    assert rungs_of(SETTINGS, is_square=False) == RUNGS[:-1]


@pytest.mark.parametrize(
    ("accuracies", "holds"),
    [
        ((95.9, 96.0, 96.1), True),
        ((94.9, 95.0, 95.1), False),
        ((94.0, 96.0, 98.0), None),
        ((95.3, 95.4, 95.5), None),
        ((96.0,), None),
    ],
)
def test_claim_of_the_first_rung_is_about_what_is_said(accuracies, holds):
    first, *_ = claims(accuracies)
    assert first.holds is holds
    assert first.measured == pytest.approx(np.mean(accuracies))


@pytest.mark.parametrize(
    ("accuracies", "holds"),
    [((98.3, 98.4, 98.5), True), ((97.0, 97.1, 97.2), False), ((97.5, 98.1, 98.6), None)],
)
def test_claim_of_the_top_is_judged_by_its_interval(accuracies, holds):
    last = claims((96.0, 96.1, 96.2), accuracies)[1]
    assert last.holds is holds
    assert RUNGS[1].title in last.verdict


@pytest.mark.parametrize(
    ("groups", "holds"),
    [
        (((95, 95.1, 95.2), (96, 96.1, 96.2), (98, 98.1, 98.2)), True),
        (((95, 95.1, 95.2), (96, 96.1, 96.2), (94, 94.1, 94.2)), False),
        (((95, 95.1, 95.2), (95, 95.1, 95.25), (98, 98.1, 98.2)), None),
    ],
)
def test_claim_of_the_gains_needs_all_of_them(groups, holds):
    gain = claims(*groups)[2]
    assert gain.holds is holds
    means = np.diff([np.mean(group) for group in groups])
    assert gain.measured == pytest.approx(means.min())
    assert gain.interval[0] <= gain.measured <= gain.interval[1]


def test_figures_name_the_rung_that_gained_most():
    rungs = climbed((95, 95.2), (95.5, 95.6), (97, 97.1), (97.2, 97.3))
    figures = figures_of(rungs, gains_of(rungs))
    assert figures["gained_most"] == "ReLU"
    assert figures["gained_most_kind"] == 0
    assert figures["gains"] == pytest.approx([0.45, 1.5, 0.2])


def test_networks_in_training_are_not_counted_but_seen():
    """A rung counts when all of its networks are trained; what diverged is done too."""
    known = [outcome(95.0), outcome(95.1), outcome(95.2)]
    known += [outcome(96.0), outcome(10.0, epochs=1.0, diverged_at=7), outcome(96.0)]
    known += [outcome(97.0), outcome(90.0, epochs=2.0), None]
    known += [None] * (3 * len(RUNGS) - len(known))
    partial = ladder._conclude(SETTINGS, RUNGS, known)
    assert partial.figures["rungs"] == [rung.title for rung in RUNGS[:2]]
    assert len(partial.claims) == 1
    assert EXPERIMENT.prediction.answer(partial) is None
    curves = {chart.key: chart for chart in partial.charts}["curves"]
    assert [series.label for series in curves.series] == [rung.title for rung in RUNGS[:3]]
    nothing = ladder._conclude(SETTINGS, RUNGS, [None] * len(known))
    assert not nothing.charts
