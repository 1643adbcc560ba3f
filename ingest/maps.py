"""Field maps: which column or key of a channel's sources is which field (docs/files.md).

Two forms of ``maps/<channel>.json`` are read. The reference sample's is field name → zero-based column. The grown form
has ``columns`` and says more: names of header cells or JSON keys, constants, and how times and numbers are written.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from ingest.convert import PLAIN, BadValue, Cell, Formats, as_cell
from ingest.fields import Field, find, nearest
from ingest.plan import REQUIRED, convert_for
from omnicapi.errors import BadMap

Place = Annotated[int, msgspec.Meta(ge=0, le=16_383, description="Column, counted from 0: A is 0.")] | str
"""Where a field stands: a zero-based column, or the name of a header cell or JSON key (``contact.email``)."""

Decimals = Literal[".", ","]


class MapFile(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The grown form of a map, as written. Every entry but ``columns`` may be left out."""

    columns: Annotated[
        dict[str, Place],
        msgspec.Meta(description="Field name to column (counted from 0), header cell or JSON key."),
    ]
    channel: Annotated[str, msgspec.Meta(description="The channel; the file's name says it already.")] | None = None
    defaults: Annotated[
        dict[str, str | int | float | bool],
        msgspec.Meta(description="Field name to the value of every event whose own cell is empty."),
    ] = {}
    header_rows: (
        Annotated[int, msgspec.Meta(ge=0, le=1000, description="Rows before the first row of data.")] | None
    ) = None
    delimiter: (
        Annotated[str, msgspec.Meta(min_length=1, max_length=1, description="Between two cells of a CSV file.")] | None
    ) = None
    encoding: Annotated[str, msgspec.Meta(description="Character encoding of CSV files, such as cp1250.")] | None = None
    decimal: Annotated[Decimals, msgspec.Meta(description="The decimal separator of numbers.")] | None = None
    time_zone: Annotated[str, msgspec.Meta(description="Zone of times that name none: America/Sao_Paulo.")] | None = (
        None
    )
    date_format: Annotated[str, msgspec.Meta(description="How birth dates are written: %d/%m/%Y.")] | None = None


@dataclass(frozen=True)
class Map:
    """A map that has been checked: its names are fields, its constants can be read, its encoding and zone exist."""

    channel: str
    columns: tuple[tuple[Field, int | str], ...]
    defaults: Mapping[Field, Cell] = field(default_factory=dict)
    formats: Formats = PLAIN
    header_rows: int | None = None
    delimiter: str | None = None
    encoding: str | None = None
    date_format: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The header cells or keys that the map names; empty where it counts columns only."""
        return tuple(place for _, place in self.columns if isinstance(place, str))


def parse(channel: str, text: bytes) -> Map:
    """Read the map of ``channel``; raises :class:`~omnicapi.errors.BadMap` that names the map and the entry."""
    name = f"maps/{channel}.json"
    file = _decode(name, text)
    columns = _columns(name, file.columns)
    formats = Formats(time_zone=_zone(name, file.time_zone), decimal=file.decimal)
    defaults = _defaults(name, file.defaults, formats)
    _check_required(name, {of for of, _ in columns} | defaults.keys())
    _check_texts(name, channel, file)
    return Map(
        channel=channel,
        columns=columns,
        defaults=defaults,
        formats=formats,
        header_rows=file.header_rows,
        delimiter=file.delimiter,
        encoding=file.encoding,
        date_format=file.date_format,
    )


def _decode(name: str, text: bytes) -> MapFile:
    try:
        entries = msgspec.json.decode(text.removeprefix(codecs.BOM_UTF8), type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadMap(f"{name} is not a JSON object: {error}") from None
    entries.pop("$schema", None)
    if "columns" not in entries:
        entries = {"columns": entries}
    known = [member.name for member in msgspec.structs.fields(MapFile)]
    for entry in entries:
        if entry not in known:
            raise BadMap(f"{name}: there is no entry {entry!r}; a map has {', '.join(known)}.")
    try:
        return msgspec.convert(entries, MapFile)
    except msgspec.ValidationError as error:
        raise BadMap(f"{name}: {error}") from None


def _field(name: str, entry: str) -> Field:
    of = find(entry)
    if of is None:
        near = nearest(entry)
        raise BadMap(
            f"{name}: there is no field {entry!r}; "
            + (f"did you mean {near!r}?" if near else "docs/files.md lists the field names.")
        )
    return of


def _columns(name: str, entries: Mapping[str, int | str]) -> tuple[tuple[Field, int | str], ...]:
    columns: dict[Field, tuple[str, int | str]] = {}
    for entry, place in entries.items():
        of = _field(name, entry)
        if of in columns:
            raise BadMap(f"{name}: {columns[of][0]!r} and {entry!r} are the same field; keep one of them.")
        if place == "":
            raise BadMap(f"{name}: {entry!r} names no column; remove it or say where it stands.")
        columns[of] = (entry, place)
    return tuple((of, place) for of, (_, place) in columns.items())


def _defaults(name: str, entries: Mapping[str, Any], formats: Formats) -> dict[Field, Cell]:
    defaults: dict[Field, Cell] = {}
    for entry, value in entries.items():
        of = _field(name, entry)
        defaults[of] = as_cell(value)
        try:
            convert_for(of, formats)(defaults[of])
        except BadValue as error:
            raise BadMap(f"{name}: the default of {entry!r}: {error.hint}") from None
    return defaults


def _check_required(name: str, given: set[Field]) -> None:
    missing = [required for required in REQUIRED if find(required) not in given]
    if missing:
        raise BadMap(f"{name}: {', '.join(missing).upper()} has neither a column nor a default; every event needs it.")


def _check_texts(name: str, channel: str, file: MapFile) -> None:
    if file.channel is not None and file.channel.casefold() != channel:
        raise BadMap(f"{name} says it is for channel {file.channel!r}; rename the file or correct the entry.")
    if file.date_format is not None and "%" not in file.date_format:
        raise BadMap(f"{name}: date_format is written like %d/%m/%Y (day, month, year).")
    if file.encoding is not None:
        try:
            codecs.lookup(file.encoding)
        except LookupError:
            raise BadMap(f"{name}: there is no encoding {file.encoding!r}; try utf-8, cp1252 or utf-16.") from None


def _zone(name: str, zone: str | None) -> ZoneInfo | None:
    if zone is None:
        return None
    try:
        return ZoneInfo(zone)
    except (ValueError, OSError, KeyError):  # a name that is no path of the zone data, or none there is
        raise BadMap(f"{name}: there is no time zone {zone!r}; write one like America/Sao_Paulo.") from None
