"""The parameters after each of the last steps: kept where steps are dear, replayed elsewhere.

Used on the worker thread only.
"""

from __future__ import annotations

from collections import deque

from gdviz.engine.engine import CHUNK
from gdviz.nn.parameters import FloatArray
from gdviz.training.timeline import Timeline
from gdviz.training.trainer import Trainer

KEPT = 3
"""Points after large steps, which are too dear to be replayed."""


class RecentPoints:
    """Of one run.

    Parameters
    ----------
    trainer : Trainer
    """

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._kept: deque[tuple[int, FloatArray]] = deque(maxlen=KEPT)

    def see(self) -> None:
        """Steps were taken: keep where they led, if they are large ones."""
        if self._trainer.mini_batch > CHUNK:
            self._kept.append((self._trainer.step, self._trainer.parameters.vector))

    def forget(self) -> None:
        """The run went back, or was moved."""
        self._kept.clear()

    def last(self, count: int, timeline: Timeline) -> tuple[FloatArray, ...]:
        """Give so many points, oldest first, ending where the run is; read-only.

        Fewer at the beginning and after a move. Of large steps that are not kept, only the
        present point: to replay steps that take seconds would hold up a pause.
        """
        trainer = self._trainer
        moved = [step for step in timeline.pinned if step <= trainer.step]
        begin = moved[-1] if moved else timeline.start.step
        first = max(trainer.step - count + 1, begin)
        kept = tuple(vector for step, vector in self._kept if first <= step <= trainer.step)
        if len(kept) == trainer.step - first + 1:
            return kept
        if trainer.mini_batch > CHUNK:
            return (trainer.parameters.vector,)
        return trainer.replayed(timeline.at_or_before(first), first)
