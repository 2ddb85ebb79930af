"""A window that is open for long takes no more memory than one that was just opened (R6)."""

import sys
from pathlib import Path

import pytest

FRAMES = 20_000
WARM_UP = 8_000
MOST_GROWTH_MB = 10.0

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
from soak import Soak, count_threads  # noqa: E402  # from the folder of scripts


def test_threads_of_an_executor_count_when_one_was_made_twice():
    assert count_threads(["MainThread", "gdviz-training"]) == 2
    assert count_threads(["MainThread", "slice_0", "slice_1", "slice-late_0"]) == 1
    assert count_threads(["MainThread", "slice_0", "slice_0", "slice_1"]) == 2


@pytest.mark.usefixtures("qapp")
def test_twenty_thousand_frames_take_no_more_memory(shown):
    soak = Soak(shown.window)
    soak.run(WARM_UP)
    before = soak.count()
    soak.run(FRAMES)
    after = soak.count()
    assert after.memory_mb - before.memory_mb < MOST_GROWTH_MB, (before, after)
    assert after.n_threads == before.n_threads
    assert after.n_widgets == before.n_widgets
    assert after.n_objects < before.n_objects + 5_000
    if sys.version_info < (3, 12):
        assert after.n_none > before.n_none - 1_000
        assert after.n_true > before.n_true - 1_000
    shown.pause()
