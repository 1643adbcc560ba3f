"""Where a file's header and data are, and its columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.inference.header_words import FIELD_OF, FULL_NAME
from ingest.maps.columns import is_letters
from ingest.rows.evidence import is_data
from ingest.values.header_names import NUMBER, HeaderRow, forgiving
from ingest.values.places import letters
from omnicapi.errors import UnreadableFile

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

    ``first`` is the row of ``data`` that comes first, and ``header_rows`` the same where a map has to say so.
    """

    names: Sequence[str]
    above: Sequence[Sequence[str]]
    data: Sequence[Sequence[str]]
    first: int
    header_rows: int | None

    def columns(self) -> list[Column]:
        """Return the columns that say something."""
        found = (self._column(index) for index in range(max(map(len, [*self.above, *self.data]))))
        return [column for column in found if column.cells]

    def _column(self, index: int) -> Column:
        """Return a column with its name: the header row's, else that of another row above the data, then by letter."""
        names = [cells[index] if index < len(cells) else "" for cells in self.above]
        cells = [cells[index] for cells in self.data if index < len(cells) and cells[index]]
        return Column(index, next(filter(None, names), ""), cells, _names(self.names, names[0], index))


def _names(header: Sequence[str], name: str, index: int) -> bool:
    """Tell whether a map that says ``name`` means this column: of equal cells the first, and no letter or pattern."""
    if not name or NUMBER in name or is_letters(name):
        return False
    try:
        return HeaderRow(header).find(name) == index
    except UnreadableFile:  # it may mean several
        return False


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
        first=first,
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
        if any(is_data(cell) and not _known(cell) for cell in cells):  # "email" is an action source, too
            return -1
        if sum(map(bool, cells)) > 1:
            return number
    return -1


def _known(cell: str) -> bool:
    name = forgiving(cell)
    return name in FIELD_OF or name in FULL_NAME
