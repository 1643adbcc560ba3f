"""The rows of a file become events, or outcomes that say what to mend in which cell."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import methodcaller
from typing import BinaryIO

import msgspec

from ingest.damage import formula_errors, uncertain_letters
from ingest.damage.kinds import sites_of
from ingest.events.event_ids import EventIds
from ingest.events.outcomes import rejected
from ingest.maps.field_map import Map
from ingest.orders.columns import OrderColumns
from ingest.orders.orders import Orders
from ingest.readers.cell_text import WITHOUT_RESULT
from ingest.readers.encodings.decoding import UNCERTAIN
from ingest.readers.file_types import read
from ingest.readers.table import USUAL, ReadOptions, Row
from ingest.rows.header import Body, body
from ingest.rows.noticed import Noticed
from ingest.values.formula_escapes import FORMULA, may_be_marked, unescaped, without_formula, without_mark
from ingest.values.places import letters
from omnicapi.errors import PassedOver, Refused, UnreadableFile
from omnicapi.internal_errors import InternalErrors
from omnicapi.messages import Event, Origin, Outcome
from omnicapi.values.placeholders import is_no_id


@dataclass(frozen=True)
class Opened:
    """A file whose header has been found: how its rows are read, and the rows from the first of data on."""

    body: Body
    rows: Iterator[Row]
    channel: str
    origin: Origin
    """Where the file is, with its sheet; a row's own origin has its number besides."""


def begin(stream: BinaryIO, map_: Map, origin: Origin, options: ReadOptions = USUAL) -> Opened:
    """Open a file and find where its data begin.

    ``origin`` says where the file is; its ``object`` is the file's name. Of ``options`` the limits count, the map says
    the rest. Raises :class:`~omnicapi.errors.UnreadableFile`, as taking the rows does.
    """
    table = read(origin.object or "", stream, read_by(map_, options))
    found = body(table, map_)
    return Opened(found, found.rows, map_.channel, msgspec.structs.replace(origin, sheet=table.sheet))


def events(
    stream: BinaryIO,
    map_: Map,
    origin: Origin,
    received_ms: int,
    options: ReadOptions = USUAL,
    noticed: Noticed | None = None,
) -> Iterator[Event | Outcome]:
    """Read a whole file and yield what becomes of its data rows, in their order, as they are taken; see :func:`begin`.

    ``noticed`` takes what a person should know of how the file was read.

    Raises :class:`~omnicapi.errors.UnreadableFile`, at the latest when the row is reached that cannot be read; what
    came before it is yielded first.
    """
    opened = begin(stream, map_, origin, options)
    conversion = Conversion(opened, received_ms)
    if noticed is not None:
        conversion.noticed = noticed
        noticed.add_notes(opened.body.notes)
    try:
        for row in opened.rows:
            yield from conversion.add(row)
    except UnreadableFile:
        yield from conversion.break_off()
        raise
    yield from conversion.end()


