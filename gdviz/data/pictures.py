"""One picture from a file that strangers may have made, as grey pixels.

Decoded by Pillow: PNG, JPEG and BMP only, whatever a file is called, and not before the size that
its header declares is known to be in bounds.
"""

from __future__ import annotations

import contextlib
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gdviz.data.archive import damage_named
from gdviz.data.dataset import DataError, Images

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PNG", "JPEG", "BMP")
MOST_FILE_BYTES = 32 << 20
MOST_PIXELS = 36_000_000
"""Of one picture, as its header declares it: decoded it takes up to four bytes a pixel."""
GROUND = 255
"""Grey under what is transparent: white, as most programs show it."""


def picture_size(path: Path) -> tuple[int, int]:
    """Give width and height in pixels, as the header says; nothing is decoded.

    Raises
    ------
    DataError
        If it is no such picture, or too large.
    """
    with _opened(path) as image:
        return image.size


def grey_picture(path: Path, side: int) -> Images:
    """Give a picture as grey values, fitted into a square.

    Parameters
    ----------
    path : Path
    side : int
        Pixels along the square's sides. A picture of another size is scaled until it fits, and
        stands in the middle on black.

    Returns
    -------
    uint8 ndarray of shape (side, side)

    Raises
    ------
    DataError
        If it is no such picture, too large or damaged.
    """
    with _opened(path) as image:
        if image.format == "JPEG":
            # Photographs are decoded at a fraction of their size.
            image.draft("L", (2 * side, 2 * side))
        grey = _grey(image)
        made = np.zeros((side, side), np.uint8)
        width, height = grey.size
        if (width, height) != (side, side):
            scale = side / max(width, height)
            width, height = (max(1, round(scale * length)) for length in (width, height))
            grey = grey.resize((width, height), _bilinear())
        left, top = (side - width) // 2, (side - height) // 2
        made[top : top + height, left : left + width] = np.asarray(grey)
        return made


def _bilinear() -> Image.Resampling:
    from PIL import Image  # noqa: PLC0415  # 40 ms that only pictures are to cost

    return Image.Resampling.BILINEAR


def _grey(image: Image.Image) -> Image.Image:
    """Give a picture of any mode as 8-bit grey."""
    from PIL import Image  # noqa: PLC0415  # as above

    if image.mode.startswith("I"):  # 16 bits a pixel
        high = np.asarray(image).astype(np.int64).clip(0, 65_535) >> 8
        return Image.fromarray(high.astype(np.uint8))
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        seen = image.convert("RGBA")
        ground = Image.new("RGBA", seen.size, (GROUND, GROUND, GROUND, 255))
        return Image.alpha_composite(ground, seen).convert("L")
    return image.convert("L")


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """Open a picture whose size is in bounds; whatever goes wrong with it is one sentence."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  # as above

    too_large = DataError(f"{path}: more than {MOST_PIXELS:,} pixels")
    with damage_named(path):
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise DataError(f"{path}: not an ordinary file")
        if status.st_size > MOST_FILE_BYTES:
            raise DataError(f"{path}: more than {MOST_FILE_BYTES >> 20} MB")
        try:
            with Image.open(path, formats=FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise too_large
                yield image
        except UnidentifiedImageError:
            raise DataError(f"{path}: not a PNG, JPEG or BMP picture") from None
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise too_large from None
