"""The columns that a map names, checked: where they stand, and how their cells are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from ingest.maps.cell_style import PLAIN_STYLE, Style
from ingest.maps.file import ColumnEntry, Entry
from ingest.values.convert import as_cell
from ingest.values.fields import CONTENT, Field, Kind, find, nearest
from ingest.values.header_names import NUMBER
from ingest.values.places import Place, index_of
from omnicapi.errors import BadMap

BIRTH_DATE = find("user_data.db")

_LETTERS = re.compile(r"([A-Z]{1,2}|[A-W][A-Z]{2}|X[A-E][A-Z]|XF[A-D]):\1")
"""A whole column as spreadsheets write it: ``F:F``, up to ``XFD:XFD``."""


def is_letters(place: str) -> bool:
    """Tell whether a map that says this means a column by its letters, whatever its header cell says."""
    return _LETTERS.fullmatch(place) is not None


@dataclass(frozen=True, slots=True)
class MapColumn:
    """Where a field stands and how its cells are written. Several ``places`` are read as one cell."""

    field: Field
    places: tuple[Place, ...]
    style: Style = PLAIN_STYLE
    optional: bool = False


class ColumnEntries:
    """Checks what a map says of columns, entry by entry. ``name`` is how errors call the map.

    Every method raises :class:`~omnicapi.errors.BadMap`, which names the entry.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def bad(self, text: str) -> BadMap:
        """Return the error of this map that says ``text``."""
        return BadMap(f"{self._name}: {text}")

    def field(self, entry: str) -> Field:
        """Return the field that an entry names."""
        of = find(entry)
        if of is None:
            near = nearest(entry)
            raise self.bad(
                f"there is no field {entry!r}; "
                + (f"did you mean {near!r}?" if near else "docs/files-reference.md lists the field names.")
            )
        return of

    def column(self, entry: str, of: Field, column: Entry, optional: bool = False) -> MapColumn:
        """Return one column of a field, whose entry is called ``entry``."""
        said = column if isinstance(column, ColumnEntry) else ColumnEntry(column=column)
        places = said.join or ([] if said.column is None else [said.column])
        if not places or (said.join and said.column is not None):
            raise self.bad(f'{entry!r} needs either "column" or "join".')
        return MapColumn(
            of, tuple(self.place(entry, place, of) for place in places), self._style(entry, of, said), optional
        )

    def _style(self, entry: str, of: Field, said: ColumnEntry) -> Style:
        if said.date_format is not None:
            if of.kind is not Kind.TIME and of != BIRTH_DATE:
                raise self.bad(f'{entry!r}: "date_format" belongs to times and birth dates.')
            self.check_date_format(entry, said.date_format)
        if said.products is not None and of.kind is not Kind.CONTENTS:
            raise self.bad(f'{entry!r}: "products" belongs to CONTENTS.')
        if said.between is not None and (of.group != CONTENT or NUMBER in str(said.column)):
            raise self.bad(f'{entry!r}: "between" belongs to columns of products, such as CONTENT_ID, not numbered.')
        values = {word: None if meaning is None else as_cell(meaning) for word, meaning in said.values.items()}
        return Style(
            values=values or None,
            date_format=said.date_format,
            time_zone=self.zone(said.time_zone),
            decimal=said.decimal,
            word=said.word,
            products=said.products,
            between=said.between or "",
        )

    def place(self, entry: str, place: Place, of: Field | None = None) -> Place:
        """Return where a column stands, a letter as its number; ``of`` is the field that it fills, if any."""
        if isinstance(place, str) and not place.strip():
            raise self.bad(f"{entry!r} names no column; remove it or say where it stands.")
        if (
            isinstance(place, str)
            and NUMBER in place
            and not (of and (of.group == CONTENT or of.kind is Kind.CONTENTS))
        ):
            raise self.bad(f"{entry!r}: numbered columns ({NUMBER}) hold products, such as CONTENT_ID.")
        lettered = _LETTERS.fullmatch(place) if isinstance(place, str) else None
        return index_of(lettered[1]) if lettered else place

    def check_date_format(self, entry: str, date_format: str) -> None:
        """Check how times are said to be written."""
        try:
            written = datetime(2024, 12, 31, 22, 58, 59, tzinfo=UTC).strftime(date_format)
            datetime.strptime(written, date_format)  # noqa: DTZ007 - only whether it can be read
        except ValueError:
            written = date_format
        if written == date_format:
            raise self.bad(f"{entry}: date_format is written like %d/%m/%Y (day, month, year), %H:%M:%S behind it.")

    def zone(self, zone: str | None) -> tzinfo | None:
        """Return a time zone by its name or offset; ``None`` where the map names none."""
        if zone is None:
            return None
        if re.fullmatch(r"[+-]\d{2}:\d{2}", zone):
            return datetime.strptime(zone, "%z").tzinfo or UTC
        try:
            return ZoneInfo(zone)
        except (ValueError, OSError, KeyError):  # a name that is no path of the zone data, or none there is
            raise self.bad(f"there is no time zone {zone!r}; write one like America/Sao_Paulo or -03:00.") from None