class Conversion:
    """Turns rows into events, in the file's order; make one for each time a file is read.

    What comes out is in the order of first rows. It depends on no row further back than event ids and orders
    remember, so reading can go on anywhere after so many rows were given to :meth:`add` again.

    ``noticed`` takes what a person should know of these rows; another may be put in its place at any time.
    """

    def __init__(self, opened: Opened, received_ms: int) -> None:
        found = opened.body
        self._plan, self._width = found.plan, found.width
        self._filter = found.filter or None
        self._file, self._channel, self._received_ms = opened.origin, opened.channel, received_ms
        sites = list(sites_of(found.plan.columns))
        self.noticed = Noticed()
        self._ids_at = {site.index for site in sites if site.is_any_id or site.is_time}
        self._strip: Callable[[str], str] = str.strip if found.is_text else methodcaller("strip")
        self._filtered = [(index, letters(index)) for index in found.filter.columns]
        self._counted = [(index, letters(index)) for index in (found.orders.columns if found.orders else ())]
        used = {(site.index, letters(site.index)) for site in sites}
        self._used = sorted({*used, *self._filtered, *self._counted})
        self._ids = EventIds()
        self._errors = InternalErrors(math.inf)
        self._columns = found.orders
        self._orders = (
            Orders(found.orders.rule, self._ids, found.plan.lacking, self._rejected) if found.orders else None
        )

    def add(self, row: Row) -> Sequence[Event | Outcome]:
        """Return what the row completes: events, or outcomes that say why they are none; nothing for an empty row."""
        file = self._file
        place = Origin(file.bucket, file.object, file.generation, file.sheet, row.number)
        if self._orders is not None and self._columns is not None:
            finished = list(self._orders.finished(row.number))
            self._gather(self._orders, self._columns, row, place)
            return finished
        if row.fault:
            return (self._rejected(_fault(row), place),)
        cells = self._cells(row)
        return (self._one(cells, place),) if cells else ()

    def end(self) -> Iterator[Event | Outcome]:
        """Yield what the end of the file completes."""
        if self._orders is not None:
            yield from self._orders.end()

    def break_off(self) -> Iterator[Event | Outcome]:
        """Yield what is left where the file cannot be read on: orders that may have had further rows are refused."""
        if self._orders is not None:
            yield from self._orders.break_off()

    def _cells(self, row: Row) -> list[str]:
        """Return the cells of a row, as many as are looked at; none where all are empty."""
        cells = [*map(self._strip, row.cells)]
        together = "".join(cells)
        if "\0" in together:
            cells = [cell.replace("\0", "").strip() for cell in cells]
        if "'" in together:
            cells = [unescaped(cell).strip() for cell in cells]
        if "=" in together and FORMULA in together:  # one letter is found in a third of the time
            cells = [without_formula(cell).strip() for cell in cells]
        if may_be_marked(together):
            cells = [without_mark(cell) if index in self._ids_at else cell for index, cell in enumerate(cells)]
        if not any(cells):
            return []
        if len(cells) < self._width:
            cells += [""] * (self._width - len(cells))
        if row.is_hidden:
            self.noticed.hidden_rows.add([str(row.number)])
        if "#" in together and WITHOUT_RESULT in together:
            found = (f"{name}{row.number}" for index, name in self._used if cells[index] == WITHOUT_RESULT)
            self.noticed.without_result.add(found)
        return cells

    def _one(self, cells: list[str], place: Origin) -> Event | Outcome:
        try:
            if self._filter is not None:
                formula_errors.refuse(cells, self._filtered, place.row or "")
                if (failed := self._filter.failed(cells)) is not None:
                    return self._unwanted(failed, cells, place)
            return self._ids.complete(self._plan.event(cells, self._channel, place, self._received_ms))
        except Refused as refused:
            return self._rejected(refused, place)
        except UnreadableFile:
            raise  # what follows stands below another header
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not cost the other rows
            return self._rejected(self._errors.refusal(error, place), place)

    def _gather(self, orders: Orders, columns: OrderColumns, row: Row, place: Origin) -> None:
        """Give a row to the order that it belongs to."""
        if row.fault:
            orders.refuse("", self._rejected(_fault(row), place))
            return
        if not (cells := self._cells(row)):
            return
        order_id = cells[columns.order_id]
        if is_no_id(order_id):
            order_id = ""  # rows that say "null" are not one order
        try:
            formula_errors.refuse(cells, self._filtered, row.number)
            if (failed := self._failed(orders, order_id, cells, row.number)) is not None:
                outcome = self._unwanted(failed, cells, place)
                (orders.pass_over if outcome.verdict == "dropped" else orders.refuse)(order_id, outcome)
                return
            formula_errors.refuse(cells, self._counted, row.number)
            event = self._plan.event(cells, self._channel, place, self._received_ms, whole=not order_id)
            orders.add(columns.line(event, cells))
        except PassedOver as passed_over:
            orders.pass_over("", self._rejected(passed_over, place))
        except Refused as refused:
            orders.refuse(order_id, self._rejected(refused, place))
        except UnreadableFile:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not cost the other orders
            orders.refuse(order_id, self._rejected(self._errors.refusal(error, place), place))

    def _failed(self, orders: Orders, order_id: str, cells: list[str], row: int) -> int | None:
        """Return the column for which a row is not wanted; a row that says nothing there goes with its order."""
        if self._filter is None:
            return None
        wanted = orders.wants(order_id, row) if self._filter.is_silent(cells) else None
        if wanted is None:
            return self._filter.failed(cells)
        return None if wanted else self._filter.columns[0]

    def _rejected(self, refused: Refused, origin: Origin) -> Outcome:
        return rejected(refused, self._channel, origin, self._received_ms)

    def _unwanted(self, column: int, cells: list[str], origin: Origin) -> Outcome:
        """Return the outcome of a row that the map does not want read, or may not, because of what ``column`` says."""
        place = f"{letters(column)}{origin.row}"
        if UNCERTAIN in cells[column]:
            refusal = uncertain_letters.refusal()
            return self._rejected(Refused(refusal.reason, f"{place}: {refusal}"), origin)
        text = f'{place}: the map reads only rows that meet its "only".'
        return self._rejected(PassedOver("row_not_wanted", text), origin)


def _fault(row: Row) -> Refused:
    return Refused("row_unreadable", f"Row {row.number}: {row.fault}")


def read_by(map_: Map, options: ReadOptions) -> ReadOptions:
    """Return how to read a file of this map: the limits of ``options``, and what the map says."""
    counted = [place for place in map_.places if isinstance(place, int)]
    return replace(
        options,
        delimiter=map_.delimiter,
        encoding=map_.encoding,
        sheet=map_.sheet,
        width=1 + max(counted) if counted else len(set(map_.needed)),
        names=map_.names,
    )
