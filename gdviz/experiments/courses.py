"""The course of a curve that falls: how long it takes, and how suddenly; and means of curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.experiments.repeats import t_quantile

Floats = npt.NDArray[np.float64]

_WHOLE = 0.95
"""So much of the fall counts as done: the last of it may take for ever."""
_STRETCH = 0.1


@dataclass(frozen=True, slots=True)
class Course:
    """How a curve falls from its first value to its lowest.

    Parameters
    ----------
    fall : float
        First value less lowest; above 0.
    duration : float
        Until 95 % of the fall is done, in units of the curve's places.
    steepest_tenth : float
        The largest share of these 95 % within any tenth of that time: 0.1 for a straight line,
        0.27 for an exponential decay, 1 for a step.
    """

    fall: float
    duration: float
    steepest_tenth: float


def course_of(places: npt.NDArray[np.floating], values: npt.NDArray[np.floating]) -> Course | None:
    """Give the course of a curve; None if it never falls.

    Parameters
    ----------
    places : ndarray of shape (n,)
        Not falling, such as epochs; from 0.
    values : ndarray of shape (n,)
        Where it rises again only its lowest value so far counts; between places it is straight.
    """
    lowest = np.minimum.accumulate(values.astype(np.float64))
    fall = float(lowest[0] - lowest[-1])
    if not fall > 0:
        return None
    done = (lowest[0] - lowest) / fall
    after = int(np.searchsorted(done, _WHOLE))
    before = after - 1
    part = (_WHOLE - done[before]) / (done[after] - done[before])
    duration = float(places[before] + part * (places[after] - places[before])) - float(places[0])
    if duration == 0:
        return Course(fall, 0.0, 1.0)
    stretch = _STRETCH * duration
    # The gain of a window is straight between the places at which one of its ends meets a bend.
    begins = np.concatenate([places, places - stretch])
    begins = np.clip(begins, places[0], places[0] + duration - stretch)
    gains = np.interp(begins + stretch, places, done) - np.interp(begins, places, done)
    return Course(fall, duration, float(gains.max()) / _WHOLE)


def scored_epochs(epochs: int, count: int = 120) -> tuple[float, ...]:
    """Give about so many moments of a training: dense at its start, and evenly to its end."""
    first = min(0.1, epochs / count)
    early, even = np.geomspace(first, epochs, count // 2), np.linspace(0, epochs, count // 2)
    return tuple(np.unique(np.concatenate([early, even[1:]]).round(6)).tolist())


def mean_columns(
    values: Floats, limits: tuple[float, float] = (-np.inf, np.inf)
) -> tuple[Floats, Floats | None, Floats | None]:
    """Give the mean of each column and its 95 % interval, as `repeats.mean_interval` does of one.

    Parameters
    ----------
    values : ndarray of shape (n, m)
        NaN where there is no value; in each column at least one is none.
    limits : (float, float)
        What values can be: the intervals of few runs would reach beyond.

    Returns
    -------
    mean : ndarray of shape (m,)
    low, high : ndarray of shape (m,), or None
        NaN in columns of one value; None if there is only one row.
    """
    counts = np.isfinite(values).sum(axis=0)
    mean = np.nansum(values, axis=0) / counts
    if len(values) < 2:
        return mean, None, None
    squares = np.nansum(np.square(values - mean), axis=0)
    quantiles = np.array([t_quantile(n - 1) if n > 1 else np.nan for n in counts.tolist()])
    half = quantiles * np.sqrt(squares / np.maximum(counts - 1, 1) / counts)
    return mean, np.maximum(mean - half, limits[0]), np.minimum(mean + half, limits[1])
