"""Compiling the engine where nobody waits for it: in a process of its own, beside the training.

Compiling takes about a minute and holds the interpreter's lock, so that in a thread it would
stall the window. The process leaves what it has compiled on the disk, from where it is loaded in
less than a second. Used on the worker thread.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable

from gdviz.engine.availability import hold_back, is_compiled_on_disk, is_known
from gdviz.runtime.background_job import BackgroundJob, Cancelled
from gdviz.runtime.executors import make_executor

logger = logging.getLogger(__name__)

_LOOK_S = 0.2
"""How often the process is asked whether it has ended, and the job whether it shall."""


class Compiling:
    """Loads the compiler, and compiles the engine if that was never done on this machine.

    Parameters
    ----------
    wake : callable
        Called from a background thread when it has ended.
    is_wanted : bool
        False: another engine was asked for by name, and nothing is done.
    waits : bool, default False
        Whether it begins only with `begin`: to be loaded takes the interpreter half a second,
        which a window that is being built has better use for.
    """

    def __init__(self, wake: Callable[[], None], *, is_wanted: bool, waits: bool = False) -> None:
        self._job: BackgroundJob[bool] | None = None
        self._wake = wake
        self._is_compiling = threading.Event()
        self._holds_back = False
        # Not one that steps aside: as long as it imports, others wait for the lock it holds.
        self._executor = make_executor(1, "gdviz-compiling")
        self._waits = is_wanted and not (is_known() and is_compiled_on_disk())
        if self._waits:
            self._hold_back(is_held_back=True)
        if not waits:
            self.begin()

    def begin(self) -> None:
        """Begin, if there is something to do and it has not begun."""
        if self._waits:
            self._waits = False
            self._job = BackgroundJob(self._executor, self._load_or_compile, self._wake)

    @property
    def is_under_way(self) -> bool:
        """True until it has ended and `take_end` has said so, also while it waits."""
        return self._waits or self._job is not None

    @property
    def is_brief(self) -> bool:
        """True while it waits or loads what was compiled before: that is soon over."""
        return self._waits or (self._job is not None and not self._is_compiling.is_set())

    def take_end(self) -> bool | None:
        """Tell once how it has ended: True, the compiled engine is ready; False, it failed.

        After a failure everything goes on with NumPy.
        """
        if self._job is None or not self._job.done:
            return None
        job, self._job = self._job, None
        try:
            is_ready = bool(job.result())
        except OSError as error:
            logger.info("the engine could not be compiled: %s", error)
            is_ready = False
        self._hold_back(is_held_back=not is_ready)
        return is_ready

    def close(self) -> None:
        """Give up and wait for the thread."""
        if self._job is not None:
            self._job.cancel()
        if self._holds_back:
            self._hold_back(is_held_back=False)
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _load_or_compile(self, job: BackgroundJob[bool]) -> bool:
        """Load the compiler, and compile if need be; also True if there is no compiler."""
        if is_compiled_on_disk():
            return True
        self._is_compiling.set()
        return _compile(job)

    def _hold_back(self, *, is_held_back: bool) -> None:
        self._holds_back = is_held_back
        hold_back(is_held_back=is_held_back)


def _compile(job: BackgroundJob[bool]) -> bool:
    """Run the compiling process; True if it has done its work."""
    # From where this process has its modules, and not from the folder the user stands in.
    command = [sys.executable, "-P", "-m", "gdviz.engine"]
    paths = os.pathsep.join(path for path in sys.path if path)
    with subprocess.Popen(  # noqa: S603  # this interpreter, a module of ours
        command,
        env={**os.environ, "PYTHONPATH": paths},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
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
