"""The number of the frame that is in work."""

import itertools

from gdviz.engine.gaps import gap_flag
from gdviz.runtime.background_threads import BackgroundThreads, Crowding
from gdviz.runtime.frame_in_work import FRAMES, FrameInWork


def test_frames_in_a_row_have_other_numbers_and_none_is_0():
    frames = FrameInWork()
    numbers = []
    for _ in range(600):
        frames.begin()
        numbers.append(int(frames.flag[0]))
        frames.end()
        assert frames.flag[0] == 0
    assert min(numbers) == 1
    assert max(numbers) == 255
    assert all(one != next_one for one, next_one in itertools.pairwise(numbers))


def test_what_is_computed_beside_the_window_waits_for_its_frames():
    with BackgroundThreads(1, "test", is_computing=True, crowding=Crowding()) as executor:
        assert executor.submit(gap_flag).result() is FRAMES.flag
    assert gap_flag() is not FRAMES.flag
