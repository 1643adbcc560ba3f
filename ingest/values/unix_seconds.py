"""Unix seconds and ISO 8601, the two ways to write a time that every source may use (meta-capi.md §2.1)."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

from ingest.values.calendars import hint, other_calendar
from ingest.values.convert import BadValue, Cell, Rounded, text
from omnicapi.window import NOT_SECONDS, is_not_seconds

SECONDS_FROM = 10**8
"""Smaller numbers are a spreadsheet's date serials or ``yyyymmdd``, not Unix seconds of this half century."""

_USUAL = 10
"""Digits of Unix seconds from 2001 to 2286."""

_UNITS = (
    ("milliseconds", 1000),
    ("microseconds", 10**6),
    ("nanoseconds", 10**9),
    ("units far below a second", 10**20),
)
"""What numbers too great for seconds are counted in, and how many are one."""

_SHORTENED = "0000"
"""Ends Unix seconds of an exponent that were written with six digits, as many programs do."""

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?=$|[Tt ](?!\d\d(?::?\d\d)?[.,]))")
"""What begins as ISO 8601. Python takes any sign between day and time, and ``10.30`` for a fraction of a second."""

_UNIX = re.compile(r"[0-9]{1,20}(\.[0-9]{1,9})?")


def unix_seconds(cell: Cell, time_zone: tzinfo | None) -> int:
    """Return Unix seconds, UTC, for Unix seconds or an ISO 8601 date and time.

    A date alone is its midnight. A time without a zone is in ``time_zone``, or refused where that is ``None``.
    """
    if isinstance(cell, Rounded) and len(cell) == _USUAL and cell.endswith(_SHORTENED):
        raise BadValue("digits_lost", "a number with an exponent has lost digits; write whole Unix seconds.")
    when = text(cell)
    if len(when) == _USUAL and when.isascii() and when.isdecimal():
        return int(when)
    if _UNIX.fullmatch(when):
        return _checked_seconds(int(when.partition(".")[0]))
    moment = _iso(when)
    if moment.tzinfo is None:
        if time_zone is None:
            raise no_zone()
        moment = moment.replace(tzinfo=time_zone)
    checked_year(moment)
    return int(moment.timestamp() // 1)


def no_zone() -> BadValue:
    """Return why a time is refused that names no zone where nothing else does."""
    return BadValue(
        "event_time_no_zone",
        'the time has no zone; end it with Z or an offset such as -03:00, or say "time_zone": "America/Sao_Paulo" in '
        "the map.",
    )


def checked_year(moment: datetime) -> None:
    """Refuse a year of another calendar, by name."""
    if calendar := other_calendar(moment.year):
        raise BadValue("event_time_other_calendar", hint(calendar))


def _checked_seconds(seconds: int) -> int:
    if is_not_seconds(seconds):
        unit, factor = next((unit, factor) for unit, factor in _UNITS if seconds // factor < NOT_SECONDS)
        raise BadValue("event_time_not_seconds", f"this looks like {unit}; write Unix seconds (divide by {factor:,}).")
    if seconds >= SECONDS_FROM:
        return seconds
    raise BadValue(
        "event_time_not_seconds",
        "too small for Unix seconds, perhaps a spreadsheet's date number; format the column as a date and time.",
    )


def _iso(when: str) -> datetime:
    try:
        if _ISO_DATE.match(when):
            return datetime.fromisoformat(when)
    except ValueError:
        pass  # the one refusal below says what is accepted
    raise BadValue(
        "event_time_unreadable",
        "not a time that can be read; write Unix seconds (1719852447) or ISO 8601 (2024-07-01T16:47:27Z), or say in "
        'the map how the column is written: "date_format": "%d/%m/%Y %H:%M", "time_zone": "America/Sao_Paulo".',
    )
