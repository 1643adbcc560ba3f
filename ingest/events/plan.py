"""A plan says which cell fills which field; it is worked out once, then turns cell after cell into events.

Rows of a file and objects of a message take the same way: a file's header is its columns, an object's header its keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ingest.events import groups
from ingest.events.consent_filling import fill_from_properties
from ingest.events.currency import is_open, settle, settle_products, settle_properties
from ingest.events.filling import Column, Filling, Reading
from ingest.events.header import Header
from ingest.events.identifying import (
    PRODUCTS,
    Guard,
    Identifying,
    clear_products,
    guard,
    identifying,
    identifying_property,
    without_placeholders,
)
from ingest.events.product_columns import ProductColumns
from ingest.values.convert import BadValue, Cell
from ingest.values.converters import convert_for
from ingest.values.fields import (
    CONTENT,
    CUSTOM,
    EVENT,
    PROPERTIES,
    USER,
    Field,
)
from omnicapi.errors import Refused
from omnicapi.messages import (
    Content,
    CustomData,
    CustomerInformation,
    Event,
    Origin,
)
from omnicapi.values.standard_names import ACTION_SOURCES, EVENTS, standard_action_source, standard_event

REQUIRED = ("event_name", "event_time", "action_source")
"""What every event needs besides its id, which can be derived (meta-capi.md §2.1)."""

_VALUE, _CURRENCY = "custom_data.value", "custom_data.currency"

_NESTED = (dict, list)

_NOTHING_SAID: dict[str, Any] = {"event_name": "", "event_time": 0, "action_source": ""}

_EMPTY_EVENT: dict[str, Any] = {
    "event_id": "",
    "channel": "",
    "origin": None,
    "user_data": None,
    "custom_data": None,
    "warnings": None,
    **dict.fromkeys(REQUIRED),
}
"""What an event is made with, since its struct asks for it, before it gets what it needs."""

RESPELLED = "standard_name_respelled"
"""Reason of a warning: the source writes one of Meta's names otherwise than Meta."""


