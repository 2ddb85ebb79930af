"""Durations: the newest are kept, and what is said of them was measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.qt.durations import Durations

times = st.lists(st.floats(0, 1e6), min_size=1, max_size=500)


@given(times)
def test_durations_are_described_by_the_newest_alone(values):
    durations = Durations(kept=100)
    for value in values:
        durations.add(value)
    newest = sorted(values[-100:])
    assert len(durations) == len(newest)
    assert durations.longest == newest[-1]
    assert durations.median == newest[(len(newest) - 1) // 2]
    assert durations.percentile(99) in newest
    assert durations.total == pytest.approx(sum(newest))
    assert durations.recent_mean(1) == values[-1]


def test_durations_without_any_say_nothing():
    durations = Durations()
    assert durations.median is durations.longest is durations.recent_mean(5) is None
    assert durations.total == 0
    durations.add(3.0)
    durations.clear()
    assert durations.percentile(99) is None
