"""Where the data of a file begins, and which column is which field.

A file may start with several header rows and empty rows. A map that counts columns says nothing about them: a leading
row is a header as long as nothing in it looks like data (:mod:`ingest.evidence`); from the first that does, every row
is data. A map that names header cells finds its header by them. ``header_rows`` overrules both (docs/files.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from itertools import chain, islice

from ingest.evidence import first_data_row
from ingest.fields import fold
from ingest.maps import Map
from ingest.plan import Column, Header, Plan, lettered
from ingest.readers import Table
from ingest.readers.table import Row
from omnicapi.errors import UnreadableFile

LEADING = 50
"""Rows among which the header is looked for. A file without data in so many is one that its map does not fit."""


@dataclass(frozen=True)
class Body:
    """The rows of a file from its first row of data on, and the plan that reads them."""

    plan: Plan
    rows: Iterator[Row]


def body(table: Table, map_: Map) -> Body:
    """Find the first row of data.

    Raises :class:`~omnicapi.errors.UnreadableFile` where the file holds none, or not the columns its map names.
    """
    leading = list(islice(table.rows, max(LEADING, map_.header_rows or 0)))
    if not any(any(map(str.strip, row.cells)) for row in leading):
        raise UnreadableFile("The file is empty.")
    columns, header_rows = _named(leading, map_) if map_.names else _counted(leading, map_)
    return Body(_plan(columns, map_), chain(leading[header_rows:], table.rows))


def _plan(columns: Sequence[Column], map_: Map) -> Plan:
    # A spreadsheet cannot write a time zone, so a map that names none means UTC.
    formats = replace(map_.formats, time_zone=map_.formats.time_zone or UTC)
    return Plan(Header(columns, defaults=map_.defaults, formats=formats, date_format=map_.date_format))


def _counted(leading: list[Row], map_: Map) -> tuple[tuple[Column, ...], int]:
    """Use a map that counts columns: data begins after ``header_rows``, else where it looks like data."""
    columns = lettered((place, of) for of, place in map_.columns if isinstance(place, int))
    if map_.header_rows is not None:
        return columns, map_.header_rows
    first = first_data_row([row.cells for row in leading], columns)
    if first is None:
        time = next((column.place for column in columns if column.field.path == "event_time"), None)
        raise UnreadableFile(
            f"None of the first {len(leading)} rows looks like data"
            + (f"; the map expects times in column {time}. " if time else ". ")
            + 'If the columns are right, say in the map how many rows come before the data: "header_rows".'
        )
    return columns, first


def _named(leading: list[Row], map_: Map) -> tuple[tuple[Column, ...], int]:
    """Use a map that names header cells: the header is the first row that has them all."""
    wanted = {fold(name): name for name in map_.names}
    places = [_places(row.cells) for row in leading]
    lacking = [[name for folded, name in wanted.items() if folded not in row] for row in places]
    nearest = min(range(len(leading)), key=lambda index: len(lacking[index]))
    if lacking[nearest]:
        raise UnreadableFile(
            f"No row has all the header cells that the map names; row {leading[nearest].number} comes nearest "
            f"and lacks {', '.join(map(repr, lacking[nearest]))}. Correct the header or the map."
        )
    found = places[nearest]
    columns = lettered((found[fold(place)] if isinstance(place, str) else place, of) for of, place in map_.columns)
    return columns, max(nearest + 1, map_.header_rows or 0)


def _places(cells: Sequence[str]) -> Mapping[str, int]:
    """Return the position of each header cell; of equal ones the first."""
    return {fold(cell): index for index, cell in reversed(list(enumerate(cells))) if cell.strip()}
