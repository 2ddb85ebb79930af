"""Charts and the table of many starts; see `starts`."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gdviz.analysis.inspection.comparing import Way
from gdviz.experiments.many_starts import Width
from gdviz.experiments.repeats import mean_interval
from gdviz.experiments.result import Chart, Reference, Series, Table

_FEWEST_BINS, _MOST_BINS = 8, 40
Values = npt.NDArray[np.float64]


def charts_of(widths: Sequence[Width], main: Width) -> tuple[Chart, ...]:
    """Give the charts of what is known by now."""
    charts = [_costs(main), _end_costs(main), _accuracies(main)]
    if len(widths) > 1:
        charts.append(_by_width(widths))
    if main.pairs:
        charts += [_lines(main), _accuracies_on_lines(main)]
        if len(widths) > 1:
            charts.append(_remaining(widths))
    return tuple(charts)


def table_of(widths: Sequence[Width]) -> Table:
    """Give one row for each width."""
    columns = (
        "layers",
        "networks",
        "diverged",
        "cost at the start (mean)",
        "cost at the end (mean)",
        "accuracy (mean, %)",
        "worst (%)",
        "best (%)",
        "standard deviation (points)",
        "luck with images (points)",
        "pairs",
        "barrier (mean cost)",
        "left after matching (mean, %)",
    )
    return Table("widths", "Ends of each width", columns, tuple(map(_row, widths)))


def _row(width: Width) -> tuple[str | int | float, ...]:
    accuracy, spread = 100 * width.accuracy, width.spread
    return (
        width.title,
        len(width.ends),
        width.n_diverged,
        _rounded(width.numbers("start_cost").mean(), 3),
        _rounded(width.numbers("cost").mean(), 4),
        _rounded(accuracy.mean(), 2),
        _rounded(accuracy.min(), 2),
        _rounded(accuracy.max(), 2),
        "" if spread is None else _rounded(spread.deviation, 3),
        "" if width.luck is None or width.is_shuffled else _rounded(100 * width.luck, 3),
        len(width.pairs),
        _rounded(width.barriers.mean(), 3) if width.pairs else "",
        _rounded(100 * width.remaining.mean(), 1) if len(width.remaining) else "",
    )


def _rounded(value: float, digits: int) -> float:
    return round(float(value), digits)


def _histogram(label: str, values: Values, edges: Values) -> Series:
    counts, _ = np.histogram(values, edges)
    return Series(label, edges, counts.astype(np.float64), kind="bars")


def _edges(values: Values) -> Values:
    """Give the edges of about √n bins: more would only show single networks."""
    finite = values[np.isfinite(values)]
    count = int(np.clip(math.isqrt(len(finite)), _FEWEST_BINS, _MOST_BINS))
    return np.asarray(np.histogram_bin_edges(finite, count), np.float64)


def _n(width: Width) -> str:
    lost = f"; {width.n_diverged} more diverged" if width.n_diverged else ""
    return f"{len(width.ends)} networks {width.title}{lost}."


def _costs(main: Width) -> Chart:
    start, end = main.numbers("start_cost"), main.numbers("cost")
    edges = np.linspace(0, max(float(start.max()), float(end.max())), _MOST_BINS + 1)
    return Chart(
        "costs",
        "Cost before and after training",
        f"cost on {main.ends[0].n_train:,} training images",
        "networks",
        (_histogram("before", start, edges), _histogram("after", end, edges)),
        note=f"{_n(main)} Starts differ far more than ends.",
    )


def _end_costs(main: Width) -> Chart:
    end = main.numbers("cost")
    return Chart(
        "end-cost",
        "Cost after training",
        f"cost on {main.ends[0].n_train:,} training images",
        "networks",
        (_histogram("after", end, _edges(end)),),
        (Reference("mean", float(end.mean()), "x"),),
        note=f"{_n(main)} Only these ends, in bins of their own.",
    )


def _accuracies(main: Width) -> Chart:
    accuracy = 100 * main.accuracy
    mean = float(accuracy.mean())
    references = [Reference("mean", mean, "x")]
    note = _n(main)
    if main.luck is not None and not main.is_shuffled:
        luck = 100 * main.luck
        references += [
            Reference(f"{sign} luck with images", mean + by, "x")
            for sign, by in (("−", -luck), ("+", luck))
        ]
        note += f" Equally good ones would differ by a standard deviation of {luck:.2f} points."
    return Chart(
        "accuracy",
        "Accuracy after training",
        f"accuracy on {main.images} (%)",
        "networks",
        (_histogram("networks", accuracy, _edges(accuracy)),),
        tuple(references),
        note=note,
    )


def _by_width(widths: Sequence[Width]) -> Chart:
    series = tuple(
        Series(
            f"{width.title}, n = {len(width.ends)}",
            np.full(len(width.ends), float(place)),
            100 * width.accuracy,
            kind="points",
        )
        for place, width in enumerate(widths)
    )
    return Chart(
        "widths",
        "Every end, by the size of the network",
        "layers",
        f"accuracy on {widths[0].images} (%)",
        series,
        categories=tuple(width.title for width in widths),
        note="Each point is a network; the larger the network, the nearer together they end.",
    )


def _ways(main: Width) -> tuple[tuple[str, list[Way]], ...]:
    return (
        ("as they are", [pair.straight for pair in main.pairs]),
        ("matched by activations", [pair.by_activations for pair in main.pairs]),
        ("matched by weights", [pair.by_weights for pair in main.pairs]),
    )


def _band(label: str, t: Values, rows: Values) -> Series:
    """Give the mean of some curves with its 95 % interval, where there are two or more."""
    low, high = np.full(t.shape, np.nan), np.full(t.shape, np.nan)
    for place in range(len(t)):
        interval = mean_interval(rows[:, place])
        if interval is not None:
            low[place], high[place] = interval
    known = len(rows) > 1
    return Series(label, t, rows.mean(axis=0), low if known else None, high if known else None)


def _lines(main: Width) -> Chart:
    n = len(main.pairs)
    return Chart(
        "lines",
        "Cost on the straight line from one end to another",
        "place on the line: 0 one network, 1 the other",
        f"cost on {main.pairs[0].straight.n_examples:,} training images",
        tuple(
            _band(label, ways[0].t, np.array([way.costs for way in ways]))
            for label, ways in _ways(main)
        ),
        note=f"Mean over {n} pairs of {main.title}, no network in two; bands: 95 % interval of "
        "the mean (Student).",
    )


def _accuracies_on_lines(main: Width) -> Chart:
    n_images = main.pairs[0].straight.n_examples
    return Chart(
        "line-accuracy",
        "Accuracy on the straight line from one end to another",
        "place on the line: 0 one network, 1 the other",
        f"accuracy on {n_images:,} training images (%)",
        tuple(
            _band(label, ways[0].t, np.array([100 * way.right / n_images for way in ways]))
            for label, ways in _ways(main)
        ),
        note=f"Mean over {len(main.pairs)} pairs of {main.title}; bands: 95 % interval of the "
        "mean (Student).",
    )


def _remaining(widths: Sequence[Width]) -> Chart:
    means, low, high = (np.full(len(widths), np.nan) for _ in range(3))
    for place, width in enumerate(widths):
        left = 100 * width.remaining
        interval = mean_interval(left)
        if len(left):
            means[place] = left.mean()
        if interval is not None:
            low[place], high[place] = interval
    n_pairs = min(len(width.remaining) for width in widths)
    return Chart(
        "left",
        "What matching leaves of the wall",
        "layers",
        "barrier left after matching (% of it before)",
        (Series("mean", np.arange(len(widths), dtype=np.float64), means, low, high, "points"),),
        (Reference("no wall", 0.0),),
        categories=tuple(width.title for width in widths),
        note=f"At least {n_pairs} pairs of each; 95 % intervals of the mean (Student).",
    )
