"""A picture in words and as a table: for screen readers, for copying, for a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

Cell = str | int | float


@dataclass(frozen=True, slots=True)
class Description:
    """What a view shows, without the picture.

    Parameters
    ----------
    sentence : str
        What there is to see, in one to three sentences with their numbers.
    columns : tuple of str
        Heads, with units.
    rows : tuple of tuple
        As many cells as there are columns.
    """

    sentence: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()

    def as_text(self) -> str:
        """Give the sentence and, below it, the table with tabs between its cells."""
        return self.sentence + "\n" + self._table("\t") if self.columns else self.sentence

    def as_csv(self) -> str:
        """Give the table as CSV."""
        return self._table(",")

    def _table(self, delimiter: str) -> str:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return text.getvalue()
