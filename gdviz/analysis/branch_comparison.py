"""Two branches of a run at an equal step: which costs less, which is right more often, how sure.

Pure functions of histories and settings; any thread may call with histories nobody appends to.

Next: `differences`, which says how sure they are.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gdviz.analysis.differences import Difference, mean_difference, proportion_difference
from gdviz.analysis.history import CurveHistory
from gdviz.training.branches import BranchInfo
from gdviz.training.config import TrainingConfig
from gdviz.training.evaluation import Evaluation
from gdviz.training.marks import ENGINE, UNMARKED, Mark, Value

MOST_PAIRS = 1024
"""Steps that are compared: more would tell of how it was, not of how it is."""
GAP_WEIGHT = 10
"""How much worse it is that two evaluations are a step apart than that both are a step away."""
N_NEAR = 64
"""Evaluations before a step, and after it, among which the nearest are looked for."""
SAME_EXAMPLES = frozenset(
    {"mini_batch", "augment_shift", "augment_rotation", "augment_noise", "dropout"}
)
"""Settings that must be equal, or mini-batches of one step are not the same examples."""


@dataclass(frozen=True, slots=True)
class CostComparison:
    """Mini-batch costs of two branches.

    Parameters
    ----------
    first, second : float
        Smoothed cost of each at the step.
    n_pairs : int
        Steps up to it of which both costs are known one by one; 0 if older steps were merged.
    difference : Difference or None
        Of the mean cost over these steps; None if they are too few, or not all are numbers.
    is_paired : bool
        Both saw the same examples at each of these steps.
    """

    first: float
    second: float
    n_pairs: int
    difference: Difference | None
    is_paired: bool


@dataclass(frozen=True, slots=True)
class ScoreComparison:
    """Evaluations of two branches on the test images.

    Parameters
    ----------
    first, second : Evaluation
        At one step, or as near as they are.
    accuracy : Difference
        Of the shares that are right, −1 to 1.
    """

    first: Evaluation
    second: Evaluation
    accuracy: Difference


@dataclass(frozen=True, slots=True)
class SettingDifference:
    """A setting that the two have differently at the step."""

    setting: str
    first: Value
    second: Value


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two branches at an equal step.

    Parameters
    ----------
    step : int
        The newest that both have taken.
    fork_step : int
        Up to which they are the same.
    costs : CostComparison or None
        None if they have no step of their own, or other cost functions.
    scores : ScoreComparison or None
        None if one of them was not evaluated since they parted, or was on other images.
    settings : tuple of SettingDifference
    changes : pair of tuple of Mark
        What each changed since they parted, up to the step.
    has_one_cost : bool
        Both are measured by the same cost function: else costs tell nothing.
    """

    step: int
    fork_step: int
    costs: CostComparison | None
    scores: ScoreComparison | None
    settings: tuple[SettingDifference, ...]
    changes: tuple[tuple[Mark, ...], tuple[Mark, ...]]
    has_one_cost: bool


def compare_branches(
    first: BranchInfo,
    second: BranchInfo,
    histories: tuple[CurveHistory, CurveHistory],
    branches: Sequence[BranchInfo],
) -> Comparison:
    """Compare two branches at the newest step that both have taken.

    Parameters
    ----------
    first, second : BranchInfo
    histories : pair of CurveHistory
        Of each from the start of the run; older stretches may be merged.
    branches : sequence of BranchInfo
        All of the run: they say where the two parted.
    """
    step = min(first.step, second.step)
    parted = fork_step(first, second, branches)
    values = settings_at(first, step), settings_at(second, step)
    differences = tuple(
        SettingDifference(name, value, values[1][name])
        for name, value in values[0].items()
        if value != values[1][name]
    )
    marks = [changes_after(info, parted, step) for info in (first, second)]
    own = (
        tuple(mark for mark in marks[0] if mark not in marks[1]),
        tuple(mark for mark in marks[1] if mark not in marks[0]),
    )
    changed = {mark.setting for mark in (*own[0], *own[1])}
    has_one_cost = values[0]["cost"] == values[1]["cost"]
    return Comparison(
        step,
        parted,
        compare_costs(*histories, step, parted, is_paired=not changed & SAME_EXAMPLES)
        if has_one_cost
        else None,
        compare_scores(histories[0].evaluations, histories[1].evaluations, step, parted),
        differences,
        own,
        has_one_cost,
    )


def changes_after(info: BranchInfo, after: int, step: int) -> tuple[Mark, ...]:
    """Give what a branch changed from one step on, up to another; an engine is no change."""
    return tuple(m for m in info.marks if after <= m.step <= step and m.setting != ENGINE)


def fork_step(first: BranchInfo, second: BranchInfo, branches: Sequence[BranchInfo]) -> int:
    """Give the step up to which two branches are the same.

    If a branch between them was deleted, a step at which they have surely parted.
    """
    by_id = {info.id: info for info in branches}
    ways = [_way(info, by_id) for info in (first, second)]
    for branch, left_at in ways[0].items():
        if branch in ways[1]:
            return min(left_at, ways[1][branch])
    return max(first.fork_step, second.fork_step)


