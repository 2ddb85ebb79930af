import math
from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.exact_rows import MOST, exact_row, largest_steps

NUMBERS = st.floats(-50, 50, width=32)


@given(NUMBERS, st.floats(-1, 1, width=32))
def test_rows_add_up_and_each_number_is_rounded_by_itself(value, change):
    after = float(np.float32(value) + np.float32(change))
    row = exact_row(7, value, after, 0.0)
    assert row.value + row.step == row.after
    half = Decimal("0.5").scaleb(-row.decimals)
    assert abs(row.value - Decimal(value)) <= half
    assert abs(row.after - Decimal(after)) <= half
    if row.decimals < MOST:
        assert abs(row.step - Decimal(after - value)) <= 3 * half


def test_a_row_shows_two_digits_of_a_small_step():
    row = exact_row(0, 0.5, 0.5000244140625, 0.0)
    assert (row.step, row.decimals) == (Decimal("0.000024"), 6)


def test_what_is_not_finite_has_no_row():
    assert exact_row(0, math.nan, 1.0, 0.0) is None
    assert exact_row(0, 1.0, math.inf, 0.0) is None


def test_largest_steps_are_the_largest_and_no_zeros():
    steps = np.array([0.0, -3.0, np.nan, 2.0, 0.0])
    assert largest_steps(steps, 5) == (1, 3)
    assert largest_steps(steps, 1) == (1,)
