"""Loops that wait while a frame is in work."""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from gdviz.engine import example_results
from gdviz.engine.gap_kernel import _CAN_NAP, MOST_NAPS, NAP_US
from gdviz.engine.gaps import NEVER_HELD, gap_flag, wait_for_gap, work_in_gaps
from gdviz.engine.slices import ExactSlice
from gdviz.nn.initializers import initial_parameters
from gdviz.nn.parameters import Architecture

can_nap = pytest.mark.skipif(not _CAN_NAP, reason="nobody waits there")
LEAST_S = MOST_NAPS * NAP_US / 1e6
"""A nap is never shorter than asked for."""


def waited_s():
    begun = time.perf_counter()
    wait_for_gap()
    return time.perf_counter() - begun


@pytest.fixture
def flag():
    return np.array([0, 1], np.uint8)


@pytest.fixture
def thread(flag):
    """A thread that works in gaps; this one does not."""
    with ThreadPoolExecutor(1, initializer=work_in_gaps, initargs=(flag,)) as executor:
        yield executor


def test_only_the_thread_that_says_so_waits(thread, flag):
    flag[0] = 7
    assert gap_flag() is NEVER_HELD
    assert thread.submit(gap_flag).result() is flag
    assert not NEVER_HELD.any()


@can_nap
def test_a_frame_is_waited_for_but_not_for_ever(thread, flag):
    flag[0] = 7
    assert thread.submit(waited_s).result() >= LEAST_S


@can_nap
def test_the_end_of_a_frame_ends_the_wait(thread, flag):
    """Cleared while it is waited for, at some time: it must not be missed."""
    for _ in range(20):
        flag[0] = 1
        waiting = thread.submit(waited_s)
        flag[0] = 0
        assert waiting.result() < 60


def results(architecture, vector, images, labels):
    directions = np.random.default_rng(1).normal(0, 1, (2, vector.size)).astype(np.float32)
    u, v = np.random.default_rng(2).normal(0, 1, (2, 40))
    piece = ExactSlice(architecture, vector, *directions, images, labels, "quadratic")
    return (
        *piece.costs(u, v),
        *example_results(
            architecture,
            initial_parameters(architecture, "scaled", np.random.default_rng(0)),
            images,
            labels,
            "quadratic",
        ),
    )


@pytest.mark.parametrize("frame", [0, 1, 255])
def test_waiting_changes_no_bit(thread, flag, frame):
    """The frame never ends: the loops go on all the same."""
    architecture = Architecture((12, 5, 4))
    rng = np.random.default_rng(0)
    vector = initial_parameters(architecture, "scaled", rng).vector
    images = rng.integers(0, 256, (700, 12)).astype(np.uint8)
    labels = rng.integers(0, 4, 700).astype(np.uint8)
    given = architecture, vector, images, labels
    flag[0] = frame
    waited = thread.submit(results, *given).result()
    for found, expected in zip(waited, results(*given), strict=True):
        np.testing.assert_array_equal(found, expected)
