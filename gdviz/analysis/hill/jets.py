"""Arithmetic that carries exact derivatives along: forward differentiation on arrays.

A `Jet` is a value with its first derivative along each axis and, if wanted, its second along
each axis. A derivative that is zero everywhere is None: it is known to be zero even where
what stands beside it is infinite. Imports NumPy only; the caller silences overflows.

References
----------
Griewank, Walther, *Evaluating derivatives* (2008), chapters 3 and 13.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Slope = Array | None
"""A derivative; None is zero everywhere."""


class Jet(NamedTuple):
    """A value and its derivatives."""

    value: Array
    """Shape (n,) or (), for what is the same at all points."""
    first: tuple[Slope, ...] = ()
    """Along each axis; empty if not wanted."""
    second: tuple[Slope, ...] = ()
    """Along each axis twice; empty if not wanted."""


class Rule(NamedTuple):
    """A function of one argument z with value v: both are given to its derivatives."""

    value: Callable[[Array], Array]
    slope: Callable[[Array, Array], Array]
    bend: Callable[[Array, Array], Array]


def _sigmoid(z: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-z)))


def _sigmoid_slope(z: Array, v: Array) -> Array:
    return v * _sigmoid(-z)


def _tanh_slope(z: Array, _v: Array) -> Array:
    return np.asarray(np.cosh(z) ** -2)


FUNCTIONS = {
    "sin": Rule(np.sin, lambda z, _: np.cos(z), lambda _, v: -v),
    "cos": Rule(np.cos, lambda z, _: -np.sin(z), lambda _, v: -v),
    "tan": Rule(np.tan, lambda _, v: 1 + v * v, lambda _, v: 2 * v * (1 + v * v)),
    "exp": Rule(np.exp, lambda _, v: v, lambda _, v: v),
    "log": Rule(np.log, lambda z, _: 1 / z, lambda z, _: -1 / (z * z)),
    "sqrt": Rule(np.sqrt, lambda _, v: 0.5 / v, lambda z, v: -0.25 / (z * v)),
    # At the kink the slope between both sides' is taken, 0, as is usual for ReLU.
    "abs": Rule(np.abs, lambda z, _: np.sign(z), lambda z, _: np.zeros_like(z)),
    "tanh": Rule(np.tanh, _tanh_slope, lambda z, v: -2 * v * _tanh_slope(z, v)),
    "sigmoid": Rule(_sigmoid, _sigmoid_slope, lambda z, v: _sigmoid_slope(z, v) * (1 - 2 * v)),
}


def constant(number: float, like: Jet) -> Jet:
    """Give a number with as many derivatives as `like` has, all zero."""
    nothing = (None,) * len(like.first)
    return Jet(np.asarray(number, np.float64), nothing, nothing[: len(like.second)])


def apply(rule: Rule, z: Jet) -> Jet:
    """Give f(z) by the chain rule: f′z′, and f″z′² + f′z″."""
    value = np.asarray(rule.value(z.value))
    if not any(slope is not None for slope in z.first):
        return Jet(value, z.first, z.second)
    slope = rule.slope(z.value, value)
    first = tuple(_times(slope, a) for a in z.first)
    if not z.second:
        return Jet(value, first)
    bend = rule.bend(z.value, value)
    return Jet(
        value,
        first,
        tuple(
            _plus(_times(bend, _product(a, a)), _times(slope, b))
            for a, b in zip(z.first, z.second, strict=True)
        ),
    )


def negative(u: Jet) -> Jet:
    """Give −u."""
    return Jet(
        -u.value,
        tuple(_times(-1.0, a) for a in u.first),
        tuple(_times(-1.0, a) for a in u.second),
    )


def add(u: Jet, v: Jet) -> Jet:
    """Give u + v."""
    return Jet(
        u.value + v.value,
        tuple(map(_plus, u.first, v.first)),
        tuple(map(_plus, u.second, v.second)),
    )


def subtract(u: Jet, v: Jet) -> Jet:
    """Give u − v."""
    return add(u, negative(v))


def multiply(u: Jet, v: Jet) -> Jet:
    """Give uv by the product rule: u′v + uv′, and u″v + 2u′v′ + uv″."""
    first = tuple(
        _plus(_times(v.value, a), _times(u.value, b)) for a, b in zip(u.first, v.first, strict=True)
    )
    second = tuple(
        _plus(
            _plus(_times(v.value, aa), _times(u.value, bb)),
            _times(2.0, _product(a, b)),
        )
        for a, b, aa, bb in zip(u.first, v.first, u.second, v.second, strict=False)
    )
    return Jet(u.value * v.value, first, second)


def divide(u: Jet, v: Jet) -> Jet:
    """Give q = u/v: from u = qv, q′ = (u′ − qv′)/v and q″ = (u″ − 2q′v′ − qv″)/v."""
    value = u.value / v.value
    first = tuple(
        _over(_plus(a, _times(-value, b)), v.value) for a, b in zip(u.first, v.first, strict=True)
    )
    second = tuple(
        _over(_plus(_plus(aa, _times(-value, bb)), _times(-2.0, _product(q, b))), v.value)
        for q, b, aa, bb in zip(first, v.first, u.second, v.second, strict=False)
    )
    return Jet(np.asarray(value), first, second)


def power(u: Jet, v: Jet) -> Jet:
    """Give u to the power of v.

    Where the exponent does not change along any axis the rule for powers holds, for negative
    bases too; otherwise u^v = exp(v log u), which has derivatives for positive bases alone.
    """
    if all(slope is None for slope in v.first):
        exponent = v.value
        rule = Rule(
            lambda z: np.asarray(z**exponent),
            lambda z, _: _monomial(exponent, z, exponent - 1),
            lambda z, _: _monomial(exponent * (exponent - 1), z, exponent - 2),
        )
        return apply(rule, u)
    found = apply(FUNCTIONS["exp"], multiply(v, apply(FUNCTIONS["log"], u)))
    return found._replace(value=np.asarray(u.value**v.value))


def _monomial(factor: Array, base: Array, exponent: Array) -> Array:
    """Give factor·base^exponent, 0 for a factor of 0 even where the power is infinite."""
    if factor.ndim > 0:
        return np.where(factor == 0, 0.0, factor * base**exponent)
    return np.asarray(factor * base**exponent) if factor else np.zeros_like(base)


def _plus(a: Slope, b: Slope) -> Slope:
    if a is None:
        return b
    return a if b is None else a + b


def _times(factor: Array | float, a: Slope) -> Slope:
    return None if a is None else np.asarray(factor * a)


def _over(a: Slope, divisor: Array) -> Slope:
    return None if a is None else a / divisor


def _product(a: Slope, b: Slope) -> Slope:
    return None if a is None or b is None else a * b
