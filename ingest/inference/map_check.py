"""What a map makes of a file, column by column: for whoever writes the map, before a file is dropped.

Nothing of a customer is kept: cells are named (``F6``), never repeated. Header cells are, since a map is made of them.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.events.filling import Column
from ingest.events.product_columns import parts
from ingest.maps.field_map import Map
from ingest.readers.table import Row
from ingest.rows.conversion import Conversion, Opened
from ingest.rows.header import Body
from ingest.values import day_order, numbers
from ingest.values.convert import BadValue, Convert
from ingest.values.fields import Kind
from ingest.values.formula_escapes import unescaped, without_formula
from omnicapi.errors import Refused, UnreadableFile
from omnicapi.messages import Event, Outcome

EXAMPLES = 3
"""Cells that are named of each kind of refusal."""

JUDGED = 10_000
"""Rows whose cells are looked at one by one; of all others only what became of them is counted."""


_AMBIGUOUS = {Kind.TIME: day_order.is_ambiguous, Kind.NUMBER: numbers.is_ambiguous}


@dataclass
class ColumnCheck:
    """One mapped column: how many of its cells say something, how many of those cannot be read, and why."""

    place: str
    field: str
    header: str | None = None
    filled: int = 0
    unreadable: Counter[str] = dataclasses.field(default_factory=Counter)
    examples: list[str] = dataclasses.field(default_factory=list)

    @property
    def never_converts(self) -> bool:
        """Whether not one of its cells can be read."""
        return self.filled > 0 and self.unreadable.total() == self.filled


@dataclass
class Refusal:
    """One reason for which rows were refused: how many, what to do, and the first of them."""

    reason: str
    field: str | None
    rows: int = 0
    examples: list[str] = dataclasses.field(default_factory=list)


@dataclass
class MapCheck:
    """What became of a file's rows. ``notes`` are what a person should know, and what another file may lack."""

    rows: int = 0
    events: int = 0
    rejected: int = 0
    dropped: int = 0
    columns: list[ColumnCheck] = dataclasses.field(default_factory=list)
    unmapped: list[str] = dataclasses.field(default_factory=list)
    refusals: list[Refusal] = dataclasses.field(default_factory=list)
    warnings: Counter[str] = dataclasses.field(default_factory=Counter)
    notes: list[str] = dataclasses.field(default_factory=list)
    broken_off: str | None = None

    @property
    def is_fine(self) -> bool:
        """Whether every row is taken or left out on purpose, and every column that says something is read."""
        columns_are_read = not any(column.never_converts for column in self.columns)
        return bool(self.events) and not self.rejected and not self.broken_off and columns_are_read


def check(map_: Map, opened: Opened) -> MapCheck:
    """Read a file that has been opened with this map to its end, and return what came of it."""
    found = opened.body
    made = MapCheck(columns=[_column(column, found.header.cells) for column in found.plan.columns])
    looked = _Looked(found, made.columns)
    conversion = Conversion(opened, 0)
    try:
        for row in opened.rows:
            made.rows += any(map(str.strip, row.cells))
            looked.at(row)
            _count(made, conversion.add(row))
        _count(made, conversion.end())
    except UnreadableFile as error:
        made.broken_off = str(error)
        _count(made, conversion.break_off())
    used = {index for column in found.plan.columns for index in (column.joined or (column.index,))}
    used |= set(found.filter.columns) | set(found.orders.columns if found.orders else ())
    made.unmapped = [cell for index, cell in enumerate(found.header.cells) if cell and index not in used]
    conversion.noticed.add_notes(found.notes)
    made.notes = [*conversion.noticed.lines(), *looked.notes(map_)]
    made.refusals.sort(key=lambda refusal: -refusal.rows)
    return made


def _column(column: Column, header: Sequence[str]) -> ColumnCheck:
    name = header[column.index] if column.index < len(header) else None
    return ColumnCheck(column.place, column.field.path, name or None)


def _count(made: MapCheck, found: Iterable[Event | Outcome]) -> None:
    for one in found:
        rows = len(one.origin.rows) or 1
        if isinstance(one, Event):
            made.events += 1
            made.warnings.update(one.warnings)
        elif one.verdict == "dropped":
            made.dropped += rows
        else:
            made.rejected += rows
            _refusal(made, one).rows += rows


def _refusal(made: MapCheck, outcome: Outcome) -> Refusal:
    reason = outcome.reason or ""
    known = next((one for one in made.refusals if (one.reason, one.field) == (reason, outcome.field)), None)
    if known is None:
        known = Refusal(reason, outcome.field)
        made.refusals.append(known)
    if len(known.examples) < EXAMPLES:
        known.examples.append(outcome.message or "")
    return known


class _Looked:
    """Looks at the cells of the first rows, each by its own column."""

    def __init__(self, found: Body, checks: Sequence[ColumnCheck]) -> None:
        self._plan = found.plan
        self._columns = list(zip(found.plan.columns, checks, strict=True))
        self._rows = 0
        self._ambiguous: Counter[str] = Counter()

    def at(self, row: Row) -> None:
        """Look at one row."""
        self._rows += 1
        cells = self._cells(row) if self._rows <= JUDGED else []
        for column, made in self._columns if cells else ():
            indexes = column.joined or (column.index,)
            cell = " ".join(said for index in indexes if (said := cells[index]))
            if cell and column.convert is not None:
                made.filled += 1
                self._try(column, column.convert, made, cell, row.number)

    def _cells(self, row: Row) -> Sequence[str]:
        """Return the cells of a row as they are read; none of a row that is refused, or passed over, as a whole."""
        width = self._plan.width
        cells = [without_formula(unescaped(cell.strip())).strip() for cell in row.cells]
        try:
            return self._plan.mended([*cells, *[""] * (width - len(cells))], row.number)[0]
        except Refused:
            return []

    def _try(self, column: Column, convert: Convert, made: ColumnCheck, cell: str, number: int) -> None:
        is_ambiguous = _AMBIGUOUS.get(column.field.kind)
        self._ambiguous[column.place] += bool(is_ambiguous and is_ambiguous(cell))
        try:
            for part in parts(cell, column.between) if column.between else (cell,):
                if part:
                    convert(part)
        except BadValue as error:
            made.unreadable[error.reason] += 1
            if len(made.examples) < EXAMPLES:
                made.examples.append(f"{column.place}{number}")

    def notes(self, map_: Map) -> Iterator[str]:
        """Say which formats this file shows by itself, though another one may not."""
        declared = {of.field: of.style for of in map_.columns}
        for column, made in self._columns:
            style = declared.get(column.field)  # none of what is read by its own name, such as consent
            if style is None or not self._ambiguous[column.place] or made.unreadable:
                continue
            if column.field.kind is Kind.TIME and style.date_format is None:
                yield (
                    f"{column.place} ({column.field.path}): this file shows which number is the day; one whose days "
                    'are all up to 12 would be refused. Say "date_format" in the map.'
                )
            if column.field.kind is Kind.NUMBER and not (style.decimal or map_.formats.decimal):
                yield (
                    f"{column.place} ({column.field.path}): this file shows its decimal separator; one that does not "
                    'would be refused. Say "decimal" in the map.'
                )
