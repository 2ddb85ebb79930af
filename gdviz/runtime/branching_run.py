"""A run whose past can be looked at, and that can be left for another future.

Nothing that was trained is overwritten: what would make another future from the past begins a
branch. Used on the worker thread only.
"""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

from gdviz.data.dataset import Dataset
from gdviz.engine.engine import EngineName, Spread
from gdviz.nn.parameters import FloatArray
from gdviz.runtime.ball_moves import BallMoves
from gdviz.runtime.branches import Branch, Branches, branch_info
from gdviz.runtime.observers import Observers
from gdviz.runtime.run import Detail, TrainingRun, divergence
from gdviz.runtime.snapshot import BranchNews, RunState, Snapshot
from gdviz.training.branches import BranchedRun, BranchInfo, BranchState
from gdviz.training.config import TrainingConfig
from gdviz.training.evaluation import Evaluation
from gdviz.training.goal import Goal
from gdviz.training.state import Keyframe, TrainingState
from gdviz.training.timeline import Timeline

UNCHANGING = {RunState.DIVERGED, RunState.FINISHED}
"""Words that hold of a branch's newest step, and again when one comes back to it."""


BYTES_EVERY = 64
"""Snapshots of a running run from one count of its memory to the next."""


class _Head(NamedTuple):
    """The newest state of the branch while its past is looked at."""

    keyframe: Keyframe
    state: RunState
    diverged_at: int | None
    message: str


