"""Keyframes of a run: the path that the ball has taken, and where to replay from.

States are kept at every multiple of a stride. When the memory bound is reached every second
one leaves and the stride doubles, so that the whole path stays covered, evenly. Beside them are
states that only serve to be found again quickly: dense at the start and at the newest step,
thinning with the distance from both.

One thread at a time may use a timeline; the states in it are read-only and may be shared.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
import numpy.typing as npt

from gdviz.training.state import Keyframe

BYTE_LIMIT = 64 * 1024 * 1024
MAXIMUM_KEYFRAMES = 400
MINIMUM_KEYFRAMES = 2
"""Whatever the network's size: the start, and one on the way."""
NEAR_SHARE = 0.25
"""Of memory and number, for what is near the start and the newest step."""


class Timeline:
    """Evenly spaced states of one run, and some more where they are wanted most.

    Parameters
    ----------
    start : Keyframe
        Always kept, whatever its step.
    byte_limit : int
        Memory for all keyframes; a few are kept even if they take more.
    """

    def __init__(self, start: Keyframe, byte_limit: int = BYTE_LIMIT) -> None:
        self._states = [start]
        self._near: list[Keyframe] = []
        self._pinned: list[int] = []
        self._byte_limit = byte_limit
        affordable = byte_limit // max(start.n_bytes, 1)
        self._near_capacity = int(
            np.clip(NEAR_SHARE * affordable, MINIMUM_KEYFRAMES, NEAR_SHARE * MAXIMUM_KEYFRAMES)
        )
        self._capacity = int(
            np.clip(affordable - self._near_capacity, MINIMUM_KEYFRAMES, MAXIMUM_KEYFRAMES)
        )
        self.stride = 1
        """Steps between two keyframes."""

    @classmethod
    def restored(
        cls, keyframes: tuple[Keyframe, ...], pinned: tuple[int, ...], head_step: int
    ) -> Timeline:
        """Give the timeline of a run that was saved with some of its keyframes.

        Parameters
        ----------
        keyframes : tuple of Keyframe
            By rising step, at least the start.
        pinned : tuple of int
            Steps of those to which no steps lead.
        head_step : int
            The newest step: keyframes will be as far apart as after so many steps.
        """
        timeline = cls(keyframes[0])
        timeline._states = list(keyframes)
        timeline._pinned = [frame.step for frame in keyframes if frame.step in pinned]
        while (head_step - keyframes[0].step) // timeline.stride >= timeline._capacity:
            timeline.stride *= 2
        return timeline

    def __len__(self) -> int:
        return len(self._states)

    @property
    def start(self) -> Keyframe:
        """The state at which the run began."""
        return self._states[0]

    def begin(self, start: Keyframe) -> None:
        """Begin anew from another state at the same step."""
        self._states, self._near, self._pinned = [start], [], []

    def forked(self, step: int) -> Timeline:
        """Give a timeline of its own with what is at or before a step; states are shared."""
        fork = Timeline(self.start, self._byte_limit)
        fork.stride = self.stride
        fork._states, fork._near = list(self._states), list(self._near)
        fork._pinned = list(self._pinned)
        fork.forget_after(step)
        return fork

    # --- recording ------------------------------------------------------------------------

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
            kept: list[Keyframe] = []
            left: list[Keyframe] = []
            for one in self._states:
                stays = (one.step - first) % self.stride == 0 or one.step in self._pinned
                (kept if stays else left).append(one)
            self._states = kept
            # The earliest of them are what is dense at the start.
            self._near = sorted([*self._near, *left], key=_step_of)
            self._thin()
        if self.wants(state.step):
            self._states.append(state)

    def wants_near(self, step: int, spacing: int) -> bool:
        """True if no state is kept among the last steps, so many of them."""
        near = self._near[-1].step if self._near else self.start.step
        return step - max(near, self._states[-1].step) >= max(spacing, 1)

    def record_near(self, state: Keyframe) -> None:
        """Keep the newest state, to be found again quickly as long as it is near."""
        if not self._near or state.step > self._near[-1].step:
            self._near.append(state)
            self._thin()

    def _thin(self) -> None:
        """Drop what stands closest together, in proportion to how far both ends are.

        When the stride doubles, hundreds leave at once, on the thread that trains: after each only
        its two neighbours are looked at again.
        """
        surplus = len(self._near) - self._near_capacity
        if surplus <= 0:
            return
        first = self.start.step
        places = [first, *(state.step for state in self._near)]
        newest = max(places[-1], self._states[-1].step)
        # The last of them always stays.
        nearness = [1 / (step - first + 1) + 1 / (newest - step + 1) for step in places[1:-1]]
        crowd = [
            (above - below) * near
            for below, above, near in zip(places[:-2], places[2:], nearness, strict=True)
        ]
        for _ in range(surplus):
            gone = crowd.index(min(crowd))
            del self._near[gone], places[gone + 1], nearness[gone], crowd[gone]
            for k in range(max(gone - 1, 0), min(gone + 1, len(crowd))):
                crowd[k] = (places[k + 2] - places[k]) * nearness[k]

    def pin(self, state: Keyframe) -> None:
        """Keep a state as long as its step: the network was moved there, and no steps lead to it.

        It takes the place of a state of the same step.
        """
        self.forget_after(state.step - 1)
        if state.step <= self.start.step:
            self._states = []
        self._states.append(state)
        self._pinned.append(state.step)

    # --- asking ---------------------------------------------------------------------------

    def is_pinned(self, step: int) -> bool:
        """Whether the network was moved at a step."""
        return step in self._pinned

    @property
    def pinned(self) -> tuple[int, ...]:
        """Steps at which the network was moved."""
        return tuple(self._pinned)

    @property
    def last_pinned(self) -> int | None:
        """The newest step at which the network was moved, or None."""
        return self._pinned[-1] if self._pinned else None

    def at_or_before(self, step: int) -> Keyframe:
        """Give the latest keyframe that is not after a step; at least the start."""
        found = self.start
        for states in (self._near, self._states):
            k = bisect_right(states, step, key=_step_of)
            if k and states[k - 1].step >= found.step:
                found = states[k - 1]
        return found

    def keyframes(self) -> tuple[Keyframe, ...]:
        """Give all that are kept, by rising step; where two have one step, the path's own."""
        by_step = {state.step: state for state in (*self._near, *self._states)}
        return tuple(by_step[step] for step in sorted(by_step))

    def forget_after(self, step: int) -> None:
        """Drop the keyframes after a step: the run went back."""
        self._states = [s for s in self._states if s.step <= step] or [self.start]
        self._near = [s for s in self._near if s.step <= step]
        self._pinned = [pinned for pinned in self._pinned if pinned <= step]

    def thin_after(self, step: int, most: int) -> None:
        """Keep at most so many states after a step, evenly, and those that were moved to."""
        after = [state for state in self._states if state.step > step]
        wanted = {round(k) for k in np.linspace(0, len(after) - 1, min(most, len(after)))}
        kept = [s for k, s in enumerate(after) if k in wanted or s.step in self._pinned]
        self._states = [state for state in self._states if state.step <= step] + kept
        self._near = [state for state in self._near if state.step <= step]

    def path(self) -> tuple[npt.NDArray[np.int64], tuple[npt.NDArray[np.floating], ...]]:
        """Give steps and parameter vectors of the evenly spaced keyframes, oldest first.

        Since the network was moved last, if it was: what was before is another path. The vectors
        are the read-only ones of the states: nothing is copied.
        """
        first = self.start.step if self.last_pinned is None else self.last_pinned
        states = [state for state in self._states if state.step >= first]
        steps = np.array([state.step for state in states], np.int64)
        return steps, tuple(state.parameters.vector for state in states)


def _step_of(state: Keyframe) -> int:
    return state.step
