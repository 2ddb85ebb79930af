"""Sums of rows, the one thing that both passes of the network are made of.

``z = Σ_k x_k · row_k`` carries an example forward, and ``row_k += x_k · δ`` gathers its gradient.
Written over rows, both skip the numbers x_k that are zero: 81 % of MNIST's pixels.

Numba's loops do not keep sixteen sums in registers, so these few are written in LLVM's own
terms, as vectors of `LANES` float32 that the compiler maps to whatever the processor has. The
order of the additions is fixed by them and not by the processor.

Needs Numba: import it only after asking `gdviz.engine.compiler_problem`. The functions at the
end are what other modules use; what they are worth is measured in `gdviz.engine.kernels`.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]  # it has no annotations
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from gdviz.engine.fast_math import compiled
from gdviz.engine.plan import LANES

_WIDE = 4
"""Vectors of a row that are summed at once where the row is long."""
_UNROLLED = 4
"""Independent sums where it is short: one alone would wait for each addition."""
_CACHE_LINE = 64

_FLOAT = ir.FloatType()
_INDEX = ir.IntType(64)
_VECTOR = ir.VectorType(_FLOAT, LANES)
_FUSED = ("contract",)


def _index(value: int) -> Any:
    return ir.Constant(_INDEX, value)


def _pointer(context: Any, builder: Any, array_type: Any, array: Any, *offsets: Any) -> Any:
    """Address of an entry of a flat array; the offsets are added up."""
    data = context.make_array(array_type)(context, builder, array).data
    at = _index(0)
    for offset in offsets:
        at = builder.add(at, offset)
    return builder.gep(data, [at])


def _load(builder: Any, pointer: Any) -> Any:
    return builder.load(builder.bitcast(pointer, _VECTOR.as_pointer()), align=4)


def _store(builder: Any, vector: Any, pointer: Any) -> None:
    builder.store(vector, builder.bitcast(pointer, _VECTOR.as_pointer()), align=4)


def _spread(builder: Any, number: Any) -> Any:
    """A vector of one number."""
    nothing = ir.Constant(_VECTOR, ir.Undefined)
    first = builder.insert_element(nothing, number, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(first, nothing, zeros)


def _add_product(builder: Any, total: Any, a: Any, b: Any) -> Any:
    return builder.fadd(total, builder.fmul(a, b, flags=_FUSED), flags=_FUSED)


def _vectors(builder: Any, pointer: Any, count: int) -> list[Any]:
    """Addresses of so many vectors that follow each other."""
    return [builder.gep(pointer, [_index(k * LANES)]) for k in range(count)]


class _Rows:
    """The pairs of x_k and row_k inside generated code."""

    def __init__(self, context: Any, builder: Any, kinds: Any, arguments: Any) -> None:
        self._context, self._builder, self._kinds = context, builder, kinds
        (self._rows, self._rows_at, self._stride, self._indices, self._indices_at, self._values,
         self._values_at) = arguments  # fmt: skip

    def at(self, k: Any) -> tuple[Any, Any]:
        """Give x_k, spread over a vector, and the address of row_k."""
        context, builder, kinds = self._context, self._builder, self._kinds
        place = _pointer(context, builder, kinds[3], self._indices, self._indices_at, k)
        offset = builder.mul(builder.zext(builder.load(place), _INDEX), self._stride)
        place = _pointer(context, builder, kinds[5], self._values, self._values_at, k)
        number = builder.load(place)
        if isinstance(kinds[5].dtype, types.Integer):
            number = builder.uitofp(number, _FLOAT)
        row = _pointer(context, builder, kinds[0], self._rows, self._rows_at, offset)
        return _spread(builder, number), row


def _make_sum_rows(n_vectors: int, unrolled: int) -> Any:
    """Make the intrinsic that sums `n_vectors` vectors of each row."""

    def type_sum(
        _context, rows, rows_at, stride, indices, indices_at, values, values_at, count, biases,
        biases_at, scale, gain, out, out_at,
    ):  # fmt: skip
        at = types.int64
        signature = types.void(
            rows, at, at, indices, at, values, at, at, biases, at, types.float32, types.float32,
            out, at,
        )  # fmt: skip
        return signature, generate

    def generate(context, builder, signature, arguments):
        count, biases, biases_at, scale, gain, out, out_at = arguments[7:]
        kinds = signature.args
        rows = _Rows(context, builder, kinds, arguments[:7])
        sums = [
            [cgutils.alloca_once(builder, _VECTOR) for _ in range(n_vectors)]
            for _ in range(unrolled)
        ]
        for chain in sums:
            for total in chain:
                builder.store(ir.Constant(_VECTOR, [0.0] * LANES), total)

        def add(k, chain):
            number, row = rows.at(k)
            for total, place in zip(chain, _vectors(builder, row, n_vectors), strict=True):
                summand = _load(builder, place)
                builder.store(_add_product(builder, builder.load(total), number, summand), total)

        whole = builder.mul(builder.sdiv(count, _index(unrolled)), _index(unrolled))
        loop = cgutils.for_range_slice
        with loop(builder, _index(0), whole, _index(unrolled), _INDEX) as (k, _):
            for later, chain in enumerate(sums):
                add(builder.add(k, _index(later)), chain)
        with loop(builder, whole, count, _index(1), _INDEX) as (k, _):
            add(k, sums[0])
        bias = _pointer(context, builder, kinds[8], biases, biases_at)
        target = _pointer(context, builder, kinds[12], out, out_at)
        scales, gains = _spread(builder, scale), _spread(builder, gain)
        places = zip(
            _vectors(builder, bias, n_vectors), _vectors(builder, target, n_vectors), strict=True
        )
        for k, (source, place) in enumerate(places):
            total = builder.load(sums[0][k])
            for chain in sums[1:]:
                total = builder.fadd(total, builder.load(chain[k]))
            total = _add_product(builder, _load(builder, source), total, scales)
            _store(builder, builder.fmul(total, gains), place)
        return context.get_dummy_value()

    return intrinsic(type_sum)


def _make_add_to_rows(n_vectors: int) -> Any:
    """Make the intrinsic that adds `n_vectors` vectors, times x_k, to each row."""

    def type_add(
        _context, rows, rows_at, stride, indices, indices_at, values, values_at, count, scale,
        vector, vector_at,
    ):  # fmt: skip
        at = types.int64
        signature = types.void(rows, at, at, indices, at, values, at, at, types.float32, vector, at)
        return signature, generate

    def generate(context, builder, signature, arguments):
        count, scale, vector, vector_at = arguments[7:]
        rows = _Rows(context, builder, signature.args, arguments[:7])
        source = _pointer(context, builder, signature.args[9], vector, vector_at)
        scales = _spread(builder, scale)
        added = [
            builder.fmul(_load(builder, place), scales)
            for place in _vectors(builder, source, n_vectors)
        ]
        with cgutils.for_range(builder, count, intp=_INDEX) as loop:
            number, row = rows.at(loop.index)
            for place, addend in zip(_vectors(builder, row, n_vectors), added, strict=True):
                total = _add_product(builder, _load(builder, place), number, addend)
                _store(builder, total, place)
        return context.get_dummy_value()

    return intrinsic(type_add)


def _type_prefetch(_context: Any, array: Any, position: Any) -> Any:
    """Ask for the cache line of an entry of a flat array; changes nothing."""

    def generate(context, builder, signature, arguments):
        pointer = _pointer(context, builder, signature.args[0], *arguments)
        byte = builder.bitcast(pointer, ir.IntType(8).as_pointer())
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte.type, number, number, number])
        function = builder.module.declare_intrinsic("llvm.prefetch", [byte.type], kind)
        builder.call(function, [byte, *(ir.Constant(number, value) for value in (0, 3, 1))])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate


def _type_sum_of_squares(_context: Any, array: Any, start: Any, stop: Any) -> Any:
    """Σ x² of a part of a flat array that is a whole number of vectors long."""

    def generate(context, builder, signature, arguments):
        array, start, stop = arguments
        sums = [cgutils.alloca_once(builder, _VECTOR) for _ in range(_UNROLLED)]
        for total in sums:
            builder.store(ir.Constant(_VECTOR, [0.0] * LANES), total)

        def add(at, count):
            first = _pointer(context, builder, signature.args[0], array, at)
            for total, place in zip(sums, _vectors(builder, first, count), strict=False):
                vector = _load(builder, place)
                builder.store(_add_product(builder, builder.load(total), vector, vector), total)

        block = _index(_UNROLLED * LANES)
        length = builder.sub(stop, start)
        middle = builder.add(start, builder.mul(builder.sdiv(length, block), block))
        loop = cgutils.for_range_slice
        with loop(builder, start, middle, block, _INDEX) as (at, _):
            add(at, _UNROLLED)
        with loop(builder, middle, stop, _index(LANES), _INDEX) as (at, _):
            add(at, 1)
        total = ir.Constant(ir.DoubleType(), 0.0)
        for vector in map(builder.load, sums):
            for lane in range(LANES):
                number = builder.extract_element(vector, ir.Constant(ir.IntType(32), lane))
                total = builder.fadd(total, builder.fpext(number, ir.DoubleType()))
        return total

    return types.float64(array, types.int64, types.int64), generate


sum_of_squares: Any = intrinsic(_type_sum_of_squares)
_sum_wide: Any = _make_sum_rows(_WIDE, 1)
_sum_narrow: Any = _make_sum_rows(1, _UNROLLED)
_add_wide: Any = _make_add_to_rows(_WIDE)
_add_narrow: Any = _make_add_to_rows(1)
_prefetch: Any = intrinsic(_type_prefetch)


@compiled
def sum_rows(
    rows, rows_at, stride, first, last, indices, indices_at, values, values_at, count, biases,
    biases_at, scale, gain, out, out_at,
):  # fmt: skip
    """Write ``gain · (bias + scale · Σ_k x_k row_k)`` for columns `first` to `last`.

    Parameters
    ----------
    rows, rows_at, stride : flat float32 ndarray, int, int
        Row i begins at ``rows_at + i · stride``.
    first, last : int
        Columns, multiples of `LANES`.
    indices, indices_at, values, values_at, count
        Which rows and the x_k: so many entries of each array from its offset on.
    biases, biases_at, out, out_at : flat float32 ndarray, int
        Column 0 stands at the offset.
    scale, gain : float32
    """
    column = first
    while column + _WIDE * LANES <= last:
        _sum_wide(
            rows, rows_at + column, stride, indices, indices_at, values, values_at, count,
            biases, biases_at + column, scale, gain, out, out_at + column,
        )  # fmt: skip
        column += _WIDE * LANES
    while column < last:
        _sum_narrow(
            rows, rows_at + column, stride, indices, indices_at, values, values_at, count,
            biases, biases_at + column, scale, gain, out, out_at + column,
        )  # fmt: skip
        column += LANES


@compiled
def add_to_rows(
    rows, rows_at, stride, first, last, indices, indices_at, values, values_at, count, scale,
    vector, vector_at,
):  # fmt: skip
    """Add ``x_k · scale · vector`` to row_k for each k, for columns `first` to `last`.

    Parameters are those of `sum_rows`; `vector` is a flat float32 array whose column 0 stands
    at `vector_at`.
    """
    column = first
    while column + _WIDE * LANES <= last:
        _add_wide(
            rows, rows_at + column, stride, indices, indices_at, values, values_at, count,
            scale, vector, vector_at + column,
        )  # fmt: skip
        column += _WIDE * LANES
    while column < last:
        _add_narrow(
            rows, rows_at + column, stride, indices, indices_at, values, values_at, count,
            scale, vector, vector_at + column,
        )  # fmt: skip
        column += LANES


@compiled
def prefetch_row(indices, values, start, stop):
    """Ask for the entries ``start`` to ``stop`` of both arrays, a cache line at a time."""
    step = _CACHE_LINE // indices.itemsize
    for position in range(start, stop, step):
        _prefetch(indices, position)
    step = _CACHE_LINE // values.itemsize
    for position in range(start, stop, step):
        _prefetch(values, position)
