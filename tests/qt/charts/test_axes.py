"""Axes: everything is in sight, bars stand on 0, what an axis does not have is a gap."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.experiments.result import Chart, Reference, Series
from gdviz.qt.charts.axes import axes_of
from gdviz.qt.charts.plotted import overlaid, picture_of

NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False)


def chart_of(*series, **changes):
    return Chart("key", "Title", "x", "y", series, **changes)


def line(y, x=None, **changes):
    y = np.asarray(y, float)
    return Series("one", np.arange(len(y), dtype=float) if x is None else x, y, **changes)


@given(st.lists(NUMBERS, min_size=1, max_size=20), st.booleans())
def test_everything_that_an_axis_has_is_in_sight(values, is_log):
    picture = picture_of(chart_of(line(values), is_y_log=is_log))
    places = axes_of([picture]).y.places(np.array(values))
    known = places[np.isfinite(places)]
    assert ((known >= 0) & (known <= 1)).all()
    expected = sum(value > 0 for value in values) if is_log else len(values)
    assert len(known) == expected


def test_ticks_stand_inside_and_say_where_they_are():
    axis = axes_of([picture_of(chart_of(line([0.0013, 0.0892])))]).y
    assert len(axis.ticks) >= 2
    for value, text in axis.ticks:
        assert 0 <= axis.place(value) <= 1
        assert float(text) == pytest.approx(value)


def test_bars_are_read_from_zero_and_curves_need_not_be():
    edges = np.array([0.0, 1.0, 2.0])
    bars = Series("n", edges, np.array([90.0, 95.0]), kind="bars")
    assert axes_of([picture_of(chart_of(bars))]).y.low == 0
    assert axes_of([picture_of(chart_of(line([90.0, 95.0])))]).y.low > 80


def test_references_and_intervals_are_in_sight():
    series = line([1.0, 2.0], low=np.array([-3.0, 1.0]), high=np.array([2.0, 7.0]))
    chart = chart_of(series, references=(Reference("chance", 10.0), Reference("end", 9.0, "x")))
    axes = axes_of([picture_of(chart)])
    assert 0 <= axes.y.place(-3.0) < axes.y.place(10.0) <= 1
    assert axes.x.place(9.0) <= 1


def test_bars_of_categories_stand_beside_each_other_and_never_overlap():
    x = np.array([0.0, 1.0])
    series = [Series(name, x, np.ones(2), kind="bars") for name in "abc"]
    picture = picture_of(chart_of(*series, categories=("left", "right")))
    ends = sorted(
        (left, right) for k in range(3) for left, right in zip(*picture.bars(k), strict=True)
    )
    for (_, before), (after, _) in itertools.pairwise(ends):
        assert before <= after + 1e-9
    assert axes_of([picture]).x.ticks == ((0.0, "left"), (1.0, "right"))
    # A category's bars stand around its name.
    assert picture.middles(1) == pytest.approx(x)


def test_edges_of_a_histogram_are_the_ends_of_its_bars():
    histogram = Series("n", np.array([1.0, 2.0, 5.0]), np.array([3.0, 4.0]), kind="bars")
    left, right = picture_of(chart_of(histogram)).bars(0)
    assert (left.tolist(), right.tolist()) == ([1.0, 2.0], [2.0, 5.0])


def test_nothing_yet_still_has_axes():
    for is_log in (False, True):
        axis = axes_of([picture_of(chart_of(line([np.nan]), is_y_log=is_log))]).y
        assert axis.low < axis.high


def test_fifteen_series_all_look_different():
    picture = picture_of(chart_of(*(line([k]) for k in range(15))))
    assert len({(one.color, one.dash) for one in picture.lines}) == 15


@pytest.mark.parametrize("n_series", [2, 5])
def test_overlaid_results_are_told_apart_by_their_dash(n_series):
    chart = chart_of(*(line([k, k + 1]) for k in range(n_series)), note="n = 4")
    picture = overlaid([chart, chart], ["run 1", "run 2"])
    first, second = picture.lines[:n_series], picture.lines[n_series:]
    assert {one.dash for one in first}.isdisjoint(one.dash for one in second)
    assert first[0].label.startswith("run 1")
    if n_series == 2:  # the same series has the same colour in both
        assert [one.color for one in first] == [one.color for one in second]
    assert picture.chart.note == "run 1: n = 4; run 2: n = 4"
