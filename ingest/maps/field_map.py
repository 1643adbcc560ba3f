"""Field maps: which column or key of a channel's sources is which field (docs/maps.md).

Three forms of ``maps/<channel>.json`` are read. The reference sample's is field name → zero-based column. The grown
form has ``columns`` or a ``preset`` and says more (:class:`~ingest.maps.file.MapFile`). A configuration of Meta's
archived uploader has a ``mapping`` (:mod:`ingest.maps.offline_uploader`). This module checks what is written.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ingest.consent.reading import is_known
from ingest.events.consent_columns import consent_field
from ingest.events.plan import REQUIRED
from ingest.maps import offline_uploader, presets
from ingest.maps.cell_style import reader
from ingest.maps.columns import BIRTH_DATE, ColumnEntries, MapColumn
from ingest.maps.conditions import Only
from ingest.maps.file import Columns, Condition, MapFile, OrdersEntry, PropertyEntry
from ingest.orders.columns import OrderRule
from ingest.values.convert import PLAIN, BadValue, Cell, Formats, as_cell
from ingest.values.converters import convert_for
from ingest.values.fields import PROPERTIES, Field, Kind, find
from ingest.values.header_names import NUMBER, forgiving
from ingest.values.places import Place
from omnicapi.errors import BadMap
from omnicapi.json_document import read_object

ORDER_ID = find("custom_data.order_id")

_KINDS = {"text": Kind.TEXT, "number": Kind.NUMBER, "boolean": Kind.BOOLEAN}


@dataclass(frozen=True)
class Map:
    """A map that has been checked: its names are fields, its constants can be read, its encoding and zone exist."""

    channel: str
    columns: tuple[MapColumn, ...]
    defaults: Mapping[Field, Cell] = field(default_factory=dict)
    formats: Formats = PLAIN
    only: tuple[Only, ...] = ()
    orders: OrderRule | None = None
    sheet: str | None = None
    header_rows: int | None = None
    delimiter: str | None = None
    encoding: str | None = None
    date_format: str | None = None

    @property
    def places(self) -> tuple[Place, ...]:
        """Every column that the map reads or looks at."""
        columns = (place for column in self.columns for place in column.places)
        rule = self.orders or OrderRule()
        return (*columns, *(only.place for only in self.only), *rule.extras, *rule.discounts, *rule.refunds)

    @property
    def names(self) -> tuple[str, ...]:
        """The header cells or keys that the map names; empty where it counts columns only."""
        return tuple(place for place in self.places if isinstance(place, str))

    @property
    def needed(self) -> tuple[str, ...]:
        """Those of the names that must be there."""
        columns = {place for column in self.columns if not column.optional for place in column.places}
        rule = self.orders or OrderRule()
        amounts = {*rule.extras, *rule.discounts, *rule.refunds} - rule.optional
        needed = columns | amounts | {only.place for only in self.only if not only.optional}
        return tuple(name for name in self.names if name in needed and NUMBER not in name)


def parse(channel: str, text: bytes) -> Map:
    """Read the map of ``channel``; raises :class:`~omnicapi.errors.BadMap` that names the map and the entry."""
    name = f"maps/{channel}.json"
    file = decode(name, text)
    if file.preset is not None:
        file = presets.merged(file, _preset(name, file.preset))
    return _Checked(name).map(channel, file)


def _preset(name: str, preset: str) -> MapFile:
    text = presets.read(preset)
    if text is None:
        raise BadMap(f"{name}: there is no preset {preset!r}; there are {', '.join(presets.names())}.")
    return decode(f"maps/presets/{preset}.json", text)


def decode(name: str, text: bytes) -> MapFile:
    """Read a map of any form as it is written, its names not yet checked; raises BadMap."""
    try:
        entries = read_object(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadMap(f"{name} is not a JSON object: {error}") from None
    entries.pop("$schema", None)
    if offline_uploader.is_config(entries):
        entries = offline_uploader.as_map(name, entries)
    if not entries.keys() & {"columns", "preset"}:
        entries = {"columns": entries}
    known = [member.name for member in msgspec.structs.fields(MapFile)]
    for entry in entries:
        if entry not in known:
            raise BadMap(f"{name}: there is no entry {entry!r}; a map has {', '.join(known)}.")
    try:
        return msgspec.convert(entries, MapFile)
    except msgspec.ValidationError as error:
        raise BadMap(f"{name}: {error}") from None


class _Checked:
    """Checks what a map says, entry by entry. ``name`` is how errors call the map."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._entries = ColumnEntries(name)

    def map(self, channel: str, file: MapFile) -> Map:
        formats = Formats(time_zone=self._entries.zone(file.time_zone), decimal=file.decimal)
        optional = {self._entries.field(entry) for entry in file.optional}
        columns = (*self._columns(file.columns, optional), *self._consent(file), *self._properties(file))
        for column in columns:
            self._check_values(column, formats)
        defaults = self._defaults(file.defaults, formats)
        self._check_required({column.field for column in columns} | defaults.keys())
        self._check_texts(channel, file)
        return Map(
            channel=channel,
            columns=columns,
            defaults=defaults,
            formats=formats,
            only=tuple(self._only(condition) for condition in file.only),
            orders=self._orders(file.orders, columns),
            sheet=file.sheet,
            header_rows=file.header_rows,
            delimiter=file.delimiter,
            encoding=file.encoding,
            date_format=file.date_format or _birth_dates(columns),
        )

    def _columns(self, entries: Mapping[str, Columns], optional: set[Field]) -> Iterator[MapColumn]:
        named: dict[Field, str] = {}
        for entry, columns in entries.items():
            of = self._entries.field(entry)
            if of in named:
                raise self._entries.bad(f"{named[of]!r} and {entry!r} are the same field; keep one of them.")
            named[of] = entry
            if columns is None:
                raise self._entries.bad(f"{entry!r} is null, which only leaves out a column of a preset; remove it.")
            if columns == []:
                raise self._entries.bad(f"{entry!r} names no column; remove it or say where it stands.")
            for column in columns if isinstance(columns, list) else [columns]:
                yield self._entries.column(entry, of, column, of in optional)

    def _consent(self, file: MapFile) -> Iterator[MapColumn]:
        for signal, column in file.consent.items():
            yield self._entries.column(f"consent {signal}", consent_field(signal), column)

    def _properties(self, file: MapFile) -> Iterator[MapColumn]:
        for name, column in file.properties.items():
            if is_known(name):
                raise self._entries.bad(f'{name!r} is about consent and is never sent; put it under "consent".')
            said = column if isinstance(column, PropertyEntry) else PropertyEntry(column=column)
            of = Field(PROPERTIES, name, _KINDS[said.type], f"custom_data.{name}")
            yield self._entries.column(f"properties {name}", of, said.column)

    def _only(self, condition: Condition) -> Only:
        one_of, none_of = _words(condition.is_), _words(condition.is_not)
        if not one_of and not none_of and condition.empty is None and not condition.above_zero:
            raise self._entries.bad('a condition of "only" says "is", "is_not", "empty" or "above_zero".')
        place = self._entries.place("only", condition.column)
        return Only(place, one_of, none_of, condition.empty, condition.above_zero, condition.optional)

    def _orders(self, orders: OrdersEntry | None, columns: Sequence[MapColumn]) -> OrderRule | None:
        if orders is None:
            return None
        if ORDER_ID not in {column.field for column in columns}:
            raise self._entries.bad('"orders" needs a column of ORDER_ID, which tells the orders apart.')

        def places(entry: str, said: Sequence[Place]) -> tuple[Place, ...]:
            return tuple(self._entries.place(entry, place) for place in said)

        return OrderRule(
            total=orders.total,
            extras=places("extras", orders.extras),
            discounts=places("discounts", orders.discounts),
            refunds=places("refunds", orders.refunds),
            optional=frozenset(places("optional", orders.optional)),
            above_zero=orders.above_zero,
            difference=orders.difference,
            within=orders.within,
        )

    def _check_values(self, column: MapColumn, formats: Formats) -> None:
        try:
            reader(column.field, column.style, formats)
        except BadValue as error:
            raise self._entries.bad(
                f'a meaning in the "values" of {column.field.usual.upper()!r}: {error.hint}'
            ) from None

    def _defaults(self, entries: Mapping[str, Any], formats: Formats) -> dict[Field, Cell]:
        defaults: dict[Field, Cell] = {}
        for entry, value in entries.items():
            of = self._entries.field(entry)
            if (cell := as_cell(value)) == "":
                continue
            defaults[of] = cell
            try:
                convert_for(of, formats)(cell)
            except BadValue as error:
                raise self._entries.bad(f"the default of {entry!r}: {error.hint}") from None
        return defaults

    def _check_required(self, given: set[Field]) -> None:
        missing = [required for required in REQUIRED if find(required) not in given]
        if missing:
            raise self._entries.bad(
                f"{', '.join(missing).upper()} has neither a column nor a default; every event needs it."
            )

    def _check_texts(self, channel: str, file: MapFile) -> None:
        if file.channel is not None and file.channel.casefold() != channel:
            raise BadMap(f"{self._name} says it is for channel {file.channel!r}; rename the file or correct the entry.")
        if file.date_format is not None:
            self._entries.check_date_format("date_format", file.date_format)
        if file.encoding is not None:
            try:
                codecs.lookup(file.encoding)
            except LookupError:
                raise self._entries.bad(
                    f"there is no encoding {file.encoding!r}; try utf-8, cp1252 or utf-16."
                ) from None


def _words(said: str | Sequence[str]) -> frozenset[str]:
    return frozenset(map(forgiving, [said] if isinstance(said, str) else said))


def _birth_dates(columns: Sequence[MapColumn]) -> str | None:
    return next((column.style.date_format for column in columns if column.field == BIRTH_DATE), None)
