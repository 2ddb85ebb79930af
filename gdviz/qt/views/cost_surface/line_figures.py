"""What the lines of the cost show and say, decided without Qt.

Next: `lines`, the widget, and `line_marks`, which paints ball, steps and limits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gdviz.analysis.line_slice import LineSlice
from gdviz.qt import number_text
from gdviz.qt.surfaces.colors import ColorRange

Values = npt.NDArray[np.float64]

LEAST_HEIGHT = 0.1
"""A linear axis shows at least so large a share of the highest cost: what is flat looks flat."""
LEAST_DECADES = 0.2
"""A logarithmic axis shows at least so many decades."""
TANGENT_SHARE, SHORT_SHARE = 0.25, 0.06
"""The tangent reaches so far to both sides of the ball, as a share of the width."""

LEAST_PLOT = 120
"""Pixels of height that the plot should have, else what is around it gives way."""

HEADS = ("slope", "curvature", "next step", "stable to")


class Parts(NamedTuple):
    """What there is room for around the plot."""

    whole_legend: bool
    captions: bool
    sentence: bool


def parts_for(height: float, n_lines: int) -> Parts:
    """Give what has room around a plot of `LEAST_PLOT`: first the legend's other rows give way."""
    row, caption, sentence = 18, 18, 34
    spare = height - LEAST_PLOT - 2 * row
    whole = spare >= row * max(n_lines - 1, 0) + 2 * caption + sentence
    captions = spare >= 2 * caption + sentence
    return Parts(whole, captions, captions or spare >= sentence)


def cost_at(line: LineSlice, t: float) -> float:
    """Give the exact cost at a place, straight between computed ones; NaN outside or in a gap."""
    if not (math.isfinite(t) and len(line.t) and line.t[0] <= t <= line.t[-1]):
        return math.nan
    known = np.where(np.isfinite(line.cost), line.cost, np.nan)
    return float(np.interp(t, line.t, known))


def ball_cost(line: LineSlice) -> float:
    """Give the cost of the network itself: its own, or what the slice says at 0."""
    return line.start_cost if math.isfinite(line.start_cost) else cost_at(line, 0.0)


def parabola(line: LineSlice, t: Values) -> Values:
    """Give the local parabola at places (n,): cost, slope and curvature of the ball's place."""
    return np.asarray(tangent(line, t) + line.curvature * t**2 / 2)


def tangent(line: LineSlice, t: Values) -> Values:
    """Give the straight line through the ball with its slope, at places (n,)."""
    return np.asarray(ball_cost(line) + line.slope * t)


def distance_range(lines: Sequence[LineSlice]) -> tuple[float, float]:
    """Give the ends of the axis of distances: all slices, and the ball at 0."""
    ends = [float(t) for line in lines if len(line.t) for t in (line.t[0], line.t[-1])]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    return (low, high) if high > low else (low - 1.0, high + 1.0)


def tangent_places(line: LineSlice, low: float, high: float, *, whole: bool) -> Values:
    """Give the places (n,) at which the tangent is drawn: beside the ball, a whole one to the step.

    `low` and `high` are the ends of the axis of distances.
    """
    reach = (TANGENT_SHARE if whole else SHORT_SHARE) * (high - low)
    step = line.step if whole and math.isfinite(line.step) else 0.0
    return np.linspace(max(low, min(-reach, step)), min(high, max(reach, step)), 65)


def include_costs(limits: ColorRange, lines: Sequence[LineSlice]) -> None:
    """Take slices into the range of the cost axis, with the error about the ball's cost."""
    costs = [line.cost[np.isfinite(line.cost)] for line in lines]
    for line in lines[:1]:
        at = ball_cost(line)
        error = float(np.interp(0.0, line.t, line.error)) if len(line.t) else math.nan
        edges = np.array([at - error, at + error])
        # A band down to 0 has no end on a logarithmic axis, and shall not forbid one.
        costs.append(edges[np.isfinite(edges) & (edges > at / 2)])
    every = np.concatenate(costs) if costs else np.empty(0)
    if every.size:
        limits.include(every, math.nan)


def axis_ends(limits: ColorRange) -> tuple[float, float]:
    """Give the ends of the cost axis in what is drawn: log10 where the range is logarithmic.

    Rounded outwards, so that the axis stands still while the costs move a little.
    """
    low, high = limits.low, limits.high
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    if limits.is_logarithmic:
        bottom = math.floor(math.log10(low) * 10 - 0.2) / 10
        top = math.ceil(math.log10(high) * 10 + 0.2) / 10
        return bottom, max(top, bottom + LEAST_DECADES)
    missing = LEAST_HEIGHT * max(abs(low), abs(high)) - (high - low)
    pad = 0.04 * (high - low) + max(missing, 0.0) / 2
    rough = (high - low + 2 * pad) / 20
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    bottom = math.floor((low - pad) / step) * step
    return (max(bottom, 0.0) if low >= 0 else bottom), math.ceil((high + pad) / step) * step


def drawn(values: Values, *, logarithmic: bool) -> Values:
    """Give what is drawn of costs: log10 on such an axis; NaN, a gap, where nothing can be."""
    result = np.where(np.isfinite(values), values, np.nan)
    if logarithmic:
        result = np.where(result > 0, result, np.nan)
        np.log10(result, out=result)
    return np.asarray(result)


