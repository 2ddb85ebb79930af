"""The pictures of mini-batches of many sizes: see `gdviz.experiments.batch_size`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from gdviz.experiments.batch_size_verdicts import Noise
from gdviz.experiments.courses import mean_columns
from gdviz.experiments.result import Chart, Reference, Series, Table
from gdviz.experiments.verdict_words import starts

Floats = npt.NDArray[np.float64]
Curve = Callable[[Noise], list[Floats]]
Foretold = Callable[[Noise, int], float]


def charts_of(start: list[Noise], trained: list[Noise], epochs: int) -> tuple[Chart, ...]:
    """Give angle, ratio of norms and error against the size."""
    kinds = [("at the start", start), (f"after {epochs} epochs", trained)]
    kinds = [(name, noises) for name, noises in kinds if noises]
    scales = tuple(
        Reference(f"noise scale {name}", float(np.mean([one.scale.simple for one in noises])), "x")
        for name, noises in kinds
        if all(np.isfinite(one.scale.simple) for one in noises)
    )
    n_draws = len(kinds[0][1][0].angles[0])
    note = (
        f"{n_draws:,} mini-batches of each size at up to "
        f"{starts(max(len(noises) for _, noises in kinds))}: means over the starts with "
        "95 % intervals (Student), geometric ones on logarithmic axes."
    )
    foretold = f"{note} Foretold: by the noise scale alone."
    return (
        Chart(
            "angle", "Angle between mini-batch and full gradient", "images in the mini-batch",
            "degrees",
            _series(kinds, lambda one: list(one.angles),
                    lambda one, size: one.scale.angle(size, one.n_examples), is_log=False),
            scales, is_x_log=True, note=foretold,
        ),
        Chart(
            "norm-ratio", "Norm of the mini-batch's gradient over that of the full one",
            "images in the mini-batch", "ratio",
            _series(kinds, lambda one: list(one.norm_ratios), None, is_log=True),
            scales, is_x_log=True, is_y_log=True, note=note,
        ),
        Chart(
            "square-error", "Square of the error over the square of the full gradient",
            "images in the mini-batch", "ratio",
            _series(
                kinds,
                lambda one: [d / one.scale.square_norm for d in one.square_distances],
                lambda one, size: (
                    one.scale.square_distance(size, one.n_examples) / one.scale.square_norm
                ),
                is_log=True,
            ),
            scales, is_x_log=True, is_y_log=True,
            note=f"{foretold} Straight and falling by ten for each ten: one over the size.",
        ),
    )  # fmt: skip


def _series(
    kinds: list[tuple[str, list[Noise]]],
    curve: Curve,
    foretold: Foretold | None,
    *,
    is_log: bool,
) -> tuple[Series, ...]:
    """Give means with intervals; geometric means for a logarithmic axis."""
    series = []
    for color, (name, noises) in enumerate(kinds):
        longest = max(noises, key=lambda one: len(one.sizes))
        x = np.array(longest.sizes, float)
        label = f"{name}, n = {len(noises)}"
        series.append(Series(label, x, *_means(noises, curve, len(x), is_log), color=2 * color))
        if foretold is not None:
            values = np.array([[foretold(one, size) for size in longest.sizes] for one in noises])
            y, _, _ = _over_starts(values, is_log)
            series.append(Series(f"{name}, foretold", x, y, color=2 * color + 1))
    return tuple(series)


def _means(
    noises: list[Noise], curve: Curve, length: int, is_log: bool
) -> tuple[Floats, Floats | None, Floats | None]:
    """Give means over the starts with intervals, as far as each is."""
    values = np.full((len(noises), length), np.nan)
    for row, one in zip(values, noises, strict=True):
        row[: len(one.sizes)] = [np.nanmean(drawn) for drawn in curve(one)]
    return _over_starts(values, is_log)


def _over_starts(values: Floats, is_log: bool) -> tuple[Floats, Floats | None, Floats | None]:
    if not is_log:
        mean, low, high = mean_columns(values)
        if low is None or high is None:
            return mean, None, None
        return mean, np.maximum(low, 0), np.minimum(high, 180)  # degrees
    # All of ten thousand examples may be one mini-batch: its error is 0.
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(values)
    logs[~np.isfinite(logs)] = np.nan
    with np.errstate(invalid="ignore"):
        mean, low, high = mean_columns(logs)
    if low is None or high is None:
        return np.exp(mean), None, None
    return np.exp(mean), np.exp(low), np.exp(high)


def sizes_table(start: list[Noise], trained: list[Noise]) -> Table:
    """Give how far single mini-batches are off: the middle 95 % of those of all starts."""
    rows = []
    for name, noises in (("start", start), ("trained", trained)):
        if not noises:
            continue
        shortest = min(noises, key=lambda one: len(one.sizes))
        for place, size in enumerate(shortest.sizes):
            angles = np.concatenate([one.angles[place] for one in noises])
            ratios = np.concatenate([one.norm_ratios[place] for one in noises])
            rows.append((name, size, len(angles), _middle(angles, ".1f"), _middle(ratios, ".2f")))
    columns = (
        "network", "images", "mini-batches", "angle (degrees): median, middle 95 %",
        "ratio of norms: median, middle 95 %",
    )  # fmt: skip
    return Table("single", "Single mini-batches", columns, tuple(rows))


def _middle(values: Floats, digits: str) -> str:
    if not np.isfinite(values).all():
        return "not defined"
    low, median, high = np.quantile(values, (0.025, 0.5, 0.975)).tolist()
    return f"{median:{digits}}, {low:{digits}} to {high:{digits}}"
