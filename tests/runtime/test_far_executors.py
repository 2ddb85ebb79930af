"""Processes and a cluster: real ones, with workers that are killed in the middle."""

import importlib.util
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gdviz.analysis.cost_surface import Plane, begin_slice, compute_surface
from gdviz.nn.parameters import Architecture
from gdviz.runtime.executors import open_executor
from gdviz.runtime.far_executors import ONE_THREAD, ProcessExecutor, cluster_address

ARCHITECTURE = Architecture((6, 4, 3))
ROOT = Path(__file__).resolve().parents[2]


def task_of(n_points=24):
    generator = np.random.default_rng(0)
    vectors = generator.normal(0, 0.5, (3, ARCHITECTURE.n_parameters))
    plane = Plane(*vectors, "random", "u", "v", 0)
    images, labels = generator.random((500, 6)), generator.integers(0, 3, 500)
    axis = np.linspace(-2, 2, n_points)
    return begin_slice(ARCHITECTURE, plane, axis, axis, images, labels, "quadratic")


@pytest.fixture
def processes():
    executor = ProcessExecutor(2)
    yield executor
    executor.shutdown()


def test_processes_give_the_same_bits_and_survive_one_that_is_killed(processes):
    expected = compute_surface(task_of())
    surface = compute_surface(task_of(), processes)
    np.testing.assert_array_equal(surface.cost, expected.cost)
    np.testing.assert_array_equal(surface.standard_error, expected.standard_error)

    killed = []

    def kill_one(_share):
        if not killed:
            killed.append(processes.submit(os.getpid).result())
            os.kill(killed[0], signal.SIGTERM)

    surface = compute_surface(task_of(), processes, on_progress=kill_one)
    np.testing.assert_array_equal(surface.cost, expected.cost)
    assert killed
    assert processes.submit(os.getpid).result() != killed[0]


def test_processes_have_blas_on_one_thread_and_leave_interrupts_alone(processes, monkeypatch):
    before = dict(os.environ)
    for name in ONE_THREAD:
        assert processes.submit(os.getenv, name).result() == "1"
    assert processes.submit(signal.getsignal, signal.SIGINT).result() == signal.SIG_IGN
    assert dict(os.environ) == before
    assert signal.getsignal(signal.SIGINT) != signal.SIG_IGN


@pytest.mark.parametrize(
    ("where", "address"),
    [
        ("dask://localhost:8786", "localhost:8786"),
        ("dask://10.0.0.1:80/", "10.0.0.1:80"),
        ("dask://[::1]:8786", "[::1]:8786"),
        ("dask://localhost", None),
        ("dask://:8786", None),
        ("dask://localhost:0", None),
        ("dask://localhost:99999", None),
        ("tcp://localhost:8786", None),
        ("dask://a b:1", None),
        ("gpu", None),
    ],
)
def test_only_a_host_and_port_is_an_address(where, address):
    assert cluster_address(where) == address


def test_an_unknown_executor_is_refused():
    with pytest.raises(
        ValueError, match=r"unknown executor 'gpu'; one of threads, processes, dask"
    ):
        open_executor("gpu")


def test_without_distributed_a_cluster_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ValueError, match=r"needs the package distributed; .*gdviz\[cluster\]"):
        open_executor("dask://localhost:1")


# --- a real cluster: scheduler, workers and client are processes of their own -----------------

CLIENT = """
import os, signal, sys
import numpy as np
from distributed import Client
sys.path[:0] = [{tests!r}]
from test_far_executors import task_of
from gdviz.analysis.cost_surface import compute_surface
from gdviz.runtime.executors import open_executor

with Client("tcp://" + sys.argv[1], timeout=60) as client:
    client.wait_for_workers(2, timeout=60)
executor = open_executor("dask://" + sys.argv[1])
assert executor.n_workers == 2, executor.n_workers
expected = compute_surface(task_of(80))
killed = []

def kill_one(share):
    if share > 0.2 and not killed:
        killed.append(int(sys.argv[2]))
        os.kill(killed[0], signal.SIGKILL)

surface = compute_surface(task_of(80), executor, on_progress=kill_one)
np.testing.assert_array_equal(surface.cost, expected.cost)
np.testing.assert_array_equal(surface.standard_error, expected.standard_error)
assert killed
for pid in killed:
    print("killed", pid)
executor.shutdown()
"""

needs_distributed = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="distributed is not installed"
)


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers on this machine; gives its address and the workers' processes."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    log, started = tmp_path / "log", []

    def start(program, *arguments):
        command = [sys.executable, "-m", f"distributed.cli.{program}", *arguments]
        with log.open("ab") as file:
            process = subprocess.Popen(
                command, cwd=tmp_path, env=environment, stdout=file, stderr=file
            )
        started.append(process)
        return process

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    start("dask_scheduler", "--host", address, "--no-dashboard")
    workers = [
        start("dask_worker", f"tcp://{address}", "--no-nanny", "--nthreads", "1",
              "--host", "127.0.0.1", "--no-dashboard", "--local-directory", str(tmp_path))
        for _ in range(2)
    ]  # fmt: skip
    yield address, workers, log
    # Nothing of it is to be kept: a worker that waits for a scheduler takes long to say goodbye.
    for process in started:
        process.kill()
        process.wait(60)


@needs_distributed
def test_a_cluster_of_two_survives_the_loss_of_one(cluster):
    address, workers, log = cluster
    code = CLIENT.format(tests=str(Path(__file__).parent))
    client = subprocess.run(
        [sys.executable, "-c", code, address, str(workers[0].pid)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert client.returncode == 0, client.stderr + log.read_text()
    assert f"killed {workers[0].pid}" in client.stdout
    assert workers[0].wait(60) == -signal.SIGKILL
    assert workers[1].poll() is None, "the other one goes on"


EXPERIMENT_CLIENT = """
import os, signal, sys
from distributed import Client
from gdviz.experiments import EXPERIMENTS
from gdviz.experiments.experiment import run_experiment
from gdviz.runtime.executors import AtOnce, give_up, open_executor

with Client("tcp://" + sys.argv[1], timeout=60) as client:
    client.wait_for_workers(2, timeout=60)
experiment = EXPERIMENTS["interpolation"]
settings = experiment.settings.from_plain(experiment.small | {"n_starts": 4})
executor = open_executor("dask://" + sys.argv[1])
killed = []

def kill_one(report):
    if report.share > 0 and not killed:
        killed.append(int(sys.argv[2]))
        os.kill(killed[0], signal.SIGKILL)

far = run_experiment(experiment, settings, executor, kill_one, lambda: False)
give_up(executor)
near = run_experiment(experiment, settings, AtOnce(), [].append, lambda: False)
told = [{k: v for k, v in one.as_json().items() if k != "seconds"} for one in (far, near)]
assert told[0] == told[1], told
for pid in killed:
    print("killed", pid)
"""


@needs_distributed
def test_a_cluster_runs_the_same_experiment_and_survives_the_loss_of_a_worker(cluster):
    address, workers, log = cluster
    client = subprocess.run(
        [sys.executable, "-c", EXPERIMENT_CLIENT, address, str(workers[0].pid)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert client.returncode == 0, client.stderr + log.read_text()
    assert f"killed {workers[0].pid}" in client.stdout
    assert workers[1].poll() is None, "the other one goes on"
