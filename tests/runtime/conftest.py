"""A driver of the training loop: sends commands and waits for what snapshots say."""

import dataclasses
import itertools
import threading
import time

import numpy as np
import pytest

from gdviz.runtime.snapshot import BranchNews
from gdviz.runtime.training_loop import TrainingLoop
from gdviz.training.trainer import Trainer

LIMIT_S = 60.0


class Driver:
    """The reader of one loop: keeps every snapshot's news, as the window's session does."""

    def __init__(self, dataset, config, state=None, engine="auto", **options):
        self.loop = TrainingLoop(dataset, config, state, engine, **options)
        self.ids = itertools.count(1)
        self.snapshot = None
        self.pieces = []
        self.evaluations = []

    def start(self):
        self.loop.start()
        self.until(lambda s: s.acknowledged == 0)
        return self

    def poll(self):
        snapshot = self.loop.mailbox.take()
        if snapshot is None:
            return None
        if self.snapshot is None or snapshot.run_id != self.snapshot.run_id:
            self.pieces, self.evaluations = [], []
            self.branch, self.left = snapshot.branch, {}
        for news in snapshot.earlier:
            self.follow(news)
            if news.rewound_to is not None:
                self.cut(news.rewound_to)
            self.pieces.append(news.records)
            self.evaluations.extend(news.evaluations)
        for info in snapshot.branches:
            if info.id == snapshot.branch:
                self.follow(BranchNews(info.id, info.parent, info.fork_step, snapshot.records))
        if snapshot.rewound_to is not None:
            self.cut(snapshot.rewound_to)
        self.pieces.append(snapshot.records)
        self.evaluations.extend(snapshot.evaluations)
        self.snapshot = snapshot
        return snapshot

    def cut(self, step):
        self.pieces = [rows[rows["step"] <= step] for rows in self.pieces]

    def follow(self, news):
        """Take up another branch, with what it shares with the one that was left."""
        if news.branch != self.branch:
            self.left[self.branch] = self.pieces
            known = self.left.get(news.branch)
            self.branch = news.branch
            self.pieces = list(self.left.get(news.parent, []) if known is None else known)
            if known is None:
                self.cut(news.fork_step)

    def until(self, predicate):
        """Read until a snapshot fulfils the predicate; the limit fails the test."""
        deadline = time.monotonic() + LIMIT_S
        nothing = threading.Event()
        if self.snapshot is not None and predicate(self.snapshot):
            return self.snapshot
        while time.monotonic() < deadline:
            snapshot = self.poll()
            if snapshot is not None and predicate(snapshot):
                return snapshot
            if snapshot is None:
                nothing.wait(0.002)
        raise AssertionError(f"not reached within {LIMIT_S:g} s; last: {self.snapshot}")

    def post(self, command):
        """Send without reading."""
        identity = next(self.ids)
        self.loop.send(dataclasses.replace(command, id=identity))
        return identity

    def send(self, command):
        """Send, and give the first snapshot that shows the effect."""
        identity = self.post(command)
        return self.until(lambda s: s.acknowledged >= identity)

    def rest(self, command):
        """Send, and give the first snapshot after it in which nothing runs."""
        identity = self.post(command)
        return self.until(lambda s: s.acknowledged >= identity and s.state != "running")

    @property
    def records(self):
        return np.concatenate(self.pieces)


@pytest.fixture
def drive(blobs, small_config):
    """Give started drivers; all are closed when the test ends."""
    drivers = []

    def make(config=small_config, dataset=blobs, state=None, engine="auto", **options):
        drivers.append(Driver(dataset, config, state, engine, **options))
        return drivers[-1].start()

    yield make
    for driver in drivers:
        assert driver.loop.close(), "the training thread did not end"


@pytest.fixture
def straight(blobs, small_config):
    """Give a trainer moved without any thread, and its records."""

    def run(steps, config=small_config, dataset=blobs, changes=()):
        trainer = Trainer(config, dataset)
        pieces = []
        while trainer.step < steps and trainer.diverged_at is None:
            for at, value in changes:
                if at == trainer.step:
                    trainer.set_learning_rate(value)
            pieces.append(trainer.advance(1))
        records = np.concatenate(pieces) if pieces else None
        return trainer, records

    return run


def _bytes_of(state):
    return (
        state.parameters.vector.tobytes(),
        state.optimizer_state.tobytes(),
        state.optimizer_step,
        state.step,
        state.epoch,
        state.position,
        state.marks,
    )


@pytest.fixture
def state_bytes():
    """Give the function that gives everything that makes a state, for equality to the bit."""
    return _bytes_of
