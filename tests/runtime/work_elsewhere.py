"""Tasks for other processes, which import this file: all of the top level of a module."""

import os
import signal
import threading
from pathlib import Path


class AwkwardError(Exception):
    """Cannot be made again from what is sent of it."""

    def __init__(self, one, other):
        super().__init__(f"{one} and {other}")


def square(task, channel):
    channel.look()
    channel.tell(0.5, -task)
    return task * task


def raise_it(task, _channel):
    if task == "awkward":
        raise AwkwardError("this", "that")
    if isinstance(task, Exception):
        raise task
    return task


def die_at_first(task, _channel):
    """Kill the worker, unless the file is there that says that it was killed before."""
    value, folder, kills = task
    for k in range(kills):
        mark = Path(folder) / f"{value}-{k}"
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return value


def never_end(folder, _channel):
    """Say who it is, and wait for what never comes."""
    (Path(folder) / str(os.getpid())).touch()
    threading.Event().wait()
