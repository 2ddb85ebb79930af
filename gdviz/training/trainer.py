"""The trainer: moves a training state along, step by step, the same way every time.

How many steps are asked for at once never changes the numbers: the order of the examples is
a function of seed and epoch, and a burst ends where an epoch ends.

One thread at a time may use a trainer; it owns the arrays that it updates in place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.data.dataset import Dataset
from gdviz.engine import make_engine
from gdviz.engine.engine import CHUNK, EngineName
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Parameters
from gdviz.nn.schedules import schedule_factor
from gdviz.training.config import TrainingConfig
from gdviz.training.fit import check_fit
from gdviz.training.records import record_dtype
from gdviz.training.state import Mark, TrainingState, epoch_permutation, initial_state
from gdviz.training.stepper import Float32, Stepper, StepsTaken

__all__ = ["Trainer", "check_fit"]


def _never() -> bool:
    return False


class Trainer:
    """Trains one network.

    Parameters
    ----------
    config : TrainingConfig
    dataset : Dataset
        Its training split is used as it is; ``config.n_examples`` takes the first of it.
    state : TrainingState, optional
        Where to go on from; the configuration's start by default.
    engine : {"auto", "compiled", "numpy"}

    Raises
    ------
    ValueError
        If the layer sizes do not fit the dataset, more examples are asked for than there are,
        or the engine cannot be had.
    """

    def __init__(
        self,
        config: TrainingConfig,
        dataset: Dataset,
        state: TrainingState | None = None,
        engine: EngineName = "auto",
    ) -> None:
        check_fit(config, dataset)
        self.dataset = dataset
        self.config = config
        self.n_examples = config.n_examples or len(dataset.train)
        asked = self.n_examples if config.mini_batch == "all" else config.mini_batch
        self.mini_batch = min(asked, self.n_examples)
        self.steps_per_epoch = -(-self.n_examples // self.mini_batch)
        self._horizon = max(1, round(config.schedule_epochs * self.steps_per_epoch))
        self._layout = config.architecture.layout
        self._dtype = record_dtype(self._layout.n_layers)
        self._stepper = Stepper(
            make_engine(
                engine, config.architecture, config.cost, config.optimizer, self.mini_batch
            ),
            self._layout,
            dataset.train,
        )
        self._order_epoch = -1
        self._order: npt.NDArray[np.int64] = np.empty(0, np.int64)
        self.diverged_at: int | None = None
        """Steps taken when the cost was not finite, or None."""
        self.gradient_examples = 0
        """Examples behind `gradient`; 0 while no step has been taken since `restore`."""
        self._next_gradient: Parameters | None = None
        self.restore(state or initial_state(config))

    @property
    def engine_name(self) -> str:
        """``"compiled"`` or ``"numpy"``."""
        return self._stepper.engine.name

    @property
    def parameters(self) -> Parameters:
        """The live parameters; overwritten by the next step."""
        return Parameters(self._stepper.vector, self._layout)

    @property
    def gradient(self) -> Parameters:
        """That of the last step taken, if `gradient_examples`; overwritten by the next."""
        return Parameters(self._stepper.gradient, self._layout)

    @property
    def next_mini_batch(self) -> int:
        """Examples in the mini-batch to be taken next; the last of an epoch may be smaller."""
        return min(self.mini_batch, self.n_examples - self.position)

    @property
    def epoch_progress(self) -> float:
        """Passes over the training examples, with the fraction of the present one."""
        return self.epoch + self.position / self.n_examples

    @property
    def steps_to_epoch_end(self) -> int:
        """Steps to the end of the present pass, at least 1."""
        return -(-(self.n_examples - self.position) // self.mini_batch)

    def state(self) -> TrainingState:
        """Give a private copy of everything needed to go on bit for bit."""
        memory = self._stepper.memory.copy()
        memory.flags.writeable = False
        return TrainingState(
            self.parameters.frozen_copy(),
            memory,
            self._stepper.optimizer_step,
            self.step,
            self.epoch,
            self.position,
            self._marks,
        )

    def restore(self, state: TrainingState) -> None:
        """Go to a state of this run; the state is copied.

        Raises
        ------
        ValueError
            If its arrays do not fit the configuration.
        """
        n_arrays = len(OPTIMIZERS[self.config.optimizer].arrays)
        size = self._layout.size
        if state.parameters.vector.size != size or state.optimizer_state.shape != (n_arrays, size):
            raise ValueError(
                f"a state of {state.parameters.vector.size:,} parameters and "
                f"{len(state.optimizer_state)} optimizer arrays does not fit "
                f"{self.config.architecture.name} with {self.config.optimizer}"
            )
        self._stepper.load(state)
        self.step = state.step
        self.epoch, self.position = state.epoch, state.position
        if self.position >= self.n_examples:
            self.epoch, self.position = self.epoch + 1, 0
        self._marks = state.marks
        self.diverged_at = None
        self.gradient_examples = 0
        self._next_gradient = None

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Settings changed while running, oldest first."""
        return self._marks

    def set_learning_rate(self, value: float) -> None:
        """Change η from the next step on and mark it.

        Raises
        ------
        ValueError
            If it is not above 0.
        """
        before = self.config.learning_rate
        if value == before:
            return
        self.config = self.config.replace(learning_rate=value)
        if self._marks and self._marks[-1].step == self.step:
            before = self._marks[-1].before
            self._marks = self._marks[:-1]
        if value != before:
            self._marks = (*self._marks, Mark(self.step, "learning_rate", before, value))

    def advance(self, max_steps: int, should_stop: Callable[[], bool] = _never) -> npt.NDArray[Any]:
        """Take steps: at most so many, not beyond the end of the present epoch.

        Parameters
        ----------
        max_steps : int
            At least 1.
        should_stop : callable, optional
            Asked between the chunks of a mini-batch larger than `CHUNK`; a step that is left
            is left without a trace.

        Returns
        -------
        structured ndarray of `record_dtype`
            One row a step taken. Fewer rows than asked: the epoch ended, or the step was
            left, or `diverged_at` is set and the parameters are the last finite ones.
        """
        rows = self._epoch_order()[self.position :]
        if self.mini_batch <= CHUNK:
            learning_rates = self._learning_rates(min(max_steps, self.steps_to_epoch_end))
            steps = self._stepper.burst(rows, self.mini_batch, learning_rates)
            return self._recorded(steps, learning_rates)
        learning_rates = self._learning_rates(1)
        rows = rows[: self.mini_batch]
        step = self._stepper.large_step(rows, float(learning_rates[0]), should_stop)
        if step is None:
            return np.empty(0, self._dtype)
        return self._recorded(step, learning_rates)

    def next_gradient(self) -> tuple[Parameters, int]:
        """Compute the gradient of the mini-batch to be taken next; changes nothing else.

        Returns
        -------
        gradient : Parameters
            Read-only. The same object until a step is taken.
        n_examples : int
            The first so many of the mini-batch: all of it, but at most `CHUNK`.
        """
        count = min(self.next_mini_batch, CHUNK)
        if self._next_gradient is None:
            rows = self._epoch_order()[self.position : self.position + count]
            self._next_gradient = Parameters(self._stepper.gradient_of(rows), self._layout)
        return self._next_gradient, count

    def rewind(self, keyframe: TrainingState, step: int) -> None:
        """Go back to a step of this run by replaying from a keyframe, bit for bit.

        Parameters
        ----------
        keyframe : TrainingState
            Of this run, at or before `step`. If it is before, `gradient` is that of the last
            step again; if it is at `step`, nothing is replayed and there is none.
        step : int
            Not after the present step. Marks after it are dropped.
        """
        marks = self._marks
        self.restore(keyframe)
        for mark in (mark for mark in marks if keyframe.step <= mark.step <= step):
            self._replay(mark.step, mark.before)
            self.config = self.config.replace(learning_rate=mark.after)
        later = next((mark for mark in marks if mark.step > step), None)
        self._replay(step, later.before if later else self.config.learning_rate)
        self._marks = tuple(mark for mark in marks if mark.step <= step)

    def _replay(self, step: int, learning_rate: float) -> None:
        self.config = self.config.replace(learning_rate=learning_rate)
        while self.step < step:
            self.advance(step - self.step)

    def _epoch_order(self) -> npt.NDArray[np.int64]:
        if self._order_epoch != self.epoch:
            self._order = epoch_permutation(self.config.seed, self.epoch, self.n_examples)
            self._order_epoch = self.epoch
        return self._order

    def _learning_rates(self, n_steps: int) -> Float32:
        rate, schedule = self.config.learning_rate, self.config.schedule
        if schedule == "constant":
            return np.full(n_steps, rate, np.float32)
        return np.array(
            [
                rate * schedule_factor(schedule, self.step + i, self._horizon)
                for i in range(n_steps)
            ],
            np.float32,
        )

    def _recorded(self, steps: StepsTaken, learning_rates: Float32) -> npt.NDArray[Any]:
        """Move on by the steps that were taken, and give their rows."""
        taken = len(steps.costs)
        records = np.empty(taken, self._dtype)
        records["step"] = np.arange(self.step + 1, self.step + taken + 1)
        seen = self.position + self.mini_batch * np.arange(1, taken + 1)
        records["epoch"] = self.epoch + np.minimum(seen, self.n_examples) / self.n_examples
        records["cost"] = steps.costs
        records["learning_rate"] = learning_rates[:taken]
        records["gradient_norm"] = steps.norms
        if steps.diverged_after is not None:
            self.diverged_at = self.step + steps.diverged_after
        if taken:
            last = min(int(seen[-1]), self.n_examples) - int(seen[-1]) + self.mini_batch
            self.gradient_examples = last
            self._next_gradient = None
            self.position = min(int(seen[-1]), self.n_examples)
        if self.position == self.n_examples:
            self.epoch, self.position = self.epoch + 1, 0
        self.step += taken
        return records
