"""The strip of all parameters: its columns against loops, its stretches against what they keep."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdviz.analysis.parameter_strip import columns, moved, segments, sum_text, zoomed
from gdviz.nn.parameters import Architecture

LESSON = Architecture((784, 16, 16, 10)).layout
SIZE = 50
VALUES = np.random.default_rng(3).normal(size=SIZE)
STRETCHES = st.tuples(st.floats(0, 49), st.floats(0.5, 50)).map(
    lambda pair: (pair[0], min(pair[0] + pair[1], float(SIZE)))
)


def test_segments_cover_the_vector_and_are_written_as_a_sum():
    found = segments(LESSON)
    assert [segment.size for segment in found] == [12_544, 16, 256, 16, 160, 10]
    assert sum_text(LESSON) == "12,544+16+256+16+160+10"
    assert found[0].start == 0
    assert found[-1].stop == LESSON.size
    assert all(a.stop == b.start for a, b in itertools.pairwise(found))
    for segment in found:
        titles = {
            LESSON.component_title(k).split("  ")[0] for k in (segment.start, segment.stop - 1)
        }
        assert titles == {segment.title.rsplit(" ", 1)[0]}
        is_bias = "bias" in LESSON.component_title(segment.start)
        assert segment.title.endswith("biases" if is_bias else "weights")


@given(STRETCHES, st.integers(1, 120))
def test_columns_are_the_extremes_and_the_mean_size_of_what_they_show(stretch, count):
    found = columns(VALUES, *stretch, count)
    assert len(found.first) == count
    for k in range(count):
        part = VALUES[found.first[k] : found.last[k]]
        assert part.size >= 1
        assert found.low[k] == part.min()
        assert found.high[k] == part.max()
        assert found.mean_size[k] == pytest.approx(np.abs(part).mean())
    assert found.most == max(found.last - found.first)


@given(STRETCHES, st.integers(1, 120))
def test_columns_leave_no_parameter_of_the_stretch_out(stretch, count):
    found = columns(VALUES, *stretch, count)
    shown = set()
    for first, last in zip(found.first, found.last, strict=True):
        shown.update(range(first, last))
    assert shown == set(range(math.floor(stretch[0]), math.ceil(stretch[1])))


@given(st.integers(1, SIZE))
def test_columns_of_the_whole_strip_show_each_parameter_once(count):
    found = columns(VALUES, 0, SIZE, count)
    assert (found.last - found.first).sum() == SIZE


def test_stretch_outside_the_vector_is_refused():
    for stretch in ((-1, 5), (5, 5), (0, SIZE + 1)):
        with pytest.raises(ValueError, match="a stretch must rise within"):
            columns(VALUES, *stretch, 4)
    with pytest.raises(ValueError, match="at least one column"):
        columns(VALUES, 0, 5, 0)


@given(STRETCHES, st.floats(0.01, 100), st.floats(0, 1))
def test_zooming_stays_within_the_vector_and_keeps_the_place(stretch, factor, share):
    start, stop = stretch
    about = start + share * (stop - start)
    new_start, new_stop = zoomed(start, stop, SIZE, factor, about)
    assert 0 <= new_start < new_stop <= SIZE
    width = new_stop - new_start
    assert width == pytest.approx(min(max((stop - start) * factor, 1), SIZE))
    if new_start > 1e-9 and new_stop < SIZE - 1e-9:
        assert new_start + share * width == pytest.approx(about)


@given(STRETCHES, st.floats(-100, 100))
def test_moving_keeps_the_width_and_stays_within_the_vector(stretch, by):
    start, stop = moved(*stretch, SIZE, by)
    assert 0 <= start < stop <= SIZE
    assert stop - start == pytest.approx(stretch[1] - stretch[0])
