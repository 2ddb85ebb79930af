"""What the ladder says about its claims, in figures and in words."""

from __future__ import annotations

from typing import Any

from gdviz.analysis.interval import wilson_interval
from gdviz.analysis.layer_summary import counted
from gdviz.experiments.gains import with_interval
from gdviz.experiments.ladder_rungs import Climbed, Gain
from gdviz.experiments.repeats import Interval, is_above
from gdviz.experiments.result import Claim

FIRST_CLAIM, LAST_CLAIM = 96.0, 98.0
"""Per cent of the test images: of the lesson's network, and with some changes."""
ABOUT = 0.5
"""So many points beside a claim still are "about" it."""
N_FILM = 300
"""In the film 288 of the first 300 test images are right."""


def claims_of(climbed: list[Climbed], gains: list[Gain], *, is_done: bool) -> tuple[Claim, ...]:
    """Give what is claimed and how it went; of the whole only when all rungs are known."""
    claims = [_first_claim(climbed[0])]
    if is_done and gains:
        claims += [_last_claim(climbed), _gain_claim(climbed, gains)]
    return tuple(claims)


def _first_claim(lesson: Climbed) -> Claim:
    n_test = lesson.outcomes[0].n_test
    n_film, n_right = min(N_FILM, n_test), int(lesson.outcomes[0].measured["film_correct"][-1])
    low, high = wilson_interval(n_right, n_film)
    return Claim(
        f"The lesson's network gets about {FIRST_CLAIM:g} % of new images right.",
        lesson.mean,
        _is_about(lesson.interval, FIRST_CLAIM),
        f"{with_interval(lesson.mean, lesson.interval)} % of {n_test:,} test images, mean of "
        f"{starts_of(lesson)}{_student(lesson)}. Of the first {n_film} alone, the film's, one "
        f"network has {n_right} right: {100 * n_right / n_film:.1f} % [{100 * low:.1f}, "
        f"{100 * high:.1f}] by Wilson, so wide that it says little about one point.",
        lesson.interval,
        "%",
    )


def _is_about(interval: Interval | None, claim: float) -> bool | None:
    if interval is None:
        return None
    if interval[1] < claim - ABOUT or interval[0] > claim + ABOUT:
        return False
    return True if claim - ABOUT < interval[0] <= interval[1] < claim + ABOUT else None


def _last_claim(climbed: list[Climbed]) -> Claim:
    top = climbed[-1]
    outcome = top.outcomes[0]
    n_right, n_test = int(outcome.test_correct[-1]), outcome.n_test
    low, high = wilson_interval(n_right, n_test)
    return Claim(
        f"With some changes it gets {LAST_CLAIM:g} % right.",
        top.mean,
        is_above(top.interval, LAST_CLAIM),
        f"With all changes up to “{top.rung.title}” it is "
        f"{with_interval(top.mean, top.interval, 2)} %, mean of {starts_of(top)}{_student(top)}; "
        f"one network has {n_right:,} of {n_test:,} right [{100 * low:.2f}, {100 * high:.2f}] by "
        "Wilson.",
        top.interval,
        "%",
    )


def _gain_claim(climbed: list[Climbed], gains: list[Gain]) -> Claim:
    """Each gain has its own interval: of six, one is beside the truth every third time or so."""
    order = sorted(range(len(gains)), key=lambda k: gains[k][0])
    least, most = order[0], order[-1]
    above = [is_above(interval, 0.0) for _, interval in gains]
    holds = False if False in above else None if None in above else True
    n_unknown = above.count(None)
    told = f"{n_unknown} of {len(gains)} gains cannot be told from nothing with so few starts"
    if n_unknown == 0:
        told = f"none of {len(gains)} is within chance"
    return Claim(
        "Each of the changes is a gain by itself.",
        gains[least][0],
        holds,
        f"Most came of “{climbed[most + 1].rung.title}”: {_points(gains[most])}; least of "
        f"“{climbed[least + 1].rung.title}”: {_points(gains[least])}. By Welch's interval over "
        f"{starts_of(climbed[0])} of each, {told}.",
        gains[least][1],
        "points",
    )


def _points(gain: Gain) -> str:
    return f"{with_interval(*gain, 2)} points"


def starts_of(climbed: Climbed) -> str:
    """Say from how many starts a mean is."""
    return counted(len(climbed.outcomes), "start")


def _student(climbed: Climbed) -> str:
    return " (95 % by Student's t between starts)" if climbed.interval else ""


def figures_of(climbed: list[Climbed], gains: list[Gain]) -> dict[str, Any]:
    """Give the ladder's numbers, for scripts."""
    biggest = max(range(len(gains)), key=lambda k: gains[k][0]) if gains else None
    return {
        "rungs": [one.rung.title for one in climbed],
        "accuracies": [one.accuracies.tolist() for one in climbed],
        "correct": [[int(o.test_correct[-1]) for o in one.outcomes] for one in climbed],
        "n_test": climbed[0].outcomes[0].n_test,
        "gains": [gain for gain, _ in gains],
        "gain_intervals": [None if i is None else list(i) for _, i in gains],
        "learning_rates": [one.config.learning_rate for one in climbed],
        "film_correct": [int(o.measured["film_correct"][-1]) for o in climbed[0].outcomes],
        "gained_most": None if biggest is None else climbed[biggest + 1].rung.title,
        "gained_most_kind": None if biggest is None else climbed[biggest + 1].rung.kind,
    }
