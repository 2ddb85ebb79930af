"""Limits of signed colour scales that stand still: round numbers that move only when they must."""

from __future__ import annotations

import math

ROUND = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def round_limit(wanted: float) -> float:
    """Give the least round number that is not below a positive value."""
    if not (math.isfinite(wanted) and wanted > 0):
        return 1.0
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(float(f"{f * power:.6g}") for f in ROUND if f * power >= wanted * (1 - 1e-9))


def steady_limit(wanted: float, before: float | None) -> float:
    """Keep the limit of the frame before while it fits: a scale that flickers cannot be read.

    It widens as soon as the wanted limit is beyond it and narrows only when that is below
    half of it.
    """
    if before is not None and 0.5 * before <= wanted <= before:
        return before
    return round_limit(wanted)
