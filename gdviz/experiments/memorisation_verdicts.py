"""What learning by heart says: see `gdviz.experiments.memorisation`."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdviz.experiments.repeats import Interval, is_above, is_below, mean_interval
from gdviz.experiments.result import Claim, Figure
from gdviz.experiments.training_task import TrainingOutcome
from gdviz.experiments.verdict_words import all_of, cannot_tell, starts, within

Floats = npt.NDArray[np.float64]

HELD = 0.95
"""Images are held if the network is right of so many of their labels."""
SPLIT = {
    "clean": "true label, right",
    "false": "false label, said as the label",
    "restored": "false label, said as the image truly is",
}
"""What is told apart, and what people read."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One width on one number of images: the training accuracy of each start, 0 to 1."""

    width: int
    n_examples: int
    accuracies: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Capacities:
    """How much of shuffled labels is held.

    Parameters
    ----------
    cells : tuple of Cell
        As many as are known.
    n_weights : dict of int to int
        Weights and biases by width.
    middle : int
        The width that is looked at more closely.
    epochs, n_starts : int
    """

    cells: tuple[Cell, ...]
    n_weights: dict[int, int]
    middle: int
    epochs: int
    n_starts: int

    def of_width(self, width: int) -> list[Cell]:
        """Give what is known of a width, by the number of images."""
        cells = (cell for cell in self.cells if cell.width == width)
        return sorted(cells, key=lambda cell: cell.n_examples)

    def held(self, width: int) -> list[float]:
        """Give the capacity of each start that is known at every number of images."""
        cells = self.of_width(width)
        counts = np.array([cell.n_examples for cell in cells], float)
        starts = zip(*(cell.accuracies for cell in cells), strict=False)
        return [capacity(counts, np.array(accuracies)) for accuracies in starts]


def capacity(counts: Floats, accuracies: Floats) -> float:
    """Give how many images are held: where the accuracy crosses `HELD`.

    Parameters
    ----------
    counts : ndarray of shape (n,)
        Rising.
    accuracies : ndarray of shape (n,)
        0 to 1.

    Returns
    -------
    float
        Between two counts in proportion to the logarithm; 0 if already the smallest are not
        held, infinite if all are. The first crossing counts.
    """
    below = np.flatnonzero(accuracies < HELD)
    if not len(below):
        return math.inf
    after = int(below[0])
    if after == 0:
        return 0.0
    high, low = accuracies[after - 1], accuracies[after]
    part = (high - HELD) / (high - low)
    logs = np.log(counts[after - 1 : after + 1])
    return float(np.exp(logs[0] + part * (logs[1] - logs[0])))


@dataclass(frozen=True, eq=False, slots=True)
class Splits:
    """Training on partly shuffled labels, over or under way.

    Parameters
    ----------
    outcomes : tuple of TrainingOutcome
        With what `memorisation.split_right` measured.
    epochs, n_examples : int
    """

    outcomes: tuple[TrainingOutcome, ...]
    epochs: int
    n_examples: int

    @property
    def finished(self) -> list[TrainingOutcome]:
        """Those that are over."""
        return [one for one in self.outcomes if one.epochs[-1] >= self.epochs]


def half_way(outcome: TrainingOutcome) -> int | None:
    """Give the first scoring at which half of the images with true labels are right."""
    above = np.flatnonzero(outcome.measured["clean"] >= 0.5)
    return int(above[0]) if len(above) else None


def claims_of(capacities: Capacities, splits: Splits) -> tuple[Claim, ...]:
    """Give the verdicts that can be given by now."""
    claims = []
    if len(capacities.of_width(capacities.middle)) > 1:
        claims.append(_has_a_limit(capacities))
    widths = sorted({cell.width for cell in capacities.cells})
    if len(widths) > 1:
        claims.append(_more_weights(capacities, widths[0], widths[-1]))
    if splits.finished:
        claims += [_truth_first(splits), _false_at_last(splits)]
    return tuple(claims)


def _has_a_limit(capacities: Capacities) -> Claim:
    cells = capacities.of_width(capacities.middle)
    few, many = cells[0], cells[-1]
    weights = capacities.n_weights[capacities.middle]
    at_few, at_many = (100 * np.array(cell.accuracies) for cell in (few, many))
    intervals = _points(at_few, 0), _points(at_many, 0)
    holds = all_of(is_above(intervals[0], 100 * HELD), is_below(intervals[1], 100 * HELD))
    held = capacities.held(capacities.middle)
    verdict = (
        f"After {capacities.epochs:,} epochs {at_few.mean():.1f} % of {few.n_examples:,} shuffled "
        f"labels are right{within(intervals[0], 1)} and {at_many.mean():.1f} % of "
        f"{many.n_examples:,}{within(intervals[1], 1)}, {starts(len(at_many))}; "
        f"{100 * HELD:g} % up to about {_count(_mean(held))} images."
    )
    return Claim(
        f"{weights:,} weights and biases learn {few.n_examples:,} shuffled labels by heart, and "
        f"{many.n_examples:,} not.",
        float(at_many.mean()),
        holds,
        verdict + cannot_tell(holds, intervals[1]),
        intervals[1],
        "%",
    )


