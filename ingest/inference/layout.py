"""Where a file's header and data are, and its columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.evidence import is_data
from ingest.header_names import forgiving
from ingest.header_words import FIELD_OF, FULL_NAME
from ingest.plan import letters

LEADING = 30
"""Rows among which the header is looked for."""


@dataclass(frozen=True)
class Column:
    """A column: its name, and what its cells say that are not empty."""

    index: int
    name: str
    cells: Sequence[str]
    is_named: bool

    @property
    def place(self) -> str:
        """What a map calls the column: its name, or its letter where the name does not tell it from others."""
        return self.name if self.is_named else f"{letters(self.index)}:{letters(self.index)}"

    def share(self, fitting: Callable[[str], object]) -> float:
        """Return the share of cells that fit."""
        return sum(bool(fitting(cell)) for cell in self.cells) / len(self.cells)


@dataclass(frozen=True)
class Layout:
    """The rows of a file: ``names`` is its header row, ``above`` that and others above the data, the next one first.

    ``header_rows`` is how many rows come before the data where a map has to say so.
    """

    names: Sequence[str]
    above: Sequence[Sequence[str]]
    data: Sequence[Sequence[str]]
    header_rows: int | None

    def columns(self) -> list[Column]:
        """Return the columns that say something."""
        found = (self._column(index) for index in range(max(map(len, [*self.above, *self.data]))))
        return [column for column in found if column.cells]

    def _column(self, index: int) -> Column:
        """Return a column with its name: the header row's, else that of another row above the data, then by letter."""
        names = [cells[index] if index < len(cells) else "" for cells in self.above]
        cells = [cells[index] for cells in self.data if index < len(cells) and cells[index]]
        # Of equal header cells a name means the first.
        is_named = bool(names[0]) and list(self.names).index(names[0]) == index
        return Column(index, next(filter(None, names), ""), cells, is_named)


def layout(rows: Sequence[Sequence[str]]) -> Layout:
    """Find header and data."""
    header = _header(rows)
    first = _first_data(rows, header)
    names = rows[header] if header >= 0 else []
    between = rows[header + 1 : first]
    return Layout(
        names=names,
        above=[names, *reversed(rows[: max(header, 0)]), *between],
        data=[cells for cells in rows[first:] if any(cells)],
        header_rows=first if any(map(any, between)) else None,
    )


def _first_data(rows: Sequence[Sequence[str]], header: int) -> int:
    """Return the first row below the header that looks like data, else the one below the header."""
    below = range(header + 1, min(len(rows), header + 1 + LEADING))
    return next((number for number in below if any(map(is_data, rows[number]))), header + 1)


def _header(rows: Sequence[Sequence[str]]) -> int:
    """Return the row with the most known names, else the first of two names or more above data, else -1."""
    known = [sum(_known(cell) for cell in cells) for cells in rows[:LEADING]]
    if max(known) > 1:
        return known.index(max(known))
    for number, cells in enumerate(rows[:LEADING]):
        if any(map(is_data, cells)):
            return -1
        if sum(map(bool, cells)) > 1:
            return number
    return -1


def _known(cell: str) -> bool:
    name = forgiving(cell)
    return name in FIELD_OF or name in FULL_NAME
