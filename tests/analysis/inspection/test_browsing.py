"""Filters against plain loops over a table of outcomes that fits on a page."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.inspection.browsing import ImageFilter, Selection, selection_of
from gdviz.analysis.inspection.outcomes import Outcomes

# Of eight images: what they are, what the network says, and how high that output is.
LABELS = [7, 2, 9, 9, 4, 9, 0, 2]
SAID = [7, 2, 4, 9, 9, 4, 0, 2]
SURE = [0.9, 0.5, 0.8, 0.3, 0.99, 0.6, 0.9, np.nan]


@pytest.fixture
def outcomes():
    outputs = np.zeros((8, 10), np.float32)
    outputs[np.arange(8), SAID] = SURE
    labels, said = np.array(LABELS, np.uint8), np.array(SAID)
    return Outcomes(None, "test", labels, outputs, outputs, np.zeros(8), said)


def rows(outcomes, **choices):
    """Give the images of a filter in the order in which they come."""
    found = selection_of(ImageFilter(**choices), outcomes.labels, outcomes)
    order, row = [], found.first()
    for _ in range(len(found)):
        order.append(row)
        row = found.after(row)
    return order


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({}, [0, 1, 2, 3, 4, 5, 6, 7]),
        ({"verdict": "wrong"}, [2, 4, 5]),
        ({"verdict": "right"}, [0, 1, 3, 6, 7]),
        ({"label": 9}, [2, 3, 5]),
        ({"said": 4}, [2, 5]),
        ({"verdict": "wrong", "label": 9, "said": 4}, [2, 5]),
        ({"verdict": "wrong", "label": 0}, []),
        ({"order": "most_sure"}, [4, 0, 6, 2, 5, 1, 3, 7]),
        ({"order": "least_sure"}, [7, 3, 1, 5, 2, 0, 6, 4]),
        ({"verdict": "wrong", "order": "most_sure"}, [4, 2, 5]),
    ],
)
def test_a_filter_leaves_images_in_its_order(outcomes, choices, expected):
    assert rows(outcomes, **choices) == expected


def test_what_is_not_known_yet_is_not_guessed(outcomes):
    labels = outcomes.labels
    for wanted in (
        ImageFilter(verdict="wrong"),
        ImageFilter(said=4),
        ImageFilter(order="most_sure"),
    ):
        assert selection_of(wanted, labels, None) is None
    assert list(selection_of(ImageFilter(label=9), labels, None).rows) == [2, 3, 5]


def test_an_image_that_left_the_filter_still_has_neighbours(outcomes):
    wrong = selection_of(ImageFilter(verdict="wrong"), outcomes.labels, outcomes)
    assert 3 not in wrong
    assert wrong.after(3) == 4
    assert wrong.before(3) == 2
    assert wrong.rank(3) == 1
    sure = selection_of(ImageFilter(verdict="wrong", order="most_sure"), outcomes.labels, outcomes)
    assert sure.after(0) == 2
    assert sure.before(0) == 4


def test_nothing_has_no_neighbours():
    nothing = Selection(np.empty(0, np.intp), np.arange(5.0))
    assert nothing.first() is nothing.last() is nothing.after(2) is None
    assert nothing.before(2) is nothing.another(2) is nothing.before(None) is None


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.data())
def test_the_way_back_is_the_way_there(keys, data):
    """Next and previous go through all images once, in the order of a stable sort."""
    count = len(keys)
    chosen = sorted(data.draw(st.sets(st.integers(0, count - 1), min_size=1)))
    found = Selection(np.array(chosen), np.array(keys, float))
    expected = sorted(chosen, key=lambda row: (keys[row], row))
    forth = [found.first()]
    back = [found.last()]
    for _ in range(len(chosen) - 1):
        forth.append(found.after(forth[-1]))
        back.append(found.before(back[-1]))
    assert forth == expected
    assert back == expected[::-1]
    assert found.after(forth[-1]) == forth[0]
    assert [found.rank(row) for row in forth] == list(range(len(chosen)))


@given(st.integers(1, 400))
def test_another_image_comes_by_all_of_them(count):
    found = Selection(np.arange(0, 2 * count, 2), np.arange(2.0 * count))
    row, seen = 0, set()
    for _ in range(count):
        row = found.another(row)
        seen.add(row)
    assert len(seen) == count


def test_words_say_what_is_looked_for():
    assert ImageFilter().words == "test images"
    wanted = ImageFilter("train", "wrong", 9, 4)
    assert wanted.words == "wrong training images of a 9, called 4"
