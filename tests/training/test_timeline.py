import dataclasses

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from gdviz.training.config import TrainingConfig
from gdviz.training.state import initial_state
from gdviz.training.timeline import MINIMUM_KEYFRAMES, Timeline

START = initial_state(TrainingConfig(layer_sizes=(2, 2)))


def state_at(step):
    return dataclasses.replace(START, step=step)


@given(st.integers(0, 3000), st.integers(0, 20))
def test_keyframes_stay_bounded_even_and_complete(last_step, affordable):
    timeline = Timeline(START, byte_limit=affordable * START.n_bytes)
    for step in range(1, last_step + 1):
        if timeline.wants(step):
            timeline.record(state_at(step))
        assert len(timeline) <= max(affordable, MINIMUM_KEYFRAMES)
    steps, vectors = timeline.path()
    assert len(vectors) == len(steps)
    assert steps[0] == 0
    assert set(steps[1:] - steps[:-1]) <= {timeline.stride}
    assert last_step - steps[-1] < timeline.stride
    assert timeline.at_or_before(last_step).step == steps[-1]


def test_steps_to_keyframe_lands_on_one():
    timeline = Timeline(state_at(5))
    timeline.stride = 4
    assert [timeline.steps_to_keyframe(step) for step in (5, 6, 8, 9)] == [4, 3, 1, 4]
    assert timeline.wants(9)
    assert not timeline.wants(8)


def test_going_back_forgets_what_came_after():
    timeline = Timeline(START)
    for step in range(1, 6):
        timeline.record(state_at(step))
    timeline.forget_after(2)
    assert timeline.path()[0].tolist() == [0, 1, 2]
    assert timeline.wants(3)


def test_states_larger_than_the_limit_are_kept_twice_at_most():
    """With fifty million parameters a state takes 200 MB."""
    timeline = Timeline(START, byte_limit=START.n_bytes // 3)
    for step in range(1, 12):
        if timeline.wants(step):
            timeline.record(state_at(step))
    assert timeline.path()[0].tolist() == [0, 8]


def test_pinned_state_outlives_thinning_and_begins_the_path():
    timeline = Timeline(START, byte_limit=8 * START.n_bytes)
    for step in range(1, 60):
        if step == 7:
            timeline.pin(state_at(7))
        elif timeline.wants(step):
            timeline.record(state_at(step))
    assert timeline.is_pinned(7)
    assert timeline.at_or_before(7).step == 7
    steps = timeline.path()[0].tolist()
    assert steps[0] == 7
    assert timeline.at_or_before(6).step < 7
    assert all((step - START.step) % timeline.stride == 0 for step in steps[1:])
    timeline.forget_after(6)
    assert not timeline.is_pinned(7)
    assert timeline.path()[0][0] == 0


def run_through(timeline, last_step, spacing=1):
    for step in range(timeline.start.step + 1, last_step + 1):
        if timeline.wants(step):
            timeline.record(state_at(step))
        if timeline.wants_near(step, spacing):
            timeline.record_near(state_at(step))


@given(st.integers(1, 4000), st.integers(0, 60), st.integers(1, 50))
@example(4, 4, 1)
def test_near_states_are_bounded_and_dense_at_both_ends(last_step, affordable, spacing):
    timeline = Timeline(START, byte_limit=affordable * START.n_bytes)
    run_through(timeline, last_step, spacing)
    frames = timeline.keyframes()
    steps = [frame.step for frame in frames]
    assert steps == sorted(set(steps))
    assert steps[0] == 0
    assert len(frames) <= max(affordable, 2 * MINIMUM_KEYFRAMES)
    assert last_step - steps[-1] < spacing
    for step in {0, last_step // 3, last_step}:
        assert timeline.at_or_before(step).step == max(s for s in steps if s <= step)


def test_what_is_near_thins_with_its_distance_from_both_ends():
    timeline = Timeline(START, byte_limit=80 * START.n_bytes)
    run_through(timeline, 20_000)
    gaps = np.diff([frame.step for frame in timeline.keyframes()])
    assert gaps[0] <= 4
    assert gaps[-1] <= 4
    assert gaps[:4].sum() < 200
    assert gaps[-4:].sum() < 200
    assert gaps.max() >= timeline.stride // 2


class ThinnedAnew(Timeline):
    """Weighs all states again after each that leaves."""

    def _thin(self):
        while len(self._near) > self._near_capacity:
            steps = [self.start.step, *(state.step for state in self._near)]
            newest = max(steps[-1], self._states[-1].step)
            crowd = []
            for below, step, above in zip(steps, steps[1:], steps[2:], strict=False):
                near = 1 / (step - steps[0] + 1) + 1 / (newest - step + 1)
                crowd.append((above - below) * near)
            del self._near[int(np.argmin(crowd))]


@given(st.integers(0, 9), st.integers(1, 3000), st.integers(8, 120), st.sampled_from((1, 7, 50)))
@example(0, 3000, 120, 1)
def test_the_most_crowded_leave_one_after_the_other(first, n_steps, affordable, spacing):
    limit = affordable * START.n_bytes
    timeline, anew = (kind(state_at(first), limit) for kind in (Timeline, ThinnedAnew))
    for each in (timeline, anew):
        run_through(each, first + n_steps, spacing)
    assert [one.step for one in timeline.keyframes()] == [one.step for one in anew.keyframes()]


def test_a_fork_keeps_what_is_before_it_and_goes_its_own_way():
    timeline = Timeline(START, byte_limit=40 * START.n_bytes)
    run_through(timeline, 300)
    before = timeline.keyframes()
    fork = timeline.forked(100)
    assert fork.keyframes() == tuple(frame for frame in before if frame.step <= 100)
    assert fork.start is timeline.start
    fork.record_near(state_at(101))
    fork.forget_after(10)
    assert timeline.keyframes() == before


def test_a_timeline_is_restored_from_some_of_its_states():
    timeline = Timeline(START, byte_limit=64 * START.n_bytes)
    for step in range(1, 50):
        timeline.record(state_at(step))
    timeline.pin(state_at(49))
    some = tuple(f for k, f in enumerate(timeline.keyframes()) if k % 7 == 0 or f.step == 49)
    found = Timeline.restored(some, timeline.pinned, 5000)
    assert found.keyframes() == some
    assert found.stride >= 5000 // 400
    assert found.is_pinned(49)
    found.forget_after(20)
    assert [frame.step for frame in found.keyframes()] == [s.step for s in some if s.step <= 20]
