"""What a run may run until: a few conditions as one value, the first that is met ends it.

A value only: `gdviz.analysis.goal_tracker` looks whether it is reached.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from gdviz.training.config import MAXIMUM_EPOCHS

PLATEAU_FALL = 0.01
"""Part of its lowest level by which the smoothed cost must fall for a fall to count."""

MAXIMUM_MINUTES = 1_000_000.0

_CONDITIONS = (
    ("epochs", "the number of epochs", MAXIMUM_EPOCHS),
    ("cost", "the smoothed cost", math.inf),
    ("accuracy", "the test accuracy", 1.0),
    ("plateau_epochs", "the length of a plateau in epochs", MAXIMUM_EPOCHS),
    ("minutes", "the training time in minutes", MAXIMUM_MINUTES),
)
"""Field, its name in a sentence, and the most it may be; all are above 0."""


@dataclass(frozen=True, slots=True)
class Goal:
    """Where a run shall end: at whichever of these conditions is met first.

    Parameters
    ----------
    epochs : float or None
        Passes over the training examples since the start of the run, in total.
    cost : float or None
        The smoothed mini-batch cost is at or below this.
    accuracy : float or None
        The share of the test images that are right is at or above this, above 0 to 1.
    plateau_epochs : float or None
        The smoothed cost has not fallen for so many epochs. A fall counts when it leads at
        least `PLATEAU_FALL` (1 %) below the lowest level that counted before it.
    minutes : float or None
        Of training; pauses do not count.

    Raises
    ------
    ValueError
        One sentence: no condition is given, or one is out of range.
    """

    epochs: float | None = None
    cost: float | None = None
    accuracy: float | None = None
    plateau_epochs: float | None = None
    minutes: float | None = None

    def __post_init__(self) -> None:
        values = [(getattr(self, field), name, most) for field, name, most in _CONDITIONS]
        if all(value is None for value, _, _ in values):
            raise ValueError("a goal needs at least one condition")
        for value, name, most in values:
            if value is None:
                continue
            if not (math.isfinite(value) and 0 < value <= most):
                limit = f" and at most {most:,g}" if math.isfinite(most) else ""
                raise ValueError(f"{name} must be above 0{limit}, not {value:g}")

    @property
    def conditions(self) -> tuple[str, ...]:
        """Each condition in a few words, for example ``95 % test accuracy``."""
        words = []
        if self.epochs is not None:
            words.append(f"epoch {self.epochs:,g}")
        if self.cost is not None:
            words.append(f"cost {self.cost:g}")
        if self.accuracy is not None:
            words.append(f"{100 * self.accuracy:g} % test accuracy")
        if self.plateau_epochs is not None:
            plural = "" if self.plateau_epochs == 1 else "s"
            words.append(f"no fall for {self.plateau_epochs:,g} epoch{plural}")
        if self.minutes is not None:
            words.append(f"{self.minutes:,g} min")
        return tuple(words)

    @property
    def name(self) -> str:
        """All conditions, for example ``cost 0.1 or 95 % test accuracy``."""
        *first, last = self.conditions
        return f"{', '.join(first)} or {last}" if first else last

    @property
    def title(self) -> str:
        """What the run runs until: ``until`` and its name."""
        return f"until {self.name}"
