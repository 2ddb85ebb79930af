"""One run inside the worker: the trainer, its keyframes, and what has not been shown yet.

Used on the worker thread only.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.data.corruption import shuffle_labels
from gdviz.data.dataset import Dataset
from gdviz.engine.engine import CHUNK, EngineName, Patience, Spread
from gdviz.nn.parameters import FloatArray
from gdviz.runtime.ball_moves import BallMoves
from gdviz.runtime.observers import Observers
from gdviz.runtime.probing import probe_of
from gdviz.runtime.pursuit import Pursuit
from gdviz.runtime.recent_points import RecentPoints
from gdviz.runtime.snapshot import RunState, Snapshot
from gdviz.runtime.speed import Speed, busy_s
from gdviz.training.branches import Planned
from gdviz.training.config import TrainingConfig
from gdviz.training.evaluation import Evaluation
from gdviz.training.goal import Goal
from gdviz.training.records import record_dtype
from gdviz.training.state import Keyframe, TrainingState
from gdviz.training.timeline import Timeline
from gdviz.training.trainer import Trainer

FIRST_BURST_EXAMPLES = 500
NEAR_SECONDS = 0.1
"""What has taken so long is kept near the newest step, so that going back takes no longer."""


@dataclass(frozen=True, slots=True)
class Detail:
    """What a snapshot shall carry beyond the run's own numbers.

    Parameters
    ----------
    needs : frozenset of str
        As in `gdviz.runtime.commands.SetDetail`.
    probe_index : int
        Row of the test split.
    state : bool
        True: the complete state, while running too.
    """

    needs: frozenset[str] = frozenset()
    probe_index: int = 0
    state: bool = False


class TrainingRun:
    """A trainer with its state word, its timeline and its unshown records.

    Parameters
    ----------
    run_id : int
    config : TrainingConfig
    dataset : Dataset
    state : TrainingState or None
    engine : str
    spread : callable
        How the parts of a large step are worked on, see `Trainer`.

    Raises
    ------
    ValueError
        If the configuration or the state does not fit.
    """

    def __init__(
        self,
        run_id: int,
        config: TrainingConfig,
        dataset: Dataset,
        state: TrainingState | None,
        engine: EngineName,
        spread: Spread = map,
    ) -> None:
        self.run_id = run_id
        self.base = dataset
        """The data before labels were shuffled and examples left out."""
        self.dataset = shuffle_labels(dataset, config.shuffle_labels, config.seed)
        self.trainer = Trainer(config, self.dataset, state, engine, spread)
        if config.n_examples is not None:
            # What is scored and sliced is what is trained on.
            train = self.dataset.train.first(config.n_examples)
            self.dataset = dataclasses.replace(self.dataset, train=train)
        self.timeline = Timeline(self.trainer.keyframe())
        self.moves = BallMoves()
        self._recent = RecentPoints(self.trainer)
        self.pursuit = Pursuit(self.trainer)
        self._reached_message = ""
        self.state = RunState.READY
        self.message = ""
        self.title = ""
        self.origin = run_id
        """See `Snapshot`."""
        self.begun_by = 0
        """Id of the command that it began with."""
        self._epochs = max(config.epochs, 1)
        self._target_epoch = config.epochs
        self._last_step: int | None = None
        self._unshown: list[npt.NDArray[Any]] = []
        self._rewound_to: int | None = None
        self._speed = Speed()
        self._planned: list[Planned] = []

    def plan(self, changes: Sequence[Planned]) -> None:
        """Change settings when the run comes to these steps, by rising step."""
        self._planned = [change for change in changes if change[0] >= self.trainer.step]
        self._change_as_planned()

    def _change_as_planned(self) -> None:
        while self._planned and self._planned[0][0] <= self.trainer.step:
            self.change(dict(self._planned.pop(0)[1]))

    def begin(self, last_step: int | None = None) -> None:
        """Go on training; not once diverged.

        Parameters
        ----------
        last_step : int, optional
            Exactly to this step, whatever the configured end; else up to that end, or beyond
            it if it is reached already.
        """
        if self.state in {RunState.DIVERGED, RunState.FAILED}:
            return
        if self.trainer.epoch >= self._target_epoch:
            self._target_epoch = self.trainer.epoch + self._epochs
        self._last_step = last_step
        if self.state is not RunState.RUNNING:
            self._speed.begin(time.perf_counter(), self._examples_seen)
            self.pursuit.resume()
        self.state = RunState.RUNNING
        self.message = ""
        self._end_if_reached()

    def run_until(self, goal: Goal | None) -> None:
        """Set a goal and go on until it is reached; None gives up the present one."""
        self.pursuit.set(goal)
        if goal is not None:
            self.begin()

    def step(self, count: int) -> None:
        """Take exactly so many steps, at least one, after those that are still to be taken."""
        self.begin(self._goal + max(1, count))

    def step_epoch(self) -> None:
        """Go on to the end of the epoch in which the steps still to be taken end."""
        trainer = self.trainer
        first_end = trainer.step + trainer.steps_to_epoch_end
        whole = max(0, (self._goal - first_end) // trainer.steps_per_epoch + 1)
        self.begin(first_end + whole * trainer.steps_per_epoch)

    @property
    def _goal(self) -> int:
        """The step at which a `step` under way will end; else the present one."""
        if self.state is RunState.RUNNING and self._last_step is not None:
            return self._last_step
        return self.trainer.step

    def pause(self) -> None:
        """Stop training; the state is exactly that after the last whole step."""
        if self.state is RunState.RUNNING:
            self.state = RunState.PAUSED

    def fail(self, error: Exception) -> None:
        """Keep an unexpected error as a sentence."""
        self.state = RunState.FAILED
        self.message = f"Training stopped by an error: {type(error).__name__}: {error}"

    def change(self, settings: dict[str, Any]) -> None:
        """Change settings from the next step on; what cannot be is refused with a sentence.

        Before the first step of a run nothing was done by the old ones, and nothing is marked.
        """
        trainer = self.trainer
        try:
            trainer.change(trainer.config.replace(**settings))
        except ValueError as error:
            sentence = str(error)
            self.message = f"{sentence[:1].upper()}{sentence[1:]}."
            return
        if self.state is RunState.DIVERGED:
            # The last finite network is there: it may go on by other settings.
            self.state, self.message, trainer.diverged_at = RunState.PAUSED, "", None
        if "epochs" in settings:
            self._epochs = max(trainer.config.epochs, 1)
            self._target_epoch = trainer.config.epochs
        if trainer.step == self.timeline.start.step:
            self._begin_anew()
        self.pursuit.begin_anew()

    def use_engine(self, name: EngineName) -> None:
        """Go on with another engine from the next step on."""
        self.trainer.use_engine(name)
        if self.trainer.step == self.timeline.start.step:
            self._begin_anew()

    def _begin_anew(self) -> None:
        """No step was taken by what was changed: this is how the run begins."""
        self.trainer.forget_marks_but(self.timeline.start.state.marks)
        self.timeline = Timeline(self.trainer.keyframe())

    @property
    def other_branches(self) -> tuple[int, ...]:
        """Ids of the branches besides the one that is trained, rising."""
        return ()

    def ways(self) -> tuple[tuple[int, tuple[FloatArray, ...]], ...]:
        """Give where other branches have been since they parted, and what was seen ahead of here.

        Each with its id, oldest first.
        """
        return ()

    def move_ball(self, vector: FloatArray) -> None:
        """Put the network at another point; a refusal becomes a sentence."""
        try:
            self.moves.move(self.trainer, self.timeline, vector)
        except ValueError as error:
            self.message = f"The network was not moved: {error}."
            return
        self._after_move()
        self.message = "Undo takes back that the network was moved."

    def take_back_move(self, vector: FloatArray | None = None) -> bool:
        """Go back to before the network was moved last; False if that cannot be taken back."""
        if not self.moves.take_back(self.trainer, self.timeline, vector):
            self.message = "There is no such move in this run any more: nothing is taken back."
            return False
        step = self.trainer.step
        self._unshown = [rows[rows["step"] <= step] for rows in self._unshown]
        self._rewound_to = step
        self.pursuit.went_back()
        self._after_move()
        self.message = ""
        return True

    def _after_move(self) -> None:
        self._recent.forget()
        if self.state in {RunState.DIVERGED, RunState.FINISHED}:
            self.state = RunState.PAUSED
        self.trainer.diverged_at = None
        self.pursuit.begin_anew()

    def take_evaluation(self, evaluation: Evaluation) -> bool:
        """Take an evaluation of this run; True if it is the goal and the run went back to it."""
        self.pursuit.see_evaluation(evaluation)
        step = self.trainer.step
        self._end_if_reached()
        return self.trainer.step != step

    def _end_if_reached(self) -> None:
        """Say that the goal is reached, and pause exactly at the step that reached it.

        A `step` under way is exact: then, and at rest, it is said and nothing moves.
        """
        reached = self.pursuit.reached
        running = self.state is RunState.RUNNING
        is_over = self.state in {RunState.DIVERGED, RunState.FAILED}
        if reached is None or is_over or (running and self._last_step is not None):
            return
        if running:
            if reached.step < self.trainer.step:
                # Found at the end of a burst, or by an evaluation that took its time.
                self._go_back_to(reached.step)
            self.state = RunState.PAUSED
        self.pursuit.set(None)
        self.message = self._reached_message = reached.sentence

    def _keyframe_for(self, step: int) -> Keyframe:
        """Give the keyframe from which a step is found again, with its gradient."""
        # From before that step, so that its gradient is known again too.
        before = max(step - 1, self.timeline.start.step)
        if self.timeline.is_pinned(step):
            before = step  # Moved there by hand: no step leads to it.
        return self.timeline.at_or_before(before)

    def _go_back_to(self, step: int) -> None:
        self.trainer.rewind(self._keyframe_for(step), step)
        self.timeline.forget_after(step)
        self.moves.forget_after(step)
        self._recent.forget()
        self._unshown = [rows[rows["step"] <= step] for rows in self._unshown]
        self._rewound_to = step
        self.pursuit.went_back()

    def recent_points(self, count: int) -> tuple[FloatArray, ...]:
        """Give the parameters after each of the last steps, see `RecentPoints.last`."""
        return self._recent.last(count, self.timeline)

    def steps_in(self, seconds: float) -> int:
        """Steps that take about so long, as measured by the last burst."""
        if self._speed.seconds_per_step == 0:
            return max(1, FIRST_BURST_EXAMPLES // self.trainer.mini_batch)
        return max(1, int(seconds / self._speed.seconds_per_step))

    def advance(
        self,
        max_steps: int,
        interrupted: Callable[[], bool],
        patience: Patience | None = None,
    ) -> None:
        """Train for at most so many steps, up to the end of an epoch or the goal."""
        trainer = self.trainer
        steps, timeline = max_steps, self.timeline
        if self._last_step is not None:
            steps = min(steps, self._last_step - trainer.step)
        if self._planned:
            steps = min(steps, max(self._planned[0][0] - trainer.step, 1))
        next_keyframe = trainer.step + timeline.steps_to_keyframe(trainer.step)
        begun_busy, begun = busy_s(), time.perf_counter()
        keep = next_keyframe, timeline.stride
        records = trainer.advance(steps, interrupted, keep, patience)
        now = time.perf_counter()
        if len(records):
            self._recent.see()
            self._unshown.append(records)
            # Several threads work on a large step; a burst of small ones is this thread's alone.
            is_large = trainer.mini_batch > CHUNK
            seconds = now - begun if is_large else busy_s() - begun_busy
            self._speed.see(len(records), seconds, now, self._examples_seen)
            for keyframe in trainer.kept:
                # The stride may have become longer on the way.
                if timeline.wants(keyframe.step):
                    timeline.record(keyframe)
            if timeline.wants_near(trainer.step, self.steps_in(NEAR_SECONDS)):
                timeline.record_near(trainer.keyframe())
        self._change_as_planned()
        self.pursuit.see(records)
        self._end_if_reached()
        if self.state is not RunState.RUNNING:
            return
        if trainer.diverged_at is not None:
            self.state = RunState.DIVERGED
            self.message = divergence(trainer.diverged_at, trainer.config)
        elif self._last_step is None or trainer.step >= self._last_step:
            if trainer.epoch >= self._target_epoch and self.pursuit.goal is None:
                self.state = RunState.FINISHED
            elif self._last_step is not None:
                self.state = RunState.PAUSED
                self._end_if_reached()

    @property
    def _examples_seen(self) -> int:
        return self.trainer.epoch * self.trainer.n_examples + self.trainer.position

    def snapshot(self, acknowledged: int, observers: Observers, detail: Detail) -> Snapshot:
        """Give everything that is to be shown, as private copies, and forget what was told."""
        trainer = self.trainer
        parameters = trainer.parameters
        running = self.state is RunState.RUNNING
        gradient, gradient_examples = None, trainer.gradient_examples
        gradient_is_next = trainer.gradient_examples == 0
        gradient_batch = trainer.next_mini_batch if gradient_is_next else gradient_examples
        if "gradient" in detail.needs:
            if gradient_is_next:
                gradient, gradient_examples = trainer.next_gradient()
            else:
                gradient = trainer.gradient
        probe = None
        if "probe" in detail.needs:
            probe = probe_of(trainer.config, parameters, self.dataset.test, detail.probe_index)
        training_state = trainer.state() if detail.state or not running else None
        # Taken last: whatever fails above, they are not lost.
        records = self._take_records()
        rewound_to, self._rewound_to = self._rewound_to, None
        return Snapshot(
            run_id=self.run_id,
            begun_by=self.begun_by,
            origin=self.origin,
            state=self.state,
            acknowledged=acknowledged,
            config=trainer.config,
            step=trainer.step,
            epoch=trainer.epoch_progress,
            parameters=parameters,
            records=records,
            rewound_to=rewound_to,
            n_moves=self.moves.count,
            path_from=self.timeline.last_pinned,
            marks=trainer.marks,
            evaluations=observers.take_evaluations(),
            examples_per_second=self._speed.examples_per_second if running else 0.0,
            gradient=gradient,
            gradient_examples=gradient_examples,
            gradient_batch=gradient_batch,
            gradient_is_next=gradient_is_next,
            probe=probe,
            surface_picture=observers.picture,
            surface_progress=observers.surface_progress,
            surface_failed_at=observers.surface_failed_at,
            surroundings=observers.landscape.shown(self),
            gradient_noise=observers.noise.shown,
            training_state=training_state,
            engine=trainer.engine_name,
            message=self.message or observers.message,
            title=self.title,
            goal=self.pursuit.goal,
            is_goal_reached=self.message != "" and self.message == self._reached_message,
            rate_search=observers.rate_finder.shown,
            dataset=self.base,
        )

    def _take_records(self) -> npt.NDArray[Any]:
        unshown, self._unshown = self._unshown, []
        if not unshown:
            return np.empty(0, record_dtype(self.trainer.config.architecture.layout.n_layers))
        records = np.concatenate(unshown)
        records.flags.writeable = False
        return records


def divergence(step: int, config: TrainingConfig) -> str:
    """Say that no finite step can be taken from this one."""
    return (
        f"The cost stopped being finite at step {step + 1:,}: the learning rate "
        f"{config.learning_rate:g} is too large here. The last finite network is kept; restart "
        "with a smaller learning rate or step back."
    )
