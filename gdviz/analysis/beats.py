"""One step in four beats: forward, cost, gradient, update, over an example, a mini-batch or all.

Everything is worked out on a copy, by the arithmetic that trains: the examples as the present
epoch shows them (augmented, and with dropout's masks), the optimizer with its memory, the
penalties and the schedule. The run itself is not touched. Any thread may call.

Next: `beat_diagrams`, which lays the beats out as diagrams, and `exact_rows`, as numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gdviz.analysis.forward_means import Floats, ForwardMeans, forward_means, joined
from gdviz.data.dataset import Dataset, read_only
from gdviz.engine import Examples
from gdviz.engine.engine import CHUNK, EngineName, scaled
from gdviz.nn.dropout import keep_mask
from gdviz.nn.parameters import FloatArray, Parameters
from gdviz.training.config import TrainingConfig
from gdviz.training.epochs import EpochExamples, Rows
from gdviz.training.state import TrainingState
from gdviz.training.stepper import make_stepper
from gdviz.training.trainer import Trainer

Scope = Literal["example", "mini_batch", "all"]
SCOPES: tuple[Scope, ...] = ("example", "mini_batch", "all")


@dataclass(frozen=True, eq=False, slots=True)
class Beats:
    """One step, before it is taken.

    Parameters
    ----------
    scope : {"example", "mini_batch", "all"}
    config : TrainingConfig
    state : TrainingState
        Before the step.
    position : int
        Of one example: which of the next mini-batch, from 0. Else 0.
    n_batch : int
        Examples in the next mini-batch.
    row : int or None
        Of one example: its row of the training data.
    label : int or None
    forward : ForwardMeans
    gradient : Parameters
        ∇C over these examples, without the penalties.
    learning_rate : float
        η of this step, its schedule's factor included.
    after : Parameters or None
        Where the step leads; None if the cost or the step is not finite.
    cost_after : float or None
        C of the same examples there.
    """

    scope: Scope
    config: TrainingConfig
    state: TrainingState
    position: int
    n_batch: int
    row: int | None
    label: int | None
    forward: ForwardMeans
    gradient: Parameters
    learning_rate: float
    after: Parameters | None
    cost_after: float | None

    @property
    def before(self) -> Parameters:
        """Where the step begins."""
        return self.state.parameters

    @property
    def step(self) -> Floats:
        """What is added to each parameter, shape (P,): new W − W. NaN if there is no new W."""
        if self.after is None:
            return np.full(self.before.layout.size, np.nan)
        return self.after.vector.astype(np.float64) - self.before.vector

    @property
    def downhill(self) -> Floats:
        """−η∇C, shape (P,): the step of plain gradient descent without penalties."""
        return -self.learning_rate * self.gradient.vector.astype(np.float64)

    @property
    def is_plain(self) -> bool:
        """Whether the step is −η∇C: plain gradient descent, and no penalty."""
        config = self.config
        return config.optimizer == "gradient_descent" and not (config.l1 or config.l2)


class Unwanted(Exception):  # noqa: N818  # not an error: whoever asked was answered by stopping
    """Raised where `should_stop` said so."""


def beats_of(
    config: TrainingConfig,
    dataset: Dataset,
    state: TrainingState,
    engine: EngineName,
    scope: Scope,
    position: int = 0,
    should_stop: Callable[[], bool] = lambda: False,
) -> Beats:
    """Work a step out, before it is taken.

    Parameters
    ----------
    config : TrainingConfig
    dataset : Dataset
        As it is trained on: shuffled labels are shuffled already.
    state : TrainingState
        Not written to.
    engine : {"auto", "compiled", "numpy"}
        The one that trains: another one's sums differ in the last bits.
    scope : {"example", "mini_batch", "all"}
        ``mini_batch``: exactly the next step of the run, bit for bit. Else what one step with
        the gradient over other examples would be, by the same optimizer with its memory.
    position : int
        Of one example: which of the next mini-batch; taken into its range.
    should_stop : callable
        Asked now and then.

    Raises
    ------
    Unwanted
        If told to stop.
    """
    trainer = Trainer(config, dataset, state, engine)
    learning_rate, n_batch = trainer.next_learning_rate, trainer.next_mini_batch
    place = trainer.epoch, trainer.position
    epoch = EpochExamples(dataset, trainer.n_examples)
    examples = epoch.of_epoch(config, place[0], trainer.engine_name)
    rows = epoch.order[place[1] : place[1] + n_batch]
    position = min(max(position, 0), n_batch - 1) if scope == "example" else 0
    if scope == "example":
        rows = rows[position : position + 1]
    elif scope == "all":
        rows = np.arange(trainer.n_examples)
    means = _means(config, state.parameters, examples, rows, should_stop)
    taken = (examples, rows)
    after: Parameters | None
    if scope == "mini_batch" and (next_step := _next_step(trainer, should_stop)) is not None:
        gradient, after = next_step
    else:
        gradient, after = _other_step(config, state, engine, taken, learning_rate, should_stop)
    there = None if after is None else _means(config, after, examples, rows, should_stop)
    is_one = scope == "example"
    return Beats(
        scope,
        config,
        state,
        position,
        n_batch,
        int(rows[0]) if is_one else None,
        int(examples.labels[rows[0]]) if is_one else None,
        means,
        gradient,
        learning_rate,
        after,
        None if there is None else there.cost,
    )


def _next_step(
    trainer: Trainer, should_stop: Callable[[], bool]
) -> tuple[Parameters, Parameters] | None:
    """Take the run's next step with a copy of its trainer; None if it is not finite."""
    if len(trainer.advance(1, should_stop)):
        return trainer.gradient, trainer.parameters
    if trainer.diverged_at is None:
        raise Unwanted
    return None


