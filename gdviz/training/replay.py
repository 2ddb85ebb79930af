"""The path of a saved run, found by taking the run again from its start.

A run is a function of its configuration and of what was changed on its way, so that its file need
not hold the places it came through.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from gdviz.data.dataset import Dataset
from gdviz.engine.engine import EngineName
from gdviz.nn.parameters import FloatArray
from gdviz.training.config import TrainingConfig
from gdviz.training.marks import ENGINE
from gdviz.training.state import TrainingState
from gdviz.training.trainer import Trainer

_BURST_STEPS = 256
_TOLERANCE = 1e-4
"""How far the end may be off, as a share of |θ|: another machine's sums differ in the last bit."""


class ReplayError(ValueError):
    """A run does not come out where its file says; one sentence."""


def replay_path(
    config: TrainingConfig,
    state: TrainingState,
    dataset: Dataset,
    steps: Sequence[int],
    *,
    should_stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[float], None] | None = None,
) -> FloatArray | None:
    """Give the parameters that a run had at some of its steps.

    Parameters
    ----------
    config : TrainingConfig
        That holds at the end.
    state : TrainingState
        The end; its marks say what was changed before.
    dataset : Dataset
        What it was trained on, with its labels damaged if they were.
    steps : sequence of int
        Rising, 0 to ``state.step``.
    should_stop : callable, optional
        Asked every few hundred steps.
    on_progress : callable, optional
        Given the share of the steps done, 0 to 1, as often.

    Returns
    -------
    ndarray of shape (n, P), float32
        One row for each of `steps`.
    None
        If it was told to stop.

    Raises
    ------
    ReplayError
        If the run ends elsewhere: it began from weights that were given to it, or on other data.
    """
    trainer = _at_start(config, state, dataset)
    wanted = set(steps)
    path = []
    for step in sorted({*wanted, state.step, *(mark.step for mark in state.marks)}):
        while trainer.step < step:
            if should_stop():
                return None
            trainer.advance(min(step - trainer.step, _BURST_STEPS))
            if trainer.diverged_at is not None:
                raise ReplayError(f"taken again, the run diverges at step {trainer.step:,}")
            if on_progress is not None:
                on_progress(trainer.step / state.step)
        _change(trainer, state, step)
        if step in wanted:
            path.append(trainer.parameters.vector)
    _check_end(trainer.parameters.vector, state)
    return np.stack(path)


def _at_start(config: TrainingConfig, state: TrainingState, dataset: Dataset) -> Trainer:
    """Give a trainer at step 0, with the settings that held there."""
    first = {mark.setting: mark.before for mark in reversed(state.marks)}
    engine: EngineName = "numpy" if first.pop(ENGINE, None) == "numpy" else "auto"
    return Trainer(config.replace(**first), dataset, engine=engine)


def _change(trainer: Trainer, state: TrainingState, step: int) -> None:
    """Change what was changed at a step."""
    changes = {mark.setting: mark.after for mark in state.marks if mark.step == step}
    engine = changes.pop(ENGINE, None)
    if changes:
        trainer.change(trainer.config.replace(**changes))
    if engine is not None:
        trainer.use_engine("numpy" if engine == "numpy" else "auto")


def _check_end(vector: FloatArray, state: TrainingState) -> None:
    end = state.parameters.vector.astype(np.float64)
    size = float(np.linalg.norm(end))
    distance = float(np.linalg.norm(vector - end))
    if not distance <= _TOLERANCE * size:
        raise ReplayError(
            f"taken again from its configuration, the run ends {distance:.3g} away from what was "
            "saved: it began elsewhere or on other data"
        )