class BranchingRun(TrainingRun):
    """See `TrainingRun` for its parameters."""

    def __init__(
        self,
        run_id: int,
        config: TrainingConfig,
        dataset: Dataset,
        state: TrainingState | None,
        engine: EngineName,
        spread: Spread = map,
    ) -> None:
        super().__init__(run_id, config, dataset, state, engine, spread)
        self._branches = Branches(self.trainer.step)
        self._past: _Head | None = None
        self._earlier: list[BranchNews] = []
        self._told_infos: tuple[BranchInfo, ...] = ()
        self._n_told = self._n_bytes = 0

    # --- looking at the past --------------------------------------------------------------

    @property
    def is_past(self) -> bool:
        """Whether a step before the newest one is looked at."""
        return self._past is not None

    @property
    def head_step(self) -> int:
        """The newest step of the live branch."""
        return self._past.keyframe.step if self._past else self.trainer.step

    def seek(self, step: int) -> None:
        """Stand at a step of the live branch, paused; it is taken into its range."""
        self.pause()
        start = self.timeline.start.step
        if step < start and self.trainer.step == start:
            self.message = "This is where the run begins."
            return
        step = min(max(step, start), self.head_step)
        if step == self.trainer.step:
            return
        if self._past is None:
            self._past = self._head()
        head = self._past
        self._recent.forget()
        self.message = ""
        if step == head.keyframe.step:
            self._past = None
            self.trainer.seek(self._keyframe_for(step), step, head.keyframe)
            self._stand_exactly_at(head.keyframe)
            self.state, self.trainer.diverged_at = head.state, head.diverged_at
            self.message = head.message
            return
        # From where it stands, if that is nearer than any keyframe.
        keyframe, here = self._keyframe_for(step), self.trainer.step
        if keyframe.step < here < step:
            keyframe = self.trainer.keyframe()
        self.trainer.seek(keyframe, step, head.keyframe)
        self.state = RunState.PAUSED

    def step_back(self) -> None:
        """Look at the step before."""
        self.seek(self.trainer.step - 1)

    def step(self, count: int) -> None:
        """Take exactly so many steps; in the past, those that were taken."""
        if self._past:
            self.seek(self.trainer.step + max(1, count))
        else:
            super().step(count)

    def step_epoch(self) -> None:
        """Go on to the end of the epoch; in the past, as it was taken."""
        if self._past:
            self.seek(self.trainer.step + self.trainer.steps_to_epoch_end)
        else:
            super().step_epoch()

    # --- another future -------------------------------------------------------------------

    def begin(self, last_step: int | None = None) -> None:
        """Go on training; from the past, on a new branch."""
        if self._past and not self.fork():
            return
        super().begin(last_step)

    def run_until(self, goal: Goal | None) -> None:
        """Set a goal and go on until it is reached; from the past, on a new branch."""
        if self._past and goal is not None and not self.fork():
            return
        super().run_until(goal)

    def change(self, settings: dict[str, Any]) -> None:
        """Change settings from the next step on; in the past, on a new branch."""
        if self._past:
            if any(getattr(self.trainer.config, key) != value for key, value in settings.items()):
                self.fork(settings)
        else:
            super().change(settings)

    def move_ball(self, vector: FloatArray) -> None:
        """Put the network at another point; in the past, on a new branch."""
        if self._past and not self.fork():
            return
        super().move_ball(vector)

    def take_back_move(self, vector: FloatArray | None = None) -> bool:
        """Go back to before the network was moved last."""
        if self.moves.has(vector):
            self.seek(self.head_step)
        return super().take_back_move(vector)

    def fork(self, settings: dict[str, Any] | None = None) -> bool:
        """Begin a branch where the network stands; the one that is left stays whole.

        Returns
        -------
        bool
            False if the settings cannot be had: then nothing has happened but a sentence.
        """
        left, step = self._leaving(), self.trainer.step
        before = self.trainer.keyframe()
        timeline = left.timeline.forked(step)
        try:
            if settings:
                self.trainer.change(self.trainer.config.replace(**settings))
            self._branches.fork(left, step)
        except ValueError as error:
            self.message = _sentence(error)
            self.trainer.seek(before, step, before)
            return False
        self._tell_what_is_left(left)
        self.timeline, self.moves = timeline, left.moves.forked(step)
        self._planned = []
        self._begin_branch()
        self._set_epochs()
        if step == self.timeline.start.step:
            self._begin_anew()
        else:
            self.timeline.record_near(self.trainer.keyframe())
        return True

    def switch(self, branch_id: int) -> None:
        """Go to the newest step of another branch; a refusal becomes a sentence."""
        if branch_id == self._branches.live:
            self.seek(self.head_step)
            return
        self.pause()
        left = self._leaving()
        try:
            other = self._branches.switch(left, branch_id)
        except ValueError as error:
            self.message = _sentence(error)
            return
        self._tell_what_is_left(left)
        other.moves.follow(left.moves)
        self._take(other)

    def delete_branch(self, branch_id: int, origin: int = 0) -> None:
        """Put a branch away; a refusal becomes a sentence."""
        try:
            self._check_origin(origin)
            self._branches.delete(branch_id)
        except ValueError as error:
            self.message = _sentence(error)

    def restore_branch(self, branch_id: int, origin: int = 0) -> None:
        """Bring a deleted branch back; a refusal becomes a sentence."""
        try:
            self._check_origin(origin)
            self._branches.restore(branch_id)
        except ValueError as error:
            self.message = _sentence(error)

    def _check_origin(self, origin: int) -> None:
        if origin not in (0, self.origin):
            raise ValueError("that branch is of a run that is not there any more")

    def other_paths(self) -> tuple[tuple[int, tuple[FloatArray, ...]], ...]:
        """Give of each other branch the points of its way since its fork, oldest first."""
        return self._branches.paths()

    @property
    def other_branches(self) -> tuple[int, ...]:
        """See `TrainingRun.other_branches`."""
        return tuple(branch.id for branch in self._branches.parked)

    def ways(self) -> tuple[tuple[int, tuple[FloatArray, ...]], ...]:
        """See `TrainingRun.ways`."""
        if self._past is None:
            return self.other_paths()
        steps, vectors = self.timeline.path()
        here, head = self.trainer.step, self._past.keyframe.parameters.vector
        ahead = [vector for step, vector in zip(steps, vectors, strict=True) if step > here]
        rest = (self.trainer.parameters.vector, *ahead, head)
        return (*self.other_paths(), (self._branches.live, rest))

    # --- whole runs -----------------------------------------------------------------------

    def saved(self, most_keyframes: int) -> BranchedRun:
        """Give the whole run, to be saved or had back."""
        branches = self._branches
        present = sorted([*branches.parked, self._leaving()], key=lambda branch: branch.id)
        return BranchedRun(
            tuple(branch.saved(most_keyframes) for branch in present),
            branches.live,
            self.title,
            tuple(branch.saved(most_keyframes) for branch in branches.deleted),
            self.origin,
        )

    def take_branches(self, run: BranchedRun) -> None:
        """Begin with branches that were saved, of which this run has the live one's head."""
        branches = {state.id: _branch_of(state) for state in run.branches}
        live = branches[run.live]
        self._branches.add(branches.values(), live, map(_branch_of, run.deleted))
        self.origin = run.origin or self.run_id
        self._take(live)

    # --- what is shown --------------------------------------------------------------------

    def snapshot(self, acknowledged: int, observers: Observers, detail: Detail) -> Snapshot:
        """See `TrainingRun.snapshot`."""
        snapshot = super().snapshot(acknowledged, observers, detail)
        earlier, self._earlier = tuple(self._earlier), []
        running = self.state is RunState.RUNNING
        frames = () if running else self.timeline.keyframes()
        return dataclasses.replace(
            snapshot,
            branch=self._branches.live,
            head_step=self.head_step,
            start_step=self.timeline.start.step,
            branches=self._infos(),
            keyframe_steps=tuple(frame.step for frame in frames),
            timeline_bytes=self._bytes(),
            earlier=earlier,
        )

    def _bytes(self) -> int:
        """Memory of all keyframes; while running it is counted now and then."""
        self._n_told += 1
        if self.state is not RunState.RUNNING or self._n_told % BYTES_EVERY == 0:
            self._n_bytes = self._branches.n_bytes(self.timeline)
        return self._n_bytes

    def tell_evaluations(self, branch: BranchInfo, evaluations: tuple[Evaluation, ...]) -> None:
        """Take what was known of a branch when it was left."""
        if evaluations:
            nothing = self._take_records()[:0]
            news = BranchNews(branch.id, branch.parent, branch.fork_step, nothing, evaluations)
            self._earlier.append(news)

    @property
    def live(self) -> BranchInfo:
        """What the window is told of the live branch."""
        infos = self._infos()
        return next(info for info in infos if info.id == self._branches.live)

    def _infos(self) -> tuple[BranchInfo, ...]:
        n_examples, branches = self.trainer.n_examples, self._branches
        known = {info.id: info for info in self._told_infos}
        infos = [
            known[branch.id]
            if branch.id in known and known[branch.id].step == branch.head.step
            else branch.info(n_examples)
            for branch in branches.parked
        ]
        head = self._past.keyframe if self._past else None
        if head is not None:
            live = branch_info(branches.live, branches.parent, branches.fork_step, head, n_examples)
        else:
            trainer = self.trainer
            live = BranchInfo(
                branches.live,
                branches.parent,
                branches.fork_step,
                trainer.step,
                trainer.config,
                trainer.marks,
                trainer.epoch_progress,
            )
        infos.append(live)
        infos.sort(key=lambda info: info.id)
        if tuple(infos) != self._told_infos:
            self._told_infos = tuple(infos)
        return self._told_infos

    # --- leaving and coming ---------------------------------------------------------------

    def _head(self) -> _Head:
        trainer = self.trainer
        kept = self.state in UNCHANGING
        state = self.state if kept else RunState.PAUSED
        return _Head(trainer.keyframe(), state, trainer.diverged_at, self.message if kept else "")

    def _leaving(self) -> Branch:
        """Give the live branch as it is to be kept."""
        head = self._past or self._head()
        branches = self._branches
        return Branch(
            branches.live,
            branches.parent,
            branches.fork_step,
            head.keyframe,
            self.timeline,
            self.moves,
            head.state,
            head.diverged_at,
            head.message,
            tuple(self._planned),
        )

    def _tell_what_is_left(self, left: Branch) -> None:
        """Keep what a branch that is left has not shown yet; it will be another's snapshot."""
        rewound_to, self._rewound_to = self._rewound_to, None
        records = self._take_records()
        # Also one without a step of its own: the next branch may begin from it.
        news = BranchNews(left.id, left.parent, left.fork_step, records, (), rewound_to)
        self._earlier.append(news)

    def _take(self, branch: Branch) -> None:
        """Stand at the newest step of a branch."""
        self.timeline, self.moves = branch.timeline, branch.moves
        self.trainer.seek(branch.head, branch.head.step, branch.head)
        self._begin_branch()
        self._set_epochs()
        self._planned = list(branch.planned)
        self.state, self.trainer.diverged_at = branch.state, branch.diverged_at
        self.message = branch.message

    def _stand_exactly_at(self, head: Keyframe) -> None:
        """Take the state itself, if replaying led elsewhere: it was computed on another machine."""
        found = self.trainer.parameters.vector
        if found.tobytes() != head.parameters.vector.tobytes():
            self.trainer.seek(head, head.step, head)

    def _begin_branch(self) -> None:
        self._past = None
        self._recent.forget()
        self.state, self.trainer.diverged_at, self.message = RunState.PAUSED, None, ""
        self.pursuit.went_back()
        self.pursuit.begin_anew()

    def _set_epochs(self) -> None:
        epochs = self.trainer.config.epochs
        self._epochs, self._target_epoch = max(epochs, 1), epochs


def _branch_of(state: BranchState) -> Branch:
    """Give a branch that was saved."""
    timeline = Timeline.restored(state.keyframes, state.pinned, state.head.step)
    word, message = RunState.PAUSED, ""
    if state.diverged_at is not None:
        word, message = RunState.DIVERGED, divergence(state.diverged_at, state.head.config)
    elif state.is_finished:
        word = RunState.FINISHED
    return Branch(
        state.id,
        state.parent,
        state.fork_step,
        state.head,
        timeline,
        BallMoves(),
        word,
        state.diverged_at,
        message,
        state.planned,
    )


def _sentence(error: ValueError) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."