def _more_weights(capacities: Capacities, narrow: int, wide: int) -> Claim:
    text = "The more weights, the more shuffled labels are held."
    pairs = list(zip(capacities.held(narrow), capacities.held(wide), strict=False))
    logs = [math.log(b / a) for a, b in pairs if 0 < a < math.inf and 0 < b < math.inf]
    each = "; ".join(
        f"{width}-{width}: {_count(_mean(capacities.held(width)))} of {n:,} weights"
        for width, n in sorted(capacities.n_weights.items())
        if capacities.held(width)
    )
    if not logs or len(logs) < len(pairs):
        verdict = (
            "Cannot be told: the numbers of images that were tried do not reach from fewer than "
            f"{narrow}-{narrow} holds to more than {wide}-{wide} holds. Held, {each}."
        )
        return Claim(text, None, None, verdict)
    interval = mean_interval(np.array(logs))
    bounds = None if interval is None else (math.exp(interval[0]), math.exp(interval[1]))
    ratio, holds = math.exp(float(np.mean(logs))), is_above(bounds, 1.0)
    weights = capacities.n_weights[wide] / capacities.n_weights[narrow]
    verdict = (
        f"{weights:.1f} times the weights hold {ratio:.1f} times the images"
        f"{within(bounds, 1)}, {starts(len(logs))}. Held, {each}."
    )
    return Claim(text, ratio, holds, verdict + cannot_tell(holds, bounds), bounds)


def _truth_first(splits: Splits) -> Claim:
    text = "A network first learns what is true, also of images whose label is false."
    moments = [(one, half_way(one)) for one in splits.finished]
    rows = [(one.measured, at) for one, at in moments if at is not None]
    if not rows:
        return Claim(text, None, None, "Cannot be told: not half of the true labels were learnt.")
    restored, false = (
        np.array([100 * measured[key][at] for measured, at in rows])
        for key in ("restored", "false")
    )
    interval = _points(restored - false, -100)
    holds = is_above(interval, 0.0)
    verdict = (
        f"When half of the images with true labels are right, of those with false ones "
        f"{restored.mean():.0f} % are said to be what they are and {false.mean():.0f} % what the "
        f"label says: {(restored - false).mean():.0f} points apart{within(interval, 0)}, "
        f"{starts(len(rows))} on {splits.n_examples:,} images."
    )
    measured = float((restored - false).mean())
    return Claim(text, measured, holds, verdict + cannot_tell(holds, interval), interval, "points")


def _false_at_last(splits: Splits) -> Claim:
    ends = [one.measured for one in splits.finished]
    clean, restored, false = (
        np.array([100 * end[key][-1] for end in ends]) for key in ("clean", "restored", "false")
    )
    interval = _points(false - restored, -100)
    holds = is_above(interval, 0.0)
    verdict = (
        f"After {splits.epochs:,} epochs {clean.mean():.0f} % of the images with true labels are "
        f"right; of those with false ones {false.mean():.0f} % are said to be what the label says "
        f"and {restored.mean():.0f} % what they are: {(false - restored).mean():.0f} points apart"
        f"{within(interval, 0)}, {starts(len(ends))} on {splits.n_examples:,} images."
    )
    if holds is False:
        verdict += " The network does not hold so many false labels: it stays with what is true."
    return Claim(
        "In the end the false labels are known by heart, in place of what is true.",
        float((false - restored).mean()),
        holds,
        verdict + cannot_tell(holds, interval),
        interval,
        "points",
    )


def figures_of(capacities: Capacities, splits: Splits) -> dict[str, Figure]:
    """Give the numbers for scripts."""
    widths = sorted({cell.width for cell in capacities.cells})
    held = {str(width): _mean(capacities.held(width)) for width in widths}
    return {
        "middle_width": capacities.middle,
        "n_weights": {str(width): n for width, n in capacities.n_weights.items()},
        "capacity": {width: _finite(value) for width, value in held.items()},
        "train_accuracy": {
            str(width): {
                str(cell.n_examples): list(cell.accuracies) for cell in capacities.of_width(width)
            }
            for width in widths
        },
        "split": [
            {"epochs": one.epochs.tolist()}
            | {key: [_finite(value) for value in one.measured[key].tolist()] for key in SPLIT}
            for one in splits.finished
        ],
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _mean(values: list[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _count(value: float | None) -> str:
    if value is None:
        return "not known"
    if value == math.inf:
        return "all that were tried"
    return f"{value:,.0f}" if value else "fewer than were tried"


def _points(values: Floats, lowest: float) -> Interval | None:
    """Give the interval of a mean of percentages, within what they can be."""
    interval = mean_interval(values)
    return interval and (max(interval[0], lowest), min(interval[1], 100.0))
