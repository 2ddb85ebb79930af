"""What the twin races say: see `gdviz.experiments.shuffled_labels`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.experiments.courses import Course, course_of
from gdviz.experiments.repeats import is_above, is_below, mean_interval
from gdviz.experiments.result import Claim, Figure
from gdviz.experiments.training_task import TrainingOutcome
from gdviz.experiments.verdict_words import all_of, cannot_tell, mean_ratio, starts, within

Floats = npt.NDArray[np.float64]
Interval = tuple[float, float]

NEARLY_POINTS = 5.0
"""Accuracies that differ by less, in points of percent, are nearly the same."""
SLOWER = 2.0
"""Labels are learnt slowly if they take so many times the epochs."""
STRAIGHT = 0.2
"""A course is nearly straight below this share in its steepest tenth: twice a straight line's."""
AS_FAST = 1.25
"""Two races are as fast if neither takes more than so many times the epochs of the other."""
_HARDLY = 0.5
"""Of a race that has come less than this part of the way of true labels no course is judged."""


@dataclass(frozen=True, eq=False, slots=True)
class Races:
    """Races that are over.

    Parameters
    ----------
    outcomes : dict of str to list of TrainingOutcome
        By kind, in the order of the starts: as many of each as are over.
    n_examples, n_parameters, epochs : int
    """

    outcomes: dict[str, list[TrainingOutcome]]
    n_examples: int
    n_parameters: int
    epochs: int

    def pairs(self, kind: str, other: str) -> list[tuple[TrainingOutcome, TrainingOutcome]]:
        """Give the races of two kinds from the same starts."""
        return list(zip(self.outcomes[kind], self.outcomes[other], strict=False))

    def courses(self, kind: str, other: str) -> list[tuple[Course, Course]]:
        """Give the courses of two kinds' training errors from the same starts.

        Those only of which the first came a good part of the way of the second.
        """
        pairs = [(error_course(a), error_course(b)) for a, b in self.pairs(kind, other)]
        return [(a, b) for a, b in pairs if a and b and a.fall >= _HARDLY * b.fall]


def error_course(outcome: TrainingOutcome) -> Course | None:
    """Give the course of the share of training images that are wrong."""
    return course_of(outcome.epochs, 1 - outcome.train_accuracy)


def claims_of(races: Races) -> tuple[tuple[Claim, ...], dict[str, Figure]]:
    """Give verdicts and figures of all races that are over; none before there is a pair."""
    figures: dict[str, Figure] = {
        "n_examples": races.n_examples,
        "n_parameters": races.n_parameters,
        "shuffled_accuracy": [
            float(one.train_accuracy[-1]) for one in races.outcomes["shuffled labels"]
        ],
        "kinds": {kind: _numbers(outcomes) for kind, outcomes in races.outcomes.items()},
    }
    if not races.pairs("shuffled labels", "true labels"):
        return (), figures
    claims = [_as_well(races), _slower(races), _sudden(races), _straight(races)]
    if races.pairs("shuffled pixels", "true labels"):
        claims.append(_same_speed(races))
    if races.pairs("Gaussian images", "shuffled labels"):
        claims.append(_noise_quicker(races))
    return tuple(claims), figures


