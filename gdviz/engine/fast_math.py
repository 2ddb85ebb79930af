"""exp, sigmoid, tanh and logarithms that the compiler turns into vector instructions.

A call to the C library's `expf` computes one number at a time and stops a loop from being
vectorised; the forms here are plain arithmetic (range reduction, a polynomial, exponent bits
put in place), so that a loop over a contiguous float32 array runs on eight numbers at once.
Measured with AVX2 on 4,096 float32 against the same compiled loop around `np.exp` (2.7 ns a
number): exp and sigmoid 0.57 ns, 4.8 times faster; tanh 0.84, softplus 0.96, log 1.1 ns.

float32: relative error at most 3e-7. float64: the C library's functions, for checks.

``fastmath`` stays off: it lets the compiler assume that there is no infinity, which breaks
the sigmoid at overflow. ``contract`` alone is on: it only allows a·b + c in one rounding.

Needs Numba: import it only after asking `gdviz.engine.compiler_problem`. May be called from
any thread; nothing here holds the interpreter's lock inside compiled code.

References
----------
Muller, *Elementary Functions: Algorithms and Implementation* (2016), chapters 3 and 11.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numba
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]  # it has no annotations
from numba import types
from numba.extending import intrinsic, register_jitable

_njit = numba.njit(
    nogil=True, cache=True, error_model="numpy", boundscheck=False, fastmath={"contract"}
)


def _sources_version() -> str:
    """Say which sources compiled code is made from: those of the engine and of the tables."""
    folder = Path(__file__).parent
    files = sorted([*folder.glob("*.py"), *(folder.parent / "nn").rglob("*.py")])
    states = [(file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files]
    return f"{numba.__version__} {states}"


_VERSION = _sources_version()


def compiled(function: Any) -> Any:
    """Compile a function without the interpreter's lock; what was compiled is kept on disk.

    Numba throws away what it kept when the function's own file has changed. Code is compiled
    into its callers, though, and constants with it: here a change of any file of the engine or
    of the tables counts. It takes the place of Numba's version, which is looked at before
    anything of what was kept is read: the rest may name modules that are gone.
    """
    dispatcher: Any = _njit(function)
    dispatcher._cache._cache_file._version = _VERSION  # noqa: SLF001  # there is no public way
    return dispatcher


_ONE = np.float32(1)
_TWO = np.float32(2)
_HALF = np.float32(0.5)
_ZERO = np.float32(0)

_LOG2_E = np.float32(1.4426950408889634)
# ln 2 in two parts: the first has so few bits that its product with an exponent is exact.
_LN_2_HIGH = np.float32(0.693359375)
_LN_2_LOW = np.float32(-0.00021219444170128554)
# Adding 1.5·2²³ to a small float32 leaves its nearest whole number in the lowest bits.
_ROUNDER = np.float32(12582912.0)
_ROUNDER_BITS = np.int32(0x4B400000)
_LOWEST_NORMAL_EXPONENT = np.float32(-87.33654)

# Interpolants at Chebyshev points (numpy.polynomial.Chebyshev.interpolate), in float32.
# (exp(r) − 1 − r)/r² for |r| <= ln(2)/2:
_EXP_0, _EXP_1, _EXP_2, _EXP_3, _EXP_4 = (
    np.float32(value)
    for value in (0.5, 0.16666576266, 0.0416665486991, 0.00836317893, 0.00139265530743)
)
# (tanh(√s)/√s − 1)/s for 0 <= s <= 0.625²:
_TANH_0, _TANH_1, _TANH_2, _TANH_3, _TANH_4 = (
    np.float32(value)
    for value in (-0.33333328366, 0.1333276927, -0.0538509078, 0.0209971797, -0.00609671418)
)
# (artanh(√s)/√s − 1)/s for 0 <= s <= 1/9:
_LOG_0, _LOG_1, _LOG_2, _LOG_3, _LOG_4 = (
    np.float32(value)
    for value in (0.33333334327, 0.19999852777, 0.1429617858, 0.10853287578, 0.11612164229)
)
_TANH_SWITCH = np.float32(0.625)
_LN_2 = np.float32(math.log(2))
_SQRT_HALF_BITS = np.int32(0x3F3504F3)


def _type_bits(_context: Any, value: Any) -> Any:
    """The 32 bits of a float32 as an int32."""

    def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.IntType(32))

    return types.int32(value), generate


def _type_float(_context: Any, bits: Any) -> Any:
    """The float32 that 32 bits mean."""

    def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.FloatType())

    return types.float32(bits), generate


# Typed as Any: Numba's own annotations show the typing context that it passes by itself.
_bits_of: Any = intrinsic(_type_bits)
_float_of: Any = intrinsic(_type_float)


@register_jitable
def _power_of_two(exponent: Any) -> Any:
    """2^exponent as float32 for −126 <= exponent <= 127."""
    return _float_of(np.int32((exponent + np.int32(127)) << np.int32(23)))


@register_jitable
def _reduced(x: Any) -> Any:
    """Split x into n and exp(r) such that exp(x) = 2^n exp(r), |r| <= ln(2)/2."""
    shifted = x * _LOG2_E + _ROUNDER
    n = shifted - _ROUNDER
    r = (x - n * _LN_2_HIGH) - n * _LN_2_LOW
    p = _EXP_3 + r * _EXP_4
    p = _EXP_2 + r * p
    p = _EXP_1 + r * p
    p = _EXP_0 + r * p
    return np.int32(_bits_of(shifted) - _ROUNDER_BITS), _ONE + (r + r * r * p)


@register_jitable
def exp_32(x: Any) -> Any:
    """exp(x) of a float32: overflows to infinity, underflows through denormals to 0."""
    x = np.float32(-150) if x < np.float32(-150) else x
    x = np.float32(150) if x > np.float32(150) else x
    n, power = _reduced(x)
    # In two halves, since 2^n itself may lie outside float32 while the product does not.
    half = np.int32(n >> np.int32(1))
    return power * _power_of_two(half) * _power_of_two(np.int32(n - half))


@register_jitable
def exp_negative_32(x: Any) -> Any:
    """exp(x) of a float32 for x <= 0; never below the smallest normal number, 1.2e-38.

    Half the scaling of `exp_32`, and no denormals, which would slow down what follows.
    """
    x = _LOWEST_NORMAL_EXPONENT if x < _LOWEST_NORMAL_EXPONENT else x
    n, power = _reduced(x)
    return power * _power_of_two(n)


@register_jitable
def sigmoid_32(z: Any) -> Any:
    """1/(1 + exp(−z)) of a float32; the exponential is only taken of −|z|."""
    decay = exp_negative_32(-abs(z))
    return (_ONE if z >= _ZERO else decay) / (_ONE + decay)


@register_jitable
def tanh_32(z: Any) -> Any:
    """tanh(z) of a float32: a polynomial near 0, where 1 − exp(−2|z|) would cancel."""
    square = z * z
    p = _TANH_3 + square * _TANH_4
    p = _TANH_2 + square * p
    p = _TANH_1 + square * p
    p = _TANH_0 + square * p
    near = z + z * (square * p)
    decay = exp_negative_32(-_TWO * abs(z))
    far = (_ONE - decay) / (_ONE + decay)
    far = far if z >= _ZERO else -far
    return near if abs(z) < _TANH_SWITCH else far


@register_jitable
def _twice_artanh(t: Any) -> Any:
    """2 artanh(t) = log((1+t)/(1−t)) of a float32 for |t| <= 1/3."""
    square = t * t
    p = _LOG_3 + square * _LOG_4
    p = _LOG_2 + square * p
    p = _LOG_1 + square * p
    p = _LOG_0 + square * p
    return _TWO * (t + t * (square * p))


@register_jitable
def softplus_32(z: Any) -> Any:
    """log(1 + exp(z)) of a float32, without overflow."""
    decay = exp_negative_32(-abs(z))
    return (_ZERO if z <= _ZERO else z) + _twice_artanh(decay / (_TWO + decay))


@register_jitable
def log_32(x: Any) -> Any:
    """log(x) of a normal positive float32; NaN stays NaN, infinity becomes a large number."""
    bits = _bits_of(x)
    exponent = np.int32((bits - _SQRT_HALF_BITS) >> np.int32(23))
    m = _float_of(np.int32(bits - (exponent << np.int32(23))))
    result = np.float32(exponent) * _LN_2 + _twice_artanh((m - _ONE) / (m + _ONE))
    return result if x == x else x  # noqa: PLR0124  # NaN is the one number unequal to itself


@register_jitable
def exp_64(x: Any) -> Any:
    """exp(x) of a float64."""
    return math.exp(x)


@register_jitable
def sigmoid_64(z: Any) -> Any:
    """1/(1 + exp(−z)) of a float64."""
    decay = math.exp(-abs(z))
    return (1.0 if z >= 0.0 else decay) / (1.0 + decay)


@register_jitable
def softplus_64(z: Any) -> Any:
    """log(1 + exp(z)) of a float64."""
    return (0.0 if z <= 0.0 else z) + math.log1p(math.exp(-abs(z)))


def by_type(function_32: Any, function_64: Any) -> Any:
    """Make a loop over a flat array that takes the form for its type."""

    def in_place(values: Any) -> None:
        raise NotImplementedError  # only its compiled overload below is ever run

    @numba.extending.overload(in_place, jit_options={"fastmath": {"contract"}})
    def choose(values: Any) -> Any:
        function = function_32 if values.dtype == types.float32 else function_64

        def loop(values: Any) -> None:
            for i in range(values.size):
                values[i] = function(values[i])

        return loop

    return in_place


_exp_loop = by_type(exp_32, exp_64)
_sigmoid_loop = by_type(sigmoid_32, sigmoid_64)
_tanh_loop = by_type(tanh_32, math.tanh)
_softplus_loop = by_type(softplus_32, softplus_64)
_log_loop = by_type(log_32, math.log)


@compiled
def exp_in_place(values: Any) -> None:
    """Replace each x of a contiguous float32 or float64 array (n,) by exp(x)."""
    _exp_loop(values)


@compiled
def sigmoid_in_place(values: Any) -> None:
    """Replace each z of a contiguous float32 or float64 array (n,) by 1/(1 + exp(−z)).

    As float32 the result is never below 1.2e-38: a sigmoid makes no denormals.
    """
    _sigmoid_loop(values)


@compiled
def tanh_in_place(values: Any) -> None:
    """Replace each z of a contiguous float32 or float64 array (n,) by tanh(z)."""
    _tanh_loop(values)


@compiled
def softplus_in_place(values: Any) -> None:
    """Replace each z of a contiguous float32 or float64 array (n,) by log(1 + exp(z))."""
    _softplus_loop(values)


@compiled
def log_in_place(values: Any) -> None:
    """Replace each x of a contiguous array (n,) of positive normal numbers by log(x)."""
    _log_loop(values)
