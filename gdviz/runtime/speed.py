"""How fast a run goes: examples per second over the last while, and what a step takes."""

from __future__ import annotations

WINDOW_S = 0.5
FIRST_WINDOW_S = 0.1
"""Shorter, so that a short run has a figure too."""


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
        """Take a burst of so many steps."""
        self.seconds_per_step = seconds / n_steps
        elapsed = now - self._began
        if elapsed >= self._window_s:
            self.examples_per_second = (n_seen - self._n_seen) / elapsed
            self._began, self._window_s, self._n_seen = now, WINDOW_S, n_seen
