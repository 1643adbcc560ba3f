"""A plan says which cell fills which field; it is worked out once, then turns cell after cell into events.

Rows of a file and objects of a message take the same way: a file's header is its columns, an object's header its keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.contents import contents
from ingest.convert import PLAIN, BadValue, Cell, Convert, Formats, converter
from ingest.fields import CONSENT, CONTENT, CUSTOM, EVENT, LIMITED, ORIGINAL, PROPERTIES, STORE, USER, Field, Kind
from omnicapi.errors import Refused
from omnicapi.messages import (
    Content,
    CustomData,
    CustomerInformation,
    Event,
    LimitedDataUse,
    Origin,
    OriginalEvent,
)

REQUIRED = ("event_name", "event_time", "action_source")
"""What every event needs besides its id, which can be derived (meta-capi.md §2.1)."""

_NOTHING_SAID: dict[str, Any] = {"event_name": "", "event_time": 0, "action_source": ""}


Mend = Callable[[Sequence[Cell], int | str], tuple[Sequence[Cell], list[str]]]
"""Takes a row's cells and its number; returns the cells as they are to be read, and a warning for each it changed."""


@dataclass(frozen=True, slots=True)
class Column:
    """One cell's use: its position, the field it fills, and what to call the place (``F``, or a key).

    ``convert`` reads the cell where the field's kind alone does not say how. ``joined`` are the positions of several
    cells that are read as one, ``index`` being the first. ``product`` tells the products of numbered columns apart.
    """

    index: int
    field: Field
    place: str
    convert: Convert | None = None
    joined: tuple[int, ...] = ()
    product: int = 0


@dataclass(frozen=True, slots=True)
class Header:
    """Everything a plan is made of.

    ``defaults`` holds cells for fields whose own cell is empty. ``properties`` are (name, position) of cells that go to
    ``custom_data`` untouched. ``absent`` says of required fields where they were expected. ``width`` is how many cells
    the caller wants a row to have, whatever the columns need. ``mend`` looks at a row's cells before they are read.
    """

    columns: Sequence[Column]
    defaults: Mapping[Field, Cell] = field(default_factory=dict)
    formats: Formats = PLAIN
    date_format: str | None = None
    properties: Sequence[tuple[str, int]] = ()
    warnings: Sequence[str] = ()
    absent: Mapping[str, str] = field(default_factory=dict)
    width: int = 0
    mend: Mend | None = None


class Plan:
    """Turns cells into events. One plan serves any number of rows with the same header, from any thread."""

    def __init__(self, header: Header) -> None:
        self.columns = tuple(header.columns)
        self.width = max(header.width, _width(self.columns))
        self._joined: list[tuple[int, ...]] = []
        self._properties = tuple(header.properties)
        self._warnings = list(header.warnings)
        self._mend = header.mend
        self._absent = header.absent
        self._groups = {group: _Group() for group in (EVENT, USER, CUSTOM)}
        for column in self.columns:
            convert = column.convert or convert_for(column.field, header.formats)
            self._group(_group_of(column)).add(self._placed(column), convert)
        for default, cell in header.defaults.items():
            self._default(default, convert_for(default, header.formats)(cell))
        self._products = [group for group in self._groups if group.startswith(CONTENT)]
        self._has_rare = not self._groups.keys() <= {EVENT, USER, CUSTOM, PROPERTIES, *self._products}
        if header.date_format:
            self._groups[EVENT].defaults["date_format"] = header.date_format

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
        warnings = self._warnings
        if self._mend:
            cells, damaged = self.mended(cells, row)
            warnings = warnings + damaged
        if self._joined:
            cells = [*cells[: self.width], *(_together(cells, indexes) for indexes in self._joined)]
        values = {group: plan.fill(cells, row) for group, plan in self._groups.items()}
        event = values[EVENT]
        for required in REQUIRED:
            if required not in event:
                if whole:
                    raise self._missing(required, row)
                event[required] = _NOTHING_SAID[required]
        if self._has_rare:
            event.update(_rare(values))
        if self._properties:
            values[CUSTOM]["properties"] = {name: raw[index] for name, index in self._properties if cells[index]}
        return Event(
            event_id=event.pop("event_id", ""),
            channel=channel,
            origin=origin,
            received_ms=received_ms,
            user_data=CustomerInformation(**values[USER]),
            custom_data=self._custom_data(values),
            warnings=list(warnings),
            **event,
        )

    def mended(self, cells: Sequence[Cell], row: int | str) -> tuple[Sequence[Cell], list[str]]:
        """Return a row's cells as they are read, and what was mended in them; raises Refused where none can be."""
        return self._mend(cells, row) if self._mend else (cells, [])

    def lacking(self, event: Event) -> Refused | None:
        """Return what an event made of rows that were not whole lacks, or ``None``."""
        required = next((required for required in REQUIRED if not getattr(event, required)), None)
        return self._missing(required, event.origin.row or "") if required else None

    def _group(self, name: str) -> _Group:
        return self._groups.setdefault(name, _Group())

    def _placed(self, column: Column) -> Column:
        """Return the column where its cell will be: joined cells come behind those of the row."""
        if not column.joined:
            return column
        self._joined.append(column.joined)
        return replace(column, index=self.width + len(self._joined) - 1)

    def _default(self, of: Field, value: Any) -> None:
        """Take a default. One of a product is one of every product; where no column is about products it makes one."""
        groups = [name for name in self._groups if name.startswith(CONTENT)] if of.group == CONTENT else []
        for group in groups or [of.group]:
            self._group(group).defaults[of.attribute] = value

    def _custom_data(self, values: Mapping[str, dict[str, Any]]) -> CustomData:
        custom = values[CUSTOM]
        for group in self._products:
            if self._groups[group].says(values[group]):
                custom["contents"] = [*custom.get("contents", ()), Content(**values[group])]
        if store := values.get(STORE):
            custom["store_data"] = store
        if own := values.get(PROPERTIES):
            custom["properties"] = {**custom.get("properties", {}), **own}
        return CustomData(**custom)

    def _missing(self, required: str, row: int | str) -> Refused:
        place = next((column.place for column in self.columns if column.field.path == required), None)
        if place is None:
            expected = self._absent.get(required, "every event needs it")
            return Refused(f"{required}_missing", f"{required} is missing; {expected}.", required)
        return Refused(
            f"{required}_missing", f"{_where(f'{place}{row}', required)} is empty; every event needs it.", required
        )


