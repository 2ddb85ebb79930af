"""The compiled loops behind `rasters`: triangles into a picture with a depth buffer.

Every pixel is coloured from its own tone, and lines are found from the tone's slope across the
screen, so that they are equally wide however steep the surface is. Everything is float32 and
one triangle has a few pixels: values are interpolated straight across the screen.

Needs Numba: imported by `rasters` alone, which falls back on NumPy without it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from gdviz.engine.fast_math import compiled

_ZERO, _HALF, _ONE = np.float32(0), np.float32(0.5), np.float32(1)
# Pixels on the edge between two triangles belong to both, in spite of rounding.
_SLACK = np.float32(-1e-4)
_SMALLEST_AREA = np.float32(1e-7)
_LAST = np.float32(255)
# From this width on it pays to find where in its rectangle a triangle is.
_WIDE = 6


@register_jitable
def _pixels(a: Any, b: Any, c: Any, count: Any) -> Any:
    """Give the first and the last pixel whose middle may lie between three corners."""
    first = np.int64(np.ceil(min(a, b, c) - _HALF))
    last = np.int64(np.floor(max(a, b, c) - _HALF))
    return max(first, 0), min(last, count - 1)


@register_jitable
def _slope(f_1: Any, f_2: Any, x_1: Any, y_1: Any, x_2: Any, y_2: Any, scale: Any) -> Any:
    """Give how much a value rises per pixel where it rises most; f, x, y from the first corner."""
    across = (f_1 * y_2 - f_2 * y_1) * scale
    down = (f_2 * x_1 - f_1 * x_2) * scale
    return np.sqrt(across * across + down * down)


@register_jitable
def _cover(distance: Any, slope: Any, half_width: Any) -> Any:
    """Give how much of a pixel a line covers, 0 to 1, from the value's distance to the line."""
    if slope <= _ZERO:
        return _ZERO
    return min(_ONE, max(_ZERO, half_width + _HALF - abs(distance) / slope))


@register_jitable
def _is_crossed(first: Any, last: Any, margin: Any) -> Any:
    """Whether a whole number is between two values or no farther than a margin from them."""
    return np.floor(last + margin) >= first - margin


@register_jitable
def _levels_between(levels: Any, low: Any, high: Any) -> Any:
    """Give which of the levels, which rise, are within two values: first, last not included."""
    first = 0
    while first < levels.size and levels[first] < low:
        first += 1
    last = first
    while last < levels.size and levels[last] <= high:
        last += 1
    return first, last


@register_jitable
def _narrowed(first: Any, last: Any, start: Any, slope: Any) -> Any:
    """Narrow a range of pixels to where a weight, `start` at the first and then rising, may be > 0.

    A pixel more at both ends: the weight itself decides.
    """
    if slope > _ZERO:
        return max(first, first + np.int64(-start / slope) - 1), last
    if slope < _ZERO:
        return first, min(last, first + np.int64(-start / slope) + 1)
    return first, last


@register_jitable
def _inked(color: Any, inks: Any, k: Any, share: Any) -> Any:
    """Lay one of several inks over a colour with a share of its opacity."""
    share *= inks[k, 3]
    return (
        color[0] + share * (inks[k, 0] - color[0]),
        color[1] + share * (inks[k, 1] - color[1]),
        color[2] + share * (inks[k, 2] - color[2]),
    )


@register_jitable
def _vertex(vertices: Any, i: Any, j: Any) -> Any:
    """Give x, y, depth, tone and shade as numbers: a view of them would be counted by Numba."""
    return (
        vertices[i, j, 0],
        vertices[i, j, 1],
        vertices[i, j, 2],
        vertices[i, j, 3],
        vertices[i, j, 4],
    )


@register_jitable
def _mesh_share(across: Any, along: Any, slopes: Any, half_width: Any) -> Any:
    """Give how much of a pixel mesh lines cover: where one of two values is a whole number."""
    return max(
        _cover(across - np.floor(across + _HALF), slopes[1], half_width),
        _cover(along - np.floor(along + _HALF), slopes[2], half_width),
    )


