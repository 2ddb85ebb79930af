"""One row for each step: what is never lost between worker and window."""

from __future__ import annotations

import numpy as np


def record_dtype(n_layers: int) -> np.dtype[np.void]:
    """Give the structured type of step records.

    Parameters
    ----------
    n_layers : int
        Layers with weights.

    Returns
    -------
    dtype
        ``step`` (steps taken, from 1), ``epoch``, ``cost`` (of that mini-batch, before its
        update), ``learning_rate`` (as used), ``gradient_norm (n_layers,)``: the norm of each
        layer's gradient over √(number of its weights and biases).
    """
    return np.dtype(
        [
            ("step", np.int64),
            ("epoch", np.float64),
            ("cost", np.float32),
            ("learning_rate", np.float32),
            ("gradient_norm", np.float32, (n_layers,)),
        ]
    )
