"""How fast a run goes: examples per second over the last while, and what a step takes."""

from __future__ import annotations

import time

WINDOW_S = 0.5
FIRST_WINDOW_S = 0.1
"""Shorter, so that a short run has a figure too."""


_IS_FINE = time.get_clock_info("thread_time").resolution < 1e-4


def busy_s() -> float:
    """Give the processor time of the calling thread, in seconds from some beginning.

    Where other programs take the cores, a burst that is put aside for a while would otherwise be
    followed by a shorter one, down to single steps, each of which has to wait for its turn again.
    Beside three busy programs on two cores, training fell to about a thousand examples a second so.
    Where the system counts it in coarse ticks only (Windows), the time that passes is given.
    """
    return time.thread_time() if _IS_FINE else time.perf_counter()


class Speed:
    """Measured from bursts.

    Attributes
    ----------
    examples_per_second : float
        0 before the first window is over.
    seconds_per_step : float
        Of the last burst; 0 before there was one.
    """

    def __init__(self) -> None:
        self.examples_per_second = 0.0
        self.seconds_per_step = 0.0
        self._began, self._window_s, self._n_seen = 0.0, FIRST_WINDOW_S, 0

    def begin(self, now: float, n_seen: int) -> None:
        """Training goes on: what was measured before it stood says nothing of now.

        Parameters
        ----------
        now : float
            By `time.perf_counter`.
        n_seen : int
            Examples so far.
        """
        self.examples_per_second = 0.0
        self._began, self._window_s = now, FIRST_WINDOW_S
        self._n_seen = n_seen

    def see(self, n_steps: int, seconds: float, now: float, n_seen: int) -> None:
        """Take a burst of so many steps, and what its steps took in seconds."""
        self.seconds_per_step = seconds / n_steps
        elapsed = now - self._began
        if elapsed >= self._window_s:
            self.examples_per_second = (n_seen - self._n_seen) / elapsed
            self._began, self._window_s, self._n_seen = now, WINDOW_S, n_seen
