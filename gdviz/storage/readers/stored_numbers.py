"""Numbers in files that NumPy has no type for."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def bfloat16_as_float32(values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Give bfloat16 numbers, which stand in an array of uint16, as float32: exact.

    A bfloat16 is the upper half of a float32: shifted into place it is one.
    """
    return (values.astype(np.uint32) << np.uint32(16)).view(np.float32)
