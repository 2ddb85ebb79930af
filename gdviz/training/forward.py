"""Moves a training state along, step by step, the same way every time.

How many steps are asked for at once never changes the numbers: the order of the examples, what
dropout switches off and how images are augmented are functions of seed, epoch and row, and a
burst ends where an epoch ends.

One thread at a time may use a trainer; it owns the arrays that it updates in place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.data.dataset import Dataset, read_only
from gdviz.engine.engine import CHUNK, KEEP_NOTHING, EngineName, Keeping, Patience, Spread
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import Parameters
from gdviz.training.config import TrainingConfig
from gdviz.training.epochs import EpochExamples
from gdviz.training.fit import check_fit
from gdviz.training.keeping import (
    Pace,
    Place,
    kept_states,
    learning_rates,
    most_kept,
    step_rows,
)
from gdviz.training.marks import (
    ENGINE,
    STARTING,
    Mark,
    changed_settings,
    marked,
    with_mark,
)
from gdviz.training.rebuilding import CurrentStepper
from gdviz.training.records import record_dtype
from gdviz.training.state import Keyframe, TrainingState, initial_state
from gdviz.training.stepper import Float32, StepsTaken


def _never() -> bool:
    return False


class ForwardTrainer:
    """Trains one network; `gdviz.training.trainer.Trainer` can go back besides.

    Parameters
    ----------
    config : TrainingConfig
    dataset : Dataset
        Its training split is used as it is; ``config.n_examples`` takes the first of it.
    state : TrainingState, optional
        Where to go on from; the configuration's start by default.
    engine : {"auto", "compiled", "numpy"}
    spread : callable, optional
        How the parts of a large step are worked on, for example the `map` of an executor with a
        thread for each core; one after the other by default. The numbers do not depend on it.

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
        spread: Spread = map,
    ) -> None:
        check_fit(config, dataset)
        self.dataset = dataset
        self.n_examples = config.n_examples or len(dataset.train)
        self._current = CurrentStepper(config, engine, self.n_examples, spread)
        self._layout = config.architecture.layout
        self._examples = EpochExamples(dataset, self.n_examples)
        self.diverged_at: int | None = None
        """Steps taken when the cost was not finite, or None."""
        self.gradient_examples = 0
        """Examples behind `gradient`; 0 while no step has been taken since `restore`."""
        self.kept: list[Keyframe] = []
        """States that the last `advance` has kept on its way."""
        self._next_gradient: Parameters | None = None
        self.restore(state or initial_state(config))

    # --- what it is -----------------------------------------------------------------------

    @property
    def config(self) -> TrainingConfig:
        """The settings that hold from the next step on."""
        return self._current.config

    @property
    def engine_name(self) -> str:
        """``"compiled"`` or ``"numpy"``."""
        return self._current.engine_name

    @property
    def asked_engine(self) -> EngineName:
        """The engine that was asked for, by `use_engine` or by a keyframe gone back to."""
        return self._current.engine

    @property
    def mini_batch(self) -> int:
        """Examples in a step; the last of an epoch may have fewer."""
        return self._current.mini_batch

    @property
    def steps_per_epoch(self) -> int:
        """Steps of a whole epoch with the present mini-batch."""
        return -(-self.n_examples // self.mini_batch)

    @property
    def parameters(self) -> Parameters:
        """The parameters now, read-only: a private copy that may be handed to another thread."""
        return Parameters(read_only(self._current.vector), self._layout)

    @property
    def gradient(self) -> Parameters:
        """That of the last step taken, if `gradient_examples`; a private copy, read-only."""
        return Parameters(read_only(self._current.gradient), self._layout)

    @property
    def next_mini_batch(self) -> int:
        """Examples in the mini-batch to be taken next; the last of an epoch may be smaller."""
        return min(self.mini_batch, self.n_examples - self.position)

    @property
    def next_learning_rate(self) -> float:
        """η of the next step, its schedule's factor included."""
        place = Place(self.step, self.epoch, self.position)
        return float(learning_rates(self.config, place, self._pace, 1)[0])

    @property
    def epoch_progress(self) -> float:
        """Passes over the training examples, with the fraction of the present one."""
        return self.epoch + self.position / self.n_examples

    @property
    def steps_to_epoch_end(self) -> int:
        """Steps to the end of the present pass, at least 1."""
        return -(-(self.n_examples - self.position) // self.mini_batch)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Settings changed while running, oldest first."""
        return self._marks

    # --- where it is ----------------------------------------------------------------------

    def state(self) -> TrainingState:
        """Give a private copy of everything needed to go on bit for bit."""
        memory, steps = self._current.memory()
        return TrainingState(
            self.parameters,
            read_only(memory),
            steps,
            self.step,
            self.epoch,
            self.position,
            self._marks,
        )

    def keyframe(self) -> Keyframe:
        """Give the state with what it was computed by, to `rewind` to."""
        return Keyframe(self.state(), self.config, self.engine_name)

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
        self._current.load(state)
        self.step = state.step
        self.epoch, self.position = state.epoch, state.position
        if self.position >= self.n_examples:
            self.epoch, self.position = self.epoch + 1, 0
        self._marks = state.marks
        self.diverged_at = None
        self._forget_gradient()

    # --- changing what it does ------------------------------------------------------------

    def change(self, config: TrainingConfig) -> None:
        """Go on by another configuration from the next step on; every difference is marked.

        An optimizer that is changed begins with an empty memory.

        Raises
        ------
        ValueError
            If a setting differs that only another run can have, or it does not fit the data.
        """
        for setting in changed_settings(self.config, config):
            if setting in STARTING:
                raise ValueError(
                    f"the {setting.replace('_', ' ')} of a run cannot be changed; restart with it"
                )
        check_fit(config, self.dataset)
        self._marks = marked(self._marks, self.step, self.config, config)
        self._take(config)

    def set_learning_rate(self, value: float) -> None:
        """Change η from the next step on and mark it.

        Raises
        ------
        ValueError
            If it is not above 0.
        """
        self.change(self.config.replace(learning_rate=value))

    def use_engine(self, name: EngineName) -> None:
        """Go on with another engine from the next step on; marked if there were steps before.

        Raises
        ------
        ValueError
            If it cannot be had.
        """
        state, before, asked = self.state(), self.engine_name, self._current.engine
        self._current.engine = name
        try:
            self.restore(state)
        except ValueError:
            self._current.engine = asked
            raise
        if self.engine_name != before and self.step:
            self._marks = with_mark(self._marks, Mark(self.step, ENGINE, before, self.engine_name))

    def forget_marks_but(self, marks: tuple[Mark, ...]) -> None:
        """Take back all marks that came to these: no step was taken by what they changed.

        One of these that has another end since keeps it.
        """
        known = {(mark.step, mark.setting) for mark in marks}
        self._marks = tuple(m for m in self._marks if (m.step, m.setting) in known)

    # --- moving ---------------------------------------------------------------------------

    def advance(
        self,
        max_steps: int,
        should_stop: Callable[[], bool] = _never,
        keep: tuple[int, int] | None = None,
        patience: Patience | None = None,
    ) -> npt.NDArray[Any]:
        """Take steps: at most so many, not beyond the end of the present epoch.

        Parameters
        ----------
        max_steps : int
            At least 1.
        should_stop : callable, optional
            Asked now and then within a mini-batch larger than `CHUNK`; a step that is left is
            left without a trace.
        keep : (int, int), optional
            A step after the present one, and every how many steps from there on a state goes
            into `kept`. Fewer steps are taken than asked if too many would have to be kept.
        patience : Patience, optional
            After how few steps it may end, and when; not for a mini-batch larger than `CHUNK`.

        Returns
        -------
        structured ndarray of `record_dtype`
            One row a step taken. Fewer rows than asked: the epoch ended, patience, the step was
            left, or `diverged_at` is set and the parameters are the last finite ones.
        """
        stepper = self._current.ready()
        self.kept = []
        examples = self._examples.of_epoch(self.config, self.epoch, self.engine_name)
        rows = self._examples.order[self.position :]
        place = Place(self.step, self.epoch, self.position)
        if self.mini_batch > CHUNK:
            rates = learning_rates(self.config, place, self._pace, 1)
            rows = rows[: self.mini_batch]
            step = stepper.large_step(examples, rows, float(rates[0]), should_stop)
            if step is None:
                return np.empty(0, record_dtype(self._layout.n_layers))
            records = self._recorded(step, rates, place)
            if keep and len(records) and (self.step - keep[0]) % keep[1] == 0:
                self.kept = [self.keyframe()]
            return records
        keeping = self._keeping(keep)
        if keeping.count:
            max_steps = min(max_steps, keeping.after + keeping.count * keeping.every - 1)
        if patience is not None and examples.pictures is not None:
            # What is augmented is so for all steps in advance: none for steps that may not come.
            max_steps = min(max_steps, patience.least)
        n_steps = min(max_steps, self.steps_to_epoch_end)
        rates = learning_rates(self.config, place, self._pace, n_steps)
        rows = rows[: self.mini_batch * n_steps]
        steps = stepper.burst(examples, rows, self.mini_batch, rates, keeping, patience)
        records = self._recorded(steps, rates, place)
        self.kept = [
            Keyframe(state, self.config, self.engine_name)
            for state in kept_states(stepper.engine.kept(), keeping, place, self._marks, self._pace)
        ]
        return records

    @property
    def _pace(self) -> Pace:
        return Pace(self.mini_batch, self.n_examples, self._layout)

    def _keeping(self, keep: tuple[int, int] | None) -> Keeping:
        """Give what a burst from here shall keep: no more than there is room for."""
        if keep is None:
            return KEEP_NOTHING
        n_arrays = 1 + len(OPTIMIZERS[self.config.optimizer].arrays)
        return Keeping(keep[0] - self.step, keep[1], most_kept(4 * n_arrays * self._layout.size))

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
            # Looking changes nothing: not what an optimizer that is taken back would have kept.
            stepper = self._current.glimpse()
            examples = self._examples.of_epoch(self.config, self.epoch, self.engine_name)
            rows = self._examples.order[self.position : self.position + count]
            gradient = stepper.gradient_of(examples, rows)
            self._next_gradient = Parameters(gradient, self._layout)
        return self._next_gradient, count

    # --- inside ---------------------------------------------------------------------------

    def _take(self, config: TrainingConfig) -> None:
        """Go on by a configuration.

        What it needs is made when the next step is taken: until then the change may be taken
        back, and nothing is lost by it.
        """
        self._current.config = config
        # It was of the settings before, also where these are the ones of the last step again.
        self._next_gradient = None
        if self._current.is_stale:
            self._forget_gradient()

    def _forget_gradient(self) -> None:
        self.gradient_examples = 0
        self._next_gradient = None

    def _recorded(self, steps: StepsTaken, rates: Float32, place: Place) -> npt.NDArray[Any]:
        """Move on by the steps that were taken, and give their rows."""
        taken, pace = len(steps.costs), self._pace
        if steps.diverged_after is not None:
            self.diverged_at = place.step + steps.diverged_after
        if taken:
            last = place.after(taken - 1, pace)
            self.gradient_examples = min(self.mini_batch, self.n_examples - last.position)
            self._next_gradient = None
            self.step, self.epoch, self.position = place.after(taken, pace)
        return step_rows(steps, rates[:taken], place, pace)
