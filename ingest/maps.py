"""Field maps: which column or key of a channel's sources is which field (docs/maps.md).

Three forms of ``maps/<channel>.json`` are read. The reference sample's is field name → zero-based column. The grown
form has ``columns`` or a ``preset`` and says more (:class:`~ingest.map_file.MapFile`). A configuration of Meta's
archived uploader has a ``mapping`` (:mod:`ingest.offline_uploader`). This module checks what is written.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from ingest import offline_uploader, presets
from ingest.cell_style import PLAIN_STYLE, Style, reader
from ingest.conditions import Only
from ingest.convert import PLAIN, BadValue, Cell, Formats, as_cell
from ingest.fields import CONSENT, CONTENT, PROPERTIES, Field, Kind, find, nearest
from ingest.filling import convert_for
from ingest.header_names import NUMBER, forgiving
from ingest.map_file import ColumnEntry, Columns, Condition, Entry, MapFile, OrdersEntry, Place, PropertyEntry
from ingest.order_rule import OrderRule
from ingest.plan import REQUIRED, index_of
from omnicapi.errors import BadMap

_LETTERS = re.compile(r"([A-Z]{1,2}|[A-W][A-Z]{2}|X[A-E][A-Z]|XF[A-D]):\1")
"""A whole column as spreadsheets write it: ``F:F``, up to ``XFD:XFD``."""

BIRTH_DATE, ORDER_ID = find("user_data.db"), find("custom_data.order_id")

_KINDS = {"text": Kind.TEXT, "number": Kind.NUMBER, "boolean": Kind.BOOLEAN}


@dataclass(frozen=True, slots=True)
class MapColumn:
    """Where a field stands and how its cells are written. Several ``places`` are read as one cell."""

    field: Field
    places: tuple[Place, ...]
    style: Style = PLAIN_STYLE
    optional: bool = False


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
        return (*columns, *(only.place for only in self.only), *rule.extras, *rule.discounts)

    @property
    def names(self) -> tuple[str, ...]:
        """The header cells or keys that the map names; empty where it counts columns only."""
        return tuple(place for place in self.places if isinstance(place, str))

    @property
    def needed(self) -> tuple[str, ...]:
        """Those of the names that must be there."""
        optional = {place for column in self.columns if column.optional for place in column.places}
        return tuple(name for name in self.names if name not in optional and NUMBER not in name)


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
        entries = msgspec.json.decode(text.removeprefix(codecs.BOM_UTF8), type=dict[str, Any])
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

    def map(self, channel: str, file: MapFile) -> Map:
        formats = Formats(time_zone=self._zone(file.time_zone), decimal=file.decimal)
        optional = {self._field(entry) for entry in file.optional}
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

    def _bad(self, text: str) -> BadMap:
        return BadMap(f"{self._name}: {text}")

    def _field(self, entry: str) -> Field:
        of = find(entry)
        if of is None:
            near = nearest(entry)
            raise self._bad(
                f"there is no field {entry!r}; "
                + (f"did you mean {near!r}?" if near else "docs/files.md lists the field names.")
            )
        return of

    def _columns(self, entries: Mapping[str, Columns], optional: set[Field]) -> Iterator[MapColumn]:
        named: dict[Field, str] = {}
        for entry, columns in entries.items():
            of = self._field(entry)
            if of in named:
                raise self._bad(f"{named[of]!r} and {entry!r} are the same field; keep one of them.")
            named[of] = entry
            if columns is None:
                raise self._bad(f"{entry!r} is null, which only leaves out a column of a preset; remove it.")
            if columns == []:
                raise self._bad(f"{entry!r} names no column; remove it or say where it stands.")
            for column in columns if isinstance(columns, list) else [columns]:
                yield self._column(entry, of, column, of in optional)

    def _column(self, entry: str, of: Field, column: Entry, optional: bool = False) -> MapColumn:
        said = column if isinstance(column, ColumnEntry) else ColumnEntry(column=column)
        places = said.join or ([] if said.column is None else [said.column])
        if not places or (said.join and said.column is not None):
            raise self._bad(f'{entry!r} needs either "column" or "join".')
        return MapColumn(
            of, tuple(self._place(entry, place, of) for place in places), self._style(entry, of, said), optional
        )

    def _style(self, entry: str, of: Field, said: ColumnEntry) -> Style:
        if said.date_format is not None:
            if of.kind is not Kind.TIME and of != BIRTH_DATE:
                raise self._bad(f'{entry!r}: "date_format" belongs to times and birth dates.')
            self._check_date_format(entry, said.date_format)
        if said.products is not None and of.kind is not Kind.CONTENTS:
            raise self._bad(f'{entry!r}: "products" belongs to CONTENTS.')
        values = {word: None if meaning is None else as_cell(meaning) for word, meaning in said.values.items()}
        return Style(
            values=values or None,
            date_format=said.date_format,
            time_zone=self._zone(said.time_zone),
            decimal=said.decimal,
            word=said.word,
            products=said.products,
        )

    def _place(self, entry: str, place: Place, of: Field | None = None) -> Place:
        if isinstance(place, str) and not place.strip():
            raise self._bad(f"{entry!r} names no column; remove it or say where it stands.")
        if isinstance(place, str) and NUMBER in place and (of is None or of.group != CONTENT):
            raise self._bad(f"{entry!r}: numbered columns ({NUMBER}) hold products, such as CONTENT_ID.")
        lettered = _LETTERS.fullmatch(place) if isinstance(place, str) else None
        return index_of(lettered[1]) if lettered else place

    def _consent(self, file: MapFile) -> Iterator[MapColumn]:
        for signal, column in file.consent.items():
            of = find(f"{CONSENT}.{signal}") or Field(CONSENT, signal, Kind.BOOLEAN, f"{CONSENT}.{signal}")
            yield self._column(f"consent {signal}", of, column)

    def _properties(self, file: MapFile) -> Iterator[MapColumn]:
        for name, column in file.properties.items():
            said = column if isinstance(column, PropertyEntry) else PropertyEntry(column=column)
            of = Field(PROPERTIES, name, _KINDS[said.type], f"custom_data.{name}")
            yield self._column(f"properties {name}", of, said.column)

    def _only(self, condition: Condition) -> Only:
        one_of, none_of = _words(condition.is_), _words(condition.is_not)
        if not one_of and not none_of and condition.empty is None:
            raise self._bad('a condition of "only" says "is", "is_not" or "empty".')
        return Only(self._place("only", condition.column), one_of, none_of, condition.empty)

    def _orders(self, orders: OrdersEntry | None, columns: Sequence[MapColumn]) -> OrderRule | None:
        if orders is None:
            return None
        if ORDER_ID not in {column.field for column in columns}:
            raise self._bad('"orders" needs a column of ORDER_ID, which tells the orders apart.')
        return OrderRule(
            orders.total,
            tuple(self._place("extras", place) for place in orders.extras),
            tuple(self._place("discounts", place) for place in orders.discounts),
            orders.difference,
            orders.within,
        )

    def _check_values(self, column: MapColumn, formats: Formats) -> None:
        try:
            reader(column.field, column.style, formats)
        except BadValue as error:
            raise self._bad(f'a meaning in the "values" of {column.field.usual.upper()!r}: {error.hint}') from None

    def _defaults(self, entries: Mapping[str, Any], formats: Formats) -> dict[Field, Cell]:
        defaults: dict[Field, Cell] = {}
        for entry, value in entries.items():
            of = self._field(entry)
            if (cell := as_cell(value)) == "":
                continue
            defaults[of] = cell
            try:
                convert_for(of, formats)(cell)
            except BadValue as error:
                raise self._bad(f"the default of {entry!r}: {error.hint}") from None
        return defaults

    def _check_required(self, given: set[Field]) -> None:
        missing = [required for required in REQUIRED if find(required) not in given]
        if missing:
            raise self._bad(f"{', '.join(missing).upper()} has neither a column nor a default; every event needs it.")

    def _check_texts(self, channel: str, file: MapFile) -> None:
        if file.channel is not None and file.channel.casefold() != channel:
            raise BadMap(f"{self._name} says it is for channel {file.channel!r}; rename the file or correct the entry.")
        if file.date_format is not None:
            self._check_date_format("date_format", file.date_format)
        if file.encoding is not None:
            try:
                codecs.lookup(file.encoding)
            except LookupError:
                raise self._bad(f"there is no encoding {file.encoding!r}; try utf-8, cp1252 or utf-16.") from None

    def _check_date_format(self, entry: str, date_format: str) -> None:
        try:
            written = datetime(2024, 12, 31, 22, 58, 59, tzinfo=UTC).strftime(date_format)
            datetime.strptime(written, date_format)  # noqa: DTZ007 - only whether it can be read
        except ValueError:
            written = date_format
        if written == date_format:
            raise self._bad(f"{entry}: date_format is written like %d/%m/%Y (day, month, year), %H:%M:%S behind it.")

    def _zone(self, zone: str | None) -> tzinfo | None:
        if zone is None:
            return None
        if re.fullmatch(r"[+-]\d{2}:\d{2}", zone):
            return datetime.strptime(zone, "%z").tzinfo or UTC
        try:
            return ZoneInfo(zone)
        except (ValueError, OSError, KeyError):  # a name that is no path of the zone data, or none there is
            raise self._bad(f"there is no time zone {zone!r}; write one like America/Sao_Paulo or -03:00.") from None


def _words(said: str | Sequence[str]) -> frozenset[str]:
    return frozenset(map(forgiving, [said] if isinstance(said, str) else said))


def _birth_dates(columns: Sequence[MapColumn]) -> str | None:
    return next((column.style.date_format for column in columns if column.field == BIRTH_DATE), None)
