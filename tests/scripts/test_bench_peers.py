"""Peers: the loop that is our own, the desk that times, and the comparison in alternation."""

import bench_peers
import numpy as np
import pytest
from bench_peer import PROGRAMS, Desk, timed_speed
from bench_peer_base import Order, Program
from bench_peer_blas import NumPyLoop
from bench_peer_environment import PACKAGES
from bench_peers import Problem, Rival, compare, problems, rivals
from bench_process import MeasurementError
from bench_report import Findings
from bench_targets import TARGETS
from bench_training import CONFIG, Extent, wide_config

from gdviz.nn import network
from gdviz.nn.parameters import Parameters

EXTENT = Extent(rounds=3, seconds=0.5)
LESSON = Problem("training_32", CONFIG, is_wide=False)
WIDE = Problem("training_784-128-64-10_32", wide_config((784, 128, 64, 10), 32), is_wide=True)


def test_numpy_loop_takes_the_reference_step():
    """One step over all examples is θ − η ∇C, with ∇C from the readable reference."""
    generator = np.random.default_rng(3)
    images = generator.random((12, 784), np.float32)
    labels = generator.integers(0, 10, 12)
    targets = network.one_hot(labels)
    problem = {"layer_sizes": [784, 16, 16, 10], "mini_batch": 12, "learning_rate": 0.7}
    loop = NumPyLoop(images, targets, problem, generator)

    def vector():
        pairs = zip(loop.weights, loop.biases, strict=True)
        return np.concatenate([part for w, b in pairs for part in (w.T.ravel(), b)])

    before = Parameters(vector().astype(np.float64), CONFIG.architecture.layout)
    _, slope = network.gradient(
        CONFIG.architecture, before, images.astype(np.float64), targets, CONFIG.cost
    )
    loop.step()
    np.testing.assert_allclose(vector(), before.vector - 0.7 * slope.vector, atol=2e-6)


def test_order_goes_through_every_example_before_it_begins_again():
    order = Order(10, 5, np.random.default_rng(0))
    epochs = [np.concatenate([order.next(), order.next()]) for _ in range(2)]
    assert [sorted(epoch) for epoch in epochs] == [list(range(10))] * 2
    assert (epochs[0] != epochs[1]).any()


class FakeProgram(Program):
    """Twice as quick on two threads; its clock is its own."""

    thread_choices = (1, 2)

    def __init__(self, clock):
        self.clock = clock
        self.threads = 0

    def set_threads(self, threads):
        self.threads = threads

    def trainer(self, problem):
        def train():
            self.clock.now += 0.1 / self.threads
            return problem["mini_batch"]

        return train


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 0.0

        def perf_counter(self):
            return self.now

    made = Clock()
    monkeypatch.setattr("bench_peer.time", made)
    return made


def test_desk_measures_with_the_best_number_of_threads(clock):
    desk = Desk(FakeProgram(clock))
    problem = {"mini_batch": 32}
    assert desk.answer({"command": "prepare", "problem": problem}) == {"threads": 2}
    answer = desk.answer({"command": "measure", "problem": problem, "seconds": 1.0})
    assert answer["threads"] == 2
    assert answer["examples_per_second"] == pytest.approx(32 / 0.05)


def test_timed_speed_counts_the_time_beyond_the_limit(clock):
    def train():
        clock.now += 3
        return 30

    assert timed_speed(train, 1.0) == pytest.approx(10)


class FakeHeadless:
    def __init__(self, log):
        self.log = log

    def speed(self, _seconds):
        self.log.append("gdviz")
        return 300.0


class FakeProcess:
    """Answers at a speed, or refuses after some measurements."""

    def __init__(self, name, log, speed, answers=99):
        self.name, self.log, self.speed, self.answers = name, log, speed, answers

    def ask(self, command, **_):
        if command == "prepare":
            return {"threads": 1}
        if not self.answers:
            raise MeasurementError("it has ended")
        self.answers -= 1
        self.log.append(self.name)
        return {"examples_per_second": self.speed}


def fake_rival(name, log, speed, **more):
    return Rival(name, "1", FakeProcess(name, log, speed, **more), wide=True)


def test_compare_alternates_and_judges_by_the_fastest():
    log, findings = [], Findings()
    asked = [fake_rival("slow", log, 100.0), fake_rival("fast", log, 150.0)]
    compare(LESSON, FakeHeadless(log), asked, EXTENT, findings)
    assert log == ["gdviz", "slow", "gdviz", "fast"] * 3
    (found,) = findings.rows
    assert (found.target.key, found.figure, found.note) == ("training_32", 2.0, "fast 1")
    assert [entry["program"] for entry in findings.speeds] == [
        "gdviz",
        "slow 1, 1 thread",
        "fast 1, 1 thread",
    ]
    assert findings.speeds[1]["gdviz_over_it"]["median"] == 3.0


def test_compare_judges_wide_networks_by_pytorch_alone():
    log, findings = [], Findings()
    asked = [fake_rival("PyTorch", log, 100.0), fake_rival("JAX", log, 600.0)]
    compare(WIDE, FakeHeadless(log), asked, EXTENT, findings)
    assert [(found.figure, found.note) for found in findings.rows] == [(3.0, "PyTorch 1")]


def test_compare_without_pytorch_judges_no_wide_network():
    log, findings = [], Findings()
    compare(WIDE, FakeHeadless(log), [fake_rival("JAX", log, 600.0)], EXTENT, findings)
    assert not findings.rows
    assert WIDE.key in findings.not_measured


def test_compare_a_peer_that_ends_is_named_and_its_pairs_count():
    log, findings = [], Findings()
    asked = [fake_rival("frail", log, 200.0, answers=1), fake_rival("slow", log, 100.0)]
    compare(LESSON, FakeHeadless(log), asked, EXTENT, findings)
    assert log.count("slow") == 3
    assert findings.not_compared == {f"frail 1 on {LESSON.title}": "it has ended"}
    assert [(found.figure, found.n) for found in findings.rows] == [(1.5, 1)]


def test_every_problem_is_a_target_and_every_package_a_peer():
    assert {problem.key for problem in problems()} <= set(TARGETS)
    assert {package.name for package in PACKAGES} <= set(PROGRAMS)


def test_rivals_without_an_environment_are_numpy_alone(blobs):
    findings = Findings()
    with rivals(blobs, None, findings, lambda _: None) as started:
        assert [rival.name for rival in started] == [bench_peers.OWN_PEER]
    assert set(findings.not_compared) == {package.name for package in PACKAGES}
