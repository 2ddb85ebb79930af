"""The trainer: takes steps, and goes back to any of them, or elsewhere.

Going back is replaying: the same steps from an earlier state, with every change on the way.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gdviz.engine.engine import EngineName
from gdviz.nn.parameters import FloatArray, Parameters
from gdviz.training.fit import check_fit
from gdviz.training.forward import ForwardTrainer
from gdviz.training.keeping import Place
from gdviz.training.marks import BALL, ENGINE, UNMARKED, Mark, with_mark
from gdviz.training.state import Keyframe, TrainingState, state_of

__all__ = ["Trainer", "check_fit"]


class Trainer(ForwardTrainer):
    """Trains one network, forwards and back; see `ForwardTrainer` for its parameters."""

    def rewind(self, keyframe: Keyframe, step: int) -> None:
        """Go back to a step of this run by replaying from a keyframe, bit for bit.

        Parameters
        ----------
        keyframe : Keyframe
            Of this run, at or before `step`. If it is before, `gradient` is that of the last
            step again; if it is at `step`, nothing is replayed and there is none.
        step : int
            Not after the present step. Marks after it are dropped.
        """
        marks, present = self._marks, self.config
        # How long to train, and the preset's word, are not of the step: they stay.
        words = {name: getattr(present, name) for name in UNMARKED}
        self._current.config = keyframe.config.replace(**words)
        self._current.engine = _engine_of(keyframe.engine)
        self.restore(keyframe.state)
        # What the keyframe knows is done. A mark of its step may have come, or changed, since.
        later = [m for m in marks if m.step >= keyframe.step and m not in keyframe.state.marks]
        for at in sorted({mark.step for mark in later if mark.step <= step}):
            self._replay(at)
            self._change_silently({m.setting: m.after for m in later if m.step == at})
        self._replay(step)
        self._marks = tuple(mark for mark in marks if mark.step <= step)

    def seek(self, keyframe: Keyframe, step: int, head: Keyframe) -> None:
        """Stand at any step of this run by replaying from a keyframe, bit for bit.

        Parameters
        ----------
        keyframe : Keyframe
            Of this run, at or before `step`; see `rewind`.
        step : int
            Not after `head`.
        head : Keyframe
            The run's newest state, whose marks say all that was changed on its way.
        """
        self._marks = head.state.marks
        self.rewind(keyframe, step)

    def replayed(self, keyframe: Keyframe, first: int) -> tuple[FloatArray, ...]:
        """Give the parameters after each step from one on, read-only, and stand where it stood.

        Parameters
        ----------
        keyframe : Keyframe
            Of this run, at or before `first`.
        first : int
            Not after the present step.
        """
        marks, last, diverged_at = self._marks, self.step, self.diverged_at
        points = []
        for step in range(first, last + 1):
            self._marks = marks
            self.rewind(keyframe, step)
            points.append(self.parameters.vector)
        self.diverged_at = diverged_at
        return tuple(points)

    def move_to(self, vector: FloatArray) -> None:
        """Put the network at another point of parameter space, at rest: nothing is remembered.

        It is marked, and steps go on from there. What was before cannot be replayed across the
        move: go back to before it from a keyframe that is before it.

        Parameters
        ----------
        vector : ndarray of shape (P,)
            Copied; as float32.

        Raises
        ------
        ValueError
            If it does not fit, or a number is not finite.
        """
        there = np.array(vector, np.float32)
        if there.shape != (self._layout.size,) or not np.isfinite(there).all():
            raise ValueError(f"the ball can only be put at {self._layout.size:,} finite numbers")
        away = float(np.linalg.norm(there.astype(float) - self.parameters.vector))
        start = state_of(self.config, Parameters(there, self._layout))
        marks = with_mark(self._marks, Mark(self.step, BALL, "", f"moved by {away:.3g}"))
        here = Place(self.step, self.epoch, self.position)
        memory, n_updates = start.optimizer_state, start.optimizer_step
        self.restore(TrainingState(start.parameters, memory, n_updates, *here, marks))

    def take_back_move(self, keyframe: Keyframe) -> None:
        """Go back to where the network was before it was moved, which is a keyframe of this run."""
        self._marks = keyframe.state.marks
        self.rewind(keyframe, keyframe.step)

    def _change_silently(self, settings: dict[str, Any]) -> None:
        """Change settings as their marks say."""
        engine = settings.pop(ENGINE, None)
        self._take(self.config.replace(**settings))
        if engine is not None:
            marks = self._marks
            self.use_engine(_engine_of(engine))
            self._marks = marks

    def _replay(self, step: int) -> None:
        while self.step < step:
            self.advance(step - self.step)


def _engine_of(name: str) -> EngineName:
    """Give the engine that a mark names; one that cannot be had is the best there is."""
    return "numpy" if name == "numpy" else "auto"
