import dataclasses

from hypothesis import given
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
