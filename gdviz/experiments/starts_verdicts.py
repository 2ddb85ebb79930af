"""What is said of many starts, and whether it holds; see `starts`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gdviz.experiments.many_starts import Width
from gdviz.experiments.repeats import is_above, is_below, mean_interval
from gdviz.experiments.result import Claim

ABOUT_EQUAL = 0.5
"""Standard deviation in points below which accuracies are called about equal: most starts are
then within one point of their mean."""
_GONE = 10.0
"""Percent of a barrier below which it is called gone."""
_NO_WALL = 1.0
"""Percent of the fall of training; a lower barrier is none."""


def claims_of(widths: Sequence[Width], main: Width) -> tuple[Claim, ...]:
    """Give what can be said by now.

    Parameters
    ----------
    widths : sequence of Width
        With ends, from the smallest to the largest.
    main : Width
        The one of them that most is said about.
    """
    claims = [_equal(main), _luck(main), _larger(widths), *_barriers(main), _wider(widths)]
    return tuple(claim for claim in claims if claim is not None)


def _equal(main: Width) -> Claim:
    """Whether all ends are about equally good."""
    accuracy, spread = 100 * main.accuracy, main.spread
    n = len(accuracy)
    text = (
        f"{n} networks {main.title} end between {accuracy.min():.2f} and {accuracy.max():.2f} % "
        f"of {main.images}"
    )
    claim = (
        "Different starts end about equally well: their accuracies differ by a standard deviation "
        f"below {ABOUT_EQUAL:g} points."
    )
    if n > 1 and np.ptp(accuracy) == 0:
        return Claim(claim, 0.0, True, f"{text}: all the same.", unit="points")
    if spread is None:
        return Claim(claim, None, None, f"{text}; these cannot tell how far others would spread.")
    low, high = spread.interval
    return Claim(
        claim,
        spread.deviation,
        is_below(spread.interval, ABOUT_EQUAL),
        f"{text}: mean {accuracy.mean():.2f} %, standard deviation {spread.deviation:.2f} points "
        f"[{low:.2f}, {high:.2f}] (jackknife).",
        spread.interval,
        "points",
    )


def _luck(main: Width) -> Claim | None:
    """Whether the test images could tell the ends apart."""
    spread = main.spread
    if main.luck is None or spread is None or main.is_shuffled or not main.luck:
        return None
    luck = 100 * main.luck
    ratio = spread.deviation / luck
    low, high = (edge / luck for edge in spread.interval)
    return Claim(
        "What they differ by is no more than luck with single test images.",
        ratio,
        is_below((low, high), 1.0),
        f"{len(main.ends)} equally good networks would differ by {luck:.2f} points on the same "
        f"{main.images} (Cochran); these differ by {ratio:.2f} times as much "
        f"[{low:.2f}, {high:.2f}]. Other {main.ends[0].n_test:,} images would move each by "
        f"{main.binomial:.2f} points (binomial).",
        (low, high),
        "times",
    )


def _larger(widths: Sequence[Width]) -> Claim | None:
    """Whether the ends of larger networks are more alike."""
    spreads = [(width, width.spread) for width in widths]
    told = [(width, spread) for width, spread in spreads if spread is not None]
    if len(told) < 2:
        return None
    (small, wide), (_, narrow) = told[0], told[-1]
    ratio, interval = wide.ratio_to(narrow)
    each = ", ".join(f"{width.title}: {spread.deviation:.2f}" for width, spread in told)
    return Claim(
        "The larger the network, the more alike its ends.",
        ratio,
        is_above(interval, 1.0),
        f"Standard deviation of the accuracy between {len(small.ends)} starts, in points: {each}; "
        f"the smallest network's is {ratio:.1f} times the largest's "
        f"[{interval[0]:.1f}, {interval[1]:.1f}].",
        interval,
        "times",
    )


def _barriers(main: Width) -> list[Claim]:
    """Whether there is a wall between two ends, and whether matching takes it away."""
    barriers = main.barriers
    if not len(barriers) or main.fall <= 0:
        return []
    shares = 100 * barriers / main.fall
    n, interval = len(shares), mean_interval(shares)
    wall = Claim(
        "The straight line between two of these ends crosses a wall.",
        float(shares.mean()),
        is_above(interval, _NO_WALL),
        f"On {n} lines between different pairs of {main.title} the cost rises "
        f"{barriers.mean():.3f} above the line between its ends on average, {shares.mean():.0f} % "
        f"{_brackets(interval)} of what training took away.",
        interval,
        "%",
    )
    left = 100 * main.remaining
    if not len(left):
        return [wall]
    interval = mean_interval(left)
    gone = Claim(
        "With the hidden neurons of one in the order of the other's the wall is gone: less than "
        f"{_GONE:g} % of it is left.",
        float(left.mean()),
        is_below(interval, _GONE),
        f"Of the barriers of {len(left)} pairs of {main.title}, {left.mean():.0f} % "
        f"{_brackets(interval)} is left on average after matching.",
        interval,
        "%",
    )
    return [wall, gone]


def _wider(widths: Sequence[Width]) -> Claim | None:
    """Whether less of the wall is left in larger networks."""
    told = [width for width in widths if len(width.remaining) > 1]
    if len(told) < 2:
        return None
    small, large = told[0], told[-1]
    n = min(len(small.remaining), len(large.remaining))
    apart = 100 * (small.remaining[:n] - large.remaining[:n])
    interval = mean_interval(apart)
    each = ", ".join(f"{width.title}: {100 * width.remaining.mean():.0f} %" for width in told)
    return Claim(
        "The larger the network, the less of the wall is left after matching.",
        float(apart.mean()),
        is_above(interval, 0.0),
        f"Left of {n} barriers on average: {each}; from the smallest to the largest network "
        f"{apart.mean():.0f} {_brackets(interval)} points less.",
        interval,
        "points",
    )


def _brackets(interval: tuple[float, float] | None) -> str:
    if interval is None:
        return "(one pair: no interval)"
    return f"[{interval[0]:.1f}, {interval[1]:.1f}]"
