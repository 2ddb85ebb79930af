"""What the lines of the cost say, on parabolas whose answers are known. No window."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from gdviz.analysis.line_slice import LineSlice
from gdviz.qt.surfaces.colors import ColorRange
from gdviz.qt.views.cost_surface import line_figures as figures

NAN = math.nan


def line_of(title="−∇C", slope=-0.4, curvature=1.0, step=0.3, cost=0.5, n=81, **changes):
    """A slice of an exact parabola from −2 to 2."""
    t = np.linspace(-2, 2, n)
    bend = 0.0 if math.isnan(curvature) else curvature
    values = {
        "title": title,
        "t": t,
        "cost": cost + slope * t + bend * t**2 / 2,
        "error": np.full(n, 0.01),
        "slope": slope,
        "curvature": curvature,
        "step": step,
        "unit": 1.0,
        "n_examples": 1000,
        "learning_rate": 0.75,
    }
    return LineSlice(**{**values, **changes})


def with_costs(line, places):
    """The same slice with other costs at some indices."""
    cost = line.cost.copy()
    for index, value in places.items():
        cost[index] = value
    return dataclasses.replace(line, cost=cost)


def test_cost_between_points_is_straight_and_unknown_outside_and_in_gaps():
    line = with_costs(line_of(), {60: NAN, 70: math.inf})
    middle = (line.t[10] + line.t[11]) / 2
    assert figures.cost_at(line, middle) == pytest.approx((line.cost[10] + line.cost[11]) / 2)
    for t in (-2.1, 2.1, NAN, line.t[60], line.t[70], (line.t[59] + line.t[60]) / 2):
        assert math.isnan(figures.cost_at(line, float(t)))


def test_balls_cost_is_its_own_where_that_is_known():
    assert figures.ball_cost(line_of(cost=0.5)) == pytest.approx(0.5)
    beside = line_of(t=np.linspace(1, 3, 81), start_cost=0.7)
    assert figures.ball_cost(beside) == 0.7
    assert figures.tangent(beside, np.array([1.0]))[0] == pytest.approx(0.3)


def test_parabola_is_the_slice_of_a_quadratic_and_as_high_as_the_ball_at_the_limit():
    line = line_of()
    np.testing.assert_allclose(figures.parabola(line, line.t), line.cost, atol=1e-12)
    assert line.limit == pytest.approx(0.8)
    at_limit = figures.parabola(line, np.array([line.limit]))[0]
    assert at_limit == pytest.approx(figures.cost_at(line, 0.0))


def test_tangent_touches_at_the_ball_and_nowhere_else():
    line = line_of()
    above = line.cost - figures.tangent(line, line.t)
    assert abs(above[40]) < 1e-12
    assert (np.delete(above, 40) > 0).all()


def test_tangent_reaches_the_step_but_never_beyond_the_picture():
    low, high = figures.distance_range([line_of()])
    assert figures.tangent_places(line_of(step=1.7), low, high, whole=True)[-1] == 1.7
    assert figures.tangent_places(line_of(step=9.0), low, high, whole=True)[-1] == 2.0
    assert figures.tangent_places(line_of(step=-9.0), low, high, whole=True)[0] == -2.0
    short = figures.tangent_places(line_of(step=1.7), low, high, whole=False)
    assert short[-1] < 0.3


def test_distances_span_all_slices_and_the_ball():
    left = line_of(t=np.linspace(1, 3, 81))
    assert figures.distance_range([left]) == (0.0, 3.0)
    assert figures.distance_range([left, line_of()]) == (-2.0, 3.0)
    assert figures.distance_range([]) == (-1.0, 1.0)


def test_flat_slice_looks_flat_on_its_own_and_beside_a_steep_one():
    flat = line_of(slope=-1e-6, curvature=1e-7, error=np.zeros(81))
    for lines in ([flat], [line_of(), flat]):
        limits = ColorRange(logarithmic=False)
        figures.include_costs(limits, lines)
        low, high = figures.axis_ends(limits)
        assert np.ptp(flat.cost) < 1e-3 * (high - low)
        assert low < flat.cost.min() < flat.cost.max() < high


def test_band_about_the_balls_cost_is_in_sight():
    limits = ColorRange(logarithmic=False)
    noisy = line_of(slope=-1e-6, curvature=0.0, error=np.full(81, 0.2))
    figures.include_costs(limits, [noisy])
    low, high = figures.axis_ends(limits)
    assert low <= 0.3
    assert high >= 0.7


def test_locked_range_only_grows_and_an_unlocked_one_follows():
    steep, flat = line_of(), line_of(slope=-0.01, curvature=0.0)
    for locked in (True, False):
        limits = ColorRange(locked=locked)
        figures.include_costs(limits, [steep])
        before = limits.low, limits.high
        figures.include_costs(limits, [flat])
        assert ((limits.low, limits.high) == before) == locked


def test_slice_without_any_known_cost_leaves_the_range_alone():
    limits = ColorRange()
    figures.include_costs(limits, [line_of()])
    before = limits.low, limits.high
    figures.include_costs(limits, [line_of(cost=NAN)])
    figures.include_costs(limits, [])
    assert (limits.low, limits.high) == before


@given(
    st.floats(1e-6, 1e6),
    st.floats(0, 3),
    st.sampled_from([True, False, None]),
)
@example(497566.0, 0.6875, False)  # five round steps where two and a bit are wanted
def test_axis_holds_the_range_with_room_and_never_much_more(low, decades, logarithmic):
    limits = ColorRange(logarithmic=logarithmic)
    limits.include(np.array([low, low * 10**decades]), NAN)
    bottom, top = figures.axis_ends(limits)
    ends = figures.drawn(np.array([limits.low, limits.high]), logarithmic=limits.is_logarithmic)
    assert bottom <= ends[0] <= ends[1] <= top
    # Rounding and padding take a part of the height, or two tenths of a decade and a little.
    span = ends[1] - ends[0]
    if limits.is_logarithmic:
        assert top - bottom <= max(span + 0.25, figures.LEAST_DECADES) + 1e-9
    else:
        assert top - bottom <= 1.5 * max(span, figures.LEAST_HEIGHT * limits.high) + 1e-9


def test_what_cannot_be_drawn_is_a_gap():
    values = np.array([1.0, 0.0, -1.0, NAN, math.inf, 100.0])
    linear = figures.drawn(values, logarithmic=False)
    np.testing.assert_array_equal(linear, [1.0, 0.0, -1.0, NAN, NAN, 100.0])
    logarithms = figures.drawn(values, logarithmic=True)
    np.testing.assert_array_equal(logarithms, [0.0, NAN, NAN, NAN, NAN, 2.0])


@given(st.lists(st.booleans(), max_size=30))
def test_runs_are_what_is_known_and_no_two_touch(flags):
    known = np.array(flags, bool)
    runs = figures.known_runs(known)
    covered = np.zeros(len(known), bool)
    for run in runs:
        assert run.start < run.stop
        covered[run] = True
    np.testing.assert_array_equal(covered, known)
    assert all(b.start > a.stop for a, b in itertools.pairwise(runs))


@pytest.mark.parametrize(
    ("changes", "too_far", "words"),
    [
        ({"step": 0.3}, False, "stays within 0.800"),
        ({"step": 1.2}, True, "goes too far along this direction: 1.20"),
        ({"step": -1.2}, False, "goes uphill"),
        ({"slope": 0.4, "step": -0.3}, False, "stays within −0.800"),
        ({"slope": 0.4, "step": -0.9}, True, "goes too far"),
        ({"curvature": -1.0}, False, "there is no limit"),
        ({"curvature": 0.0}, False, "there is no limit"),
        ({"curvature": NAN}, False, "is not known"),
        ({"step": NAN}, False, "are stable up to 0.800"),
    ],
)
def test_verdict_on_the_next_step(changes, too_far, words):
    line = line_of(**changes)
    assert figures.goes_too_far(line) == too_far
    assert words in figures.sentence(line)


@given(st.floats(-1, 1), st.floats(0.01, 2), st.floats(1, 9))
def test_step_that_goes_too_far_ends_higher_on_the_parabola(slope, curvature, times):
    # So many times as far as to where the parabola is as high again as at its start.
    step = -2 * slope / curvature * times
    line = line_of(slope=slope, curvature=curvature, step=step)
    assume(figures.goes_too_far(line))
    assert figures.parabola(line, np.array([step]))[0] >= figures.cost_at(line, 0.0) - 1e-9


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (0.4, "Taken alone, it would lower the cost from 0.500 to 0.420."),
        (1.5, "Taken alone, it would raise the cost from 0.500 to 1.02."),
        (5.0, "It ends outside the picture."),
        (1e-6, "Taken alone, it would leave the cost at 0.500, to three digits."),
    ],
)
def test_landing_is_told_with_the_exact_costs(step, words):
    assert words in figures.sentence(line_of(step=step))


def test_legend_row_has_a_word_where_there_is_no_limit():
    assert figures.legend_row(line_of()) == ("−0.400", "1.00", "0.300", "0.800")
    assert figures.legend_row(line_of(curvature=-2.0))[3] == "no limit"
    assert figures.legend_row(line_of(curvature=NAN))[1:] == ("–", "0.300", "–")


def test_captions_name_units_scale_and_examples():
    assert figures.distance_caption([line_of()]) == "distance along the direction"
    both = [line_of(unit=2.0), line_of(unit=2.0)]
    assert figures.distance_caption(both) == "distance along each direction, in units of 2.00"
    both = [line_of(unit=2.0), line_of(unit=3.0)]
    assert figures.distance_caption(both).endswith("in units of 2.00, 3.00")
    assert figures.cost_caption([line_of()], logarithmic=True) == (
        "cost, log, ± standard error, 1,000 images"
    )
    without = line_of(error=np.full(81, NAN), n_examples=60_000)
    assert figures.cost_caption([without], logarithmic=False) == "cost, 60,000 images"
    of_step = figures.cost_caption([without], logarithmic=False, step=3374)
    assert of_step == "cost, 60,000 images, step 3,374"


def test_reading_gives_every_slice_at_one_place():
    rows = figures.reading_rows([line_of("a"), line_of("b", slope=0.0, curvature=0.0)], 1.0)
    assert rows == [("distance", "1.00"), ("a", "0.600"), ("b", "0.500")]


def test_description_has_the_numbers_of_each_slice():
    said = figures.describe([line_of("first"), line_of("second", step=1.2)])
    assert "first: cost 0.500 at the ball" in said
    assert "slope −0.400, curvature 1.00, on 1,000 images." in said
    assert said.count("goes too far") == 1


def test_band_ends_at_the_bottom_where_its_lower_edge_has_no_logarithm():
    line = with_costs(line_of(error=np.full(81, 0.1)), {5: 0.05, 6: NAN, 7: 1.0})
    low, high = figures.band_edges(line, -2.0, logarithmic=True)
    assert low[5] < -2.0
    assert high[5] == pytest.approx(np.log10(0.15))
    assert np.isnan([low[6], high[6]]).all()
    np.testing.assert_allclose([low[7], high[7]], np.log10([0.9, 1.1]))
    low, high = figures.band_edges(line, 0.0, logarithmic=False)
    np.testing.assert_allclose((high - low)[[5, 7]], 0.2)


def test_what_is_around_the_plot_gives_way_one_after_the_other():
    found = [figures.parts_for(height, 6) for height in range(600, 0, -1)]
    order = list(dict.fromkeys(found))
    assert order == [
        (True, True, True),
        (False, True, True),
        (False, False, True),
        (False, False, False),
    ]
    assert figures.parts_for(300, 1).whole_legend
    assert not figures.parts_for(300, 6).whole_legend