def _numbers(outcomes: list[TrainingOutcome]) -> dict[str, Any]:
    courses = [error_course(one) for one in outcomes]
    costs = [course_of(one.epochs, one.train_cost) for one in outcomes]
    return {
        "train_accuracy": [float(one.train_accuracy[-1]) for one in outcomes],
        "test_accuracy": [float(one.test_accuracy[-1]) for one in outcomes],
        "train_cost": [_finite(float(one.train_cost[-1])) for one in outcomes],
        "epochs_to_fall": [course and course.duration for course in courses],
        "steepest_tenth": [course and course.steepest_tenth for course in courses],
        "steepest_tenth_of_cost": [course and course.steepest_tenth for course in costs],
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _as_well(races: Races) -> Claim:
    pairs = races.pairs("shuffled labels", "true labels")
    shuffled = np.array([100 * a.train_accuracy[-1] for a, _ in pairs])
    gaps = np.array([100 * b.train_accuracy[-1] for _, b in pairs]) - shuffled
    interval = mean_interval(gaps)
    holds = is_below(interval, NEARLY_POINTS)
    n_scored = pairs[0][0].n_train
    reached = f"{shuffled.mean():.1f} % of {races.n_examples:,} shuffled labels are right"
    if n_scored < races.n_examples:
        reached += f", by the first {n_scored:,}"
    gap = f"{gaps.mean():.1f} points fewer than of true ones{within(interval, 1)}"
    verdict = f"After {races.epochs:,} epochs {reached}, {gap}, {starts(len(pairs))}."
    if holds is False:
        chance = 100 * pairs[0][0].measured["largest_class"][-1]
        verdict += (
            f" {races.n_parameters:,} weights and biases do not hold so many in that time; "
            f"always saying the same would be right for {chance:.1f} %."
        )
    return Claim(
        f"Shuffled labels are learnt as well as true ones, to within {NEARLY_POINTS:g} points.",
        float(gaps.mean()),
        holds,
        verdict + cannot_tell(holds, interval),
        interval,
        "points",
    )


def _slower(races: Races) -> Claim:
    text = f"Shuffled labels take at least {SLOWER:g} times the epochs of true ones."
    courses = races.courses("shuffled labels", "true labels")
    if not courses:
        return _hardly_learnt(text)
    ratio, interval = mean_ratio([(a.duration, b.duration) for a, b in courses])
    holds = is_above(interval, SLOWER)
    own, true = (float(np.mean([pair[k].duration for pair in courses])) for k in (0, 1))
    verdict = (
        f"95 % of the fall of the training error took {own:.0f} epochs against {true:.0f}: "
        f"{ratio:.1f} times as long{within(interval, 1)}, {starts(len(courses))}."
    )
    return Claim(text, ratio, holds, verdict + cannot_tell(holds, interval), interval)


def _sudden(races: Races) -> Claim:
    text = "True labels come in a more sudden drop than shuffled ones."
    courses = races.courses("shuffled labels", "true labels")
    if not courses:
        return _hardly_learnt(text)
    own, true = (100 * np.array([pair[k].steepest_tenth for pair in courses]) for k in (0, 1))
    interval = mean_interval(true - own)
    holds = is_above(interval, 0.0)
    verdict = (
        f"In the steepest tenth of its time the training error does {true.mean():.0f} % of its "
        f"fall with true labels and {own.mean():.0f} % with shuffled ones: "
        f"{(true - own).mean():.0f} points more{within(interval, 0)}, {starts(len(courses))}."
    )
    measured = float((true - own).mean())
    return Claim(text, measured, holds, verdict + cannot_tell(holds, interval), interval, "points")


def _straight(races: Races) -> Claim:
    text = "With shuffled labels the training error falls along a nearly straight line."
    courses = races.courses("shuffled labels", "true labels")
    if not courses:
        return _hardly_learnt(text)
    own = 100 * np.array([course.steepest_tenth for course, _ in courses])
    interval = mean_interval(own)
    holds = is_below(interval, 100 * STRAIGHT)
    verdict = (
        f"Its steepest tenth does {own.mean():.0f} % of the fall{within(interval, 0)}, "
        f"{starts(len(courses))}; a straight line does 10 %, an exponential decay 27 %, and up "
        f"to {100 * STRAIGHT:g} % counts as nearly straight."
    )
    measured = float(own.mean())
    return Claim(text, measured, holds, verdict + cannot_tell(holds, interval), interval, "%")


def _same_speed(races: Races) -> Claim:
    text = "Pixels in a shuffled order, the same for all images, are learnt as fast as true images."
    courses = races.courses("shuffled pixels", "true labels")
    if not courses:
        return _hardly_learnt(text)
    ratio, interval = mean_ratio([(a.duration, b.duration) for a, b in courses])
    holds = all_of(is_below(interval, AS_FAST), is_above(interval, 1 / AS_FAST))
    verdict = (
        f"They take {ratio:.2f} times the epochs{within(interval, 2)}, {starts(len(courses))}; "
        f"from {1 / AS_FAST:g} to {AS_FAST:g} counts as the same."
    )
    return Claim(text, ratio, holds, verdict + cannot_tell(holds, interval), interval)


def _noise_quicker(races: Races) -> Claim:
    text = "Noise in place of images is learnt by heart too, and faster than shuffled labels."
    found = []
    for kind in ("random pixels", "Gaussian images"):
        courses = races.courses("shuffled labels", kind)
        if courses:
            pairs = [(a.duration, b.duration) for a, b in courses]
            accuracy = np.mean([one.train_accuracy[-1] for one in races.outcomes[kind]])
            found.append((kind, float(accuracy), len(courses), *mean_ratio(pairs)))
    if len(found) < 2:
        return _hardly_learnt(text)
    all_right = all(accuracy >= 1 - NEARLY_POINTS / 100 for _, accuracy, *_ in found)
    quicker = all_of(*(is_above(interval, 1.0) for *_, interval in found))
    holds = quicker if all_right else False
    parts = " and ".join(
        f"{kind} {ratio:.1f}{within(interval, 1)} with {100 * accuracy:.1f} % right"
        for kind, accuracy, _, ratio, interval in found
    )
    *_, ratio, interval = min(found, key=lambda one: one[3])
    verdict = (
        f"Shuffled labels take so many times the epochs of noise: {parts}, "
        f"{starts(min(n for _, _, n, *_ in found))}."
    )
    return Claim(text, ratio, holds, verdict + cannot_tell(holds, interval), interval)


def _hardly_learnt(text: str) -> Claim:
    return Claim(
        text,
        None,
        None,
        "Cannot be told: less than half of the way of true labels was done, so that there is no "
        "course to compare.",
    )
