"""What a file says of the time zone of times that name none, and a line for people where nothing says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo

from ingest.damage import date_serials
from ingest.maps.columns import MapColumn
from ingest.values.convert import BadValue, Convert, Formats
from ingest.values.dates import reader
from ingest.values.day_order import order_shown
from ingest.values.header_names import forgiving
from ingest.values.places import Place, letters
from ingest.values.time_zones import zone_of
from omnicapi.errors import UnreadableFile

LOOKED_AT = 1000
"""Cells of a column that show whether its times name their zone."""

_PARAMETERS = re.compile(r"parameters:(?:[^;]*;)*?\s*timezone=([^;]*)(?:;|$)", re.IGNORECASE)
_ZONE_COLUMNS = frozenset(
    map(
        forgiving,
        ("time zone", "timezone", "tz", "utc offset", "zeitzone", "zona horaria", "fuso horário", "fuseau horaire"),
    )
)
"""Names of columns that say in which zone times are."""

_NO_ZONE = "event_time_no_zone"


def parameters_zone(above: Iterable[Sequence[str]]) -> tzinfo | None:
    """Return the zone of a row ``Parameters:TimeZone=…`` above the data, as imports of Google Ads have it.

    Raises :class:`~omnicapi.errors.UnreadableFile` where it names one that is not known.
    """
    for cells in above:
        found = _PARAMETERS.match(cells[0].strip()) if cells else None
        name = found[1].strip() if found else ""
        if name and not name.startswith("<"):  # <INSERT TIME ZONE HERE>
            if (zone := zone_of(name)) is None:
                raise UnreadableFile(
                    "The row Parameters:TimeZone= names a zone that is not known, or that may be several; write a "
                    "place (America/New_York) or an offset (-0500) there."
                )
            return zone
    return None


def name_no_zone(cells: Sequence[str], date_format: str | None = None) -> bool:
    """Tell whether times of a column name no zone; a spreadsheet's day number never does."""
    read = reader(order_shown(cells), date_format, None)
    return any(date_serials.is_one(cell) or _names_no_zone(read, cell) for cell in cells[:LOOKED_AT])


def assumed_utc(of: MapColumn, formats: Formats, cells: Sequence[str], header: Sequence[str] = ()) -> Iterator[str]:
    """Yield a line where a column's times name no zone and neither does the map: then they are read as UTC.

    A column of the ``header`` that says the zone by its name is told.
    """
    if of.style.time_zone or formats.time_zone:
        return
    if name_no_zone(cells, of.style.date_format):
        yield (
            f"The times of {' and '.join(map(_called, of.places))} name no zone and are read as UTC. Where they are "
            'local, say so in the map: "time_zone": "America/Sao_Paulo".' + _beside(of, header)
        )


def _beside(of: MapColumn, header: Sequence[str]) -> str:
    """Return what to write where a column beside that of the times names their zones."""
    zone = next((name for name in header if forgiving(name) in _ZONE_COLUMNS), None)
    if zone is None or zone in of.places:
        return ""
    joined = ", ".join(f'"{place if isinstance(place, str) else letters(place)}"' for place in (*of.places, zone))
    return f' Column {zone!r} may say it of each row: "EVENT_TIME": {{"join": [{joined}]}}.'


def _called(place: Place) -> str:
    return f"column {letters(place)}" if isinstance(place, int) else repr(place)


def _names_no_zone(read: Convert, cell: str) -> bool:
    try:
        read(cell)
    except BadValue as error:
        return error.reason == _NO_ZONE
    return False
