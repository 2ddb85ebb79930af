"""Charts and table of `step-activations`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gdviz.analysis.smoothness import HARD, Smoothness
from gdviz.experiments.gains import percent_interval, with_interval
from gdviz.experiments.repeats import Interval, mean_interval
from gdviz.experiments.result import Chart, Reference, Series, Table
from gdviz.experiments.step_runs import LOOKED_AT, N_SCORED, STAIRS, Numbers
from gdviz.experiments.step_verdicts import Known

_STEEPNESS = "steepness k of σ(kz)"


def charts_of(known: Known) -> tuple[Chart, ...]:
    """Give the charts of what is known."""
    charts = [_accuracy(known)]
    if known.seen:
        charts += [_gradients(known), _saturation(known), *_stairs(known)]
    return tuple(charts)


def _accuracy(known: Known) -> Chart:
    series, references = [], [Reference(f"chance: {known.chance:g} %", known.chance)]
    n = known.settings.n_starts
    if known.seen:
        series.append(
            _mean_series(f"trained at k = 1, then made steeper (mean of {len(known.seen)})",
                         known, lambda look: 100 * look.accuracy)
        )  # fmt: skip
        hard = float(known.accuracies_at(HARD).mean())
        references.append(Reference(f"the same with hard steps: {hard:.1f} %", hard))
    gentle = {k: one for k, one in known.trained.items() if k != HARD}
    groups = [one.accuracies for one in gentle.values()]
    if groups:
        low, high = _ends([percent_interval(group) for group in groups])
        means = np.array([group.mean() for group in groups])
        series.append(
            Series(f"trained at k (mean of {n})", np.array(list(gentle)), means, low, high)
        )
    if HARD in known.trained:
        mean = float(known.trained[HARD].accuracies.mean())
        references.append(Reference(f"trained with hard steps: {mean:.1f} %", mean))
    return Chart(
        "accuracy",
        "What steep neurons recognise, and what they learn",
        _STEEPNESS,
        "right test images (%)",
        tuple(series),
        tuple(references),
        is_x_log=True,
        note="95 % by Student's t between starts. At each k the best of the learning rates "
        "η, η/k and η/k² counts.",
    )


def _gradients(known: Known) -> Chart:
    return Chart(
        "gradients",
        "The gradient of a trained network that is made steeper",
        _STEEPNESS,
        "length of the gradient",
        (
            _mean_series(
                "of the mean over all images, |∇C|",
                known,
                lambda one: one.gradient_norm,
                is_geometric=True,
            ),
            _mean_series(
                "of one image, median",
                known,
                lambda one: one.typical_gradient_norm,
                is_geometric=True,
            ),
        ),
        is_x_log=True,
        is_y_log=True,
        note=f"Geometric mean of {len(known.seen)} networks; lengths below 10⁻¹² are left out. "
        "Before it vanishes |∇C| is that of few images that stand on a slope by chance.",
    )


def _saturation(known: Known) -> Chart:
    n_layers = len(known.seen[0].looks[0].saturated)

    def of_layer(layer: int) -> Callable[[Smoothness], float]:
        return lambda look: 100 * look.saturated[layer]

    return Chart(
        "saturated",
        "Saturated neurons of a trained network that is made steeper",
        _STEEPNESS,
        "activations below 0.053 or above 0.947 (%)",
        tuple(
            _mean_series(f"hidden {layer + 1}", known, of_layer(layer)) for layer in range(n_layers)
        ),
        is_x_log=True,
        note=f"Mean of {len(known.seen)} networks, over all neurons of a layer and "
        f"{known.seen[0].looks[0].n_examples:,} test images; 95 % by Student's t.",
    )


def _stairs(known: Known) -> tuple[Chart, ...]:
    seen = known.seen[0]
    if not seen.stairs:
        return ()
    chart = Chart(
        "stairs",
        "From a hill to a staircase: the cost along a line",
        "place on a random line through the trained network (share of its length)",
        "cost on 20 training images",
        tuple(
            Series("hard steps" if k == HARD else f"k = {k:g}", seen.places, costs)
            for k, costs in zip(STAIRS, seen.stairs, strict=True)
        ),
        (Reference("the trained network", 0.0, "x"),),
        note="The first start. With steps the cost is level between places where a neuron "
        "jumps for some image: nothing says where downhill is.",
    )
    return (chart,)


def _mean_series(
    label: str, known: Known, value: Callable[[Smoothness], float], *, is_geometric: bool = False
) -> Series:
    """Give a curve over k of the mean over the networks."""
    rows = np.array([[value(look) for look in one.looks[:-1]] for one in known.seen])
    if is_geometric:
        rows = np.log(np.where(rows < 1e-12, np.nan, rows))
    low, high = _ends([mean_interval(column) for column in rows.T])
    mean = rows.mean(axis=0)
    if is_geometric:
        mean, low, high = np.exp(mean), np.exp(low), np.exp(high)
    return Series(label, np.array(LOOKED_AT), mean, low, high)


def _ends(intervals: list[Interval | None]) -> tuple[Numbers, Numbers]:
    known = [(np.nan, np.nan) if one is None else one for one in intervals]
    low, high = np.array(known, np.float64).T
    return low, high


def table_of(known: Known) -> Table:
    """Give what networks learn at each steepness."""
    rows = []
    for k, one in known.trained.items():
        accuracies = one.accuracies
        interval = percent_interval(accuracies)
        rows.append((
            "hard steps" if k == HARD else f"{k:g}",
            f"{one.attempt.learning_rate:.2g}",
            f"{one.cost:.4f}",
            with_interval(float(accuracies.mean()), interval),
        ))  # fmt: skip
    n = known.settings.n_starts
    return Table(
        "trained",
        "Trained at each steepness",
        (
            "k",
            "best η",
            f"cost on up to {N_SCORED:,} training images, mean of {n}",
            f"test accuracy (%), mean of {n} [95 %, Student's t]",
        ),
        tuple(rows),
    )
