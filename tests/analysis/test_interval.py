"""Wilson's interval against worked values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.interval import Z_95, wilson_interval


@pytest.mark.parametrize(
    ("correct", "total", "low", "high"),
    [
        # Newcombe (1998), table I, method 3: 81/263, 15/148, 0/20, 1/29, 29/29.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_interval_equals_the_published_values(correct, total, low, high):
    assert wilson_interval(correct, total) == pytest.approx((low, high), abs=6e-5)


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_interval_ends_solve_the_score_equation(counts):
    """Wilson's ends are the p for which k/n is exactly z standard errors away."""
    correct, total = counts
    share = correct / total
    low, high = wilson_interval(correct, total)
    assert 0 <= low <= share <= high <= 1
    for end in (low, high):
        error_square = end * (1 - end) / total
        assert (share - end) ** 2 == pytest.approx(Z_95**2 * error_square, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(("correct", "total"), [(0, 0), (-1, 5), (6, 5)])
def test_impossible_counts_are_refused(correct, total):
    with pytest.raises(ValueError, match=r"trial|not possible"):
        wilson_interval(correct, total)
