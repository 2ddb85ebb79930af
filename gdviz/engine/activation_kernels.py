"""Activations and their derivatives as compiled loops over flat arrays.

What `gdviz.nn.activations` says, in the vectorised arithmetic of `fast_math`. The weighted
inputs are t = gz, the sigmoid's steepness included (see `gdviz.nn.network`); softmax couples
its outputs and is done where rows are known.

float32: relative error at most 3e-7, of GELU 4e-7 and below 0, where its exponential's argument
is itself rounded, 1.5e-7 (3 + t²); derivatives at most 3e-7 off. SiLU stays below −87 and GELU
below −12.5 what they are there, which is less than 1e-34 in size: they make no denormals.
NaN stays NaN, so that divergence is seen; so it is of −∞, which ReLU turns into NaN.

Needs Numba: import it only after asking `gdviz.engine.compiler_problem`. May be called from
any thread; nothing here holds the interpreter's lock.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np
from numba import types
from numba.extending import register_jitable

from gdviz.engine.fast_math import (
    by_type,
    compiled,
    exp_negative_32,
    sigmoid_32,
    sigmoid_64,
    sigmoid_in_place,
    softplus_in_place,
    tanh_in_place,
)
from gdviz.nn import activations as table

IDENTITY, SIGMOID, TANH, RELU, LEAKY_RELU, SILU, GELU, SOFTPLUS, STEP = (
    entry.code
    for entry in (
        table.IDENTITY,
        table.SIGMOID,
        table.TANH,
        table.RELU,
        table.LEAKY_RELU,
        table.SILU,
        table.GELU,
        table.SOFTPLUS,
        table.STEP,
    )
)

NEEDS_WEIGHTED_INPUTS = (SILU, GELU, SOFTPLUS)
"""Codes whose derivative is taken from t; that of the others from the activation alone."""

_ZERO, _ONE, _HALF = np.float32(0), np.float32(1), np.float32(0.5)
_SILU_LOWEST = np.float32(-87)
_GELU_LOWEST = np.float32(-12.5)
_DENSITY_AT_0 = np.float32(1 / math.sqrt(2 * math.pi))
_DENSITY_AT_0_64 = 1 / math.sqrt(2 * math.pi)
_ROOT_HALF_64 = math.sqrt(0.5)

# Φ(−t) exp(t²/2) = s·p(s) with s = 1/(1 + 0.34375 t), 0 <= t <= 12.5: p interpolated at
# Chebyshev points in float64, relative error 4e-8.
_SHRINK = np.float32(0.34375)
_TAIL_0, _TAIL_1, _TAIL_2, _TAIL_3, _TAIL_4, _TAIL_5, _TAIL_6, _TAIL_7, _TAIL_8 = (
    np.float32(value)
    for value in (
        0.137114654, 0.137633635, 0.116049413, 0.115500559, -0.0462836537, 0.201420228,
        -0.281211332, 0.148587355, -0.0288108682,
    )
)  # fmt: skip


@register_jitable
def silu_32(t: Any) -> Any:
    """SiLU: t σ(t) of a float32."""
    t = _SILU_LOWEST if t < _SILU_LOWEST else t
    return t * sigmoid_32(t)


@register_jitable
def silu_slope_32(t: Any) -> Any:
    """The derivative of t σ(t) of a float32."""
    t = _SILU_LOWEST if t < _SILU_LOWEST else t
    t = -_SILU_LOWEST if t > -_SILU_LOWEST else t
    # σ (1 − σ) is decay / (1 + decay)²: 1 − σ itself would cancel for large t.
    decay = exp_negative_32(-abs(t))
    inverse = _ONE / (_ONE + decay)
    gate = (_ONE if t >= _ZERO else decay) * inverse
    return gate + t * (decay * inverse * inverse)


@register_jitable
def silu_64(t: Any) -> Any:
    """SiLU: t σ(t) of a float64."""
    return t * sigmoid_64(t)


@register_jitable
def silu_slope_64(t: Any) -> Any:
    """The derivative of t σ(t) of a float64."""
    gate = sigmoid_64(t)
    return gate * (1.0 + t * (1.0 - gate))


@register_jitable
def _normal_32(t: Any) -> Any:
    """Φ(t) and exp(−t²/2) of a float32, t >= −12.5."""
    size = abs(t)
    size = -_GELU_LOWEST if size > -_GELU_LOWEST else size
    decay = exp_negative_32(-_HALF * size * size)
    s = _ONE / (_ONE + _SHRINK * size)
    p = _TAIL_7 + s * _TAIL_8
    p = _TAIL_6 + s * p
    p = _TAIL_5 + s * p
    p = _TAIL_4 + s * p
    p = _TAIL_3 + s * p
    p = _TAIL_2 + s * p
    p = _TAIL_1 + s * p
    p = _TAIL_0 + s * p
    tail = decay * (s * p)
    return (_ONE - tail if t > _ZERO else tail), decay


@register_jitable
def gelu_32(t: Any) -> Any:
    """GELU: t Φ(t) of a float32."""
    t = _GELU_LOWEST if t < _GELU_LOWEST else t
    below, _ = _normal_32(t)
    return t * below


@register_jitable
def gelu_slope_32(t: Any) -> Any:
    """Φ(t) + t φ(t) of a float32."""
    t = _GELU_LOWEST if t < _GELU_LOWEST else t
    below, decay = _normal_32(t)
    size = -_GELU_LOWEST if t > -_GELU_LOWEST else t
    return below + size * decay * _DENSITY_AT_0


@register_jitable
def gelu_64(t: Any) -> Any:
    """GELU: t Φ(t) of a float64."""
    return t * (0.5 * math.erfc(-t * _ROOT_HALF_64))


@register_jitable
def gelu_slope_64(t: Any) -> Any:
    """Φ(t) + t φ(t) of a float64."""
    below = 0.5 * math.erfc(-t * _ROOT_HALF_64)
    return below + t * math.exp(-0.5 * t * t) * _DENSITY_AT_0_64


def _times_by_type(slope_32: Any, slope_64: Any) -> Any:
    """Make a loop that multiplies an array by a function of another, in the form for its type."""

    def times(errors: Any, values: Any) -> None:
        raise NotImplementedError  # only its compiled overload below is ever run

    @numba.extending.overload(times, jit_options={"fastmath": {"contract"}})
    def choose(errors: Any, values: Any) -> Any:  # noqa: ARG001  # Numba goes by the names
        slope = slope_32 if values.dtype == types.float32 else slope_64

        def loop(errors: Any, values: Any) -> None:
            for i in range(errors.size):
                errors[i] *= slope(values[i])

        return loop

    return times


_silu_loop = by_type(silu_32, silu_64)
_gelu_loop = by_type(gelu_32, gelu_64)
_times_silu_slope = _times_by_type(silu_slope_32, silu_slope_64)
_times_gelu_slope = _times_by_type(gelu_slope_32, gelu_slope_64)
_times_sigmoid = _times_by_type(sigmoid_32, sigmoid_64)


@compiled
def activate(  # noqa: PLR0912  # a branch for each activation
    weighted_inputs: Any, activations: Any, code: int
) -> None:
    """Write the activations of weighted inputs.

    Parameters
    ----------
    weighted_inputs, activations : contiguous ndarray of shape (n,)
        Both float32 or both float64. They may be the same array, and must not overlap
        otherwise.
    code : int
        Of an entry of `gdviz.nn.activations.ACTIVATIONS`.
    """
    n = activations.size
    zero, one = activations.dtype.type(0), activations.dtype.type(1)
    if weighted_inputs.ctypes.data != activations.ctypes.data:
        for i in range(n):
            activations[i] = weighted_inputs[i]
    if code == SIGMOID:
        sigmoid_in_place(activations)
    elif code == TANH:
        tanh_in_place(activations)
    elif code == RELU:
        for i in range(n):
            # A product, since the compiler makes a conditional store of `0 if t <= 0 else t`
            # and does not vectorise that: 0.2 ns a number here, 0.6 there.
            t = activations[i]
            activations[i] = t * (one if t > zero else zero)
    elif code == LEAKY_RELU:
        leak = activations.dtype.type(table.LEAK)
        for i in range(n):
            t = activations[i]
            activations[i] = t * (one if t > zero else leak)
    elif code == SILU:
        _silu_loop(activations)
    elif code == GELU:
        _gelu_loop(activations)
    elif code == SOFTPLUS:
        softplus_in_place(activations)
    elif code == STEP:
        for i in range(n):
            t = activations[i]
            zero_or_nan = zero if t == t else t  # noqa: PLR0124  # NaN is unequal to itself
            activations[i] = one if t > zero else zero_or_nan


@compiled
def times_derivative(  # noqa: PLR0912  # a branch for each activation
    errors: Any, weighted_inputs: Any, activations: Any, code: int
) -> None:
    """Multiply errors by the derivative at each weighted input, in place.

    Parameters
    ----------
    errors : contiguous ndarray of shape (n,)
        Must overlap neither of the others.
    weighted_inputs, activations : contiguous ndarray of shape (n,)
        As `activate` was given and gave them; the former is read for `NEEDS_WEIGHTED_INPUTS`
        alone, otherwise its content does not matter.
    code : int
        Of an entry of `gdviz.nn.activations.ACTIVATIONS`.
    """
    zero, one = errors.dtype.type(0), errors.dtype.type(1)
    n = errors.size
    if code == SIGMOID:
        for i in range(n):
            errors[i] *= activations[i] * (one - activations[i])
    elif code == TANH:
        for i in range(n):
            errors[i] *= one - activations[i] * activations[i]
    elif code == RELU:
        for i in range(n):
            errors[i] *= one if activations[i] > zero else zero
    elif code == LEAKY_RELU:
        leak = errors.dtype.type(table.LEAK)
        for i in range(n):
            errors[i] *= one if activations[i] > zero else leak
    elif code == SILU:
        _times_silu_slope(errors, weighted_inputs)
    elif code == GELU:
        _times_gelu_slope(errors, weighted_inputs)
    elif code == SOFTPLUS:
        _times_sigmoid(errors, weighted_inputs)
    elif code == STEP:
        for i in range(n):
            errors[i] *= zero
