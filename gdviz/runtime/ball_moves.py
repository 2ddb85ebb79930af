"""The network moved by hand to another point of parameter space, and back.

Used on the worker thread only.
"""

from __future__ import annotations

from gdviz.nn.parameters import FloatArray
from gdviz.training.state import Keyframe
from gdviz.training.timeline import Timeline
from gdviz.training.trainer import Trainer

MOST = 50
"""Moves that can be taken back."""


class BallMoves:
    """What one run needs to take its moves back: where the network was before each.

    Attributes
    ----------
    count : int
        Rises with each move and each that is taken back: a step alone does not say where the
        network is.
    """

    def __init__(self) -> None:
        self._before: list[Keyframe] = []
        self.count = 0

    def move(self, trainer: Trainer, timeline: Timeline, vector: FloatArray) -> None:
        """Put the network somewhere else and keep where it was.

        Raises
        ------
        ValueError
            If the vector is no point of its parameter space.
        """
        before = trainer.keyframe()
        trainer.move_to(vector)
        timeline.pin(trainer.keyframe())
        self._before = [*self._before[1 - MOST :], before]
        self.count += 1

    def take_back(self, trainer: Trainer, timeline: Timeline) -> bool:
        """Go back to before the last move, with all that came after it; False if there is none."""
        if not self._before:
            return False
        before = self._before.pop()
        trainer.take_back_move(before)
        timeline.forget_after(before.step - 1)
        if before.step <= timeline.start.step:
            timeline.begin(trainer.keyframe())
        self.count += 1
        return True

    def forget_after(self, step: int) -> None:
        """The run went back to a step: moves after it are gone."""
        self._before = [keyframe for keyframe in self._before if keyframe.step <= step]
