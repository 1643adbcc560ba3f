"""A sheet that is read as a stream: its rows, with the empty ones between them, as far as a sheet can reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ingest.readers.archive import damaged
from ingest.readers.table import Row
from omnicapi.errors import UnreadableFile

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""No spreadsheet program has more; the last column is ``XFD``."""


class Sheet(NamedTuple):
    """What is read of a spreadsheet: the sheet's name, the columns it does not show, and its rows that are not empty.

    Columns are counted from 0. A row has its cells up to the last one that is not empty.
    """

    name: str
    hidden_columns: frozenset[int]
    rows: Iterator[Row]


class HiddenColumns:
    """Gathers the columns that a sheet does not show, out of ranges that may overlap, in the time that bits take."""

    def __init__(self) -> None:
        self._bits = 0

    def add(self, first: int, count: int) -> None:
        """Take ``count`` columns from ``first`` on, counted from 0; what no sheet has is passed over."""
        end = min(first + count, MOST_COLUMNS)
        if 0 <= first < end:
            self._bits |= (1 << end) - (1 << first)

    def found(self) -> frozenset[int]:
        """Return the columns."""
        return frozenset(index for index, bit in enumerate(reversed(f"{self._bits:b}")) if bit == "1")


def filled_up(rows: Iterator[Row], start: int, max_cells: int) -> Iterator[Row]:
    """Yield rows from ``start`` on and the empty ones between them.

    Raises :class:`~omnicapi.errors.UnreadableFile` where they are not in their order, or have more than ``max_cells``,
    empty ones between others included: those of a few bytes each could take any time.
    """
    number, cells_left = max(0, start - 1), max_cells
    for row in rows:
        cells_left -= len(row.cells)
        if not number < row.number <= MOST_ROWS:
            raise damaged()
        if cells_left < 0:
            raise UnreadableFile(
                f"The spreadsheet has more than {max_cells:,} cells, empty ones between others included; delete what "
                "lies far off, export it as CSV, or split it."
            )
        for empty in range(number + 1, row.number):
            yield Row(empty, [])
        yield row
        number = row.number
