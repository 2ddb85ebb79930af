"""The arrays that the cost curves show, decided without Qt."""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.decimation import decimate
from gdviz.analysis.history import CurveHistory
from gdviz.analysis.interval import wilson_intervals
from gdviz.qt import accuracy_text, number_text
from gdviz.training.evaluation import Evaluation

Array = npt.NDArray[np.float64]

DEEPEST = 30.0
"""How far below the lowest smoothed cost a logarithmic axis follows single mini-batches."""


@dataclass(frozen=True, eq=False, slots=True)
class EvaluationCurves:
    """Evaluations, and the same as arrays, shape (n,) each; accuracies in per cent."""

    entries: list[Evaluation]
    steps: npt.NDArray[np.float64]
    test_cost: npt.NDArray[np.float64]
    train_cost: npt.NDArray[np.float64]
    accuracy: npt.NDArray[np.float64]
    accuracy_low: npt.NDArray[np.float64]
    accuracy_high: npt.NDArray[np.float64]


def evaluation_curves(
    evaluations: list[Evaluation], known: EvaluationCurves | None = None
) -> EvaluationCurves:
    """Give evaluations as arrays, with the Wilson interval of each accuracy.

    Parameters
    ----------
    evaluations : list of Evaluation
    known : EvaluationCurves, optional
        If the evaluations only go on where these end, just the others are converted.
    """
    if known is not None and evaluations[: len(known.entries)] == known.entries:
        new = evaluations[len(known.entries) :]
    else:
        known, new = None, evaluations
    rows = [(e.step, e.test_cost, e.train_cost, e.test_correct, e.test_total) for e in new]
    steps, test_cost, train_cost, correct, total = np.array(rows, float).reshape(-1, 5).T
    low, high = wilson_intervals(correct, total)
    columns = [steps, test_cost, train_cost, *(100 * a for a in (correct / total, low, high))]
    if known is not None:
        before = (
            known.steps,
            known.test_cost,
            known.train_cost,
            known.accuracy,
            known.accuracy_low,
            known.accuracy_high,
        )
        columns = [np.append(a, b) for a, b in zip(before, columns, strict=True)]
    return EvaluationCurves(list(evaluations), *columns)


def broken_at(steps: Array, values: Array, breaks: Sequence[int]) -> tuple[Array, Array]:
    """Give a curve with a gap before the first point at or after each of some steps.

    There the network was moved: no line leads from one side to the other.
    """
    places = np.searchsorted(steps, sorted(breaks))
    places = np.unique(places[(places > 0) & (places < len(steps))])
    if not len(places):
        return steps, values
    return np.insert(steps, places, steps[places]), np.insert(values, places, np.nan)


def visible_rows(steps: npt.NDArray[Any], low: float, high: float) -> slice:
    """Give the rows within a range of steps, and one beyond on both sides."""
    # Steps of a long history are not contiguous: NumPy's search would copy all of them.
    start, stop = bisect.bisect_left(steps, low), bisect.bisect_right(steps, high)
    return slice(max(start - 1, 0), min(stop + 1, len(steps)))


