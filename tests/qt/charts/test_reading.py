"""What a read-out and a table say is what the chart was given."""

import numpy as np

from gdviz.experiments.result import Chart, Reference, Series
from gdviz.qt.charts.axes import axes_of
from gdviz.qt.charts.plotted import picture_of
from gdviz.qt.charts.reading import Spot, described, nearest, neighbour, words_of

X = np.array([0.0, 1.0, 2.0, 3.0])
UP = Series("up", X, np.array([0.0, 1.0, 2.0, 3.0]), low=X - 0.5, high=X + 0.5)
DOWN = Series("down", X, np.array([3.0, np.nan, 1.0, 0.0]))
CHART = Chart("k", "Two lines", "epoch", "cost", (UP, DOWN), (Reference("chance", 2.3),), note="n.")


def test_the_value_nearest_to_the_pointer_is_read():
    picture = picture_of(CHART)
    axes = axes_of([picture])
    for k, line in enumerate(picture.lines):
        for index in np.flatnonzero(np.isfinite(line.series.y)):
            at = axes.x.place(line.series.x[index]), axes.y.place(line.series.y[index])
            spot = nearest(picture, axes, *at, 400, 200)
            assert spot is not None
            found = picture.lines[spot.series].series
            assert (found.x[spot.index], found.y[spot.index]) == (
                line.series.x[index],
                line.series.y[index],
            )
            assert k == spot.series or found.y[spot.index] == line.series.y[index]


def test_read_out_says_series_place_value_and_interval():
    picture = picture_of(CHART)
    assert words_of(picture, Spot(0, 2)) == ("up", "2: 2 [1.5, 2.5]")
    assert words_of(picture, Spot(1, 2)) == ("down", "2: 1")


def test_arrows_walk_along_a_series_pass_gaps_and_change_to_the_other():
    picture = picture_of(CHART)
    spot = neighbour(picture, None, 1, 0)
    assert spot == Spot(0, 0)
    spot = neighbour(picture, spot, 0, 1)
    assert spot == Spot(1, 0)
    assert neighbour(picture, spot, 1, 0) == Spot(1, 2)  # nothing is known at 1
    assert neighbour(picture, Spot(1, 3), 1, 0) == Spot(1, 3)
    empty = picture_of(Chart("k", "t", "x", "y", (Series("s", X, np.full(4, np.nan)),)))
    assert neighbour(empty, None, 1, 0) is None


def test_description_has_a_row_for_each_value_and_names_references():
    told = described(picture_of(CHART))
    assert "Two lines" in told.sentence
    assert "chance at 2.3" in told.sentence
    assert told.columns[:3] == ("series", "epoch", "cost")
    assert len(told.rows) == 8
    assert told.rows[1] == ("up", 1.0, 1.0, 0.5, 1.5)
    assert told.rows[5] == ("down", 1.0, "–", "", "")


def test_bars_are_named_by_their_category_or_their_edges():
    bars = Series("n", np.array([0.0, 1.0]), np.array([5.0, 6.0]), kind="bars")
    picture = picture_of(Chart("k", "t", "", "count", (bars,), categories=("true", "shuffled")))
    assert words_of(picture, Spot(0, 1)) == ("n", "shuffled: 6")
    edges = Series("n", np.array([0.0, 0.5, 1.0]), np.array([5.0, 6.0]), kind="bars")
    picture = picture_of(Chart("k", "t", "share", "count", (edges,)))
    assert words_of(picture, Spot(0, 1)) == ("n", "0.5 to 1: 6")
    assert described(picture).rows[1][1] == "0.5 to 1"
