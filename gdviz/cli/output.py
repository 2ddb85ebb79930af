"""What the commands print: one JSON object on stdout, or text for people on stderr.

Each command raises; the main function prints the one line that begins ``gdviz: error:``.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_NOTHING_TO_SHOW = 4
EXIT_INTERRUPTED = 130


class CommandError(Exception):
    """A command ends here.

    Parameters
    ----------
    message : str
        One sentence: what is wrong, where, what to do.
    exit_code : int
        See the constants of this module.
    """

    def __init__(self, message: str, exit_code: int = EXIT_FAILED) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def print_json(values: Mapping[str, object]) -> None:
    """Print exactly one JSON object on stdout; a number that is not finite becomes null."""
    text = json.dumps(_plain(values), allow_nan=False, ensure_ascii=True)
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def print_text(text: str) -> None:
    """Print text for people on stderr."""
    # A name that the terminal's encoding cannot show is no reason to stop.
    encoding = sys.stderr.encoding or "utf-8"
    shown = text.encode(encoding, "backslashreplace").decode(encoding)
    sys.stderr.write(f"{shown}\n")
    sys.stderr.flush()


def percent(share: float | None, digits: int = 2) -> str:
    """Write a share from 0 to 1 as people read it; a dash for a missing one."""
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Set rows of text in columns: the first one to the left, the others to the right.

    Returns
    -------
    str
        Lines without a newline at the end.
    """
    lines = [head, *rows]
    widths = [max(len(line[k]) for line in lines) for k in range(len(head))]
    return "\n".join(
        "  ".join(
            entry.ljust(width) if k == 0 else entry.rjust(width)
            for k, (entry, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def pairs(entries: Sequence[tuple[str, str]]) -> str:
    """Set names and their values in two columns."""
    width = max(len(name) for name, _ in entries)
    return "\n".join(f"{name.ljust(width)}  {value}".rstrip() for name, value in entries)


def _plain(value: Any) -> Any:
    """Give a value as JSON knows it."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)
