"""What `learning-rate` says about its claims, in figures and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gdviz.analysis.interval import wilson_interval
from gdviz.analysis.layer_summary import counted
from gdviz.experiments.gains import gain_interval, percent_interval, percent_words, with_interval
from gdviz.experiments.rate_runs import (
    NEAR,
    OTHER,
    AtRate,
    Path,
    RateSettings,
)
from gdviz.experiments.repeats import is_above, mean_interval
from gdviz.experiments.result import Claim

FAR = 10.0
"""A rate that is so many times larger or smaller is far from another."""
_FAR_ON_GRID = 0.9 * FAR
"""Rates are given in round numbers: 0.03 and 0.3 are taken for far from each other."""
BESIDE = 0.8, 1.25
"""A median curvature within these shares of 2/η hovers there."""


@dataclass(frozen=True, eq=False, slots=True)
class Known:
    """What is known by now.

    Parameters
    ----------
    settings : RateSettings
    sweeps : mapping of network to list of AtRate
        In the order of the rates.
    paths : tuple of Path
    is_done : bool
        Whether all paths have come to their end.
    """

    settings: RateSettings
    sweeps: dict[str, list[AtRate]]
    paths: tuple[Path, ...]
    is_done: bool

    @property
    def arrived(self) -> list[Path]:
        """Descents that came to the edge."""
        return [path for path in self.paths if path.arrival is not None]


def claims_of(known: Known) -> tuple[Claim, ...]:
    """Give what is claimed and how it went, of the parts that are done."""
    claims = [
        _far_claim(known, key, sweep)
        for key, sweep in known.sweeps.items()
        if len(sweep) == len(known.settings.rates)
    ]
    if known.is_done:
        claims.append(_comes_claim(known))
        if known.arrived:
            claims += [_stays_claim(known), _falls_claim(known)]
    return tuple(claims)


def best_of(sweep: list[AtRate]) -> AtRate:
    """Give the rate of the highest mean accuracy."""
    return max(sweep, key=lambda one: float(one.accuracies.mean()))


def _far_claim(known: Known, key: str, sweep: list[AtRate]) -> Claim:
    """The best is chosen among all rates by the same networks, which flatters it a little."""
    best = best_of(sweep)
    below = [one for one in sweep if one.rate * _FAR_ON_GRID <= best.rate]
    above = [one for one in sweep if one.rate >= _FAR_ON_GRID * best.rate]
    sides = [max(below, key=lambda one: one.rate)] if below else []
    sides += [min(above, key=lambda one: one.rate)] if above else []
    losses = [float(best.accuracies.mean() - one.accuracies.mean()) for one in sides]
    intervals = [gain_interval(one.accuracies, best.accuracies) for one in sides]
    judged = [is_above(interval, 0.0) for interval in intervals]
    told = "; ".join(_far_words(one, best) for one in sides)
    holds = False if False in judged else None if len(sides) < 2 or None in judged else True
    least = int(np.argmin(losses)) if losses else None
    return Claim(
        f"{known.settings.title(key)}: ten times too small or too large a rate learns less.",
        None if least is None else losses[least],
        holds,
        f"Best of {len(sweep)} rates is η = {best.rate:g}: {percent_words(best.accuracies)} after "
        f"{counted(best.config.epochs, 'epoch')} ({counted(len(best.outcomes), 'start')}, "
        f"Student's t); "
        f"{told or 'none of the others is far from it'}"
        f"{'' if len(sides) == 2 or not told else '; nothing was tried on the other side'}.",
        None if least is None else intervals[least],
        "points",
    )


def _far_words(one: AtRate, best: AtRate) -> str:
    side = "smaller" if one.rate < best.rate else "larger"
    ratio = max(one.rate / best.rate, best.rate / one.rate)
    fate = f", {one.fate}" if one.fate else ""
    return f"at η = {one.rate:g}, {ratio:.0f} times {side}, {percent_words(one.accuracies)}{fate}"


def _comes_claim(known: Known) -> Claim:
    n, arrived = len(known.paths), known.arrived
    low, high = wilson_interval(len(arrived), n)
    settings = known.settings
    missing = "; ".join(
        f"at η = {path.config.learning_rate:g} it came to {path.ratios[1:].max():.2f} of it"
        for path in known.paths
        if path.arrival is None
    )
    return Claim(
        "Under full-batch descent the largest curvature comes to 2/η.",
        100 * len(arrived) / n,
        True if len(arrived) == n else None if arrived else False,
        f"In {len(arrived)} of {n} descents it came above {NEAR:g} of 2/η within "
        f"{settings.steps:,} steps ({settings.full_batch_images:,} images; "
        f"{settings.title(OTHER)}){'; ' + missing if missing else ''}. {_begins(known)}",
        (100 * low, 100 * high),
        "%",
    )


def _begins(known: Known) -> str:
    """Tell those that rose to the edge from those that began beyond it."""
    beyond = sorted({p.config.learning_rate for p in known.arrived if p.ratios[0] >= NEAR})
    if not beyond:
        return "All of these rose to it from below."
    rates = ", ".join(f"{rate:g}" for rate in beyond)
    return f"At η = {rates} they began near or beyond it, the others rose from below."


def _stays_claim(known: Known) -> Claim:
    medians = np.array([np.median(path.since_arrival) for path in known.arrived])
    interval = mean_interval(medians)
    low, high = BESIDE
    if interval is None:
        holds = None
    elif low < interval[0] <= interval[1] < high:
        holds = True
    else:
        holds = False if interval[1] < low or interval[0] > high else None
    value = with_interval(float(medians.mean()), interval, 2)
    last = ", ".join(
        f"{np.mean([p.ratios[-1] for p in group]):.2f} at η = {rate:g}"
        for rate, group in by_rate(known.arrived).items()
    )
    return Claim(
        "Once there it stays about there.",
        float(medians.mean()),
        holds,
        f"After its arrival it is {value} of 2/η: mean over {len(medians)} descents of the median "
        f"over all looks (Student's t). At the end it is {last}; under the cross-entropy it falls "
        "again when all images are learned.",
        interval,
        "of 2/η",
    )


def _falls_claim(known: Known) -> Claim:
    counts = [path.rises(after=True) for path in known.arrived]
    shares = np.array([100 * rose / max(n, 1) for rose, n in counts])
    interval = percent_interval(shares)
    before = [path.rises(after=False) for path in known.arrived]
    n_before, all_before = (sum(column) for column in zip(*before, strict=True))
    falls = [path.fall for path in known.arrived]
    n_lower = sum(fall > 0 for fall in falls)
    return Claim(
        "At the edge the cost rises at some steps, and falls all the same.",
        float(shares.mean()),
        is_above(interval, 0.0) if n_lower == len(falls) else False,
        f"It rose at {with_interval(float(shares.mean()), interval)} % of the steps after the "
        f"arrival (mean of {len(shares)} descents, {shares.min():.1f} to {shares.max():.1f} %, "
        f"Student's t; before it at {n_before:,} of {all_before:,}), and ended lower than it "
        f"arrived in {n_lower} of {len(falls)}.",
        interval,
        "%",
    )


def by_rate(paths: list[Path]) -> dict[float, list[Path]]:
    """Give the descents by their learning rates, in order."""
    groups: dict[float, list[Path]] = {}
    for path in paths:
        groups.setdefault(path.config.learning_rate, []).append(path)
    return dict(sorted(groups.items()))


def figures_of(known: Known) -> dict[str, Any]:
    """Give the experiment's numbers, for scripts."""
    figures: dict[str, Any] = {
        key: {
            "network": known.settings.title(key),
            "rates": [one.rate for one in sweep],
            "accuracies": [one.accuracies.tolist() for one in sweep],
            "costs": [[_finite(cost) for cost in one.costs] for one in sweep],
            "fates": [one.fate for one in sweep],
            "best": best_of(sweep).rate if sweep else None,
        }
        for key, sweep in known.sweeps.items()
    }
    figures["descents"] = [
        {
            "rate": path.config.learning_rate,
            "seed": path.config.seed,
            "steps": path.looked_at.tolist(),
            "curvatures": path.curvatures.tolist(),
            "ratios": path.ratios.tolist(),
            "arrived_at": None if path.arrival is None else path.looked_at[path.arrival],
            "diverged_at": path.diverged_at,
            "cost": _finite(float(path.costs[-1])) if len(path.costs) else None,
        }
        for path in known.paths
    ]
    if known.is_done and known.arrived:
        medians = [float(np.median(path.since_arrival)) for path in known.arrived]
        figures["median_ratio"] = float(np.mean(medians))
    return figures


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
