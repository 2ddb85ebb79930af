"""Two branches at an equal step: where they parted, and what is compared with what."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.branch_comparison import (
    compare_branches,
    compare_costs,
    compare_scores,
    fork_step,
    settings_at,
)
from gdviz.analysis.differences import LEAST_PAIRS
from gdviz.analysis.history import CurveHistory
from gdviz.training.branches import BranchInfo
from gdviz.training.config import TrainingConfig
from gdviz.training.evaluation import Evaluation
from gdviz.training.marks import ENGINE, Mark
from gdviz.training.records import record_dtype

CONFIG = TrainingConfig(learning_rate=0.5)
FASTER = Mark(100, "learning_rate", 0.5, 7.0)


def history_of(costs, first_step=1, most_rows=None):
    records = np.zeros(len(costs), record_dtype(2))
    records["step"] = np.arange(first_step, first_step + len(costs))
    records["cost"] = costs
    history = CurveHistory(2, most_rows)
    history.append(records)
    return history


def evaluation(step, correct, total=10_000):
    return Evaluation(step, 0.0, 0.1, correct, total, 0.1, correct, total)


def branch(number, parent, fork, step, *marks, config=CONFIG):
    return BranchInfo(number, parent, fork, step, config, marks)


# Where two branches parted


def test_fork_step_of_parent_and_child_is_that_of_the_child():
    main, child = branch(1, None, 0, 900), branch(2, 1, 100, 300)
    assert fork_step(main, child, (main, child)) == 100
    assert fork_step(child, main, (main, child)) == 100


def test_fork_step_of_siblings_is_the_earlier_one():
    main, early, late = branch(1, None, 0, 900), branch(2, 1, 100, 300), branch(3, 1, 500, 600)
    assert fork_step(early, late, (main, early, late)) == 100


def test_fork_step_counts_a_fork_within_the_shared_past():
    """Branch 3 left branch 2 before that had left the first: it shares less with the first."""
    main, child = branch(1, None, 0, 900), branch(2, 1, 400, 600)
    grandchild = branch(3, 2, 200, 900)
    assert fork_step(main, grandchild, (main, child, grandchild)) == 200
    assert fork_step(child, grandchild, (main, child, grandchild)) == 200


def test_fork_step_after_a_branch_between_is_deleted_is_no_shared_one():
    main, grandchild = branch(1, None, 0, 900), branch(3, 2, 500, 900)
    assert fork_step(main, grandchild, (main, grandchild)) == 500
    twin = branch(4, 2, 300, 900)
    assert fork_step(twin, grandchild, (twin, grandchild)) == 300


@given(st.data())
def test_fork_step_is_where_ways_differ(data):
    """Against ways written out step by step as lists of who took each."""
    infos, ways = [branch(1, None, 0, 40)], {1: [1] * 40}
    for number in range(2, data.draw(st.integers(3, 6))):
        parent = data.draw(st.sampled_from(infos))
        fork = data.draw(st.integers(0, parent.step))
        step = data.draw(st.integers(fork, 60))
        infos.append(branch(number, parent.id, fork, step))
        ways[number] = ways[parent.id][:fork] + [number] * (step - fork)
    first, second = data.draw(st.sampled_from(infos)), data.draw(st.sampled_from(infos))
    equal = [a == b for a, b in zip(ways[first.id], ways[second.id], strict=False)]
    common = equal.index(False) if False in equal else len(equal)
    found = fork_step(first, second, infos)
    assert min(found, first.step, second.step) == common


# Settings


def test_settings_at_a_step_are_those_before_later_changes():
    info = branch(
        1,
        None,
        0,
        900,
        FASTER,
        Mark(200, ENGINE, "numpy", "compiled"),
        Mark(300, "learning_rate", 7.0, 0.1),
        config=CONFIG.replace(learning_rate=0.1),
    )
    rates = [settings_at(info, step)["learning_rate"] for step in (99, 100, 299, 300)]
    assert rates == [0.5, 7.0, 7.0, 0.1]
    assert "epochs" not in settings_at(info, 0)


def test_comparison_lists_settings_and_own_changes():
    earlier = Mark(50, "l2", 0.1, 0.0)
    main = branch(1, None, 0, 900, earlier, Mark(800, "learning_rate", 0.5, 9.0))
    main = branch(1, None, 0, 900, *main.marks, config=CONFIG.replace(learning_rate=9.0))
    child = branch(2, 1, 100, 400, earlier, FASTER, config=CONFIG.replace(learning_rate=7.0))
    histories = history_of(np.ones(900)), history_of(np.ones(400))
    found = compare_branches(main, child, histories, (main, child))
    assert (found.step, found.fork_step) == (400, 100)
    assert [(d.setting, d.first, d.second) for d in found.settings] == [("learning_rate", 0.5, 7.0)]
    assert found.changes == ((), (FASTER,))


def test_costs_of_other_cost_functions_are_not_compared():
    main = branch(1, None, 0, 300)
    change = Mark(100, "cost", "quadratic", "cross_entropy")
    other = branch(2, 1, 100, 300, change, config=CONFIG.replace(cost="cross_entropy"))
    histories = history_of(np.ones(300)), history_of(np.ones(300))
    found = compare_branches(main, other, histories, (main, other))
    assert not found.has_one_cost
    assert found.costs is None


@pytest.mark.parametrize(("setting", "is_paired"), [("learning_rate", True), ("mini_batch", False)])
def test_pairs_are_of_the_same_examples_unless_mini_batches_differ(setting, is_paired):
    main = branch(1, None, 0, 300)
    other = branch(2, 1, 100, 300, Mark(100, setting, 0.5, 7))
    histories = history_of(np.ones(300)), history_of(np.ones(300))
    found = compare_branches(main, other, histories, (main, other))
    assert found.costs.is_paired is is_paired


# Mini-batch costs


def test_paired_difference_sees_what_the_scatter_of_mini_batches_hides():
    generator = np.random.default_rng(1)
    batches = generator.lognormal(-2, 0.5, 600)
    first, second = (
        history_of(batches),
        history_of(batches + 0.004 + generator.normal(0, 0.002, 600)),
    )
    found = compare_costs(first, second, 600, 0, is_paired=True)
    assert found.n_pairs == 600
    assert not found.difference.is_within_noise
    assert found.difference.low < 0.004 < found.difference.high
    assert (found.first, found.second) == (first.smoothed[-1], second.smoothed[-1])


def test_costs_before_the_fork_do_not_count():
    costs = np.ones(500)
    costs[400:] += 0.25
    found = compare_costs(history_of(np.ones(500)), history_of(costs), 500, 400, is_paired=True)
    assert found.n_pairs == 100
    assert found.difference.value == pytest.approx(0.25)


def test_longer_branch_is_compared_where_the_shorter_one_ends():
    long = np.concatenate([np.ones(300), np.full(200, 9.0)])
    found = compare_costs(history_of(long), history_of(np.full(300, 0.5)), 300, 0, is_paired=True)
    assert found.difference.value == pytest.approx(-0.5)
    assert found.first == pytest.approx(1.0)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_no_interval_where_a_cost_is_no_number(bad):
    costs = np.ones(200)
    costs[150] = bad
    found = compare_costs(history_of(np.ones(200)), history_of(costs), 200, 0, is_paired=True)
    assert found.difference is None


def test_no_interval_of_too_few_steps():
    one, other = history_of(np.ones(500)), history_of(np.full(500, 2.0))
    assert compare_costs(one, other, 500, 500 - LEAST_PAIRS + 1, is_paired=True).difference is None
    assert compare_costs(one, other, 500, 500 - LEAST_PAIRS, is_paired=True).difference is not None
    assert compare_costs(one, other, 500, 500, is_paired=True) is None


def test_merged_steps_are_no_pairs():
    """Of a thinned history only what is left step by step is paired, none of its extremes."""
    costs = np.random.default_rng(0).lognormal(size=6000)
    thinned, whole = history_of(costs, most_rows=1024), history_of(costs)
    step = 5000
    assert int(thinned.steps[0]) == 1
    assert step not in thinned.steps[-256:]
    early = compare_costs(thinned, whole, step, 0, is_paired=True)
    assert early.n_pairs < 4
    assert early.difference is None
    late = compare_costs(thinned, whole, 6000, 0, is_paired=True)
    assert late.n_pairs >= 256
    assert late.difference.value == 0


# Accuracy


def test_evaluations_of_one_step_are_preferred_unless_they_are_far():
    first = [evaluation(200, 9000), evaluation(950, 9100), evaluation(996, 9200)]
    second = [evaluation(200, 9050), evaluation(950, 9300), evaluation(1000, 9400)]
    assert compare_scores(first, second, 1000, 100).first.step == 996
    found = compare_scores(first[:2], second[:2], 1000, 100)
    assert (found.first.step, found.second.step) == (950, 950)
    assert found.accuracy.value == pytest.approx(0.02)
    near = compare_scores([evaluation(200, 1), evaluation(995, 1)], second, 1000, 100)
    assert (near.first.step, near.second.step) == (995, 1000)
    apart = compare_scores([evaluation(930, 1), evaluation(200, 1)][::-1], second, 1000, 100)
    assert (apart.first.step, apart.second.step) == (930, 950)


def test_shared_evaluations_are_not_compared():
    shared = [evaluation(100, 9000)]
    assert compare_scores(shared, shared, 300, 100) is None


def test_evaluations_on_other_images_are_not_compared():
    assert compare_scores([evaluation(5, 90, 100)], [evaluation(5, 900, 1000)], 9, 0) is None
