import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.qt import number_text

PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


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
    [
        (0.0, "0"),
        (-10.0, "−10"),
        (0.02, "0.02"),
        (0.1 + 0.2, "0.3"),
        (0.00012345, "0.00012345"),
        (5000.0, "5,000"),
        (1e-7, "10⁻⁷"),
        (-1e-7, "−10⁻⁷"),
        (2e8, "2×10⁸"),
        (1.5e6, "1.5×10⁶"),
        (2e6, "2×10⁶"),
        (2.5e6, "2.5×10⁶"),
        (-1.2e-5, "−1.2×10⁻⁵"),
        (math.inf, "–"),
    ],
)
def test_tick_has_few_digits(value, text):
    assert number_text.tick(value) == text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.12239, 4, "0.1224"),
        (-1.5, 3, "−1.500"),
        (-0.00001, 3, "0.000"),
        (1234.5, 1, "1,234.5"),
        (-3e38, 3, "−3×10³⁸"),
        (math.nan, 3, "–"),
    ],
)
def test_fixed_has_the_decimals_asked_for(value, decimals, text):
    assert number_text.fixed(value, decimals) == text


def test_percent_and_whole_numbers():
    assert number_text.percent(0.9333) == "93.3 %"
    assert number_text.whole(4812) == "4,812"


@given(st.integers(1, 999_999), st.integers(-30, 30), st.booleans())
def test_tick_says_the_number_itself(digits, power, negative):
    value = float(f"{'-' if negative else ''}{digits}e{power}")
    text = number_text.tick(value).replace(number_text.MINUS, "-").replace(",", "")
    found = re.fullmatch(r"(-?)(?:([\d.]+)×)?10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", text)
    if found:
        sign, factor, exponent = found.groups()
        text = f"{sign}{factor or 1}e{exponent.translate(PLAIN)}"
    shown = float(text)
    assert shown == pytest.approx(value, rel=1e-9)


def test_one_cost_is_written_alike_wherever_it_stands(driver):
    driver.take(30)
    cost = number_text.cost(float(driver.window.session.history.smoothed[-1]))
    assert driver.window.status.cost.text() == f"cost {cost}"
    assert driver.window.transport._cost.text().endswith(f" {cost}")
