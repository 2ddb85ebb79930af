"""What was tried and what did not survive, to be printed."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Tried:
    """One kind of fault.

    Parameters
    ----------
    promise : str
        Its number among the targets of reliability.
    what : str
    count : int
        How often it was tried.
    failures : list of str
        One sentence each.
    not_tried : str
        Why nothing could be tried here.
    """

    promise: str
    what: str
    count: int = 0
    failures: list[str] = field(default_factory=list)
    not_tried: str = ""

    def expect(self, is_right: bool, sentence: str) -> None:
        """Note a failure."""
        if not is_right:
            self.failures.append(sentence)


def as_text(rows: list[Tried]) -> str:
    """Give a line for each kind of fault, and one for each of the first failures."""
    lines = []
    for row in rows:
        told = f"not tried: {row.not_tried}" if row.not_tried else f"{row.count:,} tried"
        failed = f", {len(row.failures):,} FAILED" if row.failures else ""
        lines.append(f"{row.promise:<4} {row.what:<58} {told}{failed}")
        lines += [f"     {sentence}" for sentence in row.failures[:9]]
    return "\n".join(lines)
