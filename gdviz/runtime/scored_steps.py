"""Which steps of a run were scored, and where the next score would tell most."""

from __future__ import annotations

import bisect
import heapq
import itertools
import math

WIDE_GAP = 0.25
"""A ratio of steps, as a difference of logarithms, that is worth another evaluation."""


class ScoredSteps:
    """The steps that were scored, with the wide gaps between them.

    The first thousand steps pass in less than the interval between two evaluations; they are
    scored afterwards, so that the curves show how it began. Steps are added in the order of a
    run, or into a gap, so that what is done at each is independent of how many there are.

    One thread at a time may use it.
    """

    def __init__(self) -> None:
        self._steps: list[int] = []
        self._gaps: list[tuple[float, int, int]] = []
        """A heap, widest first: minus the width, and the steps at both ends."""

    def __len__(self) -> int:
        return len(self._steps)

    def add(self, step: int) -> None:
        """Keep a step that was scored; one that is known already changes nothing."""
        steps = self._steps
        at = bisect.bisect_left(steps, step)
        if at < len(steps) and steps[at] == step:
            return
        steps.insert(at, step)
        if at > 0:
            self._keep_gap(steps[at - 1], step)
        if at + 1 < len(steps):
            self._keep_gap(step, steps[at + 1])

    def pop_gap(self) -> tuple[int, int, int] | None:
        """Give the widest gap that is wide and was not given yet, or None.

        Returns
        -------
        below, middle, above : int
            The steps at its ends, and between them the one that halves it as the curves show it.
        """
        if not self._gaps:
            return None
        _, below, above = heapq.heappop(self._gaps)
        origin = self._steps[0]
        places = math.log1p(below - origin), math.log1p(above - origin)
        return below, origin + round(math.expm1(sum(places) / 2)), above

    def forget_after(self, step: int) -> None:
        """Drop the steps after a step: the run went back."""
        del self._steps[bisect.bisect_right(self._steps, step) :]
        self._gaps.clear()
        for below, above in itertools.pairwise(self._steps):
            self._keep_gap(below, above)

    def _keep_gap(self, below: int, above: int) -> None:
        origin = self._steps[0]
        width = math.log1p(above - origin) - math.log1p(below - origin)
        if width >= WIDE_GAP and above - below > 1:
            heapq.heappush(self._gaps, (-width, below, above))
