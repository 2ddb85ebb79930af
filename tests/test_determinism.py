"""The same configuration gives the same bytes, whoever runs it and in whatever pieces."""

import hashlib
import json
import os
import subprocess
import sys
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gdviz.runtime.commands import Run
from gdviz.runtime.training_loop import TrainingLoop
from gdviz.training.config import PRESETS
from gdviz.training.trainer import Trainer


def digest(trainer):
    return hashlib.sha256(trainer.parameters.vector.tobytes()).hexdigest()


@pytest.fixture(scope="module")
def of_a_trainer(mnist):
    """The bytes of a preset's first 40 steps, taken one by one."""
    trainer = Trainer(PRESETS["sixteen"], mnist)
    for _ in range(40):
        trainer.advance(1)
    return digest(trainer)


def test_a_process_of_its_own_gives_the_same_bytes_every_time(of_a_trainer):
    """Two processes with other hash seeds, against the trainer of this one."""
    found = set()
    for hash_seed in ("0", "1"):
        ended = subprocess.run(
            [sys.executable, "-X", "utf8", "-m", "gdviz", "train", "--preset", "sixteen",
             "--steps", "40", "--json"],
            capture_output=True, text=True, timeout=120, check=True,
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
        )  # fmt: skip
        found.add(json.loads(ended.stdout)["parameters_sha256"])
    assert found == {of_a_trainer}


def test_the_thread_gives_the_bytes_of_a_straight_run(small_config, blobs):
    straight = Trainer(small_config, blobs)
    while straight.epoch < small_config.epochs:
        straight.advance(1)
    loop = TrainingLoop(blobs, small_config)
    # Commands sent before the start are obeyed after it; nobody reads before the thread ends.
    loop.send(Run(id=1))
    loop.start()
    nothing = threading.Event()
    try:
        while (snapshot := loop.mailbox.take()) is None or snapshot.state != "finished":
            assert loop.alive
            nothing.wait(0.002)
        assert hashlib.sha256(snapshot.parameters.vector.tobytes()).hexdigest() == digest(straight)
    finally:
        assert loop.close()


@pytest.mark.parametrize("engine", ["compiled", "numpy"])
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(bursts=st.lists(st.integers(1, 25), min_size=1, max_size=30))
def test_the_size_of_the_bursts_never_changes_the_bytes(engine, bursts, small_config, blobs):
    config = small_config.replace(optimizer="adam", learning_rate=0.01)
    cut, single = (Trainer(config, blobs, engine=engine) for _ in range(2))
    costs = []
    for burst in bursts:
        costs += cut.advance(burst)["cost"].tolist()
    expected = [single.advance(1)["cost"][0].item() for _ in range(cut.step)]
    assert costs == expected
    assert digest(cut) == digest(single)
