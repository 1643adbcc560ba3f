"""Rows of a sheet that is read as a stream, with the empty ones between them, as far as a sheet can reach."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.readers.archive import damaged
from ingest.readers.table import Row
from omnicapi.errors import UnreadableFile

Numbered = tuple[int, list[str]]
"""A row's number, counted from 1, and its cells up to the last one that is not empty."""

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""No spreadsheet program has more; the last column is ``XFD``."""


def filled_up(rows: Iterator[Numbered], start: int, max_cells: int) -> Iterator[Row]:
    """Yield rows from ``start`` on and the empty ones between them.

    Raises :class:`~omnicapi.errors.UnreadableFile` where they are not in their order, or have more than ``max_cells``,
    empty ones between others included: those of a few bytes each could take any time.
    """
    number, cells_left = max(0, start - 1), max_cells
    for found, cells in rows:
        cells_left -= len(cells)
        if not number < found <= MOST_ROWS:
            raise damaged()
        if cells_left < 0:
            raise UnreadableFile(
                f"The spreadsheet has more than {max_cells:,} cells, empty ones between others included; delete what "
                "lies far off, export it as CSV, or split it."
            )
        for empty in range(number + 1, found):
            yield Row(empty, [])
        yield Row(found, cells)
        number = found
