"""Words and logic that verdicts share."""

from __future__ import annotations

import math

import numpy as np

from gdviz.experiments.repeats import Interval, mean_interval


def within(interval: Interval | None, digits: int) -> str:
    """Give an interval in brackets after its figure; nothing if there is none."""
    if interval is None:
        return ""
    return f" (95 % interval {interval[0]:.{digits}f} to {interval[1]:.{digits}f})"


def starts(count: int) -> str:
    """Give how many starts there were."""
    return f"{count} start{'' if count == 1 else 's'}"


def cannot_tell(holds: bool | None, interval: Interval | None) -> str:
    """Give the sentence of a verdict that is none; nothing if it is one."""
    if holds is not None:
        return ""
    return " One start cannot tell." if interval is None else " So few starts cannot tell."


def all_of(*parts: bool | None) -> bool | None:
    """Say whether all of some verdicts hold; None if that hangs on one that cannot be told."""
    if any(part is False for part in parts):
        return False
    return None if any(part is None for part in parts) else True


def mean_ratio(pairs: list[tuple[float, float]]) -> tuple[float, Interval | None]:
    """Give the geometric mean of the ratios a/b, and the 95 % interval by their logarithms."""
    smallest = np.finfo(float).tiny
    logs = np.array([math.log(max(a, smallest) / max(b, smallest)) for a, b in pairs])
    interval = mean_interval(logs)
    bounds = None if interval is None else (math.exp(interval[0]), math.exp(interval[1]))
    return math.exp(float(logs.mean())), bounds
