"""Where the data of a file begins, and which column is which field.

A file may start with several header rows and empty rows. A map that counts columns says nothing about them: a leading
row is a header as long as nothing in it looks like data (:mod:`ingest.rows.evidence`); from the first that does, every
row is data. A map that names header cells finds its header by them. ``header_rows`` overrules both
(docs/files-reference.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from itertools import chain, islice

from ingest.damage import Damage, MovedRows, Site, half_swapped, ids
from ingest.damage.moved_rows import refuse_other_order
from ingest.events.consent_columns import unnamed_columns
from ingest.events.filling import Column
from ingest.events.header import Header, Mend
from ingest.events.plan import Plan
from ingest.maps import preset_choice
from ingest.maps.columns import BIRTH_DATE, MapColumn
from ingest.maps.conditions import Filter
from ingest.maps.field_map import Map
from ingest.orders.columns import OrderColumns
from ingest.readers.cell_text import WITHOUT_RESULT
from ingest.readers.table import Row, Table
from ingest.rows.columns import birth_dates, cells_at, cells_of, columns_of, order_columns, place_of
from ingest.rows.evidence import first_data_row
from ingest.rows.noticed import hidden_columns
from ingest.rows.zone_evidence import assumed_utc, parameters_zone
from ingest.values.convert import Formats
from ingest.values.fields import Field, Kind
from ingest.values.header_names import HeaderRow
from ingest.values.places import letters
from omnicapi.errors import UnreadableFile

LEADING = 50
"""Rows among which the header is looked for. A file without data in so many is one that its map does not fit."""

SAMPLE = 1000
"""Rows whose values show what the map does not say, such as the order of day and month."""

_NAMELESS = HeaderRow(())


@dataclass(frozen=True)
class Body:
    """The rows of a file from its first row of data on, the plan that reads them, and which of them it reads.

    Each row that is given to ``plan`` or ``filter`` must have at least ``width`` cells. ``header`` are the cells of
    the header row, where the map names any. ``orders`` is there where rows are gathered into orders.
    """

    plan: Plan
    rows: Iterator[Row]
    filter: Filter = field(default_factory=lambda: Filter(()))
    header: HeaderRow = _NAMELESS
    orders: OrderColumns | None = None
    notes: tuple[str, ...] = ()
    """What a person should know of how the file is read."""
    is_text: bool = False
    """Whether its format knows nothing but text: no cell is a number that has lost digits."""

    @property
    def width(self) -> int:
        """How many cells a row needs."""
        return self.plan.width


def body(table: Table, map_: Map) -> Body:
    """Find the first row of data.

    Raises :class:`~omnicapi.errors.UnreadableFile` where the file holds none, or not the columns its map names.
    """
    try:
        found = _body(table, map_)
    except UnreadableFile as error:
        if table.notes:
            raise UnreadableFile(" ".join([*table.notes, str(error)])) from None
        raise
    return replace(found, notes=(*table.notes, *found.notes))


def _body(table: Table, map_: Map) -> Body:
    sample, rest = _begun(table.rows, max(SAMPLE, map_.header_rows or 0))
    leading = sample[: max(LEADING, map_.header_rows or 0)]
    if not _says_anything(leading):
        fault = next((row.fault for row in leading if row.fault), None)
        raise UnreadableFile(f"None of the first rows can be read; of one: {fault}" if fault else "The file is empty.")
    header, header_rows = _named(leading, map_) if map_.names else (_NAMELESS, _counted(leading, map_))
    data = [row.cells for row in sample[header_rows:]]
    filter_ = Filter([(index, only) for only in map_.only if (index := place_of(only.place, header)) is not None])
    above = [row.cells for row in sample[:header_rows] if row.number]
    formats = map_.formats
    if (zone := parameters_zone(above)) is not None:
        formats = replace(formats, time_zone=zone)
    columns = columns_of(map_, header, _with_zone(formats), data)
    used = sorted({index for column in columns for index in _indexes(column)})
    notes = (
        *(note for of, cells in _times(map_, columns, data) for note in assumed_utc(of, formats, cells, header.cells)),
        *hidden_columns(letters(index) for index in sorted(table.hidden_columns) if _holds_anything(sample, index)),
    )
    if header.cells:
        refuse_other_order(header.cells, used, ((row.number, row.cells) for row in sample[header_rows:]))
    columns += tuple(_about_consent(map_, header, sample[:header_rows], columns))
    orders = order_columns(map_, header, columns, data)
    width = max(filter_.width, orders.width if orders else 0)
    moved = MovedRows(above, _header_width(table, header, above, data), header.cells, used)
    is_text = table.delimiter is not None
    damage = Damage([_site(index, of.field, data) for of in columns for index in _indexes(of)], moved, is_text=is_text)
    plan = _plan(map_, columns, data, width, damage.mend)
    return Body(plan, chain(sample[header_rows:], rest), filter_, header, orders, notes, is_text)


def _times(
    map_: Map, columns: Sequence[Column], data: Sequence[Sequence[str]]
) -> Iterator[tuple[MapColumn, Sequence[str]]]:
    for column in columns:
        of = next((of for of in map_.columns if of.field == column.field), None)
        if of is not None and column.field.kind is Kind.TIME:
            yield of, cells_of(column, data)


def _about_consent(map_: Map, header: HeaderRow, above: Sequence[Row], columns: Sequence[Column]) -> Iterator[Column]:
    """Yield the columns about consent that the map does not look at; a map that counts columns has the row above."""
    cells = header.cells or (above[-1].cells if above else ())
    taken = {index for column in columns for index in _indexes(column)}
    taken |= {index for place in map_.places if (index := place_of(place, header)) is not None}
    return unnamed_columns(cells, taken)


def _begun(rows: Iterator[Row], count: int) -> tuple[list[Row], Iterator[Row]]:
    """Return the first rows and what follows them; where they break off, what follows says why."""
    sample: list[Row] = []
    try:
        for row in islice(rows, count):
            sample.append(row)  # noqa: PERF402 - what came before an error is kept
    except UnreadableFile as error:
        if not _says_anything(sample):
            raise
        return sample, _broken_off(error)
    return sample, rows


def _says_anything(rows: Iterable[Row]) -> bool:
    return any(any(map(str.strip, row.cells)) for row in rows)


def _holds_anything(rows: Iterable[Row], index: int) -> bool:
    return any(index < len(row.cells) and row.cells[index].strip() for row in rows)


def _broken_off(error: UnreadableFile) -> Iterator[Row]:
    raise error
    yield  # a generator: the error comes when its first row is asked for


def _with_zone(formats: Formats) -> Formats:
    # A spreadsheet cannot write a time zone, so a map that names none means UTC.
    return replace(formats, time_zone=formats.time_zone or UTC)


def _plan(map_: Map, columns: Sequence[Column], data: Sequence[Sequence[str]], width: int, mend: Mend) -> Plan:
    date_format = map_.date_format or birth_dates(columns, data)
    header = Header(columns, map_.defaults, _with_zone(map_.formats), date_format, width=width, mend=mend)
    return Plan(header, many=True)


def _header_width(
    table: Table, header: HeaderRow, above: Sequence[Sequence[str]], data: Sequence[Sequence[str]]
) -> int:
    """Return how many cells a row of text may have, or 0 where nothing says it.

    In a spreadsheet no cell moves. Above rows that a map counts may stand titles, which are narrower than the data.
    """
    if table.delimiter is None or header.cells:
        return len(header.cells) if table.delimiter is not None else 0
    widest = max(map(len, above), default=0)
    usual = Counter(map(len, data)).most_common(1)
    return widest if usual and widest >= usual[0][0] else 0


def _site(index: int, of: Field, data: Sequence[Sequence[str]]) -> Site:
    site = Site(index, of, letters(index))
    if site.is_id:
        return replace(site, keeps_zeros=ids.has_other_numbers(cells_at((index,), data)))
    if site.is_time or of == BIRTH_DATE:
        return replace(site, is_half_swapped=half_swapped.is_shown(cells_at((index,), data)))
    return site


def _indexes(column: Column) -> tuple[int, ...]:
    return column.joined or (column.index,)


def _counted(leading: list[Row], map_: Map) -> int:
    """Use a map that counts columns: data begins after ``header_rows``, else where it looks like data."""
    if map_.header_rows is not None:
        return map_.header_rows
    columns = columns_of(map_, _NAMELESS, map_.formats, ())
    keys = [row for row in leading if row.number == 0]  # of formats whose header is no row, and never data
    first = first_data_row([row.cells for row in leading[len(keys) :]], columns)
    if first is None:
        time = next((column.place for column in columns if column.field.path == "event_time"), None)
        raise UnreadableFile(
            f"None of the first {len(leading)} rows looks like data"
            + (f"; the map expects times in column {time}. " if time else ". ")
            + 'If the columns are right, say in the map how many rows come before the data: "header_rows". '
            + _another_map(leading)
        )
    return len(keys) + first


def _named(leading: list[Row], map_: Map) -> tuple[HeaderRow, int]:
    """Use a map that names header cells: the header is the first row that has all that must be there."""
    needed = map_.needed or map_.names
    others: list[tuple[list[str], Row]] = []
    for index, row in enumerate(leading):
        header = HeaderRow(row.cells)
        lacking = [name for name in needed if header.find(name) is None]
        if not lacking:
            return header, max(index + 1, map_.header_rows or 0)
        others.append((lacking, row))
    lacking, row = min(others, key=lambda other: len(other[0]))
    raise UnreadableFile(
        f"No row has all the header cells that the map names; row {row.number} comes nearest "
        f"and lacks {', '.join(map(repr, lacking))}. {_formula(row)}Correct the header or the map. "
        f"{_another_map(leading)}"
    )


def _formula(row: Row) -> str:
    """Say which cell may be the name that a row lacks, where it is a formula without a result."""
    index = next((index for index, cell in enumerate(row.cells) if cell == WITHOUT_RESULT), None)
    if index is None:
        return ""
    return (
        f"Its cell {letters(index)}{row.number} is a formula whose result the file does not hold: open the file in a "
        "spreadsheet program, save it, and drop it again. "
    )


def _another_map(leading: Sequence[Row]) -> str:
    """Say how to come by a map that fits."""
    preset = preset_choice.alike(row.cells for row in leading)
    told = f'; this file looks like the export that {{"preset": "{preset}"}} reads' if preset else ""
    return f"To see a map that fits the file, run omnicapi maps infer FILE{told}."
