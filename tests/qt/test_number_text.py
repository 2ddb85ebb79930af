import math

import pytest

from gdviz.qt import number_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1024, "0.102"),
        (12.345, "12.3"),
        (1234.5, "1,234"),
        (0.0, "0"),
        (0.00123, "0.00123"),
        (2.1e-7, "2.1×10⁻⁷"),
        (-0.5, "−0.500"),
        (math.nan, "–"),
        (math.inf, "–"),
        (None, "–"),
    ],
)
def test_cost_has_three_digits_that_count(value, text):
    assert number_text.cost(value) == text


def test_signed_number_has_a_real_minus():
    assert number_text.signed(-0.9841) == "−0.984"
    assert number_text.signed(0.3441) == "+0.344"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-10.0, "−10"), (0.02, "0.02"), (5000.0, "5,000"), (1e-7, "10⁻⁷"), (2e8, "2×10⁸")],
)
def test_tick_has_few_digits(value, text):
    assert number_text.tick(value) == text


def test_percent_and_whole_numbers():
    assert number_text.percent(0.9333) == "93.3 %"
    assert number_text.whole(4812) == "4,812"
