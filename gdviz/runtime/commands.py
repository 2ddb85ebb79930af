"""What the window may ask of the worker: small frozen values, each with an increasing id.

A command is obeyed between two mini-batches. The first snapshot whose `Snapshot.acknowledged`
is at least its id shows what obeying it did; what it only begins (steps, an evaluation, a
surface) may still be under way there. Any thread may build one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gdviz.analysis.vectors import Normalize
from gdviz.data.dataset import Dataset
from gdviz.nn.parameters import FloatArray
from gdviz.training.branches import FIRST_BRANCH, BranchedRun
from gdviz.training.config import TrainingConfig
from gdviz.training.goal import Goal
from gdviz.training.state import TrainingState

MOST_IMAGES = 0
"""As a number of images: all that there are."""


@dataclass(frozen=True, eq=False, slots=True)
class OtherNetwork:
    """Another network of the same layers, to which a line is drawn.

    Parameters
    ----------
    vector : ndarray of shape (P,)
        Its weights and biases; not written to.
    title : str
        What it is called.
    """

    vector: FloatArray
    title: str


@dataclass(frozen=True, slots=True)
class SurfaceSettings:
    """What the cost surface shall show.

    Parameters
    ----------
    kind : str
        A key of `gdviz.analysis.directions.DIRECTIONS`.
    follow : bool
        True: the plane is chosen anew at each refresh. False: it is held where it is.
    resolution : int
        Points along the longer axis of the grid, 5 to 201.
    n_examples : int
        Training images on which the cost is computed, from the first; `MOST_IMAGES` for all.
    aspect : float
        Width over height of the picture.
    draw : int
        Which random directions are drawn; another number, another draw.
    normalize : str
        A key of `gdviz.analysis.vectors.NORMALIZE`, for what is drawn at random.
    weights : pair of int, optional
        Positions in `Parameters.vector` of the two chosen weights.
    other : OtherNetwork, optional
        The other network of the line.
    extras : frozenset of str
        What else is wanted, see `gdviz.runtime.landscape.EXTRAS`.
    race : int
        Another number asks for another race of optimizers, from where the network is then.
    """

    kind: str = "principal"
    follow: bool = True
    resolution: int = 41
    n_examples: int = 1000
    aspect: float = 1.35
    draw: int = 0
    normalize: Normalize = "neuron"
    weights: tuple[int, int] | None = None
    other: OtherNetwork | None = None
    extras: frozenset[str] = frozenset()
    race: int = 0


@dataclass(frozen=True, slots=True)
class Command:
    """Base of all commands; `id` is given by the session that sends it."""

    id: int = field(default=0, kw_only=True)


@dataclass(frozen=True, slots=True)
class Run(Command):
    """Train until told otherwise, or until the configured number of epochs is done.

    With a goal that is not reached yet: until that, as after a pause.
    """


@dataclass(frozen=True, slots=True)
class RunUntil(Command):
    """Train until a goal is reached, in place of the configured number of epochs, then pause.

    The goal outlives pauses and steps, until it is reached, another one is set, or another run
    begins. One that is met already is said to be, and nothing runs. None gives up the present
    goal and changes nothing else.
    """

    goal: Goal | None = None


@dataclass(frozen=True, slots=True)
class Pause(Command):
    """Stop between two mini-batches and publish the exact state."""


@dataclass(frozen=True, slots=True)
class Step(Command):
    """Take exactly `count` mini-batches, then pause; more are added to those still to be taken."""

    count: int = 1


@dataclass(frozen=True, slots=True)
class StepEpoch(Command):
    """Go on to the end of the epoch, then pause; the epoch in which steps under way would end."""


@dataclass(frozen=True, slots=True)
class StepBack(Command):
    """Look at the step before, exactly, as `SeekTo` does."""


@dataclass(frozen=True, slots=True)
class SeekTo(Command):
    """Stand at any step that the branch has taken, exactly, paused; nothing is lost.

    Before its newest step the snapshot says ``is_past``. There `Step` and `StepEpoch` go forward
    on the way that was taken, and whatever would make another future (`Run`, `RunUntil`,
    `ChangeSettings`, `MoveBall`) forks first.

    Parameters
    ----------
    step : int
        Taken into the range from the run's start to the branch's newest step.
    """

    step: int = 0


@dataclass(frozen=True, slots=True)
class Fork(Command):
    """Begin another branch where the network stands, paused; the present one is kept whole.

    Parameters
    ----------
    settings : tuple of (str, value)
        What is changed there, as in `ChangeSettings`. If it cannot be, nothing is forked.
    """

    settings: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class SwitchBranch(Command):
    """Go to the newest step of another branch, paused; the present one is kept."""

    branch: int = FIRST_BRANCH


@dataclass(frozen=True, slots=True)
class DeleteBranch(Command):
    """Put a branch away that is not the live one; `RestoreBranch` brings it back.

    Parameters
    ----------
    branch : int
    origin : int
        That of its run, see `gdviz.runtime.snapshot.Snapshot`: in another run nothing happens but
        a sentence. 0: of whichever run is there.
    """

    branch: int = FIRST_BRANCH
    origin: int = 0


@dataclass(frozen=True, slots=True)
class RestoreBranch(Command):
    """Bring a deleted branch back; the last few deleted ones are kept for that.

    For its parameters see `DeleteBranch`.
    """

    branch: int = FIRST_BRANCH
    origin: int = 0


@dataclass(frozen=True, slots=True)
class RequestRun(Command):
    """Show the whole run once, without pausing: the answer carries `Snapshot.branched_run`.

    Parameters
    ----------
    most_keyframes : int
        Of each branch, its first among them; evenly spread.
    """

    most_keyframes: int = 1


@dataclass(frozen=True, slots=True)
class LoadRun(Command):
    """Begin a run that was saved with all its branches, at the newest step of one, paused.

    Parameters
    ----------
    run : BranchedRun
    dataset : Dataset, optional
        See `Restart`.
    """

    run: BranchedRun | None = None
    dataset: Dataset | None = None


@dataclass(frozen=True, slots=True)
class ChangeSettings(Command):
    """Change settings from the next step on; each change is marked.

    Parameters
    ----------
    settings : tuple of (str, value)
        Fields of `TrainingConfig` and what they shall be. If one of them can only be had by
        another run (`gdviz.training.marks.STARTING`), or they do not go together, nothing is
        changed and the snapshot says why.
    """

    settings: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class MoveBall(Command):
    """Put the network at another point of parameter space, at rest; it may train on from there.

    Parameters
    ----------
    vector : ndarray of shape (P,)
        All weights and biases, in the order of `Parameters.vector`; not written to afterwards.
        If it does not fit, nothing is moved and the snapshot says why.
    """

    vector: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class TakeBackMove(Command):
    """Go back to before the network was moved last, and drop what it has done since.

    Parameters
    ----------
    vector : ndarray of shape (P,), optional
        That of the `MoveBall` that is meant. If a step back has gone over it, an earlier one is
        not taken back in its place.
    """

    vector: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class SetSpeed(Command):
    """Limit the steps per second; None lifts the limit. Never changes the numbers."""

    steps_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class SetProbe(Command):
    """Choose the test image whose activations the snapshots carry."""

    index: int = 0


@dataclass(frozen=True, slots=True)
class SetDetail(Command):
    """Say what visible views want.

    Any of ``gradient``, ``probe``, ``evaluation``, ``surface``, ``gradient_noise``.
    """

    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SetSurface(Command):
    """Change what the cost surface shows."""

    settings: SurfaceSettings = SurfaceSettings()


@dataclass(frozen=True, slots=True)
class CancelSurface(Command):
    """Give up the slice under way; another is begun when the network or the settings change."""


@dataclass(frozen=True, slots=True)
class FindLearningRate(Command):
    """Sweep the learning rate on a copy of the run as it is now; training is not affected."""


@dataclass(frozen=True, slots=True)
class CancelLearningRate(Command):
    """Give up the sweep under way."""


@dataclass(frozen=True, slots=True)
class RequestState(Command):
    """Show the complete state once, without pausing: the answer carries `training_state`."""


@dataclass(frozen=True, slots=True)
class LoadCompiler(Command):
    """Begin to load the compiler, if that has waited: see `TrainingLoop`."""


@dataclass(frozen=True, slots=True)
class Restart(Command):
    """Begin a new run of this configuration, at step 0, paused.

    Parameters
    ----------
    config : TrainingConfig
    changes : tuple of (step, settings)
        What is changed on the way, as in `ChangeSettings`, by rising step: another run is taken
        again.
    dataset : Dataset, optional
        What it is trained on, as ``config.data`` says; by default what the run before it was.
    """

    config: TrainingConfig = field(default_factory=TrainingConfig)
    changes: tuple[tuple[int, tuple[tuple[str, Any], ...]], ...] = ()
    dataset: Dataset | None = None


@dataclass(frozen=True, slots=True)
class LoadState(Command):
    """Begin a new run at a given state, paused: an opened file. For `dataset` see `Restart`."""

    config: TrainingConfig = field(default_factory=TrainingConfig)
    state: TrainingState | None = None
    title: str = ""
    dataset: Dataset | None = None


@dataclass(frozen=True, slots=True)
class Stop(Command):
    """End the thread."""
