"""Where a step stands on the strip, and how far the strip goes. No Qt; any thread may call."""

from __future__ import annotations

import math
from dataclasses import dataclass

ENDS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
"""Times a power of ten: where the strip may end. At least three quarters of it are filled."""
LEAST_STEPS = 20
"""The strip is never shorter than this."""
MOST_EPOCHS = 60
"""With more epochs their notches would be a comb."""
PAGES = 20
"""The run is as many pages long, if its epochs are too few or too long for that."""
LEAST_EPOCHS = 4
"""Epochs in a run from which on a page is an epoch."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Steps from left to right, evenly.

    Parameters
    ----------
    start, end : int
        Steps at its ends; `end` is the greater one.
    left, width : float
        In pixels; the width is above 0.
    """

    start: int
    end: int
    left: float
    width: float

    def x_of(self, step: float) -> float:
        """Give where a step stands, in pixels."""
        return self.left + (step - self.start) / (self.end - self.start) * self.width

    def step_at(self, x: float) -> int:
        """Give the step next to a place; beyond the ends, that of the end."""
        share = min(max((x - self.left) / self.width, 0.0), 1.0)
        return self.start + round(share * (self.end - self.start))


def axis_end(start: int, newest: int, planned: int | None = None) -> int:
    """Give where the strip ends: a round number of steps after the start, at or after the newest.

    Parameters
    ----------
    start, newest : int
    planned : int, optional
        Where training will end; the strip does not go beyond it before the run does.
    """
    n_steps = max(newest - start, LEAST_STEPS)
    power = 10.0 ** math.floor(math.log10(n_steps))
    length = next(math.ceil(f * power) for f in ENDS if f * power >= n_steps)
    if planned is not None and newest <= planned:
        length = min(length, max(planned - start, LEAST_STEPS))
    return start + length


def epoch_ends(step: int, epoch: float, steps_per_epoch: int, start: int, end: int) -> list[int]:
    """Give the steps after which an epoch was, or will be, complete.

    Parameters
    ----------
    step : int
        Any step of the run.
    epoch : float
        Passes over the examples until then.
    steps_per_epoch : int
        The same in all of the run.
    start, end : int
        The ends of the strip; those between them are given, or none if there are too many.
    """
    done = math.floor(epoch + 1e-9)
    # Rounded down: an epoch whose last mini-batch is smaller is a little shorter than its steps.
    last = step - math.floor(max(epoch - done, 0.0) * steps_per_epoch + 1e-6)
    first = last - max(last - start, 0) // steps_per_epoch * steps_per_epoch
    ends = range(first, end, steps_per_epoch)
    return [k for k in ends if k > start] if len(ends) <= MOST_EPOCHS else []


def page_of(n_steps: int, steps_per_epoch: int) -> int:
    """Give how many steps a page is: an epoch, or a twentieth of a run that has few of them."""
    if n_steps >= LEAST_EPOCHS * steps_per_epoch:
        return steps_per_epoch
    return max(n_steps // PAGES, 1)
