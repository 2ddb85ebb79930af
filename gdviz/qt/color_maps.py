"""From arrays of numbers to pictures: one map for costs, one for signed values.

Both helpers look a table up and can be called for every frame; they know nothing of Qt and may
be called from any thread.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gdviz.qt.theme import Theme

# The stops of the signed map below and above zero, far end first. Light end on a dark panel
# and dark end on a light one, so that large values stand out from the ground in both.
_SIGNED_STOPS_DARK = (("#9fd0ff", "#3d8edc"), ("#ffc078", "#c86f1f"))
_SIGNED_STOPS_LIGHT = (("#06376f", "#4a93d7"), ("#7a3200", "#e2883c"))

_HALF = 255

# Björn Ottosson, "A perceptual color space for image processing" (2020).
_LINEAR_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_CONES_TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


@lru_cache(maxsize=1)
def sequential_table() -> NDArray[np.uint8]:
    """Give cividis, the map of costs, dark blue to yellow: uint8 (256, 4), read-only.

    References
    ----------
    J. R. Nuñez, C. R. Anderton, R. S. Renslow, "Optimizing colormaps with consideration for
    color vision deficiency", PLOS ONE 13 (2018).
    """
    import pyqtgraph as pg  # noqa: PLC0415  # 0.4 s, which a grey image need not wait for

    table: NDArray[np.uint8] = np.empty((256, 4), dtype=np.uint8)
    table[:, :3] = pg.colormap.get("cividis").getLookupTable(nPts=256, alpha=False)
    table[:, 3] = 255
    table.flags.writeable = False
    return table


@lru_cache(maxsize=8)
def diverging_table(theme: Theme) -> NDArray[np.uint8]:
    """Give the map of signed values, blue over the panel's colour to orange.

    Returns
    -------
    NDArray[np.uint8], shape (511, 4)
        Row 255 is zero and exactly the panel's colour; row 0 is the most negative value.
        Read-only.

    Notes
    -----
    Five stops, mixed linearly in Oklab.
    """
    below, above = _SIGNED_STOPS_DARK if theme.is_dark else _SIGNED_STOPS_LIGHT
    stops = [below[0], below[1], theme.panel, above[1], above[0]]
    lab = np.array([_oklab(_rgb(color)) for color in stops])
    position = np.linspace(0.0, 4.0, 2 * _HALF + 1)
    mixed = np.column_stack([np.interp(position, np.arange(5.0), lab[:, i]) for i in range(3)])
    table = np.full((2 * _HALF + 1, 4), 255, dtype=np.uint8)
    table[:, :3] = np.rint(_srgb(mixed) * 255)
    table[_HALF, :3] = _rgb(theme.panel)
    table.flags.writeable = False
    return table


def signed_image(
    values: NDArray[np.floating],
    limit: float,
    theme: Theme,
    masked: NDArray[np.bool_] | None = None,
) -> NDArray[np.uint8]:
    """Give a picture of signed values: blue below zero, the panel's colour at zero, orange above.

    Parameters
    ----------
    values : NDArray[np.floating], any shape
        Values beyond ``limit`` get the end colours; NaN gets the window's colour.
    limit : float
        The value of the last colour on both sides, finite and positive.
    theme : Theme
    masked : NDArray[np.bool_], the same shape, optional
        Where it is true the window's colour is painted instead of the value.

    Returns
    -------
    NDArray[np.uint8], the shape of ``values`` with (4,) appended
        Red, green, blue, opacity.

    Raises
    ------
    ValueError
        If ``limit`` is not finite and positive.
    """
    if not (np.isfinite(limit) and limit > 0):
        raise ValueError(f"limit {limit} of a signed picture must be finite and positive")
    scaled = np.clip(np.multiply(values, _HALF / limit, dtype=np.float64), -_HALF, _HALF)
    unknown = np.isnan(scaled)
    if masked is not None:
        unknown |= masked
    np.copyto(scaled, 0.0, where=unknown)
    np.rint(scaled, out=scaled)
    scaled += _HALF
    image = _look_up(diverging_table(theme), scaled)
    image[unknown] = _opaque(theme.window)
    return image


def cost_image(
    values: NDArray[np.floating],
    low: float,
    high: float,
    logarithmic: bool,
    theme: Theme | None = None,
) -> NDArray[np.uint8]:
    """Give a picture of costs in cividis, dark for ``low``, yellow for ``high``.

    Parameters
    ----------
    values : NDArray[np.floating], any shape
        Values outside the range get the end colours.
    low, high : float
        The range; ``low`` less than ``high``, and positive if ``logarithmic``.
    logarithmic : bool
        Whether equal ratios, not equal differences, get equal steps of colour.
    theme : Theme, optional
        NaN is painted in its window's colour; without a theme, NaN is transparent.

    Returns
    -------
    NDArray[np.uint8], the shape of ``values`` with (4,) appended
        Red, green, blue, opacity.

    Raises
    ------
    ValueError
        If the range is empty, not finite, or not positive on a logarithmic scale.
    """
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise ValueError(f"cost range {low} to {high} must be finite and rise")
    if logarithmic and low <= 0:
        raise ValueError(f"lowest cost {low} of a logarithmic scale must be positive")
    clipped = np.clip(np.asarray(values, dtype=np.float64), low, high)
    unknown = np.isnan(clipped)
    if logarithmic:
        clipped, low, high = np.log(clipped), float(np.log(low)), float(np.log(high))
    clipped -= low
    clipped *= 255.0 / (high - low)
    np.copyto(clipped, 0.0, where=unknown)
    image = _look_up(sequential_table(), np.rint(clipped, out=clipped))
    image[unknown] = (0, 0, 0, 0) if theme is None else _opaque(theme.window)
    return image


def grey_image(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Give a picture of a digit: 0 black to 1 white, shape of ``values`` with (4,) appended."""
    shade = np.rint(np.clip(np.nan_to_num(values), 0.0, 1.0) * 255).astype(np.uint8)
    image = np.full((*shade.shape, 4), 255, dtype=np.uint8)
    image[..., :3] = shade[..., np.newaxis]
    return image


def _look_up(table: NDArray[np.uint8], index: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Give the colours (..., 4) of whole numbers; four bytes at once, three times as quick."""
    packed = table.view(np.uint32)[:, 0].take(index.astype(np.intp), mode="clip")
    return packed[..., np.newaxis].view(np.uint8)


def _rgb(color: str) -> tuple[int, int, int]:
    """Give red, green and blue, 0 to 255, of ``#rrggbb``."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _opaque(color: str) -> tuple[int, int, int, int]:
    """Give red, green, blue and full opacity of ``#rrggbb``."""
    return (*_rgb(color), 255)


def _oklab(rgb: tuple[int, int, int]) -> NDArray[np.float64]:
    """Give the Oklab coordinates (3,) of an sRGB colour."""
    channels = np.array(rgb, dtype=np.float64) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    lab: NDArray[np.float64] = _CONES_TO_OKLAB @ np.cbrt(_LINEAR_TO_CONES @ linear)
    return lab


def _srgb(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give sRGB (n, 3), 0 to 1, of Oklab colours (n, 3); what a screen cannot show is clipped."""
    cones = np.linalg.solve(_CONES_TO_OKLAB, lab.T) ** 3
    linear = np.clip(np.linalg.solve(_LINEAR_TO_CONES, cones), 0.0, 1.0).T
    curved = 1.055 * linear ** (1 / 2.4) - 0.055
    return np.where(linear <= 0.0031308, 12.92 * linear, curved)
