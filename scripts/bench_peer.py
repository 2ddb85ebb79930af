"""Times one peer, inside the peer's environment: ``python bench_peer.py PEER DATA.npz``.

Started by bench.py, one process a peer; obeys requests as bench_process.py describes them:
``prepare`` builds and compiles a problem, ``measure`` trains on it for so many seconds. The
problem is the same for every peer as far as it allows; what differs is in its ``remark``.
"""

import sys
import time
from importlib import import_module

from bench_peer_base import Problem, Program, Train
from bench_process import Answer, Request, serve

WARM_UP_S = 0.2

PROGRAMS = {
    "NumPy": ("bench_peer_blas", "NumPy"),
    "PyTorch": ("bench_peer_frameworks", "PyTorch"),
    "JAX": ("bench_peer_frameworks", "JAX"),
    "scikit-learn": ("bench_peer_blas", "ScikitLearn"),
    "neural-network-digits": ("bench_peer_blas", "NeuralNetworkDigits"),
}
"""Module and class of each peer's loop."""


def timed_speed(train: Train, seconds: float) -> float:
    """Give examples per second.

    Parameters
    ----------
    train : callable
        Trains for a while and gives how many examples that took.
    seconds : float
        At least so long.
    """
    examples, started = 0, time.perf_counter()
    while True:
        examples += train()
        elapsed = time.perf_counter() - started
        if elapsed >= seconds:
            return examples / elapsed


class Desk:
    """Answers the requests for one peer.

    Parameters
    ----------
    program : Program
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._prepared: dict[str, tuple[Train, int]] = {}

    def answer(self, request: Request) -> Answer:
        """Obey ``prepare`` or ``measure``; both carry a ``problem``."""
        problem = request["problem"]
        key = repr(sorted(problem.items()))
        if request["command"] == "prepare":
            self._prepared[key] = self._prepare(problem)
            return {"threads": self._prepared[key][1]}
        train, threads = self._prepared[key]
        self._program.set_threads(threads)
        return {"examples_per_second": timed_speed(train, request["seconds"]), "threads": threads}

    def _prepare(self, problem: Problem) -> tuple[Train, int]:
        """Build, warm up, and find the number of threads that suits the problem best."""
        train = self._program.trainer(problem)
        speeds = {}
        for threads in self._program.thread_choices:
            self._program.set_threads(threads)
            timed_speed(train, WARM_UP_S)
            if len(self._program.thread_choices) == 1:
                return train, threads
            speeds[threads] = timed_speed(train, WARM_UP_S)
        return train, max(speeds, key=lambda threads: speeds[threads])


def main(name: str, data: str) -> int:
    """Serve one peer until standard input ends."""
    desks: list[Desk] = []

    def begin() -> Answer:
        module, title = PROGRAMS[name]
        program: Program = getattr(import_module(module), title)(data)
        desks.append(Desk(program))
        return {"version": program.version, "remark": program.remark}

    # Not the bound method: there is no desk before `begin`.
    return serve(begin, lambda request: desks[0].answer(request))  # noqa: PLW0108


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
