"""What the worker shows: one frozen value with private, read-only arrays.

Records, evaluations and marks are never lost between two snapshots; everything else is the
newest. Any thread may read a snapshot; nobody may write to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from gdviz.analysis.cost_surface import CostSurface
from gdviz.analysis.surface_picture import SurfacePicture
from gdviz.data.dataset import Dataset
from gdviz.nn.parameters import FloatArray, Parameters
from gdviz.runtime.noise_watch import NO_NOISE, GradientNoise
from gdviz.runtime.rate_finder import NO_SEARCH, RateSearch
from gdviz.runtime.surroundings import NO_SURROUNDINGS, Surroundings
from gdviz.training.branches import FIRST_BRANCH, BranchedRun, BranchInfo
from gdviz.training.config import TrainingConfig
from gdviz.training.evaluation import Evaluation
from gdviz.training.goal import Goal
from gdviz.training.state import Mark, TrainingState


class RunState(StrEnum):
    """What the worker is doing."""

    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    DIVERGED = "diverged"
    FAILED = "failed"


@dataclass(frozen=True, eq=False, slots=True)
class Probe:
    """One test image through the network.

    Parameters
    ----------
    index : int
        Row of the test split.
    label : int
    activations : tuple of ndarray
        Of each layer with weights, first to last; the last are the outputs.
    cost : float
        Of this example: the sum over the outputs.
    squared_differences : ndarray of shape (n_out,)
        (output − target)², whatever the cost of the run is.
    """

    index: int
    label: int
    activations: tuple[FloatArray, ...]
    cost: float
    squared_differences: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class BranchNews:
    """What a branch that was left had still to tell.

    Parameters
    ----------
    branch : int
    parent : int or None
    fork_step : int
    records : structured ndarray
    evaluations : tuple of Evaluation
    rewound_to : int or None
        As in `Snapshot`; holds before the records.
    """

    branch: int
    parent: int | None
    fork_step: int
    records: npt.NDArray[Any]
    evaluations: tuple[Evaluation, ...] = ()
    rewound_to: int | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Snapshot:
    """The newest state of a run.

    Parameters
    ----------
    run_id : int
        Changes at every restart and load; snapshots of another run are dropped.
    state : RunState
    acknowledged : int
        Id of the last command obeyed: what all up to it did is shown here.
    config : TrainingConfig
        As it is now; the learning rate may differ from the start's.
    step : int
        Mini-batches since the start of the run.
    epoch : float
        Passes over the training examples.
    parameters : Parameters
    records : structured ndarray, `gdviz.training.records.record_dtype`
        One row a step since the last snapshot taken, or since `rewound_to`.
    rewound_to : int or None
        If not None, rows of steps after this are void: the run stepped back.
    n_moves : int
        Rises whenever the network is moved by hand, or back: the step may be the same then.
    path_from : int or None
        Step at which the network was moved last; its path begins there. None: it never was.
    marks : tuple of Mark
        All of the run.
    evaluations : tuple of Evaluation
        Since the last snapshot taken.
    examples_per_second : float
        0 while not running, and in the first tenth of a second, when none was measured yet.
    gradient : Parameters or None
        Of the mini-batch that the last step took. `gradient_is_next`: no step has been taken
        since the run began or was loaded, and it is of the mini-batch to be taken next.
    gradient_examples : int
        Examples of that mini-batch over which the gradient is the mean: all of them, but of a
        next mini-batch that is too large to be computed at once only the first.
    gradient_batch : int
        Examples in that mini-batch.
    gradient_is_next : bool
    probe : Probe or None
    surface_picture : SurfacePicture or None
        The newest finished slice of this run, ready to be drawn; `surface` is the slice itself.
    surface_progress : float or None
        0 to 1 while a slice is being computed.
    surface_failed_at : int or None
        The step at which the newest attempt found that no slice can be computed: none is to be
        waited for. None while another is being computed, and once one is finished.
    surroundings : Surroundings
        What the surface's extras have found.
    gradient_noise : GradientNoise
        Mini-batches beside the full gradient, as looked at while somebody watched.
    training_state : TrainingState or None
        Complete, to be saved, and exactly at `step`. Present in every snapshot that is not
        RUNNING, and in the first that acknowledges a `RequestState`, RUNNING or not. While
        RUNNING it is a further copy of all arrays, made only when it was asked for.
    engine : str
        ``"compiled"`` or ``"numpy"``.
    is_compiling : bool
        The compiled engine is being loaded or made; it takes over as soon as it is ready.
    message : str
        A sentence: why the run diverged or failed, or what is being waited for.
    title : str
        File from which the run was opened, or empty.
    goal : Goal or None
        What the run runs until, or will when it goes on.
    is_goal_reached : bool
        The run stands where it reached its goal, and `message` says which.
    rate_search : RateSearch
        The sweep of learning rates: how far it is, and the newest one of this run.
    branch : int
        Id of the branch that is shown; another one has another history.
    head_step : int
        The newest step of that branch; `step` is before it while its past is looked at.
    start_step : int
        The first step that can be looked at.
    branches : tuple of BranchInfo
        All of the run but the deleted ones, by rising id; the same object until one changes.
    keyframe_steps : tuple of int
        Steps of the branch that are found without replaying; empty while running.
    timeline_bytes : int
        Memory that all keyframes of all branches take.
    branched_run : BranchedRun or None
        In the first snapshot that acknowledges a `RequestRun`.
    earlier : tuple of BranchNews
        What came of other branches before they were left, oldest first.
    begun_by : int
        Id of the command that the run began with; 0: the first.
    origin : int
        The `run_id` that the run had at first: another one since it was replaced and had back.
    dataset : Dataset or None
        What the run is about, before labels were shuffled; shared by all its snapshots.
    """

    run_id: int
    state: RunState
    acknowledged: int
    config: TrainingConfig
    step: int
    epoch: float
    parameters: Parameters
    records: npt.NDArray[Any]
    rewound_to: int | None = None
    n_moves: int = 0
    path_from: int | None = None
    marks: tuple[Mark, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    examples_per_second: float = 0.0
    gradient: Parameters | None = None
    gradient_examples: int = 0
    gradient_batch: int = 0
    gradient_is_next: bool = False
    probe: Probe | None = None
    surface_picture: SurfacePicture | None = None
    surface_progress: float | None = None
    surface_failed_at: int | None = None
    surroundings: Surroundings = NO_SURROUNDINGS
    gradient_noise: GradientNoise = NO_NOISE
    training_state: TrainingState | None = None
    engine: str = "compiled"
    is_compiling: bool = False
    message: str = ""
    title: str = ""
    goal: Goal | None = None
    is_goal_reached: bool = False
    rate_search: RateSearch = NO_SEARCH
    branch: int = FIRST_BRANCH
    head_step: int = 0
    start_step: int = 0
    branches: tuple[BranchInfo, ...] = ()
    keyframe_steps: tuple[int, ...] = ()
    timeline_bytes: int = 0
    branched_run: BranchedRun | None = None
    earlier: tuple[BranchNews, ...] = ()
    begun_by: int = 0
    origin: int = 0
    dataset: Dataset | None = None

    @property
    def is_past(self) -> bool:
        """Whether it shows a step before the newest one of its branch."""
        return self.step < self.head_step

    @property
    def surface(self) -> CostSurface | None:
        """The newest finished slice of this run."""
        return self.surface_picture.surface if self.surface_picture else None


EMPTY_RECORDS: npt.NDArray[Any] = np.empty(0)