@register_jitable
def _draw_triangle(
    p: Any, q: Any, r: Any, across: Any, along: Any, table: Any, levels: Any, inks: Any,
    mesh_inks: Any, half_width: Any, colors: Any, depths: Any,
) -> None:  # fmt: skip
    """Draw one triangle; `across` and `along` are its corners' places among the mesh lines."""
    x_1, y_1, x_2, y_2 = q[0] - p[0], q[1] - p[1], r[0] - p[0], r[1] - p[1]
    area = x_1 * y_2 - x_2 * y_1
    # A corner that is not a number makes the area one that is not, and a hole.
    if not abs(area) > _SMALLEST_AREA:
        return
    top, bottom = _pixels(p[1], q[1], r[1], depths.shape[0])
    left, right = _pixels(p[0], q[0], r[0], depths.shape[1])
    if top > bottom or left > right:
        return
    scale = _ONE / area
    depth_1, depth_2 = q[2] - p[2], r[2] - p[2]
    tone_1, tone_2 = q[3] - p[3], r[3] - p[3]
    shade_1, shade_2 = q[4] - p[4], r[4] - p[4]
    across_1, across_2 = across[1] - across[0], across[2] - across[0]
    along_1, along_2 = along[1] - along[0], along[2] - along[0]
    slopes = (
        _slope(tone_1, tone_2, x_1, y_1, x_2, y_2, scale),
        _slope(across_1, across_2, x_1, y_1, x_2, y_2, scale),
        _slope(along_1, along_2, x_1, y_1, x_2, y_2, scale),
    )
    reach = half_width + _HALF
    margin = reach * slopes[0]
    first_level, last_level = _levels_between(
        levels, min(p[3], q[3], r[3]) - margin, max(p[3], q[3], r[3]) + margin
    )
    is_meshed = _is_crossed(
        min(across[0], across[1], across[2]), max(across[0], across[1], across[2]),
        reach * slopes[1],
    ) or _is_crossed(
        min(along[0], along[1], along[2]), max(along[0], along[1], along[2]), reach * slopes[2]
    )  # fmt: skip
    for y in range(top, bottom + 1):
        down = np.float32(y) + _HALF - p[1]
        first, last = left, right
        if right - left > _WIDE:
            aside = np.float32(left) + _HALF - p[0]
            w_1, w_2 = (aside * y_2 - down * x_2) * scale, (down * x_1 - aside * y_1) * scale
            a = _narrowed(left, right, w_1, y_2 * scale)
            b = _narrowed(left, right, w_2, -y_1 * scale)
            c = _narrowed(left, right, _ONE - w_1 - w_2, (y_1 - y_2) * scale)
            first, last = max(a[0], b[0], c[0]), min(a[1], b[1], c[1])
        for x in range(first, last + 1):
            aside = np.float32(x) + _HALF - p[0]
            w_1, w_2 = (aside * y_2 - down * x_2) * scale, (down * x_1 - aside * y_1) * scale
            if w_1 < _SLACK or w_2 < _SLACK or _ONE - w_1 - w_2 < _SLACK:
                continue
            depth = p[2] + w_1 * depth_1 + w_2 * depth_2
            if depth >= depths[y, x]:
                continue
            depths[y, x] = depth
            tone = p[3] + w_1 * tone_1 + w_2 * tone_2
            shade = p[4] + w_1 * shade_1 + w_2 * shade_2
            place = min(max(tone, _ZERO), _ONE) * np.float32(table.shape[0] - 1)
            entry = np.int64(place + _HALF)
            color = (table[entry, 0] * shade, table[entry, 1] * shade, table[entry, 2] * shade)
            if is_meshed:
                share = _mesh_share(
                    across[0] + w_1 * across_1 + w_2 * across_2,
                    along[0] + w_1 * along_1 + w_2 * along_2,
                    slopes,
                    half_width,
                )
                color = _inked(color, mesh_inks, 0 if tone < mesh_inks[0, 4] else 1, share)
            for k in range(first_level, last_level):
                color = _inked(color, inks, k, _cover(tone - levels[k], slopes[0], half_width))
            colors[y, x, 0] = np.uint8(min(color[0], _LAST) + _HALF)
            colors[y, x, 1] = np.uint8(min(color[1], _LAST) + _HALF)
            colors[y, x, 2] = np.uint8(min(color[2], _LAST) + _HALF)


@compiled
def draw_cells(
    vertices: Any, across: Any, along: Any, first_row: Any, last_row: Any, table: Any,
    levels: Any, inks: Any, mesh_inks: Any, half_width: Any, colors: Any, depths: Any,
) -> None:  # fmt: skip
    """Draw two triangles for each cell of some rows of a grid; see `rasters.Raster`."""
    width = np.float32(half_width)
    for i in range(first_row, last_row):
        for cell in range(2 * (vertices.shape[1] - 1)):
            j, second = cell >> 1, cell & 1
            _draw_triangle(
                _vertex(vertices, i, j), _vertex(vertices, i + second, j + 1),
                _vertex(vertices, i + 1, j + 1 - second),
                (across[j], across[j + 1], across[j + 1 - second]),
                (along[i], along[i + second], along[i + 1]),
                table, levels, inks, mesh_inks, width, colors, depths,
            )  # fmt: skip


@compiled
def halve(colors: Any, depths: Any, first_row: int, last_row: int, out: Any, near: Any) -> None:
    """Give each pixel of some rows the mean of four, and the nearest of their depths."""
    for y in range(first_row, last_row):
        for x in range(out.shape[1]):
            for channel in range(4):
                out[y, x, channel] = np.uint8(
                    (
                        np.int64(colors[2 * y, 2 * x, channel])
                        + np.int64(colors[2 * y, 2 * x + 1, channel])
                        + np.int64(colors[2 * y + 1, 2 * x, channel])
                        + np.int64(colors[2 * y + 1, 2 * x + 1, channel])
                        + 2
                    )
                    // 4
                )
            near[y, x] = min(
                depths[2 * y, 2 * x], depths[2 * y, 2 * x + 1],
                depths[2 * y + 1, 2 * x], depths[2 * y + 1, 2 * x + 1],
            )  # fmt: skip