def rows_to_draw(
    steps: npt.NDArray[np.float64],
    values: npt.NDArray[np.float64],
    low: float,
    high: float,
    n_buckets: int,
) -> npt.NDArray[np.int64]:
    """Give the rows of evaluations within a range of steps that need to be drawn.

    All of them, or of each bucket the lowest and the highest value: a band of ten thousand
    points takes longer to draw than a frame.
    """
    rows = visible_rows(steps, low, high)
    positions = np.arange(rows.start, rows.stop)
    if len(positions) <= n_buckets:
        return positions
    return decimate(positions, values[rows], n_buckets // 2)[0]


def one_per_column(
    steps: npt.NDArray[np.int64], values: npt.NDArray[np.floating[Any]], n_columns: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give at most about `n_columns` points of a smooth curve, the newest always among them.

    Strides are powers of two, counted from the first: as the curve grows its points stay.
    """
    stride = power_of_two(-(-len(steps) // max(n_columns, 1)))
    chosen = np.arange(0, len(steps), stride)
    if len(steps) and chosen[-1] != len(steps) - 1:
        chosen = np.append(chosen, len(steps) - 1)
    return steps[chosen].astype(float), values[chosen].astype(float)


def power_of_two(count: int) -> int:
    """Give the least power of two that is not below a count; 1 for less than one."""
    return 1 << max(count - 1, 0).bit_length()


def scaled(values: npt.NDArray[np.floating[Any]], logarithmic: bool) -> npt.NDArray[np.float64]:
    """Give what is drawn: log10 on a logarithmic axis; NaN, a gap, where nothing can be drawn."""
    result = np.asarray(values, float).copy()
    result[~np.isfinite(result)] = np.nan
    if logarithmic:
        drawable = result > 0
        result[~drawable] = np.nan
        np.log10(result, out=result, where=drawable)
    return result


def cost_range(
    low_raw: float, high_raw: float, low_smooth: float, logarithmic: bool
) -> tuple[float, float]:
    """Give the ends of the cost axis, in what is drawn (log10 on a logarithmic axis).

    Ends move in steps of a fifth of a decade (or a tenth of the height), so that the axis
    stands still most of the time.
    """
    if not (math.isfinite(high_raw) and high_raw > 0):
        return (-1.0, 0.0) if logarithmic else (0.0, 1.0)
    if not logarithmic:
        power = 10.0 ** math.floor(math.log10(high_raw))
        return 0.0, math.ceil(high_raw * 1.02 / power * 5) / 5 * power
    low = low_raw if math.isfinite(low_raw) and low_raw > 0 else high_raw / 10
    if math.isfinite(low_smooth) and low_smooth > 0:
        low = max(low, low_smooth / DEEPEST)
    bottom = math.floor(math.log10(low) * 5 - 0.2) / 5
    top = math.ceil(math.log10(high_raw) * 5 + 0.2) / 5
    return bottom, max(top, bottom + 0.4)


def read_out(history: CurveHistory, step: float) -> tuple[int, float, float] | None:
    """Give the recorded step nearest to a position, its cost and its smoothed cost."""
    steps = history.steps
    if not len(steps):
        return None
    after = min(bisect.bisect_left(steps, step), len(steps) - 1)
    before = max(after - 1, 0)
    row = before if abs(steps[before] - step) <= abs(steps[after] - step) else after
    return int(steps[row]), float(history.costs[row]), float(history.smoothed[row])


def evaluation_at(evaluations: list[Evaluation], step: int) -> Evaluation | None:
    """Give the newest evaluation at or before a step."""
    earlier = [entry for entry in evaluations if entry.step <= step]
    return earlier[-1] if earlier else None


def hover_lines(
    evaluations: list[Evaluation], step: int, cost: float, smoothed: float
) -> list[tuple[str, str]]:
    """Give captions and exact values for a step."""
    lines = [
        ("step", number_text.whole(step)),
        ("mini-batch", number_text.cost(cost)),
        ("smoothed", number_text.cost(smoothed)),
    ]
    entry = evaluation_at(evaluations, step)
    if entry is not None:
        lines.append(
            (f"test at {number_text.whole(entry.step)}", number_text.cost(entry.test_cost))
        )
        correct = f"{number_text.whole(entry.test_correct)}/{number_text.whole(entry.test_total)}"
        interval = accuracy_text.interval(entry.test_correct, entry.test_total)
        lines.append(("right", f"{correct}, {number_text.percent(entry.test_accuracy)}"))
        lines.append(("95 % interval", interval))
    return lines


def step_range(history: CurveHistory | None, end: int = 0) -> tuple[float, float]:
    """Give the ends of the step axis: from where the run began to a little beyond its end.

    A run that goes on from a saved network begins at that network's step. The end moves on in
    leaps, at most a sixteenth of the axis, so that the axis stands still most of the time. What
    else is drawn goes up to `end`.
    """
    steps: list[int] = []
    if history is not None and history.evaluations:
        steps += [history.evaluations[0].step, history.evaluations[-1].step]
    if history is not None and len(history):
        steps += [int(history.steps[0]) - 1, int(history.steps[-1])]
    start, newest = min(steps, default=0), max([*steps, end])
    taken = max(newest - start, 20)
    leap = power_of_two(taken + 1) / 32
    return float(start), start + leap * math.ceil(taken * 1.01 / leap)
