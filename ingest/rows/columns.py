"""The columns of a map, found in one file: their positions, and how their cells are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.events.filling import Column
from ingest.events.product_columns import parts
from ingest.maps.cell_style import reader
from ingest.maps.columns import BIRTH_DATE, MapColumn
from ingest.maps.field_map import ORDER_ID, Map
from ingest.orders.columns import Amount, OrderColumns
from ingest.values.convert import Formats
from ingest.values.day_order import order_shown
from ingest.values.fields import CONTENT, Kind
from ingest.values.header_names import NUMBER, HeaderRow
from ingest.values.numbers import reader as number_reader
from ingest.values.numbers import separator_of
from ingest.values.places import Place, letters

_FOUND_OUT = {Kind.TIME, Kind.NUMBER}
"""Kinds of fields whose cells show how they are written."""

_AS_FORMAT = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y", "ymd": "%Y-%m-%d", None: None}


def columns_of(map_: Map, header: HeaderRow, formats: Formats, data: Sequence[Sequence[str]]) -> tuple[Column, ...]:
    """Return the columns that the file has; optional ones and defaults may leave some of the map's out.

    ``data`` are the first rows of data: their values show what the map does not say.
    """

    def sample(column: Column) -> Sequence[str]:
        return cells_of(column, data) if column.field.kind in _FOUND_OUT else ()

    return tuple(
        replace(column, convert=reader(column.field, of.style, formats, sample(column)))
        for of in map_.columns
        for column in _placed(of, header)
    )


def place_of(place: Place, header: HeaderRow) -> int | None:
    """Return the position of a place of the map, or ``None`` where the file has no such column."""
    return place if isinstance(place, int) else header.find(place)


def cells_of(column: Column, data: Sequence[Sequence[str]]) -> list[str]:
    """Return what a column says in these rows, without its empty cells."""
    cells = cells_at(column.joined or (column.index,), data)
    return [part for cell in cells for part in parts(cell, column.between)] if column.between else cells


def birth_dates(columns: Sequence[Column], data: Sequence[Sequence[str]]) -> str | None:
    """Return how the file writes birth dates, where its values show it."""
    shown = (order_shown(cells_of(column, data)) for column in columns if column.field == BIRTH_DATE)
    return next((_AS_FORMAT[order] for order in shown if order), None)


def order_columns(
    map_: Map, header: HeaderRow, columns: Sequence[Column], data: Sequence[Sequence[str]]
) -> OrderColumns | None:
    """Return where the file says what orders need, or ``None`` where each of its rows is an event."""
    order_id = next((column.index for column in columns if column.field == ORDER_ID), None)
    if map_.orders is None or order_id is None:
        return None
    decimal = map_.formats.decimal

    def amount(place: Place) -> Iterator[Amount]:
        if (index := place_of(place, header)) is not None:
            shown = separator_of(cells_at((index,), data))
            yield Amount(index, number_reader(decimal or shown))

    extras, discounts, refunds = (
        tuple(found for place in places for found in amount(place))
        for places in (map_.orders.extras, map_.orders.discounts, map_.orders.refunds)
    )
    return OrderColumns(map_.orders, order_id, extras, discounts, refunds)


def cells_at(indexes: Sequence[int], data: Sequence[Sequence[str]]) -> list[str]:
    """Return what rows say in these positions together, without what is empty."""
    if len(indexes) == 1:
        [index] = indexes
        found = (cells[index].strip() for cells in data if index < len(cells))
    else:
        found = (" ".join(cells[index].strip() for index in indexes if index < len(cells)).strip() for cells in data)
    return [cell for cell in found if cell]


def _placed(of: MapColumn, header: HeaderRow) -> Iterator[Column]:
    first = of.places[0]
    if isinstance(first, str) and NUMBER in first:
        is_part = of.field.group == CONTENT  # else each column holds whole products
        for number, index in header.numbered(first).items():
            yield Column(index, of.field, letters(index), product=number if is_part else 0)
        return
    indexes = [found for place in of.places if (found := place_of(place, header)) is not None]
    if indexes:
        joined = tuple(indexes) if len(indexes) > 1 else ()
        place = "+".join(map(letters, indexes))
        yield Column(indexes[0], of.field, place, joined=joined, between=of.style.between)