def _other_step(
    config: TrainingConfig,
    state: TrainingState,
    engine: EngineName,
    taken: tuple[Examples, Rows],
    learning_rate: float,
    should_stop: Callable[[], bool],
) -> tuple[Parameters, Parameters | None]:
    """Take a step with the gradient over other examples, by the run's optimizer."""
    layout = state.parameters.layout
    made = make_stepper(config, engine, min(len(taken[1]), CHUNK), map).engine
    made.load(state.parameters.vector, state.optimizer_state, state.optimizer_step)
    found = made.large_gradient(*taken, should_stop)
    if found is None:
        raise Unwanted
    gradient = Parameters(read_only(made.unpacked(found[1])), layout)
    made.update(found[1], learning_rate, np.zeros(layout.n_layers, np.float32))
    after = Parameters(read_only(made.vector), layout) if made.is_finite else None
    return gradient, after if np.isfinite(found[0]) else None


def _means(
    config: TrainingConfig,
    parameters: Parameters,
    examples: Examples,
    rows: Rows,
    should_stop: Callable[[], bool],
) -> ForwardMeans:
    """Send some rows through the reference, a chunk at a time, and give means over them."""
    architecture, total = config.architecture, None
    for start in range(0, len(rows), CHUNK):
        if should_stop():
            raise Unwanted
        chunk = rows[start : start + CHUNK]
        pictures = examples.pictures
        images = scaled(examples.images[chunk]) if pictures is None else pictures(chunk)
        labels, masks = examples.labels[chunk], _masks(config, chunk, examples.dropout_key)
        part = forward_means(architecture, parameters, images, labels, config.cost, masks)
        total = part if total is None else joined(total, part)
    assert total is not None, "there is at least one example"
    return total


def _masks(config: TrainingConfig, rows: Rows, key: int) -> Sequence[FloatArray] | None:
    if not config.dropout:
        return None
    hidden = config.layer_sizes[1:-1]
    return [keep_mask(key, rows, k, size, config.dropout) for k, size in enumerate(hidden)]
