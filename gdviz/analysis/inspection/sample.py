"""Which images a network is judged by."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gdviz.analysis.inspection.outcomes import Outcomes
from gdviz.analysis.inspection.subject import SplitName

FILM_EXAMPLES = 300
"""The film's "96 %" is 288 of its first 300 test images."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A split, or its first images only.

    Parameters
    ----------
    split : {"test", "train"}
    first : int or None
        So many from the start; None for all.
    """

    split: SplitName = "test"
    first: int | None = None

    def of(self, outcomes: Outcomes) -> Outcomes:
        """Give the outcomes of these images alone, as views; ``outcomes`` is of the same split."""
        if self.first is None or self.first >= len(outcomes):
            return outcomes
        part = slice(self.first)
        return replace(
            outcomes,
            labels=outcomes.labels[part],
            weighted_inputs=outcomes.weighted_inputs[part],
            outputs=outcomes.outputs[part],
            costs=outcomes.costs[part],
            said=outcomes.said[part],
        )

    @property
    def word(self) -> str:
        """What such an image is called: ``test image`` or ``training image``."""
        return "training image" if self.split == "train" else "test image"

    def title(self, count: int) -> str:
        """What people read: ``10,000 test images`` or ``the first 300 test images``."""
        which = "the first " if self.first is not None else ""
        return f"{which}{count:,} {self.word}s"
