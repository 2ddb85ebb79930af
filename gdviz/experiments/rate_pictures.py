"""Charts and table of `learning-rate`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gdviz.analysis.layer_summary import counted
from gdviz.experiments.gains import percent_interval, with_interval
from gdviz.experiments.rate_runs import AtRate, Numbers, Path
from gdviz.experiments.rate_verdicts import Known
from gdviz.experiments.repeats import Interval, mean_interval
from gdviz.experiments.result import Chart, Reference, Series, Table
from gdviz.nn.costs import COSTS

_RATE = "learning rate η"


def charts_of(known: Known) -> tuple[Chart, ...]:
    """Give the charts of what is known."""
    sweeps = {key: sweep for key, sweep in known.sweeps.items() if sweep}
    charts = [_accuracy(known, sweeps)] if sweeps else []
    charts += [_cost(known, key, sweep) for key, sweep in sweeps.items()]
    if known.paths:
        charts += [_curvature(known), _descent(known)]
    return tuple(charts)


def _accuracy(known: Known, sweeps: dict[str, list[AtRate]]) -> Chart:
    series = []
    for color, (key, sweep) in enumerate(sweeps.items()):
        title = known.settings.title(key)
        series.append(
            _means(title, sweep, [one.accuracies for one in sweep], percent_interval, color)
        )
        for word in ("diverged", "at chance"):
            marked = [one for one in sweep if one.fate.startswith(word)]
            if marked:
                rates = np.array([one.rate for one in marked])
                means = np.array([one.accuracies.mean() for one in marked])
                label = f"{word}: {title}"
                series.append(Series(label, rates, means, kind="points", color=color))
    first = next(iter(sweeps.values()))[0]
    chance = 100 / first.config.layer_sizes[-1]
    return Chart(
        "accuracy",
        "What is learned at each learning rate",
        _RATE,
        f"right of {first.outcomes[0].n_test:,} test images (%)",
        tuple(series),
        (Reference(f"chance: {chance:g} %", chance),),
        is_x_log=True,
        note=_note(known),
    )


def _cost(known: Known, key: str, sweep: list[AtRate]) -> Chart:
    cost = COSTS[sweep[0].config.cost]
    return Chart(
        f"cost-{key}",
        f"Cost at the end: {known.settings.title(key)}",
        _RATE,
        f"{cost.title.lower()} cost on {sweep[0].outcomes[0].n_train:,} training images",
        (_geometric_means(sweep),),
        is_x_log=True,
        is_y_log=True,
        note=_note(known),
    )


def _note(known: Known) -> str:
    return (
        f"{counted(known.settings.n_starts, 'start')}, "
        f"{counted(known.settings.epochs, 'epoch')}; mean and 95 % by Student's t. "
        "Where all neurons die or saturate, numbers stay finite: it is at chance."
    )


def _means(
    label: str,
    sweep: list[AtRate],
    groups: list[Numbers],
    interval: Callable[[Numbers], Interval | None],
    color: int | None = None,
) -> Series:
    rates = np.array([one.rate for one in sweep])
    ends = np.array([interval(group) or (np.nan, np.nan) for group in groups])
    means = np.array([group.mean() for group in groups])
    return Series(label, rates, means, ends[:, 0], ends[:, 1], color=color)


def _geometric_means(sweep: list[AtRate]) -> Series:
    """Give the costs over the rates; their intervals stay above 0, as the axis must."""
    costs = [np.where(np.isfinite(one.costs) & (one.costs > 0), one.costs, np.nan) for one in sweep]
    one = _means("geometric mean", sweep, [np.log(group) for group in costs], mean_interval)
    assert one.low is not None
    assert one.high is not None
    return Series(one.label, one.x, np.exp(one.y), np.exp(one.low), np.exp(one.high))


def _of_paths(
    known: Known, values: Callable[[Path], tuple[Numbers, Numbers]]
) -> tuple[Series, ...]:
    """Give a curve for each descent, those of one rate in one colour."""
    rates = known.settings.full_batch_rates
    first = known.settings.seed - 1
    return tuple(
        Series(
            f"η = {path.config.learning_rate:g}, start {path.config.seed - first}",
            *values(path),
            color=rates.index(path.config.learning_rate),
        )
        for path in known.paths
    )


def _curvature(known: Known) -> Chart:
    return Chart(
        "curvature",
        "The largest curvature, measured in 2/η",
        "full-batch step",
        "largest curvature × η/2",
        _of_paths(known, lambda path: (path.looked_at, path.ratios)),
        (Reference("edge of stability: 2/η", 1.0),),
        is_y_log=True,
        note=f"{known.settings.full_batch_starts} descents for each η on "
        f"{known.settings.full_batch_images:,} images.",
    )


def _descent(known: Known) -> Chart:
    return Chart(
        "descent",
        "The cost of full-batch descent",
        "full-batch step",
        f"cost on all {known.settings.full_batch_images:,} images",
        _of_paths(known, lambda path: (np.arange(len(path.costs), dtype=float), path.costs)),
        is_y_log=True,
        note="Before each step. At the edge it rises and falls from step to step.",
    )


def table_of(known: Known) -> Table:
    """Give both networks at all rates."""
    rows = []
    for key, sweep in known.sweeps.items():
        for one in sweep:
            accuracies, cost = one.accuracies, float(one.costs.mean())
            rows.append((
                known.settings.title(key),
                f"{one.rate:g}",
                f"{cost:.4g}" if np.isfinite(cost) else "not finite",
                with_interval(float(accuracies.mean()), percent_interval(accuracies)),
                one.fate,
            ))  # fmt: skip
    n = known.settings.n_starts
    return Table(
        "rates",
        "All learning rates",
        (
            "network",
            "η",
            f"training cost, mean of {n}",
            f"test accuracy (%), mean of {n} [95 %, Student's t]",
            "what happened",
        ),
        tuple(rows),
    )
