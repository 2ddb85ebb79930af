"""Ctrl+C and SIGTERM as a flag, so that work stops where everything can be saved."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass
class Interruption:
    """Set by a signal; looked at between two bursts, where everything can be saved."""

    signal_number: int | None = None


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Turn Ctrl+C and SIGTERM into a flag while training, so that the state stays whole."""
    interruption = Interruption()

    def remember(signal_number: int, _frame: FrameType | None) -> None:
        interruption.signal_number = signal_number

    numbers = (signal.SIGINT, signal.SIGTERM)
    previous = {number: signal.signal(number, remember) for number in numbers}
    try:
        yield interruption
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
