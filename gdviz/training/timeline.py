"""Keyframes of a run: the path that the ball has taken, and where to replay from.

States are kept at every multiple of a stride. When the memory bound is reached every second
one is dropped and the stride doubles, so that the whole path stays covered, evenly.

One thread at a time may use a timeline; the states in it are read-only and may be shared.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gdviz.training.state import Keyframe

BYTE_LIMIT = 64 * 1024 * 1024
MAXIMUM_KEYFRAMES = 400
MINIMUM_KEYFRAMES = 2
"""Whatever the network's size: the start, and one on the way."""


class Timeline:
    """Evenly spaced states of one run.

    Parameters
    ----------
    start : Keyframe
        Always kept, whatever its step.
    byte_limit : int
        Memory for all keyframes; two are kept even if they take more.
    """

    def __init__(self, start: Keyframe, byte_limit: int = BYTE_LIMIT) -> None:
        self._states = [start]
        self._pinned: list[int] = []
        self._capacity = int(
            np.clip(byte_limit // max(start.n_bytes, 1), MINIMUM_KEYFRAMES, MAXIMUM_KEYFRAMES)
        )
        self.stride = 1
        """Steps between two keyframes."""

    def __len__(self) -> int:
        return len(self._states)

    @property
    def start(self) -> Keyframe:
        """The state at which the run began."""
        return self._states[0]

    def begin(self, start: Keyframe) -> None:
        """Begin anew from another state at the same step."""
        self._states, self._pinned = [start], []

    def steps_to_keyframe(self, step: int) -> int:
        """Steps from a step to the next one that wants a keyframe, at least 1."""
        return self.stride - (step - self.start.step) % self.stride

    def wants(self, step: int) -> bool:
        """True if the state at this step should be recorded."""
        after_last = step > self._states[-1].step
        return after_last and (step - self.start.step) % self.stride == 0

    def record(self, state: Keyframe) -> None:
        """Keep a state for which `wants` is true."""
        if len(self._states) >= self._capacity:
            self.stride *= 2
            first = self.start.step
            self._states = [
                kept
                for kept in self._states
                if (kept.step - first) % self.stride == 0 or kept.step in self._pinned
            ]
        if self.wants(state.step):
            self._states.append(state)

    def pin(self, state: Keyframe) -> None:
        """Keep a state as long as its step: the network was moved there, and no steps lead to it.

        It takes the place of a state of the same step.
        """
        self.forget_after(state.step - 1)
        if state.step <= self.start.step:
            self._states = []
        self._states.append(state)
        self._pinned.append(state.step)

    def is_pinned(self, step: int) -> bool:
        """Whether the network was moved at a step."""
        return step in self._pinned

    @property
    def last_pinned(self) -> int | None:
        """The newest step at which the network was moved, or None."""
        return self._pinned[-1] if self._pinned else None

    def at_or_before(self, step: int) -> Keyframe:
        """Give the latest keyframe that is not after a step; at least the start."""
        return next((s for s in reversed(self._states) if s.step <= step), self.start)

    def forget_after(self, step: int) -> None:
        """Drop the keyframes after a step: the run went back."""
        self._states = [s for s in self._states if s.step <= step] or [self.start]
        self._pinned = [pinned for pinned in self._pinned if pinned <= step]

    def path(self) -> tuple[npt.NDArray[np.int64], tuple[npt.NDArray[np.floating], ...]]:
        """Give steps and parameter vectors of the keyframes, oldest first.

        Since the network was moved last, if it was: what was before is another path. The vectors
        are the read-only ones of the states: nothing is copied.
        """
        first = self.start.step if self.last_pinned is None else self.last_pinned
        states = [state for state in self._states if state.step >= first]
        steps = np.array([state.step for state in states], np.int64)
        return steps, tuple(state.parameters.vector for state in states)
