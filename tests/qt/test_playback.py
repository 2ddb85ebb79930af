"""Playing a run, as arithmetic: a function of the time that has passed and of nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.qt.playback import (
    BACKWARD,
    DEFAULT_SPEED,
    FORWARD,
    SPEEDS,
    Playback,
    Speed,
    begun,
    speed_of,
)

RATE = 10.0


@st.composite
def playbacks(draw, *, may_loop=True):
    first = draw(st.integers(0, 10_000))
    last = first + draw(st.integers(0, 10_000))
    return Playback(
        draw(st.integers(first, last)),
        draw(st.floats(0, 1e6)),
        draw(st.sampled_from((BACKWARD, FORWARD))),
        draw(st.floats(0.1, 5000)),
        first,
        last,
        may_loop and draw(st.booleans()),
    )


@given(playbacks(), st.floats(-10, 1e4))
def test_step_at_any_time_is_within_the_range(playback, passed_s):
    step = playback.step_at(playback.started_s + passed_s)
    assert playback.first <= step <= playback.last


@given(playbacks(may_loop=False), st.floats(0, 100), st.floats(0, 100))
def test_step_without_a_loop_never_turns_round(playback, one_s, other_s):
    early, late = sorted((one_s, other_s))
    moved = playback.step_at(playback.started_s + late) - playback.step_at(
        playback.started_s + early
    )
    assert moved * playback.direction >= 0


@given(st.integers(1, 500), st.sampled_from((BACKWARD, FORWARD)), st.integers(0, 2000))
def test_step_in_a_loop_equals_counting_one_by_one(length, direction, n_played):
    playback = Playback(100, 0.0, direction, RATE, 100, 100 + length - 1, loops=True)
    expected = 100
    for _ in range(n_played):
        expected += direction
        if expected > playback.last:
            expected = playback.first
        elif expected < playback.first:
            expected = playback.last
    assert playback.step_at(n_played / RATE) == expected


@pytest.mark.parametrize("ticks_per_second", [240, 60, 3])
def test_slow_ticks_leave_steps_out_and_arrive_at_the_same_time(ticks_per_second):
    playback = Playback(0, 5.0, FORWARD, 100.0, 0, 1000)
    ticks = [5.0 + k / ticks_per_second for k in range(10 * ticks_per_second + 1)]
    assert playback.step_at(ticks[-1]) == 1000
    assert playback.is_over_at(ticks[-1])
    assert not playback.is_over_at(ticks[-2] - 0.01)


@pytest.mark.parametrize("direction", [BACKWARD, FORWARD])
def test_each_step_is_shown_equally_long(direction):
    playback = Playback(50, 0.0, direction, RATE, 0, 100)
    shown = [playback.step_at(k / 1000) for k in range(1000)]
    assert [shown.count(50 + direction * k) for k in range(10)] == [100] * 10


def test_over_is_the_end_that_is_played_towards():
    assert not Playback(0, 0.0, FORWARD, RATE, 0, 10).is_over_at(0.0)
    assert Playback(0, 0.0, BACKWARD, RATE, 0, 10).is_over_at(0.0)
    assert not Playback(10, 0.0, FORWARD, RATE, 0, 10, loops=True).is_over_at(1e6)
    assert Playback(3, 0.0, FORWARD, RATE, 3, 3, loops=True).is_over_at(0.0)


def test_another_rate_goes_on_from_where_it_is():
    playback = Playback(0, 0.0, FORWARD, 10.0, 0, 1000).at_rate(100.0, 2.0)
    assert playback.step_at(2.0) == 20
    assert playback.step_at(3.0) == 120


@pytest.mark.parametrize(
    ("shown", "direction", "start"),
    [
        (40, FORWARD, 40),
        (40, BACKWARD, 40),
        (100, FORWARD, 10),
        (10, BACKWARD, 100),
        (3, FORWARD, 10),
        (3, BACKWARD, 100),
        (500, BACKWARD, 100),
        (500, FORWARD, 10),
    ],
)
def test_begun_at_the_end_it_plays_towards_begins_at_the_other(shown, direction, start):
    assert begun(shown, 0.0, direction, RATE, (10, 100), loops=False).start_step == start


def test_whole_run_takes_the_seconds_that_the_speed_names():
    speed = speed_of(DEFAULT_SPEED)
    playback = begun(9380, 0.0, FORWARD, speed.rate(9380), (0, 9380), loops=False)
    assert not playback.is_over_at(9.99)
    assert playback.is_over_at(10.0)


def test_speed_of_a_short_run_is_one_step_a_second_at_least():
    assert speed_of("in_10").rate(3) == 1.0
    assert speed_of("1").rate(100_000) == 1.0


def test_speeds_have_keys_of_their_own_and_rise():
    assert len({speed.key for speed in SPEEDS}) == len(SPEEDS)
    for kind in ("steps_per_second", "whole_run_s"):
        rates = [speed.rate(3000) for speed in SPEEDS if getattr(speed, kind) is not None]
        assert rates == sorted(rates)


def test_senseless_values_are_refused():
    with pytest.raises(ValueError, match="within 5 to 9"):
        Playback(4, 0.0, FORWARD, RATE, 5, 9)
    with pytest.raises(ValueError, match="no speed"):
        Playback(5, 0.0, FORWARD, 0.0, 5, 9)
    with pytest.raises(ValueError, match="neither"):
        Speed("x", "x").rate(5)
    with pytest.raises(KeyError):
        speed_of("warp")
