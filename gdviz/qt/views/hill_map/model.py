"""What the hill of two variables does, without its picture: one start, all optimizers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.analysis.hill.cost_function import NamedCost
from gdviz.analysis.hill.walks import Walk, walks
from gdviz.nn.optimizers import OPTIMIZERS

Range = tuple[float, float]
MOST_STEPS = 2000
MOVING = tuple(key for key, optimizer in OPTIMIZERS.items() if optimizer.momentum is not None)
"""Optimizers that keep a velocity."""
USUAL_MOMENTUM = next(
    optimizer.momentum for optimizer in OPTIMIZERS.values() if optimizer.momentum is not None
)
MOST_MOMENTUM = 0.999

# Of gradient descent's learning rate, which a hill brings along.
_SHARES = {"gradient_descent": 1.0, "momentum": 0.3, "nesterov": 0.3}
# Optimizers that divide by the size of the gradient go about η per step, whatever the slope:
# theirs is a share of the map.
_SHARES_OF_MAP = {"adagrad": 0.05, "rmsprop": 0.005, "adam": 0.02, "adamw": 0.02}


@dataclass(frozen=True, slots=True)
class Reading:
    """Where one optimizer is now.

    Parameters
    ----------
    x, y, cost : float
    gradient : (float, float)
    next_step : (float, float)
        NaN after the last step.
    path_length : float
    taken : int
        Steps; fewer than the picture's if it diverged.
    inner : tuple of (str, (float, float))
        What each of its state arrays holds.
    """

    x: float
    y: float
    cost: float
    gradient: tuple[float, float]
    next_step: tuple[float, float]
    path_length: float
    taken: int
    inner: tuple[tuple[str, tuple[float, float]], ...]

    @property
    def slope(self) -> float:
        """|∇C|."""
        return math.hypot(*self.gradient)


class MapModel:
    """The state of the picture; walks are taken when they are asked for.

    Parameters
    ----------
    formula : NamedCost
        Of x and y.
    x_range, y_range : (float, float)
    start : (float, float)
    learning_rate : float
        Of gradient descent; the others get one that suits them.
    """

    def __init__(
        self,
        formula: NamedCost,
        x_range: Range,
        y_range: Range,
        start: tuple[float, float],
        learning_rate: float,
    ) -> None:
        self.shown: set[str] = set(OPTIMIZERS)
        self.chosen = "gradient_descent"
        self.n_steps = 120
        self.momentum = USUAL_MOMENTUM
        self.step = 0
        self.minima: tuple[tuple[float, float], ...] = ()
        self.take_hill(formula, x_range, y_range, start, learning_rate)

    # --- changes ---------------------------------------------------------------------------

    def take_hill(
        self,
        formula: NamedCost,
        x_range: Range,
        y_range: Range,
        start: tuple[float, float],
        learning_rate: float,
    ) -> None:
        """Take another hill, at step 0, with learning rates for it."""
        self.formula, self.x_range, self.y_range = formula, x_range, y_range
        self.start, self.step = start, 0
        self.minima = ()
        self.rates = usual_rates(learning_rate, self.width)
        self._walks: dict[str, Walk] = {}

    def take_start(self, x: float, y: float) -> None:
        """Begin elsewhere; the step that is shown stays."""
        self.start = (x, y)
        self._walks = {}

    def take_rate(self, key: str, rate: float) -> None:
        """Give one optimizer another learning rate."""
        self.rates[key] = rate
        self._walks.pop(key, None)

    def take_momentum(self, momentum: float) -> None:
        """Let optimizers that keep a velocity keep another share of it."""
        self.momentum = min(max(momentum, 0.0), MOST_MOMENTUM)
        for key in MOVING:
            self._walks.pop(key, None)

    def take_steps(self, n_steps: int) -> None:
        """Take more steps, or fewer."""
        self.n_steps = min(max(n_steps, 1), MOST_STEPS)
        self.step = min(self.step, self.n_steps)
        self._walks = {}

    def show(self, key: str, is_shown: bool) -> None:
        """Show an optimizer, or do not."""
        if is_shown:
            self.shown.add(key)
        else:
            self.shown.discard(key)

    def go(self, steps: int) -> bool:
        """Go on or back; whether there was anywhere to go."""
        return self.go_to(self.step + steps)

    def go_to(self, step: int) -> bool:
        """Show a step; whether it is another one."""
        wanted = min(max(step, 0), self.n_steps)
        moved, self.step = wanted != self.step, wanted
        return moved

    @property
    def width(self) -> float:
        """Give the map's shorter side."""
        (x0, x1), (y0, y1) = self.x_range, self.y_range
        return min(x1 - x0, y1 - y0)

    # --- what follows ----------------------------------------------------------------------

    def shown_keys(self) -> list[str]:
        """Give the optimizers that are shown, the chosen one last: it is painted on top."""
        keys = [key for key in OPTIMIZERS if key in self.shown]
        return sorted(keys, key=lambda key: key == self.chosen)

    def walk_of(self, key: str) -> Walk:
        """Give all steps of an optimizer from the start."""
        if key not in self._walks:
            # All that are wanted at once: their gradients are then taken together.
            missing = {
                other: self.rates[other]
                for other in OPTIMIZERS
                if other not in self._walks and (other in self.shown or other == key)
            }
            self._walks.update(
                walks(self.formula, self.start, missing, self.n_steps, self.momentum)
            )
        return self._walks[key]

    def path(self, key: str) -> npt.NDArray[np.float64]:
        """Give every point up to the step that is shown, shape (n, 2), none left out."""
        return self.walk_of(key).points[: self.step + 1]

    def reading(self, key: str) -> Reading:
        """Give where an optimizer is now."""
        found = self.walk_of(key)
        last = self.n_steps if found.diverged_at is None else found.diverged_at
        k = min(self.step, last)
        x, y = found.points[k].tolist()
        after = found.points[k + 1] if k + 1 < len(found.points) else np.full(2, np.nan)
        taken = found.points[: k + 1]
        length = float(np.hypot(*np.diff(taken, axis=0).T).sum())
        arrays = OPTIMIZERS[key].arrays
        inner = tuple((name, _pair(found.states[k, row])) for row, name in enumerate(arrays))
        return Reading(
            x,
            y,
            float(found.costs[k]),
            _pair(found.gradients[k]),
            _pair(after - found.points[k]),
            length,
            k,
            inner,
        )


def usual_rates(learning_rate: float, width: float) -> dict[str, float]:
    """Give a learning rate of two digits for every optimizer of the table."""
    return {
        key: float(f"{_SHARES_OF_MAP[key] * width:.2g}")
        if key in _SHARES_OF_MAP
        else float(f"{_SHARES.get(key, 1.0) * learning_rate:.2g}")
        for key in OPTIMIZERS
    }


def _pair(values: npt.NDArray[np.floating]) -> tuple[float, float]:
    return (float(values[0]), float(values[1]))
