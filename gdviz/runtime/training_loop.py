"""The worker thread: obeys commands between mini-batches and shows snapshots.

Nothing mutable is shared. Commands are appended under a condition and obeyed in order;
snapshots are left in a mailbox whose reader decides how often a copy is worth making. While
paused the thread waits on the condition: it neither polls nor sleeps.

The frame rate never changes the numbers: bursts are cut to a few milliseconds, and how they
are cut is invisible to the `Trainer`.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from gdviz.data.dataset import Dataset
from gdviz.engine.availability import is_ready
from gdviz.engine.engine import CHUNK, EngineName, Patience
from gdviz.runtime.branching_run import BranchingRun
from gdviz.runtime.commands import (
    CancelLearningRate,
    CancelSurface,
    ChangeSettings,
    Command,
    DeleteBranch,
    FindLearningRate,
    Fork,
    LoadCompiler,
    LoadRun,
    LoadState,
    MoveBall,
    Pause,
    RequestRun,
    RequestState,
    Restart,
    RestoreBranch,
    Run,
    RunUntil,
    SeekTo,
    SetDetail,
    SetProbe,
    SetSpeed,
    SetSurface,
    Step,
    StepBack,
    StepEpoch,
    Stop,
    SwitchBranch,
    TakeBackMove,
)
from gdviz.runtime.compiling import Compiling
from gdviz.runtime.executors import make_executor, n_cores
from gdviz.runtime.frame_in_work import FRAMES
from gdviz.runtime.mailbox import Mailbox
from gdviz.runtime.observers import Observers
from gdviz.runtime.run import Detail
from gdviz.runtime.snapshot import RunState
from gdviz.runtime.thread_turns import TRAINING_PRIORITY, step_aside
from gdviz.training.branches import BranchedRun, BranchInfo
from gdviz.training.config import TrainingConfig
from gdviz.training.state import TrainingState

logger = logging.getLogger(__name__)

BURST_SECONDS = 0.01
"""Aim of one compiled call: short enough to pause at once, long enough to cost nothing."""

LONGEST_BURST_SECONDS = 0.02
"""A burst goes on for so long while a frame is painted. Where it ends meanwhile, both threads want
the interpreter's lock, and each is put to sleep some times a frame."""

LONGEST_WAIT_S = 60.0
"""A wait is cut to this: the system refuses one of years, which a tiny speed would ask for."""

_INTERRUPTING = (
    Pause,
    Stop,
    Restart,
    LoadState,
    LoadRun,
    StepBack,
    SeekTo,
    Fork,
    SwitchBranch,
    ChangeSettings,
    MoveBall,
    TakeBackMove,
)
"""What a step under way is left for. Not Step and StepEpoch: they want it done, and more."""


