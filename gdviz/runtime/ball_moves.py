"""The network moved by hand to another point of parameter space, and back.

Used on the worker thread only.
"""

from __future__ import annotations

from typing import NamedTuple

from gdviz.nn.parameters import FloatArray
from gdviz.training.state import Keyframe
from gdviz.training.timeline import Timeline
from gdviz.training.trainer import Trainer

MOST = 50
"""Moves that can be taken back."""


class _Move(NamedTuple):
    before: Keyframe
    """Where the network was."""
    was_moved_there: bool
    """No step had led to where it was either."""
    to: FloatArray


class BallMoves:
    """What one run needs to take its moves back: where the network was before each.

    Attributes
    ----------
    count : int
        Rises with each move and each that is taken back or gone back over: a step alone does
        not say where the network is.
    """

    def __init__(self) -> None:
        self._moves: list[_Move] = []
        self.count = 0

    def forked(self, step: int) -> BallMoves:
        """Give the moves up to a step, for a branch that goes on from there."""
        fork = BallMoves()
        fork._moves = [move for move in self._moves if move.before.step <= step]
        fork.follow(self)
        return fork

    def follow(self, left: BallMoves) -> None:
        """Another branch was left for this one: the network is elsewhere."""
        self.count = max(self.count, left.count) + 1

    def move(self, trainer: Trainer, timeline: Timeline, vector: FloatArray) -> None:
        """Put the network somewhere else and keep where it was.

        Raises
        ------
        ValueError
            If the vector is no point of its parameter space.
        """
        move = _Move(trainer.keyframe(), timeline.is_pinned(trainer.step), vector)
        trainer.move_to(vector)
        timeline.pin(trainer.keyframe())
        self._moves = [*self._moves[1 - MOST :], move]
        self.count += 1

    def has(self, vector: FloatArray | None = None) -> bool:
        """Whether there is a move to be taken back, and it was the one to this very array."""
        return bool(self._moves) and (vector is None or self._moves[-1].to is vector)

    def take_back(
        self, trainer: Trainer, timeline: Timeline, vector: FloatArray | None = None
    ) -> bool:
        """Go back to before the last move, with all that came after it.

        Parameters
        ----------
        trainer : Trainer
        timeline : Timeline
        vector : ndarray of shape (P,), optional
            Take the move back only if it was the one to this very array.

        Returns
        -------
        bool
            False if there is none to be taken back.
        """
        if not self.has(vector):
            return False
        before, was_moved_there, _ = self._moves.pop()
        trainer.take_back_move(before)
        timeline.forget_after(before.step - 1)
        if was_moved_there:
            timeline.pin(trainer.keyframe())
        elif before.step <= timeline.start.step:
            timeline.begin(trainer.keyframe())
        self.count += 1
        return True

    def forget_after(self, step: int) -> None:
        """The run went back to a step: moves after it are gone."""
        left = [move for move in self._moves if move.before.step <= step]
        if len(left) < len(self._moves):
            self._moves = left
            self.count += 1