def _way(info: BranchInfo, by_id: dict[int, BranchInfo]) -> dict[int, int]:
    """Give the branches whose past is a branch's own, nearest first, and until which step."""
    way, until, at = {info.id: info.step}, info.step, info
    while at.parent is not None:
        until = min(until, at.fork_step)
        # A deleted branch is on the way too, though where it came from is not known.
        way[at.parent] = until
        if at.parent not in by_id:
            break
        at = by_id[at.parent]
    return way


def settings_at(info: BranchInfo, step: int) -> dict[str, Value]:
    """Give the settings that change a run as a branch had them after a step, by name."""
    names = [name for name in TrainingConfig.__slots__ if name not in UNMARKED]
    values = {name: getattr(info.config, name) for name in names}
    for mark in reversed(info.marks):
        if mark.step > step and mark.setting in values:
            values[mark.setting] = mark.before
    return values


def compare_costs(
    first: CurveHistory, second: CurveHistory, step: int, after: int, *, is_paired: bool
) -> CostComparison | None:
    """Compare the mini-batch costs of two histories up to a step; None if one has none there.

    Parameters
    ----------
    first, second : CurveHistory
    step : int
    after : int
        Only steps after this one are compared.
    is_paired : bool
        Both saw the same examples at each step.

    Notes
    -----
    With the same examples in the same order, most of what makes a mini-batch cost jump is in both
    and leaves their difference. The differences of neighbouring steps are still alike, so their
    scatter is measured between the means of `N_BATCHES` stretches, which hardly are.
    """
    row_a, row_b = _row_of(first, step), _row_of(second, step)
    if step <= after or row_a is None or row_b is None:
        return None
    n_pairs = min(step - after, MOST_PAIRS, _unbroken(first, row_a), _unbroken(second, row_b))
    smoothed = float(first.smoothed[row_a]), float(second.smoothed[row_b])
    costs_a = first.costs[row_a + 1 - n_pairs : row_a + 1]
    costs_b = second.costs[row_b + 1 - n_pairs : row_b + 1]
    differences = costs_b.astype(np.float64) - costs_a
    return CostComparison(*smoothed, n_pairs, mean_difference(differences), is_paired)


def compare_scores(
    first: Sequence[Evaluation], second: Sequence[Evaluation], step: int, after: int
) -> ScoreComparison | None:
    """Compare two evaluations near a step, of one step if both have one that is near.

    Parameters
    ----------
    first, second : sequence of Evaluation
        By rising step.
    step : int
    after : int
        Only evaluations after this step are compared.

    Notes
    -----
    Both are scored on the same images, but which of them were right is not kept: the interval is
    that of two independent samples, and wider than one of pairs would be.
    """
    pair = _nearest_pair(first, second, step, after) if step > after else None
    if pair is None:
        return None
    if any(entry.test_total < 1 for entry in pair) or pair[0].test_total != pair[1].test_total:
        return None
    counts = [(entry.test_correct, entry.test_total) for entry in pair]
    return ScoreComparison(*pair, proportion_difference(*counts))


def _nearest_pair(
    first: Sequence[Evaluation], second: Sequence[Evaluation], step: int, after: int
) -> tuple[Evaluation, Evaluation] | None:
    """Give an evaluation of each: near the step, and above all near each other."""
    first, second = _around(first, step, after), _around(second, step, after)
    best, least = None, math.inf
    for entry in first:
        place = bisect.bisect_left(second, entry.step, key=lambda e: e.step)
        for other in second[max(place - 1, 0) : place + 1]:
            away = abs(step - entry.step) + abs(step - other.step)
            badness = away + GAP_WEIGHT * abs(entry.step - other.step)
            if badness <= least:
                best, least = (entry, other), badness
    return best


def _around(entries: Sequence[Evaluation], step: int, after: int) -> Sequence[Evaluation]:
    """Give the evaluations near a step, so many that the best is among them."""
    start = bisect.bisect_right(entries, after, key=lambda e: e.step)
    place = bisect.bisect_right(entries, step, lo=start, key=lambda e: e.step)
    return entries[max(place - N_NEAR, start) : place + N_NEAR]


def _row_of(history: CurveHistory, step: int) -> int | None:
    """Give the row of a step, or of the one before it that is kept; None if there is none."""
    # A sequence to bisect: NumPy's search would copy all steps, which are not contiguous.
    row = bisect.bisect_right(history.steps, step) - 1
    return row if row >= 0 else None


def _unbroken(history: CurveHistory, row: int) -> int:
    """Give how many rows up to one, it included, are of steps that follow each other."""
    start = max(row + 1 - MOST_PAIRS, 0)
    steps = np.array(history.steps[start : row + 1])
    breaks = np.flatnonzero(np.diff(steps) != 1)
    return len(steps) - (int(breaks[-1]) + 1 if len(breaks) else 0)
