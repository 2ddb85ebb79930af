"""Charts and table of the ladder."""

from __future__ import annotations

import numpy as np

from gdviz.analysis.interval import wilson_interval
from gdviz.experiments.gains import with_interval
from gdviz.experiments.ladder_rungs import Climbed, Gain, Numbers
from gdviz.experiments.ladder_verdicts import FIRST_CLAIM, LAST_CLAIM, starts_of
from gdviz.experiments.repeats import Interval
from gdviz.experiments.result import Chart, Reference, Series, Table
from gdviz.experiments.training_task import TrainingOutcome


def _ends(intervals: list[Interval | None]) -> tuple[Numbers, Numbers]:
    known = [(np.nan, np.nan) if one is None else one for one in intervals]
    low, high = np.array(known, np.float64).T
    return low, high


def rungs_chart(climbed: list[Climbed]) -> Chart:
    """Give the chart of every rung's accuracy, with every network."""
    low, high = _ends([one.interval for one in climbed])
    places = np.arange(len(climbed), dtype=float)
    each = [(place, value) for place, one in enumerate(climbed) for value in one.accuracies]
    x, y = np.array(each, np.float64).T
    return Chart(
        "rungs",
        "Test accuracy on each rung",
        "all changes up to here",
        f"right of {climbed[0].outcomes[0].n_test:,} test images (%)",
        (
            Series(f"mean of {starts_of(climbed[0])}", places, np.array([o.mean for o in climbed]),
                   low, high, "points"),
            Series("each network", x, y, kind="points"),
        ),
        (
            Reference(f"claimed of the lesson's network: {FIRST_CLAIM:g} %", FIRST_CLAIM),
            Reference(f"claimed with changes: {LAST_CLAIM:g} %", LAST_CLAIM),
        ),
        categories=tuple(one.rung.title for one in climbed),
        note=f"{starts_of(climbed[0])} a rung; 95 % of the mean by Student's t between starts.",
    )  # fmt: skip


def gain_charts(climbed: list[Climbed], gains: list[Gain]) -> tuple[Chart, ...]:
    """Give the chart of the gains, if two rungs are known."""
    if not gains:
        return ()
    low, high = _ends([interval for _, interval in gains])
    chart = Chart(
        "gains",
        "What each change gains",
        "change",
        "gain over the rung below (points)",
        (
            Series("gain", np.arange(len(gains), dtype=float),
                   np.array([gain for gain, _ in gains]), low, high, "bars"),
        ),
        (Reference("no gain", 0.0),),
        categories=tuple(one.rung.title for one in climbed[1:]),
        note=f"{starts_of(climbed[0])} a rung; 95 % of the difference of means by Welch.",
    )  # fmt: skip
    return (chart,)


def curves_chart(running: list[tuple[str, TrainingOutcome]]) -> Chart:
    """Give the test accuracy of one network of each rung over the epochs."""
    return Chart(
        "curves",
        "Test accuracy while training",
        "epoch",
        f"right of {running[0][1].n_test:,} test images (%)",
        tuple(
            Series(title, outcome.epochs[1:], 100 * outcome.test_accuracy[1:])
            for title, outcome in running
        ),
        note="The first start of each rung, from the end of its first epoch on.",
    )


def rungs_table(climbed: list[Climbed], gains: list[Gain]) -> Table:
    """Give the rungs with their changes, figures and intervals."""
    rows = []
    for one, gain in zip(climbed, [None, *gains], strict=True):
        outcome = one.outcomes[0]
        n_right, n_test = int(outcome.test_correct[-1]), outcome.n_test
        low, high = wilson_interval(n_right, n_test)
        rows.append((
            one.rung.title,
            f"{one.config.architecture.n_parameters:,}",
            f"{one.config.learning_rate:g}",
            with_interval(one.mean, one.interval, 2),
            f"{n_right:,} of {n_test:,} [{100 * low:.1f}, {100 * high:.1f}]",
            "" if gain is None else with_interval(*gain, 2),
        ))  # fmt: skip
    return Table(
        "rungs",
        "The rungs",
        (
            "change",
            "parameters",
            "η",
            f"test accuracy (%), mean of {starts_of(climbed[0])} [95 % between starts, t]",
            "first start, right [95 %, Wilson]",
            "gain (points) [95 %, Welch]",
        ),
        tuple(rows),
    )
