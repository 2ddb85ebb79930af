"""Round numbers for axes and how numbers are written."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.qt.widgets.ticks import (
    format_number,
    linear_ticks,
    log_ticks,
    multiples_of,
    next_doubled,
    next_on_ladder,
    next_whole,
    on_ladder_from,
)

FINITE = st.floats(-1e6, 1e6, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1204.0, "1,204"),
        (-20.0, "−20"),
        (0.0025, "0.0025"),
        (13002.0, "13,002"),
        (1e-7, "1e−7"),
        (2.5e12, "2.5e12"),
        (float("nan"), "–"),
        (float("-inf"), "−∞"),
    ],
)
def test_format_number_known_values(value: float, text: str):
    assert format_number(value) == text


def test_format_number_decimals_never_minus_zero():
    assert format_number(-0.001, 2) == "0.00"


def test_linear_ticks_of_a_percentage():
    assert [label for _, label in linear_ticks(0, 100, 5)] == ["0", "25", "50", "75", "100"]


def test_linear_ticks_of_steps():
    labels = [label for _, label in linear_ticks(0, 5000, 6)]
    assert labels == ["0", "1,000", "2,000", "3,000", "4,000", "5,000"]


@given(FINITE, FINITE, st.integers(3, 9))
def test_linear_ticks_are_inside_even_and_few(a: float, b: float, most: int):
    low, high = min(a, b), max(a, b)
    if high - low < 1e-6 * max(1.0, abs(low), abs(high)):
        return
    values = [value for value, _ in linear_ticks(low, high, most)]
    margin = 1e-6 * (high - low)
    assert 1 <= len(values) <= most
    assert all(low - margin <= value <= high + margin for value in values)
    steps = [b - a for a, b in itertools.pairwise(values)]
    assert all(step == pytest.approx(steps[0], rel=1e-6) for step in steps)


def test_log_ticks_are_one_two_five():
    labels = [label for _, label in log_ticks(0.02, 2.5, 7)]
    assert labels == ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2"]


@given(st.floats(1e-12, 1e6), st.floats(1.01, 1e12), st.integers(3, 9))
def test_log_ticks_are_inside_rising_and_few(low: float, ratio: float, most: int):
    high = low * ratio
    values = [value for value, _ in log_ticks(low, high, most)]
    assert len(values) <= most
    assert values == sorted(values)
    assert all(low * (1 - 1e-6) <= v <= high * (1 + 1e-6) for v in values)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (1, 1), (-1, 1), (math.nan, 1), (1, math.inf)])
def test_log_ticks_of_an_impossible_range_are_none(low: float, high: float):
    assert log_ticks(low, high) == []


@pytest.mark.parametrize(
    ("value", "steps", "expected"),
    [(1, 1, 2), (2, 1, 5), (5, 1, 10), (1.5, 1, 2), (1.5, -1, 1), (1, -1, 0.5), (0.1, 3, 1)],
)
def test_next_on_ladder_known_values(value: float, steps: int, expected: float):
    assert next_on_ladder(value, steps) == expected


@given(st.integers(-18, 18), st.integers(1, 6))
def test_next_on_ladder_up_then_down_comes_back(rung: int, steps: int):
    start = next_on_ladder(1.0, rung) if rung else 1.0
    assert next_on_ladder(next_on_ladder(start, steps), -steps) == start


def test_next_on_ladder_zero_is_refused():
    with pytest.raises(ValueError, match="positive"):
        next_on_ladder(0.0, 1)


def test_other_steps():
    assert next_whole(7, -1) == 6
    assert next_doubled(32, 1) == 64
    assert next_doubled(33, -1) == 32
    assert next_doubled(1, -1) == 1


def test_steps_of_a_penalty_begin_above_zero_and_end_there():
    step = on_ladder_from(1e-6)
    assert step(0, 1) == 1e-6
    assert step(1e-6, 1) == pytest.approx(2e-6)
    assert step(0, 4) == pytest.approx(1e-5)
    assert step(2e-6, -1) == 1e-6
    assert step(1e-6, -1) == step(0, -1) == step(3e-7, -1) == 0
    assert step(3e-7, 1) == 1e-6


@given(st.floats(0, 100), st.sampled_from([0.5, 1.0, 5.0]), st.integers(1, 4))
def test_steps_along_multiples_go_to_the_next_one(value, size, steps):
    up, down = multiples_of(size)(value, steps), multiples_of(size)(value, -steps)
    assert up / size == round(up / size)
    assert down / size == round(down / size)
    tolerance = 1e-8 * size
    assert value + (steps - 1) * size - tolerance <= up <= value + steps * size + tolerance
    assert value - steps * size - tolerance <= down <= value - (steps - 1) * size + tolerance
    assert down < value < up or value == pytest.approx(round(value / size) * size)