def band_edges(line: LineSlice, bottom: float, *, logarithmic: bool) -> tuple[Values, Values]:
    """Give the edges (n,) of the band of the standard error, in what is drawn.

    A lower edge that has no logarithm is below the picture, whose lower end is `bottom`.
    """
    high = drawn(line.cost + line.error, logarithmic=logarithmic)
    low = drawn(line.cost - line.error, logarithmic=logarithmic)
    return np.where(np.isnan(low) & np.isfinite(high), bottom - 1.0, low), high


def known_runs(known: npt.NDArray[np.bool_]) -> list[slice]:
    """Give the runs of neighbours that are all known, from flags (n,)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def goes_too_far(line: LineSlice) -> bool:
    """Whether the next step lies beyond the stability limit."""
    return line.step * line.limit > 0 and abs(line.step) > abs(line.limit)


def legend_row(line: LineSlice) -> tuple[str, ...]:
    """Give the numbers beside a slice's name, in the order of `HEADS`."""
    curves_down = line.curvature <= 0
    return (
        number_text.cost(line.slope),
        number_text.cost(line.curvature),
        number_text.cost(line.step),
        "no limit" if curves_down else number_text.cost(line.limit),
    )


def sentence(line: LineSlice) -> str:
    """Say of the next step whether it stays within the limit, and where it lands."""
    return " ".join(part for part in (_step_words(line), _landing_words(line)) if part)


def _step_words(line: LineSlice) -> str:
    step, limit = number_text.cost(line.step), number_text.cost(line.limit)
    if math.isnan(line.curvature):
        return (
            "How far steps along this direction are stable is not known: the curvature is missing."
        )
    if line.curvature <= 0:
        return "The cost does not curve upwards along this direction: there is no limit."
    if math.isnan(line.step):
        return f"Steps along this direction are stable up to {limit}."
    if goes_too_far(line):
        return (
            f"The next step goes too far along this direction: {step}, while only steps up to "
            f"{limit} are stable."
        )
    if line.step * line.slope > 0:
        return f"The next step, {step}, goes uphill along this direction."
    return f"The next step, {step}, stays within {limit}, which is stable along this direction."


def _landing_words(line: LineSlice) -> str:
    """Say where the step ends on the slice: only one along the line itself does so in truth."""
    before, after = ball_cost(line), cost_at(line, line.step)
    if math.isnan(line.step):
        return ""
    if not (math.isfinite(before) and math.isfinite(after)):
        return "It ends outside the picture."
    texts = number_text.cost(before), number_text.cost(after)
    if texts[0] == texts[1]:
        return f"Taken alone, it would leave the cost at {texts[0]}, to three digits."
    verb = "raise" if after > before else "lower"
    return f"Taken alone, it would {verb} the cost from {texts[0]} to {texts[1]}."


def distance_caption(lines: Sequence[LineSlice]) -> str:
    """Say what one unit of the lower axis is."""
    units = [line.unit for line in lines if math.isfinite(line.unit)]
    named = "distance along the direction" if len(lines) == 1 else "distance along each direction"
    if np.allclose(units, 1.0, rtol=1e-3):
        return named
    texts = {number_text.cost(unit): None for unit in units}
    if len(texts) == 1:
        return f"{named}, in units of {next(iter(texts))}"
    return f"{named}, in units of {', '.join(texts)}"


def cost_caption(lines: Sequence[LineSlice], *, logarithmic: bool, step: int | None = None) -> str:
    """Say what the upper caption says of the heights: scale, band, examples, and of which step."""
    scale = "cost, log" if logarithmic else "cost"
    counts = {line.n_examples: None for line in lines}
    examples = " and ".join(number_text.whole(count) for count in counts)
    band = ", ± standard error" if any(np.isfinite(line.error).any() for line in lines[:1]) else ""
    when = "" if step is None else f", step {number_text.whole(step)}"
    return f"{scale}{band}, {examples} images{when}"


def reading_rows(lines: Sequence[LineSlice], t: float) -> list[tuple[str, str]]:
    """Give what the box beside the pointer says: the place, then the cost of each slice."""
    costs = [(line.title, number_text.cost(cost_at(line, t))) for line in lines]
    return [("distance", number_text.cost(t)), *costs]


def describe(lines: Sequence[LineSlice]) -> str:
    """Say in words and numbers what the lines show, for a screen reader."""
    return " ".join(f"{line.title}: {_numbers(line)} {sentence(line)}" for line in lines)


def _numbers(line: LineSlice) -> str:
    known = line.cost[np.isfinite(line.cost)]
    low, high = (known.min(), known.max()) if known.size else (math.nan, math.nan)
    return (
        f"cost {number_text.cost(ball_cost(line))} at the ball, "
        f"{number_text.cost(float(low))} to {number_text.cost(float(high))} along it, "
        f"slope {number_text.cost(line.slope)}, curvature {number_text.cost(line.curvature)}, "
        f"on {number_text.whole(line.n_examples)} images."
    )
