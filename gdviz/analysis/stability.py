"""The largest curvature against the learning rate: is a step stable, in numbers and in words.

On a parabola of curvature λ a step of gradient descent multiplies the distance to the bottom
by 1 − ηλ: it swings ever wider once λ exceeds 2/η. With a velocity the limit is another
multiple of 1/η; where each weight has a step of its own there is no such limit.

Imports `gdviz.nn`.

References
----------
Cohen, Kaur, Li, Kolter, Talwalkar, *Gradient descent on neural networks typically occurs at the
edge of stability* (2021), section 2 and appendix B.
Cohen and others, *Adaptive gradient methods at the edge of stability* (2022), for what adaptive
optimizers have in place of it: a limit on the preconditioned Hessian.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from gdviz.nn.optimizers import OPTIMIZERS, momentum, nesterov

_BETA, _MU = momentum.COEFFICIENT, nesterov.COEFFICIENT


class _Limit(NamedTuple):
    factor: float
    """η times the limit."""
    formula: str
    method: str


_LIMITS = {
    "gradient_descent": _Limit(2.0, "2/η", "of gradient descent"),
    "momentum": _Limit(2 * (1 + _BETA), "2(1 + β)/η", "with momentum"),
    "nesterov": _Limit(
        2 * (1 + _MU) / (1 + 2 * _MU), "2(1 + μ)/((1 + 2μ)η)", "with Nesterov momentum"
    ),
}

CAVEAT = (
    "The limit is that of a step over all examples on the parabola that fits the cost here. "
    "Mini-batches scatter about it, and an unstable direction may bend back before long: "
    "training can go on at the edge of stability."
)


@dataclass(frozen=True, slots=True)
class Stability:
    """The largest curvature beside what a learning rate can bear.

    Parameters
    ----------
    eigenvalue : float
        λ, the largest second derivative of the cost along any direction of length 1.
    learning_rate : float
        η.
    optimizer : str
        A key of `gdviz.nn.optimizers.OPTIMIZERS`.
    limit : float
        λ from which on a step is unstable: 2/η, or with a velocity 2(1 + β)/η (momentum) and
        2(1 + μ)/((1 + 2μ)η) (Nesterov). NaN for optimizers that have no such limit.
    """

    eigenvalue: float
    learning_rate: float
    optimizer: str
    limit: float

    @property
    def ratio(self) -> float:
        """λ/limit, which is λη/2 for plain gradient descent; NaN without a limit."""
        return self.eigenvalue / self.limit

    @property
    def is_stable(self) -> bool | None:
        """True below the limit; None where there is none to be compared with."""
        return None if math.isnan(self.limit) else self.eigenvalue < self.limit


def stability(
    eigenvalue: float, learning_rate: float, optimizer: str = "gradient_descent"
) -> Stability:
    """Set the largest curvature against a learning rate.

    Parameters
    ----------
    eigenvalue : float
        From `gdviz.analysis.curvature.top_curvature`: of C alone, penalties not included.
    learning_rate : float
        η of the next step, its schedule's factor included; 0 or more.
    optimizer : str
        A key of `gdviz.nn.optimizers.OPTIMIZERS`.

    Raises
    ------
    ValueError
        If the eigenvalue is not finite, the learning rate is negative or not finite, or there
        is no such optimizer.

    Notes
    -----
    With momentum the error follows e ← (1 + β − ηλ) e − β e′, e′ the one before, and both
    roots of z² − (1 + β − ηλ) z + β lie within the unit circle as long as ηλ < 2(1 + β). For
    Nesterov's z² − (1 + μ)(1 − ηλ) z + μ(1 − ηλ) it is ηλ < 2(1 + μ)/(1 + 2μ): it can bear
    *less* than plain gradient descent.
    """
    if not math.isfinite(eigenvalue):
        raise ValueError(f"a curvature of {eigenvalue} cannot be compared with anything")
    if not (math.isfinite(learning_rate) and learning_rate >= 0):
        raise ValueError(f"the learning rate must be 0 or more, not {learning_rate}")
    if optimizer not in OPTIMIZERS:
        raise ValueError(f"unknown optimizer {optimizer!r}; one of {', '.join(OPTIMIZERS)}")
    factor = _LIMITS[optimizer].factor if optimizer in _LIMITS else math.nan
    return Stability(eigenvalue, learning_rate, optimizer, _over(factor, learning_rate))


def stability_words(found: Stability) -> str:
    """Say in a sentence or two whether the next step is stable, with the numbers.

    `CAVEAT` says on what it rests.
    """
    largest = f"The largest curvature is {_number(found.eigenvalue)}"
    rate = f"at η = {_number(found.learning_rate)}"
    if found.eigenvalue <= 0:
        return (
            f"{largest}: here the cost bends upwards in no direction, and no limit follows for "
            "the step."
        )
    if found.optimizer not in _LIMITS:
        plain = _number(_over(2.0, found.learning_rate))
        return (
            f"{largest}. {OPTIMIZERS[found.optimizer].title} gives each weight a step of its own: "
            f"no one limit holds for it. Plain gradient descent {rate} would be stable below "
            f"2/η = {plain}."
        )
    limit = _LIMITS[found.optimizer]
    share = "less than 1%" if found.ratio < 0.01 else f"{found.ratio:.0%}"
    verdict = (
        f"this step is stable, at {share} of the limit"
        if found.is_stable
        else "this step is unstable along this direction"
    )
    return (
        f"{largest}; {rate} steps {limit.method} are stable below "
        f"{limit.formula} = {_number(found.limit)}: {verdict}."
    )


def limit_formula(optimizer: str) -> str:
    """Give the limit's formula, for example ``2/η``; empty for an optimizer that has none."""
    return _LIMITS[optimizer].formula if optimizer in _LIMITS else ""


def _over(factor: float, learning_rate: float) -> float:
    """Give factor/η; infinite for η = 0, where nothing moves."""
    return factor / learning_rate if learning_rate > 0 else factor * math.inf


def _number(value: float) -> str:
    """Write a number with three digits, as people do: ``2,000``, ``−0.0123``, ``∞``."""
    if math.isinf(value):
        return "∞"
    return f"{float(f'{value:.3g}'):,g}".replace("-", "−")
