"""Saving, stopping and going on at random points, against a run that never stopped.

Everything is compared: parameters, the optimizer's memory, counters, marks, every row of the
curves, and what the smoothed cost is. The settings are drawn too, and change on the way.
"""

from __future__ import annotations

import hashlib
import random
from typing import Any, NamedTuple

import numpy as np
from fault_report import Tried

from gdviz.analysis.history import CurveHistory
from gdviz.analysis.history_arrays import history_arrays, history_of
from gdviz.data.dataset import Dataset, checked_dataset
from gdviz.nn.optimizers import OPTIMIZERS
from gdviz.nn.schedules import SCHEDULES
from gdviz.storage.sessions import SavedBranch, SavedSession, session_bytes, session_of
from gdviz.training.branches import BranchState
from gdviz.training.config import TrainingConfig
from gdviz.training.trainer import Trainer

N_STEPS = 60
"""Three epochs."""
LONGEST_BURST = 9
ENGINES = ("compiled", "numpy")

Run = tuple[Trainer, CurveHistory]


class Case(NamedTuple):
    """A run with what happens on its way."""

    config: TrainingConfig
    changes: dict[int, dict[str, Any]]
    stops: list[int]
    engine: Any
    seed: int


def resumes(count: int, seed: int) -> list[Tried]:
    """Stop runs at random points and go on from what was saved; each optimizer in turn."""
    dataset = images(seed)
    rows = {
        name: Tried("R5", f"{name}: gone on from a session at a random step") for name in OPTIMIZERS
    }
    for number in range(count):
        generator = random.Random(f"{seed} {number}")  # noqa: S311  # settings, no secrets
        optimizer = list(OPTIMIZERS)[number % len(OPTIMIZERS)]
        row = rows[optimizer]
        case = _case(generator, optimizer, ENGINES[number // len(OPTIMIZERS) % len(ENGINES)])
        straight, stopped = _taken(case, dataset, []), _taken(case, dataset, case.stops)
        row.count += 1
        row.expect(steps_taken(straight) == steps_taken(stopped), f"other steps: {case}")
        # How a run is cut into bursts is seen in the last bits of the smoothed cost.
        means = [history.smoothed for _, history in (straight, stopped)]
        row.expect(np.allclose(*means, rtol=1e-5), f"another smoothed cost: {case}")
    return list(rows.values())


def images(seed: int) -> Dataset:
    """Give three kinds of 4x4 images, 320 of them."""
    generator = np.random.default_rng(seed)
    centers = generator.integers(0, 256, (3, 16))

    def drawn(count: int) -> tuple[Any, Any]:
        labels = generator.integers(0, 3, count)
        noise = generator.normal(0, 40, (count, 16))
        return np.clip(centers[labels] + noise, 0, 255).astype(np.uint8), labels

    return checked_dataset("blobs", "blobs", drawn(320), drawn(30))


def steps_taken(run: Run) -> str:
    """Give a digest of all that the steps of a run have made."""
    trainer, history = run
    state = trainer.state()
    said = (
        trainer.config, trainer.engine_name, state.step, state.epoch, state.position,
        state.optimizer_step, state.marks, history.restarts,
    )  # fmt: skip
    digest = hashlib.sha256(repr(said).encode())
    for array in (state.parameters.vector, state.optimizer_state, history.records):
        digest.update(array.tobytes())
    return digest.hexdigest()


def _case(generator: random.Random, optimizer: str, engine: str) -> Case:
    """Draw a configuration, what is changed at two steps, and where it is stopped."""
    config = TrainingConfig(
        layer_sizes=(16, 8, 3),
        optimizer=optimizer,
        learning_rate=generator.uniform(0.001, 0.05),
        schedule=generator.choice(list(SCHEDULES)),
        schedule_epochs=3.0,
        mini_batch=16,
        epochs=3,
        seed=generator.randrange(1000),
        l2=generator.choice([0.0, 1e-3]),
        dropout=generator.choice([0.0, 0.25]),
        augment_shift=generator.choice([0.0, 1.0]),
        augment_rotation=generator.choice([0.0, 20.0]),
        augment_noise=generator.choice([0.0, 0.1]),
    )
    kinds: list[dict[str, Any]] = [
        {"learning_rate": generator.uniform(0.001, 0.05)},
        {"dropout": 0.5},
        {"cost": "cross_entropy"},
        {"optimizer": generator.choice(list(OPTIMIZERS))},
    ]
    steps = generator.sample(range(1, N_STEPS), 2)
    changes = {step: generator.choice(kinds) for step in sorted(steps)}
    stops = sorted(generator.sample(range(N_STEPS), 2))
    return Case(config, changes, stops, engine, generator.randrange(10**6))


def _taken(case: Case, dataset: Dataset, stops: list[int]) -> Run:
    """Take a run in bursts of any size; at each stop it is saved, forgotten and opened again."""
    generator = random.Random(case.seed)  # noqa: S311  # sizes, no secrets
    run = Trainer(case.config, dataset, engine=case.engine), CurveHistory(2, 1024)
    for until in sorted({*stops, *case.changes, N_STEPS}):
        trainer, history = run
        while trainer.step < until:
            burst = min(generator.randint(1, LONGEST_BURST), until - trainer.step)
            history.append(trainer.advance(burst))
        if until in case.changes:
            trainer.change(trainer.config.replace(**case.changes[until]))
            if "cost" in case.changes[until]:
                history.restart_smoothing(until)
        if until in stops:
            run = _saved_and_opened(run, dataset)
    return run


def _saved_and_opened(run: Run, dataset: Dataset) -> Run:
    trainer, history = run
    head = trainer.keyframe()
    branch = SavedBranch(BranchState(1, None, 0, head, (head,)), history_arrays(history))
    opened = session_of(session_bytes(SavedSession((branch,), 1)), "the session").live_branch
    assert opened.history is not None
    head = opened.state.head
    engine: Any = head.engine
    return Trainer(head.config, dataset, head.state, engine), history_of(opened.history)
