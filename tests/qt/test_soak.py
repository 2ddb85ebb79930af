"""A window that is open for long takes no more memory than one that was just opened (R6)."""

import sys
from pathlib import Path

import pytest

FRAMES = 20_000
WARM_UP = 8_000
MOST_GROWTH_MB = 10.0

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
from soak import Soak  # noqa: E402  # from the folder of scripts


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
