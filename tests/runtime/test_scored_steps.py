"""Where the curves lack a score, against a search through all gaps."""

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st

from gdviz.runtime.scored_steps import WIDE_GAP, ScoredSteps


def wide_gaps(steps):
    """Give all gaps that are wide, by looking at every one."""
    steps = sorted(set(steps))
    return {
        (below, above)
        for below, above in itertools.pairwise(steps)
        if math.log((1 + above - steps[0]) / (1 + below - steps[0])) >= WIDE_GAP
        and above - below > 1
    }


def drained(scored):
    gaps = []
    while (gap := scored.pop_gap()) is not None:
        gaps.append(gap)
    return gaps


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=30))
def test_all_wide_gaps_of_a_run_are_given_once_widest_first(steps):
    scored = ScoredSteps()
    for step in sorted(steps):
        scored.add(step)
    assert len(scored) == len(set(steps))
    gaps = drained(scored)
    assert {(below, above) for below, _, above in gaps} == wide_gaps(steps)
    assert len(gaps) == len(wide_gaps(steps))
    origin = min(steps)
    widths = [(1 + above - origin) / (1 + below - origin) for below, _, above in gaps]
    assert all(a >= b * (1 - 1e-9) for a, b in itertools.pairwise(widths))
    assert all(below <= middle <= above for below, middle, above in gaps)


@given(st.integers(2, 100_000), st.integers(0, 1000))
def test_filling_the_gaps_leaves_none_that_is_wide(last, first):
    scored = ScoredSteps()
    scored.add(first)
    scored.add(first + last)
    steps = [first, first + last]
    while (gap := scored.pop_gap()) is not None:
        below, middle, above = gap
        if below < middle < above:
            scored.add(middle)
            steps.append(middle)
    assert len(steps) < 120
    narrow = {(a, b) for a, b in wide_gaps(steps) if b - a > 2}
    assert not narrow


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=30), st.integers(0, 5000))
def test_going_back_leaves_what_had_been_scored_before(steps, back):
    scored = ScoredSteps()
    for step in sorted(steps):
        scored.add(step)
    drained(scored)
    scored.forget_after(back)
    left = [step for step in steps if step <= back]
    assert len(scored) == len(set(left))
    found = {(below, above) for below, _, above in drained(scored)}
    assert found == (wide_gaps(left) if left else set())


def test_nothing_is_looked_through_once_the_gaps_are_narrow():
    """An hour of evaluations: what a turn asks has nothing to look through."""
    scored = ScoredSteps()
    for step in range(0, 14_400 * 80, 80):
        scored.add(step)
    drained(scored)
    assert scored._gaps == []
    scored.add(14_400 * 80)
    assert scored.pop_gap() is None
