"""Rows that do not stand under the header: with more cells than it has, or the header once more.

A delimiter inside a cell without quotation marks moves every cell behind it under another header.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from omnicapi.errors import PassedOver, Refused


class MovedRows:
    """Tells such rows. ``above`` are the rows above the data; ``width`` how many cells the header has, 0 if unknown."""

    def __init__(self, above: Iterable[Sequence[str]] = (), width: int = 0) -> None:
        self._above = {_without_end(cells) for cells in above} - {()}
        self._begin = frozenset(cells[0] for cells in self._above)
        self._width = width

    def check(self, cells: Sequence[str], row: int | str) -> None:
        """Raise Refused where a row is wider than its header, PassedOver where it is one of those above the data."""
        if self._width and len(cells) > self._width and any(cells[self._width :]):
            raise Refused(
                "cells_beyond_header",
                f"Row {row} has {len(cells)} cells under a header of {self._width}, so its values may stand under the "
                "wrong ones: put cells that hold the delimiter in quotation marks and export the file again.",
            )
        if cells and cells[0] in self._begin and _without_end(cells) in self._above:
            raise PassedOver("header_repeated", f"Row {row} is the header again, or stood above it; it was left out.")


def _without_end(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the cells, stripped, without the empty ones at the end."""
    found = [cell.strip() for cell in cells]
    while found and not found[-1]:
        found.pop()
    return tuple(found)