class TrainingLoop:
    """Trains in a thread of its own, as told by commands.

    `send`, `mailbox` and `close` may be used from any thread.

    Parameters
    ----------
    dataset : Dataset
        Of the first run; another one may bring another.
    config : TrainingConfig
    state : TrainingState, optional
        Where to begin; the configuration's start by default.
    engine : {"auto", "compiled", "numpy"}
    compiler_waits : bool, default False
        Whether the compiler is loaded only after a `LoadCompiler`; NumPy trains until then.

    Raises
    ------
    ValueError
        If the configuration does not fit the dataset.
    """

    def __init__(
        self,
        dataset: Dataset,
        config: TrainingConfig,
        state: TrainingState | None = None,
        engine: EngineName = "auto",
        *,
        compiler_waits: bool = False,
    ) -> None:
        self.mailbox = Mailbox()
        self._engine = engine
        self._condition = threading.Condition()
        self._commands: deque[Command] = deque()
        self._news = False
        self._interrupted = threading.Event()
        self._stopping = False
        self._acknowledged = 0
        self._cores = make_executor(n_cores(), "gdviz-step")
        # Loading the compiler takes a while: nobody waits for it.
        self._compiling = Compiling(self._wake, is_wanted=engine == "auto", waits=compiler_waits)
        self._run = self._new_run(1, config, state, dataset)
        self._observers = Observers(self._wake)
        # What the views want is the window's, not a run's: it outlives every run.
        self._needs: frozenset[str] = frozenset()
        self._probe_index = 0
        self._state_request = self._run_request = 0
        self._most_keyframes = 1
        self._speed: float | None = None
        self._next_step_at = 0.0
        self._thread = threading.Thread(target=self._work, name="gdviz-training", daemon=True)

    def start(self) -> None:
        """Start the thread; the first snapshot follows at once."""
        self._thread.start()

    def send(self, command: Command) -> None:
        """Hand over a command; returns at once."""
        with self._condition:
            self._commands.append(command)
            if isinstance(command, _INTERRUPTING):
                self._interrupted.set()
            self._condition.notify()

    def close(self, timeout_s: float = 5.0) -> bool:
        """Stop the thread and its background work; may be called again.

        Returns
        -------
        bool
            True if the thread has ended within the limit.
        """
        if self._thread.ident is None:
            self._close_helpers()
            return True
        self.send(Stop())
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    @property
    def alive(self) -> bool:
        """True while the thread runs."""
        return self._thread.is_alive()

    # --- everything below runs on the worker thread ---------------------------------------

    def _close_helpers(self) -> None:
        self._observers.close()
        self._compiling.close()
        self._cores.shutdown(wait=True, cancel_futures=True)

    def _work(self) -> None:
        step_aside(TRAINING_PRIORITY)
        try:
            self._publish()
            while not self._stopping:
                self._turn()
        finally:
            self._close_helpers()

    def _turn(self) -> None:
        """Obey what has come, or wait for it; then train a little; then show it."""
        commands = self._take_commands()
        for k, command in enumerate(commands):
            if isinstance(command, SeekTo) and isinstance(_at(commands, k + 1), SeekTo):
                continue  # A hand on the scrubber is elsewhere already.
            # Each by itself: one that fails must not swallow the next, which may be Stop.
            self._or_fail(lambda: self._obey_and_follow(command))  # noqa: B023  # at once
            self._acknowledged = max(self._acknowledged, command.id)
        self._or_fail(self._take_compiled)
        if commands and self._run.trainer.mini_batch > CHUNK:
            # The next step may take seconds: what was asked for is shown before.
            self._publish()
        if self._run.state is RunState.RUNNING:
            self._or_fail(self._train)
        # By the reference a slice takes longer than until the engine is loaded.
        needs = self._needs - {"surface"} if self._compiling.is_brief else self._needs
        self._or_fail(lambda: self._observers.look(self._run, needs))
        if commands or self.mailbox.wanted or self._run.state is not RunState.RUNNING:
            self._publish()

    def _or_fail(self, act: Callable[[], None]) -> bool:
        """Act; any failure becomes a state that the window can show."""
        try:
            act()
        except Exception as error:
            logger.debug("the training thread failed", exc_info=True)
            self._run.fail(error)
            return False
        return True

    def _take_commands(self) -> list[Command]:
        with self._condition:
            while not (self._commands or self._news):
                timeout = self._wait_s()
                if timeout is not None and timeout <= 0:
                    break
                self._condition.wait(timeout)
                if timeout is not None:
                    break
            commands = list(self._commands)
            self._commands.clear()
            self._news = False
            self._interrupted.clear()
        return commands

    def _wait_s(self) -> float | None:
        """Seconds until there is something to do without being told; None: for ever."""
        if self._run.state is not RunState.RUNNING:
            return self._observers.rest_s
        if not self._speed:
            return 0.0
        return min(self._next_step_at - time.monotonic(), LONGEST_WAIT_S)

    def _wake(self) -> None:
        """Called by background work that has ended, from its own thread."""
        with self._condition:
            self._news = True
            self._condition.notify()

    def _obey_and_follow(self, command: Command) -> None:
        """Obey; if another branch is trained now, what was known of the former one stays its."""
        run, before = self._run, self._run.live
        self._obey(command)
        if self._run is not run:
            self._run.begun_by = command.id
        elif run.live.id != before.id:
            run.tell_evaluations(before, self._observers.take_evaluations())
            self._observers.forget_after(min(_shared_until(before, run.live), run.trainer.step))

    def _obey(self, command: Command) -> None:  # noqa: PLR0912, PLR0915  # one branch a command
        run = self._run
        match command:
            case Run():
                run.begin()
            case RunUntil(goal=goal):
                run.run_until(goal)
            case Step(count=count):
                run.step(count)
            case StepEpoch():
                run.step_epoch()
            case Pause():
                run.pause()
            case StepBack():
                run.step_back()
                self._observers.jump()
            case SeekTo(step=step):
                run.seek(step)
                self._observers.jump()
            case Fork(settings=settings):
                run.fork(dict(settings))
            case SwitchBranch(branch=branch):
                run.switch(branch)
            case DeleteBranch(branch=branch, origin=origin):
                run.delete_branch(branch, origin)
            case RestoreBranch(branch=branch, origin=origin):
                run.restore_branch(branch, origin)
            case ChangeSettings(settings=settings):
                run.change(dict(settings))
            case MoveBall(vector=vector):
                run.move_ball(vector)
            case TakeBackMove(vector=vector):
                if run.take_back_move(vector):
                    self._observers.forget_after(run.trainer.step)
            case SetSpeed(steps_per_second=speed):
                self._set_speed(speed)
            case SetProbe(index=index):
                self._probe_index = index % len(run.base.test)
            case SetDetail(needs=needs):
                self._needs = needs
            case SetSurface(settings=settings):
                self._observers.set_surface(settings)
            case CancelSurface():
                self._observers.cancel_surface()
            case FindLearningRate():
                self._observers.rate_finder.start(run)
            case CancelLearningRate():
                self._observers.rate_finder.cancel()
            case RequestState(id=identity):
                self._state_request = identity
            case LoadCompiler():
                self._compiling.begin()
            case RequestRun(id=identity, most_keyframes=most_keyframes):
                self._run_request, self._most_keyframes = identity, most_keyframes
            case LoadRun(run=whole, dataset=dataset):
                if whole is not None:
                    self._replace_by(whole, dataset)
            case Restart(config=config, changes=changes, dataset=dataset):
                if self._replace(config, None, "", dataset):
                    self._run.plan(changes)
            case LoadState(config=config, state=state, title=title, dataset=dataset):
                self._replace(config, state, title, dataset)
            case Stop():
                self._stopping = True

    def _replace(
        self,
        config: TrainingConfig,
        state: TrainingState | None,
        title: str,
        dataset: Dataset | None,
        branches: BranchedRun | None = None,
    ) -> bool:
        """Begin another run; if it cannot be made, the present one stays as it is: False."""
        old = self._run
        try:
            data = old.base if dataset is None else dataset
            run = self._new_run(old.run_id + 1, config, state, data)
            if branches is not None:
                run.take_branches(branches)
        except (ValueError, MemoryError) as error:
            old.message = str(error) or "There is not enough memory for this network."
            return False
        run.title = title
        self._run = run
        self._probe_index %= len(data.test)
        self._observers.forget()
        return True

    def _replace_by(self, whole: BranchedRun, dataset: Dataset | None) -> None:
        """Begin a run that was saved with its branches."""
        live = next(branch for branch in whole.branches if branch.id == whole.live)
        self._replace(live.head.config, live.head.state, whole.title, dataset, whole)

    def _new_run(
        self, run_id: int, config: TrainingConfig, state: TrainingState | None, dataset: Dataset
    ) -> BranchingRun:
        """Make a run; while the engine is still being compiled, NumPy trains."""
        engine: EngineName = "numpy" if self._is_compiling else self._engine
        spread = self._cores.map
        return BranchingRun(run_id, config, dataset, state, engine, spread)

    def _take_compiled(self) -> None:
        """Go on with the compiled engine as soon as it is ready."""
        if self._compiling.take_end() is False:
            self._run.message = "The engine could not be compiled: NumPy goes on, more slowly."
        may_be_compiled = self._engine == "auto" and not self._is_compiling and is_ready()
        # Also on a branch that left where NumPy still trained. What is past is not changed.
        if may_be_compiled and not self._run.is_past and self._run.trainer.asked_engine != "auto":
            self._run.use_engine("auto")

    @property
    def _is_compiling(self) -> bool:
        return self._compiling.is_under_way

    def _set_speed(self, speed: float | None) -> None:
        if speed is not None and not speed > 0:
            self._run.message = f"The steps per second must be above 0, not {speed:g}."
            return
        self._speed = speed
        self._next_step_at = time.monotonic()

    def _train(self) -> None:
        if not self._speed:
            steps_in = self._run.steps_in
            patience = Patience(steps_in(BURST_SECONDS), FRAMES.flag)
            longest = steps_in(LONGEST_BURST_SECONDS)
            self._run.advance(longest, self._interrupted.is_set, patience)
            return
        now = time.monotonic()
        if now < self._next_step_at:
            return  # Woken by a command or by background work, before the next step is due.
        # A whole burst would show more than one step; the clock says when the next is due.
        self._next_step_at = max(self._next_step_at + 1 / self._speed, now)
        self._run.advance(1, self._interrupted.is_set)

    def _publish(self) -> None:
        def put(detail: Detail) -> None:
            snapshot = self._run.snapshot(self._acknowledged, self._observers, detail)
            if self._is_compiling:
                snapshot = dataclasses.replace(snapshot, is_compiling=True)
            if self.mailbox.acknowledged < self._run_request:
                # Until a snapshot with it was taken, as the state.
                whole = self._run.saved(self._most_keyframes)
                snapshot = dataclasses.replace(snapshot, branched_run=whole)
            self.mailbox.put(snapshot)

        # A state that was asked for goes into every snapshot until one of them was taken.
        state = self.mailbox.acknowledged < self._state_request
        if not self._or_fail(lambda: put(Detail(self._needs, self._probe_index, state))):
            # What the views want may be what failed: the sentence must get through all the same.
            put(Detail())


def _at(commands: list[Command], index: int) -> Command | None:
    return commands[index] if index < len(commands) else None


def _shared_until(one: BranchInfo, other: BranchInfo) -> int:
    """Give a step up to which two branches have the same past for certain."""
    if other.parent == one.id:
        return other.fork_step
    if one.parent == other.id:
        return one.fork_step
    return min(one.fork_step, other.fork_step)