class _Group:
    """The cells and constants that fill one struct of the event."""

    def __init__(self) -> None:
        self.defaults: dict[str, Any] = {}
        self._steps: list[tuple[str, int, Convert, Column]] = []
        self._more: list[tuple[str, int, Convert, Column]] = []

    def add(self, column: Column, convert: Convert) -> None:
        attribute = column.field.attribute
        known = any(step[0] == attribute for step in self._steps)
        (self._more if known else self._steps).append((attribute, column.index, convert, column))

    def fill(self, cells: Sequence[Cell], row: int | str) -> dict[str, Any]:
        values = self.defaults.copy()
        for attribute, index, convert, column in self._steps:
            cell = cells[index]
            if cell:
                try:
                    value = convert(cell)
                except BadValue as error:
                    raise _refused(error, column, row) from None
                if value is not None:
                    values[attribute] = value
        if self._more:
            self._fill_more(values, cells, row)
        return values

    def _fill_more(self, values: dict[str, Any], cells: Sequence[Cell], row: int | str) -> None:
        """Further cells of a field: lists grow, of anything else the first that says something counts."""
        for attribute, index, convert, column in self._more:
            cell = cells[index]
            if not cell or (attribute in values and column.field.kind is not Kind.LIST):
                continue
            try:
                value = convert(cell)
            except BadValue as error:
                raise _refused(error, column, row) from None
            if value is not None:
                values[attribute] = [*values.get(attribute, ()), *value] if column.field.kind is Kind.LIST else value

    def says(self, values: dict[str, Any]) -> bool:
        """Tell whether ``values`` hold more than defaults, or nothing but defaults was ever expected."""
        return bool(values) and (not self._steps or values != self.defaults)


def _group_of(column: Column) -> str:
    return f"{CONTENT}{column.product}" if column.product else column.field.group


def _width(columns: Iterable[Column]) -> int:
    return 1 + max((index for column in columns for index in (column.index, *column.joined)), default=-1)


def _together(cells: Sequence[Cell], indexes: Iterable[int]) -> str:
    return " ".join(cell for index in indexes if (cell := cells[index]) and isinstance(cell, str))


def convert_for(of: Field, formats: Formats) -> Convert:
    """Return the function that reads cells of a field; it raises :class:`~ingest.convert.BadValue`."""
    return contents if of.kind is Kind.CONTENTS else converter(of.kind, formats)


def _rare(values: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    rare: dict[str, Any] = {}
    if original := values.get(ORIGINAL):
        rare["original_event_data"] = OriginalEvent(**original)
    if limited := values.get(LIMITED):
        rare["limited_data_use"] = LimitedDataUse(**limited)
    if consent := values.get(CONSENT):
        rare["consent"] = consent
    return rare


def _refused(error: BadValue, column: Column, row: int | str) -> Refused:
    path = column.field.path
    return Refused(error.reason, f"{_where(f'{column.place}{row}', path)}: {error.hint}", path)


def _where(place: str, path: str) -> str:
    return path if place == path else f"{place} ({path})"


def letters(index: int) -> str:
    """Name a zero-based column as spreadsheets do."""
    name = ""
    index += 1
    while index:
        index, digit = divmod(index - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


def index_of(letters: str) -> int:
    """Return the zero-based column that spreadsheets call so: ``A`` is 0, ``AA`` is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