class Plan:
    """Turns cells into events. One plan serves any number of rows with the same header, from any thread.

    A plan for ``many`` rows takes a millisecond longer to make, and a third less time for each of them.
    """

    def __init__(self, header: Header, *, many: bool = False) -> None:
        self.columns = tuple(header.columns)
        self.width = max(header.width, _width(self.columns))
        self._joined: list[tuple[int, ...]] = []
        self._guarded: list[Guard] = []
        self._lists_products = any(column.field.path in PRODUCTS for column in self.columns)
        self._properties = tuple(header.properties)
        self._warnings = list(header.warnings)
        self._mend = header.mend
        self._absent = header.absent
        self._one_name = header.one_name
        self._event = Filling(Event, _EMPTY_EVENT, one_name=header.one_name)
        self._user = Filling(CustomerInformation, one_name=header.one_name)
        self._custom = Filling(CustomData, one_name=header.one_name)
        self._others: dict[str, Filling] = {}
        self._currencies: list[int] = []
        self._products = ProductColumns()
        for column in self.columns:
            convert = column.convert or convert_for(column.field, header.formats)
            placed = self._placed(column)
            (self._products if column.between else self._filling(groups.group_of(column))).add(placed, convert)
            self._guard(identifying(placed.index, column.field, convert))
            if column.field.path == _CURRENCY:
                self._currencies.append(placed.index)
        for name, index in self._properties:
            self._guard(identifying_property(index, name))
        for default, cell in header.defaults.items():
            self._default(default, convert_for(default, header.formats)(cell))
        if header.date_format:
            self._event.defaults["date_format"] = header.date_format
        for filling in (self._event, self._user, self._custom, *self._others.values()):
            filling.ready(many)

    def event(
        self,
        cells: Sequence[Cell],
        channel: str,
        origin: Origin,
        received_ms: int,
        raw: Sequence[Any] = (),
        *,
        whole: bool = True,
    ) -> Event:
        """Build the event of one row; its ``event_id`` is empty where the source gave none.

        Of a row that is not a ``whole`` event, what every event needs may be missing; :meth:`lacking` says so later.

        ``cells`` has at least ``width`` elements; ``raw`` the same values before they became cells, for properties.
        Raises :class:`~omnicapi.errors.Refused` that names the cell (``F6``) or key, and never its value.
        """
        row = origin.row or ""
        warnings = self._warnings.copy()
        if self._mend:
            cells, damaged = self._mend(cells, row)
            warnings += damaged
        if self._joined:
            cells = [*cells[: self.width], *(_together(cells, indexes) for indexes in self._joined)]
        cells = without_placeholders(cells, self._guarded, warnings)
        reading = Reading(row, warnings, None, whole)
        event: Event = self._event.made(cells, reading)
        event.channel, event.origin, event.received_ms, event.warnings = channel, origin, received_ms, warnings
        if event.event_name not in EVENTS or event.action_source not in ACTION_SOURCES:
            _standardise(event)
        reading.event_name = event.event_name
        event.user_data = self._user.made(cells, reading)
        event.custom_data = self._custom.made(cells, reading)
        if self._properties:
            self._take_properties(event, cells, raw)
        for group, filling in self._others.items():
            groups.add(event, group, filling, filling.made(cells, reading))
        if self._products.columns:
            event.custom_data.contents += self._products.made(cells, event.warnings)
        if self._lists_products or len(event.custom_data.contents) > 1:
            clear_products(event.custom_data, warnings)
        if None in (event.event_name, event.event_time, event.action_source):
            self._check(event, whole)
        if is_open(event.custom_data) or PROPERTIES in self._others:
            self._settle(event, cells, row, whole)
        return event

    def _take_properties(self, event: Event, cells: Sequence[Cell], raw: Sequence[Any]) -> None:
        properties = {name: raw[index] for name, index in self._properties if cells[index]}
        event.custom_data.properties = properties
        if any(type(value) in _NESTED for value in properties.values()):
            fill_from_properties(event)

    def _settle(self, event: Event, cells: Sequence[Cell], row: int | str, whole: bool) -> None:
        is_own = any(cells[index] for index in self._currencies)
        try:
            settle(event, is_own, self._custom.defaults.get("currency"))
        except BadValue as error:
            column = self._column(_VALUE)
            raise column.refused(error, row) if column else Refused(error.reason, str(error), _VALUE) from None
        settle_properties(event)
        if whole:  # of an order another row may say the currency
            settle_products(event)

    def _check(self, event: Event, whole: bool) -> None:
        for required in REQUIRED:
            if getattr(event, required) is None:
                if whole:
                    raise self._missing(required, event.origin.row or "")
                setattr(event, required, _NOTHING_SAID[required])

    def mended(self, cells: Sequence[Cell], row: int | str) -> tuple[Sequence[Cell], list[str]]:
        """Return a row's cells as they are read, and what was mended in them; raises Refused where none can be."""
        return self._mend(cells, row) if self._mend else (cells, [])

    def lacking(self, event: Event) -> Refused | None:
        """Return what an event made of rows that were not whole lacks, or ``None``."""
        required = next((required for required in REQUIRED if not getattr(event, required)), None)
        return self._missing(required, event.origin.row or "") if required else None

    def _filling(self, group: str) -> Filling:
        usual = {EVENT: self._event, USER: self._user, CUSTOM: self._custom}.get(group)
        return usual or self._others.setdefault(group, self._other(group))

    def _other(self, group: str) -> Filling:
        return Filling(Content if group.startswith(CONTENT) else dict, one_name=self._one_name)

    def _guard(self, cell: Identifying | None) -> None:
        if cell is not None:
            self._guarded.append(guard(cell))

    def _placed(self, column: Column) -> Column:
        """Return the column where its cell will be: joined cells come behind those of the row."""
        if not column.joined:
            return column
        self._joined.append(column.joined)
        return replace(column, index=self.width + len(self._joined) - 1)

    def _default(self, of: Field, value: Any) -> None:
        """Take a default. One of a product is one of every product; where no column is about products it makes one."""
        if of.group == CONTENT and self._products.columns:
            self._products.defaults[of.attribute] = value
            return
        groups = [name for name in self._others if name.startswith(CONTENT)] if of.group == CONTENT else []
        for group in groups or [of.group]:
            self._filling(group).defaults[of.attribute] = value

    def _column(self, path: str) -> Column | None:
        return next((column for column in self.columns if column.field.path == path), None)

    def _missing(self, required: str, row: int | str) -> Refused:
        column = self._column(required)
        if column is None:
            expected = self._absent.get(required, "every event needs it")
            return Refused(f"{required}_missing", f"{required} is missing; {expected}.", required)
        return Refused(
            f"{required}_missing", f"{column.where(row)} is empty or a placeholder; every event needs it.", required
        )


def _width(columns: Iterable[Column]) -> int:
    return 1 + max((index for column in columns for index in (column.index, *column.joined)), default=-1)


def _together(cells: Sequence[Cell], indexes: Iterable[int]) -> str:
    return " ".join(cell for index in indexes if (cell := cells[index]) and isinstance(cell, str))


def _standardise(event: Event) -> None:
    """Write names as Meta does, and warn where the source does not."""
    source = event.action_source and standard_action_source(event.action_source)
    name = event.event_name and standard_event(event.event_name, source or "")
    if source != event.action_source:
        event.action_source = source
        event.warnings.append(f"action_source:{RESPELLED}")
    if name != event.event_name:
        event.event_name = name
        event.warnings.append(f"event_name:{RESPELLED}")
