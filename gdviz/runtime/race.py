"""Several optimizers from where the network stands, each on a copy, to be seen on one map.

Runs on a background thread.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from gdviz.data.dataset import read_only
from gdviz.engine import example_results
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.parameters import FloatArray
from gdviz.runtime.background_job import BackgroundJob, Cancelled
from gdviz.training.state import state_of
from gdviz.training.trainer import Trainer

if TYPE_CHECKING:
    from gdviz.runtime.landscape_work import Site


class Racer(NamedTuple):
    """One that takes part: a key of `OPTIMIZERS`, and its learning rate."""

    optimizer: str
    learning_rate: float


RACERS = (
    Racer("gradient_descent", 0.5),
    # With a velocity that keeps nine tenths a step becomes ten times as long in the end.
    Racer("momentum", 0.05),
    Racer("adam", 0.003),
)
"""With learning rates that suit the lesson's network. The run's own optimizer keeps its own."""
LEAST_STEPS, MOST_STEPS = 100, 2000
"""A race goes over one epoch, within these."""
KEPT_POINTS = 64
"""Closer at the beginning, where the ways part."""
LONGEST_S = 5.0
"""What one of them may take: large steps are fewer."""


@dataclass(frozen=True, eq=False, slots=True)
class RacePath:
    """Where one of them went; arrays are read-only.

    Parameters
    ----------
    optimizer : str
    learning_rate : float
    steps : ndarray of shape (m,)
        Steps taken at each point, the first 0.
    points : float32 ndarray of shape (m, P)
    cost : float
        At its end, on the first `n_examples` training images.
    n_examples : int
    has_diverged : bool
        Its end is the last finite network.
    """

    optimizer: str
    learning_rate: float
    steps: npt.NDArray[np.int64]
    points: FloatArray
    cost: float
    n_examples: int
    has_diverged: bool

    @property
    def title(self) -> str:
        """For example ``Adam, η 0.003``."""
        return f"{OPTIMIZERS[self.optimizer].title}, η {self.learning_rate:g}"


def run_race(site: Site, job: BackgroundJob[tuple[RacePath, ...]]) -> tuple[RacePath, ...]:
    """Let all start at rest from where the network stands, over the same mini-batches.

    Raises
    ------
    Cancelled
        If the job was told to stop.
    """
    paths = []
    for index, racer in enumerate(RACERS):

        def tell(share: float, index: int = index) -> None:
            job.progress = (index + share) / len(RACERS)

        paths.append(_path_of(racer, site, job, tell))
    return tuple(paths)


def _path_of(
    racer: Racer,
    site: Site,
    job: BackgroundJob[tuple[RacePath, ...]],
    tell: Callable[[float], None],
) -> RacePath:
    own = site.config.optimizer == racer.optimizer
    rate = site.config.learning_rate if own else racer.learning_rate
    config = site.config.replace(optimizer=racer.optimizer, learning_rate=rate, schedule="constant")
    start = dataclasses.replace(
        state_of(config, site.parameters), epoch=site.state.epoch, position=site.state.position
    )
    trainer = Trainer(config, site.dataset, start, site.engine)
    n_steps = min(max(trainer.steps_per_epoch, LEAST_STEPS), MOST_STEPS)
    kept = np.unique((n_steps * np.linspace(0, 1, KEPT_POINTS) ** 2).astype(np.int64))
    points = [trainer.parameters.vector]
    began = time.monotonic()
    for step in kept[1:].tolist():
        while trainer.step < step and trainer.diverged_at is None:
            trainer.advance(step - trainer.step, job.should_stop)
            if job.cancelled:
                raise Cancelled
        points.append(trainer.parameters.vector)
        tell(step / n_steps)
        if trainer.diverged_at is not None or time.monotonic() - began > LONGEST_S:
            break
    examples = site.examples(site.settings.n_examples)
    costs, _ = example_results(
        config.architecture, trainer.parameters, examples.images, examples.labels, config.cost
    )
    return RacePath(
        racer.optimizer,
        rate,
        read_only(kept[: len(points)]),
        read_only(np.stack(points)),
        float(costs.mean()),
        len(examples),
        trainer.diverged_at is not None,
    )
