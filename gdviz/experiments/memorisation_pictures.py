"""The pictures of learning by heart: see `gdviz.experiments.memorisation`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gdviz.experiments.courses import mean_columns
from gdviz.experiments.memorisation_verdicts import HELD, SPLIT, Capacities, Splits
from gdviz.experiments.repeats import mean_interval
from gdviz.experiments.result import Chart, Reference, Series
from gdviz.experiments.verdict_words import starts

Floats = npt.NDArray[np.float64]


def charts_of(capacities: Capacities, splits: Splits, share: float) -> tuple[Chart, ...]:
    """Give the split by epochs, and the capacity curves."""
    charts = []
    if splits.outcomes:
        charts.append(_split_chart(splits, share))
    if capacities.cells:
        charts.append(_capacity_chart(capacities))
    return tuple(charts)


def _split_chart(splits: Splits, share: float) -> Chart:
    """Give the mean over the starts, each as far as all of them are."""
    length = min(len(one.epochs) for one in splits.outcomes)
    epochs = splits.outcomes[0].epochs[:length]
    series = []
    for key, label in SPLIT.items():
        rows = np.array([100 * one.measured[key][:length] for one in splits.outcomes])
        series.append(_mean_series(label, epochs, rows))
    tests = np.array([100 * one.test_accuracy[:length] for one in splits.outcomes])
    series.append(_mean_series("test images, right", epochs, tests))
    counts = [one.measured["n_corrupted"][0] for one in splits.outcomes]
    return Chart(
        "split",
        "What is said of images with true and with false labels",
        "epochs",
        "share of these images (%)",
        tuple(series),
        note=f"{splits.n_examples:,} images, {share:g} % of the labels shuffled, by which "
        f"{np.mean(counts):,.0f} are false; {starts(len(splits.outcomes))}, 95 % intervals "
        "(Student) where there are more.",
    )


def _mean_series(label: str, x: Floats, rows: Floats) -> Series:
    return Series(label, x, *mean_columns(rows, (0.0, 100.0)))


def _capacity_chart(capacities: Capacities) -> Chart:
    series = []
    for width in sorted({cell.width for cell in capacities.cells}):
        cells = capacities.of_width(width)
        counts = np.array([cell.n_examples for cell in cells], float)
        means = np.array([100 * np.mean(cell.accuracies) for cell in cells])
        edges = [mean_interval(100 * np.array(cell.accuracies)) for cell in cells]
        low, high = np.array([edge or (np.nan, np.nan) for edge in edges]).T
        label = f"{width}-{width}, {capacities.n_weights[width]:,} weights"
        low, high = np.maximum(low, 0), np.minimum(high, 100)
        series.append(Series(label, counts, means, low, high))
    return Chart(
        "capacity",
        "How many shuffled labels are held",
        "training images",
        f"right after {capacities.epochs:,} epochs (%)",
        tuple(series),
        (Reference("held", 100 * HELD),),
        is_x_log=True,
        note=f"Means of up to {starts(capacities.n_starts)} with 95 % intervals (Student).",
    )
