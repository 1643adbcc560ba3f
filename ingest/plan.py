"""A plan says which cell fills which field; it is worked out once, then turns cell after cell into events.

Rows of a file and objects of a message take the same way: a file's header is its columns, an object's header its keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.convert import PLAIN, Cell, Formats
from ingest.fields import CONSENT, CONTENT, CUSTOM, EVENT, LIMITED, ORIGINAL, PROPERTIES, STORE, USER, Field
from ingest.filling import Column, Filling, convert_for
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
        self._groups = {group: Filling() for group in (EVENT, USER, CUSTOM)}
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
        warnings = self._warnings.copy()
        if self._mend:
            cells, damaged = self._mend(cells, row)
            warnings += damaged
        if self._joined:
            cells = [*cells[: self.width], *(_together(cells, indexes) for indexes in self._joined)]
        values = {}
        for group, filling in self._groups.items():
            values[group] = filling.values(cells, row)
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
            warnings=warnings,
            **event,
        )

    def mended(self, cells: Sequence[Cell], row: int | str) -> tuple[Sequence[Cell], list[str]]:
        """Return a row's cells as they are read, and what was mended in them; raises Refused where none can be."""
        return self._mend(cells, row) if self._mend else (cells, [])

    def lacking(self, event: Event) -> Refused | None:
        """Return what an event made of rows that were not whole lacks, or ``None``."""
        required = next((required for required in REQUIRED if not getattr(event, required)), None)
        return self._missing(required, event.origin.row or "") if required else None

    def _group(self, name: str) -> Filling:
        return self._groups.setdefault(name, Filling())

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
        column = next((column for column in self.columns if column.field.path == required), None)
        if column is None:
            expected = self._absent.get(required, "every event needs it")
            return Refused(f"{required}_missing", f"{required} is missing; {expected}.", required)
        return Refused(f"{required}_missing", f"{column.where(row)} is empty; every event needs it.", required)


def _group_of(column: Column) -> str:
    return f"{CONTENT}{column.product}" if column.product else column.field.group


def _width(columns: Iterable[Column]) -> int:
    return 1 + max((index for column in columns for index in (column.index, *column.joined)), default=-1)


def _together(cells: Sequence[Cell], indexes: Iterable[int]) -> str:
    return " ".join(cell for index in indexes if (cell := cells[index]) and isinstance(cell, str))


def _rare(values: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    rare: dict[str, Any] = {}
    if original := values.get(ORIGINAL):
        rare["original_event_data"] = OriginalEvent(**original)
    if limited := values.get(LIMITED):
        rare["limited_data_use"] = LimitedDataUse(**limited)
    if consent := values.get(CONSENT):
        rare["consent"] = consent
    return rare


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
