"""How the learning rate changes over a run: a factor for each step.

A schedule sees how many epochs have passed and the *horizon*, the number of epochs over which it
is laid out. The horizon belongs to the configuration and not to how long someone happens to
train: two epochs and two more are then the same as four. Epochs and not steps, so that another
size of the mini-batch in the middle of a run does not move the schedule. Beyond the horizon the
last factor holds.

Imports the standard library only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule: ``factor(progress)`` with progress from 0 to 1 along the horizon."""

    key: str
    title: str
    factor: Callable[[float], float]


def constant(_progress: float) -> float:
    """Give 1.

    References
    ----------
    Robbins, Monro, *A stochastic approximation method* (1951) show when it must fall; a constant
    rate ends in a region about the minimum and not in it.
    """
    return 1.0


def step_decay(progress: float) -> float:
    """Give ½ to the number of fifths passed: 1, 0.5, 0.25, 0.125, 0.0625.

    References
    ----------
    Bottou, Curtis, Nocedal, *Optimization methods for large-scale machine learning* (2018),
    section 4.2: halve the rate when a constant one gains no more.
    """
    return float(0.5 ** min(int(progress * 5), 4))


def exponential(progress: float) -> float:
    """Give 0.01 to the power of the progress: a hundredth at the end.

    References
    ----------
    Li, Arora, *An exponential learning rate schedule for deep learning* (2020).
    """
    return float(0.01**progress)


def cosine(progress: float) -> float:
    """Give half a cosine from 1 down to 0.01, so that training on never stands still.

    References
    ----------
    Loshchilov, Hutter, *SGDR: stochastic gradient descent with warm restarts* (2017),
    equation 5, without restarts.
    """
    return 0.01 + 0.99 * (1 + math.cos(math.pi * progress)) / 2


def one_cycle(progress: float) -> float:
    """Give a rise from 0.04 to 1 over the first 30 %, then half a cosine down to 0.001.

    References
    ----------
    Smith, Topin, *Super-convergence* (2018).
    """
    if progress < 0.3:
        return 0.04 + 0.96 * (1 - math.cos(math.pi * progress / 0.3)) / 2
    return 0.001 + 0.999 * (1 + math.cos(math.pi * (progress - 0.3) / 0.7)) / 2


SCHEDULES: dict[str, Schedule] = {
    entry.key: entry
    for entry in (
        Schedule("constant", "Constant", constant),
        Schedule("step", "Step", step_decay),
        Schedule("exponential", "Exponential", exponential),
        Schedule("cosine", "Cosine", cosine),
        Schedule("one_cycle", "One-cycle", one_cycle),
    )
}


def schedule_factor(schedule: str, epochs: float, horizon: float) -> float:
    """Give the factor on the learning rate for one step.

    Parameters
    ----------
    schedule : str
        A key of `SCHEDULES`.
    epochs : float
        Passes over the examples before this step, with the fraction of the present one.
    horizon : float
        Passes over which the schedule is laid out, above 0.

    Returns
    -------
    float
    """
    return SCHEDULES[schedule].factor(min(epochs / horizon, 1.0))
