"""The logic that verdicts share."""

import math

import pytest

from gdviz.experiments.verdict_words import all_of, cannot_tell, mean_ratio, starts, within


@pytest.mark.parametrize(
    ("parts", "holds"),
    [
        ((True, True), True),
        ((True, None), None),
        ((None, False, True), False),
        ((), True),
    ],
)
def test_all_of_three_kinds_of_answer(parts, holds):
    assert all_of(*parts) is holds


def test_mean_ratio_is_geometric_with_students_interval():
    ratio, (low, high) = mean_ratio([(2.0, 1.0), (8.0, 1.0)])
    assert ratio == pytest.approx(4.0)
    # Two logarithms ln 4 ± ln 2: half the distance is the standard error, t(1) = 12.706.
    assert math.log(high / ratio) == pytest.approx(12.7062 * math.log(2), rel=1e-4)
    assert low * high == pytest.approx(ratio**2)
    assert mean_ratio([(3.0, 2.0)]) == (pytest.approx(1.5), None)


def test_words_of_few_starts():
    assert (starts(1), starts(4)) == ("1 start", "4 starts")
    assert within(None, 1) == ""
    assert within((0.25, 2.0), 1) == " (95 % interval 0.2 to 2.0)"
    assert cannot_tell(False, None) == ""
    assert cannot_tell(None, None) == " One start cannot tell."
    assert cannot_tell(None, (0.0, 1.0)) == " So few starts cannot tell."
