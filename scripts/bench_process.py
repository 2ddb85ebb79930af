"""Two ends of a line: a process that measures when it is told to, and who tells it.

One JSON object a line, both ways. A process that is not being asked waits in a read: it costs
nothing while others are measured, and start-up and compilation are paid once. Standard library
only, since one end of it runs in strangers' environments.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Self

Request = dict[str, Any]
Answer = dict[str, Any]

SCRIPTS = Path(__file__).resolve().parent
LONGEST_ANSWER_S = 180.0
"""An answer that takes longer is none; importing and compiling are the longest."""
BLAS_VARIABLES = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


class MeasurementError(Exception):
    """Something could not be measured; the message is the reason, on one line."""


def serve(begin: Callable[[], Answer], answer: Callable[[Request], Answer]) -> int:
    """Answer requests from standard input until it ends; runs in the measuring process.

    Whatever else the process prints goes to standard error.

    Parameters
    ----------
    begin : callable
        Imports and loads what is needed; gives the first answer, which nobody asked for.
    answer : callable
        Given each request; what it raises becomes an answer with ``error``.
    """
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    with replies:
        first = _guarded(begin)
        _write_line(replies, first)
        if "error" in first:
            return 1
        for line in sys.stdin:
            request = json.loads(line)
            _write_line(replies, _guarded(lambda: answer(request)))  # noqa: B023  # called at once
    return 0


def _guarded(act: Callable[[], Answer]) -> Answer:
    try:
        return act()
    except Exception as error:  # noqa: BLE001  # strangers' programs may raise anything
        return {"error": " ".join(f"{type(error).__name__}: {error}".split())}


def _write_line(file: IO[str], value: Answer) -> None:
    file.write(json.dumps(value) + "\n")
    file.flush()


def child_variables(blas_threads: int | None) -> dict[str, str]:
    """Give the environment variables for a measuring process.

    Parameters
    ----------
    blas_threads : int or None
        None: as many as the process likes.
    """
    variables = {key: value for key, value in os.environ.items() if key not in BLAS_VARIABLES}
    if blas_threads is not None:
        variables |= dict.fromkeys(BLAS_VARIABLES, str(blas_threads))
    return variables


class MeasuringProcess:
    """A process under way that obeys requests; close it, or use it in a ``with``.

    Parameters
    ----------
    command : list of str
        Runs `serve`.
    blas_threads : int or None
    longest_answer_s : float
        The process is ended if it has not answered by then.
    variables : mapping of str to str or None, optional
        Environment variables besides; None: it has none of that name.

    Raises
    ------
    MeasurementError
        It could not begin; the message says why.
    """

    def __init__(
        self,
        command: list[str],
        blas_threads: int | None = None,
        longest_answer_s: float = LONGEST_ANSWER_S,
        variables: Mapping[str, str | None] | None = None,
    ) -> None:
        environment = child_variables(blas_threads)
        for name, value in (variables or {}).items():
            environment.pop(name, None)
            if value is not None:
                environment[name] = value
        self._limit_s = longest_answer_s
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                text=True,
                encoding="utf-8",
            )
        except OSError as error:
            raise MeasurementError(f"it cannot be started: {error.strerror}") from None
        try:
            self.greeting = self._read()
        except MeasurementError:
            self.close()
            raise

    def ask(self, **request: Any) -> Answer:
        """Send a request and wait for its answer.

        Raises
        ------
        MeasurementError
            The process refused, ended, or took too long.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except OSError:
            raise MeasurementError("it has ended") from None
        return self._read()

    def _read(self) -> Answer:
        assert self._process.stdout is not None
        # A pipe has no time limit of its own: the watch ends the process, and so the read.
        watch = threading.Timer(self._limit_s, self._process.kill)
        watch.start()
        try:
            line = self._process.stdout.readline()
        finally:
            watch.cancel()
        if not line:
            raise MeasurementError("it ended without an answer, or took too long")
        answer: Answer = json.loads(line)
        if "error" in answer:
            raise MeasurementError(answer["error"])
        return answer

    def close(self) -> None:
        """Let the process end; one that does not is ended."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            try:
                self._process.stdin.close()
            except OSError:  # It has ended with something still unread.
                self._process.kill()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
