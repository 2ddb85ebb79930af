import pytest

from gdviz.nn.schedules import SCHEDULES, schedule_factor


@pytest.mark.parametrize("key", SCHEDULES)
def test_factor_is_between_zero_and_one_and_holds_beyond_the_horizon(key):
    factors = [schedule_factor(key, step, 100) for step in range(150)]
    assert all(0 < factor <= 1 for factor in factors)
    assert len(set(factors[100:])) == 1


@pytest.mark.parametrize(
    ("key", "at_start", "at_end"),
    [
        ("constant", 1, 1),
        ("step", 1, 0.0625),
        ("exponential", 1, 0.01),
        ("cosine", 1, 0.01),
        ("one_cycle", 0.04, 0.001),
    ],
)
def test_factor_at_both_ends(key, at_start, at_end):
    assert schedule_factor(key, 0, 1000) == pytest.approx(at_start)
    assert schedule_factor(key, 1000, 1000) == pytest.approx(at_end)


def test_one_cycle_is_highest_at_three_tenths():
    assert schedule_factor("one_cycle", 300, 1000) == pytest.approx(1)
