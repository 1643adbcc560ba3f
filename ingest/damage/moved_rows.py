"""Rows that do not stand under the header: with more cells than it has, or the header once more.

A delimiter inside a cell without quotation marks moves every cell behind it under another header.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from string import digits

from omnicapi.errors import PassedOver, Refused, UnreadableFile

FEWEST_NAMES = 3
"""Names of columns by which a row is known for a header: one or two of them may be words of the data."""


class MovedRows:
    """Tells such rows. ``above`` are the rows above the data; ``width`` how many cells the header has, 0 if unknown.

    ``header`` is the row of names, of which the cells at ``places`` are read.
    """

    def __init__(
        self,
        above: Iterable[Sequence[str]] = (),
        width: int = 0,
        header: Sequence[str] = (),
        places: Sequence[int] = (),
    ) -> None:
        self._above = {_without_end(cells) for cells in above} - {()}
        self._begin = frozenset({*(cells[0] for cells in self._above), *(name.strip().casefold() for name in header)})
        """What such rows begin with, so that few others are looked at whole."""
        self._of_data = frozenset(digits) - {name[:1] for name in self._begin}
        """Digits with which none of them begins, as most rows of data do."""
        self._width = width
        self._header, self._places = header, places

    def check(self, cells: Sequence[str], row: int | str) -> None:
        """Raise Refused where a row is wider than its header, PassedOver where it is one of those above the data.

        Raises UnreadableFile where it is the header with its columns elsewhere.
        """
        if len(cells) > self._width > 0 and any(cells[self._width :]):
            raise Refused(
                "cells_beyond_header",
                f"Row {row} has {len(cells)} cells under a header of {self._width}, so its values may stand under the "
                "wrong ones: put cells that hold the delimiter in quotation marks and export the file again.",
            )
        if cells and cells[0][:1] not in self._of_data and cells[0].casefold() in self._begin:
            if _without_end(cells) in self._above:
                raise PassedOver(
                    "header_repeated", f"Row {row} is the header again, or stood above it; it was left out."
                )
            refuse_other_order(self._header, self._places, [(row, cells)])


def refuse_other_order(
    header: Sequence[str], places: Sequence[int], rows: Iterable[tuple[int | str, Sequence[str]]]
) -> None:
    """Raise UnreadableFile where one of ``rows``, with their numbers, is the header with its columns elsewhere.

    ``places`` are the columns of the header that are read. What stands below another header would be taken for
    something else, in part without a fault.
    """
    names = [header[place] for place in places if place < len(header)]
    for number, cells in rows if len(names) >= FEWEST_NAMES else ():
        if names[0] in cells and all(name in cells for name in names):
            found = [cells[place] for place in places if place < len(cells)]
            if found != names:
                raise UnreadableFile(
                    f"Row {number} is the header again with its columns in another order; put what stands below it "
                    "into a file of its own."
                )


def _without_end(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the cells, stripped and in small letters, without the empty ones at the end."""
    found = [cell.strip().casefold() for cell in cells]
    while found and not found[-1]:
        found.pop()
    return tuple(found)
