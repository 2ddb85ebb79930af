"""Compiling the engine where nobody waits for it: in a process of its own, beside the training.

Compiling takes most of a minute and holds the interpreter's lock, so that in a thread it would
stall the window. The process leaves what it has compiled on the disk, from where it is loaded in
less than a second. Used on the worker thread.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable

from gdviz.engine.availability import is_compiled_on_disk
from gdviz.runtime.background_job import BackgroundJob, Cancelled
from gdviz.runtime.executors import make_executor

logger = logging.getLogger(__name__)

_LOOK_S = 0.2
"""How often the process is asked whether it has ended, and the job whether it shall."""


class Compiling:
    """Compiles the engine if that was never done on this machine.

    Parameters
    ----------
    wake : callable
        Called from a background thread when it has ended.
    is_wanted : bool
        False: another engine was asked for by name, and nothing is done.
    """

    def __init__(self, wake: Callable[[], None], *, is_wanted: bool) -> None:
        self._job: BackgroundJob[bool] | None = None
        self._executor = make_executor(1, "gdviz-compiling", steps_aside=True)
        if is_wanted and not is_compiled_on_disk():
            self._job = BackgroundJob(self._executor, _compile, wake)

    @property
    def is_under_way(self) -> bool:
        """True until it has ended and `take_ready` has said so."""
        return self._job is not None

    def take_ready(self) -> bool:
        """True once, when the compiled engine has become ready; False if that failed."""
        if self._job is None or not self._job.done:
            return False
        job, self._job = self._job, None
        try:
            return bool(job.result())
        except OSError as error:
            logger.info("the engine could not be compiled: %s", error)
            return False

    def close(self) -> None:
        """Give up and wait for the thread."""
        if self._job is not None:
            self._job.cancel()
        self._executor.shutdown(wait=True, cancel_futures=True)


def _compile(job: BackgroundJob[bool]) -> bool:
    """Run the compiling process; True if it has done its work."""
    command = [sys.executable, "-m", "gdviz.engine"]
    with subprocess.Popen(  # noqa: S603  # this interpreter, a module of ours
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            if job.cancelled:
                process.kill()
                raise Cancelled
            try:
                process.wait(_LOOK_S)
            except subprocess.TimeoutExpired:
                continue
        return process.returncode == 0
